"""Every subscriber hears every event, and none can make the run fail."""

import subprocess
import sys
import time
from dataclasses import dataclass, field

from pipelines.telemetry.events import Event
from pipelines.telemetry.feed import Feed
from tests.telemetry.runs import published


@dataclass
class Listener:
    """A subscriber that fails on its first events."""

    name: str
    failures: int = 0
    heard: list[Event] = field(default_factory=list)

    def write(self, event: Event) -> None:
        """Remember an event, or fail."""
        self.heard.append(event)
        if len(self.heard) <= self.failures:
            message = "a text that nobody may see"
            raise OSError(message)


def test_a_writer_that_fails_is_told_of_once_and_hears_the_end() -> None:
    """A store that does not answer must not slow down each event of the night."""
    good, bad = Listener("The log"), Listener("The status", failures=9)
    said: list[str] = []
    feed = Feed([bad, good], say=said.append)
    for event in published():
        feed.emit(event)

    assert good.heard == published()
    assert bad.heard == [published()[0], published()[-1]]
    assert said == ["The status cannot be written (OSError); the run goes on."]


def test_the_peak_memory_is_of_all_processes_of_the_driver() -> None:
    """One that never was counts as nothing; one that ended, as the JVM does, stays counted."""
    alone, with_gone, with_child = Feed(), Feed(), Feed()
    with_gone.add_process(None)
    with_gone.add_process(2**22 + 1)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        with_child.add_process(child.pid)
        while with_child.peak_memory() < alone.peak_memory() + 2**22:
            time.sleep(0.05)
        child.communicate(b"\n")

    assert alone.peak_memory() > 2**20
    assert with_gone.peak_memory() < 1.5 * alone.peak_memory()
    assert with_child.peak_memory() >= alone.peak_memory() + 2**22
