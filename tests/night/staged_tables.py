"""The tables of a dozen rows that each phase reads, staged by hand: no phase has written them."""

from typing import Any

import numpy as np
import polars as pl

from pipelines.night.index import KnownClusters
from pipelines.night.night import Night
from pipelines.night.pruning import Pruned
from pipelines.night.vectors import PromptVectors
from pipelines.night.workspace import Staged
from pipelines.table_columns import polars_schema
from schemas.night import DECIDED, FACTS, PROMPT_SCORES, PRUNED, READINGS, SIDES, VECTORS
from schemas.samples import SAMPLES
from schemas.sidecars import CLUSTERS, PRUNING
from schemas.table import Table
from tests.factories import FIRST

ROWS = 12
REVISIONS = {
    name: f"{name}-1" for name in ("rules", "ner", "language", "quality", "e5", "char_ngrams")
}
REVISIONS |= {name: f"{name}-1" for name in ("critical_rules", "fasttext_safety", "encoder_head")}


def put(night: Night, table: Table, rows: list[dict[str, Any]]) -> Staged:
    """Stage a table by hand; what a row leaves out is null."""
    return night.workspace.sink(table, pl.DataFrame(rows, schema=polars_schema(table)).lazy())


def fact(number: int, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 columns of several types
    """Return the facts of a good conversation."""
    safe: list[dict[str, Any]] = [
        {"model": model, "model_revision": REVISIONS[model], "unsafe": 0.01, "labels": []}
        for model in ("critical_rules", "fasttext_safety")
    ]
    row = {
        "conversation_id": f"c{number}",
        "sample_id": f"s{number:02}",
        "turn_index": 0,
        "user_key": f"{number:032}",
        "character_id": "ada",
        "locale": "en-US",
        "source": "user",
        "started_at": number,
        "is_first_turn": True,
        "depth": "1",
        "quality": number / ROWS,
        "text_hash": f"{number:064}",
        "prompt": f"prompt {number}",
        "content": str(number),
        "messages": [{"role": "user", "content": f"prompt {number}"}],
        "found": [],
        "redacted": True,
        "privacy": [],
        "safety": safe,
        "identified": "en",
        "confidence": 0.99,
        "reward_count": 0,
        "romanised": False,
        "mixed": False,
    }
    return row | changes


def facts_of(night: Night, *changed: dict[str, Any]) -> Staged:
    """Stage the facts of a dozen rows, the first of them changed."""
    rows = [fact(n, **(changed[n] if n < len(changed) else {})) for n in range(ROWS)]
    return put(night, FACTS, rows)


def vectors_of(night: Night, numbers: list[int]) -> PromptVectors:
    """Stage a unit vector of each prompt, along the axis of its number, and a head score."""
    axes = np.eye(ROWS, 384, dtype=np.float32)
    rows = [
        (f"{n:064}", "e5", REVISIONS["e5"], axes[axis].tolist()) for n, axis in enumerate(numbers)
    ]
    head = {"model": "encoder_head", "model_revision": REVISIONS["encoder_head"]}
    return PromptVectors(
        night.plan.unread.name,
        readings=put(night, READINGS, [{"text_hash": r[0], "model": "e5"} for r in rows]),
        vectors=put(night, VECTORS, [dict(zip(VECTORS.names, row, strict=True)) for row in rows]),
        scores=put(
            night,
            PROMPT_SCORES,
            [{"text_hash": f"{n:064}", "unsafe": 0.01, "labels": [], **head} for n in range(ROWS)],
        ),
    )


def samples_of(night: Night) -> Staged:
    """Stage the samples of a dozen facts."""
    names = {column.name for column in SAMPLES.columns}
    rows = [{k: v for k, v in fact(n, started_at=None).items() if k in names} for n in range(ROWS)]
    return put(night, SAMPLES, [row | {"difficulty": "unknown", "jtbd": "advice"} for row in rows])


def pruned_of(night: Night, dropped: int) -> Pruned:
    """Stage a pruning that dropped the first rows as near-duplicates of the last."""
    last = f"s{ROWS - 1:02}"
    rows = [
        {
            "sample_id": f"s{n:02}",
            "text_hash": f"{n:064}",
            "model": "e5",
            "cluster_id": "0",
            "novelty": 1.0,
        }
        | {"kept": n >= dropped, "reason": "leader" if n >= dropped else "near_duplicate"}
        | ({} if n >= dropped else {"witness_id": last, "witness_ds": FIRST, "similarity": 0.99})
        for n in range(ROWS)
    ]
    pruned, pruning = (put(night, table, rows) for table in (PRUNED, PRUNING))
    known = KnownClusters(REVISIONS, {}, {})
    return Pruned(pruned, pruning, put(night, CLUSTERS, []), known)


def decided_of(night: Night, passed: int, phase: str = "language") -> Staged:
    """Stage decisions of a phase that kept the first rows."""
    rows = [
        {"sample_id": f"s{n:02}", "conversation_id": f"c{n}", "phase": phase}
        | {
            "outcome": "keep" if n < passed else "drop",
            "reason": "passed" if n < passed else "unsafe",
        }
        for n in range(ROWS)
    ]
    return put(night, DECIDED, rows)


def sides_of(night: Night) -> Staged:
    """Stage two rows in eval, one on neither side, the others in train."""
    reasons = ["eval"] * 2 + ["common_text"] + ["train"] * (ROWS - 3)
    rows = [
        {"sample_id": f"s{n:02}", "reason": reason, "is_large": False}
        for n, reason in enumerate(reasons)
    ]
    return put(night, SIDES, rows)
