"""Ways to break a clean warehouse, each with the name by which an audit must tell it."""

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, write_deltalake

from pipelines.config import hash_written
from pipelines.identity import hash_text, key_subject, name_sample
from pipelines.night.audit_reading import TABLES
from schemas.ledger import ERASURES
from tests.auditing.clean_settings import KEY
from tests.auditing.clean_warehouse import name_night, write

DAY_BEFORE, DAY = name_night(0), name_night(1)
Row = dict[str, Any]
Rows = list[Row]
Where = Callable[[Row], bool]
SIDES = ("train", "eval")


@dataclass(frozen=True)
class Warehouse:
    """A copy of the clean warehouse, to be broken.

    Args:
        root: where it lies.
    """

    root: Path

    def rows(self, name: str, ds: str = DAY) -> Rows:
        """Return the rows of a night, or all of a table without nights, sorted by id."""
        rows = DeltaTable(self.root / name).to_pyarrow_table().to_pylist()
        own = [row for row in rows if row.get("ds", ds) == ds]
        return sorted(own, key=lambda row: str(row.get("sample_id")))

    def put(self, name: str, rows: Rows, ds: str = DAY) -> None:
        """Replace the rows of a night; the run names the new version, as if it had written it."""
        table = TABLES[name]
        write_deltalake(
            self.root / name,
            pa.Table.from_pylist(rows, schema=table.arrow),
            mode="overwrite",
            predicate=f"ds = '{ds}'" if table.nightly else None,
        )
        if name in SIDES:
            version = DeltaTable(self.root / name).version()
            self.set("runs", {f"{name}_version": version}, ds=ds)

    def set(
        self, name: str, values: Mapping[str, Any], where: Where | None = None, ds: str = DAY
    ) -> Row:
        """Change values of the first row that fits; return it as it was."""
        rows = self.rows(name, ds)
        first = self.find(rows, where)
        before = dict(first)
        first.update(values)
        self.put(name, rows, ds)
        return before

    @staticmethod
    def find(rows: Rows, where: Where | None = None) -> Row:
        """Return the first row that fits."""
        return next(row for row in rows if where is None or where(row))

    def drop(self, name: str, where: Where | None = None, ds: str = DAY) -> Row:
        """Remove the first row that fits; return it."""
        rows = self.rows(name, ds)
        first = self.find(rows, where)
        self.put(name, [row for row in rows if row is not first], ds)
        return first

    def add(self, name: str, *rows: Row, ds: str = DAY) -> None:
        """Add rows to a night."""
        self.put(name, [*self.rows(name, ds), *rows], ds)

    def double(self, name: str) -> None:
        """Let a row stand twice."""
        self.add(name, dict(self.rows(name)[0]))

    def clear(self, name: str, ds: str = DAY) -> None:
        """Remove all rows of a night."""
        self.put(name, [], ds)

    def everywhere(self, old: object, values: Mapping[str, Any], key: str = "sample_id") -> None:
        """Change columns of the rows of a night in every table that has the key and them."""
        for name, table in TABLES.items():
            columns = {column: value for column, value in values.items() if column in table.names}
            if key not in table.names or not columns:
                continue
            rows = self.rows(name)
            mine = [row for row in rows if row[key] == old]
            for row in mine:
                row.update(columns)
            if mine:
                self.put(name, rows)

    def configure(self, change: Callable[[dict[str, Any]], object]) -> None:
        """Change the configuration of the run, and its hash."""
        config = json.loads(self.rows("runs")[0]["config"])
        change(config)
        told = {"config": json.dumps(config), "config_hash": hash_written(config)}
        self.set("runs", told)

    def rebuild(
        self,
        name: str,
        schema: pa.Schema | None = None,
        edit: Callable[[Row], object] = lambda _: None,
        **settings: str,
    ) -> None:
        """Write a table anew, with another schema or other settings."""
        table, place = TABLES[name], self.root / name
        rows = DeltaTable(place).to_pyarrow_table().to_pylist()
        for row in rows:
            edit(row)
        known = {"delta.dataSkippingNumIndexedCols": "0", "curation.schemaVersion": "1"}
        known["curation.schemaVersion"] = str(table.version)
        shutil.rmtree(place)
        wanted = table.arrow if schema is None else schema
        DeltaTable.create(
            place,
            wanted,
            partition_by=["ds"],
            configuration=known | {k.replace("__", "."): v for k, v in settings.items()},
            raise_if_key_not_exists=False,
        )
        write_deltalake(place, pa.Table.from_pylist(rows, schema=wanted), mode="append")

    def file(self, name: str) -> Path:
        """Return a data file of a night."""
        files = DeltaTable(self.root / name).file_uris()
        return Path(next(file for file in files if f"ds={DAY}" in file))

    def report(self, change: Callable[[dict[str, Any]], object]) -> None:
        """Change the night's report."""
        place = self.root / "reports" / f"ds={DAY}" / "report.json"
        told = json.loads(place.read_text("utf-8"))
        change(told)
        place.write_text(json.dumps(told), "utf-8")


def is_near(row: Row) -> bool:
    """Whether a row of pruning is a near-duplicate of one of its own night."""
    return bool(row["reason"] == "near_duplicate" and row["witness_ds"] == DAY)


def at(phase: str, outcome: str | None = None) -> Where:
    """Return what fits a decision of a phase."""
    return lambda row: bool(row["phase"] == phase and outcome in {None, row["outcome"]})


def of(sample: str) -> Where:
    """Return what fits the rows of a sample."""
    return lambda row: bool(row["sample_id"] == sample)


def second_sample(w: Warehouse) -> None:
    """Let a conversation have two samples."""
    row = w.rows("samples")[0]
    turn = row["turn_index"] + 7
    w.add(
        "samples",
        row | {"turn_index": turn, "sample_id": name_sample(row["conversation_id"], turn)},
    )


def lose_input(w: Warehouse) -> None:
    """Lose a quarantined row as if it had never come in."""
    lost = w.drop("quarantine")
    w.drop("decisions", lambda row: row["conversation_id"] == lost["conversation_id"])


def publish(w: Warehouse, status: str) -> None:
    """Give a published row a review."""
    row = w.rows("train")[0]
    told = dict(w.rows("review")[0])
    signed = {"decided_at": None, "reviewer": None} if status == "open" else {}
    decided = next(r for r in w.rows("review") if r["status"] != "open")
    told |= {k: decided[k] for k in ("decided_at", "reviewer")} | signed
    w.add("review", told | {"sample_id": row["sample_id"], "status": status})


def open_stray(w: Warehouse) -> None:
    """Open a review that no phase asked for."""
    kept = {row["sample_id"] for side in SIDES for row in w.rows(side)}
    sample = next(r["sample_id"] for r in w.rows("pruning") if r["sample_id"] not in kept)
    opened = w.find(w.rows("review"), lambda row: row["status"] == "open")
    w.add("review", opened | {"sample_id": sample})


def hear_not(w: Warehouse) -> None:
    """Leave an approval from before the run without effect."""
    signed = w.find(w.rows("review"), lambda row: row["status"] == "approved")
    told = {name: signed[name] for name in ("status", "decided_at", "reviewer")}
    w.set("review", told, lambda row: row["status"] == "open")


def publish_dropped(w: Warehouse) -> None:
    """Publish a row that the budget dropped."""
    dropped = w.find(w.rows("pruning"), lambda row: row["reason"] == "budget")["sample_id"]
    row, own = w.rows("train")[0], w.find(w.rows("samples"), of(dropped))
    turn = own["turn_index"]
    said = {"role": "user", "content": row["prompt"]}
    own |= {"text_hash": row["text_hash"], "prompt": row["prompt"], "messages": [said] * (turn + 1)}
    w.add("train", row | own)


def move_side(w: Warehouse) -> None:
    """Publish a row on the other side."""
    w.add("eval", w.drop("train"))


def say(w: Warehouse, text: str) -> None:
    """Put a text before a published prompt."""
    rows = w.rows("train")
    row = w.find(rows, lambda row: row["turn_index"] == 1)
    row["messages"][0]["content"] = text
    w.put("train", rows)


def point_witness(w: Warehouse, *, kept: bool) -> None:
    """Name another row as witness: a dropped one, or a kept one that is not the nearest."""
    rows = w.rows("pruning")
    row = w.find(rows, lambda row: row["reason"] == "budget" and row["witness_ds"] == DAY)
    not_others = {row["sample_id"], row["witness_id"]}
    others = [r for r in rows if r["kept"] is kept and r["sample_id"] not in not_others]
    vectors = {r["text_hash"]: r["embedding"] for r in w.rows("embeddings")}
    cosines = [float(np.dot(vectors[row["text_hash"]], vectors[r["text_hash"]])) for r in others]
    other, cosine = min(zip(others, cosines, strict=True), key=lambda pair: pair[1])
    row |= {"witness_id": other["sample_id"], "witness_hash": other["text_hash"]}
    row |= {"similarity": cosine, "novelty": 1 - cosine}
    w.put("pruning", rows)


def relabel_budget(w: Warehouse) -> None:
    """Call a near-duplicate one that the budget dropped."""
    row = w.set("pruning", {"reason": "budget"}, is_near)
    w.set(
        "decisions",
        {"reason": "budget"},
        lambda d: d["sample_id"] == row["sample_id"] and d["phase"] == "diversity",
    )


def _free_kept(w: Warehouse) -> Rows:
    """Return published train rows that are nobody's witness."""
    named = {row["witness_id"] for row in w.rows("pruning")}
    return [row for row in w.rows("train") if row["sample_id"] not in named]


def copy_vector(w: Warehouse, vector: list[float]) -> None:
    """Give a kept row another's vector, wherever it is stored."""
    row = _free_kept(w)[0]
    w.everywhere(row["text_hash"], {"embedding": vector}, "text_hash")


def copy_kept(w: Warehouse) -> None:
    """Let two kept rows be near-duplicates."""
    one = _free_kept(w)[1]
    copy_vector(w, w.find(w.rows("representatives"), of(one["sample_id"]))["embedding"])


def copy_eval_of_before(w: Warehouse) -> None:
    """Let a train row be a near-duplicate of what the night before published in eval."""
    old = w.rows("eval", DAY_BEFORE)[0]["sample_id"]
    copy_vector(w, w.find(w.rows("representatives", DAY_BEFORE), of(old))["embedding"])


def take_user(w: Warehouse, ds: str) -> None:
    """Let a train row be of a user of eval."""
    other = w.rows("eval", ds)[0]
    row = w.find(w.rows("train"), lambda row: row["cluster_id"] != other["cluster_id"])
    w.everywhere(row["sample_id"], {"user_key": other["user_key"]})


def take_conversation(w: Warehouse) -> None:
    """Let a train row be of a conversation that the night before has in eval."""
    row = _free_kept(w)[0]
    turn = row["turn_index"]
    old = w.find(w.rows("eval", DAY_BEFORE), lambda other: other["turn_index"] == turn)
    named = {"conversation_id": old["conversation_id"], "sample_id": old["sample_id"]}
    w.everywhere(row["sample_id"], named)


def share_words(w: Warehouse) -> None:
    """Let a prompt of eval hold a run of words of one of train."""
    row, other = w.rows("eval")[0], w.rows("train")[0]
    prompt = f"{row['prompt']} {other['prompt']}"
    known = hash_text(prompt)
    messages = [*row["messages"][:-1], {"role": "user", "content": prompt}]
    w.set("eval", {"prompt": prompt, "messages": messages}, of(row["sample_id"]))
    w.everywhere(row["text_hash"], {"text_hash": known}, "text_hash")
    w.everywhere(row["text_hash"], {"witness_hash": known}, "witness_hash")


def break_log(w: Warehouse) -> None:
    """Write rubbish into a log."""
    log = max((w.root / "pruning" / "_delta_log").glob("*.json"))
    log.write_text("{no json", "utf-8")


def name_in_log(w: Warehouse) -> None:
    """Let a commit name a conversation."""
    conversation = w.rows("samples")[0]["conversation_id"]
    write_deltalake(
        w.root / "review",
        pa.Table.from_pylist([], schema=TABLES["review"].arrow),
        mode="append",
        commit_properties=CommitProperties(custom_metadata={"note": f"asked of {conversation}"}),
    )


def erase(w: Warehouse) -> None:
    """Remember a user as erased whose rows stand there."""
    row = w.rows("runs")[0]
    told = {
        "subject_key": key_subject("user", w.rows("samples")[0]["user_key"], KEY),
        "kind": "user",
        "requested_at": row["started_at"] - timedelta(days=9),
        "completed_at": row["started_at"] - timedelta(days=9),
        "rows": [("samples", 1)],
        "key_id": "k1",
    }
    write(w.root, ERASURES, [told], DAY)


def without(name: str, column: str) -> pa.Schema:
    """Return the schema of a table without a column."""
    return pa.schema([field for field in TABLES[name].arrow if field.name != column])


def with_type(name: str, column: str, kind: pa.DataType) -> pa.Schema:
    """Return the schema of a table with another type of a column."""
    return pa.schema(
        [pa.field(f.name, kind) if f.name == column else f for f in TABLES[name].arrow]
    )


def with_nulls(name: str) -> pa.Schema:
    """Return the schema of a table in which every column may be null."""
    return pa.schema([pa.field(field.name, field.type) for field in TABLES[name].arrow])


def overwrite(file: Path) -> None:
    """Fill a Parquet file with nothing behind its first four bytes; its size stays."""
    file.write_bytes(b"PAR1" + b"\0" * (file.stat().st_size - 4))
