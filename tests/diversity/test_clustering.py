"""Clusters: their names do not depend on the order of the rows."""

import numpy as np

from pipelines.diversity.clustering import (
    Centroids,
    assign_clusters,
    continue_clusters,
    next_number,
    number_founded,
)


def test_two_far_groups_are_two_clusters() -> None:
    """A cluster is what a reader of the report takes for a topic."""
    vectors = np.array([[1, 0], [0, 1], [0.99, 0.1], [0.1, 0.99]], dtype=np.float32)

    assert assign_clusters(vectors, ["a", "b", "c", "d"]) == ["c0000", "c0001", "c0000", "c0001"]


def test_order_does_not_move_a_row_to_another_cluster() -> None:
    """Partitioning decides the order; the table must not show it."""
    vectors = np.random.default_rng(2).standard_normal((200, 8)).astype(np.float32)
    ids = [f"s{k}" for k in range(200)]
    order = np.random.default_rng(3).permutation(200)
    shuffled = assign_clusters(vectors[order], [ids[k] for k in order])

    assert dict(zip([ids[k] for k in order], shuffled, strict=True)) == dict(
        zip(ids, assign_clusters(vectors, ids), strict=True)
    )


def test_no_row_and_one_row_have_clusters() -> None:
    """k-means on nothing must not stop a small night."""
    assert assign_clusters(np.empty((0, 2), dtype=np.float32), []) == []
    assert assign_clusters(np.ones((1, 2), dtype=np.float32), ["a"]) == ["c0000"]


def test_clusters_keep_their_ids_over_nights() -> None:
    """A reader follows a topic from night to night by its id; a new topic gets a new one."""
    old = np.array([[1, 0, 0], [0.9, 0.1, 0], [0, 1, 0]], dtype=np.float32)
    new = np.array([[0, 0, 1], [0.1, 1, 0], [1, 0.2, 0], [0, 0.01, 1]], dtype=np.float32)
    ids = ["a", "b", "c", "d"]
    found = continue_clusters(new, ids, Centroids.of(["c0004", "c0004", "c0002"], old))
    back = continue_clusters(new[::-1], ids[::-1], Centroids.of(["c0004", "c0004", "c0002"], old))

    assert found == ["c0005", "c0002", "c0004", "c0005"]
    assert back[::-1] == found
    assert continue_clusters(new, ids, Centroids.of([], old[:0])) == assign_clusters(new, ids)


def test_nights_add_up_to_what_all_their_rows_would_give() -> None:
    """Earlier rows are never read again: a night adds its sums to those before it."""
    vectors = np.array([[1, 0], [0.6, 0.8], [0, 1], [0.8, 0.6]], dtype=np.float32)
    names = ["b", "a", "b", "c"]
    whole = Centroids.of(names, vectors)
    added = Centroids.of(names[:2], vectors[:2]).add(Centroids.of(names[2:], vectors[2:]))

    assert added.names == whole.names
    assert added.rows.tolist() == whole.rows.tolist() == [1, 2, 1]
    assert added.sums.tolist() == whole.sums.tolist()


def test_a_row_whose_cluster_is_not_known_names_nothing() -> None:
    """An earlier run may have kept its vectors alone."""
    old = np.array([[1, 0], [0, 1]], dtype=np.float32)

    assert continue_clusters(old, ["a", "b"], Centroids.of(["c0003", ""], old)) == [
        "c0003",
        "c0004",
    ]
    assert continue_clusters(old, ["a", "b"], Centroids.of(["", ""], old)) == assign_clusters(
        old, ["a", "b"]
    )


def test_no_cluster_gets_the_number_of_one_that_is_gone() -> None:
    """A change of encoder drops all vectors; the ids of earlier nights stay in the table."""
    assert (next_number(["c0004", "c0012", "x"]), next_number([])) == (13, 0)
    assert number_founded(["c0000", "c0001", "c0000"], (), 13) == ["c0013", "c0014", "c0013"]
    assert number_founded(["c0005", "c0002", "c10000"], {"c0002"}, 13) == [
        "c0013",
        "c0002",
        "c0014",
    ]
    assert number_founded(["c0013", "c0002"], {"c0002"}, 13) == ["c0013", "c0002"]
    assert number_founded([], (), 3) == []
