"""Figures of balance: the love plot, and each dimension's shares before and after."""

import math

import polars as pl
from markupsafe import Markup

from pipelines.report.facts import STAGES, ReportFacts
from pipelines.report.lettering import fit_label, measure_text
from pipelines.report.measures import compare_stages, shares_by_stage
from pipelines.report.svg import WIDTH, Figure, Scale, draw_legend, join, label, marker, rule
from pipelines.report.values import show_number, show_share, show_value

NEAR = 0.1
"""Below it two shares count as balanced. Source: Austin, Statistics in Medicine 28 (2009)."""

_AXIS_TOP = 1.0
_NAMES, _LOVE_NAMES = 132.0, 214.0  # where the names of values end


def draw_love_plot(facts: ReportFacts, listed: int = 22) -> Figure:
    """Return how far pool, train and eval lie from the traffic, the furthest values first."""
    balance = compare_stages(facts).head(listed)
    known = [
        v for c in ("pool", "train", "eval") for v in balance[c].drop_nulls() if math.isfinite(v)
    ]
    top = min(max([*known, 2.5 * NEAR]) * 1.05, max(_AXIS_TOP, 2.5 * NEAR))
    scale = Scale(0, top, _LOVE_NAMES + 14, WIDTH - 12.0)
    legend = draw_legend([(stage, stage) for stage in ("pool", "train", "eval")], scale.left)
    first = legend.below + 12
    bottom = first + 20 * balance.height
    marks = [
        *legend.marks,
        rule(scale.place(NEAR), first - 10, scale.place(NEAR), bottom, "threshold"),
        label(scale.place(NEAR), first - 13, f"{NEAR:g}", "middle", "tick"),
        *_ticks(scale, first - 6, bottom, top),
    ]
    for index, row in enumerate(balance.iter_rows(named=True)):
        marks.append(_love_row(row, scale, first + 6 + 20 * index))
    middle = (scale.left + scale.right) / 2
    marks.append(label(middle, bottom + 30, "absolute standardised difference", "middle", "small"))
    description = (
        "Absolute standardised difference of a value's share to its share of the traffic. "
        f"Left of the dashed line at {NEAR:g} a value counts as balanced; an arrow marks "
        "values beyond the axis."
    )
    return Figure("Balance: how far from the night's traffic", description, bottom + 38, marks)


def _ticks(scale: Scale, above: float, y: float, top: float) -> list[Markup]:
    step = 0.1 if top <= _AXIS_TOP / 2 else 0.2
    places = [index * step for index in range(int(top / step) + 1)]
    lines = [rule(scale.place(place), above, scale.place(place), y, "grid") for place in places]
    return [
        *lines,
        *(label(scale.place(place), y + 13, f"{place:.1f}", "middle", "tick") for place in places),
    ]


def _love_row(row: dict[str, object], scale: Scale, y: float) -> Markup:
    value = None if row["value"] is None else str(row["value"])
    stages = [
        (stage, far) for stage in ("pool", "train", "eval") if isinstance(far := row[stage], float)
    ]
    places = [scale.place(far) for _, far in stages]
    span = rule(min(places), y, max(places), y, "span") if places else Markup("")
    beyond = sorted((far for _, far in stages if far > scale.high), reverse=True)
    return join(
        (
            label(_LOVE_NAMES, y + 4, _name_value(str(row["dimension"]), value), "end"),
            span,
            *(marker(stage, scale.place(far), y) for stage, far in stages),
            *(
                label(scale.right - 10, y + 4, f"{show_number(far)} →", "end", "small halo")
                for far in beyond[:1]
            ),
        )
    )


def _name_value(dimension: str, value: str | None) -> str:
    """Return `locale = hi-IN` in the room before the axis: the dimension has half of it at most."""
    head = f"{fit_label(dimension, _LOVE_NAMES / 2)} = "
    return head + fit_label(value, _LOVE_NAMES - 2 - measure_text(head))


def draw_shares(facts: ReportFacts, dimension: str, listed: int = 8) -> Figure:
    """Return a dimension's most frequent values, with shares in traffic, pool, train and eval."""
    shares = shares_by_stage(facts, dimension)
    shown = _with_the_rest(shares, listed)
    present = [stage for stage in STAGES if shares[stage].is_not_null().any()]
    top = max([*(v for stage in present for v in shown[stage].drop_nulls()), 0.01])
    scale = Scale(0, min(top * 1.06, 1.0), _NAMES + 14, WIDTH - 72.0)
    figures_of = "train" if "train" in present else "traffic"
    legend = draw_legend([(stage, stage) for stage in present], WIDTH - 70.0)
    marks = [*legend.marks, label(WIDTH, 14, figures_of, "end", "small strong")]
    y = legend.below + 14
    for row in shown.iter_rows(named=True):
        marks.append(_share_row(row, present, scale, y))
        y += 22
    marks += [
        label(scale.left, y + 6, "0", class_="tick"),
        label(scale.right, y + 6, show_share(scale.high), "end", "tick"),
    ]
    name = show_value(dimension)
    tables = ", ".join(present)
    description = (
        f"Share of each value of {name}, in {tables}; the figures are those of {figures_of}."
    )
    return Figure(f"{name}: before and after", description, y + 12, marks)


def _with_the_rest(shares: pl.DataFrame, listed: int) -> pl.DataFrame:
    """Return the first rows and one that sums the others, so that nothing is left out unseen."""
    named = shares.with_columns(
        shown=pl.col("value").map_elements(
            lambda v: fit_label(v, _NAMES - 2), pl.String, skip_nulls=False
        )
    )
    if shares.height <= listed + 1:
        return named
    rest = named.slice(listed).select(
        pl.lit(None, pl.String).alias("value"),
        *(
            pl.when(pl.col(stage).is_not_null().any()).then(pl.col(stage).sum()).alias(stage)
            for stage in STAGES
        ),
        shown=pl.lit(f"{shares.height - listed:,} others"),
    )
    return pl.concat([named.head(listed), rest.head(1)])


def _share_row(row: dict[str, object], present: list[str], scale: Scale, y: float) -> Markup:
    stages = [(stage, part) for stage in present if isinstance(part := row[stage], float)]
    places = [scale.place(part) for _, part in stages] or [scale.left]
    share = row["train"] if "train" in present else row["traffic"]
    return join(
        (
            label(_NAMES, y + 4, str(row["shown"]), "end"),
            rule(scale.left, y, scale.right, y, "track"),
            rule(min(places), y, max(places), y, "span"),
            *(marker(stage, scale.place(part), y) for stage, part in sorted(stages, key=_layer)),
            label(
                WIDTH,
                y + 4,
                show_share(share if isinstance(share, float) else None),
                "end",
                "small strong",
            ),
        )
    )


def _layer(stage: tuple[str, float]) -> int:
    """Return the order of drawing: a ring, a disc in it, a diamond in that, the bar through all."""
    return ("pool", "train", "eval", "traffic").index(stage[0])
