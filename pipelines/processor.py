"""What the processor does well, by its flags (a stopwatch would answer otherwise tomorrow); its threads."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


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
