"""The section of a report's page about retention: by language and script; nights not compared."""

import polars as pl

from pipelines.report.alarms_pruning import ENCODER_DIMENSIONS
from pipelines.report.facts import ReportFacts
from pipelines.report.measures import is_confused, measure_retention, number_setting
from pipelines.report.sections import PageSection
from pipelines.report.settings import AlarmLimits, read_limits
from pipelines.report.values import show_value
from pipelines.retention import LEAST_TEXTS

LISTED = 15
"""Values of one table, those with most samples; `report.json` has every one."""


def describe_retention(facts: ReportFacts) -> PageSection | None:
    """Return what pruning left of each slice: languages and scripts open, the others folded."""
    if facts.retention.is_empty():
        return None
    measured, limits = measure_retention(facts), read_limits(facts.run.config)
    # A night of an earlier version has no scripts: a table whose one value is missing says nothing.
    names = set(measured.filter(pl.col("value").is_not_null())["dimension"])
    opened = [name for name in ENCODER_DIMENSIONS if name in names]
    values = {
        "ratio": limits.slice_ratio_from,
        "most": number_setting(facts, "gates", "max_duplicate_share"),
        "least_texts": LEAST_TEXTS,
        "nights": facts.uncompared.sort("ds", descending=True).head(LISTED).rows(),
        "all_nights": facts.uncompared.height,
        "opened": [_list_values(measured, name, limits) for name in opened],
        "folded": [_list_values(measured, name, limits) for name in sorted(names - {*opened})],
    }
    return PageSection("retention", "Retention by language and script", "retention.html.j2", values)


def _list_values(measured: pl.DataFrame, dimension: str, limits: AlarmLimits) -> dict[str, object]:
    """Return the values with most samples, and each significant one, however small it is."""
    rows = measured.filter(pl.col("dimension") == dimension)
    order = rows.sort("rows", "value", descending=[True, False], nulls_last=True)
    marked = [row | {"is_outlier": is_confused(row, limits)} for row in order.to_dicts()]
    listed = [row for position, row in enumerate(marked) if row["is_outlier"] or position < LISTED]
    more = f", {len(listed)} of {order.height:,} values" if order.height > len(listed) else ""
    caption = f"Retention by {show_value(dimension)}{more}"
    return {"name": dimension, "caption": caption, "rows": listed}
