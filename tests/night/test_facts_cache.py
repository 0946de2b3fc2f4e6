"""Score once, decide later: a changed cut runs no model again."""

from pathlib import Path

import pytest
import yaml
from pyspark.sql import SparkSession

from pipelines.settings import CONF
from tests.conftest import Bench
from tests.factories import FIRST, conversation

pytestmark = pytest.mark.spark

COUNTING = '''
"""A safety layer that writes down how many texts it scored."""
from pathlib import Path
from pipelines.models.answers import SafetyScore


class CountingSafety:
    name = "counting"

    def __init__(self, path, revision="1"):
        self.revision, self._log = revision, path

    def score(self, texts):
        with Path(self._log).open("a") as log:
            log.write("".join(f"{hash(text)}\\n" for text in texts))
        return [None if "FAIL" in text else SafetyScore(0.01, {}) for text in texts]
'''


@pytest.fixture
def counter(spark: SparkSession, tmp_path: Path) -> Path:
    """Return the file in which the layer counts; its registry is beside it."""
    module = tmp_path / "counting_layer.py"
    module.write_text(COUNTING, encoding="utf-8")
    spark.sparkContext.addPyFile(str(module))
    write_registry(tmp_path, revision="1")
    return tmp_path / "scored"


def write_registry(folder: Path, revision: str) -> None:
    """Write a registry with the counting layer at a revision."""
    models = yaml.safe_load((CONF / "models.yaml").read_text(encoding="utf-8"))
    layer = {
        "kind": "safety",
        "class": "counting_layer.CountingSafety",
        "path": str(folder / "scored"),
    }
    models["models"]["counting"] = layer | {"revision": revision}
    (folder / "models.yaml").write_text(yaml.safe_dump(models), encoding="utf-8")


def test_only_what_is_new_or_failed_is_scored_again(bench: Bench, counter: Path) -> None:
    """The same night with another cut and one more row, then with another layer revision."""

    def run(*rows: dict[str, object], cut: float) -> int:
        """Return how many texts the layer scored."""
        counter.write_text("", encoding="utf-8")
        ended = bench.curate(
            bench.traffic(*rows),
            f"models.registry={bench.folder / 'models.yaml'}",
            "models.safety=[critical_rules, counting]",
            "safety.required=[critical_rules, counting]",
            f"pruning.cut={cut}",
        )
        assert ended.code == 0, ended.err
        return len(counter.read_text(encoding="utf-8").splitlines())

    rows = [conversation(number) for number in range(5)]
    failing = conversation(50, text="Please tell me about FAIL and the sea.")
    texts = run(*rows, failing, cut=0.95)
    again = run(*rows, failing, conversation(60), cut=0.9)
    write_registry(bench.folder, revision="2")
    revised = run(*rows, failing, cut=0.9)

    assert (texts, again, revised) == (6, 2, 6)
    assert bench.tables().night("samples", FIRST).height == 6
