"""The marks of a figure are where its numbers say."""

import dataclasses
import re
from xml.etree import ElementTree as ET

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.report.facts import ReportFacts, RunFacts, StageTime
from pipelines.report.figures import (
    draw_constraints,
    draw_funnel,
    draw_history,
    draw_reasons,
    draw_stages,
)
from pipelines.report.figures_balance import draw_love_plot, draw_shares
from pipelines.report.figures_planes import (
    draw_difficulty,
    draw_languages,
    draw_scores,
    draw_similarity,
)
from pipelines.report.lettering import fit_count, fit_label, measure_text, wrap_text
from pipelines.report.svg import WIDTH, Figure, Scale, marker
from pipelines.report.values import show_value

NUMBER = re.compile(r' (?:x|y|width|height|x1|x2|y1|y2|cx|cy)="([^"]*)"')


def boxes(figure: Figure, class_: str) -> list[tuple[float, float]]:
    """Return left and width of every rectangle of a class."""
    pattern = rf'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="[\d.]+" class="{class_}">'
    return [(float(x), float(width)) for x, width in re.findall(pattern, figure.__html__())]


@given(st.floats(-10, 10), st.floats(0, 100), st.floats(-50, 150))
def test_a_scale_keeps_every_value_between_its_ends(low: float, span: float, value: float) -> None:
    """An outlier is drawn at the end, never over the neighbour's figure."""
    place = Scale(low, low + span, 100, 300).place(value)

    assert 100 <= place <= 300


def test_a_funnel_bar_is_as_long_as_its_share_of_the_night() -> None:
    """Half of the rows are half of the width, and the drop begins where the kept end."""
    outcomes = pl.DataFrame(
        {"phase": ["intake"] * 2, "outcome": ["keep", "drop"], "reason": ["a", "b"], "rows": [5, 3]}
    )
    figure = draw_funnel(ReportFacts(RunFacts("r", "d", "published"), 10, 1, 1, outcomes))

    assert boxes(figure, "o-keep")[-1] == (0, WIDTH * 0.5)
    assert boxes(figure, "o-drop")[-1] == (WIDTH * 0.5, WIDTH * 0.3)


@pytest.mark.parametrize(("achieved", "met"), [(0.15, True), (0.25, False)])
def test_what_was_achieved_lies_in_its_bounds_or_is_crossed_out(
    achieved: float,
    met: bool,  # noqa: FBT001 (pytest passes it)
) -> None:
    """The figure must show the verdict by place and by shape, not by colour."""
    known = {
        "constraint": "0: locale",
        "dimension": "locale",
        "side": "train",
        "value": "hi-IN",
        "hard": True,
    }
    row = known | {
        "required_min": 0.1,
        "required_max": 0.2,
        "achieved": achieved,
        "pool": 9,
        "met": met,
    }
    figure = draw_constraints(pl.DataFrame([row | {"binding": False}]), "train")
    left, width = boxes(figure, "allowed")[-1]
    kind = "train" if met else "missed"
    marks = re.findall(
        rf'<(?:circle cx="|path d="M)([\d.]+)[^>]*class="m-{kind}"', figure.__html__()
    )
    middle = float(marks[-1]) + (0 if met else 4.5)

    assert (left <= middle <= left + width) is met
    assert len(marks) == 2, "one in the legend, one at its value"


def test_marks_that_coincide_can_all_be_seen() -> None:
    """Four stages at one place: a bar through a diamond in a disc in a ring, four shapes."""
    drawn = [marker(kind, 10, 10) for kind in ("traffic", "pool", "train", "eval", "missed")]

    assert len({re.sub(r'class="[^"]*"', "", shape) for shape in drawn}) == 5


def test_the_rest_of_a_long_dimension_is_summed_not_dropped(night: ReportFacts) -> None:
    """Eighty characters do not fit; that seventy of them are a third of the night must be seen."""
    figure = draw_shares(night, "character_id")
    others = night.marginals.filter(pl.col("dimension") == "character_id")["value"].n_unique() - 8

    assert f">{others} others</text>" in figure.__html__()


def test_a_difference_beyond_the_axis_is_named() -> None:
    """The axis ends at 1; a value that the traffic lacked would else look like one at its end."""
    marginals = pl.DataFrame(
        {
            "dimension": ["x"] * 3,
            "value": ["a", "b", "b"],
            "stage": ["traffic", "traffic", "train"],
            "rows": [90, 10, 5],
        }
    )
    outcomes = pl.DataFrame(
        {"phase": ["intake"], "outcome": ["keep"], "reason": ["a"], "rows": [5]}
    )
    figure = draw_love_plot(
        ReportFacts(RunFacts("r", "d", "published"), 5, 1, 1, outcomes, marginals=marginals)
    )

    assert "4.243 →" in figure.__html__()


def test_every_coordinate_is_a_number_inside_the_figure(night: ReportFacts) -> None:
    """NaN in a coordinate makes a browser drop the mark silently."""
    figures = [
        draw_funnel(night),
        draw_reasons(night),
        draw_constraints(night.constraints, "train"),
        draw_love_plot(night),
        draw_shares(night, "locale"),
        draw_similarity(night, 0.95),
        draw_scores(night, "fasttext_safety", [(0.5, "cut")]),
        draw_difficulty(night),
        draw_languages(night),
        draw_stages(night.run.stages),
        draw_history(night),
    ]
    for drawn in figures:
        figure = drawn.__html__()
        high = float(re.findall(r'viewBox="0 0 480 ([\d.]+)"', figure)[0])
        numbers = [float(n) for n in NUMBER.findall(figure)]
        assert 0 <= min(numbers) <= max(numbers) <= max(WIDTH, high)


def test_bars_of_one_bin_are_stacked(night: ReportFacts) -> None:
    """Near-duplicates and the budget share a bin: together they are its height, both visible."""
    pruning = pl.DataFrame(
        {"reason": ["near_duplicate", "budget"], "similarity_bin": [95, 95], "rows": [30, 10]}
    )
    figure = draw_similarity(dataclasses.replace(night, pruning=pruning), 0.95)
    spans = [
        (float(y), float(h))
        for y, h in re.findall(
            r'<rect x="[\d.]+" y="([\d.]+)" width="[\d.]+" height="([\d.]+)" '
            r'class="o-(?:drop|review)">',
            figure.__html__(),
        )
    ][2:]

    assert spans == [(67.5, 112.5), (30.0, 37.5)]


def test_a_stage_without_time_divides_nothing() -> None:
    """A stage that was skipped took no second; its rate is not known."""
    assert "— rows/s" in draw_stages([StageTime("intake", 5, 0.0)]).__html__()


def test_a_notebook_shows_a_figure_by_itself(night: ReportFacts) -> None:
    """A drawing without its style and its patterns would be black on black."""
    shown = draw_reasons(night)._repr_svg_()
    root = ET.fromstring(shown)  # noqa: S314 made on the line above
    name = "{http://www.w3.org/2000/svg}"
    patterns = {pattern.get("id") for pattern in root.iter(f"{name}pattern")}

    assert root.tag == f"{name}svg"
    assert {f"p-{outcome}" for outcome in ("drop", "review", "quarantine")} == patterns
    assert ".o-drop" in "".join(style.text or "" for style in root.iter(f"{name}style"))
    assert "<figure>" not in shown


@given(st.text(max_size=60), st.floats(40, 300))
def test_a_fitted_label_has_room_or_is_as_short_as_labels_get(value: str, room: float) -> None:
    """A value of the data may be of any script and length; its column in the figure is not."""
    shown = fit_label(value, room)

    assert measure_text(shown) <= room or len(shown) <= len(show_value("")) + 1


@given(st.text(max_size=120), st.floats(60, 300))
def test_wrapped_lines_have_room_and_lose_nothing(text: str, room: float) -> None:
    """The title of a long constraint is read to its end."""
    lines = wrap_text(text, room)

    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert max(measure_text(line) for line in lines) <= room


def test_a_count_without_room_is_said_in_thousands_or_millions() -> None:
    """A cell of a plane is as wide as it is; what it says must not run into the next one."""
    assert [fit_count(123_456_789, room, 11) for room in (100, 64, 10)] == [
        "123,456,789",
        "123,457k",
        "123M",
    ]
