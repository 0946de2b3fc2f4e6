"""One self-contained HTML page: alarms, then figures and tables. No script, no request, no chat."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipelines.outcomes import Phase
from pipelines.report.alarm import Alarm, Severity
from pipelines.report.alarms import find_alarms
from pipelines.report.facts import ReportFacts, RunFacts
from pipelines.report.measures import keep_ledgers
from pipelines.report.sections import (
    PageSection,
    describe_alarms,
    describe_appendix,
    describe_balance,
    describe_constraints,
    describe_difficulty,
    describe_filters,
    describe_funnel,
    describe_history,
    describe_pruning,
)
from pipelines.report.sections_clusters import describe_clusters
from pipelines.report.sections_retention import describe_retention
from pipelines.report.sections_run import describe_checks, describe_run, describe_slices
from pipelines.report.svg import define_patterns, read_style
from pipelines.report.values import (
    escape_unless_markup,
    mark_code,
    share_of,
    show_bounds,
    show_count,
    show_counted,
    show_number,
    show_share,
    show_time,
    show_times,
    show_value,
)

SIGNS = {Severity.CRITICAL: "■", Severity.WARNING: "▲", Severity.NOTE: "●"}


def render_page(facts: ReportFacts) -> str:
    """Return the report of a run as one HTML document.

    It loads nothing, runs nothing (its content policy forbids both), and holds only counts, names
    of values, and what the run says of itself; every string of the data is escaped, made visible
    and cut.
    """
    alarms = find_alarms(facts)
    sections = [(section, render_section(section)) for section in _describe_sections(facts, alarms)]
    template = _templates().get_template("page.html.j2")
    return template.render(**_describe_head(facts, alarms), sections=sections)


def render_section(section: PageSection) -> Markup:
    """Return the content of a section, without its heading."""
    content = _templates().get_template(section.template).render(section.values)
    return Markup(content)  # noqa: S704 rendered with autoescape


@cache
def _templates() -> Environment:
    """Return the templates: text is escaped unless it is markup; an undefined value is an error."""
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        finalize=escape_unless_markup,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters |= {
        "bounds": show_bounds,
        "code": mark_code,
        "count": show_count,
        "counted": show_counted,
        "number": show_number,
        "share": show_share,
        "share_of": share_of,
        "time": show_time,
        "times": show_times,
        "value": show_value,
    }
    templates.globals["signs"] = SIGNS
    return templates


def _describe_sections(facts: ReportFacts, alarms: Sequence[Alarm]) -> list[PageSection]:
    """Return the sections that have something to show, in their order on the page."""
    sections = [
        describe_alarms(alarms),
        describe_funnel(facts),
        describe_constraints(facts),
        describe_balance(facts),
        describe_slices(facts),
        describe_filters(facts),
        describe_pruning(facts),
        describe_retention(facts),
        describe_clusters(facts),
        describe_difficulty(facts),
        describe_history(facts),
        *(
            describe_appendix(position, appendix)
            for position, appendix in enumerate(facts.appendices)
        ),
        describe_checks(facts),
        describe_run(facts),
    ]
    return [section for section in sections if section is not None]


def _describe_head(facts: ReportFacts, alarms: Sequence[Alarm]) -> Mapping[str, object]:
    run = facts.run
    kept = {ledger.phase: ledger.kept for ledger in keep_ledgers(facts)}
    passed, stayed = kept.get(Phase.LANGUAGE), kept.get(Phase.DIVERSITY)
    return {
        "run": run,
        "is_published": run.status == "published",
        "seconds": _measure_seconds(run),
        "in_rows": facts.in_rows,
        "train_rows": facts.train_rows,
        "eval_rows": facts.eval_rows,
        "passed": passed,
        "stayed": stayed,
        "tiles": [
            ("traffic", facts.in_rows),
            ("passed Phase I", passed),
            ("after pruning", stayed),
            ("train", facts.train_rows),
            ("eval", facts.eval_rows),
        ],
        "severities": [(s, sum(alarm.severity == s for alarm in alarms)) for s in Severity],
        "styles": {"figures": read_style("figures.css"), "page": read_style("page.css")},
        "patterns": define_patterns(),
    }


def _measure_seconds(run: RunFacts) -> int | None:
    if run.started_at is None or run.finished_at is None:
        return None
    return int((run.finished_at - run.started_at).total_seconds())
