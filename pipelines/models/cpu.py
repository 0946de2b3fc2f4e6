"""What the processor does well, by its flags (a stopwatch would answer otherwise tomorrow); its threads."""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import torch

# M_TRIM_THRESHOLD and M_MMAP_THRESHOLD of malloc.h, and the greatest values that do no harm: so much free
# memory stays, and larger buffers go back as before.
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_KEPT_BYTES, _KEPT_BUFFER_BYTES = 128 << 20, 32 << 20


def prefers_bf16() -> bool:
    """Say whether products in bfloat16 are faster than in float32.

    They are by matrix units (AMX), and by AVX512-bf16 on processors that are not Intel's: Intel's without AMX
    take as long for them and pay for the conversions (65 against 115 GFLOP/s measured).
    """
    can = torch.cpu.get_capabilities()
    has_vectors = bool(can.get("avx512_bf16")) and "Intel" not in str(can.get("cpu_name", ""))
    return bool(can.get("amx_bf16")) or has_vectors


@contextmanager
def one_thread() -> Iterator[None]:
    """Multiply on one thread: a task has one core, and the last bit of a product may hang on their number."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


@cache
def keep_freed_memory() -> None:
    """Keep what is freed for the next product, in this process, where the C library is glibc.

    It else hands each buffer of a megabyte back to the system and asks for it again, page by page: a quarter
    of a pass with integer products, in batches of 512 tokens.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # no glibc
        return
    mallopt(_TRIM_THRESHOLD, _KEPT_BYTES)
    mallopt(_MMAP_THRESHOLD, _KEPT_BUFFER_BYTES)
