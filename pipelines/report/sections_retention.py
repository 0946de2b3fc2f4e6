"""The section of a report's page about retention: by language and script; nights not compared."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from pipelines.report.alarm import AlarmLimits
from pipelines.report.alarms_pruning import ENCODER_DIMENSIONS
from pipelines.report.facts import ReportFacts
from pipelines.report.markup import (
    Markup,
    columns,
    element,
    fold,
    join,
    paragraph,
    share_of,
    show_count,
    show_share,
    show_value,
    table,
)
from pipelines.report.sections import PageSection
from pipelines.report.tally import is_confused, measure_retention, number_setting
from pipelines.retention import LEAST_TEXTS

LISTED = 15
"""Values of one table, those with most samples; `report.json` has every one."""


def tell_retention(facts: ReportFacts) -> PageSection:
    """Return what pruning left of each slice: languages and scripts open, the others folded."""
    if not facts.retention.height:
        return PageSection("retention", "Retention", Markup(""))
    measured = measure_retention(facts)
    most = number_setting(facts, "gates", "max_duplicate_share")
    held = ""
    if most is not None and most < 1:
        held = f" A share above {show_share(most)} holds the night, of {LEAST_TEXTS} different texts or more."
    lead = paragraph(
        "Samples that came to pruning and what became of them. Different texts are merged where one kept "
        "text stands for several: an encoder that cannot read a script takes its texts for one. Copies of "
        "one text do not count. ▲ marks a share at least twice that of the others, too large for chance."
        f"{held}"
    )
    # A night of an earlier version has no scripts: a table of one null row says nothing.
    names = measured.filter(pl.col("value").is_not_null())["dimension"].unique().to_list()
    opened = [name for name in ENCODER_DIMENSIONS if name in names]
    folded = sorted(set(names) - {*opened})
    tables = [_table(measured, name) for name in opened]
    tables += [fold(f"{show_value(name)}, in the same way", _table(measured, name)) for name in folded]
    body = join((lead, element("div", *_not_compared(facts), *tables, class_="stack")))
    return PageSection("retention", "Retention by language and script", body)


def _table(measured: pl.DataFrame, dimension: str) -> Markup:
    rows = measured.filter(pl.col("dimension") == dimension)
    order = rows.sort("rows", "value", descending=[True, False], nulls_last=True)
    limits = AlarmLimits()
    # What stands out is listed, however small it is.
    marked = [is_confused(row, limits) for row in order.iter_rows(named=True)]
    listed = order.filter(pl.Series(marked) | (pl.int_range(pl.len()) < LISTED))
    heads = columns(
        show_value(dimension),
        "samples | near-duplicates | beyond budget | kept | share kept | different texts | merged | share",
    )
    more = f", {listed.height} of {order.height:,} values" if order.height > listed.height else ""
    cells = [_cells(row, limits) for row in listed.iter_rows(named=True)]
    return table(f"Retention by {show_value(dimension)}{more}", heads, cells)


def _cells(row: Mapping[str, Any], limits: AlarmLimits) -> tuple[str, ...]:
    sign = "▲ " if is_confused(row, limits) else ""
    return (
        show_value(row["value"]),
        show_count(row["rows"]),
        show_count(row["near_duplicates"]),
        show_count(row["budget"]),
        show_count(row["kept"]),
        show_share(share_of(row["kept"], row["rows"])),
        show_count(row["texts"]),
        show_count(row["merged_texts"]),
        f"{sign}{show_share(row['share'])}",
    )


def _not_compared(facts: ReportFacts) -> list[Markup]:
    """Return the earlier nights without vectors of this run's encoder; nothing where there is none."""
    nights = facts.uncompared.sort("ds", descending=True)
    if not nights.height:
        return []
    rows = [(show_value(ds), show_count(count)) for ds, count in nights.head(LISTED).iter_rows()]
    more = f", the {LISTED} latest of {nights.height:,}" if nights.height > LISTED else ""
    heads = columns("night", "kept rows without a vector of this run's encoder")
    return [table(f"Nights not compared{more}: run jobs/reembed.py", heads, rows)]
