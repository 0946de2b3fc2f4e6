"""Prompt quality: ordered as a person would, from parts that stay in [0, 1]."""

import codecs

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.filtering.quality import QualityScorer, measure_quality

BETTER_TO_WORSE = [
    "Can you help me plan a surprise birthday party for my sister who loves astronomy?",
    "I had a rough day.",
    "ok",
    "aaaaaaaaaaaaaaaaaaaaaaaaaa",
    "",
]


def test_prompts_are_ordered_as_a_person_would(quality_scorer: QualityScorer) -> None:
    """The draw maximises this number, so a request must be worth more than noise."""
    scores = [score for score in quality_scorer.score(BETTER_TO_WORSE) if score is not None]

    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(BETTER_TO_WORSE)


def test_spam_and_templates_lose_to_the_same_request_without(quality_scorer: QualityScorer) -> None:
    """Repetition, links and unfilled templates teach a model nothing."""
    plain = "write a short poem about the quiet moon over the old harbour"
    spam = [
        plain[:25] * 8,
        plain + " http://a.example http://b.example buy now",
        "[INSERT TOPIC] " * 3 + plain,
    ]
    best, *others = [score for score in quality_scorer.score([plain, *spam]) if score is not None]

    assert [score < best - 0.1 for score in others] == [True, True, True]


def test_noise_of_every_kind_loses_to_plain_requests(quality_scorer: QualityScorer) -> None:
    """Each part detects some noise alone; the worst request must be above the best noise."""
    requests = [
        "I had a rough day.",
        "mujhe pizza order karna hai",
        "¿Puedes ayudarme con mi tarea?",
    ]
    noise = [
        "asdfgh jkl qwer",
        "ok ok ok ok ok ok",
        "!!! ??? ...",
        "BUY NOW http://a.example click here",
    ]
    scores = [score or 0.0 for score in quality_scorer.score([*requests, *noise])]

    assert min(scores[:3]) > max(scores[3:])


def test_mashed_keys_are_of_no_known_language(quality_scorer: QualityScorer) -> None:
    """Without this part many random words would be a long, varied, readable turn."""
    parts = quality_scorer.explain(
        ["asdfg hjkl qwerty uiop zxcv bnm asdf qwer", "I had a rough day."]
    )

    assert [known < 0.2 for known in parts["known"]] == [True, False]
    assert parts["quality"][0] < parts["quality"][1]


def test_which_letters_a_prompt_is_written_with_does_not_matter() -> None:
    """A score that depended on letters of the alphabet (each is moved here) would be noise."""
    plain = ["walked along the old stone bridge", "Kaffee am Morgen", "bcdef abcd"]
    turned = [codecs.encode(text, "rot13") for text in plain]
    sure = pl.Series([0.9] * len(plain))

    one, other = (measure_quality(pl.Series(texts), sure) for texts in (plain, turned))

    assert one.rows() == other.rows()


def test_each_text_needs_a_confidence() -> None:
    """A part of another text would be an explanation of nothing."""
    with pytest.raises(ValueError, match="1 confidences of 2 texts"):
        measure_quality(pl.Series(["a", "b"]), pl.Series([0.5]))


def test_languages_without_spaces_are_not_one_long_word(quality_scorer: QualityScorer) -> None:
    """Chinese and Hindi prompts of the same request must not score below noise."""
    scores = quality_scorer.score(
        ["你能给我写一首关于月亮的诗吗\uff1f", "क्या तुम मुझे चाँद पर एक कविता लिख सकते हो?"]
    )

    assert [score is not None and score > 0.7 for score in scores] == [True, True]


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(), min_size=1, max_size=5))
def test_every_part_is_a_share_and_no_batch_matters(
    quality_scorer: QualityScorer, texts: list[str]
) -> None:
    """A NaN here would be an error in the draw."""
    parts = quality_scorer.explain(texts)
    values = [value for row in parts.rows() for value in row]

    assert [value is not None and 0.0 <= value <= 1.0 for value in values] == [True] * len(values)
    assert parts["quality"].to_list() == [quality_scorer.score([text])[0] for text in texts]


def test_hostile_texts_are_answered(quality_scorer: QualityScorer) -> None:
    """Broken Unicode and a megabyte of one character are data, not errors."""
    scores = quality_scorer.score(["\ud800", "\x00", "\u0301" * 1000, "a " * 500_000])

    assert [score is not None for score in scores] == [True] * 4
