"""Which rows are a subject's, and what stays of the rows of others."""

import json

import polars as pl

from pipelines.erased import ErasedSubjects, ErasureRequest, Kind, name_subjects
from pipelines.identity import key_user
from pipelines.publishing.certificate import query_of
from pipelines.publishing.erasure import (
    KEYS,
    find_orphans,
    find_rows,
    make_rules,
    mend_quarantine,
    mend_witnesses,
    recount_clusters,
)

KEY = b"0123456789abcdef"
ANN, BOB = key_user("ann", KEY), key_user("bob", KEY)
ROWS = pl.LazyFrame(
    [
        ("d1", "s1", "t1", ANN, "h1"),
        ("d1", "s2", "t2", BOB, "h1"),
        ("d2", "s1", "t1", BOB, "h2"),  # the id of a conversation that came again, of another user
        ("d2", "s3", "t3", ANN, "h3"),
    ],
    schema=["ds", "sample_id", "conversation_id", "user_key", "text_hash"],
    orient="row",
)


def found_of(*subjects: ErasureRequest) -> pl.DataFrame:
    """Return the rows of subjects among those above."""
    return find_rows([ROWS, ROWS], ErasedSubjects((KEY,), frozenset(name_subjects(subjects, KEY))))


def test_a_users_rows_are_those_of_each_night() -> None:
    """An id that two users used is only one user's in each night."""
    found = found_of(ErasureRequest(Kind.USER, "ann"))

    assert found.select("ds", "sample_id").rows() == [("d1", "s1"), ("d2", "s3")]
    assert found["is_user"].to_list() == [True, True]


def test_a_conversation_is_not_its_user() -> None:
    """Her other conversations stay, and what names her in a table of others."""
    found = found_of(ErasureRequest(Kind.CONVERSATION, "t3"))
    rule = make_rules(found, {"embeddings": pl.DataFrame(), "prompt_safety": pl.DataFrame()})
    values = pl.DataFrame({"ds": ["d2"] * 3, "value": ["t3", ANN, "en"]})

    assert found.select("sample_id", "is_user").rows() == [("s3", False)]
    assert rule["constraints"].tell(values).is_null().to_list() == [False, True, True]


def test_nobody_is_found_without_a_subject() -> None:
    """A start that has nothing to finish changes nothing."""
    assert found_of().height == 0


def test_a_text_that_others_sent_stays_theirs() -> None:
    """h1 is Bob's too; h3 was hers alone, and what nobody's sample names any more goes with it."""
    found = found_of(ErasureRequest(Kind.USER, "ann"))
    kept = pl.LazyFrame({"text_hash": ["h1", "h2", None]})
    table = pl.LazyFrame({"text_hash": ["h1", "h2", "h3", "stray"]})

    gone = find_orphans(table, kept, found).sort("text_hash")

    assert gone.rows() == [("h3", ErasureRequest(Kind.USER, "ann").key(KEY)), ("stray", "")]


def test_a_dropped_row_keeps_its_similarity_and_loses_its_witness() -> None:
    """The witness of another night under the same id is another's."""
    rows = pl.DataFrame(
        {
            "ds": ["d3", "d3", "d1", "d3"],
            "witness_id": ["s1", "s1", "s1", None],
            "witness_ds": ["d1", "d2", None, None],
            "witness_hash": ["h", "h", "h", None],
        }
    )
    samples = pl.DataFrame({"ds": ["d1"], "sample_id": ["s1"], "subject_key": ["x"]})

    assert mend_witnesses(rows, samples).rows() == [
        (None, None, None), ("s1", "d2", "h"), (None, None, None), (None, None, None),
    ]  # fmt: skip


def test_a_quarantined_row_without_an_id_loses_its_key() -> None:
    """Nothing else tells whose it was, and the decision about it cannot be told from others."""
    rows = pl.DataFrame(
        {"ds": ["d1", "d1"], "row": [json.dumps({"user_key": k, "a": 1}) for k in (ANN, BOB)]}
    )
    users = pl.DataFrame({"ds": ["d1"], "user_key": [ANN]})

    mended = mend_quarantine(rows, users)["row"].to_list()

    assert [json.loads(row) for row in mended] == [
        {"user_key": None, "a": 1}, {"user_key": BOB, "a": 1},
    ]  # fmt: skip
    assert mended[1] == rows["row"][1]


def test_a_clusters_name_goes_where_its_words_may_be_the_subjects() -> None:
    """Of three users who share a word one left: with a limit of 3 it may be shown no more."""
    clusters = pl.DataFrame(
        {
            "cluster_id": ["a", "b", "c", "d"],
            "name": ["sea", "sand", "sun", "salt"],
            "name_users": [3, 4, 3, 3],
            "rows": [3, 5, 3, 1],
            "kept": [2, 5, 3, 1],
            "users": [3, 5, 3, 1],
        }
    )
    left = {"a": "uv", "b": "uvwx", "c": "uvw"}
    pruned = pl.DataFrame(
        [(name, True, user) for name, users in left.items() for user in users],
        schema=["cluster_id", "kept", "user_key"],
        orient="row",
    )

    once = recount_clusters(clusters, pruned, 3)

    assert once.rows() == [
        ("a", None, None, 2, 2, 2), ("b", "sand", 3, 4, 4, 4), ("c", "sun", 3, 3, 3, 3),
    ]  # fmt: skip
    assert recount_clusters(once, pruned, 3).equals(once)


def test_every_table_has_a_query_that_proves_it() -> None:
    """A certificate without it would have to be believed."""
    names = [*KEYS, "clusters", "centroids", "runs"]

    assert [name for name in names if name not in query_of(name)] == []
