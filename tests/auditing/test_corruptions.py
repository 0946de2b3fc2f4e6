"""A clean warehouse has no finding; each planted corruption is found, by its right name first."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from pipelines.auditing.registry import INVARIANTS
from pipelines.night.auditing import audit_warehouse
from pipelines.stores.location import locate
from tests.auditing import corruptions as bad
from tests.auditing.clean_warehouse import KEY, make_warehouse
from tests.auditing.corruptions import DAY, DAY_BEFORE, Warehouse, at, is_near, of

Break = Callable[[Warehouse], object]

PLANTED: tuple[tuple[str, str, Break], ...] = (
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
    (
        "a row on both sides",
        "published_on_both_sides",
        lambda w: w.add("eval", w.rows("train")[0]),
    ),
    ("a dropped row published", "not_kept_published", bad.publish_dropped),
    ("a row of train lost", "kept_not_published", lambda w: w.drop("train")),
    ("a row on the other side", "side_wrong", bad.move_side),
    ("a locale changed", "published_differs", lambda w: w.set("train", {"locale": "xx"})),
    (
        "a cluster changed",
        "published_differs",
        lambda w: w.set("eval", {"cluster_id": "c9999"}),
    ),
    (
        "a failed safety layer published",
        "unanswered_published",
        lambda w: w.set("safety", {"unsafe": None}, of(w.rows("train")[0]["sample_id"])),
    ),
    (
        "a failed privacy model published",
        "unanswered_published",
        lambda w: w.set("privacy", {"findings": None}, of(w.rows("train")[0]["sample_id"])),
    ),
    # Phase I
    (
        "a harmful row published",
        "safety_decision",
        lambda w: w.set(
            "safety", {"unsafe": 0.99},
            lambda row: row["sample_id"] == w.rows("train")[0]["sample_id"]
            and row["model"] == "encoder_head"),
    ),
    (
        "a language not served in train",
        "language_decision",
        lambda w: w.set("language", {"language": "xx"}, of(w.rows("train")[0]["sample_id"])),
    ),
    (
        "a secret published",
        "privacy_decision",
        lambda w: w.set(
            "privacy",
            {"findings": [{"message_index": 0, "entity_type": "CREDIT_CARD", "start": 0, "end": 9,
                           "score": 1.0}]},
            of(w.rows("train")[0]["sample_id"])),
    ),
    # texts
    (
        "an address unredacted",
        "unredacted",
        lambda w: bad.say(w, "Write to jane.miller@wanadoo.fr please."),
    ),
    (
        "a number in a column",
        "unredacted",
        lambda w: w.set("samples", {"jtbd": "call +49 151 23456789"},
                        lambda row: row["conversation_id"].endswith("-20")),
    ),
    (
        "an address in a cluster's name",
        "unredacted",
        lambda w: w.set("clusters", {"name": "jane.miller@wanadoo.fr"}),
    ),
    (
        "a text in quarantine",
        "quarantine_unredacted",
        lambda w: w.set("quarantine", {"row": '{"messages": ["user: I live next to the mill"]}'}),
    ),
    # Phase II
    (
        "a row of pruning lost",
        "pruning_lost",
        lambda w: w.drop("pruning", lambda row: row["reason"] == "budget"),
    ),
    (
        "a reason of pruning changed",
        "pruning_decision",
        lambda w: w.set("pruning", {"reason": "budget"}, is_near),
    ),
    (
        "a kept row with a witness",
        "pruning_statement",
        lambda w: w.set("pruning", {"similarity": 0.5}, lambda row: row["kept"]),
    ),
    (
        "more kept than allowed",
        "budget_exceeded",
        lambda w: w.configure(lambda config: config["pruning"].update(retain=0.5)),
    ),
    (
        "a witness that is nobody",
        "witness_unknown",
        lambda w: w.set("pruning", {"witness_id": "0" * 32}, is_near),
    ),
    ("a witness that was dropped", "witness_dropped", lambda w: bad.point_witness(w, kept=False)),
    (
        "a witness below the cut",
        "witness_below_cut",
        lambda w: w.set("pruning", {"similarity": 0.9, "novelty": 0.1}, is_near),
    ),
    (
        "a witness of another text",
        "witness_hash_wrong",
        lambda w: w.set("pruning", {"witness_hash": "0" * 64}, is_near),
    ),
    ("a novelty falsified", "novelty_wrong", lambda w: w.set("pruning", {"novelty": 0.5}, is_near)),
    (
        "a vector lost",
        "vector_missing",
        lambda w: w.drop("embeddings",
                         lambda row: row["text_hash"] == w.rows("pruning")[0]["text_hash"]),
    ),
    (
        "a vector of another length",
        "vector_wrong",
        lambda w: w.set("embeddings", {"embedding": [3.0] * 16},
                        lambda row: row["text_hash"] == w.rows("pruning")[0]["text_hash"]),
    ),
    (
        "a cosine falsified",
        "similarity_wrong",
        lambda w: w.set("pruning", {"similarity": 0.9501, "novelty": 0.0499}, is_near),
    ),
    (
        "a witness that is not the nearest",
        "witness_not_nearest",
        lambda w: bad.point_witness(w, kept=True),
    ),
    ("a near-duplicate called budget", "budget_near_kept", bad.relabel_budget),
    ("two kept rows that are near", "kept_near_kept", bad.copy_kept),
    (
        "a near-duplicate across sides, over nights",
        "near_duplicate_on_both_sides",
        bad.copy_eval_of_before,
    ),
    # clusters and index
    ("a cluster unknown", "cluster_unknown", lambda w: w.drop("clusters")),
    ("a cluster with a row too many", "cluster_wrong", lambda w: w.set("clusters", {"rows": 99})),
    ("a row of the index lost", "index_lost", lambda w: w.drop("representatives")),
    (
        "a side in the index changed",
        "index_wrong",
        lambda w: w.set("representatives", {"side": "eval"}, lambda row: row["side"] == "train"),
    ),
    (
        "a row in the index not published",
        "index_wrong",
        lambda w: w.set("representatives", {"published": False}, lambda row: row["published"]),
    ),
    (
        "a vector in the index changed",
        "index_vector",
        lambda w: w.set("representatives", {"embedding": [0.25] * 16}),
    ),
    (
        "a centroid lost",
        "centroid_wrong",
        lambda w: w.drop("centroids",
                         lambda row: row["cluster_id"] == w.rows("train")[0]["cluster_id"]),
    ),
    # sides
    ("a user on both sides", "user_on_both_sides", lambda w: bad.take_user(w, DAY)),
    (
        "a user on both sides, over nights",
        "user_on_both_sides",
        lambda w: bad.take_user(w, DAY_BEFORE),
    ),
    (
        "a conversation on both sides, over nights",
        "conversation_on_both_sides",
        bad.take_conversation,
    ),
    (
        "a text on both sides, over nights",
        "text_on_both_sides",
        lambda w: w.set("representatives", {"text_hash": w.rows("train")[0]["text_hash"]},
                        lambda row: row["published"] and row["side"] == "eval", DAY_BEFORE),
    ),
    ("a run of words on both sides", "word_run_on_both_sides", bad.share_words),
    # Phase III
    (
        "a side of another size",
        "size_wrong",
        lambda w: w.configure(lambda config: config["sampling"].update(size=5)),
    ),
    (
        "a hard bound not met",
        "constraint_unmet",
        lambda w: w.set("constraints", {"met": False}, lambda row: row["hard"]),
    ),
    ("a share falsified", "constraint_wrong", lambda w: w.set("constraints", {"achieved": 0.123})),
    ("a pool falsified", "constraint_wrong", lambda w: w.set("constraints", {"pool": 7})),
    (
        "a bound loosened",
        "constraint_wrong",
        lambda w: w.set("constraints", {"required_max": 0.99},
                        lambda row: row["required_max"] is not None),
    ),
    ("a constraint lost", "constraint_lost", lambda w: w.drop("constraints")),
    # totals
    (
        "a count off by one",
        "counts_wrong",
        lambda w: w.set("runs", {"counts": [(n, c + (n == "safety.keep"))
                                            for n, c in w.rows("runs")[0]["counts"]]}),
    ),
    ("a fingerprint changed", "fingerprint_wrong", lambda w: w.set("runs", {"fingerprint": "0-1"})),
    (
        "a fingerprint of the input changed",
        "input_fingerprint_wrong",
        lambda w: w.set("runs", {"input_fingerprint": "0-1"}),
    ),
    (
        "a report that says another number",
        "report_wrong",
        lambda w: w.report(lambda told: told.update(train=told["train"] + 1)),
    ),
    (
        "a report of another run",
        "report_wrong",
        lambda w: w.report(lambda told: told.update(run_id="other")),
    ),
    (
        "a report of rubbish",
        "report_unreadable",
        lambda w: (w.root / "reports" / f"ds={DAY}" / "report.json").write_text("{", "utf-8"),
    ),
    # people
    ("an erased user who is there", "erased_subject", bad.erase),
    ("a conversation in a log", "log_holds_id", bad.name_in_log),
)  # fmt: skip


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return two nights that keep every promise; nobody writes to them."""
    return make_warehouse(tmp_path_factory.mktemp("clean") / "w")


def audit(root: Path, ds: str | None = None) -> list[str]:
    """Return the names of the findings of a night, or of all, in their order."""
    report = audit_warehouse(locate(root), ds, ds, [KEY])
    return [finding.name for _, finding in report.findings]


def test_a_clean_warehouse_has_no_finding(clean: Path) -> None:
    """A monitor that cries wolf is switched off."""
    report = audit_warehouse(locate(clean), None, None, [KEY])

    assert (report.findings, report.unmade) == ([], [])
    assert list(report.nights) == [DAY_BEFORE, DAY]


@pytest.mark.parametrize(
    ("name", "plant"), [(n, p) for _, n, p in PLANTED], ids=[said for said, _, _ in PLANTED]
)
def test_a_planted_corruption_is_found_by_its_name(
    name: str, plant: Break, clean: Path, tmp_path: Path
) -> None:
    """Where one corruption breaks several promises, its cause comes first."""
    broken = Warehouse(Path(shutil.copytree(clean, tmp_path / "w")))

    plant(broken)

    assert audit(broken.root, DAY)[:1] == [name]


def test_every_invariant_that_can_be_broken_by_rows_is_planted() -> None:
    """A check that no corruption reaches may find nothing at all."""
    elsewhere = {"witness_gone", "index_missing", "erasure_open"}

    assert set(INVARIANTS) - {name for _, name, _ in PLANTED} == elsewhere
    assert len(PLANTED) >= 60
    assert len({said for said, _, _ in PLANTED}) == len(PLANTED)
