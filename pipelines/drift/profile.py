"""What is counted of a night so that later nights can be compared with it.

The counts stand in `runs.counts`, each under a key that begins with `drift.`:

    drift.samples.locale=hi-IN           rows of `samples` with this locale
    drift.taken.safety.locale=hi-IN      of them, those that this phase did not keep
    drift.reason.safety=unsafe           rows that the phase did not keep for this reason
    drift.language=known, =differs       samples of which both languages are known; that differ
    drift.accepted.samples.locale=hi-IN  a person accepted that this share had drifted

A value comes last, whatever it holds; without `=` it is null. Of a dimension the `LISTED` greatest
values are counted: any other has a share so small that no limit of this room can meet it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from pipelines.outcomes import Outcome, Phase
from pipelines.slices import TOTAL

DIMENSIONS = ("locale", "character_id", "jtbd", "difficulty")
"""The slices that are compared over nights."""

LISTED = 100
"""Values of a dimension that are counted; the next one has a share below .01."""

PREFIX = "drift."
"""Of all keys of `runs.counts` that are this room's."""
ACCEPTED = f"{PREFIX}accepted."
"""Prefix of what a person accepted; the rest is the subject's key."""
_KNOWN = f"{PREFIX}language=known"
_PHASES = [phase.value for phase in Phase]


class TrackedCount(NamedTuple):
    """What is compared over nights: `kind` is samples, taken, reason, language or traffic."""

    kind: str
    phase: str | None = None
    dimension: str | None = None
    value: str | None = None

    @property
    def key(self) -> str:
        """How it is named in `runs.counts`, behind the prefix."""
        named = ".".join(part for part in (self.kind, self.phase, self.dimension) if part)
        return named if self.value is None else f"{named}={self.value}"


TRAFFIC = TrackedCount("traffic")
MISMATCH = TrackedCount("language", value="differs")


class Measured(NamedTuple):
    """So many rows of so many."""

    rows: int
    of: int

    @property
    def share(self) -> float:
        """The share of them; 0 of none."""
        return self.rows / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True)
class Profile:
    """A night's counts, read.

    Args:
        ds: the night.
        is_counted: whether the night was profiled; one of an earlier version was not.
        came: rows that came to each phase.
        samples: rows of `samples`.
        known: samples of which both languages are known.
        rows: of each subject; one that is not there has none.
        accepted: subjects whose drift a person accepted on this night.
    """

    ds: str
    is_counted: bool
    came: Mapping[str, int]
    samples: int
    known: int
    rows: Mapping[TrackedCount, int]
    accepted: frozenset[str]

    @property
    def rows_in(self) -> int:
        """Rows of the input."""
        return self.came[Phase.INTAKE]

    def measure(self, subject: TrackedCount) -> Measured:
        """Return the rows of a subject, and of how many."""
        rows = self.rows.get(subject, 0)
        if subject.kind == "samples":
            return Measured(rows, self.samples)
        if subject.kind == "taken":
            return Measured(rows, self._came_of(subject))
        if subject.kind == "reason":
            return Measured(rows, self.came.get(str(subject.phase), 0))
        return Measured(rows, self.known)

    def _came_of(self, subject: TrackedCount) -> int:
        """Return the rows of a slice that came to a phase: no phase before had taken them."""
        kind, phase, *own = subject
        before = _PHASES[: _PHASES.index(str(phase))]
        taken = sum(self.rows.get(TrackedCount(kind, name, *own), 0) for name in before)
        return self.rows.get(TrackedCount("samples", None, *own), 0) - taken


def read_profile(ds: str, counts: Mapping[str, int]) -> Profile:
    """Return a night's profile from the counts of its run."""
    own = {k.removeprefix(PREFIX): n for k, n in counts.items() if k.startswith(PREFIX)}
    accepted = ACCEPTED.removeprefix(PREFIX)
    known = _KNOWN.removeprefix(PREFIX)
    return Profile(
        ds=ds,
        is_counted=known in own,
        came={p: sum(counts.get(f"{p}.{outcome}", 0) for outcome in Outcome) for p in _PHASES},
        samples=counts.get(f"{Phase.INTAKE}.{Outcome.KEEP}", 0),
        known=own.pop(known, 0),
        rows={_read(key): n for key, n in own.items() if not key.startswith(accepted)},
        accepted=frozenset(k.removeprefix(accepted) for k in own if k.startswith(accepted)),
    )


def _read(key: str) -> TrackedCount:
    named, is_given, value = key.partition("=")
    kind, *rest = named.split(".")
    phase = rest.pop(0) if kind in {"taken", "reason"} else None
    dimension = rest.pop(0) if rest else None
    return TrackedCount(kind, phase, dimension, value if is_given else None)


def replace_profile(counts: Mapping[str, int], profile: Mapping[str, int]) -> dict[str, int]:
    """Return a run's counts with another profile in place of its own; what was accepted stays."""
    stays = {
        name: rows
        for name, rows in counts.items()
        if not name.startswith(PREFIX) or name.startswith(ACCEPTED)
    }
    return stays | dict(profile)


def count_languages(samples: pl.LazyFrame, language: pl.LazyFrame) -> pl.DataFrame:
    """Return `declared`, `identified` and the `rows` of a night that have both so."""
    declared = samples.select("sample_id", declared="language")
    identified = language.select("sample_id", identified="language")
    both = declared.join(identified, on="sample_id", how="inner")
    counted = both.group_by("declared", "identified").agg(rows=pl.len().cast(pl.Int64))
    return counted.collect(engine="streaming")


def count_profile(slices: pl.DataFrame, languages: pl.DataFrame) -> dict[str, int]:
    """Return a night's counts by their keys.

    Args:
        slices: `dimension`, `value`, `phase`, `outcome`, `reason`, `rows`, as `count_slices` gives.
        languages: as `count_languages` gives; null or `und` = not known.
    """
    kept = pl.col("outcome") == Outcome.KEEP
    found: list[tuple[TrackedCount, int]] = []
    for name in DIMENSIONS:
        own = slices.filter(pl.col("dimension") == name)
        came = own.filter(pl.col("phase") == Phase.INTAKE).group_by("value").agg(_ROWS)
        listed = came.sort("rows", "value", descending=[True, False], nulls_last=True).head(LISTED)
        found += [(TrackedCount("samples", None, name, v), n) for v, n in listed.iter_rows()]
        lost = own.filter(~kept).join(listed, on="value", how="semi", nulls_equal=True)
        taken = lost.group_by("phase", "value").agg(_ROWS).sort("phase", "value")
        found += [(TrackedCount("taken", p, name, v), n) for p, v, n in taken.iter_rows()]
    total = slices.filter((pl.col("dimension") == TOTAL) & ~kept)
    reasons = total.group_by("phase", "reason").agg(_ROWS).sort("phase", "reason")
    found += [(TrackedCount("reason", p, None, reason), n) for p, reason, n in reasons.iter_rows()]
    counts = {f"{PREFIX}{subject.key}": int(rows) for subject, rows in found}
    return counts | _count_languages(languages)


_ROWS = pl.col("rows").sum()


def _count_languages(languages: pl.DataFrame) -> dict[str, int]:
    both = [pl.col(name).is_not_null() & (pl.col(name) != "und") for name in _LANGUAGES]
    known = languages.filter(both)
    differs = known.filter(pl.col("declared") != pl.col("identified"))
    return {
        f"{PREFIX}{MISMATCH.key}": int(differs["rows"].sum()),
        _KNOWN: int(known["rows"].sum()),
    }


_LANGUAGES = ("declared", "identified")
