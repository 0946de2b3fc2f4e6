"""A night leaves log, metrics, lineage and status, published or held."""

import json
from pathlib import Path

import pytest

from jobs.status import main as show
from tests.conftest import Bench
from tests.factories import FIRST, conversation, run_here

pytestmark = pytest.mark.spark


def told(root: Path, name: str) -> list[dict[str, object]]:
    """Return the lines of a file beside the night's report."""
    text = (root / "reports" / f"ds={FIRST}" / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def test_a_published_and_a_held_night_say_how_they_ended(bench: Bench) -> None:
    """The same files after both, and no text or id of the traffic in any of them."""
    root = bench.tables().root
    log = bench.folder / "all.jsonl"
    traffic = bench.traffic(*(conversation(number) for number in range(10)))
    good = bench.curate(traffic, f"telemetry.log={log}")
    lineage = told(root, "lineage.jsonl")
    half = [conversation(n) if n % 2 else conversation(n, messages=[]) for n in range(10)]
    broken = bench.traffic(*half, name="broken")
    shown = json.loads(run_here(show, "--warehouse", root, "--json").out)
    bad = bench.curate(broken, "gates.max_quarantine_share=0.1")
    prom = (root / "reports" / f"ds={FIRST}" / "metrics.prom").read_text(encoding="utf-8")

    assert (good.code, bad.code) == (0, 5), good.err + bad.err
    assert [event["eventType"] for event in lineage] == ["START", "COMPLETE"]
    assert '/train"' in json.dumps(lineage[1]["outputs"])
    assert (shown["end"], shown["exit_code"], shown["phase"]) == ("published", 0, "report")
    assert told(root, "lineage.jsonl")[-1]["eventType"] == "FAIL"
    assert told(root, "log.jsonl")[-1]["end"] == "held"
    assert "curation_run_held 1" in prom.splitlines()
    assert 'curation_rows{phase="intake",outcome="quarantine"} 5' in prom.splitlines()
    lines = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    stages = {line["stage"] for line in lines if line["event"] == "stage_ended"}
    assert {"read traffic", "phase II: prune", "gates", "publish", "report"} <= stages
    assert lines[-1]["end"] == "published"
    every = log.read_text(encoding="utf-8") + prom + json.dumps([lineage, shown])
    assert [
        w for w in ("surprise party", "user-1", "conversation-1", "character-1") if w in every
    ] == []
