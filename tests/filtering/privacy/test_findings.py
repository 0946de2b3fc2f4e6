"""Findings of several models become one list that loses nothing."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipelines.filtering.privacy.findings import Finding, merge_findings, spread_findings

TYPES = st.sampled_from(["PERSON", "PHONE_NUMBER", "US_SSN"])


@st.composite
def findings(draw: st.DrawFn) -> Finding:
    """Draw a finding in a text of 30 characters."""
    start = draw(st.integers(0, 28))
    end = draw(st.integers(start + 1, 30))
    return Finding(draw(TYPES), start, end, draw(st.sampled_from([0.5, 0.9])))


@given(st.lists(st.lists(findings(), max_size=6), max_size=3))
def test_a_union_covers_exactly_the_characters_that_were_found(lists: list[list[Finding]]) -> None:
    """A character that one model found is removed, one that no model found stays."""
    merged = merge_findings(lists)

    covered = {i for f in merged for i in range(f.start, f.end)}
    assert covered == {i for found in lists for f in found for i in range(f.start, f.end)}
    assert all(left.end <= right.start for left, right in pairwise(merged))


@given(st.lists(findings(), max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_the_models_does_not_matter(found: list[Finding], chance: object) -> None:
    """Rows are the same whatever the configuration's order of models."""
    shuffled = list(found)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]  # a random.Random of hypothesis

    assert merge_findings([shuffled]) == merge_findings([[f] for f in found])


def test_the_surest_finding_names_the_span_that_covers_all() -> None:
    """A card in a longer phone-like run is a card, and the whole run is removed."""
    found = [Finding("PHONE_NUMBER", 0, 20, 0.6), Finding("CREDIT_CARD", 2, 25, 1.0)]

    assert merge_findings([found[:1], found[1:]]) == [Finding("CREDIT_CARD", 0, 25, 1.0)]


def test_spans_that_only_touch_stay_apart() -> None:
    """Two identifiers side by side are two."""
    found = [Finding("PERSON", 0, 3, 0.9), Finding("PERSON", 3, 6, 0.9)]

    assert merge_findings([found]) == found


def test_what_was_found_once_is_found_in_the_whole_conversation() -> None:
    """Only one message says that it is a phone; the number is removed from the others too."""
    texts = ["call 5551234567", "ok, 5551234567 it is", "ticket 99"]
    found = [[Finding("PHONE_NUMBER", 5, 15, 0.75)], [], []]

    assert spread_findings(texts, found) == [found[0], [Finding("PHONE_NUMBER", 4, 14, 0.75)], []]


def test_a_name_is_not_looked_for_again() -> None:
    """A short or common name inside another word would remove that word."""
    found = [[Finding("PERSON", 0, 8, 0.9)], []]

    assert spread_findings(["Jonathan", "jonathans"], found) == found
