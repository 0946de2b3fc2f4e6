"""Findings of identifiers: what they are, and how those of several models become one list."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from pipelines.filtering.privacy.settings import HIGH_RISK

SHARP = frozenset(
    {*HIGH_RISK, "EMAIL_ADDRESS", "IP_ADDRESS", "MAC_ADDRESS", "PHONE_NUMBER", "UPI_ID"}
    - {"PASSWORD"}
)
"""Types whose text is the identifier itself, so that it must be gone wherever it stands."""
_SPREAD_CHARS_MIN = 7
_SPREAD_MAX = (
    200  # texts looked for again; a conversation with more is cut off, its cost stays linear
)


@dataclass(frozen=True, slots=True)
class Finding:
    """An identifier in a text.

    Attributes:
        entity_type: Presidio's name of the type, or ours where it has none.
        start: code-point offset of the first character.
        end: code-point offset behind the last character; more than `start`.
        score: confidence in [0, 1].
    """

    entity_type: str
    start: int
    end: int
    score: float


def merge_findings(lists: Iterable[Sequence[Finding]]) -> list[Finding]:
    """Return the union of the findings of several models as spans that do not overlap, by start.

    Findings that overlap become one that covers them all, so that nothing found is lost; it
    bears the type and score of the winner: highest score, then longest, then first, then type.
    """
    groups: list[list[Finding]] = []
    reached = -1
    for finding in sorted(
        chain.from_iterable(lists), key=lambda f: (f.start, f.end, f.entity_type)
    ):
        if finding.start < reached:
            groups[-1].append(finding)
        else:
            groups.append([finding])
        reached = max(reached, finding.end)
    return [_cover(group) for group in groups]


def spread_findings(
    texts: Sequence[str], findings: Sequence[Sequence[Finding]], types: Collection[str] = SHARP
) -> list[list[Finding]]:
    """Find in every text of one conversation what was found in any of them, whatever its case.

    Words around a number may be what told it from an order's; said once, it is known.

    Args:
        texts: [n] messages of one conversation.
        findings: [n] what was found in each.
        types: entity types to look for again; texts shorter than 7 characters are not.

    Returns:
        [n] merged findings, by start; never fewer than came in.
    """
    known: dict[str, Finding] = {}
    for text, found in zip(texts, findings, strict=True):
        for finding in found:
            said = text[finding.start : finding.end].lower()
            if (
                finding.entity_type in types
                and len(said) >= _SPREAD_CHARS_MIN
                and len(known) < _SPREAD_MAX
            ):
                known.setdefault(said, finding)
    return [
        merge_findings([found, _again(text, known)])
        for text, found in zip(texts, findings, strict=True)
    ]


def _again(text: str, known: Mapping[str, Finding]) -> list[Finding]:
    low = text.lower()
    if len(low) != len(text):  # a letter whose lower case is longer: offsets would not stand
        low = text
    again = []
    for said, finding in known.items():
        start = low.find(said)
        while start >= 0:
            again.append(Finding(finding.entity_type, start, start + len(said), finding.score))
            start = low.find(said, start + len(said))
    return again


def _cover(group: Sequence[Finding]) -> Finding:
    winner = min(group, key=lambda f: (-f.score, f.start - f.end, f.start, f.entity_type))
    return Finding(winner.entity_type, group[0].start, max(f.end for f in group), winner.score)
