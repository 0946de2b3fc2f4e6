"""Nights whose counts are made by chance: weekdays differ, characters come and go."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import polars as pl

from pipelines.drift.profile import Profile, count_profile, read_profile
from pipelines.outcomes import Phase
from pipelines.slices import TOTAL

START = date(2026, 1, 5)
_NAMES = ["en-US", "es-MX", "hi-IN", "pt-BR", "en-GB", "de-DE", "ja-JP", "fr-FR", "it-IT", "tr-TR"]
_SHARES = (0.33, 0.15, 0.12, 0.10, 0.08, 0.07, 0.06, 0.04, 0.03, 0.02)
LOCALES = dict(zip(_NAMES, _SHARES, strict=True))
JOBS = {"roleplay": 0.34, "romantic": 0.21, "advice": 0.18, "smalltalk": 0.14, "learning": 0.13}
LEVELS = {"low": 0.2, "medium": 0.2, "high": 0.2, "unknown": 0.4}
LOSSES = {
    "intake": {"no_messages": 0.004, "duplicate_id": 0.003},
    "privacy": {"high_risk_identifier": 0.03, "privacy_uncertain": 0.01},
    "safety": {"unsafe": 0.03, "critical_rule": 0.008, "safety_uncertain": 0.02},
    "language": {"language_not_served": 0.012, "language_uncertain": 0.024},
    "diversity": {"near_duplicate": 0.11, "budget": 0.09},
    "split": {"split_conflict": 0.002},
    "sampling": {"not_selected": 0.5},
}
MISMATCH = 0.06


@dataclass
class World:
    """What nights are drawn from; it moves from night to night.

    Args:
        seed: of all chance.
        rows: of a usual night.
    """

    seed: int
    rows: int = 20_000
    characters: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Begin with sixty characters, the first of which have most of the traffic."""
        self.chance = np.random.default_rng(self.seed)
        self.born = 0
        for rank in range(60):
            self._bear(1 / (rank + 2))

    def _bear(self, weight: float) -> None:
        self.born += 1
        self.characters[f"char_{self.born:04}"] = weight

    def _move(self) -> None:
        """Let popularity wander; every third night one comes with a fortieth, an old one goes."""
        for name in self.characters:
            self.characters[name] *= float(np.exp(self.chance.normal(0, 0.06)))
        if self.chance.random() < 0.35:
            whole = sum(self.characters.values())
            self._bear(whole * float(self.chance.uniform(0.002, 0.025)))
            small = [n for n, w in self.characters.items() if w < whole * 0.03]
            self.characters.pop(str(self.chance.choice(small)))

    def nights(self, number: int) -> Iterator[tuple[date, "Night"]]:
        """Return nights in their order."""
        for day in range(number):
            ds = START + timedelta(days=day)
            self._move()
            weekly = 1 + 0.2 * np.sin(2 * np.pi * ds.weekday() / 7)
            rows = self.rows * weekly * float(np.exp(self.chance.normal(0, 0.05)))
            yield ds, self._night(ds, int(rows))

    def _night(self, ds: date, rows: int) -> "Night":
        weekend = ds.weekday() >= 5
        jobs = dict(JOBS) | ({"roleplay": 0.40, "advice": 0.14} if weekend else {})
        return Night(
            self.chance,
            rows,
            {
                "locale": self._shaken(LOCALES, 0.05),
                "character_id": self._shaken(self.characters, 0.10),
                "jtbd": self._shaken(jobs, 0.05),
                "difficulty": self._shaken(LEVELS, 0.05),
            },
            {
                phase: self._shaken(losses, 0.02 if phase == "sampling" else 0.12, whole=False)
                for phase, losses in LOSSES.items()
            },
            MISMATCH * float(np.exp(self.chance.normal(0, 0.1))),
        )

    def _shaken(
        self, shares: Mapping[str, float], by: float, *, whole: bool = True
    ) -> dict[str, float]:
        moved = {n: s * float(np.exp(self.chance.normal(0, by))) for n, s in shares.items()}
        total = sum(moved.values()) if whole else 1.0
        return {name: share / total for name, share in moved.items()}


@dataclass
class Night:
    """A night before its rows are drawn; a test may change what it likes.

    Args:
        chance: draws its rows.
        rows: of the input.
        shares: dimension → value → its share of the samples.
        losses: phase → reason → share of the rows that come to the phase.
        mismatch: share of the samples whose languages differ.
        harsh: (phase, dimension, value) → the share that the phase takes of this slice.
    """

    chance: np.random.Generator
    rows: int
    shares: dict[str, dict[str, float]]
    losses: dict[str, dict[str, float]]
    mismatch: float
    harsh: dict[tuple[str, str, str], float] = field(default_factory=dict)

    def profile(self, ds: date) -> Profile:
        """Draw the rows, and return their counts as the night's run would hold them."""
        total, parts = self._total()
        samples = total["intake.keep"]
        for name, shares in self.shares.items():
            parts += self._slices(name, shares, samples)
        differs = int(self.chance.binomial(samples, min(1.0, self.mismatch)))
        languages = pl.DataFrame(
            {
                "declared": ["en", "en"],
                "identified": ["en", "hi"],
                "rows": [samples - differs, differs],
            }
        )
        slices = pl.DataFrame(parts, schema=_SLICES, orient="row")
        return read_profile(ds.isoformat(), total | count_profile(slices, languages))

    def _total(self) -> tuple[dict[str, int], list[tuple[object, ...]]]:
        came = self.rows
        counts: dict[str, int] = {}
        parts: list[tuple[object, ...]] = []
        for phase, losses in self.losses.items():
            drawn = self._draw(came, losses)
            kept = came - sum(drawn.values())
            parts += [(TOTAL, None, phase, "drop", reason, n) for reason, n in drawn.items()]
            parts.append((TOTAL, None, phase, "keep", "passed", kept))
            counts |= {f"{phase}.keep": kept, f"{phase}.drop": came - kept}
            came = kept
        return counts, parts

    def _slices(
        self, dimension: str, shares: dict[str, float], samples: int
    ) -> list[tuple[object, ...]]:
        names = list(shares)
        drawn = self.chance.multinomial(samples, [shares[name] for name in names])
        parts: list[tuple[object, ...]] = []
        for name, came in zip(names, map(int, drawn), strict=True):
            parts.append((dimension, name, Phase.INTAKE.value, "keep", "passed", came))
            left = came
            for phase, losses in list(self.losses.items())[1:]:
                share = self.harsh.get((phase, dimension, name), sum(losses.values()))
                taken = int(self.chance.binomial(left, min(1.0, share)))
                parts.append((dimension, name, phase, "drop", "any", taken))
                left -= taken
        return [part for part in parts if part[-1]]

    def _draw(self, came: int, losses: dict[str, float]) -> dict[str, int]:
        rest = max(0.0, 1 - sum(losses.values()))
        drawn = self.chance.multinomial(came, [*losses.values(), rest])[:-1]
        return dict(zip(losses, map(int, drawn), strict=True))


_SLICES = {
    **dict.fromkeys(("dimension", "value", "phase", "outcome", "reason"), pl.String),
    "rows": pl.Int64,
}
