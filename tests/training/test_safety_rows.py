"""The split of the safety rows, our sentences about identity, and states kept between runs."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pipelines.training import head_states
from pipelines.training.head_states import collect_states
from pipelines.training.safety_measure import choose_prompt_cuts
from pipelines.training.safety_rows import DEVANAGARI_HATECHECK, split_safety
from pipelines.training.written_identity import IDENTITY_FILES, write_identity
from pipelines.word_files import read_word_file
from tests.bench.identity_sentences import FRAMES, TERMS, UNSEEN

IDENTITY = write_identity()


def terms_of(language: str) -> tuple[str, ...]:
    """Return the terms of a language that training names."""
    return tuple(read_word_file(IDENTITY_FILES / f"{language}.yaml")["terms"])


def test_a_case_and_its_devanagari_are_in_one_part() -> None:
    """A model that trained on one spelling of a case would be measured on the other."""
    rows = pl.DataFrame(
        [
            (f"tum {n} bure ho", "hate", "multilingual_hatecheck", "hi-Latn", str(n), None)
            for n in range(60)
        ]
        + [("eres malo", "hate", "multilingual_hatecheck", "es", "1", None)],
        schema=["text", "label", "dataset", "language", "group", "slice"],
        orient="row",
    )

    parted = split_safety(rows)

    spelt = parted.filter(pl.col("dataset") == DEVANAGARI_HATECHECK)
    latin = parted.filter(pl.col("language") == "hi-Latn")
    assert (
        spelt.select("group", "part")
        .sort("group")
        .equals(latin.select("group", "part").sort("group"))
    )
    assert (spelt.height, spelt["part"].n_unique(), spelt["language"].unique().to_list()) == (
        60,
        3,
        ["hi"],
    )


def test_what_the_bench_measures_fairness_with_was_never_trained_on() -> None:
    """A frame or term that is in training measures memory."""
    trained = {group.partition(":")[2].lower() for group in IDENTITY["group"]}
    for language, frames in FRAMES.items():
        texts = " ".join(IDENTITY.filter(pl.col("language") == language)["text"]).lower()
        assert {frame.lower() for frame in frames} & trained == set()
        assert [term for term in UNSEEN[language] if term.lower() in texts] == []
        assert set(TERMS[language]) <= set(terms_of(language))


def test_terms_are_named_in_kindness_far_more_often_than_in_hate() -> None:
    """A term that hate names as often is learned as its sign."""
    for language in ("en", "es", "hi-Latn", "hi"):
        rows = IDENTITY.filter(pl.col("language") == language)
        named = [
            rows.filter(pl.col("text").str.contains(term, literal=True))["label"] == "safe"
            for term in terms_of(language)
        ]
        fair = [is_safe.sum() > 2 * (~is_safe).sum() for is_safe in named]
        assert (language, sum(fair) / len(fair) > 0.8) == (language, True)


def test_no_language_pays_more_than_its_share_for_the_cut_of_all() -> None:
    """One cut for all prompts would let a small language be reviewed ten times as often."""
    english = pl.DataFrame({"unsafe": np.linspace(0, 0.5, 1000), "language": "en"})
    spanish = pl.DataFrame({"unsafe": np.linspace(0, 0.8, 100), "language": "es"})
    few = pl.DataFrame({"unsafe": [0.99] * 5, "language": "fr"})

    cuts = choose_prompt_cuts(pl.concat([english, spanish, few]), 0.2, 0.1, 0.05)

    stopped = spanish.filter(pl.col("unsafe") >= cuts["review_from"]).height / spanish.height
    assert (
        stopped <= 0.05,
        cuts["review_from"] < 0.8,
        cuts["drop_from"] >= cuts["review_from"],
    ) == (True,) * 3


def test_states_that_are_kept_are_those_that_are_worked_out(tmp_path: Path) -> None:
    """A second run with other texts, or after a broken one, must train on the same numbers."""
    first = collect_states(["hello there", "you 😀 are"], (2, 6), tmp_path, 16)
    (place,) = tmp_path.iterdir()
    with (place / "layer_2.bin").open("ab") as torn:
        torn.write(b"torn")
    with (place / "index.jsonl").open("ab") as torn:
        torn.write(b'["hal')

    again = collect_states(["a new one", "hello there", "a new one"], (2, 6), tmp_path, 16)
    fresh = collect_states(["a new one"], (2, 6), tmp_path / "other", 16)

    old, _ = first.batch(np.array([0]))
    kept, _ = again.batch(np.array([1]))
    new, mask = again.batch(np.array([2]))
    alone, _ = fresh.batch(np.array([0]))
    assert [bool((a == b).all()) for a, b in zip([*old, *new], [*kept, *alone], strict=True)] == [
        True
    ] * 4
    assert mask.all()


def test_states_of_many_rounds_are_those_of_a_text_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Batches are padded with empty rows; they must not shift or overwrite a text's states."""
    texts = [
        "a longer sentence that takes many more tokens than others",
        "hi",
        "you are",
        "so what now?",
    ]
    monkeypatch.setattr(head_states, "_TEXTS_AT_ONCE", 2)

    together = collect_states(texts, (2, 6), tmp_path / "all", 16)

    for row, text in enumerate(texts):
        alone = collect_states([text], (2, 6), tmp_path / f"of_{row}", 16)
        assert together.sizes[row] == alone.sizes[0]
        for mine, other in zip(together.layers, alone.layers, strict=True):
            start, first = together.starts[row], alone.starts[0]
            size = together.sizes[row]
            assert np.array_equal(mine[start : start + size], other[first : first + size])
