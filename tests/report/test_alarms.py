"""Each rule gives no alarm on a good night, and one where its one fault occurs."""

import dataclasses

import polars as pl
import pytest

from pipelines.checks import Check
from pipelines.report.alarm import Alarm, Severity
from pipelines.report.alarms import RULES, find_alarms
from pipelines.report.facts import COLUMNS, ReportFacts, RunFacts
from pipelines.report.sections_run import describe_slices
from pipelines.report.settings import AlarmLimits
from pipelines.report.values import show_value


def quiet(**changes: object) -> ReportFacts:
    """Return a night on which nothing is wrong, but for the changes."""
    outcomes = pl.DataFrame(
        [
            ("intake", "keep", "passed", 1_000),
            ("safety", "keep", "passed", 960),
            ("safety", "drop", "unsafe", 40),
        ],
        schema=["phase", "outcome", "reason", "rows"],
        orient="row",
    )
    fields: dict[str, object] = {
        "run": RunFacts(run_id="r", ds="2026-01-05", status="published"),
        "in_rows": 1_000,
        "train_rows": 400,
        "eval_rows": 40,
        "outcomes": outcomes,
        "history": pl.DataFrame(
            {"ds": ["2026-01-04"], "in_rows": [1_000], "train": [410], "eval": [41]}
        ),
    }
    return ReportFacts(**(fields | changes))  # type: ignore[arg-type]  # a factory


def titles(facts: ReportFacts) -> list[tuple[str, str]]:
    """Return severity and title of each alarm."""
    return [(str(alarm.severity), alarm.title) for alarm in find_alarms(facts)]


def test_a_good_night_raises_no_alarm() -> None:
    """An alarm on every night would not be read."""
    assert find_alarms(quiet()) == []


def sliced(came: int, lost: int) -> pl.DataFrame:
    """Return slices of pruning: one that loses `lost` of `came`, beside 900 of which 90 go."""
    rows = [
        ("hi", "keep", came - lost),
        ("hi", "drop", lost),
        ("en", "keep", 810),
        ("en", "drop", 90),
    ]
    return pl.DataFrame(
        [("locale", value, "diversity", outcome, "budget", n) for value, outcome, n in rows],
        schema=["dimension", "value", "phase", "outcome", "reason", "rows"],
        orient="row",
    )


def retained(*rows: tuple[str, str, int, int]) -> pl.DataFrame:
    """Return retention from dimension, value, different texts and lost ones; a row per text."""
    counted = [
        (name, value, texts, texts - lost, lost, 0, texts, lost)
        for name, value, texts, lost in rows
    ]
    return pl.DataFrame(counted, schema=dict(COLUMNS["retention"]), orient="row")


def bound(*, hard: bool) -> pl.DataFrame:
    """Return one constraint that is missed."""
    row = {
        "constraint": "0: locale",
        "dimension": "locale",
        "side": "train",
        "value": "hi-IN",
        "hard": hard,
        "required_min": 0.1,
        "required_max": None,
        "achieved": 0.05,
        "pool": 9,
        "met": False,
        "binding": True,
        "slack": -3,
        "shadow_price": None,
    }
    return pl.DataFrame([row])


JUDGED = ("privacy", "safety", "language", "diversity")
FAILED = Check("sides", "nobody on both sides", passed=False, evidence="3 users")
ORDER = ["phase", "outcome", "reason", "rows"]
REVIEW = [
    ("intake", "keep", "passed", 1_000),
    ("safety", "keep", "passed", 930),
    ("safety", "review", "safety_unscored", 70),
]

DRIFTED = Check("shares_as_usual", "as usual", passed=True, evidence="accepted (a launch): hi-IN")

CASES: dict[str, tuple[dict[str, object], str, str]] = {
    "accepted": (
        {"run": RunFacts(run_id="r", ds="2026-01-05", status="published", checks=[DRIFTED])},
        "warning",
        "Published though it drifted: shares_as_usual",
    ),
    "status": (
        {"run": RunFacts("r", "2026-01-05", "gate_failed")},
        "critical",
        "This run is not published: its status is gate_failed",
    ),
    "unproven": (
        {
            "run": RunFacts(
                "r",
                "2026-01-05",
                "published",
                config={"language": {"served": ["en", "tlh"]}, "safety": {"unproven": "accept"}},
            )
        },
        "warning",
        "Languages served in which safety is not shown to find harm: tlh",
    ),
    "check": (
        {"run": RunFacts("r", "2026-01-05", "published", checks=[FAILED])},
        "critical",
        "Check failed: sides",
    ),
    "ledger": ({"in_rows": 1_001}, "critical", "Rows do not add up: intake"),
    "train": ({"train_rows": 0}, "critical", "Nothing was published: train"),
    "eval": ({"eval_rows": 0}, "warning", "Nothing was published: eval"),
    "hard": (
        {"constraints": bound(hard=True)},
        "critical",
        "Hard constraint missed on train: 0: locale",
    ),
    "soft": (
        {"constraints": bound(hard=False)},
        "warning",
        "Soft constraint missed on train: 0: locale",
    ),
    "quarantine": (
        {"in_rows": 1_030, "quarantine": pl.DataFrame({"reason": ["x"], "rows": [30]})},
        "warning",
        "Many input rows could not be read: 2.9 %",
    ),
    "review": (
        {"outcomes": pl.DataFrame(REVIEW, schema=ORDER, orient="row")},
        "warning",
        "Many samples wait for a person: 7 %",
    ),
    "long queue": (
        {"open_reviews": pl.DataFrame({"ds": ["2026-01-04", "2026-01-05"], "rows": [999, 1]})},
        "warning",
        "The queue of reviews is long: 1,000 samples",
    ),
    "old queue": (
        {"open_reviews": pl.DataFrame({"ds": ["2025-12-22", "2026-01-05"], "rows": [1, 9]})},
        "warning",
        "The queue of reviews is old: 14 days",
    ),
    "unscored": (
        {"outcomes": pl.DataFrame(REVIEW, schema=ORDER, orient="row")},
        "warning",
        "A model gave no answer: safety_unscored",
    ),
    "slice": (
        {"slices": sliced(100, 50)},
        "warning",
        "A slice loses far more than the rest: locale = hi in diversity",
    ),
    "pruned": ({"slices": sliced(100, 85)}, "warning", "Pruning empties a slice: locale = hi"),
    "duplicates": (
        {
            "pruning": pl.DataFrame(
                {
                    "reason": ["leader", "near_duplicate"],
                    "similarity_bin": [None, 97],
                    "rows": [40, 60],
                }
            )
        },
        "warning",
        "Most prompts repeat another: 60 % are near-duplicates",
    ),
    "cluster": (
        {
            "pruning": pl.DataFrame(
                {
                    "reason": ["leader"],
                    "similarity_bin": pl.Series([None], dtype=pl.Int64),
                    "rows": [100],
                }
            ),
            "clusters": pl.DataFrame(
                [("c1", "bake bread", 20, 1, 19, 0, 0.2, None, None)],
                schema=dict(COLUMNS["clusters"]),
                orient="row",
            ),
        },
        "note",
        "One cluster holds 20 % of the prompts: c1, bake bread",
    ),
    "confused": (
        {"retention": retained(("script", "Latin", 900, 27), ("script", "Thai", 40, 38))},
        "warning",
        "The encoder may not read this script: Thai",
    ),
    "uncompared": (
        {"uncompared": pl.DataFrame({"ds": ["2026-01-30"], "rows": [1_234]})},
        "warning",
        "Nights not compared: 2026-01-30 (1,234 rows)",
    ),
    "cleared": (
        {"cleared": pl.DataFrame({"column": ["note"], "rows": [12]})},
        "warning",
        "Identifiers in a column: note",
    ),
    "languages": (
        {
            "languages": pl.DataFrame(
                {"declared": ["en", "en"], "identified": ["en", "hi"], "rows": [80, 20]}
            )
        },
        "warning",
        "Declared and identified language differ: 20 %",
    ),
    "difficulty": (
        {
            "difficulty": pl.DataFrame(
                {
                    "variance_bin": [0, None],
                    "best_bin": [0, None],
                    "level": ["low", None],
                    "rows": [3, 7],
                }
            )
        },
        "note",
        "Difficulty is unknown for 70 % of the samples",
    ),
    "balance": (
        {
            "marginals": pl.DataFrame(
                {
                    "dimension": ["jtbd"] * 4,
                    "value": ["a", "b"] * 2,
                    "stage": ["traffic"] * 2 + ["train"] * 2,
                    "rows": [50, 50, 80, 20],
                }
            )
        },
        "note",
        "Not as the traffic: jtbd = a in train",
    ),
    "weights": (
        {
            "weights": pl.DataFrame(
                {"side": ["train"], "rows": [4], "total": [4.0], "total_squared": [10.0]}
            )
        },
        "note",
        "Weights of train have a design effect of 2.5",
    ),
    "drift": ({"train_rows": 100}, "warning", "Not a usual night: 100 rows in `train`"),
}


@pytest.mark.parametrize("name", CASES)
def test_a_rule_gives_an_alarm_on_its_one_fault(name: str) -> None:
    """Each alarm is raised by a night with its fault."""
    changes, severity, title = CASES[name]

    assert (severity, title) in titles(quiet(**changes))


def test_every_rule_has_a_night_that_raises_it() -> None:
    """A rule that no test can raise may be dead."""
    silent = [
        rule.__name__
        for rule in RULES
        if not any(list(rule(quiet(**changes), AlarmLimits())) for changes, _, _ in CASES.values())
    ]

    assert silent == []


@pytest.mark.parametrize(("came", "lost"), [(29, 29), (100, 19), (40, 9)])
def test_a_small_or_lucky_slice_is_no_alarm(came: int, lost: int) -> None:
    """Of hundreds of slices some lose more by chance: size, ratio and significance must agree."""
    assert [t for _, t in titles(quiet(slices=sliced(came, lost))) if "loses" in t] == []


def test_critical_alarms_come_first(night: ReportFacts) -> None:
    """The first line must be the worst."""
    run = dataclasses.replace(night.run, checks=[FAILED])
    severities = [alarm.severity for alarm in find_alarms(dataclasses.replace(night, run=run))]

    assert severities[0] == Severity.CRITICAL
    assert severities == sorted(severities, key=list(Severity).index)


def test_alarms_of_one_kind_are_cut_and_counted() -> None:
    """Two hundred slices of one outage are one thing to know, not two hundred."""
    rows = [("unseen", f"v{i}", "diversity", "drop", "budget", 50) for i in range(9)]
    slices = pl.DataFrame(
        rows, schema=["dimension", "value", "phase", "outcome", "reason", "rows"], orient="row"
    )
    found: list[Alarm] = find_alarms(quiet(slices=slices))

    assert len(found) == 6
    assert found[-1].title == "4 more of the same kind: Pruning empties a slice"


@pytest.mark.parametrize(
    ("rows", "named"),
    [
        ([("language", "en", 900, 27), ("language", "th", 29, 29)], []),  # too few texts to say so
        # .09: a loss, yet no blindness
        (
            [("language", "en", 900, 27), ("language", "zh", 400, 36)],
            [],
        ),
        # Not twice that of the rest
        (
            [("language", "en", 900, 90), ("language", "hi", 400, 60)],
            [],
        ),
        ([("language", "en", 900, 27), ("language", "bn", 100, 42)], ["bn"]),
        ([("language", "th", 300, 282)], ["th"]),  # nothing to compare it with
        ([("language", "th", 300, 12)], []),
        # A template, not the encoder
        (
            [("jtbd", "other", 900, 9), ("jtbd", "smalltalk", 100, 90)],
            [],
        ),
    ],
)
def test_only_a_language_far_above_the_rest_points_to_the_encoder(
    rows: list[tuple[str, str, int, int]], named: list[str]
) -> None:
    """An alarm on ordinary nights would not be read on the night that needs it."""
    found = [title for _, title in titles(quiet(retention=retained(*rows)))]

    assert found == [f"The encoder may not read this language: {value}" for value in named]


def test_many_nights_are_named_in_one_alarm() -> None:
    """The latest three by name, the rest as a number: the table has them all."""
    nights = pl.DataFrame({"ds": [f"2026-01-{day:02}" for day in range(1, 6)], "rows": [10] * 5})
    (title,) = (title for _, title in titles(quiet(uncompared=nights)))

    assert title == (
        "Nights not compared: 2026-01-05 (10 rows), 2026-01-04 (10 rows), 2026-01-03 (10 rows) and "
        "2 more"
    )


def test_alarms_begin_where_the_run_said() -> None:
    """A slice that loses half is news, unless that night's configuration says otherwise."""
    loose = RunFacts("r", "2026-01-05", "published", config={"alarms": {"slice_ratio_from": 9}})

    assert [t for _, t in titles(quiet(slices=sliced(100, 50))) if "loses" in t] == [
        "A slice loses far more than the rest: locale = hi in diversity"
    ]
    assert titles(quiet(slices=sliced(100, 50), run=loose)) == []


def test_the_page_marks_what_the_alarm_names(night: ReportFacts) -> None:
    """One rule, with the run's limits: no mark without an alarm, no alarm without a mark."""
    limits = {"slice_rows_from": 40, "slice_ratio_from": 1.1, "slice_z_from": 1.5, "listed": 1_000}
    run = dataclasses.replace(night.run, config={**night.run.config, "alarms": limits})
    facts = dataclasses.replace(night, run=run)
    alarmed = {
        tuple(alarm.title.partition(": ")[2].rsplit(" in ", 1))
        for alarm in find_alarms(facts)
        if alarm.title.startswith("A slice loses far more")
    }
    section = describe_slices(facts)
    assert section is not None
    phases, dimensions = section.values["phases"], section.values["dimensions"]
    marked = {
        (f"{dimension['name']} = {show_value(row['value'])}", phase)
        for dimension in dimensions  # type: ignore[attr-defined]  # a value of any type
        for row in dimension["rows"]
        for phase, answer in zip(
            phases,
            row["answers"],  # type: ignore[call-overload]  # as above
            strict=True,
        )
        if answer is not None and answer["is_outlier"] and phase in JUDGED
    }

    assert len(alarmed) > 3
    assert marked == alarmed
