"""Runs of digits as people type them: groups with anything between, cut where one number ends."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from pipelines.filtering.privacy.prefilter import PlainText
from pipelines.filtering.privacy.recogniser import SEPARATOR, IsBeside, Scan, Span

_BETWEEN = SEPARATOR.removesuffix("{0,3}").replace("[", r"[()\u3000", 1) + "{1,4}"
_RUN = re.compile(rf"(?<![0-9])[0-9]{{1,40}}(?:{_BETWEEN}[0-9]{{1,40}}){{0,20000}}")
_NEAR_GROUPS = 60
_HEX_AROUND = 40
_HEX = re.compile(r"[0-9a-f-]*[a-f][0-9a-f-]*\Z")
_WORD_CHARS = re.compile(r"[\w-]{0,40}")
_CURRENCIES, _MEASURES = "$€£₹¥₩₽₺", frozenset("%€$£₹")
_SUM = re.compile(r"\d{1,3}(?:,\d{2,3})+(?:\.\d{1,2})?\Z|\d{1,3}(?:\.\d{3})*,\d{2}\Z|\d+\.\d{2}\Z")
_LETTERS = re.compile(r"[a-z_\u00df-\u024f]{0,3}")
_WORD_CHARS_MIN = 3  # one or two letters beside digits are of the same code
_UUID = re.compile(
    r"(?<![0-9a-z])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-z])"
)
_UUID_HYPHENS = 3  # from which a row of hexadecimal groups is one that was cut


@dataclass(frozen=True)
class Run:
    """Groups of digits that stand in a row.

    Attributes:
        text: the plain text, lower-cased.
        groups: [n] start and end of each group.
    """

    text: str
    groups: Sequence[tuple[int, int]]

    def digits(self, first: int = 0, last: int | None = None) -> str:
        """Return the digits of the groups from `first` up to, not with, `last`."""
        return "".join(self.text[start:end] for start, end in self.groups[first:last])

    def lengths(self) -> list[int]:
        """Return how many digits each group has."""
        return [end - start for start, end in self.groups]

    def between(self, index: int) -> str:
        """Return what stands behind the group at `index`, before the next."""
        return self.text[self.groups[index][1] : self.groups[index + 1][0]]

    def part(self, first: int, last: int) -> "Run":
        """Return the run of the groups from `first` up to, not with, `last`."""
        return Run(self.text, self.groups[first:last])

    @property
    def start(self) -> int:
        """Where the first digit stands."""
        return self.groups[0][0]

    @property
    def end(self) -> int:
        """Behind the last digit."""
        return self.groups[-1][1]

    @property
    def said(self) -> str:
        """The run as it is written."""
        return self.text[self.start : self.end]


def find_runs(text: PlainText) -> Iterator[Run]:
    """Yield every run of digit groups in the parts of a text that are to be read.

    A group of more than 40 digits is cut: it is no identifier.
    """
    for match in text.matches(_RUN):
        start = match.start()
        groups = [(start + m.start(), start + m.end()) for m in re.finditer("[0-9]+", match[0])]
        yield Run(text.lower, groups)


def cut_run(run: Run, strong: str = ",/_\t\n\r") -> list[Run]:
    """Return the parts of a run that no strong separator divides."""
    parts, first = [], 0
    for i in range(len(run.groups) - 1):
        between = run.between(i)
        ends_sentence = "." in between and between.strip() != between
        if ends_sentence or "  " in between or any(c in strong for c in between):
            parts.append(run.part(first, i + 1))
            first = i + 1
    return [*parts, run.part(first, len(run.groups))]


def in_hexadecimal(text: str, start: int, end: int) -> bool:
    """Is a span a part of a UUID or of another number that is written with the letters a to f?"""
    before = _WORD_CHARS.match(text[max(0, start - _HEX_AROUND) : start][::-1])
    behind = _WORD_CHARS.match(text, end)
    left, right = before[0][::-1] if before else "", behind[0] if behind else ""
    token = left + text[start:end] + right
    if (left or right) and "-" not in text[start:end] and _HEX.match(token):
        return True
    return any(
        m.start() < end - start + len(left) and m.end() > len(left) for m in _UUID.finditer(token)
    ) or bool((left or right) and _HEX.match(token) and token.count("-") >= _UUID_HYPHENS)


def windows(run: Run, lengths: Sequence[int]) -> Iterator[Run]:
    """Yield what of a run can be one number of so many digits, longer ones first.

    It is a part that strong separators cut out, or several of them in a row.
    """
    parts = cut_run(run)
    found = []
    for first in range(len(parts)):
        total = 0
        for last in range(first, len(parts)):
            total += sum(parts[last].lengths())
            if total > max(lengths):
                break
            if total in lengths:
                groups = [group for part in parts[first : last + 1] for group in part.groups]
                found.append((last > first, Run(run.text, groups)))
    yield from (w for _, w in sorted(found, key=lambda f: (f[0], -len(f[1].digits()), f[1].start)))


def openings(run: Run, lengths: Sequence[int]) -> Iterator[Run]:
    """Yield the beginnings of a run's parts that have so many digits, where a blank ends them.

    Another number may follow a blank: only check digits can tell.
    """
    for part in cut_run(run):
        total = 0
        for last, size in enumerate(part.lengths()[:-1]):
            total += size
            if total in lengths and part.between(last).isspace():
                yield part.part(0, last + 1)


@dataclass(frozen=True)
class Beside:
    """What makes digits an identifier: how many there are, a word near them, check digits.

    Attributes:
        lengths: how many digits it has.
        says_so: does a word stand near?
        holds: the check digits; None = there are none.
        must: only numbers whose check digits hold.
        score: of a number whose check digits do not hold, or that has none.
        sure: of one whose check digits hold.
    """

    lengths: Sequence[int]
    says_so: IsBeside
    holds: Callable[[str], bool] | None = None
    must: bool = False
    score: float = 0.75
    sure: float = 0.95


def scan_digits(wanted: Beside) -> Scan:
    """Return a scan for numbers of so many digits beside a word, in any groups."""

    def scan(text: PlainText) -> Iterator[Span]:
        for run in find_runs(text):
            if sum(run.lengths()) >= min(wanted.lengths) and wanted.says_so(
                text, run.start, run.end
            ):
                for part in _ends(run):
                    yield from _chosen(text, part, wanted)

    return scan


def _ends(run: Run) -> list[Run]:
    """Return what stands near a word: the whole run, or the two ends of a very long one."""
    if len(run.groups) <= 2 * _NEAR_GROUPS:
        return [run]
    return [run.part(0, _NEAR_GROUPS), run.part(len(run.groups) - _NEAR_GROUPS, len(run.groups))]


def _chosen(text: PlainText, run: Run, wanted: Beside) -> Iterator[Span]:
    candidates = list(windows(run, wanted.lengths))
    held = [
        w
        for w in (*candidates, *openings(run, wanted.lengths))
        if wanted.holds is not None and wanted.holds(w.digits())
    ]
    chosen = held or ([] if wanted.must else candidates[:1])
    free = 0
    for window in sorted(chosen, key=lambda w: w.start):
        bounds = window.start, window.end
        if (
            window.start >= free
            and not _in_code(text.lower, *bounds)
            and not _is_amount(text.lower, *bounds)
        ):
            free = window.end
            yield window.start, window.end, wanted.sure if held else wanted.score


def _is_amount(low: str, start: int, end: int) -> bool:
    """Is it a sum: behind the sign of a currency, or with commas and cents as sums have them?"""
    before = low[max(0, start - 2) : start].rstrip()[-1:]
    return (
        (bool(before) and before in _CURRENCIES)
        or low[end : end + 1] in _MEASURES
        or _SUM.match(low[start:end]) is not None
    )


def _in_code(low: str, start: int, end: int) -> bool:
    """Is a number the digits of a code, `K1234567`? A whole word that is glued to it is none."""
    before, behind = (
        _LETTERS.match(low[max(0, start - 3) : start][::-1]),
        _LETTERS.match(low, end, end + 3),
    )
    short = any(m is not None and 0 < len(m[0]) < _WORD_CHARS_MIN for m in (before, behind))
    return short or in_hexadecimal(low, start, end)
