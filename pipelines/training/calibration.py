"""Calibration of scores to probabilities, and measures of how well they rank, by scikit-learn."""

import warnings

import numpy as np
import numpy.typing as npt
import polars as pl
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

_RIDGE = (
    1e-3  # a small pull to zero, of the intercept too, so that separable data still have an answer
)


def area_under_roc(scores: pl.Series, positive: pl.Series) -> float:
    """Return the share of (positive, negative) pairs in order, ties half; NaN without both.

    Args:
        scores: [n]; rows without a score are left out.
        positive: [n] of booleans.
    """
    known = scores.is_not_null()
    hits = positive.filter(known)
    if hits.n_unique() < 2:  # noqa: PLR2004 reason: a pair needs one of each
        return float("nan")
    return float(roc_auc_score(hits.to_numpy(), scores.filter(known).to_numpy()))


def fit_logistic(
    features: npt.NDArray[np.float64], positive: npt.NDArray[np.float64]
) -> list[float]:
    """Return the weight of each feature, then the intercept, of the logistic curve.

    Args:
        features: [n, d].
        positive: [n] of 0.0 or 1.0.

    Raises:
        ArithmeticError: it did not converge, so there is no valid result.
    """
    design = np.column_stack([features, np.ones(len(features))])
    model = LogisticRegression(
        C=1 / _RIDGE, fit_intercept=False, solver="newton-cholesky", tol=1e-8
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            model.fit(design, positive)
        except ConvergenceWarning as warning:
            message = f"the calibration did not converge: {warning}"
            raise ArithmeticError(message) from warning
    return [float(weight) for weight in model.coef_[0]]
