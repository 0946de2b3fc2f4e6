"""The sections of a report's page: what each figure and table stands under, and what to read in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import polars as pl

from pipelines.report.alarm import Alarm, Severity
from pipelines.report.alarms import show_bounds
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
from pipelines.report.markup import (
    Column,
    Markup,
    columns,
    element,
    fold,
    join,
    paragraph,
    share_of,
    show_count,
    show_counted,
    show_number,
    show_share,
    show_value,
    table,
)
from pipelines.report.svg import OUTCOME_WORDS, OUTCOMES
from pipelines.report.tally import (
    design_effects,
    dimensions_of,
    keep_ledgers,
    language_mismatch,
    measure_balance,
    number_setting,
    order_constraints,
    setting,
    tell_reasons,
)

SIGNS = {Severity.CRITICAL: "■", Severity.WARNING: "▲", Severity.NOTE: "●"}
LEVELS = ("low", "medium", "high", "unknown")
LISTED_ROWS = 40
"""Rows of one table of the page; `report.json` beside it has every row."""


@dataclass(frozen=True, slots=True)
class PageSection:
    """One section: its anchor, its heading, its content (empty = it is left out), its name in the menu."""

    anchor: str
    title: str
    content: Markup
    short: str = ""


def grid(*figures: Markup) -> Markup:
    """Return the figures side by side where there is room, else one below the other."""
    return element("div", *figures, class_="grid")


def columns_of(*figures: Markup) -> Markup:
    """Return many figures of unlike heights in two columns, read down the first, then the second."""
    return element("div", *figures, class_="pile")


def tell_alarms(alarms: Sequence[Alarm]) -> PageSection:
    """Return the alarms; that there are none is said, too."""
    items = [
        element(
            "li",
            element("span", f"{SIGNS[alarm.severity]} {alarm.severity}", class_="tag"),
            element("div", element("strong", alarm.title), element("p", alarm.detail)),
            paragraph(alarm.remedy, class_="remedy"),
            class_=f"alarm {alarm.severity}",
        )
        for alarm in alarms
    ]
    none = paragraph("✓ Nothing to report: every rule was asked and none found anything.", class_="calm")
    return PageSection("alarms", "Alarms", element("ol", *items, class_="alarms") if items else none)


def tell_funnel(facts: ReportFacts) -> PageSection:
    """Return what each phase did, as a figure and as the ledger that must balance."""
    rows = [
        (
            ledger.phase,
            show_count(ledger.expected),
            *(show_count(ledger.counts.get(name, 0)) for name in OUTCOMES),
            show_share(share_of(ledger.kept, ledger.came)),
            "✓" if ledger.balanced else "✕",
        )
        for ledger in keep_ledgers(facts)
    ]
    heads = (
        *columns(
            "phase", "came | " + " | ".join(OUTCOME_WORDS[name] for name in OUTCOMES) + " | kept of came"
        ),
        Column("adds up"),
    )
    ledger = table("Ledger: in = kept + dropped + to review + quarantined, at every phase", heads, rows)
    return PageSection(
        "funnel",
        "From traffic to train and eval",
        join((grid(draw_funnel(facts), draw_reasons(facts)), ledger, _reasons(facts))),
    )


def _reasons(facts: ReportFacts) -> Markup:
    rows = [
        (
            show_value(reason, 60),
            phase,
            OUTCOME_WORDS.get(outcome, outcome),
            show_count(n),
            show_share(share_of(n, facts.in_rows)),
        )
        for phase, outcome, reason, n in tell_reasons(facts).iter_rows()
    ]
    heads = columns("reason | phase | outcome", "rows | of the night")
    return fold(f"All {len(rows)} reasons", table("Every reason for which a row did not go on", heads, rows))


def tell_constraints(facts: ReportFacts) -> PageSection:
    """Return what was asked of train and eval, and what was achieved."""
    if not facts.constraints.height:
        return PageSection("constraints", "Constraints", Markup(""))
    missed = facts.constraints.filter(~pl.col("met").fill_null(value=False)).height
    binding = facts.constraints.filter(pl.col("binding").fill_null(value=False)).height
    lead = paragraph(
        f"{facts.constraints.height:,} bounds: {facts.constraints.height - missed:,} met, {missed:,} missed, "
        f"{binding:,} binding (marked =: without them the draw would have been another)."
    )
    sides = [side for side in ("train", "eval") if (facts.constraints["side"] == side).any()]
    heads = columns(
        "constraint | side | kind | value | verdict | binding",
        "asked | achieved | rows in the pool | slack in rows | one more row gains",
    )
    listed = table("Missed and binding values first", heads, _bounds(facts.constraints, LISTED_ROWS))
    figures = grid(*(draw_constraints(facts.constraints, side) for side in sides))
    return PageSection(
        "constraints",
        "Constraints and targets",
        join((lead, figures, fold("The table of constraints", listed))),
    )


def _price(row: Mapping[str, Any]) -> tuple[str, str]:
    slack, price = row["slack"], row["shadow_price"]
    return "" if slack is None else f"{slack:,}", "" if price is None else f"{price:.4g}"


def _bounds(rows: pl.DataFrame, listed: int) -> list[tuple[str, ...]]:
    cells: list[tuple[str, ...]] = []
    for (side, text), part in order_constraints(rows):
        worst = (pl.col("met").fill_null(value=False), ~pl.col("binding").fill_null(value=False), "value")
        for row in islice(part.sort(*worst, nulls_last=True).iter_rows(named=True), listed):
            asked = show_bounds(row["required_min"], row["required_max"])
            kind, verdict = "hard" if row["hard"] else "soft", "✓ met" if row["met"] else "✕ missed"
            binding, numbers = (
                "= binding" if row["binding"] else "",
                (show_share(row["achieved"]), show_count(row["pool"]), *_price(row)),
            )
            cells.append(
                (
                    show_value(text, 80),
                    side,
                    kind,
                    show_value(row["value"]),
                    verdict,
                    binding,
                    asked,
                    *numbers,
                )
            )
        if part.height > listed:
            cells.append(
                (
                    show_value(text, 80),
                    side,
                    "",
                    f"… {part.height - listed:,} values more",
                    *[""] * 7,
                )
            )
    return cells


def tell_balance(facts: ReportFacts) -> PageSection:
    """Return the distributions before and after, and how far they lie apart."""
    dimensions = dimensions_of(facts.marginals)
    if not dimensions:
        return PageSection("balance", "Before and after", Markup(""))
    balance = measure_balance(facts)
    far = balance.filter(pl.col("train") > NEAR).height
    effects = " ".join(
        f"Design effect of the weights on {side}: {show_number(e)}."
        for side, e in sorted(design_effects(facts).items())
    )
    lead = paragraph(
        f"{far:,} of {balance.height:,} values lie beyond {NEAR:g} in train: where a target asks for it, "
        f"that is its purpose; `weight` restores the traffic's shares for who trains on all rows. {effects}"
    )
    rows = [
        (
            f"{show_value(dimension)} = {show_value(value)}",
            show_share(traffic),
            *(show_number(v) for v in rest),
        )
        for dimension, value, traffic, *rest in balance.head(5 * LISTED_ROWS).iter_rows()
    ]
    heads = columns("value", "share of traffic | pool | train | eval")
    listed = fold(
        "Every difference as a number", table("Absolute standardised difference to the traffic", heads, rows)
    )
    figures = columns_of(draw_love_plot(facts), *(draw_shares(facts, name) for name in dimensions))
    return PageSection("balance", "Before and after, against the traffic", join((lead, figures, listed)))


def tell_pruning(facts: ReportFacts) -> PageSection:
    """Return what pruning kept, and how near the dropped samples lie to a kept one."""
    if not facts.pruning.height:
        return PageSection("pruning", "Pruning", Markup(""))
    came = int(facts.pruning["rows"].sum())
    counts = {
        reason: int(rows)
        for reason, rows in facts.pruning.group_by("reason").agg(pl.col("rows").sum()).iter_rows()
    }
    leaders, near, budget = (counts.get(reason, 0) for reason in ("leader", "near_duplicate", "budget"))
    asked = show_share(number_setting(facts, "pruning", "retain"))
    lead = paragraph(
        f"{show_count(leaders)} of {show_counted(came, 'sample')} stay "
        f"({show_share(share_of(leaders, came))}; asked: at most {asked}). "
        f"{show_count(near)} are near-duplicates of a kept one, "
        f"{show_count(budget)} went because they add least."
    )
    clusters = [draw_clusters(facts)] if facts.clusters.height else []
    similarity = draw_similarity(facts, number_setting(facts, "pruning", "cut"))
    return PageSection("pruning", "Retention and pruning", join((lead, grid(similarity, *clusters))))


def tell_difficulty(facts: ReportFacts) -> PageSection:
    """Return where prompts are hard: spread of the rewards against the best of them."""
    if not facts.difficulty.height:
        return PageSection("difficulty", "Difficulty", Markup(""))
    level = pl.col("level").fill_null("unknown")
    sums = facts.difficulty.group_by(level=level).agg(pl.col("rows").sum())
    total, counts = int(sums["rows"].sum()), dict(sums.iter_rows())
    names = sorted(counts, key=lambda name: (LEVELS.index(name) if name in LEVELS else len(LEVELS), name))
    rows = [
        (show_value(name), show_count(counts[name]), show_share(share_of(counts[name], total)))
        for name in names
    ]
    listed = table("Samples per level", columns("level", "samples | share"), rows)
    lead = paragraph(
        "Rewards that disagree about a prompt mark it as hard; a high best reward says that a good answer "
        "exists. Samples at the lower right are noise rather than difficulty: spread without a good answer."
    )
    scored = facts.difficulty["variance_bin"].is_not_null().any()
    return PageSection(
        "difficulty", "Difficulty", join((lead, grid(*([draw_difficulty(facts)] if scored else []), listed)))
    )


def tell_filters(facts: ReportFacts) -> PageSection:
    """Return what Phase I found: identifiers, safety scores with the cuts, languages."""
    parts: list[Markup] = []
    if facts.safety.height:
        parts += [
            draw_scores(facts, model, _cuts(facts, model))
            for model in facts.safety["model"].drop_nulls().unique().sort()
        ]
    if facts.languages.height:
        parts.append(draw_languages(facts))
    if facts.identifiers.height:
        ordered = facts.identifiers.sort("samples", "entity_type", descending=[True, False]).head(LISTED_ROWS)
        rows = [
            (show_value(name), show_count(found), show_count(samples))
            for name, found, samples in ordered.iter_rows()
        ]
        parts.append(table("Identifiers found, by type", columns("type", "findings | samples"), rows))
    if not parts:
        return PageSection("filters", "Phase I", Markup(""))
    differs, known = language_mismatch(facts)
    words = (
        f"Of {show_counted(known, 'sample')} that declare a language and were recognised, "
        f"{show_count(differs)} ({show_share(share_of(differs, known))}) are in another one."
    )
    return PageSection(
        "filters",
        "Phase I: identifiers, safety, language",
        join((paragraph(words if known else ""), columns_of(*parts))),
    )


def _cuts(facts: ReportFacts, model: str) -> list[tuple[float, str]]:
    """Return the cuts of a safety model: its own, else those of all others; a critical one has none."""
    if model in _as_list(setting(facts, "safety", "critical")):
        return []
    cuts = []
    for key, words in (("review_from", "review"), ("drop_from", "drop")):
        own = number_setting(facts, "safety", "cuts", model, key)
        value = number_setting(facts, "safety", "other", key) if own is None else own
        if value is not None:
            cuts.append((value, f"{words} {show_number(value)}"))
    return cuts


def _as_list(value: object) -> Sequence[object]:
    return value if isinstance(value, list | tuple) else ()


def tell_history(facts: ReportFacts) -> PageSection:
    """Return the nights before this one."""
    content = grid(draw_history(facts)) if facts.history.height else Markup("")
    return PageSection("history", "Night by night", content)


def tell_appendix(position: int, appendix: Appendix) -> PageSection:
    """Return a further table as a section of its own."""
    shown = appendix.rows.head(LISTED_ROWS)
    numeric = [kind.is_numeric() for kind in shown.dtypes]
    heads = [Column(name, numeric=number) for name, number in zip(shown.columns, numeric, strict=True)]
    rows = [tuple(_cell(cell) for cell in row) for row in shown.iter_rows()]
    more = appendix.rows.height - shown.height
    notes = [paragraph(f"… and {more:,} rows more in report.json.")] if more else []
    body = join((table(appendix.caption, heads, rows), *notes))
    return PageSection(f"appendix-{position}", appendix.title, body, short=appendix.title)


def _cell(value: object) -> str:
    if isinstance(value, bool) or value is None:
        return show_value(None if value is None else str(value).lower())
    if isinstance(value, int | float):
        return show_number(value)
    return show_value(str(value), 60)
