"""Figures of the night's flow: funnel, reasons, constraints against what they ask, stages, history."""

from collections.abc import Sequence

import polars as pl

from pipelines.outcomes import Outcome
from pipelines.report.facts import ReportFacts, Stage
from pipelines.report.markup import (
    Markup,
    join,
    share_of,
    show_count,
    show_counted,
    show_label,
    show_share,
    show_value,
)
from pipelines.report.svg import (
    OUTCOME_WORDS,
    OUTCOMES,
    WIDTH,
    Scale,
    box,
    drawing,
    label,
    legend_of_boxes,
    legend_of_marks,
    marker,
    rule,
)
from pipelines.report.tally import PhaseLedger, keep_ledgers, order_constraints, tell_reasons

LISTED_VALUES = 6
"""Values of one constraint that are drawn; the table beside the figure has the others."""


def draw_funnel(facts: ReportFacts) -> Markup:
    """Return one bar per phase, as long as the share of the night that came to it."""
    ledgers = keep_ledgers(facts)
    scale = Scale(0, max(facts.in_rows, 1), 0, WIDTH)
    marks = [legend_of_boxes([(f"o-{name}", OUTCOME_WORDS[name]) for name in OUTCOMES], 14)]
    for index, ledger in enumerate(ledgers):
        marks += _funnel_row(ledger, scale, 44.0 + 46 * index)
    last = ledgers[-1].kept if ledgers else 0
    description = f"Of {show_counted(facts.in_rows, 'row')}, {show_count(last)} were kept by the last phase."
    return drawing(
        "What each phase did with the rows that came to it", description, 24 + 46 * len(ledgers), marks
    )


def _funnel_row(ledger: PhaseLedger, scale: Scale, y: float) -> list[Markup]:
    gone = [
        f"{show_count(ledger.counts[name])} {OUTCOME_WORDS[name]}"
        for name in OUTCOMES
        if name != Outcome.KEEP and ledger.counts.get(name)
    ]
    words = " · ".join([f"{show_count(ledger.kept)} kept", *gone])
    marks, x = [label(0, y, ledger.phase, class_="strong"), label(WIDTH, y, words, "end", "small")], 0.0
    for name in OUTCOMES:
        rows = ledger.counts.get(name, 0)
        if rows:
            width = scale.place(rows)
            marks.append(box(x, y + 7, width, 17, f"o-{name}"))
            x += width
    return marks


def draw_reasons(facts: ReportFacts, listed: int = 14) -> Markup:
    """Return one bar per reason for which rows did not go on, most rows first."""
    reasons = tell_reasons(facts).filter(pl.col("phase") != "sampling").filter(pl.col("rows") > 0)
    shown = reasons.head(listed)
    top = int(shown["rows"].max() or 1)  # type: ignore[arg-type]  # polars types max() as any literal
    scale = Scale(0, top, 0, WIDTH - 302.0)
    marks = [legend_of_boxes([(f"o-{name}", OUTCOME_WORDS[name]) for name in OUTCOMES[1:]], 14)]
    for index, (phase, outcome, reason, rows) in enumerate(shown.iter_rows()):
        y = 40.0 + 25 * index
        width = scale.place(rows)
        marks += [
            label(178, y, show_label(reason, 26), "end"),
            box(186, y - 11, width, 14, f"o-{outcome}"),
            label(191 + width, y, show_count(rows), class_="small strong"),
            label(WIDTH, y, show_label(phase, 12), "end", "faint small"),
        ]
    more = f" The {reasons.height - listed} rarest are in the table." if reasons.height > listed else ""
    description = "Rows per reason, sampling left out." + more
    return drawing("Why rows did not go on", description, 28 + 25 * shown.height, marks)


def draw_constraints(constraints: pl.DataFrame, side: str) -> Markup:
    """Return each constraint of one side: the span it allows, and where the published sample lies.

    Args:
        constraints: rows of the table `constraints`, any sides.
        side: `train` or `eval`; the others are left out.
    """
    marks = [legend_of_marks([("train", "achieved, in bounds"), ("missed", "achieved, missed")], 14)]
    marks += [box(298, 4, 34, 11, "allowed"), label(338, 14, "asked for", class_="small")]
    y = 30.0
    for (_, text), rows in order_constraints(constraints.filter(pl.col("side") == side)):
        drawn, y = _draw_constraint(text, rows, y)
        marks += drawn
    description = f"Every constraint of {side} on a scale of its own; the table has all values."
    return drawing(f"Constraints on {side}", description, y, marks)


def _draw_constraint(text: str, rows: pl.DataFrame, y: float) -> tuple[list[Markup], float]:
    shown = rows.sort(
        pl.col("met").fill_null(value=False), pl.col("binding").fill_null(value=False), "achieved", "value",
        descending=[False, True, True, False], nulls_last=True,
    ).head(LISTED_VALUES)  # fmt: skip
    hard = "hard" if rows["hard"].fill_null(value=True).any() else "soft"
    reach = max([*(v for c in ("achieved", "required_min") for v in shown[c].drop_nulls()), 0.001])
    highs = [v for v in shown["required_max"].drop_nulls() if v <= 4 * reach]
    scale = Scale(0, min(max([reach, *highs]) * 1.12, 1.0), 150, WIDTH - 92)
    marks = [
        label(0, y + 14, show_value(text, 66), class_="strong"),
        label(WIDTH, y + 14, hard, "end", "small faint"),
    ]
    y += 24
    for row in shown.iter_rows(named=True):
        marks.append(_draw_bounds(row, scale, y + 10))
        y += 21
    if rows.height > shown.height:
        marks.append(
            label(142, y + 11, f"and {rows.height - shown.height:,} values more", "end", "small faint")
        )
        y += 18
    return [
        *marks,
        label(150, y + 9, "0", class_="tick"),
        label(scale.right, y + 9, show_share(scale.high), "end", "tick"),
    ], y + 22


def _draw_bounds(row: dict[str, object], scale: Scale, y: float) -> Markup:
    low, high, achieved = (_number(row[name]) for name in ("required_min", "required_max", "achieved"))
    left, right = scale.place(low or 0.0), scale.place(1.0 if high is None else high)
    met = row["met"] is True
    value = None if row["value"] is None else str(row["value"])
    ends = [
        rule(end, y - 6, end, y + 6, "bracket")
        for end, there in ((left, low), (right, high))
        if there is not None
    ]
    at = scale.place(achieved or 0.0)
    return join(
        (
            label(142, y + 4, show_label(value, 20), "end"),
            rule(scale.left, y, scale.right, y, "track"),
            box(left, y - 4, right - left, 8, "allowed"),
            *ends,
            marker("train" if met else "missed", at, y),
            label(
                WIDTH, y + 4, ("= " if row["binding"] else "") + show_share(achieved), "end", "small strong"
            ),
        )
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def draw_stages(stages: Sequence[Stage]) -> Markup:
    """Return one bar per stage of the run, in the order in which they ran, as long as its wall time."""
    scale = Scale(0, max([stage.seconds for stage in stages] or [1]), 0, WIDTH - 310.0)
    marks = []
    for index, stage in enumerate(stages):
        y = 16.0 + 23 * index
        rate = share_of(stage.rows, stage.seconds)
        words = f"{stage.seconds:,.1f} s · {show_count(rate)} rows/s"
        marks += [
            label(172, y, show_label(stage.name, 26), "end"),
            box(180, y - 11, scale.place(stage.seconds), 14, "neutral"),
            label(186 + scale.place(stage.seconds), y, words, class_="small"),
        ]
    total = sum(stage.seconds for stage in stages)
    description = f"{len(stages)} stages, {total:,.1f} seconds in all."
    return drawing("Wall time by stage", description, 12 + 23 * len(stages), marks)


def draw_history(facts: ReportFacts, nights: int = 14) -> Markup:
    """Return train and eval of the latest nights, this one last and outlined."""
    now = pl.DataFrame(
        {
            "ds": [facts.run.ds],
            "in_rows": [facts.in_rows],
            "train": [facts.train_rows],
            "eval": [facts.eval_rows],
        }
    )
    earlier = facts.history.filter(pl.col("ds") < facts.run.ds)
    shown = pl.concat([earlier, now]).sort("ds").tail(nights)
    top = max([*shown["train"].fill_null(0), *shown["eval"].fill_null(0), 1])
    scale = Scale(0, top, 0, WIDTH - 170.0)
    marks = [legend_of_boxes([("o-keep", "train"), ("outline", "eval")], 14)]
    for index, (ds, _, train, held) in enumerate(shown.iter_rows()):
        y = 36.0 + 30 * index
        marks += [
            label(82, y + 6, show_label(ds, 12), "end", "strong" if ds == facts.run.ds else None),
            box(90, y - 6, scale.place(train or 0), 10, "o-keep"),
            box(90, y + 4, scale.place(held or 0), 6, "outline"),
            label(
                96 + scale.place(train or 0),
                y + 5,
                f"{show_count(train)} · {show_count(held)}",
                class_="small",
            ),
        ]
    description = f"Published rows of {shown.height} nights; this night is the last."
    return drawing("Published, night by night", description, 36 + 30 * shown.height, marks)
