"""A phone counts where a country writes numbers so; the library's own examples are the measure."""

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from pipelines.filtering.privacy.phone_regions import (
    GROUP_DIGITS_MAX,
    TRUNK_DIGITS_MIN,
    is_valid,
    is_valid_served,
)

SERVED = [
    "US",
    "IN",
    "ES",
    "MX",
    "GB",
    "DE",
    "FR",
    "IT",
    "NL",
    "PL",
    "PT",
    "BR",
    "TR",
    "ID",
    "EG",
    "SA",
    "RU",
    "CN",
    "TW",
    "JP",
    "KR",
]
KINDS = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE)


def example(region: str, kind: int) -> phonenumbers.PhoneNumber:
    """Return the library's example of a region."""
    number = phonenumbers.example_number_for_type(region, kind)
    assert number is not None
    return number


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("region", SERVED)
def test_a_number_of_each_served_country_is_valid_as_it_is_written_there(
    region: str, kind: int
) -> None:
    """A locale that is served and whose phones are none would publish them."""
    national = phonenumbers.format_number(example(region, kind), PhoneNumberFormat.NATIONAL)

    assert is_valid_served(national)


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_REGIONS))
def test_with_a_plus_every_country_counts(region: str) -> None:
    """The prefix says the country: no list of ours may leave one out."""
    number = phonenumbers.example_number(region)
    assert number is not None
    said = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)

    assert is_valid(said) == phonenumbers.is_valid_number(phonenumbers.parse(said, None))


@given(st.text(alphabet="+0123456789 ()-./xa", max_size=24))
def test_no_text_raises_and_what_is_valid_is_valid_somewhere(said: str) -> None:
    """What the library cannot parse is no number, not an error of the batch."""
    regions = [None, *phonenumbers.SUPPORTED_REGIONS] if is_valid(said) else []

    assert not is_valid(said) or any(_is_valid_in(said, region) for region in regions)


def _is_valid_in(said: str, region: str | None) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(said, region))
    except phonenumbers.NumberParseException:
        return False


@given(st.text(alphabet="0123456789", min_size=1, max_size=TRUNK_DIGITS_MIN - 2))
def test_a_short_number_with_a_leading_zero_is_none(digits: str) -> None:
    """Germany has numbers of any length: each code with a 0 would be one."""
    assert not is_valid(f"0{digits}")


@given(
    st.lists(st.integers(1, 999).map(str), min_size=2, max_size=3),
    st.text(alphabet="123456789", min_size=GROUP_DIGITS_MAX + 1, max_size=9),
)
def test_a_long_group_among_three_is_of_a_register(short: list[str], long: str) -> None:
    """Numbers of companies and cases are grouped so, phones are not."""
    assert not is_valid(" ".join([*short, long]))


@pytest.mark.parametrize(
    ("said", "valid"),
    [
        ("8 (912) 345-67-89", True),  # Russia by its pairs
        ("0532 123 45 67", True),  # Turkey by its 0
        ("(11) 91234-5678", True),  # Brazil by its brackets
        ("532 123 45 67", True),  # Turkey by its pairs
        ("11 91234 5678", False),  # of Brazil, but nothing says so
        ("+1 234", False),
        ("", False),
    ],
)
def test_the_form_says_which_countries_are_asked(said: str, valid: bool) -> None:  # noqa: FBT001 reason: a case's expected answer
    """With all countries asked about everything, most long numbers would be phones."""
    assert is_valid(said) is valid
