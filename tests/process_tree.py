"""Memory and processor time of a process and everything it started."""

import threading
import time
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

try:
    import psutil
except ImportError:  # a development dependency: without it nothing is measured
    psutil = None

_EVERY_SECONDS = 0.5
_MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Memory:
    """MiB of a job's processes: its driver's Python, its JVM, what the JVM started; and of all."""

    driver: float
    jvm: float
    workers: float
    whole: float


@dataclass(slots=True)
class MemoryWatch:
    """Samples the memory of this process and all below it, twice a second, inside a `with`.

    What processes share is counted once: by proportional set size (PSS) on Linux, elsewhere the
    resident sizes are summed, which counts shared pages twice. Without psutil there are no samples.
    """

    samples: list[tuple[float, Memory]] = field(default_factory=list)
    """Time by `time.monotonic`, and what was used."""
    _ended: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        """Begin to watch."""
        if psutil is not None:
            self._thread = threading.Thread(target=self._watch, daemon=True)
            self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop watching."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(_EVERY_SECONDS):
            self.samples.append((time.monotonic(), tree_memory()))

    def peaks(self, start: float = float("-inf"), stop: float = float("inf")) -> Memory | None:
        """Return the highest sample of each kind between two times; None = there was none."""
        seen = [memory for at, memory in self.samples if start <= at <= stop]
        if not seen:
            return None
        return Memory(
            max(memory.driver for memory in seen),
            max(memory.jvm for memory in seen),
            max(memory.workers for memory in seen),
            max(memory.whole for memory in seen),
        )

    def peak_mib(self, start: float = float("-inf"), stop: float = float("inf")) -> float | None:
        """Return the highest sample of all processes between two times; None = there was none."""
        peaks = self.peaks(start, stop)
        return None if peaks is None else peaks.whole


def tree_memory() -> Memory:
    """Return the memory of this process and all below it."""
    own = psutil.Process()
    started = own.children(recursive=True)
    jvms = [process for process in started if _is_jvm(process)]
    below = {worker for jvm in jvms for worker in _children(jvm)}
    drivers = [own, *(process for process in started if process not in below | {*jvms})]
    driver, jvm, workers = (
        sum(map(_process_bytes, kind)) / _MIB for kind in (drivers, jvms, below)
    )
    return Memory(driver, jvm, workers, driver + jvm + workers)


def _is_jvm(process: Any) -> bool:  # noqa: ANN401 psutil has no types
    try:
        return bool(process.name() == "java")
    except psutil.Error:
        return False


def _children(process: Any) -> list[Any]:  # noqa: ANN401 psutil has no types
    try:
        return list(process.children(recursive=True))
    except psutil.Error:
        return []


def tree_cpu_seconds() -> float | None:
    """Return the processor time of this process and its children; None without psutil."""
    if psutil is None:
        return None
    own = psutil.Process()
    return sum(_process_seconds(process) for process in [own, *own.children(recursive=True)])


def _process_seconds(process: Any) -> float:  # noqa: ANN401 psutil has no types
    try:
        return float(sum(process.cpu_times()[:4]))  # own and of ended children, user and system
    except psutil.Error:
        return 0.0


def _process_bytes(process: Any) -> int:  # noqa: ANN401 psutil has no types
    try:
        full = process.memory_full_info()
    except psutil.Error:  # it has ended, or is another user's
        return 0
    return int(getattr(full, "pss", full.rss))


def in_words(mib: float | None) -> str:
    """Return an amount of memory as a person reads it."""
    return "not measured" if mib is None else f"{mib:,.0f} MiB"
