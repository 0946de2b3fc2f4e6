"""The ways in which languages build a street address, as scans over words of a data file.

Types that are ordinary words too ("way", "place", "platz") need more than a name and a number: a
cue ("I live at"), a capital, a unit or a postcode. All walks are bounded, so that time is linear in
the text.
"""

# ruff: noqa: RUF001  a pattern is read as one line

import re
from collections.abc import Iterator, Mapping, Sequence

from pipelines.filtering.privacy.address_words import (
    CUE_CHARS,
    alone,
    any_of,
    counts_something,
    cues,
    extended,
    has_cue,
    is_capital,
    no_names,
    read_words,
)
from pipelines.filtering.privacy.prefilter import PlainText
from pipelines.filtering.privacy.recogniser import Scan, Span

SURE, LIKELY = 0.9, 0.75
NUMBERLESS = ("s/n", "snc")
"""What stands in place of a house's number where there is none."""
_REACH = 120
_NAME_WORDS_MAX = 6
_NUMBER = re.compile(
    r"[#№]?(?:[a-z]{1,2}[-/]?)?\d{1,5}(?:[a-zа-я]\d{0,2})?(?:[-/–](?:\d{1,5}[a-z]?"
    r"|[a-z](?!\w))){0,3}(?![\w%€$£₹°])"
)
_NUMBER_LEFT = re.compile(
    r"(?<![\w.,:/$€£₹#-])\d{1,6}[a-z]?(?:[/-]\d{1,4}[a-z]?){0,2}(?: (?:bis|ter|quater))?,?\s{1,2}"
)
_TOKEN = re.compile(r"[^\s,;!?()\n\"]+|[,;!?()\n\"]")
_VETO_ENDING_MIN = 6  # letters: shorter ones end other words too
_GLUED_NUMBER = re.compile(r"(?:n[º°o.]{1,2}|no[.:]|nr\.?|д\.|№|#)(\d{1,5}[a-z]?)\Z")
_LATIN_WORD = r"[^\W\d_][\w'’.-]{0,24}"


_SAID_ADDRESS = (
    r"(?:live|lives|living|stay|stays|staying|reside|resides|located) (?:at|on)|address(?: is|:)?"
    r"|(?:deliver|ship|send|mail|bring|moved?|come|go)(?: it| them)? to|home:|(?:pick me up"
    r"|meet me) (?:at|from|outside|near)"
)
_NEAR_CUE = re.compile(rf"(?<!\w)(?:{_SAID_ADDRESS})[\s:]{{1,3}}(?:is )?\Z")
_TYPELESS_MIN = 2


def scan_typeless(text: PlainText) -> Iterator[Span]:
    """Find "I live at 30 sean parklands": a number and a name right behind a cue."""
    low = text.lower
    for match in text.matches(_NUMBER_LEFT):
        start = match.start()
        if not _NEAR_CUE.search(low, max(0, start - CUE_CHARS), start):
            continue
        names, end = list[int](), match.end()
        for token in _TOKEN.finditer(low, match.end(), match.end() + _REACH):
            if token[0][0] in ',;!?()\n"0123456789' or token[0].rstrip(".") in no_names():
                break
            names.append(token.start())
            end = token.end()
            if len(names) == _NAME_WORDS_MAX - 2 or token[0].endswith("."):
                break
        at, more = extended(low, end, ())
        capital = any(is_capital(text, place) for place in names)
        if (
            names
            and (capital or more or len(names) >= _TYPELESS_MIN)
            and not counts_something(low, match.end() - 1)
        ):
            yield start, at, LIKELY


def number_first(words: Mapping[str, Sequence[str]]) -> Scan:
    """Return a scan for "14 oak street": number, name, type."""
    strong, weak = frozenset(words["strong"]), frozenset(words["weak"])
    between = frozenset(words["between"])
    units = any_of(words.get("unit", ()))
    room = (
        re.compile(rf"(?<!\w)(?:{units})\.?\s?#?(?:[\w/-]{{1,6}},?\s{{1,2}})?\Z") if units else None
    )
    istype_first = words.get("order") == "type"

    def scan(text: PlainText) -> Iterator[Span]:
        low = text.lower
        for match in text.matches(_NUMBER_LEFT):
            found = _walk_to_type(
                low, match.end(), strong | weak, between, istype_first=istype_first
            )
            if found is None:
                continue
            kind, end, names = found
            capitals = any(is_capital(text, at) for at in names)
            start = match.start()
            of_what = low.startswith("of ", match.end())  # "unit 4 of the course" is no flat
            before = room.search(low, max(0, start - 20), start) if room and not of_what else None
            if before:
                start = before.start()
            at, more = extended(low, end, words.get("unit", ()))
            sure = (
                kind.removesuffix("s") in strong or kind in strong or more or start < match.start()
            )
            if (
                not sure
                and not (capitals and (istype_first or is_capital(text, end - len(kind))))
                and not (kind in _ROADS and alone(low, start, at))
                and not has_cue(text, start, at)
            ):
                continue
            if (
                kind in strong
                and not capitals
                and not more
                and len(kind) <= _SHORT
                and kind.isascii()  # letters of Hindi and Arabic have no capitals
                and not alone(low, start, at)
                and not has_cue(text, start, at)
            ):
                continue  # "3 big st" is no street by itself
            yield start, at, SURE if sure else LIKELY

    return scan


_SHORT = 3
_ROADS = frozenset(
    ["drive", "dr", "court", "ct", "close", "place", "pl", "way", "gardens", "grove", "mews", "sq"]
)
"""Types that make an address of what is all that somebody says: "48 kingsley close"."""
_CLEAR = frozenset(["jl", "jln", "gg", "ul", "ул", "наб", "пер", "rte", "cll", "kra", "vle", "cso"])
"""Short for a street and for nothing else."""


def _walk_to_type(
    low: str, start: int, types: frozenset[str], between: frozenset[str], *, istype_first: bool
) -> tuple[str, int, list[int]] | None:
    """Return the street type behind one to four names, its end, and where the names begin."""
    names: list[int] = []
    found: tuple[str, int, list[int]] | None = None
    for token in _TOKEN.finditer(low, start, start + _REACH):
        word = token[0].rstrip(".")
        if istype_first:
            return _french(low, token, types, between)
        if names and (word in types or word.removesuffix("s") in types):
            found = word, token.end(), list(names)
            continue
        if (
            found
            or token[0] in ',;!?()\n"'
            or (word in no_names() and not (names and word in between))
        ):
            break
        if token[0].isdigit() or len(names) >= _NAME_WORDS_MAX - 2:
            break
        names.append(token.start())
    return found


_FRENCH_PARTS = frozenset(
    ["bat", "bât", "esc", "apt", "appt", "app", "bte", "hall", "porte", "rdc", "étage", "etage"]
)
"""What begins the parts of a house behind the name of its street."""


def _french(
    low: str, first: re.Match[str], types: frozenset[str], between: frozenset[str]
) -> tuple[str, int, list[int]] | None:
    """Return the type that begins a French street, the name's end, and where names begin."""
    if first[0].rstrip(".") not in types:
        return None
    names, end = list[int](), first.end()
    for token in _TOKEN.finditer(low, first.end(), first.end() + _REACH):
        word = token[0]
        small = word.split("'")[0] + "'" if "'" in word else word
        if word in between:
            continue
        if (
            word[0] in ',;!?()\n"'
            or word[0].isdigit()
            or (names and word.rstrip(".") in _FRENCH_PARTS)
            or (word in no_names() and small not in between)
        ):
            break
        names.append(token.start())
        end = token.end()
        if len(names) >= 3 or word.endswith("."):  # noqa: PLR2004  of one person
            break
    return (first[0].rstrip("."), end, names) if names else None


def type_first(words: Mapping[str, Sequence[str]]) -> Scan:
    """Return a scan for "calle de alcalá 42": type, name, number."""
    numbered = frozenset(words.get("numbered", ()))
    strong, weak = frozenset(words["strong"]) | numbered, frozenset(words["weak"])
    before_number = frozenset(words["number"])
    second = re.compile(
        rf"\s(?:(?:{any_of(before_number)})\s?\d{{1,5}}(?:-\d{{1,4}})?|\d{{2,4}}(?=\s?[,.;]|\s?\Z"
        rf"|\s(?:por|y|el)\b))(?!\w)"
    )
    begin = re.compile(
        rf"(?<![\w.@/-])(?:{any_of(strong | weak)})(?:\.\s{{0,2}}|\s{{1,2}}|(?<=/)|(?<=\.)|,\s)"
    )

    def scan(text: PlainText) -> Iterator[Span]:
        low = text.lower
        for match in text.matches(begin):
            found = _walk_to_number(low, match.end(), before_number)
            if found is None:
                continue
            end, names, marked = found
            again = second.match(low, end)  # "diagonal 2 n° 887", "calle sur 513 int 9"
            end = again.end() if again else end
            if counts_something(low, end):
                continue
            kind = match[0].strip(" ,")
            part = _OF_KM.match(low, end) if "km" in low[match.end() : end] else None
            end = part.end() if part else end
            at, more = extended(low, end, words["unit"])
            sure = kind.rstrip(".") in strong or kind in strong
            capitals = any(is_capital(text, place) for place in names)
            marked = marked or again is not None or kind in numbered
            told = marked or more or capitals or has_cue(text, match.start(), at)
            if (not names and not marked and not has_cue(text, match.start(), at)) or (
                not sure and not told
            ):
                continue
            if sure and not told and not kind.endswith(".") and len(kind) <= _SHORT:
                here = alone(low, match.start(), at) or (kind in _CLOSED and _stops(low, at))
                if kind not in _CLEAR and not here:
                    continue
            yield match.start(), at, SURE if sure and told else LIKELY

    return scan


_OF_KM = re.compile(r"[.,]\d{1,2}(?!\w)")
_CLOSED = frozenset(["rua", "rue", "av"])
_STOPS = re.compile(r"\s?(?:[,.;!?)\n]|\Z)")


def _stops(low: str, end: int) -> bool:
    """Say whether a house number of two digits or more ends what is said."""
    return low[end - 2 : end].isdigit() and _STOPS.match(low, end) is not None


def _walk_to_number(
    low: str, start: int, marks: frozenset[str]
) -> tuple[int, list[int], bool] | None:
    """Return where the house number ends, where names begin, and whether a mark led to it."""
    names, marked = list[int](), False
    for token in _TOKEN.finditer(low, start, start + _REACH):
        word = token[0]
        number = _NUMBER.match(low, token.start())
        if number and number.end() >= token.end() - 1:
            return number.end(), names, marked
        glued = _GLUED_NUMBER.match(word)
        if glued:
            return token.end(), names, True
        if word in marks or word.rstrip(".:") in marks:
            if word in NUMBERLESS:
                return token.end(), names, True
            marked = True
            continue
        if word == ",":
            marked = bool(names)
            continue
        if (
            word in ';!?()\n"'
            or len(names) >= _NAME_WORDS_MAX
            or (word in no_names() and not _is_small(word))
        ):
            return None
        if marked and names and word not in marks:
            marked = False
        names.append(token.start())
    return None


def _is_small(word: str) -> bool:
    """Say whether a word stands inside names of streets too ("calle de la luna")."""
    return word in _SMALL_WORDS


_SMALL_WORDS = frozenset({
    "y", "en", "con", "por", "o", "e", "a", "da", "de", "la", "las", "i", "w", "na", "on", "van",
    "het", "den", "der", "в", "на", "с", "lo", "в.", "são", "sao", "san", "della", "dei"
})  # fmt: skip


def number_last(words: Mapping[str, Sequence[str]]) -> Scan:
    """Return a scan for "atatürk caddesi no: 5": name, type, number."""
    kinds, marks = any_of(words["strong"]), any_of(words["number"])
    pattern = re.compile(
        rf"(?<!\w)(?P<names>(?:[^\W_][\w'’.\u0900-\u0963-]{{0,24}}\s){{1,3}})(?:{kinds})\.?,?\s{{1,"
        rf"2}}"
        rf"(?:(?:(?:\d{{1,4}}\.?|{_LATIN_WORD})\s){{1,2}}(?:{kinds})\.?,?\s{{1,2}}){{0,2}}(?:(?:{marks})\.?:?\s{{0,"
        rf"2}})?\d{{1,5}}(?:[a-zа-я]\d{{0,2}})?(?:[/-](?:\d{{1,4}}[a-z]?"
        rf"|[a-z])){{0,2}}(?!\w)"
        rf"(?:,?\s{{1,2}}(?:{marks})\.?:?\s{{0,2}}\d{{1,4}}){{0,3}}"
    )

    def scan(text: PlainText) -> Iterator[Span]:
        for match in text.matches(pattern):
            if counts_something(text.lower, match.end()):
                continue
            start = _first_name(text.lower, *match.span("names"))
            if start >= match.end("names"):
                continue
            at, _ = extended(text.lower, match.end(), ())
            yield start, at, LIKELY

    return scan


def _first_name(low: str, start: int, end: int) -> int:
    """Return where the name begins: behind the last ordinary word before the type."""
    at = start
    for token in _TOKEN.finditer(low, start, end):
        if token[0] in no_names() or cues().fullmatch(token[0]):
            at = token.end() + 1
    return at


def _with_title(low: str, start: int) -> int:
    """Return where a street's name begins with words before its type: "van der helstlaan"."""
    at = start
    for _ in range(3):
        word = _TITLE.search(low, max(0, at - 24), at)
        if word is None or word[1].rstrip(".") not in frozenset(read_words()["titles"]):
            break
        at = word.start(1)
    return at


def _is_house(low: str, start: int, end: int, reached: int) -> bool:
    """Say whether a road that is a word too is one: it is all that is said, or has a flat."""
    return alone(low, start, reached) or _FLAT.search(low, start, end) is not None


_GLUED_ROADS = frozenset(["weg", "platz", "str", "dijk", "singel", "winkel", "graben", "markt"])
_FLAT = re.compile(r"\d[a-z]?/\d{1,3}(?:/\d{1,3})?\Z")
_TITLE = re.compile(r"(?<![\w'])([\w'.]{1,20})\s\Z")


def glued(words: Mapping[str, Sequence[str]]) -> Scan:
    """Return a scan for "rosenstraße 12": the type is the end of the word before the number."""
    strong, weak = any_of(words["strong"]), any_of(words["weak"])
    veto = frozenset(words["veto"])
    pattern = re.compile(
        rf"(?<![\w.])(?P<word>[^\W\d_][\w'.-]{{1,40}}?(?P<kind>{strong}|{weak})"
        rf"|(?:[^\W\d_][\w'-]{{1,24}}\s)(?P<apart>{strong}))"
        r"(?:,? {1,2}|(?<=str\.))(?:(?:nr|no|nummer|hausnummer|huisnummer)\.? {0,2})?"
        r"\d{1,4} ?(?:hs|bis|[ivx]{1,3}"
        r"|[a-z])?(?:[-/–](?:\d{1,4}[a-z]?|[ivx]{1,3}))?(?:[-/–]\d{1,4}[a-z]?)?(?![\w%€°]"
        r"|[.,:]\d)"
    )
    sure = frozenset(words["strong"])

    def scan(text: PlainText) -> Iterator[Span]:
        low = text.lower
        for match in text.matches(pattern):
            word = match["word"]
            if (
                word in veto
                or any(word.endswith(v) for v in veto if len(v) > _VETO_ENDING_MIN)
                or counts_something(low, match.end())
            ):
                continue
            kind = match["kind"] or match["apart"]
            if match["apart"] and match["word"].split()[0] in no_names():
                continue  # "is kade 1"
            at, more = extended(low, match.end(), ())
            told = more or (kind in _GLUED_ROADS and _is_house(low, *match.span(), at))
            if kind in sure or told or has_cue(text, match.start(), at):
                yield _with_title(low, match.start()), at, SURE if kind in sure else LIKELY

    return scan
