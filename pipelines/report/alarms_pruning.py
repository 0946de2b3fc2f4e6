"""Alarms of Phase II: slices that it empties, scripts the encoder confuses, nights not compared."""

from collections.abc import Callable, Iterator, Mapping

import polars as pl

from pipelines.outcomes import Phase
from pipelines.report.alarm import Alarm, Severity
from pipelines.report.facts import ReportFacts
from pipelines.report.measures import is_confused, measure_retention, measure_slices
from pipelines.report.settings import AlarmLimits
from pipelines.report.values import share_of, show_count, show_counted, show_share, show_value


def name_slice(row: Mapping[str, str | None]) -> str:
    """Return a slice as `locale = hi-IN`."""
    return f"{show_value(row['dimension'])} = {show_value(row['value'])}"


def _pruned_slices(facts: ReportFacts, limits: AlarmLimits) -> Iterator[Alarm]:
    hit = measure_slices(facts).filter(
        (pl.col("phase") == Phase.DIVERSITY)
        & (pl.col("came") >= limits.slice_rows_from)
        & (pl.col("share") >= limits.pruned_slice_from)
    )
    for row in hit.sort("share", "dimension", "value", descending=[True, False, False]).iter_rows(
        named=True
    ):
        yield Alarm(
            Severity.WARNING,
            f"Pruning empties a slice: {name_slice(row)}",
            f"{show_count(row['lost'])} of {show_counted(row['came'], 'sample')} went (duplicates, "
            "budget).",
            "A template, or a slice that repeats itself: look at its clusters first.",
        )


def _duplicates(facts: ReportFacts, limits: AlarmLimits) -> Iterator[Alarm]:
    near = int(facts.pruning.filter(pl.col("reason") == "near_duplicate")["rows"].sum())
    came = int(facts.pruning["rows"].sum())
    if (share_of(near, came) or 0.0) >= limits.duplicates_from:
        yield Alarm(
            Severity.WARNING,
            f"Most prompts repeat another: {show_share(near / came)} are near-duplicates",
            f"{show_count(near)} of {show_counted(came, 'sample')} that reached pruning.",
            "Look at the largest clusters; a client may send a template.",
        )
    largest = facts.clusters.sort("rows", "cluster_id", descending=[True, False]).head(1)
    for cluster, name, rows, kept in largest.select(
        "cluster_id", "name", "rows", "kept"
    ).iter_rows():
        if (share_of(rows, came) or 0.0) >= limits.cluster_from:
            label = (
                show_value(cluster)
                if name is None
                else f"{show_value(cluster)}, {show_value(name)}"
            )
            yield Alarm(
                Severity.NOTE,
                f"One cluster holds {show_share(rows / came)} of the prompts: {label}",
                f"{show_counted(rows, 'sample')}, {show_count(kept)} of them stay.",
                "A template, or one very common request: see its row among the clusters.",
            )


def _confused(facts: ReportFacts, limits: AlarmLimits) -> Iterator[Alarm]:
    for row in measure_retention(facts).iter_rows(named=True):
        if row["dimension"] in ENCODER_DIMENSIONS and is_confused(row, limits):
            rest = (
                ""
                if row["others_share"] is None
                else f", the others {show_share(row['others_share'])}"
            )
            yield Alarm(
                Severity.WARNING,
                f"The encoder may not read this {row['dimension']}: {show_value(row['value'])}",
                f"Its {show_count(row['texts'])} different prompts are represented by "
                f"{show_count(row['texts'] - row['merged_texts'])}: {show_share(row['share'])} "
                f"merged{rest}.",
                "Read a few of them next to their witnesses. Are they different? Then choose an "
                "encoder that reads it (models.encoder); gates.max_duplicate_share stops such a "
                "night.",
            )


def _uncompared(facts: ReportFacts, _: AlarmLimits) -> Iterator[Alarm]:
    nights = facts.uncompared.sort("ds", descending=True)
    if nights.height:
        named = [
            f"{show_value(ds)} ({show_counted(rows, 'row')})"
            for ds, rows in nights.head(LISTED_NIGHTS).iter_rows()
        ]
        more = (
            f" and {nights.height - LISTED_NIGHTS:,} more" if nights.height > LISTED_NIGHTS else ""
        )
        yield Alarm(
            Severity.WARNING,
            f"Nights not compared: {', '.join(named)}{more}",
            f"{show_counted(int(nights['rows'].sum()), 'row')} of earlier nights without a vector "
            "of this run's encoder: what repeats them was kept as new, and may be on the other "
            "side.",
            "Run jobs/reembed.py, then this night again. What it calls gone stays uncompared.",
        )


ENCODER_DIMENSIONS = ("language", "script")
LISTED_NIGHTS = 3

PRUNING_RULES: tuple[Callable[[ReportFacts, AlarmLimits], Iterator[Alarm]], ...] = (
    _pruned_slices,
    _duplicates,
    _confused,
    _uncompared,
)
"""These rules, in the order in which a reader needs them."""
