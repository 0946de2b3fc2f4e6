"""Seeded chance: every draw depends on the seed and on its purpose, never on earlier draws."""

import hashlib
import random
from collections.abc import Mapping, Sequence


def chance_for(*parts: str | int) -> random.Random:
    """Return a generator of random numbers that is seeded by these parts: seed, purpose, index."""
    return random.Random("\x1f".join(map(str, parts)))  # noqa: S311  demo data, seeded


def pick(chance: random.Random, weights: Mapping[str, float]) -> str:
    """Draw a key with a probability proportional to its weight."""
    return chance.choices(list(weights), list(weights.values()))[0]


def falling_weights(count: int, *, flat: float, power: float) -> Sequence[float]:
    """Return weights 1 / (rank + flat) ** power: Zipf's law with a flattened head."""
    return [1.0 / (rank + flat) ** power for rank in range(count)]


def opaque_id(prefix: str, *parts: str | int) -> str:
    """Return an id that looks like a real service's: the prefix and 20 hex digits of a hash."""
    digest = hashlib.blake2b("\x1f".join(map(str, parts)).encode(), digest_size=10).hexdigest()
    return f"{prefix}_{digest}"
