"""The numbers of one run for its report: small frames, without ids of people or texts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from types import MappingProxyType

import polars as pl

from pipelines.checks import Check
from pipelines.errors import InputError
from pipelines.table_columns import polars_columns
from schemas.ledger import CONSTRAINTS

SIMILARITY_BIN = 0.01
"""Bin width of `pruning`: bin b is cosines in [b * width, (b + 1) * width); 1.0 is in the last."""

SCORE_BIN = 0.02
"""Bin width of `safety`: bin b is scores in [b * width, (b + 1) * width); 1.0 is in the last."""

STAGES = ("traffic", "pool", "train", "eval")
"""The stages of `marginals`: the night's samples, the draw's pool, and what was published."""

_TEXT, _WHOLE, _REAL = pl.String(), pl.Int64(), pl.Float64()

COLUMNS: Mapping[str, Mapping[str, pl.DataType]] = MappingProxyType(
    {
        "outcomes": {"phase": _TEXT, "outcome": _TEXT, "reason": _TEXT, "rows": _WHOLE},
        "slices": {
            "dimension": _TEXT,
            "value": _TEXT,
            "phase": _TEXT,
            "outcome": _TEXT,
            "reason": _TEXT,
            "rows": _WHOLE,
        },
        "marginals": {"dimension": _TEXT, "value": _TEXT, "stage": _TEXT, "rows": _WHOLE},
        "pruning": {"reason": _TEXT, "similarity_bin": _WHOLE, "rows": _WHOLE},
        "retention": {
            "dimension": _TEXT,
            "value": _TEXT,
            **dict.fromkeys(
                ("rows", "kept", "near_duplicates", "budget", "texts", "merged_texts"), _WHOLE
            ),
        },
        "uncompared": {"ds": _TEXT, "rows": _WHOLE},
        "cleared": {"column": _TEXT, "rows": _WHOLE},
        "clusters": {
            "cluster_id": _TEXT,
            "name": _TEXT,
            "rows": _WHOLE,
            "kept": _WHOLE,
            "near_duplicates": _WHOLE,
            "budget": _WHOLE,
            "users_share": _REAL,
            "rows_before": _WHOLE,
            "first_ds": _TEXT,
        },
        "difficulty": {"variance_bin": _WHOLE, "best_bin": _WHOLE, "level": _TEXT, "rows": _WHOLE},
        "difficulty_edges": {"axis": _TEXT, "bin": _WHOLE, "low": _REAL, "high": _REAL},
        "constraints": polars_columns(CONSTRAINTS),
        "languages": {"declared": _TEXT, "identified": _TEXT, "rows": _WHOLE},
        "quarantine": {"reason": _TEXT, "rows": _WHOLE},
        "identifiers": {"entity_type": _TEXT, "findings": _WHOLE, "samples": _WHOLE},
        "safety": {"model": _TEXT, "score_bin": _WHOLE, "rows": _WHOLE},
        "weights": {"side": _TEXT, "rows": _WHOLE, "total": _REAL, "total_squared": _REAL},
        "open_reviews": {"ds": _TEXT, "rows": _WHOLE},
        "history": {"ds": _TEXT, "in_rows": _WHOLE, "train": _WHOLE, "eval": _WHOLE},
    }
)
"""The columns of every frame of `ReportFacts`, in order; what the rows mean is said there."""


def empty_frame(name: str) -> pl.DataFrame:
    """Return the frame `name` of `ReportFacts` without rows: what a run without that table has."""
    return pl.DataFrame(schema=dict(COLUMNS[name]))


@dataclass(frozen=True, slots=True)
class StageTime:
    """One stage of a run: how many rows it wrote, how many seconds of wall time it took."""

    name: str
    rows: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Appendix:
    """A further table of the report, for instance a what-if or a lift.

    Args:
        title: its heading.
        caption: one sentence that says what a row is and how to read it.
        rows: [n] of any columns; text, numbers and booleans are shown as they are.
    """

    title: str
    caption: str
    rows: pl.DataFrame


@dataclass(frozen=True, slots=True)
class RunFacts:
    """The identity of a run: its row of `runs`, read.

    Args:
        run_id: the run.
        ds: the night, as a date string.
        status: `published`, or why it is not.
        code_version: version of the code, as `runs` has it.
        config: the whole configuration, parsed from its JSON.
        config_hash: hash of the configuration.
        model_revisions: model → pinned revision.
        input_versions: input table → version that was read (`None` = the table has none).
        output_versions: `train` and `eval` → version that this run committed.
        started_at: UTC.
        finished_at: UTC; `None` = the run did not end.
        stages: in the order in which they ran.
        checks: in the order in which they were made.
    """

    run_id: str
    ds: str
    status: str
    code_version: str = ""
    config: Mapping[str, object] = field(default_factory=dict)
    config_hash: str = ""
    model_revisions: Mapping[str, str] = field(default_factory=dict)
    input_versions: Mapping[str, int | str | None] = field(default_factory=dict)
    output_versions: Mapping[str, int | str | None] = field(default_factory=dict)
    started_at: datetime | None = None
    finished_at: datetime | None = None
    stages: Sequence[StageTime] = ()
    checks: Sequence[Check] = ()


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """All that a report says, counted: every frame is small, and none has a row per person.

    Every frame but `outcomes` may be left out. Extra columns are dropped; a null `value` is a value
    of its own (the row has none in that dimension), a number that is not finite becomes
    null. `rows` are counts of samples unless said otherwise.

    Args:
        run: who ran, when, with what.
        in_rows: rows of the night's traffic, quarantined ones included.
        train_rows: rows of `train` of the night.
        eval_rows: rows of `eval` of the night.
        outcomes: per phase, outcome and reason (table `decisions`; quarantine may be left out,
            since `quarantine` below counts for it).
        quarantine: rows of the table `quarantine` per reason.
        slices: `outcomes` per value of a dimension (locale, language, character_id, jtbd, depth,
            is_first_turn, source, difficulty); values as strings.
        marginals: rows per value of a dimension at each of `STAGES`; for a matched or capped
            dimension all values, for others the most frequent ones suffice.
        constraints: the table `constraints` of the night; shares in [0, 1], null = that side is
            open.
        pruning: rows per reason (`leader`, `near_duplicate`, `budget`) and bin of the cosine to the
            witness; a null bin = no witness (leaders).
        retention: per dimension (language, script, source, locale, jtbd) and value the rows that
            came to pruning, those `kept`, dropped as near-duplicates and for the budget; the
            different texts among them, and how many of these another text represents
            (`merged_texts`), of this night or before.
        uncompared: earlier nights with rows that this run could not compare with, as they have no
            vector of its encoder: how many.
        cleared: per column of the traffic (extra or plain) the rows in which a value held an
            identifier and was made null.
        clusters: per cluster its name (words that many of its users share; null = none), rows that
            came and rows that stayed, those dropped as `near_duplicate` and for the `budget`, the
            share of the users in pruning who wrote them, its rows in the published night before
            (null = there is none), and the first night that has it (null = not known); the largest
            few hundred suffice.
        difficulty: rows per bin of reward variance and bin of best reward (bins from 0, both axes
            on the same night) and level; null bins = not scored, null level = `unknown`.
        difficulty_edges: where the bins lie: `axis` is `variance` or `best`, in the reward model's
            units.
        languages: rows per declared and identified language (ISO 639-1, `und`; null = not
            declared).
        identifiers: findings, and samples with at least one, per entity type.
        safety: rows per safety model and bin of its score; a null bin = it failed on that sample.
        weights: per side the number of rows and the sums of `weight` and of its square.
        open_reviews: samples that wait for a person, by night, up to this one.
        history: earlier nights that were published, and their sizes.
        appendices: further tables, shown in this order at the end.

    Raises:
        InputError: a frame lacks columns or holds what is not of the column's type; all faults at
            once.
    """

    run: RunFacts
    in_rows: int
    train_rows: int
    eval_rows: int
    outcomes: pl.DataFrame
    quarantine: pl.DataFrame = field(default_factory=partial(empty_frame, "quarantine"))
    slices: pl.DataFrame = field(default_factory=partial(empty_frame, "slices"))
    marginals: pl.DataFrame = field(default_factory=partial(empty_frame, "marginals"))
    constraints: pl.DataFrame = field(default_factory=partial(empty_frame, "constraints"))
    pruning: pl.DataFrame = field(default_factory=partial(empty_frame, "pruning"))
    retention: pl.DataFrame = field(default_factory=partial(empty_frame, "retention"))
    uncompared: pl.DataFrame = field(default_factory=partial(empty_frame, "uncompared"))
    cleared: pl.DataFrame = field(default_factory=partial(empty_frame, "cleared"))
    clusters: pl.DataFrame = field(default_factory=partial(empty_frame, "clusters"))
    difficulty: pl.DataFrame = field(default_factory=partial(empty_frame, "difficulty"))
    difficulty_edges: pl.DataFrame = field(default_factory=partial(empty_frame, "difficulty_edges"))
    languages: pl.DataFrame = field(default_factory=partial(empty_frame, "languages"))
    identifiers: pl.DataFrame = field(default_factory=partial(empty_frame, "identifiers"))
    safety: pl.DataFrame = field(default_factory=partial(empty_frame, "safety"))
    weights: pl.DataFrame = field(default_factory=partial(empty_frame, "weights"))
    open_reviews: pl.DataFrame = field(default_factory=partial(empty_frame, "open_reviews"))
    history: pl.DataFrame = field(default_factory=partial(empty_frame, "history"))
    appendices: Sequence[Appendix] = ()

    def __post_init__(self) -> None:
        """Cast every frame to `COLUMNS` and sort its rows, as they come in any order."""
        faults: list[str] = []
        for name, columns in COLUMNS.items():
            try:
                object.__setattr__(self, name, _conform(getattr(self, name), columns))
            except pl.exceptions.PolarsError as fault:
                faults.append(
                    f"report facts: {name} is not [{', '.join(columns)}]: {_first_line(fault)}"
                )
        if faults:
            raise InputError(*faults)


_NEVER_NULL = frozenset(
    {"phase", "outcome", "dimension", "stage", "side", "constraint", "axis", "rows"}
)


def _conform(rows: pl.DataFrame, columns: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Return the frame in its types and one order; a number that is not finite becomes null."""
    chosen = rows.select(pl.col(name).cast(kind) for name, kind in columns.items())
    lacking = [name for name in chosen.columns if name in _NEVER_NULL and chosen[name].null_count()]
    if lacking:
        reason = f"null in {', '.join(lacking)}"
        raise pl.exceptions.InvalidOperationError(reason)
    finite = [pl.when(pl.col(pl.Float64).is_finite()).then(pl.col(pl.Float64))]
    return chosen.with_columns(finite).sort(chosen.columns, nulls_last=True)


def _first_line(fault: Exception) -> str:
    return (str(fault).splitlines() or [""])[0][:200]
