"""Choose a pass by the CPU's flags (repeatable, unlike timings); set its threads and memory."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import torch

# M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of malloc.h. So much free memory is kept, and larger buffers
# are returned to the system as before; higher values are not needed.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_KEPT_BYTES, _KEPT_BUFFER_BYTES = 128 << 20, 32 << 20


def prefers_bf16() -> bool:
    """Say whether products in bfloat16 are faster than in float32.

    They are with matrix units (AMX), and with AVX512-bf16 on processors not made by Intel. Intel's
    without AMX multiply bfloat16 no faster than float32 and have to convert it as well (65 against
    115 GFLOP/s measured).
    """
    can = torch.cpu.get_capabilities()
    has_vectors = bool(can.get("avx512_bf16")) and "Intel" not in str(can.get("cpu_name", ""))
    return bool(can.get("amx_bf16")) or has_vectors


@contextmanager
def one_thread() -> Iterator[None]:
    """Multiply on one thread: a task has one core, and the thread count may change the last bit."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


@cache
def keep_freed_memory() -> None:
    """Make glibc keep freed memory for the next product; other C libraries are unchanged.

    Otherwise each buffer of a megabyte is returned to the system and requested again, page by page.
    That is a quarter of the time of a pass with integer products, in batches of 512 tokens.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # no glibc
        return
    mallopt(_TRIM_THRESHOLD, _KEPT_BYTES)
    mallopt(_MMAP_THRESHOLD, _KEPT_BUFFER_BYTES)
