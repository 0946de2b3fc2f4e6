"""A small warehouse of several nights, made without Spark: who sent what, and what became of it."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable, write_deltalake

from pipelines.config import RunConfig
from pipelines.diversity.clustering import Centroids
from pipelines.identity import hash_text, key_user, name_sample
from schemas.index import CENTROIDS, REPRESENTATIVES
from schemas.ledger import CONSTRAINTS, DECISIONS, QUARANTINE, REVIEW, RUNS
from schemas.night import FACTS
from schemas.samples import EVAL, SAMPLES, TRAIN
from schemas.sidecars import (
    CLUSTERS,
    EMBEDDINGS,
    LANGUAGE,
    PRIVACY,
    PROMPT_SAFETY,
    PRUNING,
    SAFETY,
)
from schemas.table import Table

KEY = b"0123456789abcdef"
NIGHTS = ("2026-01-01", "2026-01-02", "2026-01-03")
AT = datetime(2026, 1, 4, 3, tzinfo=UTC)
PHASES = ("intake", "privacy", "safety", "language", "diversity", "split", "sampling")
NIGHTLY = (
    *(SAMPLES, PRIVACY, SAFETY, LANGUAGE, PRUNING, CLUSTERS, DECISIONS, QUARANTINE, REVIEW),
    *(CONSTRAINTS, TRAIN, EVAL, REPRESENTATIVES, CENTROIDS),
)
EVERY = (*NIGHTLY, EMBEDDINGS, PROMPT_SAFETY)
_MODEL = {"model": "e5", "model_revision": "r1"}


@dataclass(frozen=True, slots=True)
class Sent:
    """A row of the traffic and what became of it.

    Args:
        ds, user, conversation, text: of the row.
        end: train, eval, kept (not drawn), dropped (a near-duplicate), review, or quarantine.
        witness: the conversation of the kept row that a dropped one resembles, and its night.
    """

    ds: str
    user: str
    conversation: str
    text: str
    end: str = "train"
    witness: tuple[str, str] | None = None

    @property
    def sample_id(self) -> str:
        """The id of its sample."""
        return name_sample(self.conversation, 0)

    @property
    def user_key(self) -> str:
        """The keyed hash of its user."""
        return key_user(self.user, KEY)

    @property
    def columns(self) -> dict[str, Any]:
        """What most tables say of it."""
        return {
            "ds": self.ds,
            "run_id": f"{self.ds}-run",
            "sample_id": self.sample_id,
            "conversation_id": self.conversation,
            "user_key": self.user_key,
            "text_hash": hash_text(self.text),
            "prompt": self.text,
            "messages": [{"role": "user", "content": self.text}],
            "cluster_id": self.cluster_id,
            "witness_id": self.witness and name_sample(self.witness[0], 0),
            "witness_ds": self.witness and self.witness[1],
            "witness_hash": self.witness and hash_text("witness"),
            "similarity": self.witness and 0.97,
            "kept": self.end in {"train", "eval", "kept"},
            "published": self.end in {"train", "eval"},
            "side": self.end if self.end in {"train", "eval"} else None,
            "embedding": vector_of(self.text),
            "identified": "en",
            **_MODEL,
        }

    @property
    def cluster_id(self) -> str:
        """Two clusters, by the text."""
        return f"c{len(self.text) % 2:04d}"


def vector_of(text: str) -> list[float]:
    """Return a unit vector of a text."""
    rows = np.frombuffer(bytes.fromhex(hash_text(text)), np.uint8)[:8].astype(np.float32) + 1
    return list((rows / np.linalg.norm(rows)).astype(np.float32).tolist())


def make_warehouse(root: Path, sent: Sequence[Sent], halves: int = 2) -> Path:
    """Write every table of the nights in some files each, and what lies beside them."""
    for ds in sorted({row.ds for row in sent}):
        for table, rows in rows_of_night(ds, sent).items():
            for part in range(halves):
                write(root, table, rows[part::halves])
        write(root, RUNS, [run_row(root, ds, sent)])
    for row in {row.text: row for row in sent if row.end != "quarantine"}.values():
        for table in (EMBEDDINGS, PROMPT_SAFETY):
            write(root, table, [row.columns])
    write_beside(root, sent)
    return root


def rows_of_night(ds: str, sent: Sequence[Sent]) -> dict[Table, list[dict[str, Any]]]:
    """Return the rows of each nightly table."""
    own = [row for row in sent if row.ds == ds]
    good = [row for row in own if row.end != "quarantine"]
    pruned = [row for row in good if row.end != "review"]
    kept = [row for row in pruned if row.end != "dropped"]
    plain = [row.columns for row in good]
    return {
        SAMPLES: plain,
        PRIVACY: plain,
        SAFETY: plain,
        LANGUAGE: plain,
        PRUNING: [row.columns for row in pruned],
        CLUSTERS: clusters_of(pruned),
        DECISIONS: [decision for row in own for decision in decisions_of(row)],
        QUARANTINE: [quarantined(row) for row in own if row.end == "quarantine"],
        REVIEW: [row.columns | {"status": "open"} for row in own if row.end == "review"],
        CONSTRAINTS: [
            {"ds": ds, "run_id": f"{ds}-run", "value": value, "hard": True, "met": True}
            for value in ("en-US", own[0].user_key)
        ],
        TRAIN: [row.columns for row in own if row.end == "train"],
        EVAL: [row.columns for row in own if row.end == "eval"],
        REPRESENTATIVES: [row.columns for row in kept],
        CENTROIDS: centroids_of([row for row in sent if row.ds <= ds], ds),
    }


def decisions_of(row: Sent) -> Iterable[dict[str, Any]]:
    """Yield the decisions about a row, one for each phase that it reached."""
    ends = {"review": "safety", "dropped": "diversity", "kept": "sampling", "quarantine": "intake"}
    for phase in PHASES:
        is_end = ends.get(row.end) == phase
        outcome = {"review": "review", "quarantine": "quarantine"}.get(row.end, "drop")
        told = row.columns | {"phase": phase, "outcome": outcome if is_end else "keep"}
        told |= {"reason": "no_messages" if row.end == "quarantine" else "passed"}
        yield told | ({"sample_id": None} if row.end == "quarantine" else {})
        if is_end:
            return


def quarantined(row: Sent) -> dict[str, Any]:
    """Return a row of quarantine; a conversation that is empty had no id."""
    told = {"user_key": row.user_key, "locale": "en-US"}
    named = {"conversation_id": row.conversation or None, "reason": "no_messages"}
    return row.columns | named | {"row": json.dumps(told, sort_keys=True)}


def clusters_of(rows: Sequence[Sent]) -> list[dict[str, Any]]:
    """Return the clusters of a night, each with a name that three users share."""
    found = []
    for name in sorted({row.cluster_id for row in rows}):
        own = [row for row in rows if row.cluster_id == name]
        counts = {"rows": len(own), "kept": sum(row.columns["kept"] for row in own)}
        users = len({row.user for row in own})
        found.append(
            own[0].columns | counts | {"users": users, "name": "sea, sand", "name_users": 3}
        )
        found[-1]["first_ds"] = NIGHTS[0]
    return found


def centroids_of(rows: Sequence[Sent], ds: str) -> list[dict[str, Any]]:
    """Return the sums of all kept rows so far, in the order in which nights add them."""
    whole: Centroids | None = None
    names = sorted({row.cluster_id for row in rows if row.end not in {"quarantine", "review"}})
    for night in NIGHTS:
        own = sorted(
            (row for row in rows if row.ds == night and row.columns["kept"]),
            key=lambda row: row.sample_id,
        )
        if own:
            vectors = np.array([vector_of(row.text) for row in own], np.float32)
            sums = Centroids.of([row.cluster_id for row in own], vectors)
            whole = sums if whole is None else whole.add(sums)
    of = {} if whole is None else dict(zip(whole.names, range(len(whole.names)), strict=True))
    told = []
    for name in names:
        known = whole is not None and name in of
        told.append(
            {
                "ds": ds,
                "run_id": f"{ds}-run",
                "model": "e5",
                "cluster_id": name,
                "model_revision": "r1" if known else "",
                "first_ds": NIGHTS[0],
                "rows": int(whole.rows[of[name]]) if known and whole else 0,
                "sum": whole.sums[of[name]].tolist() if known and whole else [],
            }
        )
    return told


def run_row(root: Path, ds: str, sent: Sequence[Sent]) -> dict[str, Any]:
    """Return the row of `runs` of a night that was written."""
    own = [row for row in sent if row.ds == ds]
    counts: dict[str, int] = {}
    for row in own:
        for decision in decisions_of(row):
            name = f"{decision['phase']}.{decision['outcome']}"
            counts[name] = counts.get(name, 0) + 1
    for side in ("train", "eval"):
        counts[f"published.{side}"] = sum(row.end == side for row in own)
    checks = [{"name": "n", "promise": "p", "passed": True, "evidence": "rows published-1"}]
    versions = {side: DeltaTable(root / side).version() for side in ("train", "eval")}
    return {
        "ds": ds,
        "run_id": f"{ds}-run",
        "status": "published",
        "config_hash": "h",
        "config": json.dumps(RunConfig().as_written() | {"ds": ds}, default=str),
        **{f"{side}_version": version for side, version in versions.items()},
        "counts": list(counts.items()),
        "checks": json.dumps(checks),
        "stages": "[]",
        "input_fingerprint": "seen-1",
        "fingerprint": "published-1",
    }


def write(root: Path, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Add rows to a table, as a night of a run does."""
    place = root / table.name
    if not place.exists():
        DeltaTable.create(
            place,
            table.arrow,
            partition_by=["ds"] if table.nightly else None,
            configuration={"delta.dataSkippingNumIndexedCols": "0"},
        )
    full = [{f.name: row.get(f.name, _value(f)) for f in table.arrow} for row in rows]
    if full:
        write_deltalake(place, pa.Table.from_pylist(full, schema=table.arrow), mode="append")


def _value(field: pa.Field) -> object:
    """Return what stands in a column that a test does not look at."""
    if field.nullable:
        return None
    kinds: dict[pa.DataType, object] = {
        pa.string(): "said",
        pa.bool_(): False,
        pa.float64(): 1.0,
        pa.timestamp("us", "UTC"): AT,
    }
    if pa.types.is_list(field.type) or pa.types.is_map(field.type):
        return []
    return kinds.get(field.type, 1)


def write_beside(root: Path, sent: Sequence[Sent]) -> None:
    """Write facts that are kept, a staged file of a run that was killed, and reports that quote."""
    for ds in sorted({row.ds for row in sent}):
        own = [row for row in sent if row.ds == ds]
        folder = root / "_facts" / f"ds={ds}-abc" / f"{ds}-run"
        folder.mkdir(parents=True)
        facts = [facts_of(row) for row in own]
        table = pa.Table.from_pylist(facts, schema=FACTS.arrow)
        for part, rows in enumerate((table.slice(0, 1), table.slice(1))):
            pq.write_table(rows, folder / f"part-{part}.parquet")
        (folder / "_SUCCESS").touch()
        staged = root / "_staging" / "killed" / "facts"
        staged.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, staged / f"{ds}.parquet")
        report = root / "reports" / f"ds={ds}"
        report.mkdir(parents=True)
        said = " ".join(f"{row.text} {row.conversation}" for row in own)
        (report / "report.html").write_text(said, encoding="utf-8")


def facts_of(row: Sent) -> dict[str, Any]:
    """Return the facts of a row."""
    known = {"content": hash_text(f"{row.conversation}{row.text}")}
    if row.end == "quarantine":
        told = quarantined(row)
        known |= {"defect": "no_messages", "quarantined": told["row"]}
        return known | {"conversation_id": told["conversation_id"]}
    names = {field.name for field in FACTS.arrow}
    return known | {k: v for k, v in row.columns.items() if k in names}
