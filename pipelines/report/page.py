"""One self-contained HTML page: alarms first, then figures and tables. No script, no load, no chat."""

from collections.abc import Sequence

from pipelines.outcomes import Phase
from pipelines.report.alarm import Alarm, Severity
from pipelines.report.alarms import find_alarms
from pipelines.report.facts import ReportFacts
from pipelines.report.markup import (
    Markup,
    element,
    join,
    share_of,
    show_count,
    show_counted,
    show_share,
    show_value,
)
from pipelines.report.sections import (
    SIGNS,
    PageSection,
    tell_alarms,
    tell_appendix,
    tell_balance,
    tell_constraints,
    tell_difficulty,
    tell_filters,
    tell_funnel,
    tell_history,
    tell_pruning,
)
from pipelines.report.sections_clusters import tell_clusters
from pipelines.report.sections_retention import tell_retention
from pipelines.report.sections_run import show_time, tell_checks, tell_run, tell_slices
from pipelines.report.stylesheet import STYLESHEET
from pipelines.report.svg import pattern_definitions
from pipelines.report.tally import keep_ledgers

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def render_page(facts: ReportFacts) -> str:
    """Return the report of a run as one HTML document.

    It loads nothing, runs nothing (its content policy forbids both), and holds only counts, names of values,
    and what the run says of itself; every string of the data is escaped, made visible and cut.
    """
    alarms = find_alarms(facts)
    sections = [section for section in _sections(facts, alarms) if section.content]
    body = element(
        "body",
        element("a", "Skip to the alarms", href="#alarms", class_="skip"),
        pattern_definitions(),
        _head(facts, alarms),
        element("nav", element("ul", *(_link(section) for section in sections)), aria_label="Sections"),
        element("main", *(_section(section) for section in sections)),
        element("footer", _footer(facts)),
    )
    return f"<!DOCTYPE html>\n{element('html', _meta(facts), body, lang='en')}\n"


def _sections(facts: ReportFacts, alarms: Sequence[Alarm]) -> list[PageSection]:
    return [
        tell_alarms(alarms),
        tell_funnel(facts),
        tell_constraints(facts),
        tell_balance(facts),
        tell_slices(facts),
        tell_filters(facts),
        tell_pruning(facts),
        tell_retention(facts),
        tell_clusters(facts),
        tell_difficulty(facts),
        tell_history(facts),
        *(tell_appendix(position, appendix) for position, appendix in enumerate(facts.appendices)),
        tell_checks(facts),
        tell_run(facts),
    ]


def _meta(facts: ReportFacts) -> Markup:
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"Curation report, night of {show_value(facts.run.ds)}"),
        element("style", Markup(STYLESHEET)),
    )


def _link(section: PageSection) -> Markup:
    return element(
        "li", element("a", section.short or section.anchor.capitalize(), href=f"#{section.anchor}")
    )


def _section(section: PageSection) -> Markup:
    heading = element("h2", section.title, id=f"{section.anchor}-title")
    return element(
        "section", heading, section.content, id=section.anchor, aria_labelledby=f"{section.anchor}-title"
    )


def _head(facts: ReportFacts, alarms: Sequence[Alarm]) -> Markup:
    run = facts.run
    sign = "✓ " if run.status == "published" else "✕ "
    status = element(
        "span",
        sign,
        show_value(run.status),
        class_="status good" if run.status == "published" else "status bad",
    )
    when = f"run {show_value(run.run_id)} · {show_time(run.started_at)}{_duration(facts)}"
    return element(
        "header",
        element("p", "Curation report", class_="kicker"),
        element("h1", f"Night of {show_value(run.ds)}"),
        element("p", status, " ", element("span", when), class_="when"),
        element("p", _sentence(facts), class_="lead"),
        element("dl", *_tiles(facts, alarms), class_="tiles"),
    )


def _duration(facts: ReportFacts) -> str:
    if facts.run.started_at is None or facts.run.finished_at is None:
        return ""
    seconds = int((facts.run.finished_at - facts.run.started_at).total_seconds())
    return f" · took {seconds // 60} min {seconds % 60:02} s"


def _kept(facts: ReportFacts, phase: Phase) -> int | None:
    return next((ledger.kept for ledger in keep_ledgers(facts) if ledger.phase == phase), None)


def _sentence(facts: ReportFacts) -> str:
    passed, stayed = _kept(facts, Phase.LANGUAGE), _kept(facts, Phase.DIVERSITY)
    return (
        f"Of {show_counted(facts.in_rows, 'conversation')}, {show_count(passed)} may be trained on, "
        f"{show_count(stayed)} of these stand for the rest, and "
        f"{show_count(facts.train_rows + facts.eval_rows)} were drawn: "
        f"{show_count(facts.train_rows)} to train, {show_count(facts.eval_rows)} to eval."
    )


def _tiles(facts: ReportFacts, alarms: Sequence[Alarm]) -> list[Markup]:
    shown = [
        ("traffic", facts.in_rows),
        ("passed Phase I", _kept(facts, Phase.LANGUAGE)),
        ("after pruning", _kept(facts, Phase.DIVERSITY)),
        ("train", facts.train_rows),
        ("eval", facts.eval_rows),
    ]
    tiles = [
        _tile(name, show_count(rows), "" if name == "traffic" else _of_night(rows, facts))
        for name, rows in shown
    ]
    counts = {severity: sum(alarm.severity == severity for alarm in alarms) for severity in Severity}
    signs = " ".join(f"{SIGNS[severity]} {count}" for severity, count in counts.items())
    words = ", ".join(f"{count} {severity}" for severity, count in counts.items())
    figure = join((element("span", signs, aria_hidden="true"), element("span", words, class_="unseen")))
    return [*tiles, _tile("alarms", figure, "critical · warning · note", class_="signs")]


def _of_night(rows: int | None, facts: ReportFacts) -> str:
    return "" if rows is None else f"{show_share(share_of(rows, facts.in_rows))} of the night"


def _tile(name: str, figure: str, note: str, class_: str | None = None) -> Markup:
    told = element("dd", element("strong", figure), element("small", note))
    return element("div", element("dt", name), told, class_=class_)


def _footer(facts: ReportFacts) -> Markup:
    words = (
        "Counts are of samples, a conversation up to one prompt; shares are of the rows that came. "
        "Nothing on this page is the text of a conversation; the names of clusters are single redacted words "
        "that many users share. "
        f"Made from the tables of run {show_value(facts.run.run_id)}; report.json has every number."
    )
    return join((element("p", words),))
