"""Addresses that are put together for the entity model: whole, on one line, the same by a seed."""

import random
import re

import pytest

from pipelines.training.privacy_addresses import AddressPool, read_written
from pipelines.training.privacy_frames import LANGUAGES, is_held, read_frames, write_frames
from pipelines.training.privacy_names import (
    listed_given_names,
    name_vocabulary,
    written_vocabulary,
)

_SLOTS = {"P", "G", "F", "L", "A"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_address_holds_no_slot_and_no_line_end(language: str) -> None:
    """What is left of a shape would be taught as a street."""
    pool = AddressPool(language, read_written(language)["streets"])
    chances = [random.Random(1) for _ in range(2)]  # noqa: S311 no secret
    first, again = ([pool.take(chance) for _ in range(200)] for chance in chances)

    assert first == again
    assert len(set(first)) > 150
    assert not [said for said in first if re.search(r"[{}\n]", said)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_written_sentences_have_the_slots_that_their_kind_may_have(language: str) -> None:
    """A sentence without a name among those with one would teach that there is none."""
    written = read_written(language)
    slots = {
        kind: [set(re.findall(r"\{(\w+)\}", said)) for said in written[kind]]
        for kind in ("named", "nameless", "addressed")
    }

    assert all(found & {"P", "G", "F"} and found <= _SLOTS - {"A"} for found in slots["named"])
    assert all(found <= {"L"} for found in slots["nameless"])
    assert all("A" in found and found <= _SLOTS for found in slots["addressed"])
    assert set(written["named"]) <= {
        frame for held in (True, False) for frame in read_frames(language, held=held)[0]
    }


@pytest.mark.parametrize("held", [True, False])
def test_sentences_with_an_address_mark_it_whole(held: bool) -> None:  # noqa: FBT001 a case
    """Streets that are held out stand in no taught sentence, and the other way round."""
    streets = read_written("fr")["streets"]
    others = [street.lower() for street in streets if is_held(street) is not held]
    sentences = list(write_frames("fr", 400, 5, held=held))
    said = [s.text[a:b] for s in sentences for a, b, label in s.spans if label == "STREET_ADDRESS"]

    assert len(said) > 20
    assert not [one for one in said if any(one.lower().startswith(other) for other in others)]


def test_names_of_writers_alone_are_told_from_listed_ones() -> None:
    """An everyday word that only a writer knows for a name stays an everyday word."""
    assert {"çiçek", "środa"} <= written_vocabulary() < name_vocabulary()
    assert not {"anna", "mohammed"} & written_vocabulary()
    assert "محمد" in listed_given_names("ar")
