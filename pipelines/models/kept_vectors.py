"""Vectors of sentences that are the same in every night, encoded once for each installation."""

from collections.abc import Sequence
from functools import partial
from typing import Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from pipelines.compiled_files import keep_compiled
from pipelines.identity import fingerprint


class TextEncoder(Protocol):
    """Turns texts into unit vectors; `revision` changes with every change that moves one."""

    revision: str

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return [n, d]."""


def encode_kept(encoder: TextEncoder, sentences: Sequence[str]) -> NDArray[np.float32]:
    """Return unit vectors [n, d] of sentences that are no user's: a taxonomy's, not a night's.

    They are kept beside the models, by encoder, processor and sentences: the taxonomy's take 22
    seconds of each night on a processor without AVX512.
    """
    processor = torch.backends.cpu.get_cpu_capability()
    key = fingerprint(encoder.revision, processor, *sentences)
    return keep_compiled("vectors", key, partial(encoder.encode, sentences))
