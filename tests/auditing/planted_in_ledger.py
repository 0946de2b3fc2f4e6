"""Corruptions of how tables are stored, of the account of rows, of runs and of reviews."""

import shutil
from collections.abc import Callable
from datetime import timedelta

import pyarrow as pa

from tests.auditing import corruptions as bad
from tests.auditing.corruptions import Warehouse, at, is_near

Break = Callable[[Warehouse], object]

IN_LEDGER: tuple[tuple[str, str, Break], ...] = (
    # how tables are stored
    ("a file removed", "file_missing", lambda w: w.file("decisions").unlink()),
    ("a file of train removed", "file_missing", lambda w: w.file("train").unlink()),
    (
        "a file cut short",
        "file_damaged",
        lambda w: w.file("samples").write_bytes(w.file("samples").read_bytes()[:-100]),
    ),
    (
        "a file overwritten within",
        "file_damaged",
        lambda w: bad.overwrite(w.file("pruning")),
    ),
    ("a log of rubbish", "log_unreadable", bad.break_log),
    ("a table removed", "table_missing", lambda w: shutil.rmtree(w.root / "safety")),
    (
        "a type changed",
        "column_type",
        lambda w: w.rebuild("language", bad.with_type("language", "confidence", pa.string()),
                            lambda row: row.update(confidence=str(row["confidence"]))),
    ),
    (
        "a column lost",
        "column_missing",
        lambda w: w.rebuild("clusters", bad.without("clusters", "users"),
                            lambda row: row.pop("users")),
    ),
    (
        "a column of today lost",
        "column_missing",
        lambda w: w.rebuild("pruning", bad.without("pruning", "witness_hash"),
                            lambda row: row.pop("witness_hash")),
    ),
    (
        "statistics in a log",
        "log_statistics",
        lambda w: w.rebuild("samples", delta__dataSkippingNumIndexedCols="32"),
    ),
    (
        "a schema of a later code",
        "schema_version",
        lambda w: w.rebuild("samples", curation__schemaVersion="99"),
    ),
    # rows and their ids
    ("a partition of pruning deleted", "partition_missing", lambda w: w.clear("pruning")),
    ("a partition of train deleted", "partition_missing", lambda w: w.clear("train")),
    ("a partition of decisions deleted", "partition_missing", lambda w: w.clear("decisions")),
    ("a partition of the index deleted", "index_lost", lambda w: w.clear("representatives")),
    ("a row of train doubled", "row_twice", lambda w: w.double("train")),
    ("a row of samples doubled", "row_twice", lambda w: w.double("samples")),
    ("a decision doubled", "row_twice", lambda w: w.double("decisions")),
    ("a row of the index doubled", "row_twice", lambda w: w.double("representatives")),
    ("a vector doubled", "row_twice", lambda w: w.double("embeddings")),
    (
        "a null where none may be",
        "value_missing",
        lambda w: w.rebuild("decisions", bad.with_nulls("decisions"),
                            lambda row: row.update(rule_fingerprint=None)
                            if row["phase"] == "split" else None),
    ),
    ("two samples of a conversation", "conversation_twice", bad.second_sample),
    (
        "a conversation renamed",
        "sample_id_wrong",
        lambda w: w.set("samples", {"conversation_id": "another"}),
    ),
    (
        "a raw user",
        "user_key_wrong",
        lambda w: w.set("samples", {"user_key": "alice"}),
    ),
    (
        "a hash of another text",
        "text_hash_wrong",
        lambda w: w.set("train", {"text_hash": "0" * 64}),
    ),
    ("a prompt changed", "text_hash_wrong", lambda w: w.set("eval", {"prompt": "Something else"})),
    ("a prefix without its prompt", "prefix_wrong", lambda w: w.set("train", {"messages": []})),
    (
        "a first turn that is none",
        "prefix_wrong",
        lambda w: w.set("train", {"is_first_turn": True}, lambda row: row["turn_index"] == 1),
    ),
    ("a quality above 1", "value_outside", lambda w: w.set("samples", {"quality": 1.5})),
    ("a score that is NaN", "value_outside", lambda w: w.set("safety", {"unsafe": float("nan")})),
    ("an unknown source", "value_outside", lambda w: w.set("samples", {"source": "bot"})),
    ("a cosine above 1", "value_outside", lambda w: w.set("pruning", {"similarity": 3.0}, is_near)),
    ("an unknown phase", "value_outside", lambda w: w.set("decisions", {"phase": "prayer"})),
    ("a weight negative", "weight_wrong", lambda w: w.set("train", {"weight": -1.0})),
    ("a weight of nobody", "weight_wrong", lambda w: w.set("eval", {"weight": 0.0})),
    ("a weight too large", "weight_mean_wrong", lambda w: w.set("train", {"weight": 9.0})),
    # the run
    ("a run lost", "run_missing", lambda w: w.clear("runs")),
    ("a run published twice", "run_twice", lambda w: w.double("runs")),
    (
        "a run that is not published",
        "run_status",
        lambda w: w.add("runs", w.rows("runs")[0] | {"run_id": "other", "status": "staged"}),
    ),
    (
        "a run that ends before it began",
        "run_times",
        lambda w: w.set("runs", {"started_at": w.rows("runs")[0]["finished_at"] + timedelta(1)}),
    ),
    ("a configuration of rubbish", "config_unreadable", lambda w: w.set("runs", {"config": "{"})),
    (
        "a configuration without a cut",
        "config_unreadable",
        lambda w: w.configure(lambda config: config["pruning"].pop("cut")),
    ),
    ("a hash of other settings", "config_changed", lambda w: w.set("runs", {"config_hash": "0"})),
    (
        "a gate that had failed",
        "check_failed",
        lambda w: w.set("runs", {"checks": w.rows("runs")[0]["checks"].replace("true", "false")}),
    ),
    ("a version of before", "version_wrong", lambda w: w.set("runs", {"train_version": 1})),
    ("a version that never was", "version_wrong", lambda w: w.set("runs", {"eval_version": 99})),
    ("a row of another run", "run_mixed", lambda w: w.set("decisions", {"run_id": "other"})),
    (
        "an answer of another model",
        "model_revision",
        lambda w: w.set("privacy", {"model_revision": "r0"}),
    ),
    # the account
    (
        "an outcome that no reason gives",
        "outcome_wrong",
        lambda w: w.set("decisions", {"outcome": "drop"}, at("language", "keep")),
    ),
    (
        "a quarantine after intake",
        "quarantine_late",
        lambda w: w.set("decisions", {"outcome": "quarantine"}, at("safety", "drop")),
    ),
    ("a sample lost", "sample_lost", lambda w: w.drop("samples")),
    ("a decision lost", "decision_lost", lambda w: w.drop("decisions", at("language"))),
    (
        "a decision about what was dropped",
        "decision_stray",
        lambda w: w.add("decisions", w.find(w.rows("decisions"), at("privacy", "drop"))
                        | {"phase": "safety", "outcome": "drop", "reason": "unsafe",
                           "rule_fingerprint": w.find(w.rows("decisions"),
                                                      at("safety"))["rule_fingerprint"]}),
    ),
    ("a quarantined row lost", "quarantine_lost", lambda w: w.drop("quarantine")),
    (
        "a quarantined row with another defect",
        "quarantine_lost",
        lambda w: w.set("quarantine", {"reason": "null_content"}),
    ),
    ("a decision without a rule", "rule_wrong", lambda w: w.set("decisions", {"rule": ""})),
    (
        "a rule of other settings",
        "rule_wrong",
        lambda w: w.set("decisions", {"rule_fingerprint": "f"}, at("split")),
    ),
    ("a row of the input lost", "input_lost", bad.lose_input),
    ("an answer of privacy lost", "answer_lost", lambda w: w.drop("privacy")),
    ("an answer of language lost", "answer_lost", lambda w: w.drop("language")),
    # reviews
    ("an open review published", "review_published", lambda w: bad.publish(w, "open")),
    ("a rejected review published", "review_published", lambda w: bad.publish(w, "rejected")),
    (
        "an open review lost",
        "review_lost",
        lambda w: w.drop("review", lambda row: row["status"] == "open"),
    ),
    ("a review of nobody's asking", "review_stray", bad.open_stray),
    ("an approval not heard", "review_unheard", bad.hear_not),
    (
        "an approval of nobody",
        "review_unsigned",
        lambda w: w.set("review", {"reviewer": None}, lambda row: row["status"] == "approved"),
    ),
    (
        "an approval lost",
        "approval_unknown",
        lambda w: w.drop("review", lambda row: row["status"] == "approved"),
    ),
    # what is published
)  # fmt: skip
