"""Figures of the night's flow: funnel, reasons, constraints and their bounds, stages, history."""

from collections.abc import Sequence

import polars as pl
from markupsafe import Markup

from pipelines.outcomes import Outcome
from pipelines.report.facts import ReportFacts, StageTime
from pipelines.report.lettering import SMALL, fit_label, measure_text, wrap_text
from pipelines.report.measures import PhaseLedger, count_reasons, keep_ledgers, order_constraints
from pipelines.report.svg import (
    OUTCOME_WORDS,
    OUTCOMES,
    WIDTH,
    Figure,
    Scale,
    box,
    draw_legend,
    join,
    label,
    marker,
    rule,
)
from pipelines.report.values import share_of, show_count, show_counted, show_share, show_value

LISTED_VALUES = 6
"""Values of one constraint that are drawn; the table next to the figure has the others."""
TITLE_CHARS = 120
"""The longest text of a constraint that its figure shows whole."""


def draw_funnel(facts: ReportFacts) -> Figure:
    """Return one bar per phase, as long as the share of the night that came to it."""
    ledgers = keep_ledgers(facts)
    scale = Scale(0, max(facts.in_rows, 1), 0, WIDTH)
    legend = draw_legend([(f"o-{name}", OUTCOME_WORDS[name]) for name in OUTCOMES])
    marks, y = [*legend.marks], legend.below + 22
    for ledger in ledgers:
        drawn, y = _funnel_row(ledger, scale, y)
        marks += drawn
    last = ledgers[-1].kept if ledgers else 0
    description = (
        f"Of {show_counted(facts.in_rows, 'row')}, {show_count(last)} were kept by the last phase."
    )
    return Figure("What each phase did with the rows that came to it", description, y - 20, marks)


def _funnel_row(ledger: PhaseLedger, scale: Scale, y: float) -> tuple[list[Markup], float]:
    """Return a phase with its bar, and where the next one begins."""
    gone = [
        f"{show_count(ledger.counts[name])} {OUTCOME_WORDS[name]}"
        for name in OUTCOMES
        if name != Outcome.KEEP and ledger.counts.get(name)
    ]
    words = " · ".join([f"{show_count(ledger.kept)} kept", *gone])
    phase = show_value(ledger.phase)
    marks = [label(0, y, phase, class_="strong")]
    beside = WIDTH - measure_text(phase, bold=True) - 12
    if measure_text(words, SMALL) <= beside:
        marks.append(label(WIDTH, y, words, "end", "small"))
    else:  # a large night: its numbers need lines of their own
        for line in wrap_text(words, WIDTH, SMALL):
            y += 17
            marks.append(label(0, y, line, class_="small"))
    x = 0.0
    for name in OUTCOMES:
        rows = ledger.counts.get(name, 0)
        if rows:
            width = scale.place(rows)
            marks.append(box(x, y + 7, width, 17, f"o-{name}"))
            x += width
    return marks, y + 46


def draw_reasons(facts: ReportFacts, listed: int = 14) -> Figure:
    """Return one bar per reason for which rows did not go on, most rows first."""
    reasons = count_reasons(facts).filter(pl.col("phase") != "sampling").filter(pl.col("rows") > 0)
    shown = reasons.head(listed)
    phases = [fit_label(phase, 96, SMALL) for phase in shown["phase"]]
    counts = [show_count(rows) for rows in shown["rows"]]
    beside = _widest(counts, bold=True) + _widest(phases) + 14
    scale = Scale(0, max([*shown["rows"], 1]), 0, WIDTH - 186.0 - beside)
    legend = draw_legend([(f"o-{name}", OUTCOME_WORDS[name]) for name in OUTCOMES[1:]])
    marks = [*legend.marks]
    for index, (_, outcome, reason, rows) in enumerate(shown.iter_rows()):
        y = legend.below + 18 + 25 * index
        width = scale.place(rows)
        marks += [
            label(178, y, fit_label(reason, 176), "end"),
            box(186, y - 11, width, 14, f"o-{outcome}"),
            label(191 + width, y, counts[index], class_="small strong"),
            label(WIDTH, y, phases[index], "end", "faint small"),
        ]
    more = (
        f" The {reasons.height - listed} rarest are in the table."
        if reasons.height > listed
        else ""
    )
    description = "Rows per reason, sampling left out." + more
    return Figure(
        "Why rows did not go on", description, legend.below + 6 + 25 * shown.height, marks
    )


def _widest(texts: Sequence[str], *, bold: bool = False) -> float:
    """Return the room that the longest of some small texts needs."""
    return max((measure_text(text, SMALL, bold=bold) for text in texts), default=0.0)


def draw_constraints(constraints: pl.DataFrame, side: str) -> Figure:
    """Return each constraint of one side: the span it allows, and where the published sample lies.

    Args:
        constraints: rows of the table `constraints`, any sides.
        side: `train` or `eval`; the others are left out.
    """
    legend = draw_legend(
        [("train", "achieved, in bounds"), ("missed", "achieved, missed"), ("allowed", "asked for")]
    )
    marks, y = [*legend.marks], legend.below + 8
    for (_, text), rows in order_constraints(constraints.filter(pl.col("side") == side)):
        drawn, y = _draw_constraint(text, rows, y)
        marks += drawn
    description = f"Every constraint of {side} on a scale of its own; the table has all values."
    return Figure(f"Constraints on {side}", description, y, marks)


def _draw_constraint(text: str, rows: pl.DataFrame, y: float) -> tuple[list[Markup], float]:
    """Return a constraint with some of its values, and where the next one begins."""
    shown = rows.sort(
        pl.col("met").fill_null(value=False), pl.col("binding").fill_null(value=False),
        "achieved", "value",
        descending=[False, True, True, False], nulls_last=True,
    ).head(LISTED_VALUES)  # fmt: skip
    hard = "hard" if rows["hard"].fill_null(value=True).any() else "soft"
    marks = [label(WIDTH, y + 14, hard, "end", "small faint")]
    for line in wrap_text(show_value(text, TITLE_CHARS), WIDTH - 44.0, bold=True):
        marks.append(label(0, y + 14, line, class_="strong"))
        y += 18
    y += 6
    scale = _scale_of(shown)
    for row in shown.iter_rows(named=True):
        marks.append(_draw_bounds(row, scale, y + 10))
        y += 21
    if rows.height > shown.height:
        more = f"and {rows.height - shown.height:,} values more"
        marks.append(label(scale.left, y + 11, more, class_="small faint"))
        y += 18
    return [
        *marks,
        label(scale.left, y + 9, "0", class_="tick"),
        label(scale.right, y + 9, show_share(scale.high), "end", "tick"),
    ], y + 22


def _scale_of(shown: pl.DataFrame) -> Scale:
    """Return a scale that suits the achieved shares; a bound far above them is at its end."""
    reach = max([*(v for c in ("achieved", "required_min") for v in shown[c].drop_nulls()), 0.001])
    highs = [v for v in shown["required_max"].drop_nulls() if v <= 4 * reach]
    return Scale(0, min(max([reach, *highs]) * 1.12, 1.0), 164, WIDTH - 92)


def _draw_bounds(row: dict[str, object], scale: Scale, y: float) -> Markup:
    low, high, achieved = (
        _number(row[name]) for name in ("required_min", "required_max", "achieved")
    )
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
            label(150, y + 4, fit_label(value, 148), "end"),
            rule(scale.left, y, scale.right, y, "track"),
            box(left, y - 4, right - left, 8, "allowed"),
            *ends,
            marker("train" if met else "missed", at, y),
            label(
                WIDTH,
                y + 4,
                ("= " if row["binding"] else "") + show_share(achieved),
                "end",
                "small strong",
            ),
        )
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def draw_stages(stages: Sequence[StageTime]) -> Figure:
    """Return one bar per stage of the run, in the order they ran, as long as its wall time."""
    words = [
        f"{stage.seconds:,.1f} s · {show_count(share_of(stage.rows, stage.seconds))} rows/s"
        for stage in stages
    ]
    longest = max([stage.seconds for stage in stages] or [1])
    scale = Scale(0, longest, 0, max(WIDTH - 186.0 - _widest(words), 20.0))
    marks = []
    for index, stage in enumerate(stages):
        y = 16.0 + 23 * index
        marks += [
            label(172, y, fit_label(stage.name, 170), "end"),
            box(180, y - 11, scale.place(stage.seconds), 14, "neutral"),
            label(186 + scale.place(stage.seconds), y, words[index], class_="small"),
        ]
    total = sum(stage.seconds for stage in stages)
    description = f"{len(stages)} stages, {total:,.1f} seconds in all."
    return Figure("Wall time by stage", description, 12 + 23 * len(stages), marks)


def draw_history(facts: ReportFacts, nights: int = 14) -> Figure:
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
    words = [
        f"{show_count(train)} · {show_count(held)}"
        for train, held in shown.select("train", "eval").rows()
    ]
    scale = Scale(0, top, 0, WIDTH - 118.0 - _widest(words))
    legend = draw_legend([("o-keep", "train"), ("outline", "eval")])
    marks = [*legend.marks]
    for index, (ds, _, train, held) in enumerate(shown.iter_rows()):
        y, is_now = legend.below + 14 + 30 * index, ds == facts.run.ds
        marks += [
            label(104, y + 6, fit_label(ds, 102, bold=is_now), "end", "strong" if is_now else None),
            box(112, y - 6, scale.place(train or 0), 10, "o-keep"),
            box(112, y + 4, scale.place(held or 0), 6, "outline"),
            label(
                118 + scale.place(max(train or 0, held or 0)), y + 5, words[index], class_="small"
            ),
        ]
    description = f"Published rows of {shown.height} nights; this night is the last."
    return Figure(
        "Published, night by night", description, legend.below + 14 + 30 * shown.height, marks
    )
