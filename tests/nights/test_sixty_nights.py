"""Sixty nights without a person: audits stay clean, and nothing grows but what must."""

from statistics import median

import pytest

from schemas.samples import EVAL, TRAIN
from tests.nights.events import EVENTS
from tests.nights.life import Life, Lived

pytestmark = [pytest.mark.nights, pytest.mark.spark]

MOST_FILES = 8
"""Small files that compaction leaves a night of a table."""
MOST_COMMITS = 4
"""Of a night that was run once, in a table: a few, however many nights there are."""
KEPT_FACTS = 7


def usual_nights(life: Life) -> list[Lived]:
    """Return the nights in which nothing happened; only these can be compared with each other."""
    return [night for night in life.nights if night.event == "usual"]


def test_every_event_happened_and_every_other_night_is_published(life: Life) -> None:
    """A simulation that leaves something out would prove nothing about it."""
    assert [n.event for n in life.nights if n.event != "usual"] == [e.__name__ for e in EVENTS]
    assert [n.event for n in life.nights if not n.published] == ["empty_night"]
    runs = life.world.tables.read("runs")
    assert set(runs["ds"]) == {night.ds for night in life.nights if night.published}
    assert runs["run_id"].is_duplicated().sum() == 0


def test_audits_are_clean_after_each_night_and_at_the_end_over_all(life: Life) -> None:
    """A notice names what somebody asked for: a witness that a re-run or an erasure took away."""
    assert [a.span for n in life.nights for a in n.audits if a.code] == []
    assert all(night.audits for night in life.nights if night.published)
    found = {name for n in life.nights for a in n.audits for name, _, _ in a.findings}
    assert found <= {"witness_gone"}
    assert life.nights[-1].audits[-1].span == (life.nights[0].ds, life.nights[-1].ds)


def test_no_night_leaves_anything_staged(life: Life) -> None:
    """Staged tables hold texts that no retention rule knows of."""
    assert [n.ds for n in life.nights if n.weight.staged] == []


def test_answers_are_kept_of_so_many_nights_and_no_more(life: Life) -> None:
    """They hold redacted texts, and are as large as a night."""
    assert max(night.weight.facts for night in life.nights) == min(KEPT_FACTS, len(life.nights))
    assert {night.weight.runs_of_facts for night in life.nights if night.published} == {1}


def test_a_night_is_a_few_files_of_each_table(life: Life) -> None:
    """A reader opens each of them."""
    crowded = {
        (night.ds, name): files
        for night in life.nights
        for name, files in night.weight.night_files.items()
        if files > MOST_FILES
    }

    assert crowded == {}
    assert max(night.weight.embedding_files for night in life.nights) <= MOST_FILES + 1


def test_the_last_nights_weigh_what_the_first_weighed(life: Life) -> None:
    """Traffic is alike, so the partitions of a night are."""
    first, last = _ends([night.weight.bytes_of_night for night in usual_nights(life)])

    assert last <= 1.5 * first


def test_a_night_adds_as_many_commits_as_the_first(life: Life) -> None:
    """Each is a file that a reader of the log opens until the next checkpoint."""
    added = {
        (now.ds, name): now.weight.commits[name] - before.weight.commits[name]
        for before, now in zip(life.nights, life.nights[1:], strict=False)
        if now.event == "usual"
        for name in now.weight.commits
    }

    assert {key: n for key, n in added.items() if n > MOST_COMMITS} == {}
    assert {n for (_, name), n in added.items() if name in {TRAIN.name, EVAL.name}} == {1}


def test_the_last_nights_read_little_more_than_the_first(life: Life) -> None:
    """What grows by the night is the index and the logs; other tables of old nights stay shut."""
    first, last = _ends([night.read for night in usual_nights(life)][1:])

    assert last <= 2 * first


def _ends(values: list[int]) -> tuple[float, float]:
    """Return the medians of the first and of the last third."""
    third = max(1, len(values) // 3)
    return median(values[:third]), median(values[-third:])
