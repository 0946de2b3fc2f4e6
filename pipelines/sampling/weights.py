"""Weigh a sample so that its shares are the traffic's, by raking, and report how close it comes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.sampling.constraints import yaml_text
from pipelines.sampling.dimensions import Key, Shares, read_dimension, sort_keys

_ROUNDS = 1000
_CLOSE_SHARE = 1e-9
_STALLED = 1e-12

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Weights:
    """Weights [n] of mean 1 in the order of the sample, and how well they do.

    `worst_share` is the largest difference left between a weighted share and its target;
    `has_converged` says that it is at most 1e-9. `design_effect` (1 or more) is the cost of unequal
    weights: n rows are as precise as n / design_effect equally weighted ones. `absent` names values
    of the traffic that the sample does not have, which no weight can restore; the targets are
    scaled to the values present.
    """

    values: Floats
    has_converged: bool
    worst_share: float
    design_effect: float
    absent: tuple[str, ...]


def restore_weights(
    sample: pl.DataFrame,
    traffic_shares: Shares,
    dimensions: Sequence[Sequence[str]],
    rounds: int = _ROUNDS,
) -> Weights:
    """Weigh a sample so that its shares on the matched dimensions are the traffic's.

    Args:
        sample: [n] rows with the dimensions as columns.
        traffic_shares: of `measure_shares`.
        dimensions: columns of each dimension to restore.
        rounds: most passes over all dimensions.

    Returns:
        Positive weights of mean 1. Values that the traffic does not have keep their share. Where
        the targets contradict one another, `has_converged` is false and the weights are those of
        the last round.
    """
    weights, absent = np.ones(sample.height), []
    margins: list[tuple[NDArray[np.int64], Floats]] = []
    for columns in dimensions if sample.height else []:
        name = ", ".join(columns)
        codes, target, lacking = _margin(read_dimension(sample, columns), traffic_shares[name])
        margins.append((codes, target))
        absent += [f"{name} {value}" for value in lacking]
    worst = _worst(weights, margins)
    for _ in range(rounds):
        if worst <= _CLOSE_SHARE:
            break
        for codes, target in margins:
            weights = weights * (target / _shares(weights, codes, len(target)))[codes]
        before, worst = worst, _worst(weights, margins)
        if abs(before - worst) <= _STALLED:
            break
    weights = weights / weights.mean() if sample.height else weights
    effect = float((weights**2).mean()) if sample.height else 1.0
    return Weights(weights, worst <= _CLOSE_SHARE, worst, effect, tuple(absent))


def _margin(
    keys: Sequence[Key], shares: Mapping[Key, Fraction]
) -> tuple[NDArray[np.int64], Floats, list[str]]:
    present = sort_keys(set(keys))
    place = {key: index for index, key in enumerate(present)}
    codes = np.fromiter((place[key] for key in keys), np.int64, len(keys))
    own = np.bincount(codes, minlength=len(present)) / len(keys)
    target = np.array([float(shares.get(key, 0)) for key in present])
    is_asked = target > 0
    room = 1.0 - own[~is_asked].sum()
    target = np.where(is_asked, target / max(target.sum(), _STALLED) * room, own)
    return (
        codes,
        target,
        [yaml_text(key) for key in sort_keys(shares) if key not in place and shares[key] > 0],
    )


def _shares(weights: Floats, codes: NDArray[np.int64], values: int) -> Floats:
    return np.asarray(np.bincount(codes, weights, minlength=values) / weights.sum(), np.float64)


def _worst(weights: Floats, margins: Sequence[tuple[NDArray[np.int64], Floats]]) -> float:
    gaps = [
        np.abs(_shares(weights, codes, len(target)) - target).max() for codes, target in margins
    ]
    return float(max(gaps, default=0.0))
