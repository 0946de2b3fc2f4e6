"""The section on retention: what it shows and what it leaves out."""

import dataclasses

import polars as pl

from pipelines.report.facts import COLUMNS, ReportFacts, empty_frame
from pipelines.report.page import render_section
from pipelines.report.sections_retention import LISTED, describe_retention


def retained(*rows: tuple[str, str | None, int, int]) -> pl.DataFrame:
    """Return retention from dimension, value, different texts and merged ones; a row per text."""
    counted = [
        (name, value, texts, texts - gone, gone, 0, texts, gone)
        for name, value, texts, gone in rows
    ]
    return pl.DataFrame(counted, schema=dict(COLUMNS["retention"]), orient="row")


def show(night: ReportFacts, **changes: pl.DataFrame) -> str:
    """Return the section of a night with other frames."""
    changed = dataclasses.replace(night, **changes)  # type: ignore[arg-type]  # frames alone
    section = describe_retention(changed)
    return "" if section is None else render_section(section)


def test_languages_and_scripts_are_open_and_hostile_values_are_text(night: ReportFacts) -> None:
    """The share of Thai is marked; a value that is markup is shown as text."""
    content = show(night)

    assert [name in content for name in ("Retention by language", "Retention by script")] == [
        True,
        True,
    ]
    assert content.count("▲ 97.1 %") == 2
    assert "<script>" not in content
    assert "alert" in content
    assert content.index("Nights not compared") < content.index("Retention by language")


def test_an_outlier_is_listed_however_small_it_is(night: ReportFacts) -> None:
    """The largest slices fill the table, but the significant one may be the smallest."""
    usual = [("script", f"Script{number}", 500, 15) for number in range(LISTED + 5)]
    content = show(night, retention=retained(*usual, ("script", "Khmer", 40, 36)))

    assert f"{LISTED + 1} of {LISTED + 6} values" in content
    assert "Khmer" in content


def test_a_night_of_an_earlier_version_has_no_table_of_scripts(night: ReportFacts) -> None:
    """Its only row would be null; and a run that pruned nothing has no section."""
    old = retained(("script", None, 500, 9), ("language", "en", 500, 9))

    assert "Retention by script" not in show(night, retention=old)
    assert "Retention by language" in show(night, retention=old)
    assert show(night, retention=empty_frame("retention")) == ""
