"""The environment of Spark's processes, and what is wrong with the shell's.

One function serves both ways to start: `.venv/bin/spark-submit` runs `submit`, and a job under
plain Python starts its JVM inside `spark_environment`.
"""

import errno
import locale
import os
import pwd
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from pipelines.errors import ConfigurationError, CurationError
from pipelines.failures import describe_fault, is_full
from pipelines.isolation import format_left_out, sift
from pipelines.places import SETUP

JAVA_MIN = 17
_VECTORS = "jdk.incubator.vector"
_NEEDED_BYTES = 4 * 2**20
# Of another Spark, or a sign that the settings of one were read already.
_FOREIGN = ("PYSPARK_DRIVER_PYTHON_OPTS", "PYTHONHOME", "SPARK_ENV_LOADED", "SPARK_PREPEND_CLASSES")
_LOG_END = 8_192
# What the JVM says, and what a person does about it.
_SIGNS = {
    r"No space left on device|Disk quota exceeded": (
        "a disk is full; free space in the folder of temporary files, or name another by TMPDIR."
    ),
    r"Could not reserve enough space|Cannot allocate memory|insufficient memory": (
        "this machine has not the memory that it asks for; lower spark.driver.memory (--conf, or "
        "conf/spark-defaults.conf)."
    ),
    r"Unrecognized (?:VM )?option:? '?([^'\s]{1,80})|Invalid maximum heap size: (\S{1,20})": (
        "Java refuses an option ({0}); look at spark.driver.extraJavaOptions, SPARK_SUBMIT_OPTS "
        "and JAVA_TOOL_OPTIONS."
    ),
    r"UnknownHostException: ([\w.-]{1,80})": (
        "this machine's name {0} has no address; set SPARK_LOCAL_IP=127.0.0.1."
    ),
    r"BindException": (
        "no port could be opened at this machine's address; set SPARK_LOCAL_IP=127.0.0.1."
    ),
    r"Could not parse Master URL": (
        "spark.master names no cluster; write local[*], or the cluster's address."
    ),
}


def submit() -> None:
    """Become Spark's own spark-submit in a valid environment; else print a line and exit with 2."""
    try:
        for line in format_left_out(sift(os.environ.get("PYTHONPATH", ""))[1]):
            print(line, file=sys.stderr)
        check_shell(os.environ)
        changed = choose_environment(os.environ)
    except CurationError as error:
        print(error, file=sys.stderr)
        sys.exit(int(error.exit_code))
    sys.stderr.flush()
    script = Path(changed["SPARK_HOME"]) / "bin" / "spark-submit"
    arguments = [*driver_python(sys.argv[1:]), *sys.argv[1:]]
    os.execve(script, [str(script), *arguments], changed)  # noqa: S606 one exit code


def driver_python(arguments: Sequence[str]) -> list[str]:
    """Return the options by which a driver that starts here runs this Python.

    Spark would take that of the executors, where one is named: it may lie on their machines alone.
    """
    asked = " ".join(arguments).replace("=", " ")
    if "--deploy-mode cluster" in asked or "spark.submit.deployMode cluster" in asked:
        return []
    return ["--conf", f"spark.pyspark.driver.python={sys.executable}"]


@contextmanager
def spark_environment() -> Iterator[None]:
    """Hold the environment in which a JVM may start; afterwards the process has its own again."""
    before = dict(os.environ)
    _replace(os.environ, choose_environment(before))
    try:
        yield
    finally:
        _replace(os.environ, before)


def _replace(environ: MutableMapping[str, str], values: Mapping[str, str]) -> None:
    for name in set(environ) - set(values):
        del environ[name]
    environ.update(values)


def choose_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of Spark's processes: this Python, its Spark, a Java that runs it.

    Raises:
        ConfigurationError: there is no Java or no Spark.
    """
    spark = find_spark()
    # -P of every Python below: workers import nothing from the folder in which a job was started.
    chosen = {
        "SPARK_HOME": str(spark),
        "SPARK_CONF_DIR": str(spark / "conf"),
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "PYTHONSAFEPATH": "1",
        "PYTHONPATH": sift(environ.get("PYTHONPATH", ""))[0],
        "JAVA_HOME": str(find_java(environ)),
    }
    rest = {name: value for name, value in environ.items() if name not in _FOREIGN}
    return fill_gaps({**rest, **chosen})


def fill_gaps(environ: Mapping[str, str]) -> dict[str, str]:
    """Return an environment with a home, a locale that encodes all file names, and temporary files.

    Libraries look for caches in HOME; a container's user may have none. In the locale POSIX the JVM
    reads file names as ASCII.
    """
    filled = {**environ, **missing_of_user(environ)}
    if not _is_unicode(filled):
        filled["LC_ALL"] = "C.UTF-8"
    options = {"java.io.tmpdir": filled["TMPDIR"]} if filled.get("TMPDIR") else {}
    if _entry_of_user() is None:  # Java knows the user by this entry alone
        options |= {"user.home": filled["HOME"], "user.name": f"uid-{os.getuid()}"}
    said = " ".join(f'"-D{name}={value}"' for name, value in options.items())
    if said:
        filled["SPARK_SUBMIT_OPTS"] = f"{filled.get('SPARK_SUBMIT_OPTS', '')} {said}".strip()
    return filled


def missing_of_user(environ: Mapping[str, str]) -> dict[str, str]:
    """Return HOME and LOGNAME where the shell has none: libraries require both."""
    entry, missing = _entry_of_user(), {}
    if not environ.get("HOME"):
        is_there = entry is not None and Path(entry.pw_dir).is_dir()
        missing["HOME"] = entry.pw_dir if entry is not None and is_there else tempfile.gettempdir()
    if entry is None and not environ.get("LOGNAME"):
        missing["LOGNAME"] = f"uid-{os.getuid()}"
    return missing


def _entry_of_user() -> pwd.struct_passwd | None:
    """Return what the system knows of this user id; None where it has no name."""
    try:
        return pwd.getpwuid(os.getuid())
    except KeyError:
        return None


def _is_unicode(environ: Mapping[str, str]) -> bool:
    """Whether the locale in force is installed and encodes every character."""
    named = next((environ[n] for n in ("LC_ALL", "LC_CTYPE", "LANG") if environ.get(n)), "C")
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        locale.setlocale(locale.LC_CTYPE, named)
        return "UTF-8" in locale.nl_langinfo(locale.CODESET).upper()
    except locale.Error:
        return False
    finally:
        locale.setlocale(locale.LC_CTYPE, before)


def find_spark() -> Path:
    """Return the folder of the installed pyspark.

    Raises:
        ConfigurationError: it is not installed.
    """
    found = find_spec("pyspark")
    for place in (found.submodule_search_locations or ()) if found else ():
        if (Path(place) / "bin" / "spark-submit").is_file():
            return Path(place)
    # Started by spark-submit, Python reads pyspark from an archive inside the package.
    packed = next(
        (Path(p).parents[2] for p in sys.path if p.endswith("pyspark/python/lib/pyspark.zip")), None
    )
    if packed is not None:
        return packed
    message = f"pyspark is not installed for {sys.executable}; run {SETUP}."
    raise ConfigurationError(message)


def find_java(environ: Mapping[str, str]) -> Path:
    """Return the home of a Java that runs Spark: JAVA_HOME, else the one that set-up found.

    Raises:
        ConfigurationError: neither does; says of each why not.
    """
    faults = []
    recorded = _recorded_java()
    for source, home in (
        ("JAVA_HOME", environ.get("JAVA_HOME")),
        _recorded(recorded),
        _on_path(environ),
    ):
        if not home:
            continue
        # Set-up has run the one that it found.
        fault = _look_at_java(Path(home)) if home == recorded else explain_java(Path(home))
        if fault is None:
            return Path(home)
        faults.append(f"{source} {home}: {fault}")
    remedy = f"Install Java {JAVA_MIN} or newer and run {SETUP}, or set JAVA_HOME to one."
    message = f"No Java that runs Spark. {'; '.join(faults) or 'JAVA_HOME is not set'}. {remedy}"
    raise ConfigurationError(message)


def _recorded(home: str | None) -> tuple[str, str | None]:
    return f"found by set-up ({Path(sys.prefix) / 'java-home'}):", home


def _recorded_java() -> str | None:
    try:
        return (Path(sys.prefix) / "java-home").read_text(encoding="utf-8").strip() or None
    except OSError:
        return None


def _on_path(environ: Mapping[str, str]) -> tuple[str, str | None]:
    java = shutil.which("java", path=environ.get("PATH"))
    return "java of PATH in", None if java is None else str(Path(java).resolve().parents[1])


def explain_java(home: Path) -> str | None:
    """Return why the Java of a home does not run Spark; None where it does."""
    fault = _look_at_java(home)
    if fault is not None:
        return fault
    command = [
        f"{home}/bin/java",
        "--add-modules",
        _VECTORS,
        "-XshowSettings:properties",
        "-version",
    ]
    try:
        process = subprocess.run(  # noqa: S603 a Java
            command, capture_output=True, text=True, errors="replace", check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"does not run ({type(error).__name__})"
    version = re.search(
        r"java\.specification\.version = (?:1\.)?(\d+)", process.stderr + process.stdout
    )
    if version is not None and int(version[1]) < JAVA_MIN:
        return f"is Java {version[1]}"
    if process.returncode:
        lacks = _VECTORS in process.stderr + process.stdout
        return (
            f"lacks the module {_VECTORS}" if lacks else f"does not run (exit {process.returncode})"
        )
    return None if version is not None else "does not say its version"


def _look_at_java(home: Path) -> str | None:
    """Return what is wrong by its files, without starting it."""
    if not home.is_dir():
        return "is no folder"
    if not os.access(home / "bin" / "java", os.X_OK):
        return "has no program bin/java"
    try:
        release = (home / "release").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    version = re.search(r'^JAVA_VERSION="(?:1\.)?(\d+)', release, re.MULTILINE)
    return f"is Java {version[1]}" if version is not None and int(version[1]) < JAVA_MIN else None


def check_shell(environ: Mapping[str, str]) -> None:
    """Refuse a shell in which no job can run.

    Raises:
        ConfigurationError: the current directory is gone, or a folder of temporary files or logs is
            missing, not writable or full; names the variable.
    """
    try:
        Path.cwd()
    except OSError:
        message = "The current directory no longer exists; go to another one and start again."
        raise ConfigurationError(message) from None
    faults = []
    given = environ.get("TMPDIR")
    temporary = Path(given) if given else Path(tempfile.gettempdir())
    label = f"TMPDIR={given}" if given else f"{temporary}, the folder of temporary files"
    faults += _faults_of_folder(temporary, label, "name another one by TMPDIR")
    for place in filter(None, environ.get("SPARK_LOCAL_DIRS", "").split(",")):
        if Path(place).is_dir():  # else Spark makes it
            faults += _faults_of_folder(
                Path(place), f"SPARK_LOCAL_DIRS={place}", "name another one"
            )
    if faults:
        raise ConfigurationError(*faults)
    log_folder(environ)


def log_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the folder of logs: $CURATION_LOGS, else one of this user below the temporary files.

    Raises:
        ConfigurationError: it cannot be made or written to; names the variable.
    """
    given = environ.get("CURATION_LOGS")
    folder = Path(given or Path(tempfile.gettempdir()) / f"curation-logs-{os.getuid()}")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(errno.EACCES, "")
    except OSError as error:
        label = f"CURATION_LOGS={given}" if given else f"{folder}, the folder of logs"
        fault = (
            f"{label}: {describe_fault(error)}; name a folder that can be written by CURATION_LOGS."
        )
        raise ConfigurationError(fault) from None
    return folder


def _faults_of_folder(folder: Path, label: str, remedy: str) -> list[str]:
    """Return what is wrong with a folder, as a line; nothing where files can be written to it."""
    if not folder.is_dir():
        said = "is no folder" if folder.exists() else "does not exist"
        return [f"{label}: {said}; make it, or {remedy}."]
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(bytes(_NEEDED_BYTES))
            probe.flush()
    except OSError as error:
        action = "free some space" if is_full(error) else "correct it"
        return [f"{label}: {describe_fault(error)}; {action}, or {remedy}."]
    return []


def explain_start(error: Exception, log: Path) -> list[str]:
    """Return why Spark did not start, in lines; folders and Java were checked before.

    Args:
        error: what the start raised.
        log: the file that holds what the JVM said.
    """
    said = _read_end(log)
    for sign, fault in _SIGNS.items():
        found = re.search(sign, f"{said}\n{error}")
        if found is not None:
            return [f"Spark did not start: {fault.format(*found.groups())}"]
    return [f"Spark did not start ({type(error).__name__}); its log is {log}."]


def _read_end(log: Path) -> str:
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - _LOG_END))
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""
