"""One cluster of two workers for the tests of this room."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.standalone import Cluster, run_cluster

_ASKED_FOR = "CURATION_TEST_CLUSTER"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs a cluster where nobody asked for it: `make test-cluster` does."""
    if item.get_closest_marker("cluster") is not None and not os.environ.get(_ASKED_FOR):
        pytest.skip(f"set {_ASKED_FOR} to a packed environment, as make test-cluster does")


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Return a running cluster of two workers with one core each."""
    archive = Path(os.environ[_ASKED_FOR]).absolute()
    with run_cluster(tmp_path_factory.mktemp("cluster"), archive, 2) as running:
        yield running
