"""A lock that the processes of a host see, for a disk, where Spark's own commits are not exact."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from pipelines.stores.location import Location


@contextmanager
def hold_host_lock(file: Location) -> Iterator[bool]:
    """Hold a lock while the block runs, if nobody else does; a process that is killed frees it.

    Yields:
        Whether this process holds it; true also where the store is no disk and has no such lock.
    """
    if not file.is_local:
        yield True
        return
    file.local.parent.mkdir(parents=True, exist_ok=True)
    with file.local.open("a", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
