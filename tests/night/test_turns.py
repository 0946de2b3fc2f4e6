"""Who waits for whom: another night for its turn, and nobody for a run of its own night."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.config import RunConfig, StoreSettings
from pipelines.night.claim import HeldError, hold_warehouse
from pipelines.night.turns import Patience, run_in_turn
from pipelines.stores.host_lock import hold_host_lock
from pipelines.stores.location import locate
from tests.factories import FIRST, SECOND


@dataclass(slots=True)
class Evening:
    """A clock that a wait moves on, and what happens at each wait."""

    now: datetime = datetime(2026, 2, 1, 3, tzinfo=UTC)
    at_wait: dict[int, Callable[[], object]] = field(default_factory=dict)
    waits: int = 0
    said: list[str] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.waits += 1
        self.now += timedelta(seconds=seconds)
        self.at_wait.get(self.waits, lambda: None)()

    def run(self, root: Path, ds: str, wait_seconds: float = 60.0) -> list[str]:
        """Run a night in turn; return the nights that were run."""
        ran: list[str] = []

        def night(config: RunConfig) -> None:
            with hold_warehouse(root, f"run-of-{config.ds}", config.ds or ""):
                ran.append(config.ds or "")

        config = RunConfig(ds=ds, store=StoreSettings(wait_seconds=wait_seconds))
        run_in_turn(config, night, Patience(5.0, lambda: self.now, self.sleep, self.said.append))
        return ran


@pytest.fixture
def held(tmp_path: Path) -> ExitStack:
    """Hold the warehouse for a run of the first night until the stack is closed."""
    stack = ExitStack()
    stack.enter_context(hold_warehouse(tmp_path, "holder", FIRST))
    return stack


def test_another_night_waits_until_the_warehouse_is_free(tmp_path: Path, held: ExitStack) -> None:
    """It is told once for whom it waits, not at each look."""
    evening = Evening(at_wait={3: held.close})

    assert evening.run(tmp_path, SECOND) == [SECOND]
    assert evening.waits == 3
    assert evening.said == [
        "Waiting for run holder until 2026-02-01 03:01:00 UTC: it holds the warehouse."
    ]


def test_a_run_of_the_same_night_ends_and_says_who_holds_it(
    tmp_path: Path, held: ExitStack
) -> None:
    """It would do the same work again; one look later, so that a dead run is not taken for it."""
    evening = Evening()

    with held, pytest.raises(HeldError, match=r"another run holds .*: holder on \S+, process"):
        evening.run(tmp_path, FIRST)
    assert evening.waits == 1


def test_no_night_waits_for_ever(tmp_path: Path, held: ExitStack) -> None:
    """A scheduler tries again, and calls a person at the end."""
    evening = Evening()

    with held, pytest.raises(HeldError, match="holder on"):
        evening.run(tmp_path, SECOND)
    assert evening.waits == 12
    assert Evening().run(tmp_path, SECOND) == [SECOND]


def test_without_patience_a_night_ends_at_once(tmp_path: Path, held: ExitStack) -> None:
    """As a scheduler of one's own may want it."""
    evening = Evening()

    with held, pytest.raises(HeldError, match="holder on"):
        evening.run(tmp_path, SECOND, wait_seconds=0)
    assert (evening.waits, evening.said) == (0, [])


def test_a_holder_that_has_not_said_who_it_is_may_be_of_another_night(tmp_path: Path) -> None:
    """Between its lock and its claim the row is of the run before, here one of the same night."""
    with hold_warehouse(tmp_path, "before", FIRST):
        pass
    lock, claim = ExitStack(), ExitStack()
    lock.enter_context(hold_host_lock(locate(tmp_path) / "_staging" / "lock"))

    def name_itself() -> None:
        lock.close()
        claim.enter_context(hold_warehouse(tmp_path, "other", SECOND))

    evening = Evening(at_wait={2: name_itself, 4: claim.close})

    assert evening.run(tmp_path, FIRST) == [FIRST]
    assert [line.split(" until")[0] for line in evening.said] == [
        "Waiting for another run",
        "Waiting for run other",
    ]


def test_a_night_that_waits_over_midnight_stays_the_same(
    tmp_path: Path, held: ExitStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without --ds it is yesterday, as it was when the run was started."""
    days = iter([SECOND, "2026-02-02"])
    monkeypatch.setattr("pipelines.night.turns.read_ds", lambda ds: ds or next(days))
    ran: list[str | None] = []

    def night(config: RunConfig) -> None:
        with hold_warehouse(tmp_path, "late", config.ds or ""):
            ran.append(config.ds)

    evening = Evening(at_wait={1: held.close})
    patience = Patience(5.0, lambda: evening.now, evening.sleep, evening.said.append)
    run_in_turn(RunConfig(), night, patience)

    assert ran == [SECOND]
