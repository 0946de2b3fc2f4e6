"""Rule for the words by which a wallet is restored: "my seed phrase: ribbon oxygen lamp …".

Twelve to twenty-four of them open the wallet, as BIP 39 has it: three to eight plain letters each.
"""

import re
from collections.abc import Iterator

from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import Rule, Span
from pipelines.filtering.privacy.recogniser_cues import Cues, any_of, flat, read_words, stems

_W = read_words("wallets")
_CUES = Cues(flat(_W["cues"]))
_NUMBER = r"(?:\d{1,2}[.):]?\s{0,2})?"
_WORD = rf"{_NUMBER}[a-z]{{3,8}}"
_PHRASE = re.compile(
    rf"[^\n:=]{{0,40}}?(?:[:=\n]|[ ](?:{any_of(_W['links'])})(?=\s))[\s\"'“(]{{0,3}}"
    rf"(?P<value>{_WORD}(?:[\s,;-]{{1,3}}{_WORD}){{11,23}})(?![^\W\d_])"
)
_WORDS = re.compile(r"[a-z]+")
_LENGTHS = (24, 21, 18, 15, 12)  # of a phrase, in words
_CHAT = frozenset(_W["chat"])
_CHAT_MAX = 2  # words of chat that a phrase may hold by chance; a sentence holds more
_REACH = 520


def scan_wallets(text: PlainText) -> Iterator[Span]:
    """Find the words of a wallet behind what they are called."""
    for cue in _CUES.find(text):
        match = _PHRASE.match(text.lower, cue.end())
        if match is None:
            continue
        words = list(_WORDS.finditer(match["value"]))
        count = next(length for length in _LENGTHS if length <= len(words))
        if sum(word[0] in _CHAT for word in words[:count]) <= _CHAT_MAX:
            start = match.start("value")
            yield start, start + words[count - 1].end(), 0.85


WALLET_RULES = (
    Rule("PASSWORD", Needs(any_of=stems(flat(_W["cues"])), reach=_REACH), scan_wallets),
)
