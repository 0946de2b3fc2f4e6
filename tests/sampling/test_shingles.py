"""A long run of words on both sides is leakage, however it is written; a short one is language."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sampling.shingles import find_overlaps, hash_shingles

STORY = "the old keeper of the lighthouse told us how the storm had taken the bridge away that night"


def overlaps(train: list[str | None], evaluation: list[str | None]) -> list[tuple[object, ...]]:
    """Return the overlaps of texts whose ids are t0, t1 … and e0, e1 …."""
    sides = [
        hash_shingles(pl.DataFrame({"sample_id": [f"{side}{n}" for n in range(len(texts))], "text": texts}))
        for side, texts in (("t", train), ("e", evaluation))
    ]
    return find_overlaps(*sides).rows()


def test_a_shared_run_is_found_in_other_dress_and_company() -> None:
    """By hand: eighteen words have six runs of thirteen; the second text shares the last two of them."""
    shouted = STORY.upper().replace(" ", ",  ") + "!"
    tail = "Listen: " + " ".join(STORY.split()[4:]) + " and more"

    assert overlaps([STORY, None, "hello"], [shouted, tail, "good morning", None]) == [
        ("e0", "t0", 6, 6),
        ("e1", "t0", 2, 5),
    ]


def test_twelve_shared_words_are_no_leak() -> None:
    """Set phrases are shared by everybody; only what is longer was copied."""
    words = STORY.split()

    assert overlaps([" ".join(words[:12]) + " one"], [" ".join(words[:12]) + " two"]) == []
    assert len(overlaps([" ".join(words[:13]) + " one"], [" ".join(words[:13]) + " two"])) == 1


@pytest.mark.parametrize(
    "text",
    [
        "मुझे अपने नए घर के लिए एक छोटी सी कविता लिखनी है, क्या तुम मदद करोगे",
        "昨天晚上我梦见一条会说话的鱼它告诉我明天会下雨",
        "\uff54\uff48\uff45 old keeper " + " ".join(STORY.split()[3:]),
    ],
)
def test_every_script_has_runs(text: str) -> None:
    """A gate that cannot read Hindi or Chinese would pass every leak in them."""
    assert [row[:2] for row in overlaps([text], [text + " !"])] == [("e0", "t0")]
    assert overlaps([text], ["".join(reversed(text))]) == []


def test_the_closest_row_of_train_is_named_the_first_among_equals() -> None:
    """A person looks at the pair that is told; two runs must not give two pairs."""
    assert overlaps([STORY + " x", STORY, " ".join(STORY.split()[:13])], [STORY]) == [("e0", "t0", 6, 6)]


@given(st.lists(st.text(alphabet="ab ", max_size=60), max_size=4), st.integers(1, 4))
def test_hashes_equal_runs_of_words(texts: list[str], words: int) -> None:
    """Brute force: as many hashes as distinct runs, whatever the text."""
    prompts = pl.DataFrame({"sample_id": [str(n) for n in range(len(texts))], "text": texts})
    runs = [
        {tuple(said[n : n + words]) for n in range(len(said) - words + 1)}
        for said in (text.split() for text in texts)
    ]
    found = hash_shingles(prompts.cast({"text": pl.String, "sample_id": pl.String}), words)

    assert found.height == sum(map(len, runs))
    assert found["shingle"].n_unique() == len(set[tuple[str, ...]]().union(*runs))
