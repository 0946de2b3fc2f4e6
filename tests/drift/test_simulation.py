"""Three hundred nights made by chance are published; each planted shift is held, by its name."""

from collections.abc import Callable
from datetime import date
from itertools import islice

import pytest

from pipelines.drift.guards import Finding, find_drift
from pipelines.drift.profile import MISMATCH, TRAFFIC, Profile, TrackedCount
from pipelines.drift.settings import DriftLimits
from tests.drift.nights import Night, World

LIMITS = DriftLimits()
LAST = 20
"""Nights that a test remembers: more than are compared with."""


@pytest.mark.parametrize(("rows", "seed"), [(300, 11), (2_000, 12), (20_000, 13), (500_000, 14)])
def test_at_most_one_of_three_hundred_nights_is_held_falsely(rows: int, seed: int) -> None:
    """Weekdays differ by a fifth, shares shake, characters come and go: none of it is drift.

    A guard that cries wolf is switched off.
    """
    before: list[Profile] = []
    held = []
    for ds, night in World(seed, rows).nights(300):
        profile = night.profile(ds)
        held += [[f.describe() for f in find_drift(profile, before[-LAST:], LIMITS)]]
        before.append(profile)

    assert len([found for found in held if found]) <= 1
    assert not any(held[: LIMITS.nights_from])


def lose_locale(night: Night) -> None:
    """Take a locale out of the traffic, the smallest with a share that counts."""
    shares = night.shares["locale"]
    shares["en-US"] += shares.pop("it-IT")
    shares["it-IT"] = 0.0


def wipe_out_locale(night: Night) -> None:
    """Let the safety phase take nearly all of a locale."""
    night.harsh["safety", "locale", "tr-TR"] = 0.97


def triple_unsafe(night: Night) -> None:
    """Let a reason drop three times as many rows."""
    night.losses["safety"]["unsafe"] *= 3


def triple_critical(night: Night) -> None:
    """The same of a reason that is rare."""
    night.losses["safety"]["critical_rule"] *= 3.5


def halve(night: Night) -> None:
    """Lose half of the traffic."""
    night.rows //= 2


def collapse_difficulty(night: Night) -> None:
    """Let nearly no prompt have scores."""
    night.shares["difficulty"] = {"low": 0.01, "medium": 0.01, "high": 0.01, "unknown": 0.97}


def mix_languages(night: Night) -> None:
    """Let clients declare the wrong language three times as often."""
    night.mismatch *= 3


def crowd_character(night: Night) -> None:
    """Let one character have a third of the traffic."""
    shares = night.shares["character_id"]
    first = next(iter(shares))
    night.shares["character_id"] = {n: s * 0.6 for n, s in shares.items()}
    night.shares["character_id"][first] += 0.4


def forget_jobs(night: Night) -> None:
    """Let the labels of a job fall to another one."""
    shares = night.shares["jtbd"]
    shares["other"] = shares.pop("smalltalk")


PLANTED: list[tuple[Callable[[Night], None], TrackedCount]] = [
    (lose_locale, TrackedCount("samples", None, "locale", "it-IT")),
    (wipe_out_locale, TrackedCount("taken", "safety", "locale", "tr-TR")),
    (triple_unsafe, TrackedCount("reason", "safety", None, "unsafe")),
    (triple_critical, TrackedCount("reason", "safety", None, "critical_rule")),
    (halve, TRAFFIC),
    (collapse_difficulty, TrackedCount("samples", None, "difficulty", "unknown")),
    (mix_languages, MISMATCH),
    (crowd_character, TrackedCount("samples", None, "character_id", "char_0001")),
    (forget_jobs, TrackedCount("samples", None, "jtbd", "smalltalk")),
]


def last_nights(seed: int, number: int) -> tuple[list[Profile], date, Night]:
    """Return profiles of nights, and the night after them, undrawn."""
    nights = World(seed).nights(number + 1)
    before = [night.profile(ds) for ds, night in islice(nights, number)]
    ds, night = next(nights)
    return before, ds, night


def found_after(before: list[Profile], ds: date, night: Night) -> list[Finding]:
    """Return the findings of a night."""
    return find_drift(night.profile(ds), before, LIMITS)


@pytest.mark.parametrize("weekday", range(7))
@pytest.mark.parametrize(("plant", "subject"), PLANTED, ids=[p.__name__ for p, _ in PLANTED])
def test_a_planted_shift_is_found_on_any_weekday(
    plant: Callable[[Night], None], subject: TrackedCount, weekday: int
) -> None:
    """Half of a busy Saturday is as many rows as a slow Monday."""
    before, ds, night = last_nights(seed=weekday, number=14 + weekday)
    plant(night)

    assert subject in [finding.subject for finding in found_after(before, ds, night)]


def test_a_week_is_needed() -> None:
    """With six nights the seventh is published whatever it is, and says so."""
    before, ds, night = last_nights(seed=1, number=7)
    halve(night)

    assert found_after(before[1:], ds, night) == []
    assert [f.subject for f in found_after(before, ds, night)] == [TRAFFIC]
