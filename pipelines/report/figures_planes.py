"""Figures of distributions: similarity, scores, clusters, and planes with the count in each cell."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.report.facts import SCORE_BIN, SIMILARITY_BIN, ReportFacts
from pipelines.report.markup import Markup, show_count, show_counted, show_label, show_number, show_value
from pipelines.report.svg import WIDTH, Scale, box, drawing, label, legend_of_boxes, rule, shade

_LEFT, _HEIGHT, _TOP = 44.0, 150.0, 30.0
_LIGHT_TEXT_FROM = 0.58
"""The tone of a cell from which light text reads better than dark."""


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars over bins of one width: each layer is drawn upon the one before it.

    Args:
        width: of a bin, in the unit of the axis.
        layers: (class of the boxes, bin → rows), the lowest first.
        cuts: (place, words) of the lines that stand in the figure.
        low: where the axis begins.
        high: where it ends.
        height_of: rows → height, growing; a root where a few bins hold nearly all.
    """

    width: float
    layers: Sequence[tuple[str, Mapping[int, int]]]
    cuts: Sequence[tuple[float, str]]
    low: float
    high: float
    height_of: Callable[[float], float] = float


def draw_bars(bars: Bars) -> list[Markup]:
    """Return the marks of a histogram with its axis; the largest bin fills the height."""
    sums: dict[int, int] = {}
    for _, rows in bars.layers:
        for index, count in rows.items():
            sums[index] = sums.get(index, 0) + count
    across = Scale(bars.low, bars.high, _LEFT, WIDTH - 10.0)
    top = max([*sums.values(), 1])
    up = Scale(0, bars.height_of(top), _TOP + _HEIGHT, _TOP)
    marks = [
        rule(_LEFT, _TOP + _HEIGHT, WIDTH - 10, _TOP + _HEIGHT, "axis"),
        *_heights(top, up, bars.height_of),
    ]
    below = dict.fromkeys(sums, 0)
    for class_, rows in bars.layers:
        for index, count in sorted(rows.items()):
            left, right = across.place(index * bars.width), across.place((index + 1) * bars.width)
            foot = up.place(bars.height_of(below[index]))
            below[index] += count
            head = up.place(bars.height_of(below[index]))
            marks.append(box(left + 0.5, head, right - left - 1, foot - head, class_))
    marks += [
        label(across.place(place), _TOP + _HEIGHT + 14, f"{place:.1f}", "middle", "tick")
        for place in _tick_places(bars.low, bars.high)
    ]
    for place, words in bars.cuts:
        x = across.place(place)
        side = "end" if x > WIDTH / 2 else "start"
        marks += [
            rule(x, _TOP - 6, x, _TOP + _HEIGHT, "threshold"),
            label(x - 4 if side == "end" else x + 4, _TOP + 4, words, side, "small halo"),
        ]
    return marks


def _heights(top: int, up: Scale, height_of: Callable[[float], float]) -> list[Markup]:
    steps = sorted({top, round(top / 2)} if height_of is float else {top, *_decades(top)})
    lines = [
        rule(_LEFT, up.place(height_of(rows)), WIDTH - 10, up.place(height_of(rows)), "grid")
        for rows in steps
    ]
    return [
        *lines,
        *(label(_LEFT - 5, up.place(height_of(rows)) + 4, show_count(rows), "end", "tick") for rows in steps),
    ]


def _decades(top: int) -> list[int]:
    """Return 10, 100, … far enough below the top that their labels do not meet it."""
    return [10**power for power in range(1, 12) if 10**power * 3 < top]


def _tick_places(low: float, high: float) -> list[float]:
    step = 0.1 if high - low <= 1.0 else 0.5
    first = math.ceil(low / step - 1e-9)
    return [index * step for index in range(first, math.floor(high / step + 1e-9) + 1)]


def logarithm(rows: float) -> float:
    """Return a height that shows one row and a hundred thousand in one figure: log10(1 + rows)."""
    return math.log10(1 + rows)


def draw_similarity(facts: ReportFacts, cut: float | None) -> Markup:
    """Return how near the dropped samples lie to the kept one that stands for them."""
    layers = []
    for reason, class_ in (("near_duplicate", "o-drop"), ("budget", "o-review")):
        rows = facts.pruning.filter((pl.col("reason") == reason) & pl.col("similarity_bin").is_not_null())
        layers.append((class_, _by_bin(rows, "similarity_bin", SIMILARITY_BIN)))
    lowest = min([index for _, rows in layers for index in rows] or [0]) * SIMILARITY_BIN
    cuts = [] if cut is None else [(cut, f"cut {show_number(cut)}")]
    bars = Bars(SIMILARITY_BIN, layers, cuts, min(math.floor(lowest * 10) / 10, 0.8), 1.0)
    legend = legend_of_boxes([("o-drop", "near-duplicate"), ("o-review", "beyond the budget")], 14)
    axis = label(WIDTH / 2, _TOP + _HEIGHT + 32, "cosine to the kept sample nearest to it", "middle", "small")
    words = "Dropped samples by the cosine to their witness, the nearest sample that was kept."
    return drawing(
        "How near are dropped samples to a kept one",
        words,
        _TOP + _HEIGHT + 40,
        [legend, *draw_bars(bars), axis],
    )


def draw_scores(facts: ReportFacts, model: str, cuts: Sequence[tuple[float, str]]) -> Markup:
    """Return the distribution of one safety model's answers; heights are logarithmic."""
    rows = facts.safety.filter((pl.col("model") == model) & pl.col("score_bin").is_not_null())
    bars = Bars(SCORE_BIN, [("neutral", _by_bin(rows, "score_bin", SCORE_BIN))], cuts, 0.0, 1.0, logarithm)
    axis = label(
        WIDTH / 2,
        _TOP + _HEIGHT + 32,
        "probability of unsafe; rows on a logarithmic scale",
        "middle",
        "small",
    )
    title = f"Safety scores: {show_value(model)}"
    return drawing(
        title,
        f"{show_counted(int(rows['rows'].sum()), 'sample')}.",
        _TOP + _HEIGHT + 40,
        [*draw_bars(bars), axis],
    )


def _by_bin(rows: pl.DataFrame, column: str, width: float) -> dict[int, int]:
    """Return bin → rows; a value of exactly 1.0 counts in the last bin below it."""
    last = round(1 / width) - 1
    bins: dict[int, int] = {}
    for index, count in rows.select(column, "rows").iter_rows():
        bins[min(index, last)] = bins.get(min(index, last), 0) + count
    return bins


def draw_clusters(facts: ReportFacts, listed: int = 10) -> Markup:
    """Return the largest clusters: how many samples came, how many of them stayed."""
    shown = facts.clusters.sort("rows", "cluster_id", descending=[True, False]).head(listed)
    shown = shown.select(pl.coalesce("name", "cluster_id"), "rows", "kept")
    scale = Scale(0, max([*shown["rows"], 1]), 0, WIDTH - 310.0)
    marks = [legend_of_boxes([("outline", "came"), ("o-keep", "stayed")], 14)]
    for index, (name, rows, kept) in enumerate(shown.iter_rows()):
        y = 40.0 + 22 * index
        marks += [
            label(192, y, show_label(name, 28), "end"),
            box(200, y - 11, scale.place(rows), 14, "outline"),
            box(200, y - 8, scale.place(kept), 8, "o-keep"),
            label(206 + scale.place(rows), y, f"{show_count(kept)} of {show_count(rows)}", class_="small"),
        ]
    words = f"The {shown.height} largest clusters of prompts by the samples that came to pruning."
    return drawing("Largest clusters", words, 40 + 22 * shown.height, marks)


@dataclass(frozen=True, slots=True)
class Plane:
    """A table of counts that is drawn: rows from top to bottom, columns from left to right.

    Args:
        rows: names of the rows.
        columns: names of the columns.
        counts: (row, column) → samples, by position.
        across: what the columns are.
        down: what the rows are.
        marked: cells with a border.
    """

    rows: Sequence[str]
    columns: Sequence[str]
    counts: Mapping[tuple[int, int], int]
    across: str
    down: str
    marked: frozenset[tuple[int, int]] = frozenset()


def draw_plane(title: str, description: str, plane: Plane) -> Markup:
    """Return the plane; a stronger tone is more samples, and every cell says how many."""
    left, top, high = 66.0, 26.0, 24.0
    wide = min((WIDTH - left) / max(len(plane.columns), 1), 64.0)
    most = math.sqrt(max([*plane.counts.values(), 1]))
    marks = [label(0, 12, f"↓ {plane.down}  ·  → {plane.across}", class_="small")]
    for (row, column), count in sorted(plane.counts.items()):
        if count:
            x, y, part = left + column * wide, top + row * high, math.sqrt(count) / most
            marks.append(shade(x + 0.5, y + 0.5, wide - 1, high - 1, part))
            tone = "in-strong" if part > _LIGHT_TEXT_FROM else "in-faint"
            marks.append(label(x + wide / 2, y + 16, show_count(count), "middle", tone))
    marks += [
        box(left + c * wide + 1, top + r * high + 1, wide - 2, high - 2, "mark")
        for r, c in sorted(plane.marked)
    ]
    bottom = top + len(plane.rows) * high
    marks += [
        label(left - 6, top + index * high + 16, name, "end", "small")
        for index, name in enumerate(plane.rows)
    ]
    for index, name in enumerate(plane.columns):
        marks.append(label(left + (index + 0.5) * wide, bottom + 14, name, "middle", "small"))
    return drawing(title, description, bottom + 22, marks)


def draw_difficulty(facts: ReportFacts) -> Markup:
    """Return the plane of reward spread and best reward: where prompts are hard, and where only noisy."""
    scored = facts.difficulty.filter(pl.col("variance_bin").is_not_null() & pl.col("best_bin").is_not_null())
    columns, rows = sorted(set(scored["variance_bin"])), sorted(set(scored["best_bin"]), reverse=True)
    counts: dict[tuple[int, int], int] = {}
    for spread, best, _, count in scored.iter_rows():
        key = (rows.index(best), columns.index(spread))
        counts[key] = counts.get(key, 0) + count
    plane = Plane(
        [_edge(facts, "best", index) for index in rows],
        [_edge(facts, "variance", index) for index in columns],
        counts,
        "variance of the rewards, from",
        "best reward, from",
    )
    words = (
        "Samples by the variance of their reward scores and the best of them; axes name where a bin begins."
    )
    return draw_plane("Difficulty: spread of the rewards, and the best of them", words, plane)


def _edge(facts: ReportFacts, axis: str, index: int) -> str:
    edges = facts.difficulty_edges.filter((pl.col("axis") == axis) & (pl.col("bin") == index))
    return f"{edges['low'][0]:.2g}" if edges.height and edges["low"][0] is not None else str(index)


def draw_languages(facts: ReportFacts, listed: int = 7) -> Markup:
    """Return declared against identified languages; a border marks where they agree."""
    rows, columns = (_most_frequent(facts.languages, name, listed) for name in ("declared", "identified"))
    counts: dict[tuple[int, int], int] = {}
    for declared, identified, count in facts.languages.iter_rows():
        key = (_position(rows, declared), _position(columns, identified))
        counts[key] = counts.get(key, 0) + count
    same = frozenset(
        (r, c) for r, row in enumerate(rows) for c, column in enumerate(columns) if row and row == column
    )
    names = [
        [show_label(name, 8) for name in axis]
        + (["others"] if any(key[at] == len(axis) for key in counts) else [])
        for at, axis in enumerate((rows, columns))
    ]
    plane = Plane(names[0], names[1], counts, "identified", "declared", same)
    words = (
        "Samples by the language that the client declared and the one that was identified; und = uncertain."
    )
    return draw_plane("Languages: declared and identified", words, plane)


def _most_frequent(rows: pl.DataFrame, name: str, listed: int) -> list[str | None]:
    sums = (
        rows.group_by(name)
        .agg(pl.col("rows").sum())
        .sort("rows", name, descending=[True, False], nulls_last=True)
    )
    names: list[str | None] = sums[name].head(listed).to_list()
    return names


def _position(names: Sequence[str | None], name: str | None) -> int:
    return names.index(name) if name in names else len(names)
