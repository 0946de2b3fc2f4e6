"""A safety layer that writes down how many texts it scored, and the registry that names it."""

from pathlib import Path

import yaml
from pyspark.sql import SparkSession

from pipelines.settings import CONF

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


def make_counter(spark: SparkSession, folder: Path) -> Path:
    """Write layer and registry into a folder; return the file in which the layer counts."""
    module = folder / "counting_layer.py"
    module.write_text(COUNTING, encoding="utf-8")
    spark.sparkContext.addPyFile(str(module))
    write_registry(folder, revision="1")
    return folder / "scored"


def settings_of(folder: Path) -> tuple[str, ...]:
    """Return the settings by which a night runs the layer."""
    return (
        f"models.registry={folder / 'models.yaml'}",
        "models.safety=[critical_rules, counting]",
        "safety.required=[critical_rules, counting]",
    )


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
