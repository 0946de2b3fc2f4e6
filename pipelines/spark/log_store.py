"""Delta's commits on S3: our own Java, compiled by the compiler inside pyspark, without a JDK."""

import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from pyspark.java_gateway import launch_gateway

from pipelines.errors import ConfigurationError

JAR = "curation-s3-log-store.jar"
_SOURCE = Path(__file__).with_name("java") / "curation" / "S3ConditionalLogStore.java"
_STAMP = (1980, 1, 1, 0, 0, 0)
_SMALL = "--driver-memory 256m pyspark-shell"


def compile_jar(folder: Path, environ: Mapping[str, str]) -> None:
    """Write the jar into a folder; it is whole when it gets its name.

    Args:
        folder: of jars.
        environ: of the process that compiles; it finds this package by PYTHONPATH or as installed.

    Raises:
        ConfigurationError: it cannot be compiled.
    """
    with TemporaryDirectory(dir=folder, prefix=".part-") as part:
        done = subprocess.run(  # noqa: S603 our own module
            [sys.executable, "-m", "pipelines.spark.log_store", str(_SOURCE), part],
            env={**environ, "PYSPARK_SUBMIT_ARGS": _SMALL},
            capture_output=True,
            check=False,
        )
        classes = sorted(Path(part).rglob("*.class"))
        if done.returncode or not classes:
            message = f"{_SOURCE} cannot be compiled; check that Java and pyspark's jars are whole."
            raise ConfigurationError(message)
        draft = Path(part) / JAR
        with zipfile.ZipFile(draft, "w") as jar:
            for found in classes:
                entry = zipfile.ZipInfo(str(found.relative_to(part)), _STAMP)
                jar.writestr(entry, found.read_bytes())
        draft.replace(folder / JAR)


def compile_source(source: str, target: str) -> None:
    """Write the classes of a Java file below a folder."""
    gateway = launch_gateway()  # type: ignore[no-untyped-call]  # pyspark ships no type for it
    java = gateway.jvm
    compiler = java.org.codehaus.janino.CompilerFactory().newCompiler()
    compiler.setDestinationDirectory(java.java.io.File(target), False)
    files = gateway.new_array(java.java.io.File, 1)
    files[0] = java.java.io.File(source)
    compiler.compile(files)
    gateway.shutdown()


if __name__ == "__main__":
    compile_source(*sys.argv[1:3])
