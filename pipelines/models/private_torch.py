"""The private parts of torch that we use: oneDNN's layers, the product of 8-bit rows.

They are in this file alone. Each has a check, made once per process, that it exists and is right
on a small example, and a fall-back: a new torch may make a pass slower, never wrong.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Literal, cast

import torch
from torch import Tensor
from torch.nn import functional

Activation = Literal["none", "gelu"]
ZERO = 128
"""The zero point of 8-bit activations; they are unsigned, as kernels without AMX require."""
STEPS = 127
"""The largest 8-bit weight."""


class FusedLinear:
    """An affine map by weight [out, in] and bias [out], followed by GELU on request.

    oneDNN's own kernel does both at once on weights packed beforehand: the wide product of a layer
    then runs in bfloat16 at 190 instead of 130 GFLOP/s on one core (EPYC with AVX512-bf16), in
    float32 at 136 instead of 122 (Xeon without AMX).
    """

    def __init__(self, weight: Tensor, bias: Tensor, activation: Activation = "none") -> None:
        self._activation = activation
        self._bias = bias
        self._is_packed = has_fused_linear(weight.dtype)
        self._weight = _pack(weight) if self._is_packed else weight

    def __call__(self, hidden: Tensor, added: Tensor | None = None) -> Tensor:
        """Return the image of `hidden`; `added`, if given, is added before the only rounding."""
        if self._is_packed:
            return _multiply_fused(hidden, self._weight, self._bias, self._activation, added)
        wide = functional.linear(hidden, self._weight, self._bias)
        wide = functional.gelu(wide) if self._activation == "gelu" else wide
        return wide if added is None else wide + added


@cache
def has_fused_linear(dtype: torch.dtype = torch.float32) -> bool:
    """Say whether torch has oneDNN's linear layer fused with GELU and an addition, here.

    Its bfloat16 needs AVX512: a processor without it multiplies bfloat16 by torch's own product.
    """
    return _holds(partial(_probe_fused, dtype))


def _pack(weight: Tensor) -> Tensor:
    # torch has no public name for it.
    return cast("Tensor", torch.ops.mkldnn._reorder_linear_weight(weight))  # noqa: SLF001


def _multiply_fused(
    hidden: Tensor, packed: Tensor, bias: Tensor, activation: Activation, added: Tensor | None
) -> Tensor:
    fused = torch.ops.mkldnn._linear_pointwise  # noqa: SLF001 torch has no public name for it
    if added is None:
        return cast("Tensor", fused(hidden, packed, bias, activation, [], "none"))
    return cast("Tensor", fused.binary(hidden, added, packed, bias, "add"))


def _probe_fused(dtype: torch.dtype) -> bool:
    weight = torch.tensor([[1.0, -2.0, 0.5]] * 4, dtype=dtype)
    bias = torch.tensor([0.25, 0.0, -1.0, 2.0], dtype=dtype)
    hidden = torch.tensor([[1.0, 2.0, 4.0], [0.0, 1.0, 0.0]], dtype=dtype)
    added = torch.ones(2, 4, dtype=dtype)
    wide = functional.linear(hidden, weight, bias)
    found = [
        _multiply_fused(hidden, _pack(weight), bias, "none", None),
        _multiply_fused(hidden, _pack(weight), bias, "gelu", None),
        _multiply_fused(hidden, _pack(weight), bias, "none", added),
    ]
    expected = [wide, functional.gelu(wide), wide + added]
    rounding = 2 * torch.finfo(dtype).eps  # two roundings instead of one
    return all(
        torch.allclose(one, other, rtol=rounding, atol=rounding)
        for one, other in zip(found, expected, strict=True)
    )


@dataclass(frozen=True, slots=True)
class IntegerLinear:
    """An affine map on 8-bit activations; weights have a scale per output channel.

    Args:
        weight: packed by oneDNN.
        scale: of each output channel.
        weight_zero: of each output channel, 0 throughout: weights are signed.
        bias: of each output channel, float32.
        step: one number by which activations were divided.
        zero: the activation that represents 0.
    """

    weight: Tensor
    scale: Tensor
    weight_zero: Tensor
    bias: Tensor
    step: float = 1.0
    zero: int = ZERO

    def __call__(self, hidden: Tensor) -> Tensor:
        """Return the image of 8-bit `hidden` in float32."""
        return self._multiply(hidden, "none", 1.0, 0, torch.float32)

    def gelu(self, hidden: Tensor, step: float, zero: int) -> Tensor:
        """Return GELU of the image, rounded to 8 bits."""
        return self._multiply(hidden, "gelu", step, zero, torch.uint8)

    def add(self, hidden: Tensor, other: Tensor) -> Tensor:
        """Return the image plus a float32 tensor of its shape."""
        return cast(
            "Tensor",
            torch.ops.onednn.qlinear_pointwise.binary(
                hidden, self.step, self.zero, self.weight, self.scale, self.weight_zero, other,
                self.bias, 1.0, 0, torch.float32, 1.0, 0, "add", 1.0, "none", [], "",
            ),
        )  # fmt: skip

    def _multiply(
        self, hidden: Tensor, after: Activation, step: float, zero: int, dtype: torch.dtype
    ) -> Tensor:
        return cast(
            "Tensor",
            torch.ops.onednn.qlinear_pointwise(
                hidden, self.step, self.zero, self.weight, self.scale, self.weight_zero, self.bias,
                step, zero, dtype, after, [], "none",
            ),
        )  # fmt: skip


def pack_integers(
    weight: Tensor, bias: Tensor, step: float = 1.0, zero: int = ZERO
) -> IntegerLinear:
    """Round a weight to 8 bits per output channel and lay it out for the kernel."""
    scale = weight.abs().amax(dim=1).clamp_(min=1e-12) / STEPS
    rounded = (weight / scale[:, None]).round().to(torch.int8)
    packed = torch.ops.onednn.qlinear_prepack(rounded, None)
    no_zero = torch.zeros(scale.shape, dtype=torch.int32)
    return IntegerLinear(packed, scale, no_zero, bias.contiguous(), step, zero)


@cache
def has_integer_linear() -> bool:
    """Say whether torch has oneDNN's linear layer on 8-bit integers; if not, floats are used."""
    return _holds(_probe_integers)


def _probe_integers() -> bool:
    weight, bias = torch.tensor([[127.0, -64.0, 1.0]] * 4), torch.tensor([0.25, 0.0, -1.0, 2.0])
    steps = torch.tensor([[3.0, 200.0, 255.0], [128.0, 0.0, 127.0]])
    product, hidden = pack_integers(weight, bias), steps.to(torch.uint8)
    wide = functional.linear(steps - ZERO, weight, bias)
    rounded = (functional.gelu(wide) / 100.0).round().clamp_(0, 255).to(torch.uint8)
    added = torch.ones(2, 4)
    return (
        torch.allclose(product(hidden), wide)
        and torch.allclose(product.add(hidden, added), wide + added)
        and torch.equal(product.gelu(hidden, 100.0, 0), rounded)
    )


def multiply_int8(left: Tensor, right: Tensor) -> Tensor:
    """Return the exact int32 products of all rows of [n, d] with all of [m, d], both int8."""
    if has_int8_product():
        return _multiply_int8(left, right)
    return left.to(torch.int32) @ right.to(torch.int32).T


@cache
def has_int8_product() -> bool:
    """Say whether torch has a product of int8 matrices, exact at its extremes too."""
    return _holds(_probe_int8)


def _multiply_int8(left: Tensor, right: Tensor) -> Tensor:
    return torch._int_mm(left, right.T)  # noqa: SLF001 the one product of int8 that torch has


def _probe_int8() -> bool:
    extremes = torch.full((33, 384), STEPS, dtype=torch.int8)
    extremes[::2, ::3] = -STEPS
    wide = extremes.to(torch.int32)
    return torch.equal(_multiply_int8(extremes, extremes), wide @ wide.T)


def _holds(probe: Callable[[], bool]) -> bool:
    """Return a probe's answer; False where it raises, as a name or an argument is gone."""
    try:
        with torch.inference_mode():
            return probe()
    except Exception:  # noqa: BLE001 whatever another torch does with a call that it does not know
        return False
