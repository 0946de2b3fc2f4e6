"""Nights take turns: a run waits for that of another night, and ends where its own night runs.

A night is compared with all that is published when it begins, so one run alone holds a warehouse.
"""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pipelines.cli import read_ds
from pipelines.config import RunConfig
from pipelines.night.claim import HeldError
from pipelines.wording import format_time


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


@dataclass(frozen=True, slots=True)
class Patience:
    """How a run waits for its turn.

    Args:
        pause_seconds: between two looks at who holds the warehouse.
        now: the clock of this host.
        sleep: wait for so many seconds.
        say: tell a person that the run waits.
    """

    pause_seconds: float = 5.0
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] = time.sleep
    say: Callable[[str], None] = _say


def run_in_turn(
    config: RunConfig, run: Callable[[RunConfig], None], patience: Patience | None = None
) -> None:
    """Run a night as soon as no other run holds the warehouse.

    Args:
        config: of the run; its night is settled here, as midnight may come while it waits.
        run: the night; called again where another run was faster.
        patience: how it waits.

    Raises:
        HeldError: a run of the same night holds the warehouse, or another one longer than
            `store.wait_seconds`.
    """
    pace = patience or Patience()
    settled = config.with_places({"ds": read_ds(config.ds)})
    until = pace.now() + timedelta(seconds=config.store.wait_seconds)
    seen: str | None = None
    while True:
        try:
            run(settled)
        except HeldError as held:
            # Named twice: at its very start a holder is still named as the run that died before it.
            is_same_night = held.ds == settled.ds and held.run_id == seen
            if is_same_night or pace.now() >= until:
                raise
            if held.run_id != seen:
                seen = held.run_id
                who = f"run {seen}" if seen else "another run"
                pace.say(f"Waiting for {who} until {format_time(until)}: it holds the warehouse.")
        else:
            return
        pace.sleep(pace.pause_seconds)
