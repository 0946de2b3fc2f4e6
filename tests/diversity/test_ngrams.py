"""Hashed n-grams: copies are near, different emoji, numbers and addresses are not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.diversity.ngrams import HashedNgrams

CUT = 0.9
MODEL = HashedNgrams()
TEXTS = st.text(st.characters(), max_size=60)


def cosine(one: str, other: str) -> float:
    """Return the cosine of two texts."""
    left, right = MODEL.encode([one, other]).astype(np.float64)
    return float(left @ right)


@settings(deadline=None, max_examples=300)
@given(st.lists(TEXTS, min_size=1, max_size=6))
def test_vectors_are_of_unit_length_and_the_same_in_any_batch(texts: list[str]) -> None:
    """Stored vectors are compared over nights: batch, order and repetition must change no bit."""
    found = MODEL.encode(texts)

    assert (found.shape, str(found.dtype)) == ((len(texts), 512), "float32")
    assert np.abs(np.linalg.norm(found.astype(np.float64), axis=1) - 1).max() < 1e-6
    for text, vector in zip(texts, found, strict=True):
        assert vector.tobytes() == HashedNgrams().encode([text])[0].tobytes()


@settings(deadline=None, max_examples=300)
@given(st.text(st.characters(codec="ascii"), min_size=1, max_size=60))
def test_case_blanks_and_a_last_sign_change_nothing(text: str) -> None:
    """Another case, another blank or a full stop more make no other prompt for its author."""
    says_something = any(not sign.isspace() and sign not in ".,;:!?~" for sign in text)
    copy = "  " + text.upper().replace(" ", " \n ") + (". " if says_something else "")

    assert cosine(text, copy) > 1 - 1e-6


@pytest.mark.parametrize(
    "texts",
    [
        [chr(code) for code in range(0x1F600, 0x1F640)],
        [str(10**power) for power in range(30)],
        [str(number) for number in range(1000, 1100)],
        [f"2024-{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 28, 3)],
        [f"${number},000.00" for number in range(1, 60)],
        [f"https://example.com/articles/2024/page-{page}" for page in range(80)],
        [letter * 5000 for letter in "abcdefgh"],
        ["x = 1", "y = f(x)", "print(x)", "for i in range(3): pass", "SELECT * FROM t;"],
        ["", "?", "!", "...", "a"],
        ["a" * 30_000 + "b", "a" * 30_000 + "c", "a" * 30_001],
    ],
)
def test_different_texts_that_are_no_words_are_kept_apart(texts: list[str]) -> None:
    """A sentence encoder gives many of these nearly one vector; each is its own prompt."""
    vectors = MODEL.encode(texts).astype(np.float64)
    cosines = vectors @ vectors.T - 2 * np.eye(len(texts))

    assert cosines.max() < CUT


def test_no_text_gives_no_vectors() -> None:
    """A batch may have only texts that the sentence encoder reads."""
    assert MODEL.encode([]).shape == (0, 512)
