"""The report's section on clusters: what people ask, what became of it, what is new."""

from typing import Any

import polars as pl

from pipelines.report.facts import ReportFacts
from pipelines.report.measures import number_setting
from pipelines.report.sections import PageSection
from pipelines.report.values import share_of, show_value

LARGEST = 12
"""Clusters of the table that is open; the next ones are folded."""
FOLDED = 60


def describe_clusters(facts: ReportFacts) -> PageSection | None:
    """Return the largest clusters by name, and those that no earlier night had."""
    if facts.clusters.is_empty():
        return None
    order = facts.clusters.sort("rows", "cluster_id", descending=[True, False])
    # On the first night of all, every cluster is new: that is no news.
    ds = facts.run.ds if facts.history.height else ""
    founded = order.filter(pl.col("first_ds") == ds)
    came, founded_rows = int(order["rows"].sum()), int(founded["rows"].sum())
    values = {
        "all_clusters": order.height,
        "largest": _list_clusters(order.head(LARGEST), ds),
        "largest_share": share_of(int(order["rows"].head(LARGEST).sum()), came),
        "further": _list_clusters(order[LARGEST : LARGEST + FOLDED], ds),
        "has_history": facts.history.height > 0,
        "founded": founded.height,
        "founded_rows": founded_rows,
        "founded_share": share_of(founded_rows, came),
        "new": _list_clusters(founded.head(FOLDED), ds),
        "opens_new": founded.height <= LARGEST,
        "least_users": number_setting(facts, "pruning", "name_users_min"),
    }
    title = "What people wrote about: clusters of prompts"
    return PageSection("clusters", title, "clusters.html.j2", values)


def _list_clusters(rows: pl.DataFrame, ds: str) -> list[dict[str, Any]]:
    """Return the rows with `since`: the first night of a cluster in words."""
    words = {ds: "new", None: "—"}
    return [
        row | {"since": words.get(row["first_ds"]) or show_value(row["first_ds"])}
        for row in rows.to_dicts()
    ]
