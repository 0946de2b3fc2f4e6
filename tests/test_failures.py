"""What the log keeps of an unexpected error: its cause, and no chat text."""

import errno
import os
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.failures import (
    describe_failure,
    explain_cause,
    explain_full_disk,
    named_places,
)

CHAT = "my secret chat with Ann"


class SparkError(Exception):
    """A fake of an exception of pyspark."""

    def __init__(self, text: str, condition: str | None = None, origin: object = None) -> None:
        super().__init__(text)
        self._condition, self._origin = condition, origin

    def getCondition(self) -> str | None:  # noqa: N802 pyspark's own name
        """Return the name of Spark's error condition."""
        return self._condition


def throwable(
    name: str,
    frames: Sequence[str],
    cause: object = None,
) -> Any:  # noqa: ANN401 a proxy of py4j's
    """Return what looks like a Java exception."""
    kind = SimpleNamespace(getName=lambda: name)
    trace = [SimpleNamespace(toString=lambda frame=frame: frame) for frame in frames]
    return SimpleNamespace(
        getClass=lambda: kind,
        getStackTrace=lambda: trace,
        getCause=lambda: cause,
        getMessage=lambda: CHAT,
    )


def raised(error: BaseException, cause: BaseException | None = None) -> BaseException:
    """Return an exception that has been raised, so that it has frames."""
    try:
        raise error from cause  # noqa: TRY301 it needs frames
    except BaseException as caught:  # noqa: BLE001 the very purpose
        return caught


def test_the_chain_of_causes_is_kept_with_kinds_and_frames_and_no_message() -> None:
    """Who reads the log in the morning must see what began it."""
    error = raised(ValueError(CHAT), raised(OSError(errno.EACCES, CHAT, CHAT)))

    lines = describe_failure(error)

    assert [line for line in lines if not line.startswith(" ")] == [
        "ValueError",
        "caused by PermissionError, EACCES (Permission denied)",
    ]
    assert sum(f'File "{__file__}"' in line for line in lines) == 2
    assert "secret" not in "\n".join(lines)


def test_a_circle_of_causes_ends() -> None:
    """Python lets two exceptions name each other."""
    first, second = ValueError("x"), KeyError("y")
    first.__cause__, second.__cause__ = second, first

    assert describe_failure(first) == ["ValueError", "caused by KeyError"]


def test_sparks_condition_and_javas_classes_are_kept() -> None:
    """They are what a search for the error needs; their messages may quote a value."""
    inner = throwable("java.io.IOException", ["a.B.write(B.java:7)"])
    outer = throwable("org.apache.spark.SparkException", ["c.D.run(D.scala:3)"], inner)
    error = raised(SparkError(CHAT, "FAILED_READ_FILE.NO_HINT", outer))

    lines = describe_failure(error)

    assert lines[0] == f"{__name__}.SparkError, condition FAILED_READ_FILE.NO_HINT"
    assert lines[2:] == [
        "  org.apache.spark.SparkException",
        "    at c.D.run(D.scala:3)",
        "  caused by java.io.IOException",
        "    at a.B.write(B.java:7)",
    ]


def test_a_jvm_that_died_meanwhile_costs_nothing_else() -> None:
    """It is often the very cause."""
    dead = mock.Mock(getClass=mock.Mock(side_effect=ConnectionError))

    assert describe_failure(SparkError("x", None, dead))[1:] == [
        "  (the JVM ended before it could be asked further)"
    ]


def test_frames_of_a_worker_are_kept_where_their_file_exists() -> None:
    """A worker's exception arrives as text; a line of it that looks like a frame may be chat."""
    text = f'Traceback:\n  File "{__file__}", line 3, in work\n    {CHAT}\n'
    text += '  File "/my/secret", line 1, in x\n'

    assert describe_failure(SparkError(text))[1:] == [
        f'  in a worker:   File "{__file__}", line 3, in work'.replace(":   F", ": F")
    ]


@given(st.text(), st.text(max_size=40))
def test_no_word_of_a_message_or_of_a_condition_reaches_the_log(text: str, condition: str) -> None:
    """Whatever a library writes there."""
    lines = describe_failure(SparkError(f"{text}{CHAT}", f"{condition}{CHAT}"))

    assert lines == [f"{__name__}.SparkError"]


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "x"),
        OSError(errno.EDQUOT, "x"),
        raised(RuntimeError("x"), OSError(errno.ENOSPC, "x")),
        SparkError("java.io.IOException: No space left on device"),
        RuntimeError("Generic error: (os error 28)"),
    ],
)
def test_a_full_disk_is_named_with_its_place(error: BaseException, tmp_path: Path) -> None:
    """Wherever it was seen: Python, Spark, Rust; of a folder not yet made the nearest counts."""
    place = tmp_path / "warehouse"
    real = os.statvfs

    def statvfs(path: Path) -> Any:  # noqa: ANN401 as the real one
        disk = real(path)
        return SimpleNamespace(f_bavail=0, f_frsize=4096) if str(path) == str(tmp_path) else disk

    with mock.patch("os.statvfs", statvfs):
        said = explain_full_disk(error, [str(place)], {})

    assert said is not None
    assert said.startswith(f"No space left on the disk: {tmp_path} has 0.0 MB left")


def test_any_other_error_is_no_full_disk() -> None:
    """Else people would look in the wrong place."""
    assert (
        explain_full_disk(raised(ValueError(CHAT), OSError(errno.EACCES, "x")), ["/"], {}) is None
    )


def test_the_places_of_a_command_are_its_paths() -> None:
    """Given as a value of their own or after `=`."""
    given = [
        "--warehouse",
        "/w h/x",
        "--out=/y",
        "--set",
        "identity.key_file=/k",
        "--ds",
        "2026-01-31",
    ]

    assert named_places(given) == ["/w h/x", "/y", "/k"]


class Py4JNetworkError(Exception):
    """A fake of what py4j raises where the JVM is gone."""


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.EROFS, "x"), "A disk is read-only: /w."),
        (SparkError("java.io.IOException: Read-only file system"), "A disk is read-only"),
        (
            SparkError("SparkException: Python worker exited unexpectedly (crashed)"),
            "A Python worker of Spark was killed, and so was each",
        ),
        (SparkError("Traceback:\n  File x\nMemoryError\n at org.apache"), "The memory is used up"),
        (
            SparkError("\npyarrow.lib.ArrowMemoryError: malloc of size 64 failed"),
            "The memory is used",
        ),
        (raised(ValueError(CHAT), MemoryError()), "The memory is used up"),
        (
            SparkError("Caused by: java.lang.OutOfMemoryError: Java heap space"),
            "Spark's JVM is out",
        ),
        (raised(ValueError(CHAT), Py4JNetworkError("Answer is empty")), "Spark's JVM has ended"),
        (SparkError("[FAILED_READ_FILE.NO_HINT] Encountered"), "A Parquet file of a table is gone"),
        (SparkError("[DELTA_VERSIONS_NOT_CONTIGUOUS] Versions"), "The log of a Delta table is"),
    ],
)
def test_a_fault_outside_of_the_code_has_a_sentence_with_a_remedy(
    error: BaseException, said: str
) -> None:
    """Who is called at night must not have to know what a Py4JJavaError is."""
    told = explain_cause(error, ["/w"], {})

    assert told is not None
    assert told.startswith(said)
    assert CHAT not in told


@pytest.mark.parametrize("text", ["a MemoryError of mine, said Ann", CHAT, "parquet floor"])
def test_an_unknown_error_is_not_explained_by_what_somebody_wrote(text: str) -> None:
    """A message may quote a row."""
    assert explain_cause(ValueError(text), ["/w"], {}) is None
