"""Threads share the work of a task that holds a whole table; they change no answer."""

import numpy as np
import pytest

from pipelines.diversity.groups import Group
from pipelines.diversity.pruning import prune_groups
from pipelines.diversity.settings import PruneBudget
from pipelines.diversity.similarity import unit_rows
from pipelines.threads import count_threads, in_order, use_threads

ROWS = 3_000


@pytest.mark.parametrize("exact_pairs", [10**9, 1], ids=["all pairs", "probe clusters"])
def test_the_rows_are_the_same_with_any_number_of_threads(exact_pairs: int) -> None:
    """Equal vectors among them: of equally near rows the first is the witness."""
    chance = np.random.default_rng(3)
    topics = chance.standard_normal((40, 24))
    made = topics[chance.integers(0, 40, ROWS)] + 0.3 * chance.standard_normal((ROWS, 24))
    made[::7] = made[chance.integers(0, ROWS, len(made[::7]))]
    vectors = unit_rows(made.astype(np.float32))
    ids = [f"{number:05d}" for number in range(ROWS)]
    answers = []
    for threads in (1, 2, 5):
        with use_threads(threads):
            pruned = prune_groups(
                [Group(np.arange(ROWS), vectors, 0.95)],
                ids,
                np.zeros(ROWS),
                PruneBudget(retain=0.3, exact_pairs=exact_pairs),
            )
        answers.append(
            (
                pruned.kept.tolist(),
                pruned.witness_id,
                pruned.similarity.tobytes(),
                pruned.cluster_id,
            )
        )

    assert answers[1:] == [answers[0], answers[0]]


def test_a_part_that_asks_for_threads_does_its_work_itself() -> None:
    """Else all threads would wait for one that is free."""

    def inside(part: int) -> tuple[int, list[int]]:
        return count_threads(), list(in_order(lambda number: number + part, range(3)))

    with use_threads(2):
        assert count_threads() == 2
        found = list(in_order(inside, range(50)))

    assert found == [(1, [part, part + 1, part + 2]) for part in range(50)]
    assert count_threads() == 1


def test_a_fault_in_a_thread_is_the_callers() -> None:
    """The first part that fails says so, and no thread is left."""

    def fail(part: int) -> int:
        if part == 7:
            raise ValueError(part)
        return part

    with use_threads(3), pytest.raises(ValueError, match="7"):
        list(in_order(fail, range(20)))
