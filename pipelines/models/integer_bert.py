"""Run BERT's forward pass with int8 products: 8-bit weights and activations, float32 between.

Sums of integers are not rounded, so a token's state depends neither on the other texts of its batch
nor on how a product is divided into blocks. The tokens of all texts are therefore the rows of one
matrix, without padding; only attention separates the texts. Layer norm, softmax, GELU and the
scales are float32: there two kinds of processors may differ in a last bit, and then in one step of
an 8-bit activation.

Every activation is quantised with a fixed step, from ranges that were measured beforehand
(`activation_ranges.safetensors`). The step of a channel is range^0.75 times a constant, which
shifts part of the range of outlier channels to the weights (Xiao et al. 2023, "SmoothQuant"). The
wide layer has one step for all channels, as the fused kernel then applies GELU and rounds. A
channel with a far larger range than the others is split into several copies, each with one part of
the range (Zhao et al. 2019, "Outlier Channel Splitting").
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor
from torch.nn import functional

from pipelines.models.bert import Norm
from pipelines.models.private_torch import (
    STEPS,
    ZERO,
    IntegerLinear,
    has_integer_linear,
    pack_integers,
)

RANGES_FILE = "activation_ranges.safetensors"
PASS = 1
"""Increase with every change of this pass that changes a bit: the vectors' revision has it."""
SITES = ("input", "attended", "widened_input", "widened")
"""Where a layer quantises: the input and the output of attention, then those of the wide layer."""
_SMOOTHING = 0.75
# What is cut off behind the point is then rounded to the nearest
_MIDDLE = torch.tensor(ZERO + 0.5)
_TOP = 255
_LOWEST_GELU = -0.17
# Channels of the wide layer whose range is above this quantile are split: three of 1,536. A copy
# begins where the one before it ends; GELU is not quite linear there, so each split costs some
# accuracy. Cosine to the float32 pass that 99 % of 500 texts reach: .9967 at .99, .9980 at .995,
# .9991 at .998, .9990 at .9993.
_COMMON_SHARE = 0.998
_MARGIN = 1.05  # factor on the measured ranges, for texts that exceed them
# Attention's kernel is several times slower at lengths that are not a multiple of this.
_LENGTH_STEP = 16
# oneDNN compiles and keeps a kernel for each different number of rows.
_COUNT_STEP = 64
_ALIGNED = 16


def is_possible() -> bool:
    """Say whether this processor multiplies 8-bit integers exactly and fast, by torch's oneDNN."""
    can = torch.cpu.get_capabilities()
    has_units = bool(can.get("avx512_vnni") or can.get("avx_vnni") or can.get("amx_int8"))
    return has_units and has_integer_linear()


def read_ranges(folder: Path) -> dict[str, Tensor]:
    """Return the measured ranges of a folder's activations, by site."""
    return load_file(folder / RANGES_FILE)


@dataclass(frozen=True, slots=True)
class _Rounding:
    """Quantises activations to 8 bits with a step per channel."""

    inverse: Tensor

    def __call__(self, hidden: Tensor) -> Tensor:
        """Return `hidden` in 8 bits; values outside the range are clamped."""
        scaled = torch.addcmul(_MIDDLE, hidden, self.inverse)
        return scaled.clamp_(0.0, _TOP + 0.5).to(torch.uint8)


@dataclass(frozen=True, slots=True)
class _IntegerLayer:
    rounded: _Rounding
    qkv: IntegerLinear
    attended: IntegerLinear
    attended_norm: Norm
    widened_rounded: _Rounding
    widen: IntegerLinear
    step: float
    zero: int
    narrow: IntegerLinear
    output_norm: Norm


class IntegerBert:
    """Token ids to hidden states, by integer products.

    Args:
        folder: of a BERT, with the ranges of its activations.

    Raises:
        ValueError, KeyError, OSError: a file or a range is missing.
    """

    def __init__(self, folder: Path) -> None:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        # The file is memory-mapped: all processes share one copy of the word vectors, four fifths
        # of it.
        tensors = load_file(folder / "model.safetensors")
        self._tensors = {name.removeprefix("bert."): tensor for name, tensor in tensors.items()}
        self._ranges = {name: found * _MARGIN for name, found in read_ranges(folder).items()}
        self._epsilon = float(config["layer_norm_eps"])
        self._heads = int(config["num_attention_heads"])
        self.dimension = int(config["hidden_size"])
        self._words = self._tensors["embeddings.word_embeddings.weight"]
        self._positions = (
            self._tensors["embeddings.position_embeddings.weight"]
            + self._tensors["embeddings.token_type_embeddings.weight"][0]
        )
        self._first_norm = self._norm("embeddings.LayerNorm")
        self._layers = [self._layer(number) for number in range(int(config["num_hidden_layers"]))]
        del self._tensors, self._ranges

    def __call__(
        self, tokens: Tensor, mask: Tensor, layers: Sequence[int] = (), depth: int | None = None
    ) -> list[Tensor]:
        """Return hidden states [rows, length, d] of token ids [rows, length]: last, then `layers`.

        Args:
            tokens: ids.
            mask: [rows, length] of bool, true at tokens, which begin each row; a row may have no
                token.
            layers: numbers of the layers whose output is wanted too; 0 = the embedding layer. Every
                state is 0 at padding.
            depth: the layer that counts as the last; None = all are run.
        """
        texts = _Texts(mask)
        hidden = self._words[tokens[mask]].float() + self._positions[texts.positions]
        hidden = texts.fill(self._first_norm(hidden))
        states = {0: hidden} if 0 in layers else {}
        for number, layer in enumerate(self._layers[:depth], start=1):
            hidden = self._apply(layer, hidden, texts)
            if number in layers:
                states[number] = hidden
        return [texts.spread(state) for state in (hidden, *(states[number] for number in layers))]

    def _apply(self, layer: _IntegerLayer, hidden: Tensor, texts: "_Texts") -> Tensor:
        mixed = texts.attend(layer.qkv(layer.rounded(hidden)), self._heads)
        mixed = mixed.add_(ZERO + 0.5).clamp_(0.0, _TOP + 0.5).to(torch.uint8)
        hidden = layer.attended_norm(layer.attended.add(mixed, hidden))
        wide = layer.widen.gelu(layer.widened_rounded(hidden), layer.step, layer.zero)
        return layer.output_norm(layer.narrow.add(wide, hidden))

    def _layer(self, number: int) -> _IntegerLayer:
        name = f"encoder.layer.{number}."
        steps = {site: _steps_of(self._ranges[f"{number}.{site}"]) for site in SITES[:3]}
        qkv, qkv_bias = self._qkv(f"{name}attention.self.", steps["attended"])
        out, out_bias = self._affine(f"{name}attention.output.dense")
        widen, widen_bias, narrow, step, zero = self._wide(number, name)
        _, narrow_bias = self._affine(f"{name}output.dense")
        return _IntegerLayer(
            rounded=_Rounding(steps["input"].reciprocal()),
            qkv=pack_integers(qkv * steps["input"], qkv_bias),
            attended=pack_integers(out * steps["attended"], out_bias),
            attended_norm=self._norm(f"{name}attention.output.LayerNorm"),
            widened_rounded=_Rounding(steps["widened_input"].reciprocal()),
            widen=pack_integers(widen * steps["widened_input"], widen_bias),
            step=step,
            zero=zero,
            narrow=pack_integers(narrow, narrow_bias, step, zero),
            output_norm=self._norm(f"{name}output.LayerNorm"),
        )

    def _qkv(self, name: str, attended_steps: Tensor) -> tuple[Tensor, Tensor]:
        """Return queries, keys and values as one map; values in units of the attention's steps."""
        query, key, value = (self._affine(f"{name}{part}") for part in ("query", "key", "value"))
        weights = torch.cat([query[0], key[0], value[0] / attended_steps[:, None]])
        return weights, torch.cat([query[1], key[1], value[1] / attended_steps])

    def _wide(self, number: int, name: str) -> tuple[Tensor, Tensor, Tensor, float, int]:
        """Return weight and bias of the wide layer, outliers split; next weight, step, zero."""
        widen, bias = self._affine(f"{name}intermediate.dense")
        narrow, _ = self._affine(f"{name}output.dense")
        ranges = self._ranges[f"{number}.widened"]
        step = (float(ranges.quantile(_COMMON_SHARE)) - _LOWEST_GELU) / _TOP
        zero = round(-_LOWEST_GELU / step)
        top = (_TOP - zero) * step
        copies = (ranges / top).ceil().clamp_(min=1).to(torch.int64)
        channel = torch.repeat_interleave(copies)
        first = copies.cumsum(0) - copies
        part = torch.arange(len(channel)) - first[channel]
        fill = -len(channel) % _ALIGNED
        return (
            functional.pad(widen[channel], (0, 0, 0, fill)),
            functional.pad(bias[channel] - part * top, (0, fill)),
            functional.pad(narrow[:, channel], (0, fill)),
            step,
            zero,
        )

    def _affine(self, name: str) -> tuple[Tensor, Tensor]:
        return self._tensors[f"{name}.weight"].float(), self._tensors[f"{name}.bias"].float()

    def _norm(self, name: str) -> Norm:
        return Norm(*self._affine(name), self._epsilon)


def _steps_of(ranges: Tensor) -> Tensor:
    """Return each channel's step: 127 steps cover its range, exactly so for the widest one."""
    widest = float(ranges.max())
    smoothed = torch.pow(ranges.clamp(min=widest * 1e-4), _SMOOTHING)
    return smoothed.mul(widest ** (1 - _SMOOTHING) / STEPS)


class _Texts:
    """Positions of a batch's tokens: in one matrix without padding, and text by text.

    Args:
        mask: [rows, length] of bool, true at tokens, which begin each row; a row may have no token.
    """

    def __init__(self, mask: Tensor) -> None:
        self._mask = mask
        rows, length = mask.shape
        self.positions = torch.arange(length).expand(rows, length)[mask]
        self._length = -(-length // _LENGTH_STEP) * _LENGTH_STEP
        sizes = mask.sum(dim=1)
        sizes = sizes[sizes > 0]
        starts = sizes.cumsum(0) - sizes
        steps = torch.arange(self._length)
        there = steps < sizes[:, None]
        # Padding reads the text's first token; attention ignores it.
        self._places = (starts[:, None] + torch.where(there, steps, 0)).flatten()
        self._rows = len(sizes)
        self._tokens = (torch.arange(self._rows)[:, None] * self._length + steps)[there]
        self._count = int(sizes.sum())
        self._fill = -self._count % _COUNT_STEP
        # Filler rows belong to no text: they read the result of the first token, which is never
        # used.
        self._tokens = functional.pad(self._tokens, (0, self._fill))
        self._bias = torch.zeros(there.shape).masked_fill_(~there, -torch.inf)[:, None, None, :]

    def fill(self, hidden: Tensor) -> Tensor:
        """Return [tokens, d], filled with rows of 0 to a multiple of 64 rows."""
        return functional.pad(hidden, (0, 0, 0, self._fill))

    def attend(self, qkv: Tensor, heads: int) -> Tensor:
        """Return [tokens, d] of values mixed by attention within each text, from [tokens, 3 d]."""
        rows, width = self._rows, qkv.shape[1] // 3
        spread = qkv.index_select(0, self._places).view(
            rows, self._length, 3, heads, width // heads
        )
        query, key, value = spread.permute(2, 0, 3, 1, 4)
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=self._bias)
        return (
            mixed.transpose(1, 2).reshape(rows * self._length, width).index_select(0, self._tokens)
        )

    def spread(self, states: Tensor) -> Tensor:
        """Return [rows, length, d] of [tokens, d]; 0 at padding."""
        found = states.new_zeros((*self._mask.shape, states.shape[1]))
        found[self._mask] = states[: self._count]
        return found
