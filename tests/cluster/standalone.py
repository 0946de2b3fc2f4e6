"""A standalone Spark cluster on this machine: a master and workers that share nothing of ours.

Each worker has folders of its own and Spark from a copy. Where this process may make a mount
namespace (as root in most containers), the workers cannot see the checkout at all.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from pipelines.environment import fill_gaps, find_java, find_spark
from tests.factories import ROOT, Ended, environment_apart
from tests.server_processes import end, free_port, start, wait_until

_QUIET = """appender.c.type=Console
appender.c.name=c
appender.c.layout.type=PatternLayout
appender.c.layout.pattern=%d %p %m%n
rootLogger.level=info
rootLogger.appenderRef.c.ref=c
"""
_PLACES = "org.apache.spark.deploy"
_HIDDEN = 'mount -t tmpfs none "$0" && exec "$@"'


@dataclass(slots=True)
class Cluster:
    """A master and its workers.

    Args:
        folder: of everything.
        archive: what `make package` packs for executors.
        master: its address.
        workers: the running ones by number.
        hides: whether the workers cannot see the checkout.
    """

    folder: Path
    archive: Path
    master: str = ""
    workers: dict[int, "subprocess.Popen[bytes]"] = field(default_factory=dict)
    hides: bool = False

    @property
    def python(self) -> Path:
        """The archive's Python, unpacked once as an administrator would on each node."""
        place = self.folder / "unpacked"
        if not place.exists():
            with tarfile.open(self.archive) as packed:
                packed.extractall(place, filter="fully_trusted")  # noqa: S202 our own
        return place / "bin" / "python"

    def start_worker(self, number: int) -> None:
        """Start a worker of one core."""
        own = self.folder / f"worker-{number}"
        (own / "local").mkdir(parents=True, exist_ok=True)
        options = ["--host", "127.0.0.1", "--cores", "1", "--memory", "2g", "--webui-port", "0"]
        command = self._command("worker.Worker", [*options, "--work-dir", str(own), self.master])
        if self.hides:
            command = ["unshare", "--mount", "sh", "-c", _HIDDEN, str(ROOT), *command]
        environment = self._environment() | {"SPARK_LOCAL_DIRS": str(own / "local")}
        process = start(command, own, environment)
        seen = self._registered()
        wait_until(lambda: self._registered() > seen, process)
        self.workers[number] = process

    def kill_worker(self, number: int) -> None:
        """Kill a worker with its executor and their Python, as when a machine is lost."""
        end(self.workers.pop(number))

    def kill_python(self) -> bool:
        """Kill one Python worker of an executor; return whether there was one."""
        for worker in self.workers.values():
            for child in psutil.Process(worker.pid).children(recursive=True):
                with contextlib.suppress(psutil.NoSuchProcess):
                    parent = child.parent()
                    is_forked = parent is not None and "pyspark.daemon" in parent.cmdline()
                    if is_forked and "pyspark.daemon" in child.cmdline():
                        child.send_signal(signal.SIGKILL)
                        return True
        return False

    def submit(self, folder: Path, job: Sequence[object], *confs: str) -> "subprocess.Popen[str]":
        """Start a job by spark-submit, its driver in this checkout."""
        folder.mkdir(parents=True, exist_ok=True)
        settings = [
            "spark.ui.enabled=false",
            "spark.driver.memory=1g",
            "spark.executor.memory=1g",
            "spark.executor.cores=1",
            *confs,
        ]
        named = [part for setting in settings for part in ("--conf", setting)]
        submit = Path(sys.prefix) / "bin" / "spark-submit"
        command = [submit, "--master", self.master, *named, *job]
        return subprocess.Popen(  # noqa: S603 our own command
            [str(part) for part in command],
            cwd=folder,
            env=environment_apart(folder),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def _command(self, name: str, options: Sequence[str]) -> list[str]:
        return [str(self.folder / "spark" / "bin" / "spark-class"), f"{_PLACES}.{name}", *options]

    def _environment(self) -> dict[str, str]:
        java = str(find_java(fill_gaps(dict(os.environ))))
        places = {"SPARK_HOME": "spark", "SPARK_CONF_DIR": "conf"}
        own = {name: str(self.folder / place) for name, place in places.items()}
        return own | {"JAVA_HOME": java, "SPARK_DAEMON_MEMORY": "256m", "PYTHONPATH": ""}

    def _registered(self) -> int:
        return (self.folder / "log").read_text("utf-8").count("Registering worker")


@contextlib.contextmanager
def run_cluster(folder: Path, archive: Path, workers: int) -> Iterator[Cluster]:
    """Run a master and workers of one core each while the block runs."""
    cluster = Cluster(folder, archive, f"spark://127.0.0.1:{free_port()}")
    shutil.copytree(find_spark(), folder / "spark", ignore=shutil.ignore_patterns("conf"))
    (folder / "conf").mkdir()
    (folder / "conf" / "log4j2.properties").write_text(_QUIET, encoding="utf-8")
    cluster.hides = _may_hide()
    port = cluster.master.rpartition(":")[2]
    options = ["--host", "127.0.0.1", "--port", port, "--webui-port", "0"]
    master = start(cluster._command("master.Master", options), folder, cluster._environment())
    try:
        wait_until(lambda: "elected leader" in (folder / "log").read_text("utf-8"), master)
        for number in range(workers):
            cluster.start_worker(number)
        yield cluster
    finally:
        for process in (*cluster.workers.values(), master):
            end(process)


def _may_hide() -> bool:
    try:
        asked = ["unshare", "--mount", "sh", "-c", _HIDDEN, str(ROOT), "true"]
        return subprocess.run(asked, capture_output=True, check=False).returncode == 0  # noqa: S603
    except FileNotFoundError:
        return False


def finish(process: "subprocess.Popen[str]") -> Ended:
    """Wait for a job."""
    out, err = process.communicate(timeout=900)
    return Ended(process.returncode, out, err)
