"""Further tables of the report, one function each."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import polars as pl
from pydantic import ValidationError

from pipelines.filtering.language.declared import compare_declared, rate_mismatch
from pipelines.filtering.safety.policy import tabulate_cuts
from pipelines.filtering.safety.settings import SafetyCut, SafetyLimits
from pipelines.intake.hardness import compare_low_mean
from pipelines.intake.settings import DifficultyLimits
from pipelines.intake.spread import fit_spread
from pipelines.night.phase_one import REWARD_COLUMNS
from pipelines.outcomes import Phase, Reason
from pipelines.report.counting import ReportFrames
from pipelines.report.facts import Appendix
from pipelines.sampling.balance import measure_balance
from pipelines.sampling.constraints import SamplingBlock
from pipelines.sampling.dimensions import measure_shares
from pipelines.sampling.draw import match_dimensions
from pipelines.settings import Section

_SHOWN = 20
_MOST_ROWS = 1_000_000
_CUTS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
_S = TypeVar("_S", bound=Section)


def append_tables(night: ReportFrames, config: Mapping[str, object]) -> list[Appendix]:
    """Return the further tables that hold rows for a night.

    Args:
        night: its tables.
        config: of its run, as `runs` has it.
    """
    return [appendix for make in _TABLES if (appendix := make(night, config)).rows.height]


def _section(kind: type[_S], config: Mapping[str, object], name: str) -> _S:
    """Return a section as the run had it; as it is today where the run's does not fit this code."""
    try:
        return kind.model_validate_json(json.dumps(config.get(name) or {}))
    except ValidationError:
        return kind()


def _declared_languages(night: ReportFrames, _: Mapping[str, object]) -> Appendix:
    identified = night.language.select("sample_id", identified="language")
    declared = night.samples.select("sample_id", "language", "locale")
    compared = declared.join(identified, on="sample_id", how="inner").collect(engine="streaming")
    rates = rate_mismatch(compare_declared(compared)).sort(
        "rows", "declared", descending=[True, False]
    )
    return Appendix(
        "Declared languages",
        "Per language that clients declared: samples, how many could be compared with the language "
        "that was identified, and the share of those in which it was another.",
        rates.head(_SHOWN),
    )


def _safety_cuts(night: ReportFrames, config: Mapping[str, object]) -> Appendix:
    """Return the outcomes at other cuts of the last learned layer; no model runs again."""
    limits = _section(SafetyLimits, config, "safety")
    model = next((name for name in reversed(limits.required) if name not in limits.critical), "")
    ids = night.samples.select("sample_id").head(_MOST_ROWS).collect()["sample_id"]
    scores = night.safety.select("sample_id", "model", "unsafe").collect(engine="streaming")
    now = limits.cuts.get(model, limits.other)
    grid = sorted({now.review_from, *_CUTS})
    steps = [SafetyCut(review_from=cut, drop_from=max(cut, now.drop_from)) for cut in grid]
    return Appendix(
        "Safety cuts, what if",
        f"Shares of the night's samples if review began elsewhere on {model} (now "
        f"{now.review_from}, drop from {now.drop_from}), all else as it is.",
        tabulate_cuts(ids, scores, limits, model, steps) if model and len(ids) else pl.DataFrame(),
    )


def _low_mean(night: ReportFrames, config: Mapping[str, object]) -> Appendix:
    """Return what the low-mean heuristic would have chosen instead of the spread."""
    if not {*REWARD_COLUMNS} <= set(night.samples.collect_schema().names()):
        return Appendix("", "", pl.DataFrame())  # a night of an earlier version
    limits = _section(DifficultyLimits, config, "difficulty")
    prompts = night.samples.select("sample_id", "jtbd", *REWARD_COLUMNS).collect(engine="streaming")
    prior = fit_spread(prompts, limits)
    lifts = compare_low_mean(prompts, prior, limits) if prior.prompts else pl.DataFrame()
    return Appendix(
        "Hard by a low mean, or by spread",
        "How over-represented each job to be done is (1 = as in all scored prompts) in the tenth "
        "with the lowest mean reward and in the tenth with the widest spread. Of the "
        f"differences in spread {prior.reliability:.0%} are true, not luck of few scores "
        f"({prior.prompts} prompts).",
        lifts.head(_SHOWN),
    )


def _weighted(night: ReportFrames, config: Mapping[str, object]) -> Appendix:
    """Return how far what train is to match lies from the traffic, as drawn and as weighted."""
    try:
        block = SamplingBlock.model_validate(config.get("sampling"))
    except ValidationError:
        return Appendix("", "", pl.DataFrame())
    dimensions = match_dimensions(block.constraints)
    columns = sorted({name for dimension in dimensions for name in dimension})
    in_pool = (pl.col("phase") == Phase.SPLIT) & (pl.col("reason") == Reason.TRAIN)
    drawable = night.decisions.filter(in_pool).select("sample_id")
    traffic = night.samples.select("sample_id", *columns)
    pool = traffic.join(drawable, on="sample_id", how="semi").collect(engine="streaming")
    train = night.train.select("weight", *columns).collect(engine="streaming")
    shares = measure_shares(traffic.collect(engine="streaming"), dimensions)
    balance = measure_balance(pool, train, train["weight"].to_numpy(), shares, dimensions)
    furthest = balance.sort("sample_asmd", "dimension", "value", descending=[True, False, False])
    return Appendix(
        "What the weights restore",
        "Per value of a dimension that train is to match: its share of the traffic, the pool, "
        "train, and train by `weight`; then the standardised differences of the last three from "
        "the traffic.",
        furthest.head(_SHOWN),
    )


_TABLES: Sequence[Callable[[ReportFrames, Mapping[str, object]], Appendix]] = (
    _safety_cuts,
    _low_mean,
    _declared_languages,
    _weighted,
)
