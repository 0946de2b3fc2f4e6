"""Delta's commits on S3, compiled from our own Java by the compiler that ships inside pyspark: no JDK."""

import os
import zipfile
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from pyspark.java_gateway import launch_gateway

JAR = "curation-s3-log-store.jar"
_SOURCES = Path(__file__).with_name("java")
_CLASS = "curation/S3ConditionalLogStore"
_STAMP = (1980, 1, 1, 0, 0, 0)


def compile_jar(folder: Path, environ: Mapping[str, str]) -> Path:
    """Write the jar into a folder; it is whole when it gets its name.

    Args:
        folder: of jars.
        environ: of the JVM that compiles.
    """
    with TemporaryDirectory(dir=folder, prefix=".part-") as part:
        _compile(_SOURCES / f"{_CLASS}.java", Path(part), environ)
        draft = Path(part) / JAR
        with zipfile.ZipFile(draft, "w") as jar:
            for found in sorted(Path(part).rglob("*.class")):
                entry = zipfile.ZipInfo(str(found.relative_to(part)), _STAMP)
                jar.writestr(entry, found.read_bytes())
        return draft.replace(folder / JAR)


def _compile(source: Path, target: Path, environ: Mapping[str, str]) -> None:
    before = dict(os.environ)
    os.environ.update({**environ, "PYSPARK_SUBMIT_ARGS": "--driver-memory 256m pyspark-shell"})
    try:
        gateway = launch_gateway()  # type: ignore[no-untyped-call]  # pyspark ships no type for it
        java = gateway.jvm
        compiler = java.org.codehaus.janino.CompilerFactory().newCompiler()
        compiler.setDestinationDirectory(java.java.io.File(str(target)), False)
        files = gateway.new_array(java.java.io.File, 1)
        files[0] = java.java.io.File(str(source))
        compiler.compile(files)
        gateway.shutdown()
    finally:
        os.environ.clear()
        os.environ.update(before)
