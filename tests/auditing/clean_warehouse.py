"""A small warehouse of some nights that keeps every promise, made by the kernels without Spark."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

from pipelines.diversity.cluster_names import describe_clusters
from pipelines.diversity.clustering import Centroids
from pipelines.diversity.groups import Earlier, Group
from pipelines.diversity.pruning import prune_groups
from pipelines.filtering.policy import PhaseOneLimits, decide_phase_one
from pipelines.identity import hash_text, key_user, name_sample
from pipelines.night.drawing import draw_night
from pipelines.outcomes import Outcome, Phase
from pipelines.publishing import ledger
from pipelines.publishing.rules import RULE_OF, fingerprint_rules
from pipelines.sampling.shingles import hash_shingles
from schemas.index import CENTROIDS, REPRESENTATIVES
from schemas.ledger import CONSTRAINTS, DECISIONS, QUARANTINE, REVIEW, RUNS
from schemas.samples import EVAL, SAMPLES, TRAIN
from schemas.sidecars import CLUSTERS, EMBEDDINGS, LANGUAGE, PRIVACY, PRUNING, SAFETY
from schemas.table import Table
from tests.auditing.clean_run import make_run, write_report
from tests.auditing.clean_settings import (
    CONFIG,
    FIRST,
    KEY,
    REVISIONS,
    ROWS,
    SAFETY_MODELS,
    WIDTH,
)

_SUBJECTS = ("garden", "bicycle", "lighthouse", "kitchen", "mountain", "river", "puppet", "violin")
_DEEDS = ("paint", "repair", "describe", "imagine", "visit", "draw", "explain", "remember")
_MANNERS = ("slowly", "gladly", "twice", "together", "outside", "quietly", "by hand", "in spring")


@dataclass
class Made:
    """What nights before have left: kept rows with their vectors, and the clusters.

    Args:
        kept: `ds`, `sample_id`, `cluster_id`, vector of every kept row.
        known: the sums of its clusters; None = there is none yet.
    """

    kept: list[tuple[str, str, str, np.ndarray]] = field(default_factory=list)
    known: Centroids | None = None


def name_night(number: int) -> str:
    """Return a night by its number from 0."""
    return (FIRST + timedelta(days=number)).date().isoformat()


def make_warehouse(root: Path, nights: int = 2) -> Path:
    """Write some nights, each with its run and its report."""
    made = Made()
    for number in range(nights):
        ds = name_night(number)
        tables = make_night(number, made)
        for table in (SAMPLES, PRIVACY, SAFETY, LANGUAGE, PRUNING, CLUSTERS, DECISIONS, QUARANTINE,
                      REVIEW, CONSTRAINTS, TRAIN, EVAL, REPRESENTATIVES, CENTROIDS,
                      EMBEDDINGS):  # fmt: skip
            write(root, table, tables[table.name].to_dicts(), ds)
        write(root, RUNS, [make_run(root, ds, number, tables)], ds)
        write_report(root, ds)
    return root


def write(root: Path, table: Table, rows: Sequence[Mapping[str, Any]], ds: str) -> None:
    """Add rows of a night to a table, which is made where it is missing."""
    place = root / table.name
    if not place.exists():
        DeltaTable.create(
            place,
            table.arrow,
            partition_by=["ds"] if table.nightly else None,
            configuration={
                "delta.dataSkippingNumIndexedCols": "0",
                "curation.schemaVersion": str(table.version),
            },
            raise_if_key_not_exists=False,
        )
    own = {"ds": ds, "run_id": f"{ds}-run", "scores": [], "findings": []}
    full = [{name: (own | dict(row)).get(name) for name in table.names} for row in rows]
    if full:
        write_deltalake(place, pa.Table.from_pylist(full, schema=table.arrow), mode="append")


def make_night(number: int, made: Made) -> dict[str, pl.DataFrame]:
    """Return the tables of a night; every tenth row ends in another way."""
    ds = name_night(number)
    facts = pl.DataFrame([_fact(number, row) for row in range(ROWS)], infer_schema_length=None)
    good = facts.filter(pl.col("defect").is_null())
    samples = good.select([c for c in SAMPLES.names if c in good.columns])
    review = _reviews(good)
    decided = [ledger.decide_intake(facts.lazy()).collect()]
    limits = PhaseOneLimits(privacy=CONFIG.privacy, safety=CONFIG.safety, language=CONFIG.language)
    asked = good.join(review.select("sample_id", review="status"), on="sample_id", how="left")
    decided.append(decide_phase_one(_as_policy(asked), limits))
    passed = _kept(decided, Phase.LANGUAGE).join(good, on="sample_id", how="inner")
    pruning, vectors = _prune(ds, passed.sort("sample_id"), made)
    decided.append(_decide(good, pruning.select("sample_id", "reason"), Phase.DIVERSITY))
    kept = pruning.filter("kept")
    # One user in four is of eval; no user writes on two sides.
    is_eval = pl.col("user").str.extract(r"(\d+)$").cast(pl.Int64) % 4 == 0
    split = kept.join(good, on="sample_id").select(
        "sample_id", reason=pl.when(is_eval).then(pl.lit("eval")).otherwise(pl.lit("train"))
    )
    decided.append(_decide(good, split, Phase.SPLIT))
    drawn = draw_night(samples.lazy(), split.with_columns(is_large=pl.lit(value=False)), CONFIG)
    decided.append(_decide(good, drawn.reasons, Phase.SAMPLING))
    decisions = ledger.name_rules(
        pl.concat(decided, how="diagonal").lazy(), RULE_OF, fingerprint_rules(CONFIG, REVISIONS)
    ).collect()
    opened = decisions.filter(pl.col("outcome") == Outcome.REVIEW)
    review = pl.concat(
        [review, opened.join(review, on="sample_id", how="anti").select(
            "sample_id", "reason", status=pl.lit("open"))], how="diagonal")  # fmt: skip
    clusters = pruning.select("sample_id", "cluster_id")
    sides = {
        side: drawn.selected.filter(pl.col("side") == side)
        .select("sample_id", "weight")
        .join(samples, on="sample_id")
        .join(good.select("sample_id", "messages", "prompt"), on="sample_id")
        .join(clusters, on="sample_id")
        for side in ("train", "eval")
    }
    known = pl.DataFrame(schema={"cluster_id": pl.String, "first_ds": pl.String})
    named = pruning.join(good.select("sample_id", "user_key", "prompt"), on="sample_id")
    published = pl.concat([rows.select("sample_id", "prompt") for rows in sides.values()])
    return {
        **sides,
        "samples": samples,
        "privacy": _answers(good, "findings", ("rules", "ner")),
        "safety": good.select("sample_id", "safety").explode("safety").unnest("safety"),
        "language": _answers(good, "language_answer", ("language",)),
        "pruning": pruning,
        "clusters": describe_clusters(named.lazy(), known, ds, 5),
        "decisions": decisions,
        "quarantine": facts.filter(pl.col("defect").is_not_null()).select(
            "conversation_id", reason="defect", row="quarantined"
        ),
        "review": review,
        "constraints": drawn.constraints,
        "representatives": _index(kept, good, split, published, vectors),
        "centroids": _centroids(ds, made),
        "embeddings": _embeddings(passed, vectors),
    }


def _fact(number: int, row: int) -> dict[str, Any]:
    """Return what is known of a row of the traffic, and how it will end, by its number."""
    conversation = f"conversation-{number}-{row}"
    user = f"user-{number}-{row}"
    # Some users come back each night.
    user = f"user-back-{row}" if row < 8 else user
    prompt = write_prompt(number, row)
    turn = row % 2
    before = [
        {"role": "user", "content": f"Hello there {_SUBJECTS[row % 8]}."},
        {"role": "assistant", "content": "Welcome, what shall we do?"},
    ]
    unsafe = 0.9 if row == 20 else 0.7 if row in {21, 22, 23} else 0.05
    defect = "no_messages" if row in {10, 11} else None
    return {
        "conversation_id": conversation,
        "defect": defect,
        "quarantined": json.dumps({"locale": "en-US", "user_key": key_user(user, KEY),
                                   "messages": ["user: <7 characters>"]}),
        "sample_id": None if defect else name_sample(conversation, turn),
        "user": user,
        "user_key": key_user(user, KEY),
        "turn_index": turn,
        "character_id": f"character-{row % 3}",
        "locale": ("en-US", "de-DE", "fr-FR")[row % 3],
        "language": "en",
        "source": "user",
        "model_version": "m1",
        "started_at": FIRST + timedelta(days=number, minutes=row),
        "is_first_turn": turn == 0,
        "depth": "1" if turn == 0 else "2",
        "text_hash": hash_text(prompt),
        "jtbd": ("roleplay", "advice")[row % 2],
        "quality": (row * 7 % 50) / 50,
        "reward_count": 0,
        "reward_variance": None,
        "difficulty": ("low", "medium", "high")[row % 3],
        "prompt": prompt,
        "messages": [*(before if turn else []), {"role": "user", "content": prompt}],
        "redacted": True,
        "findings": [{"message_index": 0, "entity_type": "US_SSN", "start": 0, "end": 9,
                      "score": 0.9}] if row in {12, 13} else [],
        "safety": [
            {"model": name, "model_revision": "r1",
             "unsafe": unsafe if name != "critical_rules" else 0.0, "labels": []}
            for name in SAFETY_MODELS
        ],
        "identified": "xx" if row == 25 else "en",
        "confidence": 0.99,
    }  # fmt: skip


def write_prompt(number: int, row: int) -> str:
    """Return a prompt that shares no run of thirteen words with any other."""
    subject, deed, manner = _SUBJECTS[row % 8], _DEEDS[row // 8 % 8], _MANNERS[number % 8]
    manner = f"{manner} {_MANNERS[number // 8]}" if number >= 8 else manner
    return f"Please {deed} the {subject} {manner} and tell me why it matters to you."


def _reviews(good: pl.DataFrame) -> pl.DataFrame:
    """Return what people decided before the run: one sample passes, one does not."""
    asked = good.filter(pl.col("conversation_id").str.contains(r"-2[12]$"))
    status = pl.when(pl.col("conversation_id").str.ends_with("-21")).then(pl.lit("approved"))
    return asked.select(
        "sample_id",
        reason=pl.lit("safety_uncertain"),
        status=status.otherwise(pl.lit("rejected")),
        decided_at=pl.lit(FIRST - timedelta(days=1)).cast(pl.Datetime("us", "UTC")),
        reviewer=pl.lit("reviewer-1"),
    )


def _as_policy(good: pl.DataFrame) -> pl.DataFrame:
    return good.select(
        *("sample_id", "conversation_id", "redacted", "safety", "confidence", "review"),
        entity_types=pl.col("findings").list.eval(pl.element().struct.field("entity_type")),
        language="identified",
    )


def _kept(decided: Sequence[pl.DataFrame], phase: Phase) -> pl.DataFrame:
    last = pl.concat(decided, how="diagonal")
    keeps = (pl.col("phase") == phase) & (pl.col("outcome") == Outcome.KEEP)
    return last.filter(keeps).select("sample_id")


def _decide(good: pl.DataFrame, reasons: pl.DataFrame, phase: Phase) -> pl.DataFrame:
    names = good.select("sample_id", "conversation_id")
    given = names.join(reasons.select("sample_id", "reason"), on="sample_id", how="inner")
    return ledger.decide_by_reason(given.lazy(), phase).collect()


def vector_of(number: int, row: int) -> np.ndarray:
    """Return a row's unit vector: some are near another of the night, or of the night before."""
    near = {30: (number, 31), 32: (number, 33), 36: (number, 37), 34: (max(number - 1, 0), 35)}
    of = near.get(row, (number, row))
    chance = np.random.default_rng(of[0] * 1000 + of[1])
    vector = chance.normal(size=WIDTH)
    if row in near:
        vector = vector + np.random.default_rng(row).normal(size=WIDTH) * 0.05
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def _prune(ds: str, rows: pl.DataFrame, made: Made) -> tuple[pl.DataFrame, dict[str, np.ndarray]]:
    places = rows["conversation_id"].str.split("-").to_list()
    vectors = np.array([vector_of(int(p[1]), int(p[2])) for p in places], np.float32)
    ids = rows["sample_id"].to_list()
    earlier = None
    if made.kept:
        earlier = Earlier(
            [k[1] for k in made.kept],
            [k[0] for k in made.kept],
            np.array([k[3] for k in made.kept], np.float32),
            [k[2] for k in made.kept],
        )
    group = Group.against(np.arange(len(ids)), vectors, 0.95, earlier)
    answer = prune_groups([group], ids, rows["quality"].to_numpy(), CONFIG.pruning.narrow())
    hashes = dict(zip(ids, rows["text_hash"].to_list(), strict=True))
    old = {k[1]: _hash_of(k[1], made) for k in made.kept}
    witness = [None if w is None else hashes.get(w) or old[w] for w in answer.witness_id]
    pruning = pl.DataFrame(
        {
            "sample_id": ids,
            "text_hash": rows["text_hash"],
            "model": ["e5"] * len(ids),
            "cluster_id": answer.cluster_id,
            "kept": answer.kept,
            "reason": [reason.value for reason in answer.reason],
            "witness_id": answer.witness_id,
            "witness_ds": [
                None if w is None else d or ds
                for w, d in zip(answer.witness_id, answer.witness_ds, strict=True)
            ],
            "similarity": [None if np.isnan(s) else float(s) for s in answer.similarity],
            "novelty": answer.novelty,
            "witness_hash": witness,
        },
        infer_schema_length=None,
    )
    by_id = dict(zip(ids, vectors, strict=True))
    new = [
        (ds, name, cluster, by_id[name])
        for name, cluster, kept in pruning.select("sample_id", "cluster_id", "kept").iter_rows()
        if kept
    ]
    made.kept += new
    sums = Centroids.of([k[2] for k in new], np.array([k[3] for k in new], np.float32))
    made.known = sums if made.known is None else made.known.add(sums)
    made_hashes.update(hashes)
    return pruning, by_id


made_hashes: dict[str, str] = {}
"""sample_id → text_hash of every row that was made."""


def _hash_of(name: str, made: Made) -> str:
    assert made.kept
    return made_hashes[name]


def _answers(good: pl.DataFrame, column: str, models: Sequence[str]) -> pl.DataFrame:
    if column == "findings":
        rows = good.select("sample_id", "findings")
    else:
        rows = good.select(
            "sample_id",
            "confidence",
            language="identified",
            romanised=pl.lit(value=False),
            mixed=pl.lit(value=False),
        )
    parts = [rows.with_columns(model=pl.lit(m), model_revision=pl.lit("r1")) for m in models]
    return pl.concat(parts)


def _index(
    kept: pl.DataFrame,
    good: pl.DataFrame,
    split: pl.DataFrame,
    published: pl.DataFrame,
    vectors: Mapping[str, np.ndarray],
) -> pl.DataFrame:
    found = hash_shingles(published.select("sample_id", text="prompt"), 13)
    runs = found.group_by("sample_id").agg(
        word_runs=pl.col("shingle").reinterpret(signed=True).sort()
    )
    out = published.select("sample_id", published=pl.lit(value=True)).join(
        runs, on="sample_id", how="left"
    )
    rows = kept.select("sample_id", "text_hash", "model", "cluster_id")
    rows = rows.join(good.select("sample_id", "user_key", "conversation_id"), on="sample_id")
    rows = rows.join(split.select("sample_id", side="reason"), on="sample_id", how="left")
    rows = rows.join(out, on="sample_id", how="left")
    return rows.with_columns(
        pl.col("published").fill_null(value=False),
        model_revision=pl.lit("r1"),
        run_words=pl.lit(13),
        embedding=pl.Series([vectors[i].tolist() for i in rows["sample_id"]]),
    )


def _centroids(ds: str, made: Made) -> pl.DataFrame:
    assert made.known is not None
    count = len(made.known.names)
    return pl.DataFrame(
        {
            "model": ["e5"] * count,
            "model_revision": ["r1"] * count,
            "cluster_id": list(made.known.names),
            "first_ds": [ds] * count,
            "rows": made.known.rows,
            "sum": made.known.sums.tolist(),
        }
    )


def _embeddings(rows: pl.DataFrame, vectors: Mapping[str, np.ndarray]) -> pl.DataFrame:
    return rows.select(
        "text_hash",
        model=pl.lit("e5"),
        model_revision=pl.lit("r1"),
        embedding=pl.Series([vectors[i].tolist() for i in rows["sample_id"]]),
    )
