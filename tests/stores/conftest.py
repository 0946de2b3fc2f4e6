"""One HDFS and one S3 for the tests of this room."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.stores import files
from tests.stores import servers
from tests.stores.servers import Store


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip what needs servers where nobody asked for them: `make test-stores` does."""
    is_asked_for = os.environ.get("CURATION_TEST_STORES") == "1"
    if item.get_closest_marker("stores") is not None and not is_asked_for:
        pytest.skip("set CURATION_TEST_STORES=1, as make test-stores does: it fetches two servers")


@pytest.fixture(scope="session")
def hdfs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return a running HDFS."""
    with servers.run_hdfs(tmp_path_factory.mktemp("hdfs")) as store:
        yield store


@pytest.fixture(scope="session")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Return a running S3."""
    with servers.run_s3(tmp_path_factory.mktemp("s3")) as store:
        yield store


@pytest.fixture(params=["hdfs", "s3"])
def store(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Return each of the two in turn, reached by this process's environment."""
    found: Store = request.getfixturevalue(request.param)
    for name, value in found.environment.items():
        monkeypatch.setenv(name, value)
    return found


@pytest.fixture
def root(store: Store, tmp_path: Path) -> str:
    """Return a warehouse of this test alone."""
    files._store_of.cache_clear()
    return f"{store.root}/{tmp_path.name}"
