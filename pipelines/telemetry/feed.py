"""Hands every event of a run to all who subscribe; none of them can make the night fail."""

import os
import resource
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Protocol

from pipelines.telemetry.events import Event, RunEnded


class Writer(Protocol):
    """Who subscribes to a run's events."""

    @property
    def name(self) -> str:
        """What it writes, for a person."""

    def write(self, event: Event) -> None:
        """Take an event; may raise anything."""


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


@dataclass(slots=True)
class Feed:
    """The events of a run and their subscribers.

    A writer that fails is told of once, and is asked again only at the end of the run: a store that
    does not answer must not slow the night down.

    Args:
        writers: who subscribes.
        processes: of the driver; their peak memory is summed.
        say: shows a line to a person.
    """

    writers: list[Writer] = field(default_factory=list)
    processes: list[int] = field(default_factory=lambda: [os.getpid()])
    say: Callable[[str], None] = _say
    _failed: set[str] = field(default_factory=set)
    _peaks: dict[int, int] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def emit(self, event: Event) -> None:
        """Hand an event to every writer, one after the other; may be called from any thread."""
        with self._lock:
            for writer in self.writers:
                if writer.name not in self._failed or isinstance(event, RunEnded):
                    self._hand(writer, event)

    def _hand(self, writer: Writer, event: Event) -> None:
        try:
            writer.write(event)
        except Exception as error:  # noqa: BLE001 whatever it is, the night goes on
            if writer.name not in self._failed:
                self._failed.add(writer.name)
                self.say(
                    f"{writer.name} cannot be written ({type(error).__name__}); the run goes on."
                )

    def add_process(self, process: int | None) -> None:
        """Count another process of the driver; None = it is not known."""
        if process is not None:
            self.processes.append(process)

    def peak_memory(self) -> int:
        """Return the most memory that the driver's processes held so far, in bytes.

        What a process held stays counted when it has ended, as the JVM does before the run.
        """
        for process in self.processes:
            self._peaks[process] = max(self._peaks.get(process, 0), _peak_of(process))
        return sum(self._peaks.values())


def _peak_of(process: int) -> int:
    """Return the peak of a process; 0 where the system does not tell."""
    try:
        lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    except (OSError, ValueError, StopIteration):
        if process != os.getpid():
            return 0
        unit = 1 if sys.platform == "darwin" else 1024
        return unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
