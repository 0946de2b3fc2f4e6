"""What a browser makes of the page: no text leaves its panel, and none lies on another."""

import dataclasses
import html
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipelines.report.facts import ReportFacts, StageTime
from pipelines.report.page import render_page

WIDTHS = (360, 768, 1440)
SCRIPT = Path(__file__).with_name("layout.js")
CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
MANY = 100_000
LONG = (
    "2: locale, jtbd and is_first_turn by their shares of the traffic of the night, within 0.02 of "
    "each, soft, weight 1000"
)

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium to lay the page out")


def lay_out(page: str, folder: Path) -> list[dict[str, Any]]:
    """Return what a browser finds at each width; a window may not be narrow, so each is a frame."""
    frames = "".join(
        f'<iframe style="border:0;width:{width}px;height:6000px" '
        f'srcdoc="{html.escape(page)}"></iframe>'
        for width in WIDTHS
    )
    script = f"<script>{SCRIPT.read_text(encoding='utf-8')}</script>"
    file = folder / "frames.html"
    file.write_text(f"<!DOCTYPE html><meta charset=utf-8><body>{frames}{script}", encoding="utf-8")
    command = [
        str(CHROMIUM),
        *QUIET,
        f"--user-data-dir={folder / 'profile'}",
        "--window-size=1500,6000",
    ]
    shown = subprocess.run(  # noqa: S603 a browser of this machine, on a file made here
        [*command, "--dump-dom", file.as_uri()],
        capture_output=True,
        text=True,
        check=True,
        timeout=180,
    )
    (found,) = re.findall(r'<pre id="found">(.*?)</pre>', shown.stdout)
    measured: list[dict[str, Any]] = json.loads(html.unescape(found))
    return measured


def crowd(night: ReportFacts) -> ReportFacts:
    """Return the night with a hundred thousand times its rows, and longer names of all kinds."""
    many = pl.col("rows") * MANY
    long_name = pl.concat_str(pl.lit("a_long_name_of_"), pl.col("reason"))
    constraint = pl.col("constraint").str.replace("^2: .*", LONG)
    safety = {"critical": [], "other": {"review_from": 0.5, "drop_from": 0.52}}
    run = dataclasses.replace(
        night.run,
        config={**night.run.config, "safety": safety},
        stages=[
            StageTime("sampling of the rows for train and eval", 5_000_000, 12_345.6),
            *night.run.stages,
        ],
    )
    return dataclasses.replace(
        night,
        run=run,
        in_rows=night.in_rows * MANY,
        outcomes=night.outcomes.with_columns(many, reason=long_name),
        quarantine=night.quarantine.with_columns(many),
        constraints=night.constraints.with_columns(constraint, pool=pl.col("pool") * MANY),
        marginals=night.marginals.with_columns(
            pl.col("value").str.replace("^char_00", "WWW MMM 漢字漢字 @@@ ")
        ),
        clusters=night.clusters.with_columns(
            many, pl.col("kept") * MANY, pl.col("name") + ", and more words"
        ),
        languages=night.languages.with_columns(many),
        safety=night.safety.with_columns(many),
        pruning=night.pruning.with_columns(many),
        difficulty=night.difficulty.with_columns(many),
    )


@pytest.mark.parametrize("is_crowded", [False, True])
def test_no_text_leaves_its_panel_or_lies_on_another(
    night: ReportFacts, tmp_path: Path, *, is_crowded: bool
) -> None:
    """A label under another one is a number that nobody can read, on any screen."""
    found = lay_out(render_page(crowd(night) if is_crowded else night), tmp_path)

    assert [measured["width"] for measured in found] == list(WIDTHS)
    assert min(measured["texts"] for measured in found) > 1_000
    assert [fault for measured in found for fault in measured["faults"]] == []
