"""A scorer raises, hangs or answers NaN on one text: a person reviews it, the others go on."""

from pathlib import Path

import polars as pl
import pytest
import yaml
from pyspark.sql import SparkSession

from pipelines.settings import CONF
from tests.conftest import Bench
from tests.factories import FIRST, conversation

pytestmark = pytest.mark.spark

FICKLE = '''
"""A safety layer that fails in every way it can, on the texts that contain its trigger."""
import time
from pipelines.models.answers import SafetyScore


class FickleSafety:
    name = "fickle"
    revision = "1"

    def score(self, texts):
        return [self._one(text) for text in texts]

    def _one(self, text):
        if "RAISE" in text:
            raise RuntimeError(text)
        if "HANG" in text:
            time.sleep(120)
        return SafetyScore(float("nan") if "NAN" in text else 0.01, {})
'''


@pytest.fixture
def registry(spark: SparkSession, tmp_path: Path) -> Path:
    """Return a registry with the fickle layer, whose module the workers can import."""
    module = tmp_path / "fickle_layer.py"
    module.write_text(FICKLE, encoding="utf-8")
    spark.sparkContext.addPyFile(str(module))
    models = yaml.safe_load((CONF / "models.yaml").read_text(encoding="utf-8"))
    models["models"]["fickle"] = {"kind": "safety", "class": "fickle_layer.FickleSafety"}
    file = tmp_path / "models.yaml"
    file.write_text(yaml.safe_dump(models), encoding="utf-8")
    return file


def test_a_text_that_breaks_a_scorer_waits_for_a_person_and_the_rest_is_published(
    bench: Bench, registry: Path
) -> None:
    """Fail closed on the one row and on no other: one text must not stop a night."""
    bad = {100: "RAISE", 101: "HANG", 102: "NAN"}
    rows = [conversation(number) for number in range(8)]
    rows += [
        conversation(n, text=f"Please tell me more about {trigger} and the sea.")
        for n, trigger in bad.items()
    ]
    ended = bench.curate(
        bench.traffic(*rows),
        f"models.registry={registry}",
        "models.safety=[critical_rules, fasttext_safety, fickle]",
        "safety.required=[critical_rules, fasttext_safety, fickle]",
        "models.seconds_per_text=0.4",
    )

    assert ended.code == 0, ended.err
    tables = bench.tables()
    waiting = tables.night("decisions", FIRST).filter(pl.col("outcome") == "review")
    answers = tables.night("safety", FIRST).filter(pl.col("model") == "fickle")
    assert dict(waiting.select("conversation_id", "reason").rows()) == {
        f"conversation-{number}": "safety_unscored" for number in bad
    }
    assert set(tables.night("review", FIRST)["status"]) == {"open"}
    assert answers.filter(pl.col("unsafe").is_between(0, 1)).height == 8
    assert answers.height == 11
    assert tables.published(FIRST).height == 8
    assert "RAISE" not in ended.err + ended.out
