"""The example of the page on new phases, applied to a copy of the code, runs on a dozen rows."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.factories import ROOT

# Runs in a process of its own, which imports the copy. The phase runs on the driver: no session is
# needed.
RUN = """
from contextlib import nullcontext
from types import SimpleNamespace
from pathlib import Path
import sys
import polars as pl
from pipelines.table_columns import polars_schema
from pipelines.night import flow
from pipelines.night.workspace import Workspace
from schemas.night import DECIDED
from schemas.samples import SAMPLES

workspace = Workspace(None, Path(sys.argv[1]), "run", "2026-01-31")
stages = SimpleNamespace(stage=lambda name: nullcontext())
night = SimpleNamespace(workspace=workspace, stages=stages)
names = [f"s{n:02}" for n in range(12)]
rows = [
    {"sample_id": s, "conversation_id": s, "user_key": "a" if n < 8 else s, "quality": n / 12}
    for n, s in enumerate(names)
]
samples = workspace.sink(SAMPLES, pl.DataFrame(rows, schema=polars_schema(SAMPLES)).lazy())
kept = [
    {"sample_id": s, "conversation_id": s, "phase": "diversity"}
    | {"outcome": "keep", "reason": "leader"}
    for s in names[1:]
]
decided = workspace.sink(DECIDED, pl.DataFrame(kept, schema=polars_schema(DECIDED)).lazy())
flow.cap_users(night, samples, decided)
found = decided.scan().filter(phase="users").sort("sample_id").collect()
print(",".join(f"{row['sample_id']}:{row['outcome']}" for row in found.to_dicts()))
"""


def test_the_example_of_the_page_is_a_phase(tmp_path: Path) -> None:
    """Of user a's seven kept samples the three of highest quality stay; other users keep theirs."""
    for room in ("pipelines", "schemas", "expectations", "conf"):
        shutil.copytree(
            ROOT / room, tmp_path / room, ignore=shutil.ignore_patterns("__pycache__", "shipped")
        )
    (tmp_path / "pipelines" / "shipped").symlink_to(ROOT / "pipelines" / "shipped")
    page = (ROOT / "docs" / "new_phase.md").read_text(encoding="utf-8")
    (phase,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    (tmp_path / "pipelines" / "night" / "cap_users.py").write_text(phase, encoding="utf-8")
    for diff in re.findall(r"```diff\n(.*?)```", page, re.DOTALL):
        applied = subprocess.run(
            ["patch", "--batch", "--fuzz=0", "-p1"],  # noqa: S607 wherever it is installed
            input=diff,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert applied.returncode == 0, applied.stdout

    script = tmp_path / "run.py"  # a file: pyspark's imports end a process that has none
    script.write_text(RUN, encoding="utf-8")
    ended = subprocess.run(  # noqa: S603 our own code
        [sys.executable, str(script), str(tmp_path / "warehouse")],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 0, ended.stderr
    keep = {"s05", "s06", "s07", "s08", "s09", "s10", "s11"}
    assert ended.stdout.strip().split(",") == [
        f"s{n:02}:{'keep' if f's{n:02}' in keep else 'drop'}" for n in range(1, 12)
    ]
