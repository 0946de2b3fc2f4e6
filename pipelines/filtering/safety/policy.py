"""Safety facts to a reason per sample: a critical rule drops, a failed layer never passes."""

from collections.abc import Sequence

import polars as pl

from pipelines.filtering.safety.settings import SafetyCut, SafetyLimits
from pipelines.outcomes import Reason


def decide_safety(samples: pl.Series, scores: pl.DataFrame, limits: SafetyLimits) -> pl.DataFrame:
    """Decide each sample from the worst that its models said.

    In this order: a critical rule that hit drops; a required model without a probability means
    review; a score at or above its model's `drop_from` drops, at or above `review_from` means
    review; only what is left passes. A model that is not required is heard when it answered.

    Args:
        samples: [n] ids, in the order of the answer.
        scores: [n x models] of `sample_id`, `model`, `unsafe`, a probability in [0, 1]; null, NaN
            or any other number means that the model failed. Rows of other samples are ignored.
        limits: required models and cuts.

    Returns:
        [n] of `sample_id`, `reason` (a `Reason`), in the order of `samples`.

    Raises:
        polars.exceptions.ColumnNotFoundError: `scores` lacks one of its columns.
    """
    judged = _judge(scores.select("sample_id", "model", "unsafe"), limits)
    facts = judged.group_by("sample_id").agg(
        critical=pl.col("critical").any(),
        answered=pl.col("model").filter(pl.col("required") & pl.col("valid")).n_unique(),
        failed=(pl.col("required") & ~pl.col("valid")).any(),
        drop=pl.col("drop").any(),
        review=pl.col("review").any(),
    )
    reason = (
        pl.when(pl.col("critical"))
        .then(pl.lit(Reason.CRITICAL_RULE))
        .when(pl.col("failed") | (pl.col("answered") != len(set(limits.required))))
        .then(pl.lit(Reason.SAFETY_UNSCORED))
        .when(pl.col("drop"))
        .then(pl.lit(Reason.UNSAFE))
        .when(pl.col("review"))
        .then(pl.lit(Reason.SAFETY_UNCERTAIN))
        .when(~pl.col("review"))
        .then(pl.lit(Reason.PASSED))
        .otherwise(pl.lit(Reason.SAFETY_UNSCORED))  # no row at all: fail closed
    )
    asked = pl.DataFrame({"sample_id": samples.cast(pl.String)})
    return asked.join(facts, on="sample_id", how="left", maintain_order="left").select(
        "sample_id", reason=reason.cast(pl.String)
    )


def tabulate_cuts(
    samples: pl.Series,
    scores: pl.DataFrame,
    limits: SafetyLimits,
    model: str,
    steps: Sequence[SafetyCut],
) -> pl.DataFrame:
    """Return what would become of the samples if one model had other cuts, all else as it is.

    Args:
        samples: [n] ids.
        scores: as in `decide_safety`; no model runs again.
        limits: the policy as it stands.
        model: whose cuts are tried.
        steps: the pairs of cuts, one row each.

    Returns:
        [steps] of `model`, `review_from`, `drop_from`, and the shares in [0, 1] of the samples:
        `passed`, `reviewed` (`unscored` ones among them), `dropped`; null where there are no
        samples.
    """
    rows = []
    for cut in steps:
        tried = limits.model_copy(update={"cuts": {**limits.cuts, model: cut}})
        reasons = decide_safety(samples, scores, tried)["reason"]
        passed = int((reasons == Reason.PASSED).sum())
        dropped = int(reasons.is_in([Reason.CRITICAL_RULE, Reason.UNSAFE]).sum())
        counts = (passed, len(reasons) - passed - dropped, dropped)
        shares = [count / len(reasons) if len(reasons) else None for count in counts]
        rows.append((model, cut.review_from, cut.drop_from, *shares))
    numbers = ("review_from", "drop_from", "passed", "reviewed", "dropped")
    schema = {"model": pl.String} | dict.fromkeys(numbers, pl.Float64)
    return pl.DataFrame(rows, schema=schema, orient="row")


def _judge(scores: pl.DataFrame, limits: SafetyLimits) -> pl.DataFrame:
    """Return [rows] of what each single answer means: valid, required, critical, drop, review."""
    unsafe = pl.col("unsafe").cast(pl.Float64)
    valid = (unsafe.is_finite() & unsafe.is_between(0.0, 1.0)).fill_null(value=False)
    critical_model = pl.col("model").is_in(list(limits.critical))
    hit = valid & (unsafe >= _cut_of("drop_from", limits))
    return scores.with_columns(
        valid=valid,
        required=pl.col("model").is_in(list(limits.required)),
        critical=hit & critical_model,
        drop=hit & ~critical_model,
        review=valid & (unsafe >= _cut_of("review_from", limits)),
    )


def _cut_of(side: str, limits: SafetyLimits) -> pl.Expr:
    cuts = {model: float(getattr(cut, side)) for model, cut in limits.cuts.items()}
    default = float(getattr(limits.other, side))
    return pl.col("model").replace_strict(cuts, default=default, return_dtype=pl.Float64)
