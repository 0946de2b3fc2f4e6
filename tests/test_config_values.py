"""Values of a configuration: those without effect are refused, and the default block works."""

from pathlib import Path
from typing import cast

import numpy as np
import polars as pl
import pytest

from pipelines.config_files import Option, load_block, load_config
from pipelines.errors import ConfigurationError
from pipelines.sampling.constraints import CROSS, parse_block
from pipelines.sampling.dimensions import measure_shares
from pipelines.sampling.draw import draw_sample
from tests.configurations import refuse, write

IDLE = [
    (
        "language: {served: [english]}",
        "language.served is not right: english is no code of ISO 639-1, write en.",
    ),
    (
        "language: {served: [en, EN]}",
        "language.served is not right: EN is no code of ISO 639-1, write en.",
    ),
    (
        "language: {served: [pt-BR]}",
        "language.served is not right: pt-BR is no code of ISO 639-1, write pt.",
    ),
    (
        "language: {served: [eng]}",
        "language.served is not right: eng is no code of ISO 639-1, write en.",
    ),
    (
        "language: {served: [Español]}",
        "language.served is not right: Español is no code of ISO 639-1, write es.",
    ),
    (
        "language: {served: [hindy]}",
        "language.served is not right: hindy is no code of ISO 639-1, write hi.",
    ),
    (
        "language: {served: [tlh]}",
        "language.served is not right: tlh is no code of ISO 639-1, write one such as",
    ),
    (
        "language: {served: [und]}",
        "language.served is not right: und means that the language is not certain",
    ),
    (
        "language: {served: [no]}",
        (
            "language.served[0] is false: input should be a valid string; YAML reads a bare no, "
            "off, yes or on as false or true: write it in quotes."
        ),
    ),
    (
        "privacy: {review: [SHOE_SIZE]}",
        "privacy.review names SHOE_SIZE, which no model finds. Known types: AE_",
    ),
    (
        "privacy: {drop: [SHOE_SIZE, US_SSN]}",
        "privacy.drop names SHOE_SIZE, which no model finds. Known types: ",
    ),
    (
        "privacy: {types: {SHOE_SIZE: {answer: drop}}}",
        "privacy.types names SHOE_SIZE, which no model finds.",
    ),
    (
        "safety: {cuts: {detoxify: {review_from: 0.2}}}",
        (
            "safety.cuts names detoxify, which models.safety and models.heads do not run: "
            "critical_rules, fasttext_safety, encoder_head. Add it there, or take it out."
        ),
    ),
    (
        "safety: {critical: [my_rules]}",
        "safety.critical names my_rules, which models.safety and models.heads",
    ),
    (
        "models: {safety: [critical_rules, critical_rules]}",
        "models.safety is not right: it names critical_rules",
    ),
    (
        "pruning: {stratum: jtbd}",
        "pruning: stratum is jtbd, but keep_at_least is 0, so it changes nothing;",
    ),
    (
        "pruning: {priority: locale}",
        "pruning.priority is locale, which holds no numbers; write a column that",
    ),
    ("pruning: {cut: -0.1}", "pruning.cut is -0.1: input should be greater than 0."),
    (
        "sampling: {maximise: locale}",
        "sampling.maximise is locale, which holds no numbers; write a column that",
    ),
    (
        "intake: {earliest_year_seconds: 5, latest_year_seconds: 5}",
        (
            "intake: earliest_year_seconds 5 is not before latest_year_seconds 5; no conversation "
            "could start"
        ),
    ),
]
VALUES = [
    (
        'dimension: is_first_turn, equals: "yes", at_least: 0.1',
        "equals is 'yes', which is_first_turn never is. Known here: true, false.",
    ),
    (
        'dimension: is_first_turn, equals: "true", at_least: 0.1',
        "equals is true, which is_first_turn never is; write it without quotes.",
    ),
    (
        "dimension: difficulty, equals: hgih, at_most: 0.1",
        (
            "equals is 'hgih', which difficulty never is. Did you mean high? Known here: low, "
            "medium, high, unknown."
        ),
    ),
    (
        "dimension: difficulty, shares: {low: 0.2, Hard: 0.3}, soft: true",
        "shares is 'Hard', which difficulty never is. Known here: low, medium, high, unknown.",
    ),
    (
        "dimension: source, in: [user, staff], at_most: 0.1",
        "in is 'staff', which source never is. Known here: user, internal.",
    ),
    (
        "dimension: depth, equals: 1, at_least: 0.1",
        'equals is 1, which depth never is; write it in quotes: "1".',
    ),
    (
        "dimension: hardness, equals: null, at_most: 0.1",
        "",
    ),
    (
        "dimension: difficulty, equals: null, at_most: 0.1",
        "equals is 'null', which difficulty never is. Known here: low, medium, high, unknown.",
    ),
    (
        "dimension: [is_first_turn, difficulty], equals: high, at_least: 0.1",
        (
            "equals is 'high', which is no value of is_first_turn, difficulty; write one of each, "
            f"as in 'true{CROSS}low'."
        ),
    ),
    (f"dimension: [is_first_turn, difficulty], equals: true{CROSS}high, at_least: 0.1", ""),
    ("dimension: is_first_turn, shares: {true: 0.1}, tolerance: 0.9", ""),
    ("dimension: locale, equals: hi-IM, at_most: 0.1", ""),
]


@pytest.mark.parametrize(("text", "line"), IDLE, ids=range(len(IDLE)))
def test_a_setting_that_changes_nothing_is_refused(tmp_path: Path, text: str, line: str) -> None:
    """With EN instead of en no English is served, which only an empty night would show."""
    (fault,) = refuse(write(tmp_path, text))

    assert fault[: len("FILE: ") + len(line)] == f"FILE: {line}"


@pytest.mark.parametrize(("constraint", "line"), VALUES, ids=range(len(VALUES)))
@pytest.mark.parametrize("side", ["sampling", "evaluation"])
def test_a_value_that_no_sample_can_have_is_refused(
    tmp_path: Path, side: str, constraint: str, line: str
) -> None:
    """A cap on it always holds, a floor never: both are slips. Locales cannot be listed."""
    path = write(tmp_path, f"{side}:\n  constraints:\n  - {{{constraint}}}\n")
    if not line:
        assert load_config(path, []).as_written()[side] is not None
        return

    assert refuse(path) == [f"FILE: {side}.constraints[0].{line}"]


def test_a_model_of_the_users_own_may_find_types_of_its_own() -> None:
    """Only for shipped models is it known what they find."""
    named = ["privacy.drop=[SHOE_SIZE]", "models.privacy=[rules, mine]"]

    assert load_config(None, named).privacy.drop == ("SHOE_SIZE",)
    assert load_config(None, ["privacy.drop=[SHOE_SIZE]", "models.registry=mine.yaml"]).privacy.drop


def test_a_message_names_where_the_value_came_from(tmp_path: Path) -> None:
    """With --retain 3 there is no --set to correct, and the file is right."""
    path = write(tmp_path, "pruning: {unread_cut: 2}\ndifficulty: {medium_from: 0.5}")
    options = [Option("--retain", "pruning.retain", "3"), Option("--cut", "pruning.cut", "high")]
    with pytest.raises(ConfigurationError) as refused:
        load_config(path, ["difficulty.high_from=0.2", "pruning.window_nights=0"], options)

    assert [line.replace(path, "FILE") for line in refused.value.faults] == [
        (
            "FILE with --set difficulty.high_from: difficulty: medium_from 0.5 is above high_from "
            "0.2; swap them."
        ),
        "--retain: pruning.retain is 3: input should be less than or equal to 1.",
        (
            "--set pruning.window_nights: pruning.window_nights is 0: "
            "input should be greater than or equal to 1."
        ),
        '--cut: pruning.cut is "high": input should be a valid number.',
        "FILE: pruning.unread_cut is 2: input should be less than or equal to 1.",
    ]
    with pytest.raises(
        ConfigurationError, match=r"^--retain \[1: the value is not valid YAML; quote it\.$"
    ):
        load_config(None, [], [Option("--retain", "pruning.retain", "[1")])
    with pytest.raises(
        ConfigurationError, match=r"^--set privacy\.review: privacy\.review names SHOE_SIZE, "
    ):
        load_config(None, ["privacy.review=[SHOE_SIZE]"])
    with pytest.raises(
        ConfigurationError, match=r"night\.yaml: sampling\.size: is -1; write a whole number"
    ):
        load_block(write(tmp_path, "sampling: {size: -1}"))


def test_the_default_block_carries_a_small_log() -> None:
    """A log of a few characters cannot have at most 3 % of each; the first try must not fail."""
    rows = 20
    pool = pl.DataFrame(
        {
            "sample_id": [f"s{n}" for n in range(rows)],
            "character_id": [f"c{n % 3}" for n in range(rows)],
            "is_first_turn": [n % 4 == 0 for n in range(rows)],
            "locale": ["en-US"] * rows,
            "jtbd": ["advice"] * rows,
            "quality": [n / rows for n in range(rows)],
        }
    )
    shares = measure_shares(pool, [("locale",), ("jtbd",)])

    sample = draw_sample(pool, shares, load_config(None, []).sampling)

    assert sample.size == 10
    assert sample.constraints.filter("hard")["met"].all()
    assert not sample.constraints.filter(pl.col("dimension") == "character_id")["met"].any()


def test_the_default_cap_is_missed_only_where_it_must_be() -> None:
    """With enough characters the soft cap gives the rows of a hard one."""
    chance = np.random.default_rng(5)
    rows = 600
    zipf = 1 / np.arange(1, 61) ** 0.7
    pool = pl.DataFrame(
        {
            "sample_id": [f"s{n}" for n in range(rows)],
            "character_id": chance.choice(60, rows, p=zipf / zipf.sum()).astype(str),
            "is_first_turn": chance.random(rows) < 0.3,
            "locale": chance.choice(["a", "b", "c"], rows, p=[0.7, 0.2, 0.1]),
            "jtbd": chance.choice(["x", "y"], rows),
            "quality": chance.random(rows),
        }
    )
    shares = measure_shares(pool.filter(pl.col("quality") < 0.6), [("locale",), ("jtbd",)])
    soft = load_config(None, []).sampling.as_written()
    constraints = cast("list[dict[str, object]]", soft["constraints"])
    hard = [
        {k: v for k, v in c.items() if "each_at_most" not in c or k not in {"soft", "weight"}}
        for c in constraints
    ]

    drawn = [
        draw_sample(pool, shares, parse_block({**soft, "constraints": c}))
        for c in (constraints, hard)
    ]

    assert drawn[0].ids.to_list() == drawn[1].ids.to_list()
