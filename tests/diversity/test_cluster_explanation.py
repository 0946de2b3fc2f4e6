"""Explaining a cluster to a person."""

import polars as pl
import pytest

from pipelines.diversity.cluster_explanation import explain_cluster
from pipelines.errors import InputError

PRUNING = pl.DataFrame(
    [
        ("a", "c0000", True, "leader", None, None, 1.0),
        ("b", "c0000", False, "near_duplicate", "a", 0.96, 0.04),
        ("c", "c0000", False, "near_duplicate", "a", 0.99, 0.01),
        ("d", "c0000", False, "budget", "z", 0.5, 0.5),
        ("e", "c0001", True, "leader", None, None, 0.7),
    ],
    schema=["id", "cluster_id", "kept", "reason", "witness_id", "similarity", "novelty"],
    orient="row",
)


def test_a_cluster_is_explained_leader_by_leader() -> None:
    """Who doubts that a row was dropped rightly needs its witness and their similarity."""
    assert explain_cluster(PRUNING, "c0000") == [
        "cluster c0000: 4 rows, 1 kept, 3 dropped",
        "leader a, novelty 1.0000",
        "  0.990000  near_duplicate  c",
        "  0.960000  near_duplicate  b",
        "witness z, of another cluster or night",
        "  0.500000  budget  d",
    ]


def test_an_unknown_cluster_is_an_error_that_names_known_ones() -> None:
    """A typing error must not look like an empty cluster."""
    with pytest.raises(
        InputError, match=r"no row belongs to 'c9'; the first clusters are \['c0000', 'c0001'\]"
    ):
        explain_cluster(PRUNING, "c9")
