"""However a run ends, its end is told; what fails after publication does not unsay it."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.config_files import load_config
from pipelines.errors import GateError, InfeasibleError
from pipelines.night.claim import Claim, ClaimLostError, hold_warehouse
from pipelines.night.plan import Plan, make_plan
from pipelines.night.watching import watch_run
from tests.factories import FIRST, KEY, conversation, traffic_of, write_parquet


@pytest.fixture
def plan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Plan:
    """Return the plan of a night."""
    monkeypatch.setenv("CURATION_KEY", KEY)
    traffic = write_parquet(traffic_of([conversation(0)]), tmp_path / "traffic")
    places = {"traffic": str(traffic), "warehouse": str(tmp_path / "warehouse"), "ds": FIRST}
    return make_plan(load_config(None, []).with_places(places))


def run(plan: Plan, claim: Claim, error: BaseException | None) -> None:
    """Run a night that ends so."""
    with watch_run(plan, claim):
        if error is not None:
            raise error


def ended(plan: Plan, error: BaseException | None, *, published: bool = False) -> dict[str, Any]:
    """Return the status after a run that ended so; an error must go on."""
    with hold_warehouse(plan.root, "run", FIRST) as claim:
        if published:
            claim.settle()
        if error is None:
            run(plan, claim, None)
        else:
            with pytest.raises(type(error)) as raised:
                run(plan, claim, error)
            assert raised.value is error
    return status_of(plan)


def status_of(plan: Plan) -> dict[str, Any]:
    """Return the status file."""
    file = plan.root.local / "_status" / "status.json"
    status: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return status


@pytest.mark.parametrize(
    ("error", "end", "code"),
    [
        (None, "published", 0),
        (GateError("a gate"), "held", 5),
        (InfeasibleError("a bound"), "failed", 4),
        (ValueError("a text"), "failed", 1),
        (KeyboardInterrupt(), "failed", 1),
    ],
)
def test_the_end_and_the_exit_code_are_told(
    plan: Plan, error: BaseException | None, end: str, code: int
) -> None:
    """The error goes on as it was."""
    status = ended(plan, error)

    assert (status["end"], status["exit_code"]) == (end, code)


def test_what_fails_after_publication_leaves_the_night_published(plan: Plan) -> None:
    """A reader of the status would else run it again, or call somebody."""
    assert ended(plan, ValueError("compaction"), published=True)["end"] == "published"


def test_no_error_s_text_is_told(plan: Plan) -> None:
    """It may quote a row."""
    ended(plan, ValueError("my secret chat with Ann"))
    files = [f for f in plan.root.local.rglob("*") if f.suffix in {".json", ".jsonl", ".prom"}]
    told = [f.read_text(encoding="utf-8") for f in files if "_delta_log" not in f.parts]

    assert sorted(f.name for f in files if "_delta_log" not in f.parts) == [
        *("lineage.jsonl", "log.jsonl", "metrics.prom", "status.json")
    ]
    assert not any("Ann" in text for text in told)
    assert any("ValueError" in text for text in told)


def test_writers_that_cannot_write_do_not_fail_the_run(
    plan: Plan, capsys: pytest.CaptureFixture[str]
) -> None:
    """A log in a folder that is a file, metrics where there is no such store."""
    blocked = plan.root.local / "blocked"
    blocked.write_text("", encoding="utf-8")
    telemetry = plan.config.telemetry.model_copy(
        update={"log": f"{blocked}/log.jsonl", "metrics": f"{blocked}/metrics.prom"}
    )
    config = plan.config.model_copy(update={"telemetry": telemetry})

    assert ended(replace(plan, config=config), None)["end"] == "published"
    assert sorted(line.split(" cannot")[0] for line in capsys.readouterr().err.splitlines()) == [
        "The log",
        "The metrics",
    ]


def test_a_lost_claim_is_told_by_the_other_run(plan: Plan) -> None:
    """Its status stays as it was: the run that took over writes it now."""
    with hold_warehouse(plan.root, "run", FIRST) as claim:
        claim.row = {**claim.row, "epoch": claim.epoch - 1}
        with pytest.raises(ClaimLostError, match="taken over"):
            run(plan, claim, ClaimLostError("taken over"))

    assert status_of(plan)["end"] == "running"
