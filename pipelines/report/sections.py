"""What each section of a report's page shows: the values of its template."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipelines.report.alarm import Alarm
from pipelines.report.facts import Appendix, ReportFacts
from pipelines.report.figures import draw_constraints, draw_funnel, draw_history, draw_reasons
from pipelines.report.figures_balance import NEAR, draw_love_plot, draw_shares
from pipelines.report.figures_planes import (
    draw_clusters,
    draw_difficulty,
    draw_languages,
    draw_scores,
    draw_similarity,
)
from pipelines.report.measures import (
    compare_stages,
    count_reasons,
    design_effects,
    dimensions_of,
    keep_ledgers,
    language_mismatch,
    number_setting,
    order_constraints,
    setting,
)
from pipelines.report.svg import OUTCOME_WORDS
from pipelines.report.values import show_number, show_value

LEVELS = ("low", "medium", "high", "unknown")
LISTED_ROWS = 40
"""Rows of one table of the page; `report.json` has every row."""


@dataclass(frozen=True, slots=True)
class PageSection:
    """One section of the page.

    Args:
        anchor: its id, and its name in the menu where it has no short one.
        title: its heading.
        template: the file that writes its content.
        values: what the template shows.
        short: its name in the menu; empty = its anchor.
    """

    anchor: str
    title: str
    template: str
    values: Mapping[str, object]
    short: str = ""


def describe_alarms(alarms: Sequence[Alarm]) -> PageSection:
    """Return the alarms, or a line that says there are none."""
    return PageSection("alarms", "Alarms", "alarms.html.j2", {"alarms": alarms})


def describe_funnel(facts: ReportFacts) -> PageSection:
    """Return what each phase did, as a figure and as the ledger that must balance."""
    values = {
        "funnel": draw_funnel(facts),
        "reasons_drawn": draw_reasons(facts),
        "ledgers": keep_ledgers(facts),
        "outcomes": OUTCOME_WORDS,
        "reasons": count_reasons(facts).select("phase", "outcome", "reason", "rows").rows(),
        "in_rows": facts.in_rows,
    }
    return PageSection("funnel", "From traffic to train and eval", "funnel.html.j2", values)


def describe_constraints(facts: ReportFacts) -> PageSection | None:
    """Return what was asked of train and eval, and what was achieved."""
    rows = facts.constraints
    if rows.is_empty():
        return None
    sides = [side for side in ("train", "eval") if (rows["side"] == side).any()]
    values = {
        "bounds": rows.height,
        "missed": rows.filter(~pl.col("met").fill_null(value=False)).height,
        "binding": rows.filter(pl.col("binding").fill_null(value=False)).height,
        "figures": [draw_constraints(rows, side) for side in sides],
        "constraints": [
            _list_bounds(side, text, part) for (side, text), part in order_constraints(rows)
        ],
    }
    return PageSection("constraints", "Constraints and targets", "constraints.html.j2", values)


def _list_bounds(side: str, text: str, rows: pl.DataFrame) -> dict[str, object]:
    """Return the first bounds of a constraint, missed and binding ones first."""
    worst = (
        pl.col("met").fill_null(value=False),
        ~pl.col("binding").fill_null(value=False),
        "value",
    )
    listed = rows.sort(*worst, nulls_last=True).head(LISTED_ROWS)
    return {
        "side": side,
        "text": text,
        "rows": listed.to_dicts(),
        "more": rows.height - listed.height,
    }


def describe_balance(facts: ReportFacts) -> PageSection | None:
    """Return the distributions before and after, and how far they lie apart."""
    dimensions = dimensions_of(facts.marginals)
    if not dimensions:
        return None
    balance = compare_stages(facts)
    values = {
        "far": balance.filter(pl.col("train") > NEAR).height,
        "values": balance.height,
        "near": NEAR,
        "effects": sorted(design_effects(facts).items()),
        "figures": [draw_love_plot(facts), *(draw_shares(facts, name) for name in dimensions)],
        "rows": balance.head(5 * LISTED_ROWS).to_dicts(),
    }
    return PageSection(
        "balance", "Before and after, against the traffic", "balance.html.j2", values
    )


def describe_pruning(facts: ReportFacts) -> PageSection | None:
    """Return what pruning kept, and how near the dropped samples lie to a kept one."""
    if facts.pruning.is_empty():
        return None
    counts = dict(facts.pruning.group_by("reason").agg(pl.col("rows").sum()).iter_rows())
    clusters = [draw_clusters(facts)] if facts.clusters.height else []
    values = {
        "came": sum(counts.values()),
        "leaders": counts.get("leader", 0),
        "near": counts.get("near_duplicate", 0),
        "budget": counts.get("budget", 0),
        "retain": number_setting(facts, "pruning", "retain"),
        "figures": [draw_similarity(facts, number_setting(facts, "pruning", "cut")), *clusters],
    }
    return PageSection("pruning", "Retention and pruning", "pruning.html.j2", values)


def describe_difficulty(facts: ReportFacts) -> PageSection | None:
    """Return where prompts are hard: spread of the rewards against the best of them."""
    if facts.difficulty.is_empty():
        return None
    level = pl.col("level").fill_null("unknown")
    counts = dict(facts.difficulty.group_by(level=level).agg(pl.col("rows").sum()).iter_rows())
    names = sorted(
        counts, key=lambda name: (LEVELS.index(name) if name in LEVELS else len(LEVELS), name)
    )
    scored = facts.difficulty["variance_bin"].is_not_null().any()
    values = {
        "levels": [(name, counts[name]) for name in names],
        "total": sum(counts.values()),
        "figures": [draw_difficulty(facts)] if scored else [],
    }
    return PageSection("difficulty", "Difficulty", "difficulty.html.j2", values)


def describe_filters(facts: ReportFacts) -> PageSection | None:
    """Return what Phase I found: identifiers, safety scores with the cuts, languages."""
    models = facts.safety["model"].drop_nulls().unique().sort()
    figures = [draw_scores(facts, model, _list_cuts(facts, model)) for model in models]
    figures += [draw_languages(facts)] if facts.languages.height else []
    identifiers = facts.identifiers.sort("samples", "entity_type", descending=[True, False])
    if not figures and identifiers.is_empty():
        return None
    differs, known = language_mismatch(facts)
    values = {
        "known": known,
        "differs": differs,
        "figures": figures,
        "identifiers": identifiers.head(LISTED_ROWS).to_dicts(),
    }
    return PageSection(
        "filters", "Phase I: identifiers, safety, language", "filters.html.j2", values
    )


def _list_cuts(facts: ReportFacts, model: str) -> list[tuple[float, str]]:
    """Return the cuts of a safety model: its own, else the default; a critical one has none."""
    critical = setting(facts, "safety", "critical")
    if isinstance(critical, list | tuple) and model in critical:
        return []
    cuts = []
    for key, words in (("review_from", "review"), ("drop_from", "drop")):
        own = number_setting(facts, "safety", "cuts", model, key)
        value = number_setting(facts, "safety", "other", key) if own is None else own
        if value is not None:
            cuts.append((value, f"{words} {show_number(value)}"))
    return cuts


def describe_history(facts: ReportFacts) -> PageSection | None:
    """Return the nights before this one."""
    if facts.history.is_empty():
        return None
    return PageSection(
        "history", "Night by night", "history.html.j2", {"figure": draw_history(facts)}
    )


def describe_appendix(position: int, appendix: Appendix) -> PageSection:
    """Return a further table as a section of its own."""
    shown = appendix.rows.head(LISTED_ROWS)
    values = {
        "caption": appendix.caption,
        "columns": [(name, kind.is_numeric()) for name, kind in shown.schema.items()],
        "rows": [[_show_cell(cell) for cell in row] for row in shown.iter_rows()],
        "more": appendix.rows.height - shown.height,
    }
    return PageSection(
        f"appendix-{position}", appendix.title, "appendix.html.j2", values, short=appendix.title
    )


def _show_cell(value: Any) -> str:  # noqa: ANN401 whatever a frame holds
    if value is None:
        return show_value(None)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return show_number(value)
    return show_value(str(value), 60)
