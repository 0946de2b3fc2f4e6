"""Check digits: published examples hold, and one changed digit does not."""

from collections.abc import Callable

import pytest

from pipelines.filtering import checksums

EXAMPLES = [
    (checksums.luhn_holds, "4111111111111111"),
    (checksums.luhn_holds, "378282246310005"),
    (checksums.iban_holds, "GB82WEST12345698765432"),
    (checksums.iban_holds, "DE89370400440532013000"),
    (checksums.verhoeff_holds, "2363"),
    (checksums.cpf_holds, "52998224725"),
    (checksums.nif_holds, "12345678Z"),
    (checksums.nif_holds, "X1234567L"),
    (checksums.curp_holds, "HEGG560427MVZRRL04"),
    (checksums.nhs_holds, "9434765919"),
    (checksums.tax_id_holds, "86095742719"),
]


@pytest.mark.parametrize(("holds", "code"), EXAMPLES)
def test_a_right_code_holds_and_no_code_with_another_last_digit(
    holds: Callable[[str], bool], code: str
) -> None:
    """A rule without its check digit would take order numbers for cards."""
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if code[-1].isalpha() else "0123456789"

    assert [c for c in last if holds(code[:-1] + c)] == [code[-1]]


@pytest.mark.parametrize("code", ["2363", "236312345677"[:4]])
def test_verhoeff_sees_every_swap_of_neighbours(code: str) -> None:
    """That is why Aadhaar chose it over Luhn."""
    swapped = [code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(len(code) - 1)]

    assert [s for s in swapped if s != code and checksums.verhoeff_holds(s)] == []


def test_wallets_hold_by_their_hash() -> None:
    """A word of base 58 is no wallet unless four bytes of a double hash agree."""
    assert checksums.base58_holds("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")
    assert not checksums.base58_holds("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb")
    assert checksums.bech32_holds("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")
    assert not checksums.bech32_holds("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5")


def test_equal_digits_are_no_cpf() -> None:
    """Their check digits are right by accident, and people type them to fill forms."""
    assert not checksums.cpf_holds("11111111111")
