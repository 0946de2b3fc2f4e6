"""Romanised Hindi in Devanagari: read again it is what was written, so the models see one Hindi."""

import pytest

from pipelines.filtering.safety.deobfuscation import read_plainly
from pipelines.training.devanagari_spelling import spell_in_devanagari


@pytest.mark.parametrize(
    ("latin", "devanagari"),
    [
        ("mujhe tum se nafrat hai", "मुझे तुम से नफ्रत है"),
        ("aurat", "औरत"),
        ("kitaab padho!", "किताब पधो!"),
        ("1 chai, 2 samose", "1 चै, 2 समोसे"),
        ("नमस्ते", "नमस्ते"),
        ("", ""),
    ],
)
def test_words_are_spelt_by_their_sound(latin: str, devanagari: str) -> None:
    """Vowel signs follow consonants, letters are used elsewhere; what is no Latin word stays."""
    assert spell_in_devanagari(latin) == devanagari


@pytest.mark.parametrize(
    "text", ["tum logo ko kinnaro bolna band karna hoga", "mujhe se bas nahi hai"]
)
def test_the_models_read_the_same_words(text: str) -> None:
    """Hate in Devanagari must look like the hate that the models were trained on."""
    assert read_plainly([spell_in_devanagari(text)]) == [text]
