"""Lets an erasure die before any of its steps."""

from collections.abc import Callable
from typing import Any

import pytest

from pipelines.night import erasure
from pipelines.night.claim import Claim
from pipelines.night.table_files import TableFiles


class KilledError(BaseException):
    """Stands for a SIGKILL: nothing that would tidy up runs after it."""


STEPS = (
    *((TableFiles, name) for name in ("replace", "_commit", "sweep")),
    *((erasure, name) for name in ("write_erasures", "clean_facts", "remove_reports")),
    *((erasure, name) for name in ("renew_reports", "clear_runs")),
)


def act_before(step: Callable[[str], None], patch: pytest.MonkeyPatch) -> None:
    """Let something be done before each step of an erasure; it is given the step's name."""

    def told(name: str, act: Callable[..., Any]) -> Callable[..., Any]:
        def taken(*args: object, **named: object) -> Any:  # noqa: ANN401 whatever it answers
            step(name)
            return act(*args, **named)

        return taken

    for owner, name in STEPS:
        patch.setattr(owner, name, told(name, getattr(owner, name)))


def die_at(number: int, patch: pytest.MonkeyPatch) -> None:
    """Let the process die at a step, and leave the warehouse claimed as the dead do."""
    calls = iter(range(10_000))

    def die(_: str) -> None:
        if next(calls) >= number:
            raise KilledError

    act_before(die, patch)
    patch.setattr(Claim, "release", lambda _: None)
