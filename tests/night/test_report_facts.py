"""The report of a published night is counted from its tables alone."""

from html import unescape

import polars as pl
import pytest

from pipelines.errors import InputError
from pipelines.night.report_facts import gather_facts
from pipelines.scripts import SCRIPTS
from tests.conftest import Curated
from tests.factories import FIRST, SECOND

pytestmark = pytest.mark.spark


def test_the_facts_are_those_of_the_tables(first_night: Curated) -> None:
    """Counted here with polars: outcomes, quarantine, identifiers, languages, both sides."""
    tables = first_night.tables
    facts = gather_facts(tables.root, FIRST)
    decisions = tables.night("decisions", FIRST)
    findings = (
        tables.night("privacy", FIRST)
        .explode("findings")
        .unnest("findings")
        .drop_nulls("entity_type")
    )

    assert facts.in_rows == first_night.input.rows.height
    assert (facts.train_rows, facts.eval_rows) == tuple(
        tables.night(s, FIRST).height for s in ("train", "eval")
    )
    assert sorted(facts.outcomes.select("phase", "outcome", "reason", "rows").rows()) == sorted(
        decisions.group_by("phase", "outcome", "reason").len().rows()
    )
    assert sorted(facts.quarantine.select("reason", "rows").rows()) == sorted(
        tables.night("quarantine", FIRST).group_by("reason").len().rows()
    )
    assert sorted(facts.identifiers.select("entity_type", "findings").rows()) == sorted(
        findings.group_by("entity_type").len().rows()
    )
    assert facts.languages["rows"].sum() == tables.night("samples", FIRST).height
    assert facts.pruning["rows"].sum() == tables.night("pruning", FIRST).height
    by_script = facts.retention.filter(pl.col("dimension") == "script")
    assert by_script["rows"].sum() == tables.night("pruning", FIRST).height
    assert {"Latin", "Devanagari"} <= {*by_script["value"]} <= {*SCRIPTS}
    assert facts.uncompared.rows() == []
    assert facts.clusters["rows"].sum() == tables.night("pruning", FIRST).height
    assert facts.clusters["first_ds"].unique().to_list() == [FIRST]
    assert facts.history.height == 0
    (weighted,) = (a.rows for a in facts.appendices if a.title == "What the weights restore")
    assert max(weighted["weighted_asmd"].to_list()) < max(weighted["sample_asmd"].to_list())


def test_the_report_stands_beside_the_tables_and_quotes_no_conversation(
    first_night: Curated,
) -> None:
    """Who may read the report need not be who may read the texts."""
    page = first_night.tables.root / "reports" / f"ds={FIRST}" / "report.html"
    texts = {m["content"] for row in first_night.tables.published(FIRST)["messages"] for m in row}
    shown = unescape(page.read_text(encoding="utf-8"))  # the page writes &#x27; for an apostrophe

    assert page.with_name("report.json").exists()
    assert [text for text in texts if len(text) > 20 and text in shown] == []


def test_a_night_without_a_run_has_no_facts(first_night: Curated) -> None:
    """The message says what to do."""
    with pytest.raises(
        InputError, match=f"has no published run of {SECOND}; run jobs/curate.py first"
    ):
        gather_facts(first_night.tables.root, SECOND)
