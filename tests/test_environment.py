"""What Spark's processes get from a shell, and which fault of a shell is named."""

import errno
import os
import re
import sys
from pathlib import Path
from unittest import mock

import pytest

from pipelines import environment
from pipelines.environment import (
    check_shell,
    choose_environment,
    driver_python,
    explain_java,
    explain_start,
    fill_gaps,
    find_java,
    find_spark,
)
from pipelines.errors import ConfigurationError

JAVA = '#!/bin/sh\necho "    java.specification.version = {version}" >&2\nexit {code}\n'


def java(folder: Path, version: str, release: str | None = None, code: int = 0) -> Path:
    """Write a Java that says its version; `release` is the file in which it says so unasked."""
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(JAVA.format(version=version, code=code), encoding="utf-8")
    program.chmod(0o755)
    if release is not None:
        (folder / "release").write_text(f'JAVA_VERSION="{release}"\n', encoding="utf-8")
    return folder


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let set-up have found a Java."""
    home = java(tmp_path / "recorded", "17", "17.0.9")
    monkeypatch.setattr(environment, "_recorded_java", lambda: str(home))
    return home


@pytest.fixture(autouse=True)
def no_java_on_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let this machine have no Java of its own, and logs of this test."""
    monkeypatch.setattr(environment, "_on_path", lambda _environ: ("java of PATH in", None))
    monkeypatch.setenv("CURATION_LOGS", str(tmp_path / "logs"))


def test_the_java_of_the_shell_counts_where_it_is_new_enough(
    tmp_path: Path, recorded: Path
) -> None:
    """Else the one that set-up found; a shell's Java 8 is common, and no reason to stop."""
    newer = java(tmp_path / "newer", "21")
    homes = {
        "newer": (newer, newer),
        "older": (java(tmp_path / "older", "11"), recorded),
        "eight": (java(tmp_path / "eight", "1.8", "1.8.0_402"), recorded),
        "broken": (java(tmp_path / "broken", "17", "17", code=1), recorded),
        "gone": (tmp_path / "gone", recorded),
    }

    assert {name: find_java({"JAVA_HOME": str(home)}) for name, (home, _) in homes.items()} == {
        name: found for name, (_, found) in homes.items()
    }
    assert find_java({}) == recorded


def test_without_any_java_each_place_is_named_with_its_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not "is Java installed?"."""
    eight = java(tmp_path / "eight", "1.8", "1.8.0_402")
    monkeypatch.setattr(environment, "_recorded_java", lambda: "/gone")

    with pytest.raises(
        ConfigurationError,
        match=rf"JAVA_HOME {eight}: is Java 8; found by set-up .*/gone: is no folder\.",
    ):
        find_java({"JAVA_HOME": str(eight)})


def test_a_java_without_the_vector_module_is_not_called_broken(tmp_path: Path) -> None:
    """Cut-down runtimes lack it."""
    cut = java(tmp_path / "cut", "17", code=1)
    (cut / "bin" / "java").write_text(
        "#!/bin/sh\necho 'Module jdk.incubator.vector not found' >&2\nexit 1\n", encoding="utf-8"
    )

    assert explain_java(cut) == "lacks the module jdk.incubator.vector"
    assert explain_java(java(tmp_path / "broken", "17", code=3)) == "does not run (exit 3)"
    assert explain_java(tmp_path) == "has no program bin/java"


def test_spark_python_and_settings_are_those_of_this_environment(
    tmp_path: Path, recorded: Path
) -> None:
    """Whatever the shell's variables say; the rest of them stays."""
    (tmp_path / "random.py").touch()
    names = (
        "PYSPARK_PYTHON",
        "PYSPARK_DRIVER_PYTHON",
        "SPARK_HOME",
        "SPARK_CONF_DIR",
        "PYTHONHOME",
    )
    shell = dict.fromkeys(names, "/elsewhere") | {
        "PYTHONPATH": str(tmp_path),
        "MINE": "1",
        "LC_ALL": "C.UTF-8",
    }

    found = choose_environment(
        shell | {"LC_ALL": "C.UTF-8", "HOME": "/nowhere/x", "LOGNAME": "x", "SPARK_ENV_LOADED": "1"}
    )

    assert found == {
        "SPARK_HOME": str(find_spark()),
        "SPARK_CONF_DIR": str(find_spark() / "conf"),
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "PYTHONSAFEPATH": "1",
        "PYTHONPATH": "",
        "JAVA_HOME": str(recorded),
        "MINE": "1",
        "LC_ALL": "C.UTF-8",
        "HOME": "/nowhere/x",
        "LOGNAME": "x",
    }


@pytest.mark.parametrize(
    "shell", [{}, {"LANG": "C"}, {"LC_ALL": "POSIX", "LANG": "C.UTF-8"}, {"LANG": "xx_YY.UTF-8"}]
)
def test_a_locale_that_cannot_write_every_name_is_replaced(shell: dict[str, str]) -> None:
    """The JVM then cannot open a path beyond ASCII; a locale that is not installed counts so."""
    assert fill_gaps(shell)["LC_ALL"] == "C.UTF-8"
    assert "LC_ALL" not in fill_gaps({"LANG": "C.UTF-8"})


def test_a_user_without_a_name_gets_a_home_and_so_does_java() -> None:
    """As a container's user id has none: Java would write to a folder named `?`."""
    with mock.patch("pwd.getpwuid", side_effect=KeyError):
        found = fill_gaps({"TMPDIR": "/t m", "SPARK_SUBMIT_OPTS": "-Dx=1"})

    name = f"uid-{os.getuid()}"
    assert (found["LOGNAME"], Path(found["HOME"]).is_dir()) == (name, True)
    assert found["SPARK_SUBMIT_OPTS"] == (
        f'-Dx=1 "-Djava.io.tmpdir=/t m" "-Duser.home={found["HOME"]}" "-Duser.name={name}"'
    )


def test_a_folder_of_temporary_files_that_is_missing_or_full_is_named(tmp_path: Path) -> None:
    """Python would take another one without a word, and Java fail in the middle of the night."""
    file = tmp_path / "file"
    file.touch()
    check_shell({"TMPDIR": str(tmp_path), "CURATION_LOGS": str(tmp_path / "logs")})
    for place, said in ((tmp_path / "gone", "does not exist"), (file, "is no folder")):
        with pytest.raises(ConfigurationError, match=rf"^TMPDIR={place}: {said}; make it, or name"):
            check_shell({"TMPDIR": str(place)})
    full = OSError(errno.ENOSPC, "words")
    with (
        mock.patch("tempfile.TemporaryFile", side_effect=full),
        pytest.raises(
            ConfigurationError, match=r"^TMPDIR=.*: no space left on device; free some space, or"
        ),
    ):
        check_shell({"TMPDIR": str(tmp_path)})


def test_a_folder_of_logs_that_cannot_be_is_named(tmp_path: Path) -> None:
    """A log that is lost is missed only in the morning after."""
    (tmp_path / "file").touch()
    with pytest.raises(
        ConfigurationError, match=r"^CURATION_LOGS=.*/file/logs: not a directory; name a folder"
    ):
        check_shell({"CURATION_LOGS": str(tmp_path / "file" / "logs")})


def test_a_directory_that_is_gone_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process may have removed it."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    (tmp_path / "here").rmdir()

    with pytest.raises(ConfigurationError, match=r"^The current directory no longer exists"):
        check_shell({})


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("java.io.IOException: No space left on device", "a disk is full"),
        ("Could not reserve enough space for 999G object heap", "memory"),
        ("Unrecognized VM option 'Nonsense'", r"option \(Nonsense\)"),
        ("java.net.UnknownHostException: box.local: Name or", "name box.local has no address"),
        ("nothing that we know", r"\(RuntimeError\); its log is .*jvm\.log"),
    ],
)
def test_why_spark_did_not_start_is_read_from_what_it_said(
    tmp_path: Path, said: str, told: str
) -> None:
    """The reader gets the cause and what to do, not a guess."""
    (tmp_path / "jvm.log").write_text(f"old\n{said}\n", encoding="utf-8")

    [line] = explain_start(RuntimeError("x"), tmp_path / "jvm.log")

    assert re.match(rf"Spark did not start.*{told}", line) is not None


@pytest.mark.parametrize(
    ("arguments", "is_named"),
    [
        (["jobs/curate.py", "--ds", "2026-01-31"], True),
        (["--conf", "spark.pyspark.python=./environment/bin/python", "jobs/curate.py"], True),
        (["--master", "yarn", "--deploy-mode", "cluster", "jobs/curate.py"], False),
        (["--deploy-mode=cluster", "jobs/curate.py"], False),
        (["--conf", "spark.submit.deployMode=cluster", "jobs/curate.py"], False),
    ],
)
def test_a_driver_that_starts_here_runs_this_python(
    arguments: list[str],
    is_named: bool,  # noqa: FBT001 a case
) -> None:
    """Also where the executors' is named, which lies on their machines alone."""
    ours = ["--conf", f"spark.pyspark.driver.python={sys.executable}"]

    assert driver_python(arguments) == (ours if is_named else [])
