"""What the sentence around a word says of it: persons found by words are kept, left or joined."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

from pipelines.filtering.privacy.entity_spans import SCORE, tidy_span
from pipelines.filtering.privacy.evidence_words import find_words
from pipelines.filtering.privacy.findings import Finding
from pipelines.filtering.privacy.name_tagger import NameShares, NameTagger

KEPT = 0.05
"""A person found by words is left out where the tagger's share is below."""
ADDED = 0.9
"""A word that nothing found is a name from this share."""
ADDED_STRANGE = 0.97
"""The same in a sentence in which no list or cue hints at a name."""
GROWN = 0.7
"""A word beside a person belongs to the name from this share."""
_JOINING = " \u00a0-"  # parts two words of one name
_EASTERN = re.compile(r"[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]")


@dataclass(frozen=True, slots=True)
class Reading:
    """What words and the entity model say of a sentence.

    Args:
        text: the sentence.
        findings: persons and addresses.
        told: spans of names that a cue tells ("my name is"); the tagger is not asked about them.
        words: spans of the words that may be names by themselves, found or not.
        plain: spans of everyday words in small letters, of which none is added.
        is_strange: no list or cue hints at a name, but a word of it is not among the common ones.
    """

    text: str
    findings: Sequence[Finding]
    told: Sequence[tuple[int, int]] = ()
    words: Sequence[tuple[int, int]] = ()
    plain: Collection[tuple[int, int]] = ()
    is_strange: bool = False

    def is_open(self) -> bool:
        """Say whether the tagger is asked: a pass of the encoder costs more than all lists.

        It is asked about a person that no cue told, about a strange sentence, and about each
        telling word in a script whose names no capital shows.
        """
        persons = [f for f in self.findings if f.entity_type == "PERSON"]
        return (
            self.is_strange
            or any(not self.is_told(f) for f in persons)
            or any(
                not _touches(persons, start, end) and _has_no_case(self.text[start:end])
                for start, end in self.words
            )
        )

    def is_told(self, finding: Finding) -> bool:
        """Say whether a cue tells a finding's name, or part of it."""
        return any(start < finding.end and finding.start < end for start, end in self.told)


def settle_names(readings: Sequence[Reading], tagger: NameTagger) -> list[list[Finding]]:
    """Return the findings of each sentence as the tagger leaves them."""
    asked = [reading.text for reading in readings if reading.is_open()]
    shares = iter(tagger.shares(asked))
    return [
        settle(reading, next(shares)) if reading.is_open() else list(reading.findings)
        for reading in readings
    ]


def settle(reading: Reading, shares: NameShares) -> list[Finding]:
    """Return the findings of a sentence: doubtful persons left out, others grown, names added."""
    kept = [
        finding
        for finding in reading.findings
        if finding.entity_type != "PERSON"
        or reading.is_told(finding)
        or (share := shares.of(finding.start, finding.end)) is None
        or share >= KEPT
    ]
    units = [(*unit, shares.of(*unit) or 0.0) for unit in _units(reading.text, shares)]
    names = [(start, end) for start, end, share in units if share >= GROWN]
    least = ADDED_STRANGE if reading.is_strange else ADDED
    sure = [(start, end) for start, end, share in units if share >= least]
    grown = [
        _grow(reading.text, finding, names) if finding.entity_type == "PERSON" else finding
        for finding in kept
    ]
    found = (
        _grow(reading.text, Finding("PERSON", *word, SCORE), names)
        for word in sure
        if word not in reading.plain
    )
    tidy = (tidy_span(reading.text, "PERSON", name.start, name.end) for name in found)
    added = [name for name in tidy if name and not _touches(grown, name.start, name.end)]
    return [*grown, *added]


def _units(text: str, shares: NameShares) -> Iterator[tuple[int, int]]:
    """Yield what is one name or none: a word, or a token where no blanks part words."""
    for word in find_words(text):
        if _EASTERN.search(word[0]):
            inside = (shares.starts < word.end()) & (word.start() < shares.ends)
            for start, end in zip(shares.starts[inside], shares.ends[inside], strict=True):
                yield max(int(start), word.start()), min(int(end), word.end())
        else:
            yield word.span()


def _grow(text: str, person: Finding, names: Sequence[tuple[int, int]]) -> Finding:
    """Return a person with the names right beside it."""
    start, end = person.start, person.end
    for word_start, word_end in names:
        if word_end > end >= word_start or _are_beside(text, end, word_start):
            end = max(end, word_end)
    for word_start, word_end in reversed(names):
        if word_start < start <= word_end or _are_beside(text, word_end, start):
            start = min(start, word_start)
    return replace(person, start=start, end=end)


def _are_beside(text: str, end: int, start: int) -> bool:
    """Say whether nothing but one blank or hyphen parts what ends from what starts."""
    return start == end or (start == end + 1 and text[end] in _JOINING)


def _touches(findings: Sequence[Finding], start: int, end: int) -> bool:
    return any(start < f.end and f.start < end for f in findings)


def _has_no_case(word: str) -> bool:
    return word.lower() == word.upper()
