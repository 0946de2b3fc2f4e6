"""Safety decisions: nothing unknown passes, and the worst answer counts."""

from itertools import product

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.filtering.safety.policy import decide_safety, tabulate_cuts
from pipelines.filtering.safety.settings import SafetyCut, SafetyLimits

LIMITS = SafetyLimits(
    required=("critical_rules", "fasttext_safety"),
    cuts={"fasttext_safety": SafetyCut(review_from=0.4, drop_from=0.6)},
)


def reasons(
    *answers: tuple[str, str, float | None], samples: tuple[str, ...] = ("a",)
) -> list[str]:
    """Return the reason of each sample for rows of sample, model, unsafe."""
    scores = pl.DataFrame(
        list(answers),
        schema={"sample_id": pl.String, "model": pl.String, "unsafe": pl.Float64},
        orient="row",
    )
    return decide_safety(pl.Series("sample_id", samples), scores, LIMITS)["reason"].to_list()


NAN, INF = float("nan"), float("inf")
ANSWERS = [
    # rules, fastText, reason: fastText is reviewed from .4 and drops from .6, rules from .5 and .9
    (0.0, 0.0, "passed"),
    (0.0, 0.399, "passed"),
    (0.499, 0.0, "passed"),
    (0.0, 0.4, "safety_uncertain"),
    (0.0, 0.599, "safety_uncertain"),
    (0.5, 0.0, "safety_uncertain"),
    (0.899, 0.399, "safety_uncertain"),
    (0.0, 0.6, "unsafe"),
    (0.5, 0.6, "unsafe"),
    (0.0, 1.0, "unsafe"),
    (0.9, 0.0, "critical_rule"),
    (1.0, 0.0, "critical_rule"),
    (1.0, 1.0, "critical_rule"),
    (1.0, None, "critical_rule"),
    (1.0, NAN, "critical_rule"),
    (None, 0.0, "safety_unscored"),
    (None, 1.0, "safety_unscored"),
    (NAN, 0.0, "safety_unscored"),
    (-1.0, 0.0, "safety_unscored"),
    (1.001, 0.0, "safety_unscored"),
    (INF, 0.0, "safety_unscored"),
    (0.0, None, "safety_unscored"),
    (0.5, None, "safety_unscored"),
    (0.0, NAN, "safety_unscored"),
    (0.0, -1.0, "safety_unscored"),
    (0.0, 1.001, "safety_unscored"),
    (0.0, INF, "safety_unscored"),
    (None, None, "safety_unscored"),
]


@pytest.mark.parametrize(("rules", "model", "reason"), ANSWERS)
def test_two_answers_have_one_reason(rules: float | None, model: float | None, reason: str) -> None:
    """A failed layer answers null, NaN, -1 or inf; a sample without its score may never pass."""
    answers = ("a", "critical_rules", rules), ("a", "fasttext_safety", model)

    assert reasons(*answers) == [reason]


@given(st.floats(0, 1, exclude_max=True) | st.none(), st.floats().filter(lambda x: not 0 <= x <= 1))
def test_what_is_no_probability_never_passes(rules: float | None, model: float) -> None:
    """Whatever number a broken layer may give, it is no answer."""
    wrong = ("a", "fasttext_safety", model)

    assert reasons(("a", "critical_rules", rules), wrong)[0] in {"safety_unscored", "critical_rule"}
    assert reasons(("a", "critical_rules", 0.0), wrong) == ["safety_unscored"]


def test_a_missing_layer_is_reviewed_and_a_critical_hit_drops_even_then() -> None:
    """A layer that never answered has failed; what a rule is certain of needs no second opinion."""
    assert reasons() == ["safety_unscored"]
    assert reasons(("a", "fasttext_safety", 0.0)) == ["safety_unscored"]
    assert reasons(("a", "critical_rules", 0.0)) == ["safety_unscored"]
    assert reasons(("a", "critical_rules", 1.0)) == ["critical_rule"]


def test_a_model_that_is_not_required_is_heard_only_when_it_answered() -> None:
    """An optional layer may add doubt; its absence or failure changes nothing."""
    base = ("a", "critical_rules", 0.0), ("a", "fasttext_safety", 0.0)
    expected = {None: "passed", 0.1: "passed", 0.5: "safety_uncertain", 0.95: "unsafe"}

    assert {score: reasons(*base, ("a", "detoxify", score))[0] for score in expected} == expected


@given(st.permutations(list(product("abc", ["critical_rules", "fasttext_safety"]))))
def test_answers_keep_the_order_of_the_samples(rows: list[tuple[str, str]]) -> None:
    """Rows come from many partitions in any order; the answer may depend on none of it."""
    unsafe = {"a": 0.0, "b": 0.5, "c": 0.9}
    answers = [(s, m, 0.0 if m == "critical_rules" else unsafe[s]) for s, m in rows]

    found = reasons(*answers, samples=("c", "x", "a", "b"))

    assert found == ["unsafe", "safety_unscored", "passed", "safety_uncertain"]


def test_two_answers_of_one_model_count_as_the_worse() -> None:
    """A repeated row must not hide a failure or a hit behind a clean one."""
    base = ("a", "critical_rules", 0.0), ("a", "fasttext_safety", 0.0)

    assert reasons(*base, ("a", "fasttext_safety", 0.9)) == ["unsafe"]
    assert reasons(*base, ("a", "fasttext_safety", None)) == ["safety_unscored"]


def test_cuts_in_the_wrong_order_are_refused() -> None:
    """A drop below the review would never be reached; the user must be told."""
    with pytest.raises(ValueError, match=r"review_from 0\.7 is above drop_from 0\.6"):
        SafetyCut(review_from=0.7, drop_from=0.6)


def test_the_combination_decides_the_prompt_and_fasttext_what_is_before_it() -> None:
    """A head that is required and silent is a failure; a calm prompt does not excuse its prefix."""
    limits = SafetyLimits()
    low, high = limits.cuts["encoder_head"], limits.cuts["fasttext_safety"]
    answers = [
        ("calm", 0.0, low.review_from - 0.01),
        ("doubt", high.review_from - 0.01, low.review_from),
        ("unsafe", high.review_from - 0.01, low.drop_from),
        ("prefix", high.review_from, 0.0),
        ("silent", 0.0, None),
        ("absent", 0.0, -2.0),
    ]
    rows: list[tuple[str, str, float | None]] = [(s, "critical_rules", 0.0) for s, _, _ in answers]
    rows += [(s, "fasttext_safety", f) for s, f, _ in answers]
    rows += [(s, "encoder_head", h) for s, _, h in answers if h != -2.0]
    schema = {"sample_id": pl.String, "model": pl.String, "unsafe": pl.Float64}
    scores = pl.DataFrame(rows, schema=schema, orient="row")

    decided = decide_safety(pl.Series([s for s, _, _ in answers]), scores, limits)

    assert dict(decided.rows()) == {
        "calm": "passed",
        "doubt": "safety_uncertain",
        "unsafe": "unsafe",
        "prefix": "safety_uncertain",
        "silent": "safety_unscored",
        "absent": "safety_unscored",
    }


def test_the_table_of_other_cuts_says_what_each_would_cost() -> None:
    """A user chooses cuts by this table; failed layers and critical hits do not depend on it."""
    unsafe = {"a": 0.1, "b": 0.3, "c": 0.5, "d": 0.9, "e": None}
    rows = [(s, "fasttext_safety", u) for s, u in unsafe.items()]
    rows += [(s, "critical_rules", 1.0 if s == "a" else 0.0) for s in unsafe]
    scores = pl.DataFrame(rows, schema=["sample_id", "model", "unsafe"], orient="row")
    steps = [SafetyCut(review_from=r, drop_from=d) for r, d in ((0.2, 0.4), (0.4, 0.8), (1.0, 1.0))]

    table = tabulate_cuts(pl.Series(list(unsafe)), scores, LIMITS, "fasttext_safety", steps)

    shares = [[round(share, 9) for share in row[3:]] for row in table.rows()]
    assert table.select("model", "review_from", "drop_from").rows() == [
        ("fasttext_safety", 0.2, 0.4),
        ("fasttext_safety", 0.4, 0.8),
        ("fasttext_safety", 1.0, 1.0),
    ]
    assert shares == [[0.0, 0.4, 0.6], [0.2, 0.4, 0.4], [0.6, 0.2, 0.2]]


def test_no_samples_have_no_shares() -> None:
    """A rate over no rows is null."""
    empty = pl.DataFrame(schema={"sample_id": pl.String, "model": pl.String, "unsafe": pl.Float64})

    table = tabulate_cuts(
        pl.Series([], dtype=pl.String), empty, LIMITS, "fasttext_safety", [SafetyCut()]
    )

    assert table.rows() == [("fasttext_safety", 0.5, 0.9, None, None, None)]
