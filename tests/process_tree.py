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


@dataclass(slots=True)
class MemoryWatch:
    """Samples the memory of this process and all below it, twice a second, inside a `with`.

    What processes share is counted once: by proportional set size (PSS) on Linux, elsewhere the
    resident sizes are summed, which counts shared pages twice. Without psutil there are no samples.
    """

    samples: list[tuple[float, float]] = field(default_factory=list)
    """Time by `time.monotonic` and MiB."""
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
            self.samples.append((time.monotonic(), tree_mib()))

    def peak_mib(self, start: float = float("-inf"), stop: float = float("inf")) -> float | None:
        """Return the highest sample between two times; None = there was none."""
        return max((mib for at, mib in self.samples if start <= at <= stop), default=None)


def tree_mib() -> float:
    """Return the memory of this process and all below it, in MiB."""
    own = psutil.Process()
    return sum(_process_bytes(process) for process in [own, *own.children(recursive=True)]) / _MIB


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
