"""Guards of a night: its traffic, its shares and its losses against the nights before.

A night whose counts lie outside an interval around the median of the last nights is held, until a
person says that it is right. The interval is as wide as the nights differ (a scaled median absolute
deviation, which one odd night does not move), as wide as chance makes the share of so few rows, and
as wide as a difference that would matter. What is far from the median is also compared with the
nights of the same weekday, and with those since a person accepted the same subject: a night is held
only if it is far from all of them.

    locale hi-IN, fourteen nights between .060 and .082, median .070, scaled deviation .007
    spread 6 x .007 = .042        .028 to .112
    noise of 20,000 rows          .061 to .080
    points .06, factor 2.0        .035 to .130    so it may lie in .028 to .130
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import NamedTuple

from pipelines.checks import DRIFT_ACCEPTED, Check
from pipelines.drift.profile import ACCEPTED, TRAFFIC, Measured, Profile, TrackedCount
from pipelines.drift.settings import DriftLimits
from pipelines.outcomes import Phase
from pipelines.wording import format_count

_TO_DEVIATION = 1.4826
"""A median absolute deviation times this is the standard deviation of normal values."""
_GONE = 10
"""However much a share moves, a tenth of it is not the same share."""
_NAMED = 8
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_OWN_COURSE = {Phase.DIVERSITY, Phase.SPLIT, Phase.SAMPLING}
_OF = {"samples": "of the samples", "language": "of the samples with both languages known"}
_REMEDY = 'if it is right, run the night again with --accept-drift "why"'
_CHECKS = {
    ("traffic_as_usual", "a night has not far fewer rows than the nights before"): {"traffic"},
    ("shares_as_usual", "shares of slices and of reasons are as on the nights before"): {
        *("samples", "reason", "language")
    },
    ("no_slice_wiped_out", "no phase takes most of a slice of which it used to leave more"): {
        "taken"
    },
}


class Interval(NamedTuple):
    """From where to where a number may lie."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Finding:
    """A subject that is not as on the nights before.

    Args:
        subject: what.
        found: of this night.
        expected: around the median of the nights before.
        nights: how many these are.
    """

    subject: TrackedCount
    found: Measured
    expected: Interval
    nights: int

    def describe(self) -> str:
        """Return it in words: what, how much, what was expected."""
        nights = format_count(self.nights, "night")
        if self.subject == TRAFFIC:
            low, high = self.expected
            return f"{self.found.rows} rows came, expected at least {low:.0f} (median {high:.0f})"
        low, high = (100 * max(0.0, min(1.0, end)) for end in self.expected)
        of = _OF.get(self.subject.kind, f"of {self.found.of} rows that came to it")
        return (
            f"{_name(self.subject)} {100 * self.found.share:.2f} % {of}, expected {low:.2f} to "
            f"{high:.2f} % by {nights}"
        )


def _name(subject: TrackedCount) -> str:
    value = "null" if subject.value is None else subject.value
    shown = value if _CODE.fullmatch(value) else "(not a code)"
    if subject.kind == "taken":
        return f"{subject.phase} takes of {subject.dimension} {shown}"
    if subject.kind == "reason":
        return f"{subject.phase} reason {shown} has"
    if subject.kind == "language":
        return "declared and identified language differ in"
    return f"{subject.dimension} {shown} has"


def find_drift(night: Profile, before: Sequence[Profile], limits: DriftLimits) -> list[Finding]:
    """Return what is not as on the nights before; nothing while there are too few of them.

    Args:
        night: the night.
        before: profiles of earlier nights, oldest first; the last `limits.nights` count.
        limits: see there.
    """
    known = [profile for profile in before if profile.is_counted]
    compared = known[-limits.nights :] if limits.nights else []
    if len(compared) < limits.nights_from:
        return []
    subjects = dict.fromkeys(subject for p in (night, *compared) for subject in p.rows)
    judged = [_judge(subject, night, compared, limits) for subject in subjects]
    found = [_judge_traffic(night, compared, limits), *judged]
    return [finding for finding in found if finding is not None]


def _judge_traffic(
    night: Profile, before: Sequence[Profile], limits: DriftLimits
) -> Finding | None:
    rows = {profile.ds: float(profile.rows_in) for profile in before}
    centres = _centres(TRAFFIC, night, before, rows)
    lows = [min(limits.traffic_from * c, c - limits.noise * c**0.5) for c in centres]
    if night.rows_in >= min(lows):
        return None
    usual = Interval(lows[0], centres[0])
    return Finding(TRAFFIC, Measured(night.rows_in, night.rows_in), usual, len(before))


def _judge(
    subject: TrackedCount, night: Profile, before: Sequence[Profile], limits: DriftLimits
) -> Finding | None:
    found, is_taken = night.measure(subject), subject.kind == "taken"
    least = limits.slice_rows if is_taken else 1
    if found.of < least or (is_taken and found.share <= _bar(subject, limits)):
        return None
    seen = {profile.ds: profile.measure(subject) for profile in before}
    seen = {ds: measured for ds, measured in seen.items() if measured.of >= least}
    if len(seen) < limits.nights_from:
        return None
    shares = {ds: measured.share for ds, measured in seen.items()}
    rows = min(found.of, median(measured.of for measured in seen.values()))
    away = _TO_DEVIATION * _deviation(list(shares.values()))
    centres = _centres(subject, night, [p for p in before if p.ds in seen], shares)
    expected = [_expect(centre, away, rows, subject, limits) for centre in centres]
    if any(low <= found.share <= high for low, high in expected):
        return None
    return Finding(subject, found, expected[0], len(seen))


def _bar(subject: TrackedCount, limits: DriftLimits) -> float:
    return limits.drawn_from if subject.phase == Phase.SAMPLING else limits.taken_from


def _deviation(values: Sequence[float]) -> float:
    middle = median(values)
    return median(abs(value - middle) for value in values)


def _centres(
    subject: TrackedCount, night: Profile, before: Sequence[Profile], values: dict[str, float]
) -> list[float]:
    """Return what a night may be near to: all nights, its weekday, those since an acceptance."""
    weekday = date.fromisoformat(night.ds).weekday()
    alike = [p for p in before if date.fromisoformat(p.ds).weekday() == weekday]
    accepted = [number for number, profile in enumerate(before) if subject.key in profile.accepted]
    since = before[accepted[-1] :] if accepted else []
    return [median(values[p.ds] for p in nights) for nights in (before, alike, since) if nights]


def _expect(
    centre: float, away: float, rows: float, subject: TrackedCount, limits: DriftLimits
) -> Interval:
    """Return the widest of the intervals around a share."""
    chance = limits.noise * (centre * (1 - centre) / rows) ** 0.5
    # Bernstein's second term: the counts of a rare thing lean upwards.
    rare = limits.noise**2 / (3 * rows)
    wide = limits.spread * away
    if subject.kind == "taken":
        return Interval(0.0, centre + max(wide, chance + rare, limits.points))
    if not _is_lasting(subject):
        half = max(wide, chance + rare, limits.points_moving)
        return Interval(centre - half, centre + half)
    is_small = centre < limits.factor_from
    low = 0.0 if is_small else max(centre - limits.points, centre / limits.factor)
    gone = 0.0 if is_small else centre / _GONE
    high = min(centre + limits.points, max(centre * limits.factor, limits.factor_from))
    return Interval(
        min(max(centre - wide, gone), centre - chance, low),
        max(centre + max(wide, chance + rare), high),
    )


def _is_lasting(subject: TrackedCount) -> bool:
    """Whether a share stays where it is; characters come and go, later phases share a budget."""
    return subject.dimension != "character_id" and subject.phase not in _OWN_COURSE


def check_drift(
    night: Profile, before: Sequence[Profile], limits: DriftLimits, accepted: str | None = None
) -> tuple[list[Check], dict[str, int]]:
    """Return the checks that hold a night which drifted, and counts of what a person accepted.

    Args:
        night: the night.
        before: profiles of earlier nights, oldest first.
        limits: see there.
        accepted: why a person wants the night published in spite of it; None = nobody does.
    """
    found = find_drift(night, before, limits)
    looked = _describe_nights(before, limits)
    checks = []
    for (name, promise), kinds in _CHECKS.items():
        own = [finding.describe() for finding in found if finding.subject.kind in kinds]
        evidence = _join(own, accepted) if own else looked
        checks.append(Check(name, promise, not own or accepted is not None, evidence))
    taken_on = found if accepted is not None else []
    return checks, {f"{ACCEPTED}{finding.subject.key}": 1 for finding in taken_on}


def _join(findings: Sequence[str], accepted: str | None) -> str:
    more = [f"and {len(findings) - _NAMED} more"] if len(findings) > _NAMED else []
    said = "; ".join([*findings[:_NAMED], *more])
    return f"{said}; {_REMEDY}" if accepted is None else f"{DRIFT_ACCEPTED} ({accepted}): {said}"


def _describe_nights(before: Sequence[Profile], limits: DriftLimits) -> str:
    if not limits.nights:
        return "not looked at: drift.nights is 0"
    counted = len([profile for profile in before if profile.is_counted][-limits.nights :])
    nights = format_count(counted, "night")
    if counted < limits.nights_from:
        return f"{nights} before with counts; looked at from {limits.nights_from} on"
    return f"compared with {nights}"
