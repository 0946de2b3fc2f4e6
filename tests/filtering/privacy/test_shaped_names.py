"""Names told by what stands around them: accounts, pet names, kin, pairs, a scene's players."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.filtering.privacy.evidence_words import NameLists
from pipelines.filtering.privacy.listed_names import ListedNames
from pipelines.filtering.privacy.shaped_names import ShapedNames

LISTS = NameLists(
    common=frozenset({"rose", "and", "met", "the", "of", "smiles", "call", "my", "news"}),
    names=frozenset({"lotte", "smit", "gustavo", "ramesh", "ayla", "rose", "marlies", "benoit"}),
)
SHAPED = ShapedNames(LISTS, ListedNames(LISTS.common, LISTS.names))


def found(text: str) -> list[tuple[str, str]]:
    """Return type and text of what is found, in order of start."""
    findings = sorted(SHAPED.find(text), key=lambda one: (one.start, one.end))
    return [(one.entity_type, text[one.start : one.end]) for one in findings]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("write to @lotte.smit", [("SOCIAL_HANDLE", "lotte.smit")]),
        ("write to @lotte_1990 please", [("SOCIAL_HANDLE", "lotte_1990")]),
        ("hey @Lotte Smit!", [("PERSON", "Lotte Smit")]),
        ("hey @lotte_smit Hello", [("SOCIAL_HANDLE", "lotte_smit")]),
        ("see @daily_news", []),
        ("mail lotte@smit.example", []),
        ("@@lotte_x", []),
        ("gustavinho called", [("PERSON", "gustavinho")]),
        ("call ramesh uncle", [("PERSON", "ramesh")]),
        ("call rose uncle", []),
        ("met lotte smit", [("PERSON", "lotte smit")]),
        ("met lotte van smit", [("PERSON", "lotte van smit")]),
        ("met lotte, smit", []),
        ("met lotte and smit", []),
        ("met Lotte Smit", []),  # with capitals the model reads it
        ("*Zorbin smiles*", [("PERSON", "Zorbin")]),
        ("*Lotte smiles*", [("PERSON", "Lotte")]),
        ("*The smiles*", []),
        ("say *Zorbin smiles*", []),  # no scene: it stands inside a line
    ],
)
def test_what_is_found_by_its_shape(text: str, expected: list[tuple[str, str]]) -> None:
    """Each shape, and beside it what only looks like it."""
    assert found(text) == expected


WORDS = ["@lotte", "lotte", "Lotte", "smit", "ramesh", "uncle", "van", "rose", "gustavinho", "*Zo "]


@given(st.lists(st.sampled_from([*WORDS, ",", "\n", "*", "@", "Hello", "🙂"]), max_size=10))
def test_findings_are_whole_words_inside_the_text(words: list[str]) -> None:
    """A finding that ends inside a word would leave the rest of a name beside the placeholder."""
    text = " ".join(words)
    for one in SHAPED.find(text):
        assert 0 <= one.start < one.end <= len(text)
        assert not text[one.start - 1 : one.start].isalnum()
        assert not text[one.end : one.end + 1].isalnum()


@given(st.text(max_size=80))
def test_a_text_without_a_listed_name_or_an_asterisk_holds_nobody(text: str) -> None:
    """Shape alone tells no one: a name of the lists stands there, or a player of a scene."""
    low = text.lower()
    known = any(name[:4] in low for name in LISTS.names)

    assert known or "*" in text or "_" in text or found(text) == []
