"""Corruptions of what is published, of Phases II and III, of the index, the report and people."""

from tests.auditing import corruptions as bad
from tests.auditing.corruptions import DAY, DAY_BEFORE, is_near, of
from tests.auditing.planted_in_ledger import Break

IN_PRODUCTS: tuple[tuple[str, str, Break], ...] = (
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
