"""A warehouse that lives for sixty nights, once for all tests of this room."""

import os
import sys

import pytest
from pyspark.sql import SparkSession

from tests.conftest import NIGHTS_ASKED_FOR
from tests.factories import SMALL_CONFIG
from tests.nights.events import EVENTS, usual
from tests.nights.life import Life, World, live, spread
from tests.nights.log import Log


@pytest.fixture(scope="session")
def life(
    spark: SparkSession, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Life:
    """Return what became of the nights; a line for each is printed as it ends."""
    folder = tmp_path_factory.mktemp("nights")
    config = folder / "small.yaml"
    config.write_text(SMALL_CONFIG, encoding="utf-8")
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def show(line: str) -> None:
        with capture.global_and_fixture_disabled():
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()

    nights = spread(EVENTS, usual, int(os.environ[NIGHTS_ASKED_FOR]))
    return live(spark, World(folder, config, Log(folder)), nights, show)
