"""The contract's "always true" list, checked on the staged tables before anything is published."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np
import polars as pl
import pyarrow as pa
from pydantic import TypeAdapter
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from expectations.suites import LOCAL_ROWS, Suite, published_suite, samples_suite, validate
from pipelines.checks import Check
from pipelines.config import hash_config
from pipelines.diversity.evidence import PruningEvidence, verify_pruning
from pipelines.diversity.pruning import Earlier, PruneResult
from pipelines.diversity.residual import Residual, estimate_residual
from pipelines.diversity.settings import PruneBudget
from pipelines.diversity.similarity import closest_across
from pipelines.lake import scan_elsewhere, scan_table, with_statistics
from pipelines.night.drawing import other_prompts
from pipelines.night.embedding import read_vectors
from pipelines.night.history import count_uncompared, scan_kept_before
from pipelines.night.pruning import first_of_window, of_model, published_elsewhere
from pipelines.night.run import NightRun
from pipelines.outcomes import CLEARED
from pipelines.publishing.account import reconcile
from pipelines.publishing.gates import GateLimits, NightFrames, check_frames, count_rows, fingerprint_frames
from pipelines.retention import NOT_COMPARED, check_slices, count_retention, slice_samples
from pipelines.sampling.shingles import find_shared, read_shingles
from pipelines.slices import TOTAL, count_slices
from pipelines.spark.adapters import map_whole
from pipelines.spark.tables import Warehouse
from schemas.ledger import CONSTRAINTS, DECISIONS, QUARANTINE, REVIEW, RUNS
from schemas.samples import EVAL, SAMPLES, TRAIN
from schemas.sidecars import LANGUAGE, PRIVACY, PRUNING, SAFETY

_EVIDENCE = pa.schema([("model", pa.string()), ("name", pa.string()), ("value", pa.float64())])
# Cosines are decided in float64 on stored float32 vectors; this is what their last bits can differ by.
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class Account:
    """What the gates found.

    Args:
        checks: every line of the contract's list, in order.
        counts: rows per `phase.outcome`, those of earlier nights that could not be compared, and those
            in which a value of a column held an identifier and was made null.
        fingerprints: of the night's input as Phase I saw it, and of what is published.
    """

    checks: list[Check]
    counts: Mapping[str, int]
    fingerprints: tuple[str, str]


def check_night(run: NightRun) -> Account:
    """Check a staged night against every promise of contract section 3."""
    return check_staged(run, staged_frames(run))


def check_staged(run: NightRun, night: NightFrames) -> Account:
    """Check the frames of a staged night; its vectors are compared on the executors meanwhile."""
    with ThreadPoolExecutor(1) as pool:
        vectors = pool.submit(_vectors_apart, run)
        slices = count_slices(night.decisions, night.samples)
        fingerprints = fingerprint_frames(night)
        uncompared = _uncompared(run)
        found = [
            *check_frames(night, _limits(run)),
            *_suites_hold(run, night),
            _runs_apart(run, night),
            _proven(run),
            _slices_survive(run),
            _log_is_silent(run),
        ]
        checks = [*reconcile(slices, run.rows_in), *found, *vectors.result()]
    total = slices.filter(pl.col("dimension") == TOTAL).group_by("phase", "outcome").agg(pl.col("rows").sum())
    counts = {
        f"{phase}.{outcome}": rows for phase, outcome, rows in total.sort("phase", "outcome").iter_rows()
    }
    for side in (TRAIN, EVAL):
        counts[f"published.{side.name}"] = count_rows(getattr(night, side.name))
    same = _same_as_before(run, fingerprints, uncompared)
    cleared = {f"{CLEARED}{column}": rows for column, rows in run.count_cleared().items()}
    return Account([*checks, same], counts | uncompared | cleared, fingerprints)


def staged_frames(run: NightRun) -> NightFrames:
    """Return the run's staged tables as lazy frames."""
    root, columns = run.plan.root, ("conversation_id", "user_key", "text_hash")
    others = [
        scan_elsewhere(root, table, run.plan.ds).select(*columns, side=pl.lit(table.name))
        for table in (TRAIN, EVAL)
    ]
    return NightFrames(
        samples=run.scan(SAMPLES),
        decisions=run.scan(DECISIONS),
        privacy=run.scan(PRIVACY),
        safety=run.scan(SAFETY),
        language=run.scan(LANGUAGE),
        quarantine=run.scan(QUARANTINE),
        review=run.scan(REVIEW),
        constraints=run.scan(CONSTRAINTS),
        train=run.scan(TRAIN),
        eval=run.scan(EVAL),
        others=pl.concat(others),
    )


def _limits(run: NightRun) -> GateLimits:
    config = run.plan.config
    return GateLimits(
        rows_in=run.rows_in,
        sizes=run.drawn.sizes,
        max_quarantine_share=config.gates.max_quarantine_share,
        max_null_share=config.gates.max_null_share,
        privacy_models=len(config.models.privacy),
        safety_models=config.safety.required,
    )


def _suites_hold(run: NightRun, night: NightFrames) -> list[Check]:
    columns = (
        *("sample_id", "conversation_id", "turn_index", "user_key"),
        *("source", "depth", "difficulty", "quality"),
    )
    chars = pl.col("prompt").str.len_chars().alias("prompt_chars")
    published = pl.concat(
        [
            rows.select("sample_id", "user_key", "text_hash", "turn_index", "weight", chars)
            for rows in (night.train, night.eval)
        ]
    )
    return [
        *_holds(run, samples_suite(), night.samples.select(columns), "what enters"),
        *_holds(run, published_suite(), published, "what is published"),
    ]


def _holds(run: NightRun, suite: Suite, rows: pl.LazyFrame, what: str) -> list[Check]:
    """Validate on the driver while the rows are few; a large night's are Spark's."""
    if count_rows(rows) <= LOCAL_ROWS:
        return validate(suite, rows.collect(engine="streaming"), what)
    return validate(suite, run.spill(f"suite_{suite.name}", rows), what)


def _selected(run: NightRun) -> DataFrame:
    parts = [run.staged(t).select("sample_id", F.lit(t.name).alias("side")) for t in (TRAIN, EVAL)]
    return parts[0].unionByName(parts[1])


def _vectors_apart(run: NightRun) -> list[Check]:
    """Recheck each model's rows at its own cut; a model that compared nothing says nothing."""
    found: dict[str, dict[str, float]] = {}
    for model, name, value in pl.DataFrame(_vector_evidence(run).toArrow()).sort("model").iter_rows():
        found.setdefault(model, {})[name] = value
    cuts, most = run.plan.cuts, run.plan.config.gates.max_residual_share
    across = {model: counts.pop("closest_across") for model, counts in found.items()}
    closest = [
        f"{model}: closest train and eval prompts have cosine {value:.6f}, the cut is {cuts[model]}"
        for model, value in across.items()
    ]
    return [
        Check(
            "near_duplicates_apart",
            "no near-duplicate stands on both sides, this night or any night before",
            all(value < cuts[model] + _ROUNDING for model, value in across.items()),
            "; ".join(closest) or "no prompt was compared",
        ),
        _witnessed(found, cuts, most),
    ]


def _witnessed(
    found: Mapping[str, Mapping[str, float]], cuts: Mapping[str, float], max_share: float
) -> Check:
    """Hold a night that breaks a promise; what a search by clusters may overlook is bounded by a sample."""
    promise = "every near-duplicate has a kept witness at or above the cut; no two kept rows of a night are"
    holds, told = True, []
    for model, counts in found.items():
        if "share_at_most" in counts:
            residual = TypeAdapter(Residual).validate_python(dict(counts))
            holds &= residual.holds(max_share)
            words = f"{residual.describe()}; gates.max_residual_share {max_share}"
        else:
            broken = {fault: int(count) for fault, count in counts.items()}
            holds &= not any(broken.values())
            words = f"broken promises, counted again from the vectors: {broken}"
        told.append(f"{model}: cut {cuts[model]}; {words}")
    if any("share_at_most" in counts for counts in found.values()):
        promise += ", but a stated share"
    return Check("near_duplicates_witnessed", promise, holds, "; ".join(told) or "no prompt was compared")


def _vector_evidence(run: NightRun) -> DataFrame:
    vectors = run.vectors()
    warehouse = Warehouse(run.spark, str(run.plan.root))
    columns = ["sample_id", "ds", "text_hash", "kept", "reason", "witness_id", "witness_ds", "similarity"]
    sided = _selected(run).select("sample_id", "side")
    night = run.staged(PRUNING).select(*columns).join(sided, on="sample_id", how="left")
    sides = published_elsewhere(warehouse, run.plan.ds, "sample_id", "ds")
    others = (
        warehouse.read(PRUNING)
        .where(F.col("kept") & (F.col("ds") != run.plan.ds))
        .select(*columns)
        .join(sides, on=["sample_id", "ds"], how="left")
    )
    rows = night.unionByName(others).join(vectors, on="text_hash", how="inner")
    settings = run.plan.config.pruning
    since = first_of_window(run.plan.ds, settings.window_nights)
    return map_whole(
        rows,
        partial(_verify, ds=run.plan.ds, since=since, cuts=run.plan.cuts, budget=settings.narrow()),
        _EVIDENCE,
    )


def _verify(rows: pa.Table, ds: str, since: str, cuts: Mapping[str, float], budget: PruneBudget) -> pa.Table:
    rows = rows.sort_by([("ds", "ascending"), ("sample_id", "ascending")])
    found = [
        {"model": model, "name": name, "value": value}
        for model, cut in cuts.items()
        for name, value in _verify_model(of_model(rows, model), ds, since, cut, budget).items()
    ]
    return pa.Table.from_pylist(found, schema=_EVIDENCE)


def _verify_model(rows: pa.Table, ds: str, since: str, cut: float, budget: PruneBudget) -> dict[str, float]:
    """Count what the rows of one model break; nothing where it has none of this night."""
    night = np.array(rows["ds"].to_pylist(), np.str_)
    own, past = (rows.filter(pa.array(of)) for of in (night == ds, (night >= since) & (night < ds)))
    if not own.num_rows:
        return {}
    side = np.array([s or "" for s in rows["side"].to_pylist()])
    vectors, pruned, earlier = read_vectors(own["embedding"]), _as_pruned(own, past), _as_earlier(past)
    evidence: PruningEvidence | Residual
    if budget.is_exact(own.num_rows, past.num_rows):
        evidence = verify_pruning(vectors, pruned, cut, earlier)
    else:
        evidence = estimate_residual(vectors, own["sample_id"].to_pylist(), pruned, cut, earlier)
    closest = _closest(read_vectors(rows["embedding"]), night == ds, side)
    return {"closest_across": closest} | {k: float(count) for k, count in asdict(evidence).items()}


def _as_earlier(past: pa.Table) -> Earlier | None:
    if not past.num_rows:
        return None
    return Earlier(past["sample_id"].to_pylist(), past["ds"].to_pylist(), read_vectors(past["embedding"]))


def _as_pruned(own: pa.Table, past: pa.Table) -> PruneResult:
    """Return the staged answers as the kernel's, witnesses as row numbers; -1 where there is none such."""
    names = [*_names(own, "ds", "sample_id"), *_names(past, "ds", "sample_id")]
    place = {name: number for number, name in enumerate(names)}
    witness = [place.get(name, -1) for name in _names(own, "witness_ds", "witness_id")]
    kept = np.array(own["kept"].to_pylist(), np.bool_)
    similarity = np.array([np.nan if v is None else v for v in own["similarity"].to_pylist()], np.float64)
    return PruneResult(
        kept=kept,
        reason=own["reason"].to_pylist(),
        witness=np.array(witness, np.int64),
        witness_id=own["witness_id"].to_pylist(),
        witness_ds=own["witness_ds"].to_pylist(),
        similarity=similarity,
        novelty=np.zeros(len(kept)),
        cluster_id=[""] * len(kept),
    )


def _names(rows: pa.Table, ds: str, name: str) -> list[tuple[str, str]]:
    return list(zip(rows[ds].to_pylist(), rows[name].to_pylist(), strict=True))


def _closest(vectors: np.ndarray, own: np.ndarray, side: np.ndarray) -> float:
    """Return the highest cosine of a train and an eval row of which one at least is of this night."""
    train, held = side == TRAIN.name, side == EVAL.name
    pairs = ((train & own, held), (train & ~own, held & own))
    return max(
        (closest_across(vectors[a], vectors[b]) for a, b in pairs if a.any() and b.any()), default=-1.0
    )


def _runs_apart(run: NightRun, night: NightFrames) -> Check:
    """Look for eval's long runs of words in train, and train's in eval, this night's in all nights'."""
    words, root, ds = run.plan.config.split.shared_words, run.plan.root, run.plan.ds
    train, held_out = (rows.select("sample_id", text="prompt") for rows in (night.train, night.eval))
    held, learnt = (read_shingles(rows, words) for rows in (held_out, train))
    met = [
        held.join(learnt, on="shingle", how="semi")["sample_id"].n_unique(),
        len(find_shared(held, other_prompts(root, TRAIN, ds), words)),
        len(find_shared(learnt, other_prompts(root, EVAL, ds), words)),
    ]
    promise = "no long run of words stands on both sides, this night or any night before"
    looked = (
        f"runs of {words} words: {sum(met)} prompts share one with the other side"
        if words
        else "not looked at"
    )
    moved = (
        f"{run.drawn.moved} rows are train's, as more users are joined by what they share than eval may hold"
    )
    return Check("word_runs_apart", promise, not any(met), f"{looked}; {moved}")


def _proven(run: NightRun) -> Check:
    """Hold a night whose sample is further from the best than promised: a search that gave up."""
    most = run.plan.config.gates.max_gap
    promise = "each side's total of what it maximises is the best there is, within a stated gap"
    evidence = f"proven relative gaps {dict(run.drawn.gaps)}; at most {most}"
    return Check("optimum_proven", promise, all(gap <= most for gap in run.drawn.gaps.values()), evidence)


def _slices_survive(run: NightRun) -> Check:
    """Hold a night with a slice whose texts are merged: the encoder cannot read it, or it is a template."""
    most = run.plan.config.gates.max_duplicate_share
    slices = slice_samples(run.scan(SAMPLES), run.scan(LANGUAGE))
    before = scan_kept_before(run.plan.root, run.plan.ds)
    return check_slices(count_retention(run.scan(PRUNING), slices, before), most)


def _uncompared(run: NightRun) -> dict[str, int]:
    """Return the kept rows of earlier nights without a vector of this run's encoder, under `NOT_COMPARED`."""
    encoder, plan = run.plan.encoder.name, run.plan
    since = first_of_window(plan.ds, plan.config.pruning.window_nights)
    nights = count_uncompared(plan.root, plan.ds, since, {encoder: run.revisions[encoder]})
    return {f"{NOT_COMPARED}{ds}": rows for ds, rows in nights.items()}


def _log_is_silent(run: NightRun) -> Check:
    loud = with_statistics(run.plan.root, [SAMPLES, DECISIONS, TRAIN, EVAL, PRUNING, PRIVACY, REVIEW])
    promise = "_delta_log holds no id of a person or conversation"
    return Check("log_is_silent", promise, not loud, f"tables with column statistics: {loud or 'none'}")


def _same_as_before(run: NightRun, fingerprints: tuple[str, str], uncompared: Mapping[str, int]) -> Check:
    """Compare with the last run of this night, where nothing that may change a row has changed."""
    promise = "the same inputs, configuration, code and models give the same rows"
    before = _comparable_run(run, fingerprints[0], uncompared)
    if before is None:
        return Check(
            "reproducible",
            promise,
            passed=True,
            evidence=f"rows {fingerprints[1]}; no equal run of this night to compare with",
        )
    same = before == fingerprints[1]
    return Check("reproducible", promise, same, f"rows {fingerprints[1]}; the equal run before had {before}")


def _comparable_run(run: NightRun, input_fingerprint: str, uncompared: Mapping[str, int]) -> str | None:
    """Return the fingerprint that the last run of this night published, if nothing differs since.

    Comparable: same configuration, code, models and input as Phase I saw it, the same rows of earlier
    nights without a vector (jobs/reembed.py gives them one), and no other night published since it began.
    """
    plan = run.plan
    rows = scan_table(plan.root, RUNS).collect().sort("finished_at", descending=True)
    mine = rows.filter(pl.col("ds") == plan.ds)
    if mine.is_empty():
        return None
    last = mine.row(0, named=True)
    since = rows.filter((pl.col("ds") != plan.ds) & (pl.col("finished_at") >= last["started_at"]))
    same = (
        last["config_hash"] == hash_config(plan.config)
        and last["code_version"] == plan.code_version
        and dict(last["model_revisions"]) == dict(run.revisions)
        and last["input_fingerprint"] == input_fingerprint
        and {k: n for k, n in dict(last["counts"]).items() if k.startswith(NOT_COMPARED)} == dict(uncompared)
    )
    return str(last["fingerprint"]) if same and since.is_empty() else None
