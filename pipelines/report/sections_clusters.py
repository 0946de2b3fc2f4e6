"""The section of a report's page about clusters: what people ask about, what became of it, what is new."""

import polars as pl

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
    show_counted,
    show_share,
    show_value,
    table,
)
from pipelines.report.sections import PageSection
from pipelines.report.tally import number_setting

LARGEST = 12
"""Clusters of the table that stands open; the next ones are folded."""
FOLDED = 60
NO_NAME = "no word in common"


def tell_clusters(facts: ReportFacts) -> PageSection:
    """Return the largest clusters by name, and those that no earlier night had."""
    if not facts.clusters.height:
        return PageSection("clusters", "Clusters", Markup(""))
    order = facts.clusters.sort("rows", "cluster_id", descending=[True, False])
    # On the first night of all, every cluster is new: that is no news.
    ds = facts.run.ds if facts.history.height else ""
    founded = order.filter(pl.col("first_ds") == ds)
    largest = _table(f"The {min(LARGEST, order.height)} largest clusters", order.head(LARGEST), ds)
    folds = []
    if order.height > LARGEST:
        rest = order[LARGEST : LARGEST + FOLDED]
        folds.append(fold(f"The next {rest.height}", _table("Further clusters, by size", rest, ds)))
    if founded.height:
        shown = founded.head(FOLDED)
        words = f"{founded.height:,} clusters that no earlier night has" + _cut(founded, shown)
        folds.append(
            fold(words, _table("New clusters, by size", shown, ds), opened=founded.height <= LARGEST)
        )
    body = join((_lead(facts, order, founded), element("div", largest, *folds, class_="stack")))
    return PageSection("clusters", "What people wrote about: clusters of prompts", body)


def _cut(whole: pl.DataFrame, shown: pl.DataFrame) -> str:
    return f", the {shown.height} largest" if shown.height < whole.height else ""


def _lead(facts: ReportFacts, order: pl.DataFrame, founded: pl.DataFrame) -> Markup:
    came, top = int(order["rows"].sum()), int(order["rows"].head(LARGEST).sum())
    least = number_setting(facts, "pruning", "name_users_min")
    shared = "many" if least is None else f"at least {show_count(least)}"
    news = ""
    if facts.history.height:
        rows = int(founded["rows"].sum())
        news = (
            f" {show_count(founded.height)} are new tonight, with {show_counted(rows, 'sample')} "
            f"({show_share(share_of(rows, came))}); the others go on from earlier nights under their ids."
        )
    return paragraph(
        f"{order.height:,} clusters of like prompts; the {min(LARGEST, order.height)} largest hold "
        f"{show_share(share_of(top, came))} of the samples.{news} A cluster is called by redacted words that "
        f"{shared} of its users wrote and other clusters lack. Clusters decide nothing: they are for reading."
    )


def _table(caption: str, rows: pl.DataFrame, ds: str) -> Markup:
    heads = columns(
        "cluster | name | since",
        "samples | night before | of all users | kept | near-duplicates | beyond budget",
    )
    cells = [
        (
            show_value(row["cluster_id"]),
            element("span", NO_NAME, class_="faint") if row["name"] is None else show_value(row["name"], 80),
            {ds: "new", None: "—"}.get(row["first_ds"]) or show_value(row["first_ds"]),
            show_count(row["rows"]),
            show_count(row["rows_before"]),
            show_share(row["users_share"]),
            f"{show_count(row['kept'])} ({show_share(share_of(row['kept'] or 0, row['rows'] or 0))})",
            show_count(row["near_duplicates"]),
            show_count(row["budget"]),
        )
        for row in rows.iter_rows(named=True)
    ]
    return table(caption, heads, cells, class_="topics")
