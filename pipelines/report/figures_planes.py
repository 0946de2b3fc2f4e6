"""Figures of distributions: similarity, scores, clusters, and planes with a count in each cell."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl
from markupsafe import Markup

from pipelines.report.facts import SCORE_BIN, SIMILARITY_BIN, ReportFacts
from pipelines.report.lettering import SMALL, fit_count, fit_label, measure_text
from pipelines.report.svg import WIDTH, Figure, Scale, box, draw_legend, label, rule, shade
from pipelines.report.values import show_count, show_counted, show_number, show_value

_HEIGHT, _TOP = 150.0, 30.0
_LINE = 17.0  # the least distance of two lines of text, one above the other
_CELL_SIZE = 11.0
_LIGHT_TEXT_FROM = 0.58
"""The tone of a cell from which light text reads better than dark."""


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars over bins of one width: each layer is drawn on top of the one before it.

    Args:
        width: of a bin, in the unit of the axis.
        layers: (class of the boxes, bin → rows), the lowest first.
        cuts: (place, words) of the vertical lines in the figure.
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
    top = max([*sums.values(), 1])
    left = 10 + measure_text(show_count(top), SMALL)
    across = Scale(bars.low, bars.high, left, WIDTH - 14.0)
    up = Scale(0, bars.height_of(top), _TOP + _HEIGHT, _TOP)
    marks = [
        rule(left, _TOP + _HEIGHT, across.right, _TOP + _HEIGHT, "axis"),
        *_draw_heights(top, up, across, bars.height_of),
    ]
    below = dict.fromkeys(sums, 0)
    for class_, rows in bars.layers:
        for index, count in sorted(rows.items()):
            start, end = across.place(index * bars.width), across.place((index + 1) * bars.width)
            foot = up.place(bars.height_of(below[index]))
            below[index] += count
            head = up.place(bars.height_of(below[index]))
            marks.append(box(start + 0.5, head, end - start - 1, foot - head, class_))
    marks += [
        label(across.place(place), _TOP + _HEIGHT + 14, f"{place:.1f}", "middle", "tick")
        for place in _tick_places(bars.low, bars.high)
    ]
    return [*marks, *_draw_cuts(bars.cuts, across)]


def _draw_cuts(cuts: Sequence[tuple[float, str]], across: Scale) -> list[Markup]:
    """Return the lines of the cuts; a label without room beside another is one line lower."""
    marks: list[Markup] = []
    taken: list[list[tuple[float, float]]] = []
    for place, words in cuts:
        x, wide = across.place(place), measure_text(words, SMALL)
        side = "end" if x > WIDTH / 2 else "start"
        start, end = (x - 4 - wide, x - 4) if side == "end" else (x + 4, x + 4 + wide)
        free = (n for n, spans in enumerate(taken) if all(end < a or start > b for a, b in spans))
        line = next(free, len(taken))
        taken[line:] = [
            [*(taken[line] if line < len(taken) else []), (start, end)],
            *taken[line + 1 :],
        ]
        marks += [
            rule(x, _TOP - 6, x, _TOP + _HEIGHT, "threshold"),
            label(
                x - 4 if side == "end" else x + 4,
                _TOP + 4 + _LINE * line,
                words,
                side,
                "small halo",
            ),
        ]
    return marks


def _draw_heights(
    top: int, up: Scale, across: Scale, height_of: Callable[[float], float]
) -> list[Markup]:
    """Return the lines of the vertical axis with their numbers."""
    between = [round(top / 2)] if height_of is float else _decades(top, up, height_of)
    places = [(rows, up.place(height_of(rows))) for rows in sorted({top, *between})]
    lines = [rule(across.left, y, across.right, y, "grid") for _, y in places]
    names = [label(across.left - 5, y + 4, show_count(rows), "end", "tick") for rows, y in places]
    return [*lines, *names]


def _decades(top: int, up: Scale, height_of: Callable[[float], float]) -> list[int]:
    """Return 10, 100, … far enough below the top that their labels do not touch its own."""
    tens = [10**power for power in range(1, 12) if 10**power < top]
    return [rows for rows in tens if up.place(height_of(rows)) - up.place(height_of(top)) >= _LINE]


def _tick_places(low: float, high: float) -> list[float]:
    step = 0.1 if high - low <= 1.0 else 0.5
    first = math.ceil(low / step - 1e-9)
    return [index * step for index in range(first, math.floor(high / step + 1e-9) + 1)]


def logarithm(rows: float) -> float:
    """Return a height that shows one row and a hundred thousand in one figure: log10(1 + rows)."""
    return math.log10(1 + rows)


def draw_similarity(facts: ReportFacts, cut: float | None) -> Figure:
    """Return how similar the dropped samples are to the kept one that represents them."""
    layers = []
    for reason, class_ in (("near_duplicate", "o-drop"), ("budget", "o-review")):
        rows = facts.pruning.filter(
            (pl.col("reason") == reason) & pl.col("similarity_bin").is_not_null()
        )
        layers.append((class_, _by_bin(rows, "similarity_bin", SIMILARITY_BIN)))
    lowest = min([index for _, rows in layers for index in rows] or [0]) * SIMILARITY_BIN
    cuts = [] if cut is None else [(cut, f"cut {show_number(cut)}")]
    bars = Bars(SIMILARITY_BIN, layers, cuts, min(math.floor(lowest * 10) / 10, 0.8), 1.0)
    legend = draw_legend([("o-drop", "near-duplicate"), ("o-review", "beyond the budget")])
    axis = label(
        WIDTH / 2, _TOP + _HEIGHT + 32, "cosine to the kept sample nearest to it", "middle", "small"
    )
    words = "Dropped samples by the cosine to their witness, the nearest sample that was kept."
    marks = [*legend.marks, *draw_bars(bars), axis]
    return Figure("How near are dropped samples to a kept one", words, _TOP + _HEIGHT + 40, marks)


def draw_scores(facts: ReportFacts, model: str, cuts: Sequence[tuple[float, str]]) -> Figure:
    """Return the distribution of one safety model's answers; heights are logarithmic."""
    rows = facts.safety.filter((pl.col("model") == model) & pl.col("score_bin").is_not_null())
    bars = Bars(
        SCORE_BIN, [("neutral", _by_bin(rows, "score_bin", SCORE_BIN))], cuts, 0.0, 1.0, logarithm
    )
    axis = label(
        WIDTH / 2,
        _TOP + _HEIGHT + 32,
        "probability of unsafe; rows on a logarithmic scale",
        "middle",
        "small",
    )
    title = f"Safety scores: {show_value(model)}"
    description = f"{show_counted(int(rows['rows'].sum()), 'sample')}."
    return Figure(title, description, _TOP + _HEIGHT + 40, [*draw_bars(bars), axis])


def _by_bin(rows: pl.DataFrame, column: str, width: float) -> dict[int, int]:
    """Return bin → rows; a value of exactly 1.0 counts in the last bin below it."""
    last = round(1 / width) - 1
    bins: dict[int, int] = {}
    for index, count in rows.select(column, "rows").iter_rows():
        bins[min(index, last)] = bins.get(min(index, last), 0) + count
    return bins


def draw_clusters(facts: ReportFacts, listed: int = 10) -> Figure:
    """Return the largest clusters: how many samples came, how many of them stayed."""
    shown = facts.clusters.sort("rows", "cluster_id", descending=[True, False]).head(listed)
    shown = shown.select(pl.coalesce("name", "cluster_id"), "rows", "kept")
    counts = [f"{show_count(kept)} of {show_count(rows)}" for _, rows, kept in shown.iter_rows()]
    widest = max((measure_text(text, SMALL) for text in counts), default=0.0)
    scale = Scale(0, max([*shown["rows"], 1]), 0, WIDTH - 206.0 - widest)
    legend = draw_legend([("outline", "came"), ("o-keep", "stayed")])
    marks = [*legend.marks]
    for index, (name, rows, kept) in enumerate(shown.iter_rows()):
        y = legend.below + 18 + 22 * index
        marks += [
            label(192, y, fit_label(name, 190), "end"),
            box(200, y - 11, scale.place(rows), 14, "outline"),
            box(200, y - 8, scale.place(kept), 8, "o-keep"),
            label(206 + scale.place(rows), y, counts[index], class_="small"),
        ]
    words = f"The {shown.height} largest clusters of prompts by the samples that came to pruning."
    return Figure("Largest clusters", words, legend.below + 18 + 22 * shown.height, marks)


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


def draw_plane(title: str, description: str, plane: Plane) -> Figure:
    """Return the plane; a stronger tone is more samples, and every cell says how many."""
    left, top, high = 84.0, 26.0, 24.0
    wide = min((WIDTH - left) / max(len(plane.columns), 1), 64.0)
    bottom = top + len(plane.rows) * high
    marks = [label(0, 12, f"↓ {plane.down}  ·  → {plane.across}", class_="small")]
    for (row, column), count in sorted(plane.counts.items()):
        if count:
            marks += _draw_cell(plane, (left + column * wide, top + row * high, wide, high), count)
    marks += [
        box(left + c * wide + 1, top + r * high + 1, wide - 2, high - 2, "mark")
        for r, c in sorted(plane.marked)
    ]
    for index, name in enumerate(plane.rows):
        shown = fit_label(name, left - 8, SMALL)
        marks.append(label(left - 6, top + index * high + 16, shown, "end", "small"))
    for index, name in enumerate(plane.columns):
        shown = fit_label(name, wide - 4, SMALL)
        marks.append(label(left + (index + 0.5) * wide, bottom + 14, shown, "middle", "small"))
    return Figure(title, description, bottom + 22, marks)


def _draw_cell(plane: Plane, place: tuple[float, float, float, float], count: int) -> list[Markup]:
    x, y, wide, high = place
    part = math.sqrt(count) / math.sqrt(max([*plane.counts.values(), 1]))
    tone = "in-strong" if part > _LIGHT_TEXT_FROM else "in-faint"
    shown = fit_count(count, wide - 2, _CELL_SIZE)
    return [
        shade(x + 0.5, y + 0.5, wide - 1, high - 1, part),
        label(x + wide / 2, y + 16, shown, "middle", tone),
    ]


def draw_difficulty(facts: ReportFacts) -> Figure:
    """Return the plane of reward spread and best reward: where prompts are hard, where noisy."""
    scored = facts.difficulty.filter(
        pl.col("variance_bin").is_not_null() & pl.col("best_bin").is_not_null()
    )
    columns, rows = (
        sorted(set(scored["variance_bin"])),
        sorted(set(scored["best_bin"]), reverse=True),
    )
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
        "Samples by the variance of their reward scores and the best of them; "
        "axes name where a bin begins."
    )
    return draw_plane("Difficulty: spread of the rewards, and the best of them", words, plane)


def _edge(facts: ReportFacts, axis: str, index: int) -> str:
    edges = facts.difficulty_edges.filter((pl.col("axis") == axis) & (pl.col("bin") == index))
    return f"{edges['low'][0]:.2g}" if edges.height and edges["low"][0] is not None else str(index)


def draw_languages(facts: ReportFacts, listed: int = 7) -> Figure:
    """Return declared against identified languages; a border marks where they agree."""
    rows, columns = (
        _most_frequent(facts.languages, name, listed) for name in ("declared", "identified")
    )
    counts: dict[tuple[int, int], int] = {}
    for declared, identified, count in facts.languages.iter_rows():
        key = (_position(rows, declared), _position(columns, identified))
        counts[key] = counts.get(key, 0) + count
    same = frozenset(
        (r, c)
        for r, row in enumerate(rows)
        for c, column in enumerate(columns)
        if row and row == column
    )
    names = [
        [fit_label(name, 76, SMALL) for name in axis]
        + (["others"] if any(key[at] == len(axis) for key in counts) else [])
        for at, axis in enumerate((rows, columns))
    ]
    plane = Plane(names[0], names[1], counts, "identified", "declared", same)
    words = (
        "Samples by the language that the client declared "
        "and the one that was identified; und = uncertain."
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
