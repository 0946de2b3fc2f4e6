"""Addresses told by their parts: flat, block, floor, lot, and the name and number beside them.

"augusta 1500 apto 62", "qd 12 lt 3", "ул. мира 3 кв 8" have no street type, or more than one
number. Parts that stand in a row make an address; so does one part behind a name with a number, and
a name with a number right behind words that announce an address. The words stand in
`address_parts.yaml`, by language. All walks and quantifiers are bounded, so that time is linear in
the text.
"""

# ruff: noqa: RUF001, C901, PLR0912, PLR2004, SIM113, SIM114  walks read token by token

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipelines.filtering.privacy.address_needs import cue_need, part_need
from pipelines.filtering.privacy.address_tail import (
    LEFT,
    LETTER,
    NUMBER,
    RIGHT,
    any_word,
    part_pattern,
    read_parts,
    tail_end,
)
from pipelines.filtering.privacy.address_words import counts_something, no_names
from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import Rule, Span

_SURE, _LIKELY = 0.9, 0.75
_BACK, _AHEAD = 80, 90
_NAMES_MAX, _PARTS_MAX = 4, 12
_REACH = 500
_HOUSE = re.compile(rf"#?(?:n[º°.]{{1,2}})?(?:{NUMBER}|[^\W\d_]{{1,2}}-\d{{1,4}}(?:/\d{{1,4}})?)\Z")
_TOKEN = re.compile(r"[^\s,;!?()\n\":。]+|[,;!?()\n\":。]")
_GAP = re.compile(r"[\s,;/.·–-]{0,4}\Z")
_SEPARATED = re.compile(r"[\s,.–-]{1,4}")
_NUMBER_BEHIND = re.compile(rf"\s{NUMBER}{RIGHT}")
_CITY = re.compile(r"(?<!\w)(?:г|город|с|село|пос|дер|деревня|д)\.?\s?[^\W\d_][\w-]{2,24},?\s\Z")
_CODED = re.compile(
    rf"{LEFT}(?:(?:{LETTER}|[a-z])[-/ ]?\d{{1,4}}(?:/\d{{1,4}})?|\d{{1,4}}/\d{{1,4}}"
    rf"|\d{{1,4}}(?=,)),?\s{{1,2}}"
)
_YEAR = re.compile(r"(?:1[6-9]|20)\d\d\Z")
_NUMBER_MARKS = frozenset({"no", "n", "nr", "nº", "n°", "nro", "num", "núm", "numero", "número",
    "№", "#", "дом", "д", "رقم", "नंबर", "नं", "nomor", "nomer"})  # fmt: skip
_SMALL = frozenset({"de", "da", "do", "das", "dos", "del", "la", "las", "los", "el", "di", "della",
    "delle", "dei", "van", "der", "den", "het", "ter", "ten", "du", "des", "le", "les", "e", "y",
    "the", "of", "'t", "al", "ibn", "von", "zum", "zur", "am", "an", "im", "unter"})  # fmt: skip
_DOORS = frozenset({"casa", "lote", "depto", "बंगला", "मकान", "घर", "makan", "makaan", "ghar", "بيت",
    "منزل"})  # fmt: skip
_ENDS = re.compile(r"\s{0,2}(?:[.,;!?)\n\"،।]|\Z)|\s{1,2}[^\w\s]")
_WORD = re.compile(r"\s{1,2}([\w\u0900-\u0963\u064b-\u0652']+)")


@dataclass(frozen=True)
class _Part:
    """A part of an address: where it stands, its word, and whether it proves something."""

    start: int
    end: int
    word: str
    strong: bool
    has_digit: bool


class Parts:
    """The parts of addresses of one language.

    Args:
        words: an entry of the data file.
        weak_pairs: two weak words with numbers are an address.
    """

    def __init__(self, words: Mapping[str, list[str]], *, weak_pairs: bool = True) -> None:
        self._weak_pairs = weak_pairs
        self._strong, self._street = frozenset(words["strong"]), frozenset(words["street"])
        self._types_behind = tuple(words["named"])
        self.pattern = part_pattern(words)
        cues = any_word(words["cue"])
        self.cue = re.compile(rf"(?<!\w)(?:{cues})(?::\s{{0,2}}|,?\s{{1,2}}|：)") if cues else None
        self._stops = no_names() | {cue.split()[-1] for cue in words["cue"]} | {"em", "na", "pra",
            "ke", "di", "naar", "an", "über", "بجانب", "जगह"}  # fmt: skip
        self._no_names = frozenset(read_parts()["no_name"])

    def find(self, text: PlainText) -> Iterator[Span]:
        """Find parts in a row, and a part behind a name with a number."""
        low = text.lower
        run: list[_Part] = []
        for match in text.matches(self.pattern):
            part = self._read(low, match)
            if part is None:
                continue
            if run and (len(run) >= _PARTS_MAX or not self._joins(low, run[-1].end, part.start)):
                yield from self._judge(low, run)
                run = []
            run.append(part)
        if run:
            yield from self._judge(low, run)

    def find_cued(self, text: PlainText) -> Iterator[Span]:
        """Find a name with a number right behind words that announce an address."""
        low = text.lower
        for match in text.matches(self.cue) if self.cue else ():
            end = self._named_house(low, match.end())
            if end is not None:
                yield match.end(), self._ahead(low, end), _LIKELY

    def find_coded(self, text: PlainText) -> Iterator[Span]:
        """Find "b-27 lajpat nagar", "12/4 पटेल नगर": the number of a house before its quarter."""
        low = text.lower
        for match in text.matches(_CODED):
            end = self._quarter(low, match.end())
            if end is not None:
                yield match.start(), self._ahead(low, end), _LIKELY

    def _read(self, low: str, match: re.Match[str]) -> _Part | None:
        word = match["word"] or match["behind"] or match["lone"]
        digit = any(map(str.isdigit, match[0]))
        if (
            digit
            and counts_something(low, match.end())
            and not self.pattern.match(low, match.end() + 1)
        ):
            return None
        if match["lone"]:
            return _Part(*match.span(), word, strong=False, has_digit=False)
        strong = word in self._strong if match["word"] else len(word) > 1
        return _Part(*match.span(), word, strong and digit, digit)

    def _joins(self, low: str, end: int, start: int) -> bool:
        """Do two parts stand in a row: with a mark between them, or with a name or two?"""
        if _GAP.match(low, end, start) and start - end <= 4:
            return True
        if start - end > 36:
            return False
        tokens = [t[0] for t in _TOKEN.finditer(low, end, start)]
        names = [t for t in tokens if t != ","]
        return (
            0 < len(names) <= 3
            and tokens.count(",") <= 2
            and not any(self._stops_name(t) or t in ';!?()\n":。' for t in names)
        )

    def _stops_name(self, token: str) -> bool:
        word = token.rstrip(".")
        return word in self._stops or word in self._no_names

    def _judge(self, low: str, run: Sequence[_Part]) -> Iterator[Span]:
        valued = [part for part in run if part.has_digit or part.word in self._strong]
        digits, strong = sum(p.has_digit for p in run), sum(p.strong for p in run)
        start, numbered, typed = self._back(low, run[0].start)
        end = self._ahead(low, run[-1].end)
        named_house = numbered and start < run[0].start
        words = {part.word for part in valued}
        enough = (
            (len(words) > 1 and strong > 0 and digits > 0)
            or (len(words) > 1 and digits > 1 and self._weak_pairs)
            or len(words) > 2
            or (
                named_house
                and (
                    strong > 0
                    or typed
                    or len(words) > 1
                    or (digits == 0 and len(run) > 0 and self._is_tail(run))
                )
            )
            or (typed and digits > 0 and (strong > 0 or len(words) > 1 or words & _DOORS))
            or (digits > 0 and self._is_cued(low, start))
            or (strong > 0 and self._has_type(low, run[-1].end, end))
        )
        if enough and (digits or numbered):
            if start == run[0].start and len(words) > 1:
                start = self._named(low, start)
            if run[-1].word in self._street and end == run[-1].end:
                end = self._names_behind(low, end)
            yield start, end, _SURE if strong else _LIKELY

    def _named(self, low: str, at: int) -> int:
        """Return where a name of up to three words begins that stands before a house's parts."""
        start, names = at, 0
        for token in reversed(list(_TOKEN.finditer(low, max(0, at - _BACK), at))):
            if self._stops_name(token[0]) or token[0] in ';!?()\n":。,' or token[0][0].isdigit():
                return start
            names += 1
            if names > 3:
                return at
            start = token.start()
        return start

    def _names_behind(self, low: str, end: int) -> int:
        """Return where the name behind a street's type ends: one or two words."""
        at, names = end, 0
        for token in _TOKEN.finditer(low, end, end + _AHEAD):
            if self._stops_name(token[0]) or token[0] in ';!?()\n":。,' or names == 2:
                break
            at, names = token.end(), names + 1
        return at

    def _is_tail(self, run: Sequence[_Part]) -> bool:
        """Does a lone word of a house say enough behind a name with a number?"""
        return any(len(part.word) > 3 or part.word in {"hs", "iii", "s/n"} for part in run)

    def _is_cued(self, low: str, start: int) -> bool:
        if self.cue is None:
            return False
        near = max(0, start - 32)
        return any(m.end() == start for m in self.cue.finditer(low, near, start))

    def _has_type(self, low: str, end: int, ahead: int) -> bool:
        return any(self._is_type(token[0]) for token in _TOKEN.finditer(low, end, ahead))

    def _is_type(self, token: str) -> bool:
        word = token.rstrip(".")
        return (
            token in self._street
            or word in self._street
            or word.endswith(self._types_behind or ("\0",))
        )

    def _back(self, low: str, at: int) -> tuple[int, bool, bool]:
        """Return where what stands before a part begins, and whether it has a number and a type."""
        floor = max(0, at - _BACK)
        tokens = list(_TOKEN.finditer(low, floor, at))
        if floor and tokens and tokens[0].start() == floor:
            tokens = tokens[1:]  # the window cuts it
        start, names, numbered, typed, marks = at, 0, False, False, 0
        for index in range(len(tokens) - 1, -1, -1):
            token, word = tokens[index], tokens[index][0].rstrip(".")
            before = tokens[index - 1][0].rstrip(".") if index else ""
            if token[0] == ",":
                marks += 1
                if marks > 2 or (numbered and names):
                    break
            elif token[0] in ';!?()\n":。':
                break
            elif self._is_type(token[0]) and (numbered or names or word not in _SMALL):
                typed, start = True, token.start()
                if word in self._street and before not in self._street:
                    if not numbered and _HOUSE.match(before):
                        numbered, start = True, tokens[index - 1].start()
                    break
                names += 1
            elif _HOUSE.match(token[0]):
                if _YEAR.match(token[0]):
                    break
                if numbered and not (names and (self._is_type(before) or before in _SMALL)):
                    break
                numbered, start = True, token.start()
            elif word in _NUMBER_MARKS and numbered:
                continue
            elif word in _SMALL and (names or numbered):
                continue
            elif self._stops_name(token[0]) and not (_HOUSE.match(before) and not word.isascii()):
                break
            else:
                names += 1
                if numbered or typed or names <= 2:
                    start = token.start() if numbered or typed else start
                if names >= _NAMES_MAX:
                    break
        if not (typed or (numbered and names)):
            return at, False, False
        city = _CITY.search(low, max(0, start - 32), start)
        return (city.start() if city else start), numbered, typed

    def _ahead(self, low: str, end: int) -> int:
        """Return where an address ends that goes on with parts, a street, a quarter, a postcode."""
        at = tail_end(low, end)
        for _ in range(3):
            gap = _SEPARATED.match(low, at)
            further = self._quarter(low, gap.end()) if gap else None
            if further is None:
                break
            at = tail_end(low, further)
        return at

    def _quarter(self, low: str, begin: int) -> int | None:
        """Return where a street or quarter that begins here ends: "urb los jardines"."""
        names, typed, end = 0, False, None
        for count, token in enumerate(_TOKEN.finditer(low, begin, begin + _AHEAD)):
            word = token[0].rstrip(".")
            if token[0] in ',;!?()\n":。' or count > 4:
                break
            if count == 0 and (word in self._street or token[0] in self._street):
                typed = True
                continue
            if (
                self._types_behind
                and word.endswith(self._types_behind)
                and (names or len(word) > 5)
            ):
                typed, end = True, token.end()
                number = _NUMBER_BEHIND.match(low, end)
                return number.end() if number and not counts_something(low, number.end()) else end
            if word in _SMALL:
                continue
            if self._stops_name(token[0]):
                break
            names += 1
            if typed:
                end = token.end()
                if names >= 2 or _HOUSE.match(token[0]):
                    break
        return end if typed and names else None

    def _named_house(self, low: str, start: int) -> int | None:
        """Return where a name with a house's number ends that begins here; None = none."""
        names, end, day = 0, None, False
        for count, token in enumerate(_TOKEN.finditer(low, start, start + _AHEAD)):
            word = token[0].rstrip(".")
            if _HOUSE.match(word):
                if names:
                    end = token.start() + len(word)
                    break
                day = count == 0
                if not day:
                    return None
            elif (
                word in _NUMBER_MARKS
                or (word in _SMALL and count < 5)
                or (token[0] == "," and names)
            ):
                continue
            elif token[0] in ',;!?()\n":。' or (
                self._stops_name(token[0]) and not (day and names == 0)
            ):
                break
            else:
                names += 1
                if names > _NAMES_MAX:
                    return None
        if end is None:
            return None
        return end if self._ends_house(low, end) else None

    def _ends_house(self, low: str, end: int) -> bool:
        """Does what stands behind a number let it be one of a house?"""
        if counts_something(low, end):
            return False
        if _ENDS.match(low, end) or self.pattern.match(low, min(len(low), end + 1)):
            return True
        word = _WORD.match(low, end)
        return word is not None and word[1] in self._stops and word[1] not in {"de", "a", "à"}


def _needs(words: Iterable[str]) -> tuple[str, ...]:
    """Return the longest piece of each word: what a text with the word must hold."""
    pieces = sorted({max(word.split(), key=len) for word in words})
    return tuple(p for p in pieces if not any(o != p and o in p for o in pieces))


def part_rules() -> Iterator[Rule]:
    """Yield the rules of each language: by parts, by cues, by coded houses."""
    for code, words in read_parts().items():
        if code in {"no_name", "months"}:
            continue
        parts = Parts(words, weak_pairs=code != "en")
        said = _needs((*words["strong"], *words["weak"], *words["behind"], *words["lone"]))
        needs = Needs(digits=1, any_of=said, reach=_REACH, pattern=part_need(words))
        yield Rule("STREET_ADDRESS", needs, parts.find)
        if code in {"hi", "hi-Latn"}:
            yield Rule(
                "STREET_ADDRESS",
                Needs(1, any_of=_needs(words["named"]), reach=_REACH),
                parts.find_coded,
            )
        if words["cue"]:
            needs = Needs(
                digits=1,
                any_of=_needs(words["cue"]),
                reach=_REACH,
                pattern=cue_need(words["cue"]),
            )
            yield Rule("STREET_ADDRESS", needs, parts.find_cued)
