"""Check digits: published examples hold, and one changed digit does not."""

from collections.abc import Callable

import pytest

from pipelines.filtering.privacy import checksums

EXAMPLES = [
    (checksums.luhn_holds, "4111111111111111"),
    (checksums.luhn_holds, "378282246310005"),
    (checksums.iban_holds, "GB82WEST12345698765432"),
    (checksums.iban_holds, "DE89370400440532013000"),
    (checksums.clabe_holds, "032180000118359719"),
    (checksums.npi_holds, "1245319599"),
    (checksums.saudi_holds, "1000000008"),
    (checksums.taiwan_holds, "A123456789"),
    (checksums.singapore_holds, "S1234567D"),
    (checksums.insured_holds, "A123456780"),
    (checksums.machine_readable_holds, "C01X00T41"),
    (checksums.check("in_.aadhaar"), "234123412346"),
    (checksums.cpf_holds, "52998224725"),
    (checksums.check("es.dni"), "12345678Z"),
    (checksums.check("es.nie"), "X1234567L"),
    (checksums.check("mx.curp"), "HEGG560427MVZRRL04"),
    (checksums.check("gb.nhs"), "9434765919"),
    (checksums.check("de.idnr"), "86095742719"),
]


@pytest.mark.parametrize(("holds", "code"), EXAMPLES)
def test_a_right_code_holds_and_no_code_with_another_last_digit(
    holds: Callable[[str], bool], code: str
) -> None:
    """A rule without its check digit would take order numbers for cards."""
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if code[-1].isalpha() else "0123456789"

    assert [c for c in last if holds(code[:-1] + c)] == [code[-1]]


def test_a_card_is_of_an_issuer_and_not_one_digit_repeated() -> None:
    """One number in ten has a valid Luhn digit: without issuer and length orders would be cards."""
    assert checksums.card_holds("4111111111111111")
    assert not checksums.card_holds("9111111111111117")  # no issuer
    assert not checksums.card_holds("41111111111111")  # too short for it
    assert not checksums.card_holds("0000000000000000")


def test_two_check_digits_and_signs_of_other_alphabets_are_read() -> None:
    """Russia's has two digits, Finland's and Hong Kong's have letters among them."""
    assert checksums.snils_holds("11223344595")
    assert not checksums.snils_holds("11223344596")
    assert checksums.finnish_holds("131052308T")
    assert not checksums.finnish_holds("131052308U")
    assert checksums.hong_kong_holds("A1234563")
    assert not checksums.hong_kong_holds("A1234564")


def test_a_module_that_python_stdnum_lacks_is_an_error() -> None:
    """An error in the table must not look like a number that is never valid."""
    with pytest.raises(ModuleNotFoundError, match="stdnum"):
        checksums.check("xx.none")("1")


def test_wallets_hold_by_their_hash() -> None:
    """A word of base 58 is no wallet unless four bytes of a double hash agree."""
    assert checksums.base58_holds("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa")
    assert not checksums.base58_holds("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb")
    assert checksums.bech32_holds("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4")
    assert not checksums.bech32_holds("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5")


def test_equal_digits_are_no_cpf() -> None:
    """Their check digits are right by chance, and people type them to fill forms."""
    assert not checksums.cpf_holds("11111111111")
