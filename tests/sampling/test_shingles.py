"""A long run of words on both sides is leakage, however it is written; a short one is not."""

from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.sampling.shingles import find_shared, hash_shingles, read_shingles, share_runs

STORY = (
    "the old keeper of the lighthouse told us how the storm had taken the bridge away that night"
)


def named(texts: Sequence[str | None], side: str = "e") -> pl.DataFrame:
    """Return texts under the ids e0, e1 …."""
    ids = [f"{side}{n}" for n in range(len(texts))]
    return pl.DataFrame({"sample_id": ids, "text": texts}, schema_overrides={"text": pl.String})


def shared(train: Sequence[str | None], evaluation: Sequence[str | None]) -> list[str]:
    """Return which texts of eval share a run of thirteen words with train."""
    own = read_shingles(named(evaluation).lazy(), 13)
    return find_shared(
        own, read_shingles(named(train, "t").lazy(), 13).lazy().select("shingle")
    ).to_list()


def test_a_shared_run_is_found_in_other_dress_and_company() -> None:
    """Copies come shouted, quoted and with other words around them."""
    shouted = STORY.upper().replace(" ", ",  ") + "!"
    tail = "Listen: " + " ".join(STORY.split()[4:]) + " and more"

    assert shared([STORY, None, "hello"], [shouted, tail, "good morning", None]) == ["e0", "e1"]


def test_twelve_shared_words_are_no_leak() -> None:
    """Set phrases are shared by everybody; only what is longer was copied."""
    words = STORY.split()

    assert shared([" ".join(words[:12]) + " one"], [" ".join(words[:12]) + " two"]) == []
    assert shared([" ".join(words[:13]) + " one"], [" ".join(words[:13]) + " two"]) == ["e0"]


@pytest.mark.parametrize(
    "text",
    [
        "मुझे अपने नए घर के लिए एक छोटी सी कविता लिखनी है, क्या तुम मदद करोगे",
        "昨天晚上我梦见一条会说话的鱼它告诉我明天会下雨",
        "\uff54\uff48\uff45 old keeper " + " ".join(STORY.split()[3:]),
    ],
)
def test_every_script_has_runs(text: str) -> None:
    """Without Hindi and Chinese words every leak in them would pass."""
    assert shared([text], [text + " !"]) == ["e0"]
    assert shared([text], ["".join(reversed(text))]) == []


def test_who_wrote_a_shared_run_is_counted_by_user() -> None:
    """One user who repeats a text counts once."""
    runs = read_shingles(named([STORY + " x", STORY, "y " + STORY, "something else"]).lazy(), 13)
    users = pl.DataFrame({"sample_id": ["e0", "e1", "e2", "e3"], "user_key": ["u", "u", "v", "w"]})
    found = share_runs(runs, users)

    assert found.group_by("sample_id").len().sort("sample_id").rows() == [
        ("e0", 6),
        ("e1", 6),
        ("e2", 6),
    ]
    assert found["users"].unique().to_list() == [2]


def test_no_run_is_looked_at_where_none_is_asked_for() -> None:
    """Zero words would make every text share the empty run with every other."""
    assert read_shingles(named([STORY]).lazy(), 0).is_empty()
    assert read_shingles(named([STORY]).lazy(), 0).is_empty()


@given(st.lists(st.text(alphabet="ab ", max_size=60), max_size=4), st.integers(1, 4))
def test_hashes_equal_runs_of_words(texts: list[str], words: int) -> None:
    """Brute force: as many hashes as distinct runs, whatever the text."""
    runs = [
        {tuple(said[n : n + words]) for n in range(len(said) - words + 1)}
        for said in (text.split() for text in texts)
    ]
    found = hash_shingles(named(texts), words)

    assert found.height == sum(map(len, runs))
    assert found["shingle"].n_unique() == len(set[tuple[str, ...]]().union(*runs))
