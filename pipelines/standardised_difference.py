"""How far two shares lie apart, in standard deviations."""

import math


def measure_difference(share: float, other: float) -> float:
    """Return the absolute standardised mean difference of two shares in [0, 1].

    Returns:
        0 for equal shares; infinite where both are 0 or 1 and
        differ.

    Source: Austin, Statistics in Medicine 28 (2009), for a dichotomous variable.

    >>> round(measure_difference(0.5, 0.3), 3), measure_difference(0.0, 1.0)
    (0.417, inf)
    """
    variance = (share * (1 - share) + other * (1 - other)) / 2
    if variance <= 0:
        return 0.0 if share == other else math.inf
    return abs(share - other) / math.sqrt(variance)
