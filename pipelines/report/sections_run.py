"""The report's sections on the run: losses by slice, checks, identity, configuration."""

import json
from typing import Any

import polars as pl

from pipelines.outcomes import Phase
from pipelines.report.facts import ReportFacts
from pipelines.report.figures import draw_stages
from pipelines.report.measures import dimensions_of, is_outlier, measure_slices, order_phases
from pipelines.report.sections import PageSection
from pipelines.report.settings import read_limits
from pipelines.report.values import share_of, show_time, show_value

LISTED_SLICES = 12
OPEN_DIMENSIONS = ("locale", "jtbd")
CONFIG_CHARS = 20_000


def describe_slices(facts: ReportFacts) -> PageSection | None:
    """Return for each dimension what every value lost, phase by phase."""
    slices, limits = measure_slices(facts), read_limits(facts.run.config)
    dimensions = dimensions_of(slices)
    if not dimensions:
        return None
    marked = slices.with_columns(is_outlier=is_outlier(limits))
    shown = slices.filter((pl.col("phase") != Phase.SAMPLING) & (pl.col("lost") > 0))
    phases = order_phases(shown["phase"].unique())
    listed = [
        _list_slices(marked.filter(pl.col("dimension") == name), name, phases)
        for name in dimensions
    ]
    values = {"ratio": limits.slice_ratio_from, "phases": phases, "dimensions": listed}
    return PageSection("slices", "Losses by slice", "slices.html.j2", values)


def _list_slices(slices: pl.DataFrame, dimension: str, phases: list[str]) -> dict[str, object]:
    """Return one dimension: its largest values, and each significant one, however small it is.

    It is open for the most important dimensions, or where a slice is significant.
    """
    shown = slices.filter(pl.col("phase").is_in(phases))
    outliers = shown.filter("is_outlier")["value"].unique()
    sizes = slices.group_by("value").agg(pl.col("came").max())
    order = sizes.sort("came", "value", descending=[True, False], nulls_last=True)
    has_outlier = pl.col("value").is_in(outliers.to_list(), nulls_equal=True)
    listed = order.filter(has_outlier | (pl.int_range(pl.len()) < LISTED_SLICES))
    answers = {(row["value"], row["phase"]): row for row in shown.to_dicts()}
    totals = slices.group_by("phase").agg(came=pl.col("came").sum(), lost=pl.col("lost").sum())
    more = f", {listed.height} of {order.height:,} values" if order.height > listed.height else ""
    words = f"{show_value(dimension)}: {order.height:,} value{'' if order.height == 1 else 's'}"
    return {
        "name": dimension,
        "summary": words + (", ▲ at least one outlier" if len(outliers) else ""),
        "opened": len(outliers) > 0 or dimension in OPEN_DIMENSIONS,
        "more": more,
        "samples": int(order["came"].sum()),
        "overall": {phase: share_of(lost, came) for phase, came, lost in totals.iter_rows()},
        "rows": [
            {
                "value": value,
                "samples": came,
                "answers": [answers.get((value, phase)) for phase in phases],
            }
            for value, came in listed.iter_rows()
        ],
    }


def describe_checks(facts: ReportFacts) -> PageSection | None:
    """Return every check that the job made before it published, with its evidence."""
    checks = sorted(facts.run.checks, key=lambda check: check.passed)
    if not checks:
        return None
    values = {"checks": checks, "passed": sum(check.passed for check in checks)}
    return PageSection("checks", "Checks, with their evidence", "checks.html.j2", values)


def describe_run(facts: ReportFacts) -> PageSection:
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
        *(
            (f"{name}, read at version", _show_version(v))
            for name, v in sorted(run.input_versions.items())
        ),
        *(
            (f"{name}, committed as version", _show_version(v))
            for name, v in sorted(run.output_versions.items())
        ),
    ]
    values = {
        "identity": [(what, str(said)) for what, said in identity],
        "models": sorted((name, str(revision)) for name, revision in run.model_revisions.items()),
        "stages": draw_stages(run.stages) if run.stages else None,
        "configuration": _write_configuration(facts.run.config),
    }
    return PageSection("run", "The run", "run.html.j2", values)


def _show_version(version: int | str | None) -> str:
    return "—" if version is None else str(version)


def _write_configuration(config: Any) -> str:  # noqa: ANN401 whatever a run wrote
    written = json.dumps(config, indent=2, sort_keys=True, ensure_ascii=True, default=str)
    if len(written) <= CONFIG_CHARS:
        return written
    return written[:CONFIG_CHARS] + "\n… cut; `runs` has all of it"
