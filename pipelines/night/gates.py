"""The contract's "always true" list, checked on frames of a staged night before publication.

The gates know no run and no engine: frames, numbers and limits in, findings out.
Source: contract section 3.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import polars as pl
from pydantic import TypeAdapter

from pipelines.checks import Check
from pipelines.config import Gates
from pipelines.diversity.residual import Residual
from pipelines.drift.guards import check_drift
from pipelines.drift.profile import Profile, count_languages, count_profile, read_profile
from pipelines.drift.settings import DriftLimits
from pipelines.outcomes import CLEARED
from pipelines.published import RUN_ORDER
from pipelines.publishing.account import reconcile
from pipelines.publishing.gates import (
    GateLimits,
    NightFrames,
    check_frames,
    count_rows,
    fingerprint_frames,
)
from pipelines.retention import (
    NOT_COMPARED,
    check_slices,
    count_retention,
    read_uncompared,
    slice_samples,
)
from pipelines.sampling.shingles import find_shared, read_shingles
from pipelines.slices import TOTAL, count_slices
from pipelines.telemetry.events import NightChecked
from schemas.samples import EVAL, TRAIN

# Cosines are computed in float64 from stored float32 vectors; their last bits may differ by this.
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class GateFrames:
    """What the gates read.

    Args:
        night: the staged tables, and who was published on other nights.
        pruning: the staged table of that name.
        cleared: `cleared` of the night's facts: a list of columns per row, or null.
        runs_elsewhere: side → `shingle`, the runs of words of what other nights published on it.
        runs: the table `runs` of this night.
        published_since: the version of train that another night made last; None = there is none.
        uncompared: earlier night → its kept rows that this one could not be compared with.
        suites: what Great Expectations found.
        loud_tables: tables whose log holds statistics of columns.
        earlier: profiles of the nights before, oldest first.
    """

    night: NightFrames
    pruning: pl.LazyFrame
    cleared: pl.LazyFrame
    runs_elsewhere: Mapping[str, pl.LazyFrame]
    runs: pl.DataFrame
    published_since: int | None
    uncompared: Mapping[str, int]
    suites: Sequence[Check]
    loud_tables: Sequence[str]
    earlier: Sequence[Profile] = ()


@dataclass(frozen=True, slots=True)
class RunIdentity:
    """What makes two runs of a night comparable.

    Args:
        ds: the night.
        config_hash, code_version: of the run.
        revisions: of every model.
    """

    ds: str
    config_hash: str
    code_version: str
    revisions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class NightLimits:
    """The settings of a run, and the limits beyond which its night is refused.

    Args:
        counted: limits of the gates that count ids.
        gates: the configuration's section.
        shared_words: a run of so many words may not be on both sides; 0 = not looked at.
        gaps: side → proven relative distance of its total from the best.
        moved: rows that are train's as their component has too many users for eval.
        run: who runs.
        drift: how far the night may be from the nights before.
        accepted: why it is published in spite of its drift; None = it is not.
    """

    counted: GateLimits
    gates: Gates
    shared_words: int
    gaps: Mapping[str, float]
    moved: int
    run: RunIdentity
    drift: DriftLimits = field(default_factory=DriftLimits)
    accepted: str | None = None


@dataclass(frozen=True, slots=True)
class GateFindings:
    """What the gates found.

    Args:
        checks: every line of the contract's list, in order.
        counts: rows per `phase.outcome`, those of earlier nights that could not be compared,
            those in which a value of a column held an identifier and was made null, and the
            profile by which later nights are compared with this one.
        fingerprints: of the night's input as Phase I saw it, and of what is published.
    """

    checks: list[Check]
    counts: Mapping[str, int]
    fingerprints: tuple[str, str]

    def as_event(self) -> NightChecked:
        """Return what is told of it to who watches the run."""
        failed = tuple(check.name for check in self.checks if not check.passed)
        return NightChecked(datetime.now(UTC), self.counts, failed)


def check_tables(frames: GateFrames, limits: NightLimits) -> GateFindings:
    """Check every promise that tables can answer; vectors are checked by `check_vectors`."""
    night = frames.night
    slices = count_slices(night.decisions, night.samples)
    fingerprints = fingerprint_frames(night)
    counts = _count(frames, slices) | count_profile(
        slices, count_languages(night.samples, night.language)
    )
    profile = read_profile(limits.run.ds, counts)
    drift, accepted = check_drift(profile, frames.earlier, limits.drift, limits.accepted)
    checks = [
        *reconcile(slices, limits.counted.rows_in),
        *check_frames(night, limits.counted),
        *frames.suites,
        _runs_apart(frames, limits),
        _proven(limits),
        _slices_survive(frames, limits),
        _log_is_silent(frames),
        _same_as_before(frames, limits, fingerprints),
        *drift,
    ]
    return GateFindings(checks, counts | accepted, fingerprints)


def _count(frames: GateFrames, slices: pl.DataFrame) -> dict[str, int]:
    """Return the counts of `runs`."""
    total = (
        slices.filter(pl.col("dimension") == TOTAL)
        .group_by("phase", "outcome")
        .agg(pl.col("rows").sum())
    )
    counts = {
        f"{phase}.{outcome}": rows
        for phase, outcome, rows in total.sort("phase", "outcome").iter_rows()
    }
    for side in (TRAIN, EVAL):
        counts[f"published.{side.name}"] = count_rows(getattr(frames.night, side.name))
    names = frames.cleared.select(pl.col("cleared").explode()).drop_nulls()
    cleared = names.group_by("cleared").len().sort("cleared").collect(engine="streaming")
    uncompared = {f"{NOT_COMPARED}{ds}": rows for ds, rows in frames.uncompared.items()}
    return (
        counts | uncompared | {f"{CLEARED}{column}": rows for column, rows in cleared.iter_rows()}
    )


def check_vectors(
    evidence: pl.DataFrame, cuts: Mapping[str, float], max_share: float
) -> list[Check]:
    """Check the promises about vectors, for each model at its own cut, if it compared anything.

    Args:
        evidence: `model`, `name`, `value`, as `gather_vector_evidence` counts it.
        cuts: of each model: the cosine from which two rows are near-duplicates.
        max_share: share of kept rows, 0 to 1, that may be near another where not all pairs were
            compared.
    """
    found: dict[str, dict[str, float]] = {}
    for model, name, value in evidence.sort("model").iter_rows():
        found.setdefault(model, {})[name] = value
    across = {model: counts.pop("closest_across") for model, counts in found.items()}
    closest = [
        f"{model}: closest train and eval prompts have cosine {value:.6f}, the cut is {cuts[model]}"
        for model, value in across.items()
    ]
    return [
        Check(
            "near_duplicates_apart",
            "no near-duplicate is on both sides, this night or any night before",
            all(value < cuts[model] + _ROUNDING for model, value in across.items()),
            "; ".join(closest) or "no prompt was compared",
        ),
        _witnessed(found, cuts, max_share),
    ]


def _witnessed(
    found: Mapping[str, Mapping[str, float]], cuts: Mapping[str, float], max_share: float
) -> Check:
    """Hold a night that breaks a promise; a sample bounds what a search by clusters overlooks."""
    promise = (
        "every near-duplicate has a kept witness at or above the cut; no two kept rows of a night "
        "are"
    )
    holds, per_model = True, []
    for model, counts in found.items():
        if "share_at_most" in counts:
            residual = TypeAdapter(Residual).validate_python(dict(counts))
            holds &= residual.holds(max_share)
            words = f"{residual.describe()}; gates.max_residual_share {max_share}"
        else:
            broken = {fault: int(count) for fault, count in counts.items()}
            holds &= not any(broken.values())
            words = f"broken promises, counted again from the vectors: {broken}"
        per_model.append(f"{model}: cut {cuts[model]}; {words}")
    if any("share_at_most" in counts for counts in found.values()):
        promise += ", but a stated share"
    return Check(
        "near_duplicates_witnessed",
        promise,
        holds,
        "; ".join(per_model) or "no prompt was compared",
    )


def _runs_apart(frames: GateFrames, limits: NightLimits) -> Check:
    """Require that no long run of words is in both sides: this night's against all nights'."""
    words, night = limits.shared_words, frames.night
    train, held_out = (
        rows.select("sample_id", text="prompt") for rows in (night.train, night.eval)
    )
    held, learnt = (read_shingles(rows, words) for rows in (held_out, train))
    met = [
        held.join(learnt, on="shingle", how="semi")["sample_id"].n_unique(),
        len(find_shared(held, frames.runs_elsewhere[TRAIN.name])),
        len(find_shared(learnt, frames.runs_elsewhere[EVAL.name])),
    ]
    promise = "no long run of words is on both sides, this night or any night before"
    looked = (
        f"runs of {words} words: {sum(met)} prompts share one with the other side"
        if words
        else "not looked at"
    )
    moved = (
        f"{limits.moved} rows are train's, as more users are joined by what they share than eval "
        "may hold"
    )
    return Check("word_runs_apart", promise, not any(met), f"{looked}; {moved}")


def _proven(limits: NightLimits) -> Check:
    """Hold a night whose sample is further from the best than promised: a search that gave up."""
    most = limits.gates.max_gap
    promise = "each side's total of what it maximises is the best there is, within a stated gap"
    evidence = f"proven relative gaps {dict(limits.gaps)}; at most {most}"
    return Check(
        "optimum_proven", promise, all(gap <= most for gap in limits.gaps.values()), evidence
    )


def _slices_survive(frames: GateFrames, limits: NightLimits) -> Check:
    """Hold a night that drops too much of a slice: unreadable to the encoder, or a template."""
    slices = slice_samples(frames.night.samples, frames.night.language)
    retained = count_retention(frames.pruning, slices)
    return check_slices(retained, limits.gates.max_duplicate_share)


def _log_is_silent(frames: GateFrames) -> Check:
    loud = list(frames.loud_tables)
    promise = "_delta_log holds no id of a person or conversation"
    return Check(
        "log_is_silent", promise, not loud, f"tables with column statistics: {loud or 'none'}"
    )


def _same_as_before(
    frames: GateFrames, limits: NightLimits, fingerprints: tuple[str, str]
) -> Check:
    """Compare with the last run of this night, where nothing that may change a row has changed."""
    promise = "the same inputs, configuration, code and models give the same rows"
    before = _comparable_run(frames, limits.run, fingerprints[0])
    if before is None:
        return Check(
            "reproducible",
            promise,
            passed=True,
            evidence=f"rows {fingerprints[1]}; no equal run of this night to compare with",
        )
    same = before == fingerprints[1]
    return Check(
        "reproducible", promise, same, f"rows {fingerprints[1]}; the equal run before had {before}"
    )


def _comparable_run(frames: GateFrames, run: RunIdentity, input_fingerprint: str) -> str | None:
    """Return the fingerprint that the last run of this night published, if nothing differs since.

    Comparable: same configuration, code, models and input as Phase I saw it, the same rows of
    earlier nights without a vector (jobs/reembed.py gives them one), and no other night published
    since.
    """
    mine = frames.runs.filter(pl.col("ds") == run.ds).sort(RUN_ORDER)
    if mine.is_empty():
        return None
    last, since = mine.row(-1, named=True), frames.published_since
    same = (
        last["config_hash"] == run.config_hash
        and last["code_version"] == run.code_version
        and dict(last["model_revisions"]) == dict(run.revisions)
        and last["input_fingerprint"] == input_fingerprint
        and read_uncompared(dict(last["counts"])) == dict(frames.uncompared)
    )
    is_newest = since is None or since < (last["train_version"] or 0)
    return str(last["fingerprint"]) if same and is_newest else None
