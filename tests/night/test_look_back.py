"""Look back through the index: neighbours are found, however files and tasks are cut."""

from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.diversity.clustering import Centroids
from pipelines.diversity.groups import Before, Earlier
from pipelines.night.index import read_clusters
from pipelines.night.index_search import ask
from pipelines.night.look_back import LookBack, NearestKept
from pipelines.night.window import first_of_window
from schemas.index import CENTROIDS

NIGHT = "2026-02-01"
REVISIONS = {"e": "1", "n": "1"}


def kept_rows(vectors: np.ndarray, nights: list[str], **columns: list[object]) -> pa.Table:
    """Return rows of the index as a task reads them, by night and id."""
    count = len(vectors)
    rows = pl.DataFrame(
        {
            "sample_id": [f"o{k:03}" for k in range(count)],
            "text_hash": [f"h{k:03}" for k in range(count)],
            "ds": nights,
            "model": columns.get("model", ["e"] * count),
            "model_revision": columns.get("revision", ["1"] * count),
            "cluster_id": columns.get("cluster", ["c0000"] * count),
            "side": pl.Series(columns.get("side", [None] * count), dtype=pl.String),
            "published": [False] * count,
            "embedding": pl.Series(vectors.tolist(), dtype=pl.List(pl.Float32)),
        }
    )
    return rows.sort("ds", "sample_id").to_arrow()


def prompts(vectors: np.ndarray, model: str = "e") -> pa.Table:
    """Return prompts of the night, p000 and so on."""
    names = [f"p{k:03}" for k in range(len(vectors))]
    embedding = pa.array(vectors.tolist(), pa.list_(pa.float32()))
    return pa.table({"text_hash": names, "model": [model] * len(names), "embedding": embedding})


def compare(own: pa.Table, kept: pa.Table, how: LookBack) -> pa.Table:
    """Return what one task answers that is shown all rows at once."""
    return ask(NearestKept(own, how), kept)


def rule(since: str = "", **changes: object) -> LookBack:
    """Return a rule of two models."""
    cuts = {"e": 0.9, "n": 0.5}
    return LookBack(NIGHT, since, cuts, REVISIONS, **changes)  # type: ignore[arg-type]  # any field


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 12), st.integers(0, 20), st.integers(1, 5), st.integers(0, 999))
def test_parts_of_the_index_say_together_what_the_whole_says(
    own: int, old: int, parts: int, seed: int
) -> None:
    """How files fall into tasks depends on their sizes; whose witness a row is may not."""
    chance = np.random.default_rng(seed)
    vectors = chance.integers(-1, 2, (own + old, 3)).astype(np.float32)
    vectors[~vectors.any(axis=1)] = 1
    nights = [f"2026-01-{k:02}" for k in chance.integers(1, 4, old)]
    kept, own_prompts = kept_rows(vectors[own:], nights), prompts(vectors[:own])
    places = chance.integers(0, parts, old)
    found = [compare(own_prompts, kept.filter(pa.array(places == k)), rule()) for k in range(parts)]
    met = pl.DataFrame(pa.concat_tables(found)).sort(
        "text_hash", -pl.col("similarity"), "witness_ds", "witness_id"
    )
    nearest = met.unique("text_hash", keep="first", maintain_order=True)

    names = [(row["ds"], row["sample_id"]) for row in kept.to_pylist()]
    earlier = Earlier(
        [name for _, name in names], [ds for ds, _ in names],
        np.array(kept["embedding"].to_pylist(), np.float32).reshape(old, 3),
    )  # fmt: skip
    whole = Before.find(vectors[:own], earlier)
    assert nearest["similarity"].to_list() == [c for c in whole.similarity.tolist() if c > -np.inf]
    assert nearest.select("witness_ds", "witness_id").rows() == [
        names[row] for row in whole.row.tolist() if row >= 0
    ]


@pytest.mark.parametrize(
    ("window", "earlier"),
    [
        (1, ["2026-01-31"]),
        (3, ["2026-01-29", "2026-01-31"]),
        (None, ["2025-12-31", "2026-01-29", "2026-01-31"]),
    ],
)
def test_the_window_is_nights_before_this_one(window: int | None, earlier: list[str]) -> None:
    """One day is the night before, over the end of a month; others link sides at the most."""
    nights = ["2025-12-31", "2026-01-29", "2026-01-31", "2026-02-02"]
    axes = np.eye(4, dtype=np.float32)
    kept = kept_rows(axes, nights, side=["train", "eval", None, "eval"])
    found = pl.DataFrame(compare(prompts(axes), kept, rule(first_of_window(NIGHT, window))))

    near = found.filter(pl.col("similarity") == 1.0)
    assert near["witness_ds"].to_list() == earlier
    sides = dict(found.select("text_hash", pl.col("sides").list.join(",")).iter_rows())
    expected = {"p000": "train", "p001": "eval", "p003": "eval"}
    linked = {
        name
        for name, ds in zip(expected, [*nights[:2], nights[3]], strict=True)
        if ds not in earlier
    }
    assert {name for name, of in sides.items() if of} == linked
    assert all(sides[name] == expected[name] for name in linked)


def test_rows_of_another_model_or_revision_are_not_compared() -> None:
    """Their vectors mean something else; a row without a vector is not compared at all."""
    same = np.tile(np.array([[1, 0]], np.float32), (3, 1))
    kept = kept_rows(same, ["2026-01-01"] * 3, model=["n", "e", "e"], revision=["1", "0", ""])

    assert compare(prompts(same[:1]), kept, rule()).num_rows == 0
    assert compare(prompts(same[:1], "n"), kept, rule())["witness_id"].to_pylist() == ["o000"]


def test_a_search_by_clusters_meets_its_own_cluster_and_those_it_probes() -> None:
    """Above the budget of pairs a row far from a prompt's clusters is not looked at."""
    vectors = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]], dtype=np.float32)
    names = ["c0000", "c0001", "c0002"]
    known = Centroids.of(names, vectors)
    kept = kept_rows(vectors, ["2026-01-01"] * 3, cluster=["c0001", "c0002", "c0000"])
    own_prompts = prompts(np.array([[0.9, 0.5, 0]], np.float32))

    own = compare(own_prompts, kept, rule(known={"e": known}))
    more = compare(own_prompts, kept, rule(known={"e": known}, probe_clusters=1))
    assert own["witness_id"].to_pylist() == ["o002"]
    assert more["witness_id"].to_pylist() == ["o000"]


def test_clusters_go_on_from_the_newest_night_before(tmp_path: Path) -> None:
    """A night run again goes on from the nights before it, not from those after it."""
    for ds, rows in (("2026-01-01", 1), ("2026-01-02", 2), ("2026-01-03", 3)):
        sums = [[float(rows), 0.0], [1.0], [1.0]]
        night = pl.DataFrame(
            {
                "model": ["e", "e", "x"],
                "model_revision": ["1", "0", "9"],
                "cluster_id": ["c0000", "c0001", "c0002"],
                "first_ds": ["2026-01-01"] * 3,
                "rows": [rows, 1, 1],
                "sum": pl.Series(sums, dtype=pl.List(pl.Float64)),
                "ds": [ds] * 3,
                "run_id": ["r"] * 3,
            }
        )
        how = {"partition_by": ["ds"]}
        night.write_delta(tmp_path / CENTROIDS.name, mode="append", delta_write_options=how)
    known = read_clusters(tmp_path, "2026-01-03", REVISIONS)

    assert known.centroids["e"].rows.tolist() == [2]
    assert known.centroids["x"].names == []
    assert known.names == ["c0000", "c0001", "c0002"]
    assert read_clusters(tmp_path, "2026-01-01", REVISIONS).names == []
