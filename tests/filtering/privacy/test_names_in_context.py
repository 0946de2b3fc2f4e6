"""The sentence around a word: doubtful persons are left out, told ones stay, names grow."""

from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipelines.filtering.privacy.evidence_words import find_words
from pipelines.filtering.privacy.findings import Finding
from pipelines.filtering.privacy.name_tagger import NameShares
from pipelines.filtering.privacy.names_in_context import (
    ADDED,
    ADDED_STRANGE,
    KEPT,
    Reading,
    settle,
)

TEXT = "Rose Miller saw Mark at 12 High Street"
ADDRESS = Finding("STREET_ADDRESS", 24, 38, 0.9)
SPANS = [word.span() for word in find_words(TEXT)]


def person(word: str) -> Finding:
    """Return a word of the sentence as a person."""
    return Finding("PERSON", TEXT.index(word), TEXT.index(word) + len(word), 0.85)


def shares_of(**known: float) -> NameShares:
    """Return shares of the words of the sentence; a word that is not named was not read."""
    spans = [span for span in SPANS if TEXT[slice(*span)] in known]
    starts, ends = np.array(spans, np.int64).reshape(-1, 2).T
    return NameShares(starts, ends, np.array([known[TEXT[a:b]] for a, b in spans], np.float64))


def said(findings: list[Finding]) -> list[str]:
    """Return the texts of findings."""
    return [TEXT[f.start : f.end] for f in findings]


def test_a_doubtful_person_is_left_out() -> None:
    """A flower, a verb, a month: the lists know only that it may be a name."""
    reading = Reading(TEXT, [person("Rose"), person("Mark")], words=SPANS[:1])

    assert said(settle(reading, shares_of(Rose=KEPT / 2, Mark=0.9))) == ["Mark"]


def test_what_a_cue_tells_stays() -> None:
    """Who says "my name is Will" is believed, however the sentence looks."""
    reading = Reading(TEXT, [person("Rose")], told=[SPANS[0]])

    assert (reading.is_open(), said(settle(reading, shares_of(Rose=0.0)))) == (False, ["Rose"])


def test_a_person_that_was_not_read_stays() -> None:
    """Of a sentence longer than the tagger reads, the lists decide the rest."""
    assert said(settle(Reading(TEXT, [person("Mark")]), shares_of(Rose=0.0))) == ["Mark"]


def test_a_name_grows_by_its_neighbours() -> None:
    """Half a name beside a placeholder tells the other half."""
    reading = Reading(TEXT, [person("Rose")], words=SPANS)

    assert said(settle(reading, shares_of(Rose=0.9, Miller=0.8, saw=0.1))) == ["Rose Miller"]


def test_a_sure_word_that_nothing_found_is_added() -> None:
    """The entity model misses names of every language."""
    reading = Reading(TEXT, [], words=SPANS)

    assert said(settle(reading, shares_of(Rose=ADDED - 0.01, Mark=ADDED))) == ["Mark"]


def test_a_sentence_that_no_list_hints_at_asks_for_more() -> None:
    """Of all that people say, the tagger alone would take too much for a name."""
    reading = Reading(TEXT, [], is_strange=True)
    shares = shares_of(Rose=ADDED_STRANGE - 0.01, Mark=ADDED_STRANGE)

    assert (reading.is_open(), said(settle(reading, shares))) == (True, ["Mark"])


def test_addresses_are_none_of_its_business() -> None:
    """It has learned persons alone."""
    assert settle(Reading(TEXT, [ADDRESS]), shares_of(High=0.0, Street=0.0)) == [ADDRESS]


def test_a_sentence_without_a_question_is_not_read() -> None:
    """A pass of the encoder costs more than all lists together."""
    assert not Reading(TEXT, [ADDRESS]).is_open()
    assert not Reading(TEXT, [person("Mark")], told=[SPANS[3]], words=[SPANS[3]]).is_open()
    assert Reading(TEXT, [person("Mark")], words=[SPANS[3]]).is_open()
    assert not Reading(TEXT, [], words=[SPANS[0]]).is_open()


def test_words_of_a_script_without_capitals_are_asked_about() -> None:
    """Where a capital would show a name, lists and entity model have seen it."""
    text = "شفت أمل"

    assert Reading(text, [], words=[(4, 7)]).is_open()
    assert not Reading(text, [Finding("PERSON", 4, 7, 0.9)], [(4, 7)], [(4, 7)]).is_open()


@given(
    st.lists(st.sampled_from(SPANS), unique=True),
    st.lists(st.sampled_from(SPANS), unique=True),
    st.lists(st.floats(0, 1), min_size=len(SPANS), max_size=len(SPANS)),
)
def test_only_persons_below_the_share_are_lost(
    found: list[tuple[int, int]], told: list[tuple[int, int]], each: list[float]
) -> None:
    """Nothing else may take a finding away, and none may shrink."""
    findings = [ADDRESS, *(Finding("PERSON", *span, 0.85) for span in found)]
    starts, ends = np.array(SPANS, np.int64).T
    shares = NameShares(starts, ends, np.array(each))
    reading = Reading(TEXT, findings, told=told, words=SPANS)
    settled = settle(reading, shares)
    lost = [
        f
        for f in findings
        if not any(
            s.entity_type == f.entity_type and s.start <= f.start and f.end <= s.end
            for s in settled
        )
    ]

    assert all(
        f.entity_type == "PERSON"
        and not reading.is_told(f)
        and each[SPANS.index((f.start, f.end))] < KEPT
        for f in lost
    )
    assert settle(replace(reading, told=SPANS), shares)[: len(findings)] != []
