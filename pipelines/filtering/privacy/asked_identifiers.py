"""Views of bare answers: what a question before it makes an identifier, a code or a name."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any  # of a table: each entry has its own form

from pipelines.filtering.normalise import read_texts
from pipelines.filtering.privacy.identifier_words import read_tables
from pipelines.filtering.privacy.message_views import Piece, View
from pipelines.filtering.privacy.prefilter import PlainText, plain
from pipelines.filtering.privacy.recogniser_cues import (
    UNSPACED_LETTER,
    Cues,
    any_of,
    flat,
    has_both,
    read_words,
    spelled,
)
from pipelines.filtering.privacy.recognisers_secret import BREAKS

_LONG_DIGITS, _LABEL_CHARS = 5, 2
_QUESTION_CHARS, _ANSWER_CHARS, _RUNS_MAX, _KINDS_MAX = 240, 240, 3, 4
_M = read_words("asked")
_DIGIT, _SHORT_CHARS, _SHORT_BLANKS = re.compile(r"\d"), 48, 4
_ASKS = re.compile(rf"(?<![^\W\d_])(?:{any_of(_M['asks'])})(?![^\W\d_])|{any_of(_M['marks'])}")
_REPLIES = frozenset(_M["replies"].split())
_CODE_WORDS = read_words("codes")
_NATIONAL: Any = read_tables("national")  # a list of entries
_LISTS = {
    "passwords": flat(read_words("passwords")["cues"]),
    "card": [*spelled(_CODE_WORDS["card"]), *flat(read_words("card_codes")["three"])],
    "national": [
        word.rstrip("*")
        for entry in _NATIONAL
        for word in entry["words"]
        if len(word) > _LABEL_CHARS and word not in _M["no_labels"]
    ],
    "questions": flat(read_words("questions")["named"]),
    "codes": [
        *flat(_CODE_WORDS["codes"]),
        *flat(_CODE_WORDS["pins"]),
        *_CODE_WORDS["told"]["words"],
    ],
}
_KIND_OF: dict[str, int] = {}
for _number, _kind in enumerate(_M["kinds"]):
    for _word in [*_LISTS.get(_kind.get("from", ""), ()), *spelled(_kind["words"])]:
        _KIND_OF.setdefault(_word, _number)
_CUES = Cues(_KIND_OF)
_CUE_WORDS = sorted(_KIND_OF)
_CALLS = Cues(_M["calls"])
_WEAK = frozenset(spelled(_M["weak"]))
_RUN = re.compile(
    r"(?<![\w.,$€£₹/:-])(?<!\d )(?:[A-Za-z]-)?\d{3}[ -]?\d{0,5}(?![\d%]|[.,:/]\d|[ -]\d)"
)
_LOCK = re.compile(r"(?<![^\s:])[*#]?[^\W_]{3,9}[*#]?(?![^\s.,!?)])")  # "48A29", "*4471#"
# "suresh.pawar77": a name for mail, by a digit or a sign inside
_MAIL_NAME = re.compile(
    r"(?<![\w.@+-])(?=[a-zA-Z]{0,40}(?:[._][a-z0-9]|[a-zA-Z]{2}\d))[a-zA-Z]"
    r"(?:[a-zA-Z0-9_+-]|\.(?![A-Z])){3,62}[a-zA-Z0-9](?![\w@]|[.+-]\w)"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_MIXED = re.compile(r"[^\s\"'`«»“”,;<>]{4,64}")
_ALONE = re.compile(
    r"\s*(?:it'?s|it is|its|ok(?:ay)?,?|sure,?|es|ist|c'est|è|é|hai|это"
    r"|是)?\s*[\"'`]?(?P<value>[^\s\"'`,;<>]{4,64})[\"'`]?[.!)\s]*"
)

_CJK_NAME, _LOCK_DIGITS = 6, 3
_NAME = re.compile(
    rf"\s*(?:(?:{any_of(_M['before_name'])})\s)?\s*(?P<value>[^\W\d_][\w'\u2019.-]{{1,24}}(?: "
    rf"[^\W\d_][\w'\u2019.-]{{0,24}}){{0,2}})[.!\s]*",
    re.IGNORECASE,
)


def find_questions(
    samples: Sequence[tuple[Sequence[str], Sequence[str]]],
) -> dict[str, list[re.Match[str]]]:
    """Return the messages that ask for an identifier, with the cues in their last words."""
    pairs = (pair for texts, _ in samples for pair in pairwise(texts))
    asked = list(dict.fromkeys(question for question, answer in pairs if may_answer(answer)))
    tails = [plain(text[-_QUESTION_CHARS:]).lower for text in asked]
    hit = read_texts(tails).str.contains_any(_CUE_WORDS).to_list()
    questions: dict[str, list[re.Match[str]]] = {}
    for text, tail, is_hit in zip(asked, tails, hit, strict=True):
        if is_hit and _ASKS.search(tail):
            last = {_KIND_OF[cue[0]]: cue for cue in _CUES.find(PlainText(tail))}
            if last:
                questions[text] = list(last.values())[-_KINDS_MAX:]
    return questions


def openings_of(text: PlainText) -> list[tuple[str, str]]:
    """Return what numbers a text speaks of: kind (`phone`, `card`, `other`) and words to open with.

    Only kinds whose numbers are long enough to be said in parts.
    """
    last = {_KIND_OF[cue[0]]: cue[0] for cue in _CUES.find(text)}
    phone = _KIND_OF["phone"]
    if any(_CALLS.find(text)) and last.get(phone, "number") in _WEAK:
        last[phone] = "phone"
    kinds = [(_M["kinds"][number], word) for number, word in last.items()]
    return [
        (
            f"weak_{kind['name']}" if word in _WEAK else kind.get("name", "other"),
            kind["opening"].format(word=word),
        )
        for kind, word in kinds
        if kind.get("digits", 0) >= _LONG_DIGITS
    ]


def may_answer(text: str) -> bool:
    """Say whether a message can be a bare answer: it has a digit or is next to one word."""
    return _DIGIT.search(text, 0, _ANSWER_CHARS) is not None or (
        len(text) <= _SHORT_CHARS and text.count(" ") <= _SHORT_BLANKS
    )


def answer_views(sample: int, message: int, cue: re.Match[str], answer: str) -> Iterator[View]:
    """Yield views of an answer behind the words that its question's cue stands for.

    Args:
        sample: position of the sample in its batch.
        message: position of the answer in the sample.
        cue: of `find_questions`.
        answer: the text of the message.
    """
    kind = _M["kinds"][_KIND_OF[cue[0]]]
    opening = kind["opening"].format(word=cue[0])
    form = kind.get("answer")
    if form == "mail":
        if len(_MAIL_NAME.sub(" ", answer[:_ANSWER_CHARS]).split()) > _RUNS_MAX:
            return
        for name in list(_MAIL_NAME.finditer(answer[:_ANSWER_CHARS]))[:_RUNS_MAX]:
            piece = Piece(0, len(name[0]), message, name.start())
            yield View(sample, f"{name[0]}{opening}", (piece,), joined=False)
        return
    if form == "code":
        starts = _code_starts(answer)
    elif form == "lock":
        starts = _lock_starts(answer)
    elif form == "reply":
        starts = _reply_starts(answer)
    elif form == "word":
        starts = _word_starts(answer)
    elif form == "name":
        starts = _name_starts(answer)
    else:
        starts = [0] if sum(map(str.isdigit, answer[:_ANSWER_CHARS])) >= kind["digits"] else []
    for start in starts:
        said = answer[start : start + _ANSWER_CHARS]
        piece = Piece(len(opening), len(opening) + len(said), message, start)
        yield View(sample, opening + said, (piece,), joined=False)


def _code_starts(answer: str) -> list[int]:
    """Return where digits stand that may be the code that was asked for, no years."""
    low = plain(answer[:_ANSWER_CHARS])
    runs = list(_RUN.finditer(low.text))[:_RUNS_MAX]
    long = len(low.text.split()) > _RUNS_MAX
    return [
        low.original(m.start(), m.end())[0]
        for m in runs
        if not (long and _YEAR.fullmatch(m[0].strip()))
        and not BREAKS.search(low.lower, 0, m.start())
    ]


def _lock_starts(answer: str) -> list[int]:
    """Return where the code of a door may stand: digits, maybe letters and keys among them."""
    head = answer[:_ANSWER_CHARS]
    said = [m.start() for m in _LOCK.finditer(head) if sum(map(str.isdigit, m[0])) >= _LOCK_DIGITS]
    return said[:_RUNS_MAX] or _code_starts(answer)


def _word_starts(answer: str) -> list[int]:
    """Return where a word stands that may be the password that was asked for."""
    head = answer[:_ANSWER_CHARS]
    mixed = [m.start() for m in _MIXED.finditer(head) if has_both(m[0])][:_RUNS_MAX]
    alone = _ALONE.fullmatch(head)
    if mixed or alone is None or alone["value"].lower().rstrip(".!?)") in _REPLIES:
        return mixed
    return [alone.start("value")]


def _reply_starts(answer: str) -> list[int]:
    """Return where the answer to a security question may stand: a word, or few with capitals."""
    words = answer.split()
    few = len(words) <= _RUNS_MAX and all(word[:1].isupper() for word in words)
    if few and _REPLIES.isdisjoint(word.lower().strip(".,!") for word in words):
        return [answer.index(words[0])] if words else []
    return _name_starts(answer) or _word_starts(answer)


def _name_starts(answer: str) -> list[int]:
    """Return where a name stands that may be the one that was asked for: it is all that is said."""
    alone = _NAME.fullmatch(answer[:_ANSWER_CHARS])
    if alone is None or not _REPLIES.isdisjoint(alone["value"].lower().rstrip(".").split()):
        return []
    # two words in small letters are a sentence as often as a name, many letters without a
    # blank are one
    value = alone["value"]
    is_name = (
        value.istitle()
        if " " in value
        else len(value) <= _CJK_NAME or not UNSPACED_LETTER.search(value)
    )
    return [alone.start("value")] if is_name else []
