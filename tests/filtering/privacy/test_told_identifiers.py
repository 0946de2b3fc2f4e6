"""What only its name or a word beside it tells: births, places, accounts, numbers of people."""

from pathlib import Path

import pytest

from pipelines.filtering.privacy.recognisers_labelled import LABELLED_TYPES
from pipelines.filtering.privacy.rules import IdentifierRules

RULES = IdentifierRules()
TOLD = {"DATE_OF_BIRTH", "GPS_COORDINATES", "SOCIAL_HANDLE", *LABELLED_TYPES}
LINES = [
    tuple(line.split("\t"))
    for line in (Path(__file__).parent / "told_identifiers.txt").read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize(("kind", "said"), [line for line in LINES if line[0] != "-"])
def test_what_is_told_is_covered_whole(kind: str, said: str) -> None:
    """By one finding of its type, or by one that knows its form better."""
    start, end = said.index("{"), said.index("}") - 1
    (found,) = RULES.find([said.replace("{", "").replace("}", "")])

    covering = [f.entity_type for f in found or () if f.start <= start and f.end >= end]
    assert covering
    assert kind in covering or not TOLD.issuperset(covering)


@pytest.mark.parametrize("said", [said for kind, said in LINES if kind == "-"])
def test_the_same_words_beside_other_numbers_tell_nothing(said: str) -> None:
    """An order, a price, a year, a score or an angle is nobody's."""
    (found,) = RULES.find([said])

    assert TOLD.isdisjoint(f.entity_type for f in found or ())


def test_who_was_born_long_ago_is_a_person_of_history() -> None:
    """A date of birth before 1905 identifies nobody who lives."""
    assert RULES.find(["Curie was born on 7 November 1867"]) == [[]]
