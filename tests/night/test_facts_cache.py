"""Score once, decide later: a changed cut runs no model again."""

from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from tests.conftest import Bench
from tests.factories import FIRST, conversation
from tests.night.counting import make_counter, settings_of, write_registry

pytestmark = pytest.mark.spark


@pytest.fixture
def counter(spark: SparkSession, tmp_path: Path) -> Path:
    """Return the file in which the layer counts; its registry is beside it."""
    return make_counter(spark, tmp_path)


def test_only_what_is_new_or_failed_is_scored_again(bench: Bench, counter: Path) -> None:
    """The same night with another cut and one more row, then with another layer revision."""

    def run(*rows: dict[str, object], cut: float) -> int:
        """Return how many texts the layer scored."""
        counter.write_text("", encoding="utf-8")
        ended = bench.curate(
            bench.traffic(*rows),
            *settings_of(bench.folder),
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
