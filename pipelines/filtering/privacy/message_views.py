"""A text that the rules read in place of several messages, and where its findings lie in these."""

from dataclasses import dataclass

from pipelines.filtering.privacy.findings import Finding

Placed = tuple[int, Finding]
"""The position of a message in its sample, and what was found there."""

_MESSAGES_MIN = 2  # in which a joined finding must lie


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a view that stands in a message.

    Args:
        start, end: in the view.
        message: position in the sample.
        offset: of the part's first character in that message.
    """

    start: int
    end: int
    message: int
    offset: int


@dataclass(frozen=True, slots=True)
class View:
    """A text that the rules read in place of several messages.

    Args:
        sample: position of the sample in its batch.
        text: what is read.
        pieces: what of it stands in messages, in order; the rest is said for the rules alone.
        joined: a finding counts only where it lies in two messages or more.
        unfit: entity types that are not believed here.
    """

    sample: int
    text: str
    pieces: tuple[Piece, ...]
    joined: bool
    unfit: frozenset[str] = frozenset()

    def place(self, finding: Finding) -> list[Placed]:
        """Return where a finding lies in the messages; nothing where it does not count."""
        placed = [
            (piece.message, Finding(finding.entity_type, *span, finding.score))
            for piece in self.pieces
            if (span := _overlap(piece, finding)) is not None
        ]
        unfit = finding.entity_type in self.unfit or (
            self.joined and len({message for message, _ in placed}) < _MESSAGES_MIN
        )
        return [] if unfit else placed


def _overlap(piece: Piece, finding: Finding) -> tuple[int, int] | None:
    start, end = max(piece.start, finding.start), min(piece.end, finding.end)
    shift = piece.offset - piece.start
    return (start + shift, end + shift) if start < end else None
