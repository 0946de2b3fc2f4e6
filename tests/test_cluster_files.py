"""What conf/ has for a cluster is valid: settings, Spark's properties, the container file."""

import subprocess
import sys
from pathlib import Path

import pytest

from pipelines import packing
from pipelines.config_files import load_config
from tests.factories import ROOT

CONF = ROOT / "conf"


def test_the_settings_of_a_cluster_differ_from_the_defaults_and_load() -> None:
    """A key that says what is the default already would mislead."""
    ours, default = load_config(str(CONF / "cluster.yaml"), []), load_config(None, [])

    assert ours.spark.partitions != default.spark.partitions
    assert ours.spark.one_task_rows != default.spark.one_task_rows
    assert ours.store.lease_seconds != default.store.lease_seconds
    same = {"spark": ours.spark, "store": ours.store}
    assert default.model_copy(update=same) == ours


def test_the_properties_keep_what_spark_defaults_say() -> None:
    """Spark reads one file or the other, never both."""
    properties, defaults = (
        dict(line.split(None, 1) for line in text.splitlines() if line and line[0] != "#")
        for text in (
            (CONF / f"{name}.conf").read_text("utf-8") for name in ("cluster", "spark-defaults")
        )
    )
    # The master is given on the command line; Delta is a setting of every session.
    kept = {name for name in defaults if name.startswith(("spark.driver", "spark.executor"))}

    assert kept
    assert {name: properties.get(name) for name in kept} == {name: defaults[name] for name in kept}


def test_the_container_file_is_clean() -> None:
    """By hadolint; it says nothing where there is nothing to say."""
    hadolint = Path(sys.prefix) / "bin" / "hadolint"
    if not hadolint.exists():
        pytest.skip("hadolint is not in this environment")
    done = subprocess.run(  # noqa: S603 our own command
        [hadolint, CONF / "Containerfile"], capture_output=True, text=True, check=False
    )

    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize(
    ("name", "is_left_out"),
    [
        ("lib/python3.11/site-packages/pyspark/jars/spark-core.jar", True),
        ("lib/python3.11/site-packages/pyspark/sql/session.py", False),
        ("lib/python3.11/site-packages/triton/language/core.py", True),
        ("lib/python3.11/site-packages/nvidia/cudnn/lib/libcudnn.so.9", False),
        ("lib/python3.11/site-packages/nvidia/cudnn/lib/libcudnn_ops.so.9", True),
        ("lib/python3.11/site-packages/pipelines/cli.py", False),
        ("share/conversation-curation/fetched/multilingual_e5_small/model.safetensors", False),
        ("bin/python3", False),
    ],
)
def test_an_archive_leaves_out_what_no_executor_opens(name: str, is_left_out: bool) -> None:  # noqa: FBT001 a case
    """Models and code are in it."""
    assert packing.is_left_out(name) is is_left_out
