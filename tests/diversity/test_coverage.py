"""The graph of a budget: how many leaders a row is linked to, however many there are."""

import numpy as np
import pytest

from pipelines.diversity import coverage
from pipelines.diversity.coverage import choose_probes, estimate_reach, link_neighbours
from pipelines.diversity.similarity import make_pool, unit_rows


@pytest.mark.parametrize("leaders", [100, 3_000, 30_000, 70_000, 800_000, 20_000_000])
def test_a_row_reaches_as_many_leaders_in_a_large_night_as_in_a_small_one(leaders: int) -> None:
    """With 2,048 probes at most, a row of 800,000 leaders had 390 links: 9 GB in one task."""
    probes, rank = choose_probes(leaders)

    assert 16 <= rank * leaders / len(probes) <= 40


def test_links_are_counted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is expected of the nearest probe is what comes out, on average."""
    monkeypatch.setattr(coverage, "_PROBES", 20)
    chance = np.random.default_rng(3)
    pool = make_pool(unit_rows(chance.standard_normal((3_000, 8)).astype(np.float32)))
    links = link_neighbours(pool, np.arange(len(pool)))

    assert 16 <= len(links.row) / len(pool) <= 48


def test_a_reach_does_not_depend_on_how_many_rows_are_asked_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Who has less room takes fewer rows at once, to the same links."""
    chance = np.random.default_rng(3)
    rows = unit_rows(chance.standard_normal((300, 8)).astype(np.float32))
    whole = estimate_reach(rows, rows[::4], 2)
    monkeypatch.setattr(coverage, "_CELLS", 10 * 75)

    assert (estimate_reach(rows, rows[::4], 2) == whole).all()
