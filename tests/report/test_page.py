"""The page: whole, self-contained, safe, and readable without colour, mouse or eyes."""

import dataclasses
import re
from html.parser import HTMLParser

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import UndefinedError

from pipelines.checks import Check
from pipelines.report.facts import (
    Appendix,
    ReportFacts,
    RunFacts,
    StageTime,
    empty_frame,
)
from pipelines.report.page import _templates, render_page
from pipelines.report.sections_run import LISTED_SLICES

VOID = {"meta", "br", "hr", "col"}
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "@import url(//evil)",
    "\x00",
    "\u202e",
    "x" * 100_000,
    "",
    "'",
    "&amp;",
]


class Structure(HTMLParser):
    """Reads a page as a browser does: the open elements, their ids, what they refer to."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.handlers: list[str] = []
        self.ids: list[str] = []
        self.wanted: list[str] = []
        self.faults: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element."""
        self.tags.add(tag)
        for name, value in attrs:
            self.handlers += (
                [name] if name.startswith("on") or name in {"src", "srcset", "data"} else []
            )
            self.ids += [value or ""] if name == "id" else []
            if name == "aria-labelledby" or (name == "href" and tag == "a"):
                self.wanted += [part.removeprefix("#") for part in (value or "").split()]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close the element; one that is not the last opened is a fault."""
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)


def read(page: str) -> Structure:
    """Return the structure of a page."""
    structure = Structure()
    structure.feed(page)
    structure.close()
    return structure


def test_the_page_is_one_document_whose_parts_fit(night: ReportFacts) -> None:
    """Every element is closed, every id is there once, every reference leads somewhere."""
    found = read(render_page(night))

    assert (found.faults, found.open) == ([], [])
    assert len(found.ids) == len(set(found.ids))
    assert set(found.wanted) - set(found.ids) == set()


def test_the_page_loads_and_runs_nothing(night: ReportFacts) -> None:
    """A report is mailed and opened anywhere: offline, years later, in another browser."""
    page = render_page(night)
    found = read(page)

    assert (
        found.tags & {"script", "link", "img", "iframe", "object", "embed", "use", "form"} == set()
    )
    assert found.handlers == []
    assert re.findall(r"@import|url\((?!#p-)|https?:", page) == []
    assert "default-src 'none'" in page


def test_alarms_come_before_everything_else(night: ReportFacts) -> None:
    """The first thing that a reader sees is what is wrong."""
    page = render_page(night)
    order = re.findall(r'<section id="([a-z]+)', page)

    assert order == [
        "alarms",
        "funnel",
        "constraints",
        "balance",
        "slices",
        "filters",
        "pruning",
        "retention",
        "clusters",
        "difficulty",
        "history",
        "checks",
        "run",
    ]


def test_every_figure_has_a_name_and_a_description(night: ReportFacts) -> None:
    """A screen reader reads a figure's title and what it shows."""
    page = render_page(night)
    figures = page.count("<figure>")

    assert figures >= 15
    attributes = r'role="img" aria-labelledby="f\w+t f\w+d" class="drawing"'
    named = rf'<svg viewBox="[^"]+" {attributes}><title id="f\w+t">'
    assert len(re.findall(named, page)) == figures
    assert page.count("<desc ") == figures


def test_a_table_has_a_caption_headings_and_a_frame_for_the_keyboard(night: ReportFacts) -> None:
    """A screen reader names a cell by its headings; the keyboard scrolls what has focus."""
    page = render_page(night)
    tables = page.count("<table")

    assert tables > 10
    assert page.count('<div class="scroll" tabindex="0" role="region" aria-label="') == tables
    assert page.count("<caption><span>") == tables
    assert '<th scope="col" class="n">came</th>' in page
    assert '<tr><th scope="row"><bdi>intake</bdi></th><td class="n"><bdi>5,084</bdi></td>' in page


def test_an_outlier_slice_is_listed_however_small_it_is(night: ReportFacts) -> None:
    """The summary of the table says that one does; a reader has to find it."""
    rows = [
        ("character_id", f"big{n}", "safety", "keep", "passed", 500)
        for n in range(LISTED_SLICES + 5)
    ]
    rows += [("character_id", "small", "safety", "drop", "unsafe", 40)]
    slices = pl.DataFrame(rows, schema=list(night.slices.columns), orient="row")
    page = render_page(dataclasses.replace(night, slices=slices))

    assert "character_id: 18 values, ▲ at least one outlier" in page
    assert '<th scope="row"><bdi>small</bdi></th>' in page


def test_no_verdict_hangs_on_colour_alone(night: ReportFacts) -> None:
    """Printed in grey the page shows the same: characters, words, patterns and shapes."""
    page = render_page(night)

    assert [
        sign in page
        for sign in ("▲ warning", "● note", "✕ missed", "✓ met", "✓ holds", "= binding")
    ] == [True] * 6
    assert [f'id="p-{name}"' in page for name in ("drop", "review", "quarantine")] == [True] * 3


def test_the_numbers_of_the_night_are_on_its_page(night: ReportFacts) -> None:
    """What the tables say is what the page says."""
    page = render_page(night)
    sentence = f"{night.train_rows:,} to train, {night.eval_rows:,} to eval."

    assert sentence in page
    assert f"<strong>{night.in_rows:,}</strong>" in page


def test_the_same_facts_give_the_same_page_whatever_their_order(night: ReportFacts) -> None:
    """A report is compared with the one of another run: byte for byte where nothing differs."""
    slices = night.slices.sample(fraction=1.0, shuffle=True, seed=1)
    shuffled = dataclasses.replace(night, slices=slices, marginals=night.marginals.reverse())

    assert render_page(shuffled) == render_page(night)


def test_a_run_without_any_frame_still_has_a_report() -> None:
    """A night without a published row needs its report most."""
    none = pl.DataFrame(
        schema={"phase": pl.String, "outcome": pl.String, "reason": pl.String, "rows": pl.Int64}
    )
    page = render_page(ReportFacts(RunFacts("r", "2026-01-01", "gate_failed"), 0, 0, 0, none))

    assert read(page).faults == []
    assert "✕ gate_failed" in page
    assert "Nothing was published: train" in page


def test_a_calm_night_says_so() -> None:
    """No alarms is a finding, not an empty space."""
    outcomes = pl.DataFrame(
        {"phase": ["intake"], "outcome": ["keep"], "reason": ["passed"], "rows": [5]}
    )

    assert "Nothing to report" in render_page(
        ReportFacts(RunFacts("r", "d", "published"), 5, 2, 1, outcomes)
    )


RENAMED = {
    "slices": "value",
    "marginals": "dimension",
    "constraints": "constraint",
    "outcomes": "reason",
    "languages": "declared",
    "quarantine": "reason",
    "identifiers": "entity_type",
    "clusters": "name",
    "safety": "model",
    "difficulty": "level",
}


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_value_is_shown_and_does_nothing(night: ReportFacts, value: str) -> None:
    """Locales, character ids and names of reasons come from outside; they may be anything."""
    frames = {
        name: getattr(night, name).with_columns(pl.lit(value).alias(column))
        for name, column in RENAMED.items()
    }
    run = RunFacts(
        run_id=value,
        ds=value,
        status=value,
        code_version=value,
        config={value: [value]},
        config_hash=value,
        model_revisions={value: value},
        input_versions={value: 1},
        stages=[StageTime(value, 1, 1.0)],
        checks=[Check(value, value, passed=False, evidence=value)],
    )
    appendix = Appendix(value[:50], value[:50], pl.DataFrame({value[:50] or "c": [value, None]}))
    page = render_page(dataclasses.replace(night, **frames, run=run, appendices=[appendix]))
    found = read(page)

    assert (found.faults, found.tags & {"script", "img"}, found.handlers) == ([], set(), [])
    assert re.findall(r"@import|url\((?!#p-)", page) == []
    assert [c for c in ("\x00", "\u202e") if c in page] == []
    assert len(page) < 1_000_000


@settings(max_examples=8, deadline=None)
@given(value=st.text(min_size=1, max_size=30))
def test_no_value_breaks_the_structure_of_the_page(night: ReportFacts, value: str) -> None:
    """Whatever Unicode a locale is made of."""
    text = value.encode("utf-8", "replace").decode()
    marginals = night.marginals.filter(pl.col("dimension") == "locale").with_columns(
        value=pl.lit(text)
    )

    assert read(render_page(dataclasses.replace(night, marginals=marginals))).faults == []


@given(st.text(max_size=60))
def test_a_template_escapes_and_spells_whatever_it_is_given(text: str) -> None:
    """All text enters the page here, so no template can forget to escape it."""
    template = _templates().from_string('<p title="{{ text }}">{{ text }}</p>')
    page = template.render(text=text)
    found = read(page)

    assert (found.tags, found.faults, found.handlers) == ({"p"}, [], [])
    assert page.replace("\n", "").isprintable()
    assert re.findall(r"@import|url\(", page) == []


def test_a_value_that_a_template_lacks_is_an_error() -> None:
    """A template with a missing value must fail, not publish an incomplete sentence."""
    with pytest.raises(UndefinedError, match="rows"):
        _templates().from_string("{{ rows }}").render()


def test_scores_are_beside_the_cuts_that_the_run_had(night: ReportFacts) -> None:
    """A distribution without its cuts says nothing of who was dropped; a critical rule has none."""
    models = ("fasttext_safety", "critical_rules", "another")
    safety = pl.concat(night.safety.with_columns(model=pl.lit(model)) for model in models)
    page = render_page(dataclasses.replace(night, safety=safety))

    assert [
        page.count(f">{words}<") for words in ("review 0.35", "drop 0.7", "review 0.5", "drop 0.9")
    ] == [1] * 4


def test_new_clusters_are_marked_but_not_on_the_first_night(night: ReportFacts) -> None:
    """What is new is what a reader asks first; on the first night all is new, so none is named."""
    first = dataclasses.replace(night, history=empty_frame("history"))

    assert "7 are new tonight, with 327 samples" in render_page(night)
    assert "7 clusters that no earlier night has" in render_page(night)
    assert "new tonight" not in render_page(first)
    assert "<bdi>2026-11-20</bdi>" in render_page(first).partition('id="clusters"')[2]


def test_an_appendix_is_a_section_of_its_own(night: ReportFacts) -> None:
    """A later phase adds its what-if table without touching the page."""
    rows = pl.DataFrame({"cut": [0.5, 0.6], "passed": [100, 1_200], "kept": [True, None]})
    appendix = Appendix("What if the cut moved", "Samples that would pass.", rows)
    page = render_page(dataclasses.replace(night, appendices=[appendix]))

    assert '<section id="appendix-0"' in page
    assert "<bdi>1,200</bdi>" in page
    assert '<section id="appendix-0"' not in render_page(night)
