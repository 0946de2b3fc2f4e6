"""The contract's "always true" list, checked on the staged tables before anything is published."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial

import numpy as np
import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from expectations.suites import published_suite, samples_suite, validate
from pipelines.checks import Check
from pipelines.diversity.evidence import verify_pruning
from pipelines.diversity.pruning import Earlier, Pruning
from pipelines.diversity.similarity import closest_across
from pipelines.outcomes import Outcome, Phase
from pipelines.publishing.account import TOTAL, reconcile
from pipelines.spark.adapters import map_whole
from pipelines.spark.counts import count_slices, to_polars
from pipelines.spark.embedding import read_vectors
from pipelines.spark.run import NightRun
from pipelines.spark.tables import Warehouse
from schemas.ledger import CONSTRAINTS, DECISIONS, QUARANTINE, REVIEW
from schemas.samples import EVAL, SAMPLES, TRAIN
from schemas.sidecars import LANGUAGE, PRIVACY, PRUNING, SAFETY

_EVIDENCE = pa.schema([("name", pa.string()), ("value", pa.float64())])
# Cosines are decided in float64 on stored float32 vectors; this is what their last bits can differ by.
_ROUNDING = 1e-6
_CHECKS_AT_ONCE = 4  # most of a check is waiting for Spark's scheduler


@dataclass(frozen=True, slots=True)
class Account:
    """What the gates found.

    Args:
        checks: every line of the contract's list, in order.
        counts: rows per `phase.outcome`.
        fingerprints: of the night's input as Phase I saw it, and of what is published.
    """

    checks: list[Check]
    counts: Mapping[str, int]
    fingerprints: tuple[str, str]


def check_night(run: NightRun) -> Account:
    """Check a staged night against every promise of contract section 3."""
    samples, decisions = run.staged(SAMPLES), run.staged(DECISIONS)
    with ThreadPoolExecutor(_CHECKS_AT_ONCE) as pool:
        counted = pool.submit(count_slices, decisions, samples)
        seen = pool.submit(_fingerprint, decisions, samples)
        published = pool.submit(_published_fingerprint, run)
        made = [pool.submit(check, run) for check in _CHECKS]
        slices, fingerprints = counted.result(), (seen.result(), published.result())
        found = [check for part in made for check in part.result()]
    checks = [*reconcile(slices, run.rows_in), *found, _same_as_before(run, fingerprints)]
    total = slices.filter(pl.col("dimension") == TOTAL).group_by("phase", "outcome").agg(pl.col("rows").sum())
    counts = {
        f"{phase}.{outcome}": rows for phase, outcome, rows in total.sort("phase", "outcome").iter_rows()
    }
    counts |= {"published.train": run.staged(TRAIN).count(), "published.eval": run.staged(EVAL).count()}
    return Account(checks, counts, fingerprints)


def _suites_hold(run: NightRun) -> list[Check]:
    entered, published = _to_gate(run.staged(SAMPLES)), _published(run)
    return [
        *validate(samples_suite(), entered, "what enters"),
        *validate(published_suite(), published, "what is published"),
    ]


def _to_gate(samples: DataFrame) -> DataFrame:
    """Return the columns that the suite of what enters reads."""
    return samples.select(
        "sample_id", "conversation_id", "turn_index", "user_key", "source", "depth", "difficulty", "quality"
    )


def _published(run: NightRun) -> DataFrame:
    parts = [
        run.staged(table).select(
            "sample_id",
            "user_key",
            "text_hash",
            "turn_index",
            "weight",
            F.length("prompt").alias("prompt_chars"),
        )
        for table in (TRAIN, EVAL)
    ]
    return parts[0].unionByName(parts[1])


def _selected(run: NightRun) -> DataFrame:
    parts = [
        run.staged(t).select(
            "sample_id", "conversation_id", "user_key", "text_hash", F.lit(t.name).alias("side")
        )
        for t in (TRAIN, EVAL)
    ]
    return parts[0].unionByName(parts[1])


def _quarantine_share(run: NightRun) -> list[Check]:
    bad, most = run.staged(QUARANTINE).count(), run.plan.config.gates.max_quarantine_share
    share = bad / max(1, run.rows_in)
    evidence = f"{bad} of {run.rows_in} rows, {share:.4f}; at most {most}"
    return [
        Check(
            "quarantine_share", "most rows of a night can be read as conversations", share <= most, evidence
        )
    ]


def _scorers_answered(run: NightRun) -> list[Check]:
    nulls = run.staged(SAMPLES).agg(
        F.count(F.lit(1)).alias("n"),
        F.count_if(F.col("jtbd").isNull()).alias("jtbd"),
        F.count_if(F.col("quality").isNull()).alias("quality"),
    )
    row = nulls.collect()[0]
    most = run.plan.config.gates.max_null_share * max(1, row["n"])
    holds = max(row["jtbd"], row["quality"]) <= most
    without = {name: row[name] for name in ("jtbd", "quality")}
    evidence = f"{row['n']} samples, without an answer: {without}; at most {most:.0f}"
    return [
        Check("scorers_answered", "jtbd and quality that upstream leaves null are filled", holds, evidence)
    ]


def _only_kept(run: NightRun) -> list[Check]:
    decisions, selected = run.staged(DECISIONS), _selected(run)
    kept = (
        decisions.where(F.col("outcome") == Outcome.KEEP)
        .groupBy("sample_id")
        .agg(F.count_distinct("phase").alias("phases"))
    )
    wrong = (
        selected.join(kept, on="sample_id", how="left")
        .where(F.coalesce("phases", F.lit(0)) != len(Phase))
        .count()
    )
    blocked = run.staged(REVIEW).where("status <> 'approved'").select("sample_id")
    waiting = selected.join(blocked, on="sample_id", how="left_semi").count()
    twice = selected.count() - selected.select("sample_id").distinct().count()
    promise = "nothing that a phase did not keep, and nothing still in review, is in train or eval"
    evidence = f"{wrong} published rows lack a keep, {waiting} are in review, {twice} stand twice"
    return [Check("only_kept_is_published", promise, not (wrong or waiting or twice), evidence)]


def _models_answered(run: NightRun) -> list[Check]:
    selected = _selected(run).select("sample_id")
    wrong = {
        table.name: selected.join(
            run.staged(table).where(F.col(column).isNotNull()), on="sample_id", how="inner"
        )
        .groupBy("sample_id")
        .count()
        .where(F.col("count") == models)
        .count()
        for table, column, models in (
            (PRIVACY, "findings", len(run.plan.config.models.privacy)),
            (LANGUAGE, "language", 1),
        )
    }
    required = run.staged(SAFETY).where(F.col("model").isin(list(run.plan.config.safety.required)))
    scored = required.where(F.col("unsafe").between(0.0, 1.0) & ~F.isnan("unsafe"))
    full = (
        scored.groupBy("sample_id").count().where(F.col("count") == len(set(run.plan.config.safety.required)))
    )
    wrong[SAFETY.name] = selected.join(full, on="sample_id", how="left_semi").count()
    published = selected.count()
    approved = (
        run.staged(REVIEW)
        .where("status = 'approved'")
        .join(selected, on="sample_id", how="left_semi")
        .count()
    )
    promise = "a missing, failed or NaN answer of a model never passes"
    holds = all(published - approved <= rows <= published for rows in wrong.values())
    evidence = f"{published} published, of them answered: {wrong}; {approved} approved by a person"
    return [Check("models_answered", promise, holds, evidence)]


def _sides_apart(run: NightRun) -> list[Check]:
    night = _selected(run)
    warehouse = Warehouse(run.spark, str(run.plan.root))
    others = [
        warehouse.read(t)
        .where(F.col("ds") != run.plan.ds)
        .select("conversation_id", "user_key", F.lit(t.name).alias("side"))
        for t in (TRAIN, EVAL)
    ]
    everyone = (
        night.select("conversation_id", "user_key", "side").unionByName(others[0]).unionByName(others[1])
    )
    both = {
        column: everyone.groupBy(column)
        .agg(F.count_distinct("side").alias("sides"))
        .where("sides > 1")
        .count()
        for column in ("user_key", "conversation_id")
    }
    promise = "no user or conversation stands on both sides, this night or any night before"
    return [Check("sides_apart", promise, not any(both.values()), f"on both sides: {both}")]


def _vectors_apart(run: NightRun) -> list[Check]:
    found: dict[str, float] = dict(to_polars(_vector_evidence(run)).iter_rows())
    cut = run.plan.config.pruning.cut
    across = found.pop("closest_across", -1.0)
    broken = {name: int(count) for name, count in found.items()}
    return [
        Check(
            "near_duplicates_apart",
            "no near-duplicate stands on both sides, this night or any night before",
            across < cut + _ROUNDING,
            f"closest train and eval prompts have cosine {across:.6f}, the cut is {cut}",
        ),
        Check(
            "near_duplicates_witnessed",
            "every near-duplicate has a kept witness at or above the cut; no two kept rows of a night are",
            not any(broken.values()),
            f"cut {cut}; broken promises, counted again from the vectors: {broken}",
        ),
    ]


def _vector_evidence(run: NightRun) -> DataFrame:
    vectors = run.vectors()
    warehouse = Warehouse(run.spark, str(run.plan.root))
    columns = ["sample_id", "ds", "text_hash", "kept", "reason", "witness_id", "witness_ds", "similarity"]
    sided = _selected(run).select("sample_id", "side")
    night = run.staged(PRUNING).select(*columns).join(sided, on="sample_id", how="left")
    sides = [
        warehouse.read(t)
        .where(F.col("ds") != run.plan.ds)
        .select("sample_id", "ds", F.lit(t.name).alias("side"))
        for t in (TRAIN, EVAL)
    ]
    others = (
        warehouse.read(PRUNING)
        .where(F.col("kept") & (F.col("ds") != run.plan.ds))
        .select(*columns)
        .join(sides[0].unionByName(sides[1]), on=["sample_id", "ds"], how="left")
    )
    rows = night.unionByName(others).join(vectors, on="text_hash", how="inner")
    return map_whole(rows, partial(_verify, ds=run.plan.ds, cut=run.plan.config.pruning.cut), _EVIDENCE)


def _verify(rows: pa.Table, ds: str, cut: float) -> pa.Table:
    rows = rows.sort_by([("ds", "ascending"), ("sample_id", "ascending")])
    night = np.array(rows["ds"].to_pylist())
    side = np.array([s or "" for s in rows["side"].to_pylist()])
    found = {"closest_across": _closest(read_vectors(rows["embedding"]), night == ds, side)}
    own, past = rows.filter(pa.array(night == ds)), rows.filter(pa.array(night < ds))
    if own.num_rows:
        evidence = verify_pruning(
            read_vectors(own["embedding"]), _as_pruned(own, past), cut, _as_earlier(past)
        )
        found |= {name: float(count) for name, count in asdict(evidence).items()}
    return pa.table({"name": list(found), "value": list(found.values())})


def _as_earlier(past: pa.Table) -> Earlier | None:
    if not past.num_rows:
        return None
    return Earlier(past["sample_id"].to_pylist(), past["ds"].to_pylist(), read_vectors(past["embedding"]))


def _as_pruned(own: pa.Table, past: pa.Table) -> Pruning:
    """Return the staged answers as the kernel's, witnesses as row numbers; -1 where there is none such."""
    names = [*_names(own, "ds", "sample_id"), *_names(past, "ds", "sample_id")]
    place = {name: number for number, name in enumerate(names)}
    witness = [place.get(name, -1) for name in _names(own, "witness_ds", "witness_id")]
    kept = np.array(own["kept"].to_pylist(), np.bool_)
    similarity = np.array([np.nan if v is None else v for v in own["similarity"].to_pylist()], np.float64)
    return Pruning(
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


def _constraints_met(run: NightRun) -> list[Check]:
    rows = to_polars(run.staged(CONSTRAINTS).select("side", "constraint", "hard", "met"))
    broken = rows.filter(pl.col("hard") & ~pl.col("met"))
    hard, missed = rows.filter("hard").height, rows.filter(~pl.col("hard") & ~pl.col("met")).height
    evidence = f"{hard} hard bounds, {broken.height} not met; {missed} soft ones missed"
    sizes = {t.name: run.staged(t).count() for t in (TRAIN, EVAL)}
    exact = sizes == dict(run.sizes)
    return [
        Check(
            "hard_constraints_met",
            "every hard constraint holds on the rows of its side",
            broken.is_empty(),
            evidence,
        ),
        Check(
            "sizes_exact",
            "each side has exactly the rows its block asks for",
            exact,
            f"published {sizes}, drawn {dict(run.sizes)}",
        ),
    ]


def _log_is_silent(run: NightRun) -> list[Check]:
    warehouse = Warehouse(run.spark, str(run.plan.root))
    loud = warehouse.with_statistics([SAMPLES, DECISIONS, TRAIN, EVAL, PRUNING, PRIVACY, REVIEW])
    promise = "_delta_log holds no id of a person or conversation"
    return [Check("log_is_silent", promise, not loud, f"tables with column statistics: {loud or 'none'}")]


_CHECKS: Sequence[Callable[[NightRun], list[Check]]] = (
    _quarantine_share,
    _scorers_answered,
    _only_kept,
    _models_answered,
    _sides_apart,
    _vectors_apart,
    _constraints_met,
    _log_is_silent,
    _suites_hold,
)


def _fingerprint(decisions: DataFrame, samples: DataFrame) -> str:
    """Return a hash of what Phase I saw, whatever the order of its rows."""
    seen = samples.select(
        F.xxhash64(
            "sample_id", "text_hash", "user_key", "character_id", "locale", "jtbd", F.round("quality", 9)
        ).alias("h")
    )
    phase_one = decisions.where(F.col("phase").isin("intake", "privacy", "safety", "language"))
    said = phase_one.select(F.xxhash64("sample_id", "conversation_id", "phase", "reason").alias("h"))
    return _hash_of(seen.unionByName(said))


def _published_fingerprint(run: NightRun) -> str:
    return _hash_of(_selected(run).select(F.xxhash64("sample_id", "side", "text_hash").alias("h")))


def _hash_of(hashes: DataFrame) -> str:
    row = hashes.agg(
        F.bit_xor("h").alias("x"),
        F.count(F.lit(1)).alias("n"),
        F.sum(F.col("h").cast("decimal(38,0)")).alias("s"),
    ).collect()[0]
    return f"{(row['x'] or 0) & (2**64 - 1):016x}-{row['n']}-{int(row['s'] or 0) & (2**64 - 1):016x}"


def _same_as_before(run: NightRun, fingerprints: tuple[str, str]) -> Check:
    """Compare with the last run of this night, where nothing that may change a row has changed."""
    promise = "the same inputs, configuration, code and models give the same rows"
    before = run.comparable_run(fingerprints[0])
    if before is None:
        return Check(
            "reproducible",
            promise,
            passed=True,
            evidence=f"rows {fingerprints[1]}; no equal run of this night to compare with",
        )
    same = before == fingerprints[1]
    return Check("reproducible", promise, same, f"rows {fingerprints[1]}; the equal run before had {before}")
