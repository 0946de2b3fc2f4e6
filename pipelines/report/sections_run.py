"""The sections of a report's page about the run: losses by slice, checks, identity, configuration."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime

import polars as pl

from pipelines.outcomes import Phase
from pipelines.report.alarm import AlarmLimits
from pipelines.report.facts import ReportFacts
from pipelines.report.figures import draw_stages
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
    show_share,
    show_value,
    table,
)
from pipelines.report.sections import PageSection, columns_of
from pipelines.report.tally import dimensions_of, measure_slices, order_phases

LISTED_SLICES = 12
OPEN_DIMENSIONS = ("locale", "jtbd")
CONFIG_CHARS = 20_000


def tell_slices(facts: ReportFacts) -> PageSection:
    """Return for each dimension what every value lost, phase by phase."""
    slices = measure_slices(facts)
    dimensions = dimensions_of(slices)
    if not dimensions:
        return PageSection("slices", "Losses by slice", Markup(""))
    lead = paragraph(
        "Share of the samples that came to a phase and did not go on. ▲ marks a loss at least twice "
        "that of the other values together, and too large for chance. Sampling is left out: it is to differ."
    )
    shown = slices.filter((pl.col("phase") != Phase.SAMPLING) & (pl.col("lost") > 0))
    phases = order_phases(shown["phase"].unique())
    tables = [_slices_of(slices.filter(pl.col("dimension") == name), name, phases) for name in dimensions]
    return PageSection("slices", "Losses by slice", join((lead, element("div", *tables, class_="stack"))))


def _slices_of(slices: pl.DataFrame, dimension: str, phases: list[str]) -> Markup:
    """Return the table of one dimension: open where people look first, or where a slice stands out."""
    listed = _slice_table(slices, dimension, phases)
    marked = any(is_outlier(row, AlarmLimits()) for row in slices.iter_rows(named=True))
    values = slices["value"].n_unique()
    plural = "" if values == 1 else "s"
    summary = f"{show_value(dimension)}: {values:,} value{plural}" + (
        ", ▲ at least one stands out" if marked else ""
    )
    return fold(summary, listed, opened=marked or dimension in OPEN_DIMENSIONS)


def _slice_table(slices: pl.DataFrame, dimension: str, phases: list[str]) -> Markup:
    sizes = slices.group_by("value").agg(pl.col("came").max())
    sizes = sizes.sort("came", "value", descending=[True, False], nulls_last=True)
    answers = {(row["value"], row["phase"]): row for row in slices.iter_rows(named=True)}
    rows = [
        (show_value(value), show_count(size), *(_loss(answers.get((value, phase))) for phase in phases))
        for value, size in sizes.head(LISTED_SLICES).iter_rows()
    ]
    more = f", {len(rows)} largest of {sizes.height:,} values" if sizes.height > len(rows) else ""
    totals = slices.group_by("phase").agg(came=pl.col("came").sum(), lost=pl.col("lost").sum())
    overall = {phase: share_of(lost, came) for phase, came, lost in totals.iter_rows()}
    everything = (
        "all",
        show_count(int(sizes["came"].sum())),
        *(element("span", show_share(overall.get(phase)), class_="bar") for phase in phases),
    )
    heads = (
        Column(show_value(dimension)),
        Column("samples", numeric=True),
        *(Column(p, numeric=True) for p in phases),
    )
    return table(f"Share lost at each phase{more}", heads, [everything, *rows], class_="slices")


def _loss(answer: Mapping[str, object] | None) -> Markup:
    """Return a share with a bar of its length behind it; the sign says what the colour says."""
    if answer is None or not isinstance(share := answer["share"], float):
        return Markup("—")
    sign = "▲ " if is_outlier(answer, AlarmLimits()) else ""
    width = f"--w:{min(share, 1.0) * 100:.1f}%"
    return element("span", sign, show_share(share), class_="bar hot" if sign else "bar", style=width)


def is_outlier(answer: Mapping[str, object], limits: AlarmLimits) -> bool:
    """Return whether a slice lost far more than the rest of its dimension, and not by chance."""
    share, others, z, came = (answer[name] for name in ("share", "others_share", "z", "came"))
    if not (
        isinstance(share, float)
        and isinstance(others, float)
        and isinstance(z, float)
        and isinstance(came, int)
    ):
        return False
    return (
        came >= limits.slice_rows_from
        and share >= limits.slice_ratio_from * others
        and z >= limits.slice_z_from
    )


def tell_checks(facts: ReportFacts) -> PageSection:
    """Return every check that the job made before it published, with its evidence."""
    checks = facts.run.checks
    if not checks:
        return PageSection("checks", "Checks", Markup(""))
    rows = [
        (
            show_value(c.name, 80),
            "✓ holds" if c.passed else "✕ FAILED",
            show_value(c.promise, 240),
            show_value(c.evidence, 240),
        )
        for c in sorted(checks, key=lambda check: check.passed)
    ]
    passed = sum(check.passed for check in checks)
    lead = paragraph(f"{passed} of {len(checks)} hold. A night is published only when all of them do.")
    listed = table(
        "Checks made before anything was published",
        columns("check | verdict | promise | evidence"),
        rows,
        class_="prose",
    )
    return PageSection("checks", "Checks, with their evidence", join((lead, listed)))


def tell_run(facts: ReportFacts) -> PageSection:
    """Return who ran: identity, versions, models, time, configuration."""
    run = facts.run
    identity = [
        ("run", run.run_id),
        ("night", run.ds),
        ("status", run.status),
        ("started", show_time(run.started_at)),
        ("finished", show_time(run.finished_at)),
        ("code", run.code_version),
        ("configuration", run.config_hash),
        *((f"{name}, read at version", _version(v)) for name, v in sorted(run.input_versions.items())),
        *((f"{name}, committed as version", _version(v)) for name, v in sorted(run.output_versions.items())),
    ]
    who = table(
        "Identity of the run",
        columns("what | value"),
        [(show_value(k, 60), show_value(str(v), 80)) for k, v in identity],
    )
    models = [
        (show_value(name), show_value(str(revision), 70))
        for name, revision in sorted(run.model_revisions.items())
    ]
    which = [table("Models", columns("model | revision"), models)] if models else []
    time = [draw_stages(run.stages)] if run.stages else []
    return PageSection("run", "The run", join((columns_of(who, *time, *which), _configuration(facts))))


def _version(version: int | str | None) -> str:
    return "—" if version is None else str(version)


def _configuration(facts: ReportFacts) -> Markup:
    written = json.dumps(facts.run.config, indent=2, sort_keys=True, ensure_ascii=True, default=str)
    shown = (
        written if len(written) <= CONFIG_CHARS else written[:CONFIG_CHARS] + "\n… cut; `runs` has all of it"
    )
    return fold(
        "The whole configuration",
        element("pre", element("code", shown), tabindex="0", aria_label="configuration"),
    )


def show_time(time: datetime | None) -> str:
    """Return a time in UTC to the second; a time without a zone is taken as UTC."""
    if time is None:
        return "—"
    utc = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    return f"{utc:%Y-%m-%d %H:%M:%S} UTC"
