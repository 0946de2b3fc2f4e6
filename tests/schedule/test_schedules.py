"""Four schedulers, one command: their files are read as the schedulers read them."""

import ast
import configparser
import importlib
import importlib.util
import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from pipelines.settings import CONF

FOLDER = CONF / "schedule"
COMMAND = (
    "/opt/curation/.venv/bin/python /opt/curation/conf/schedule/run_night.py "
    "--alert /etc/curation/alert -- /opt/curation/.venv/bin/python /opt/curation/jobs/curate.py "
    "--config /etc/curation/nightly.yaml"
)


def unit(name: str) -> configparser.ConfigParser:
    """Return a unit of systemd."""
    read = configparser.ConfigParser(interpolation=None, strict=True)
    read.optionxform = str  # type: ignore[assignment,method-assign]  # names have capitals
    read.read_string((FOLDER / name).read_text(encoding="utf-8"))
    return read


def constant(name: str) -> object:
    """Return COMMAND of a Python file, without importing what it imports."""
    tree = ast.parse((FOLDER / name).read_text(encoding="utf-8"))
    values = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "COMMAND"
    ]
    return ast.literal_eval(values[0])


def cron_line() -> str:
    """Return the line of the crontab that starts the night."""
    lines = (FOLDER / "curation.cron").read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in lines if line and not line.startswith("#") and "=/bin" not in line]
    return line


def test_all_run_one_command() -> None:
    """Retries, time-out and alert are the same everywhere."""
    assert unit("curation.service")["Service"]["ExecStart"] == COMMAND
    assert cron_line().endswith(f"; exec {COMMAND}")
    assert constant("airflow_dag.py") == constant("dagster_job.py") == COMMAND
    assert {Path(word).name for word in shlex.split(COMMAND) if word.startswith("/opt")} == {
        *("python", "run_night.py", "curate.py")
    }


def test_the_units_start_the_service_each_night_and_give_it_an_end() -> None:
    """The service's time must be above all tries and waits of the command."""
    service, timer = unit("curation.service")["Service"], unit("curation.timer")

    assert (service["Type"], service["Restart"]) == ("oneshot", "no")
    assert service["TimeoutStartSec"] == "24h"
    assert timer["Timer"]["OnCalendar"] == "*-*-* 03:00:00 UTC"
    assert timer["Install"]["WantedBy"] == "timers.target"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd-analyze here")
def test_systemd_reads_the_calendar() -> None:
    """As systemd itself reads it."""
    calendar = unit("curation.timer")["Timer"]["OnCalendar"]

    asked = ["systemd-analyze", "calendar", calendar]

    assert subprocess.run(asked, check=False).returncode == 0  # noqa: S603 systemd's own tool


def test_the_cron_line_has_its_fields_and_no_percent() -> None:
    """To cron a percent sign ends the command."""
    fields = re.match(r"0 3 \* \* \* (\S+) ", cron_line())

    assert fields is not None
    assert fields[1] == "curation"
    assert "%" not in cron_line()


@pytest.mark.parametrize("name", ["airflow_dag.py", "dagster_job.py"])
def test_a_file_compiles(name: str) -> None:
    """Where its scheduler is not installed no more can be said."""
    compile((FOLDER / name).read_text(encoding="utf-8"), name, "exec")


def imported(name: str) -> object:
    """Return a file of the folder as a module."""
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_airflow_reads_its_dag() -> None:
    """One task, without retries of its own."""
    pytest.importorskip("airflow", reason="Airflow is not installed")
    dag = imported("airflow_dag").dag  # type: ignore[attr-defined]  # the file's own

    assert [(task.task_id, task.retries) for task in dag.tasks] == [("curate", 0)]
    assert dag.tasks[0].bash_command.endswith(" --ds {{ data_interval_start | ds }}")


def test_dagster_reads_its_job() -> None:
    """One job by night, and its schedule."""
    pytest.importorskip("dagster", reason="Dagster is not installed")
    schedule = imported("dagster_job").schedule  # type: ignore[attr-defined]  # as above

    assert schedule.cron_schedule == "0 3 * * *"
