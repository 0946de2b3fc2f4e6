"""Rules for passwords and codes said in words, in every language that is served.

The words stand in `secret_words/*.yaml`. A rule finds its cue first ("mein Passwort"), then reads
what stands right behind and right before it, so that its cost is linear in the number of cues. Keys
and tokens: `recognisers_key`.
"""

import re
from collections.abc import Iterator

from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import Rule, Span, latin_edges
from pipelines.filtering.privacy.recogniser_cues import (
    LETTER,
    UNSPACED,
    UNSPACED_LETTER,
    Cues,
    any_of,
    flat,
    has_both,
    longest,
    read_words,
    spelled,
    stems,
    worded,
)
from pipelines.filtering.privacy.recognisers_answer import ANSWER_RULES
from pipelines.filtering.privacy.recognisers_key import CODE_LIKE, KEY_RULES, NOT_SECRET
from pipelines.filtering.privacy.recognisers_lock import LOCK_RULES

# Passwords

_P = read_words("passwords")
_STRONG, _WEAK = flat(_P["cues"]), list(_P["weak_cues"])
_LINKED_ONLY = frozenset(_P["linked_cues"])
_WEAK.extend(_LINKED_ONLY)
_PASSWORD_CUE = Cues([*_STRONG, *_WEAK])
_OPEN, _SHUT = "[\"'`«“„「『*(]{0,2}", "\"'`«»“”„」』"
_VALUE = rf"[^\s{_SHUT},;<>\u3001\u3002\uff0c\uff1b{UNSPACED}]{{4,64}}"
_BETWEEN = (
    rf"(?:(?:_[a-z0-9]{{1,20}}){{1,3}}|[ ]\((?:{LETTER}|[ ]){{1,20}}\))?"
    rf"(?:[ ](?:{any_of(_P['between']['of'])})(?:[ ][^\s:=]{{1,30}}){{1,3}}?"
    rf"|[ ]?(?:{any_of(_P['between']['alone'])})(?!{LETTER})){{0,2}}"
)
_LINK = (
    rf"(?:[ \t]{{0,2}}(?:{worded(_P['links']['words'], _P['links']['glued'])}|->|=>|:=|[:=]"
    rf"|-(?=\s))){{1,3}}"
)
_LINKED = re.compile(rf"[\"']?{_BETWEEN}(?P<link>{_LINK})\s{{0,2}}{_OPEN}(?P<value>{_VALUE})")
_DIRECT = re.compile(
    rf"(?:[ ](?:{any_of(_P['between']['alone'])})(?!{LETTER}))?(?:[ \t]{{1,3}}"
    rf"|(?<=[{UNSPACED}])){_OPEN}(?P<value>{_VALUE})"
)
_RESUMED = re.compile(
    rf"[?.!,]{{1,2}}\s{{1,2}}(?:{worded(_P['links']['words'])})\s{{1,2}}{_OPEN}(?P<value>{_VALUE})"
)
# "contra? mikaela.77luna", "पासवर्ड क्या है? Radhe#Krishna09", "pw changed, try Otter.pie44"
_ASKED = re.compile(
    rf"(?:[ ][^\s\d?.!,;:]{{1,12}}){{0,3}}(?:[ ]?\?|[,.;]\s{{1,2}}(?:{worded(_P['resumed'])}))"
    rf"\s{{1,2}}{_OPEN}(?P<value>{_VALUE})"
)
_MEASURE = re.compile(r"[\d.,]{1,6}[a-z/]{0,5}")
_MOVED = re.compile(rf"[ ](?:{any_of(_P['links']['moved'])})[ ]{_OPEN}(?P<value>{_VALUE})")
_LATER = re.compile(
    rf"(?P<gap>(?:[ ]{LETTER}[^\s\d.,:;!?]{{1,20}}){{1,3}})[ ]{_OPEN}(?P<value>{_VALUE})"
)
_ASTRAY = frozenset([*_P["astray"], *_P["between"]["of"]])
_VERB_BEHIND = re.compile(rf"[{_SHUT}]?\s{{0,2}}(?:{worded(_P['verbs'])})")
_OWN_BEFORE = re.compile(
    rf"(?:(?<!{LETTER})(?:{any_of(_P['own']['words'])})\s[^\n.!?]{{0,24}}"
    rf"|(?:{any_of(_P['own']['glued'])})[^\n.!?]{{0,12}})\Z"
)
_OWN_CHARS = 45
_OWN_AFTER = re.compile(rf"\s?(?:{any_of(_P['own']['after'])})(?!{LETTER})")
_OWN_FORMS = frozenset(_P["own"]["forms"])
_ENDINGS = re.compile(r"[a-z]{3,}(?:ed|ing|ly|able|ible|ful|less)")
_DIGITS_MIN, _LONG_MIN = 4, 3
_WEAK_CHARS_MIN = 7
_SYMBOLS = frozenset("@#$%&*+=?!^~|")
_BEHIND_VALUE = tuple(
    longest(
        [
            *(f" {word}" for word in (*_P["links"]["words"], *_P["links"]["before"])),
            *_P["links"]["glued"],
            " -",
            " =",
            " =",
        ]
    )
)
_WHOSE = tuple(
    longest(
        [
            *(f" {word}" for word in (*_P["own"]["words"], "la", "the", "il", "a", "o")),
            *_P["own"]["glued"],
            *(f" {word}" for word in _P["between"]["alone"]),
        ]
    )
)
_WINDOW = 110
_LAST_VALUE = re.compile(rf"{_OPEN}(?P<value>{_VALUE})[{_SHUT}]?")


def scan_passwords(text: PlainText) -> Iterator[Span]:
    """Find what is called a password: mixed letters and digits, or somebody's own."""
    low = text.lower
    for cue in _PASSWORD_CUE.find(text):
        weak = cue[0] in _WEAK
        found = _password_after(low, cue, weak=weak) or (
            None if weak else _password_before(low, cue)
        )
        if found is not None:
            yield found


def _password_after(low: str, cue: re.Match[str], *, weak: bool) -> Span | None:
    own = _is_own(low, cue)
    linked = _LINKED.match(low, cue.end())
    if linked is not None:
        span = _judge(low, *linked.span("value"), mixed=weak, own=own and not weak)
        if span is not None and not (cue[0] in _LINKED_ONLY and _is_measure(low, span)):
            return span
    asked = _ASKED.match(low, cue.end())
    span = None if asked is None else _judge(low, *asked.span("value"), mixed=True, own=False)
    if span is not None and span[1] - span[0] >= _WEAK_CHARS_MIN:
        return span
    if weak and not own:
        return None if cue[0] in _LINKED_ONLY else _after_weak(low, cue)
    resumed = _RESUMED.match(low, cue.end()) or _MOVED.match(low, cue.end())
    span = None if resumed is None else _judge(low, *resumed.span("value"), mixed=True, own=False)
    if span is not None:
        return span
    direct = _DIRECT.match(low, cue.end())
    if direct is not None:
        # "mera password kitkat hai": the verb behind says what "is" says elsewhere
        said = _VERB_BEHIND.match(low, direct.end("value")) is not None
        span = _judge(low, *direct.span("value"), mixed=not said, own=own and said)
        if span is not None:
            return span
    return _password_later(low, cue)


def _is_measure(low: str, span: Span) -> bool:
    """Is what a wireless net is said to be no key: "5ghz", "100mbps", "802.11ax", or too short?"""
    said = low[span[0] : span[1]]
    return len(said) < _WEAK_CHARS_MIN or _MEASURE.fullmatch(said) is not None


def _after_weak(low: str, cue: re.Match[str]) -> Span | None:
    """Find "pw Marmite2021", "пасс Medved_Les7": letters, digits and one sign or digit more."""
    direct = _DIRECT.match(low, cue.end())
    span = None if direct is None else _judge(low, *direct.span("value"), mixed=True, own=False)
    said = "" if span is None else low[span[0] : span[1]]
    telling = sum(not c.isalpha() for c in said.strip("*.'-_!"))
    return span if len(said) >= _WEAK_CHARS_MIN and telling > 1 else None


def _password_later(low: str, cue: re.Match[str]) -> Span | None:
    """Find "password wifi rumah rumah123": up to three words, then letters mixed with digits."""
    later = _LATER.match(low, cue.end())
    if later is None or later["gap"].split()[-1] in _ASTRAY or not has_both(later["value"]):
        return None
    return _judge(low, *later.span("value"), mixed=True, own=False)


def _is_own(low: str, cue: re.Match[str]) -> bool:
    if cue[0] in _OWN_FORMS or _OWN_AFTER.match(low, cue.end()):
        return True
    return _OWN_BEFORE.search(low[max(0, cue.start() - _OWN_CHARS) : cue.start()]) is not None


def _judge(low: str, start: int, end: int, *, mixed: bool, own: bool) -> Span | None:
    """Return the span of a value if it can be a secret, without the marks around it."""
    said = low[start:end].rstrip(".?)]}:")
    bare = said.strip("*.'-_!")
    if len(said) < _DIGITS_MIN or bare in NOT_SECRET or said in NOT_SECRET or CODE_LIKE.match(said):
        return None
    digits, letters = sum(map(str.isdigit, bare)), any(map(str.isalpha, bare))
    sure = bool(digits and letters)
    sure |= digits >= _DIGITS_MIN and (not mixed or bare.isdigit())
    sure |= bool(letters and not mixed and not _SYMBOLS.isdisjoint(bare))
    if sure:
        return start, start + len(said), 0.9
    plain_word = (
        own and letters and not mixed and len(bare) > _LONG_MIN and not _ENDINGS.fullmatch(bare)
    )
    return (start, start + len(said), 0.7) if plain_word else None


def _password_before(low: str, cue: re.Match[str]) -> Span | None:
    """Find "hunter2 is my password", "kitkat99 mera password hai": the value stands first."""
    window = low[max(0, cue.start() - _WINDOW) : cue.start()]
    head = _strip_end(window.rstrip(), _WHOSE)
    linked = _strip_end(head.rstrip(), _BEHIND_VALUE)
    if len(head) == len(window.rstrip()) or (
        len(linked) == len(head) and not _VERB_BEHIND.match(low, cue.end())
    ):
        return None
    head = linked.rstrip()
    last = head.rsplit(None, 1)[-1] if head else ""
    tail = UNSPACED_LETTER.split(last)[-1]
    match = _LAST_VALUE.fullmatch(tail)
    if match is None:
        return None
    start = cue.start() - len(window) + len(head) - len(tail) + match.start("value")
    return _judge(low, start, start + len(match["value"]), mixed=True, own=False)


def _strip_end(text: str, ends: tuple[str, ...]) -> str:
    """Return a text without one of the ends that it has."""
    padded = f" {text}"
    if not padded.endswith(ends):
        return text
    return padded[: -len(next(end for end in ends if padded.endswith(end)))][1:]


# One-time codes and PINs

_C = read_words("codes")
_CARD_CODES = frozenset(spelled(_C["card"]))
_CODES, _PINS = [*flat(_C["codes"]), *_CARD_CODES], flat(_C["pins"])
_CODE_CUE = Cues([*_CODES, *_PINS, *_C["told"]["words"]])
_PIN_SET = frozenset(_PINS)
_CODE = (
    r"(?<![\w.,/$€£₹-])(?<!&#)(?P<value>(?:(?<![*#])[*#])?(?:[a-z]{1,3}-)?(?:\d{3}[ -]\d{3}"
    r"|\d(?:[ -]\d){2,7}|\d{2}[ -]\d{2}[ -]\d{2}|\d{3,8})(?:[*#](?![*#]))?)(?![\d%]|[.,:/-]\d"
    r"|[a-z])"
)
_CODE_AFTER = re.compile(rf"(?P<gap>[^\d\n.!?;]{{0,32}}?){latin_edges(_CODE)}")
_CODE_MIXED = re.compile(
    r"(?:\s(?:is|es|ist|est|è|é)|\s?[:=])\s{0,2}(?P<value>[a-z0-9]{2,6}-?[a-z0-9]{2,6})(?![\w-])"
)
_CODE_BEFORE = re.compile(rf"{latin_edges(_CODE)}(?P<gap>[^\d\n.!?;,]{{0,28}})\Z")
_TOLD = frozenset(_C["told"]["words"])
_WHOSE_CODE = tuple(f" {word} " for word in _C["told"]["whose"])
_FIRST = re.compile(
    rf"(?:\A|\n)\s{{0,3}}(?:(?:{any_of(_C['told']['openers'])})[\s,]{{1,2}}){{0,2}}\Z"
)
_CODE_TOLD = re.compile(
    rf"(?:\s?(?:{any_of(_C['links'])}|[:=])(?!{LETTER})){{1,2}}\s{{0,2}}(?P<value>\d{{3}}[ "
    rf"-]\d{{3}}|\d{{2}}(?:[ -]\d{{2}}){{1,2}}|\d{{4,8}})(?![\d%]|[.,:/-]\d| \d|{LETTER})"
)
_CODE_LATER = re.compile(
    rf"(?P<gap>[ ][^\d\n.!?;:]{{1,32}}) (?:{any_of(_C['links'])}) (?P<value>\d{{3}}[ -]\d{{3}}"
    rf"|\d{{6}})(?![\d%]|[.,:/-]\d|{LETTER})"
)
_CODE_VERBS = tuple(f" {word} " for word in _C["told"]["verbs"])
_CODE_BARE = re.compile(r"[ :#]{1,2}(?P<value>\d{3}[ -]\d{3}|\d{6})(?![\d%]|[.,:/-]\d)")
BREAKS = re.compile(rf"(?<!{LETTER})(?:{any_of(_C['breaks'].split())})(?!{LETTER})")
"""Words between a cue and digits that say that the digits are something else's."""
_CODE_SPLIT = re.compile(  # in two halves or digit by digit, as a one-time code is read out
    rf"(?:[ ](?:{any_of(_C['links'])}))?[ :]{{1,2}}(?P<value>\d{{3}}[ -]\d{{3}}"
    rf"|\d(?:[ -]\d){{3,7}})(?![\d%]|[ .,:/-]\d|{LETTER})"
)
_HAS = re.compile(
    rf"(?<!{LETTER})(?:{any_of([*_C['links'], 'hai', 'है', 'is'])})(?!{LETTER})|[{UNSPACED}]"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_CODE_DIGITS, _AREA_DIGITS, _PIN_WORDS = 4, 6, 2
_OPENING = 24  # characters of a line before "code" in which an opener may stand


def scan_codes(text: PlainText) -> Iterator[Span]:
    """Find the digits of a one-time code or PIN behind or before what they are called."""
    low = text.lower
    for cue in _CODE_CUE.find(text):
        found = (
            _code_told(low, cue)
            if cue[0] in _TOLD
            else _code_after(low, cue) or _code_before(low, cue)
        )
        if found is not None:
            yield found


def _code_told(low: str, cue: re.Match[str]) -> Span | None:
    """Find "your code is 482913", "482913 is the code": the word alone is not enough."""
    before = f" {low[max(0, cue.start() - 16) : cue.start()]}"
    if before.endswith(_CODE_VERBS):
        match = _CODE_BARE.match(low, cue.end())
        if match is not None:
            return *match.span("value"), 0.7
    split = _CODE_SPLIT.match(low, cue.end())
    if split is not None and not BREAKS.search(before):
        return *split.span("value"), 0.7
    if not before.endswith(_WHOSE_CODE):
        first = _FIRST.search(low, max(0, cue.start() - _OPENING), cue.start())
        match = None if first is None else _CODE_TOLD.match(low, cue.end())
        # "code: 40213" is an error's as well
        short = match is not None and len(match["value"]) < _AREA_DIGITS and ":" in match[0]
        return None if match is None or short else (*match.span("value"), 0.7)
    match = _CODE_TOLD.match(low, cue.end()) or _code_later(low, cue)
    return _code_before(low, cue) if match is None else (*match.span("value"), 0.8)


def _code_later(low: str, cue: re.Match[str]) -> re.Match[str] | None:
    """Match "the code that I got is 482913": six digits, since so much stands between."""
    match = _CODE_LATER.match(low, cue.end())
    return None if match is None or BREAKS.search(match["gap"]) else match


def _code_after(low: str, cue: re.Match[str]) -> Span | None:
    mixed = _CODE_MIXED.match(low, cue.end())
    if mixed is not None and cue[0] not in _PIN_SET and has_both(mixed["value"]):
        return *mixed.span("value"), 0.8
    match = _CODE_AFTER.match(low, cue.end())
    if match is None or BREAKS.search(match["gap"]):
        return None
    digits = sum(map(str.isdigit, match["value"]))
    told = (
        _HAS.search(match["gap"])
        or not match["gap"].strip(" \t:=#-")
        or _VERB_BEHIND.match(low, match.end())
    )
    vague = cue[0] == "pin" or len(match["gap"].split()) > _PIN_WORDS
    least = 3 if cue[0] in _CARD_CODES and told else _CODE_DIGITS
    if not told and ((cue[0] in _PIN_SET and vague) or _YEAR.fullmatch(match["value"])):
        return None
    # six digits behind a bare "PIN" are an Indian postcode, unless it is somebody's or it "is" so
    area = (
        cue[0] == "pin"
        and digits == _AREA_DIGITS
        and not (_is_own(low, cue) or _HAS.search(match["gap"]))
    )
    return None if digits < least or area else (*match.span("value"), 0.9)


def _code_before(low: str, cue: re.Match[str]) -> Span | None:
    window = low[max(0, cue.start() - 40) : cue.start()]
    first = max((i for i, c in enumerate(window) if c.isdigit()), default=None)
    if first is None:
        return None
    match = next(_CODE_BEFORE.finditer(window, max(0, first - 8)), None)
    if (
        match is None
        or sum(map(str.isdigit, match["value"])) < _CODE_DIGITS
        or BREAKS.search(match["gap"])
    ):
        return None
    gap = match["gap"].strip()
    if gap and not _HAS.search(gap) and not _VERB_BEHIND.match(low, cue.end()):
        return None
    shift = cue.start() - len(window)
    return shift + match.start("value"), shift + match.end("value"), 0.85


SECRET_RULES = (
    Rule("PASSWORD", Needs(any_of=stems([*_STRONG, *_WEAK]), reach=420), scan_passwords),
    Rule(
        "PASSWORD",
        Needs(digits=3, any_of=stems([*_CODES, *_PINS, *_C["told"]["words"]]), reach=120),
        scan_codes,
    ),
    *LOCK_RULES,
    *ANSWER_RULES,
    *KEY_RULES,
)
