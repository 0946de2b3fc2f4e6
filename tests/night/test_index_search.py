"""Searches of the index: in whatever parts kept rows are shown, the answers are the same."""

from collections.abc import Callable
from datetime import UTC, datetime

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.diversity.clustering import Centroids
from pipelines.diversity.similarity import unit_rows
from pipelines.lake import TableFile
from pipelines.night import index_search
from pipelines.night.across import OtherSide
from pipelines.night.index_search import Search, ask, share_files
from pipelines.night.look_back import LookBack, NearestKept
from pipelines.night.recount import RecheckRule, Recount

NIGHT = "2026-02-01"
REVISIONS = {"e": "1"}
CUT = 0.9


def made_vectors(chance: np.random.Generator, count: int) -> np.ndarray:
    """Return few different vectors, so that many are equally near."""
    vectors = chance.integers(-1, 2, (count, 3)).astype(np.float32)
    vectors[~vectors.any(axis=1)] = 1
    return unit_rows(vectors)


def kept_of(chance: np.random.Generator, count: int) -> pa.Table:
    """Return kept rows of three nights before and one after, on a side or none, in any order."""
    of = chance.integers(0, 4, count)
    sides = [("train", "eval", None)[n] for n in chance.integers(0, 3, count)]
    return pl.DataFrame(
        {
            "sample_id": [f"o{n:03}" for n in chance.permutation(count)],
            "text_hash": [f"h{n:03}" for n in range(count)],
            "ds": [("2026-01-01", "2026-01-02", "2026-01-03", "2026-02-09")[n] for n in of],
            "model": ["e"] * count,
            "model_revision": ["1"] * count,
            "cluster_id": [f"c{n:04}" for n in chance.integers(0, 3, count)],
            "side": pl.Series(sides, dtype=pl.String),
            "published": chance.integers(0, 4, count) > 0,
            "embedding": pl.Series(made_vectors(chance, count).tolist(), dtype=pl.List(pl.Float32)),
        },
        schema_overrides={"sample_id": pl.String, "text_hash": pl.String, "ds": pl.String},
    ).to_arrow()


def own_of(chance: np.random.Generator, count: int) -> pa.Table:
    """Return rows of the night, with all that any of the searches reads."""
    return pl.DataFrame(
        {
            "sample_id": [f"p{n:03}" for n in range(count)],
            "text_hash": [f"t{n:03}" for n in range(count)],
            "model": ["e"] * count,
            "side": [("train", "eval")[n] for n in chance.integers(0, 2, count)],
            "kept": chance.integers(0, 2, count) > 0,
            "compares_kept": chance.integers(0, 3, count) > 0,
            "witness_ds": [f"2026-01-0{n}" for n in chance.integers(1, 4, count)],
            "witness_id": [f"o{n:03}" for n in chance.integers(0, 20, count)],
            "embedding": pl.Series(made_vectors(chance, count).tolist(), dtype=pl.List(pl.Float32)),
        }
    ).to_arrow()


def look_back(known: Centroids | None) -> LookBack:
    """Return a rule by all pairs, or by clusters."""
    return LookBack(NIGHT, "", {"e": CUT}, REVISIONS, {"e": known} if known else {}, 1)


def recount(rows: pa.Table) -> Recount:
    """Return a recount of all rows."""
    return Recount(rows, RecheckRule(NIGHT, "", {"e": CUT}, REVISIONS, samples=False))


def recount_samples(rows: pa.Table) -> Recount:
    """Return a recount of samples."""
    return Recount(rows, RecheckRule(NIGHT, "", {"e": CUT}, REVISIONS, samples=True))


def nearest(rows: pa.Table) -> NearestKept:
    """Return a search by all pairs."""
    return NearestKept(rows, look_back(None))


def nearest_by_clusters(rows: pa.Table) -> NearestKept:
    """Return a search by clusters."""
    names = ["c0000", "c0001", "c0002"]
    return NearestKept(rows, look_back(Centroids.of(names, np.eye(3, dtype=np.float32))))


def torn(rows: pa.Table) -> OtherSide:
    """Return a search for rows of the other side at the cut."""
    return OtherSide(rows, REVISIONS, {"e": CUT})


def closest(rows: pa.Table) -> OtherSide:
    """Return a search for the nearest rows of the other side."""
    return OtherSide(rows, REVISIONS, None)


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 12), st.integers(1, 30), st.integers(1, 6), st.integers(0, 999))
@pytest.mark.parametrize(
    "begin", [nearest, nearest_by_clusters, torn, closest, recount, recount_samples]
)
def test_parts_shown_one_after_the_other_give_what_one_part_gives(
    begin: Callable[[pa.Table], Search], own: int, old: int, parts: int, seed: int
) -> None:
    """How files fall into tasks, and in which order a task reads them, decides nothing."""
    chance = np.random.default_rng(seed)
    rows, kept = own_of(chance, own), kept_of(chance, old)
    places = chance.integers(0, parts, old)
    search = begin(rows)
    for part in range(parts):
        search.look_at(kept.filter(pa.array(places == part)))

    assert rounded(search.answers()) == rounded(ask(begin(rows), kept))


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 12), st.integers(0, 30), st.integers(0, 999))
def test_samples_are_counted_as_all_rows_are(own: int, old: int, seed: int) -> None:
    """Products of int8 with their bound miss no pair at the cut and no nearest row."""
    chance = np.random.default_rng(seed)
    rows, kept = own_of(chance, own), kept_of(chance, old)

    assert rounded(ask(recount_samples(rows), kept)) == rounded(ask(recount(rows), kept))


def rounded(answers: pa.Table) -> list[dict[str, object]]:
    """Return answers; the float32 cosine of a product depends on its shape in the last digits."""
    found = pl.DataFrame(answers)
    return found.with_columns(pl.col(pl.Float32).round(5)).to_dicts()


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 12), st.integers(1, 30), st.integers(1, 4), st.integers(0, 999))
def test_rows_near_the_other_side_are_those_of_brute_force(
    own: int, old: int, parts: int, seed: int
) -> None:
    """All at the cut with their cosine; without a cut the greatest of all cosines of a side."""
    chance = np.random.default_rng(seed)
    rows, kept = own_of(chance, own), kept_of(chance, old)
    best = brute_force(rows, kept)
    at_cut = {name: cosine for name, cosine in best.items() if cosine >= CUT}
    asked = {begin: begin(rows) for begin in (torn, closest)}
    places = chance.integers(0, parts, old)
    for part in range(parts):
        for search in asked.values():
            search.look_at(kept.filter(pa.array(places == part)))
    found = {b: dict(pl.DataFrame(s.answers()).drop("model").iter_rows()) for b, s in asked.items()}

    assert found[torn].keys() == at_cut.keys()
    assert max(found[closest].values(), default=None) == pytest.approx(
        max(best.values(), default=None), abs=1e-6
    )


def brute_force(rows: pa.Table, kept: pa.Table) -> dict[str, float]:
    """Return id → the greatest cosine to a published row of the other side."""
    found: dict[str, float] = {}
    for row in rows.to_pylist():
        other = {"train": "eval", "eval": "train"}[row["side"]]
        for past in kept.to_pylist():
            if past["published"] and past["side"] == other:
                cosine = float(np.dot(row["embedding"], past["embedding"]))
                found[row["sample_id"]] = max(found.get(row["sample_id"], -2.0), cosine)
    return found


def test_a_task_gets_about_its_share_and_every_file_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file larger than a share is a task of its own; a large index is shared by few tasks."""
    monkeypatch.setattr(index_search, "_TASK_BYTES", 10)
    sizes = (4, 6, 1, 30, 2)
    files = [TableFile("d", str(k), size, datetime.now(UTC)) for k, size in enumerate(sizes)]

    def shared(tasks: int) -> list[str]:
        return ["".join(file.path for file in group) for group in share_files(files, tasks)]

    assert shared(100) == ["01", "2", "3", "4"]
    assert shared(2) == ["012", "3", "4"]
    assert shared(1) == ["01234"]
