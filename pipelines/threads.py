"""Threads for the work of one task that holds a whole table, while no other task needs the cores.

NumPy multiplies outside of Python's lock, so that threads help where blocks of rows are compared.
Kernels ask for their parts to be done in order; how many threads there are changes no answer.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar

Part = TypeVar("Part")
Answer = TypeVar("Answer")
_AHEAD = 2  # parts for each thread that are begun before the first of them is asked for
# A thread of the pool does not see it: work inside of a part is done by its own thread.
_THREADS: ContextVar[tuple[ThreadPoolExecutor, int] | None] = ContextVar("threads", default=None)


@contextmanager
def use_threads(count: int) -> Iterator[None]:
    """Let `in_order` use so many threads in this block; with one it does all by itself.

    Args:
        count: at least 1.
    """
    if count == 1:
        yield
        return
    with ThreadPoolExecutor(count) as pool:
        token = _THREADS.set((pool, count))
        try:
            yield
        finally:
            _THREADS.reset(token)


def count_threads() -> int:
    """Return how many threads `in_order` uses here."""
    threads = _THREADS.get()
    return 1 if threads is None else threads[1]


def in_order(work: Callable[[Part], Answer], parts: Iterable[Part]) -> Iterator[Answer]:
    """Yield the work's answer about each part, in the order of the parts.

    A few parts are begun ahead, never all: their answers would fill the memory.

    >>> with use_threads(2):
    ...     list(in_order(lambda part: part * part, range(5)))
    [0, 1, 4, 9, 16]
    """
    threads = _THREADS.get()
    if threads is None:
        yield from map(work, parts)
        return
    pool, count = threads
    begun: deque[Future[Answer]] = deque()
    for part in parts:
        begun.append(pool.submit(work, part))
        if len(begun) >= _AHEAD * count:
            yield begun.popleft().result()
    while begun:
        yield begun.popleft().result()
