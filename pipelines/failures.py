"""What is logged of an unexpected error: kinds and places, no message, as it may quote a row."""

import errno
import os
import re
import tempfile
import traceback
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

_MOST_CAUSES = 20
_MOST_FRAMES = 60
_PYTHON_FRAME = re.compile(
    r'^ {1,8}File "([^"\n]{1,1000})", line ([0-9]{1,9}), in ([\w.<>]{1,200})$', re.MULTILINE
)
_CONDITION = re.compile(r"[A-Z][A-Z0-9_]{1,80}(?:\.[A-Z][A-Z0-9_]{1,80})?")
_FULL = re.compile(r"No space left on device|Disk quota exceeded|os error 28\b", re.IGNORECASE)
_FULL_NUMBERS = (errno.ENOSPC, errno.EDQUOT)
_READ_ONLY = re.compile(r"Read-only file system|os error 30\b", re.IGNORECASE)
_FEWER = "give the machine more, or run fewer tasks at once (--set spark.master=local[1,4])"
_OUT_OF_MEMORY = f"The memory is used up; {_FEWER}"
_AUDIT = "jobs/audit.py --warehouse W names what is damaged; put it back from a copy"
_DAMAGED = re.compile(
    r"parquet: File out of specification|Parquet magic bytes not found|\[FAILED_READ_FILE\.|"
    r"Parquet file size is \d+ bytes|Could not open Parquet input source|"
    r"(?:No such file or directory \(os error 2\)|Failed to open local file)[^\n]{0,4000}\.parquet"
)
_CAUSES = tuple(
    (re.compile(pattern, re.MULTILINE), words)
    for pattern, words in (
        (
            r"java\.lang\.OutOfMemoryError|Java heap space",
            (
                "Spark's JVM is out of memory. Raise spark.driver.memory in "
                "conf/spark-defaults.conf (spark-submit: --driver-memory), or spark.partitions"
            ),
        ),
        (
            r"Python worker exited unexpectedly|Python worker failed to connect back",
            (
                "A Python worker of Spark was killed, and so was each that was started in its "
                f"place: mostly the memory is used up; {_FEWER}. Else a model ends its process on "
                "one text, or is stuck on it"
            ),
        ),
        (
            r"^(?:[\w.]{1,80}\.)?(?:_?Array|Arrow)?MemoryError\b|malloc of size \d{1,20} failed",
            _OUT_OF_MEMORY,
        ),
        (
            _DAMAGED.pattern,
            f"A Parquet file of a table is gone, cut off or damaged: {_AUDIT}",
        ),
        (
            (
                r"^Kernel error: |\[DELTA_(?:VERSIONS_NOT_CONTIGUOUS|TRUNCATED_TRANSACTION_LOG|"
                r"STATE_RECOVER_ERROR|MISSING_PART_FILES)\]"
            ),
            f"The log of a Delta table is damaged: {_AUDIT}",
        ),
    )
)
"""What Spark, Java, Arrow and delta-rs say of a fault outside of the code, and its meaning."""
_SCARCE_BYTES = 16 * 2**20


def describe_failure(error: BaseException) -> list[str]:
    """Return the lines of the log: each exception of the chain with its kind, condition and frames.

    Of a Java exception the class and the frames are read from the JVM itself, of a worker's Python
    only frames in files that exist here; no line holds a message.
    """
    lines: list[str] = []
    for number, link in enumerate(_chain(error)):
        lines.append(("caused by " if number else "") + _describe_kind(link))
        lines += [
            _frame(f.filename, f.lineno, f.name) for f in traceback.extract_tb(link.__traceback__)
        ]
        lines += [f"  in a worker: {frame.strip()}" for frame in _frames_of_worker(str(link))]
        lines += [f"  {line}" for line in _describe_java(_java_of(link))]
    return lines


def _chain(error: BaseException) -> Iterator[BaseException]:
    """Return an error, what caused it, what caused that; each once."""
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen and len(seen) < _MOST_CAUSES:
        seen.add(id(link))
        yield link
        link = link.__cause__ or link.__context__


def _describe_kind(error: BaseException) -> str:
    kind = type(error)
    name = (
        kind.__qualname__
        if kind.__module__ == "builtins"
        else f"{kind.__module__}.{kind.__qualname__}"
    )
    said = [name]
    if isinstance(error, OSError) and error.errno is not None and error.errno in errno.errorcode:
        said.append(f"{errno.errorcode[error.errno]} ({os.strerror(error.errno)})")
    condition = _condition_of(error)
    if condition is not None:
        said.append(f"condition {condition}")
    return ", ".join(said)


def _condition_of(error: BaseException) -> str | None:
    """Return the name of Spark's error condition; None if there is none that looks like a name."""
    try:
        name = error.getCondition()  # type: ignore[attr-defined]
    except Exception:  # noqa: BLE001 not Spark's, or the JVM that knew it is gone
        return None
    return name if isinstance(name, str) and _CONDITION.fullmatch(name) else None


def _frame(file: str, line: int | None, name: str) -> str:
    return f'  File "{file}", line {line}, in {name}'


def _frames_of_worker(text: str) -> list[str]:
    found = [match for match in _PYTHON_FRAME.finditer(text) if Path(match[1]).is_file()]
    return [_frame(match[1], int(match[2]), match[3]) for match in found[:_MOST_FRAMES]]


def _java_of(error: BaseException) -> Any:  # noqa: ANN401 py4j's proxy of a Throwable
    return getattr(error, "java_exception", None) or getattr(error, "_origin", None)


def _describe_java(thrown: Any) -> list[str]:  # noqa: ANN401 as above
    """Return the classes of a Java exception and its causes, each with its frames."""
    lines: list[str] = []
    try:
        for number in range(_MOST_CAUSES):
            if thrown is None:
                break
            lines.append(("caused by " if number else "") + str(thrown.getClass().getName()))
            frames = list(thrown.getStackTrace())[:_MOST_FRAMES]
            lines += [f"  at {frame.toString()}" for frame in frames]
            thrown = thrown.getCause()
    except Exception:  # noqa: BLE001 the JVM is gone: what was read until then is kept
        lines.append("(the JVM ended before it could be asked further)")
    return lines


def explain_cause(
    error: BaseException, places: Sequence[str], environ: Mapping[str, str]
) -> str | None:
    """Return what went wrong outside of the code, and what to do; None where that is not known.

    Args:
        error: what was raised; its causes and the messages of Spark and Java are searched too.
        places: paths that the command line names.
        environ: the environment.
    """
    if full := explain_full_disk(error, places, environ):
        return full
    links = list(_chain(error))
    if any(_is_read_only(link) for link in links):
        where = ", ".join(places) or "that of a folder which the job writes to"
        return f"A disk is read-only: {where}. Mount it for writing, or name another folder."
    said = "\n".join(str(link) for link in links)
    known = next((words for pattern, words in _CAUSES if pattern.search(said)), None)
    if known is None and any(isinstance(link, MemoryError) for link in links):
        return _OUT_OF_MEMORY
    if known is None and any(_has_lost_jvm(link) for link in links):
        return f"Spark's JVM has ended while the job ran, mostly killed for its memory; {_FEWER}"
    return known


def says_damaged(error: BaseException) -> bool:
    """Whether an error says that a Parquet file is gone, or no whole one."""
    return any(_DAMAGED.search(str(link)) for link in _chain(error))


def _is_read_only(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno == errno.EROFS:
        return True
    return _READ_ONLY.search(str(error)) is not None


def _has_lost_jvm(error: BaseException) -> bool:
    """Whether a call to the JVM found nobody there."""
    if type(error).__name__ == "Py4JNetworkError":
        return True
    frames = traceback.extract_tb(error.__traceback__)
    return isinstance(error, ConnectionError) and any("py4j" in f.filename for f in frames)


def explain_full_disk(
    error: BaseException, places: Sequence[str], environ: Mapping[str, str]
) -> str | None:
    """Return a line that names the full disk; None where the error is of another kind.

    Args:
        error: what was raised; its causes and the messages of Spark and Java are searched too.
        places: paths that the command line names.
        environ: the environment.
    """
    links = list(_chain(error))
    if not any(says_full(link) for link in links):
        return None
    named = [
        str(link.filename)
        for link in links
        if isinstance(link, OSError) and link.filename is not None
    ]
    temporary = environ.get("SPARK_LOCAL_DIRS", "").split(",")
    watched = [
        *named,
        *places,
        *temporary,
        tempfile.gettempdir(),
        environ.get("CURATION_LOGS", ""),
        os.curdir,
    ]
    scarce = list(
        dict.fromkeys(text for place in watched if place and (text := _format_scarce(Path(place))))
    )
    where = "; ".join(scarce) or "in a folder that the job writes to or in that of temporary files"
    remedy = "Free some, or name another folder (TMPDIR for temporary files)."
    return f"No space left on the disk: {where}. {remedy}"


def says_full(error: BaseException) -> bool:
    """Whether an error, or the message of Spark, Java or delta-rs in it, says the same."""
    if isinstance(error, OSError) and is_full(error):
        return True
    return _FULL.search(str(error)) is not None


def _format_scarce(place: Path) -> str | None:
    """Return a folder and its free space if that is nearly zero; its nearest parent may count."""
    try:
        near = next(folder for folder in (place, *place.absolute().parents) if folder.exists())
        disk = os.statvfs(near)
    except (OSError, StopIteration, ValueError):
        return None
    free = disk.f_bavail * disk.f_frsize
    return f"{near} has {free / 2**20:.1f} MB left" if free < _SCARCE_BYTES else None


def named_places(arguments: Sequence[str]) -> list[str]:
    """Return what a command line names as paths: values of options, also those written with `=`."""
    values = [argument.rpartition("=")[2] for argument in arguments]
    return [value for value in values if os.sep in value]


def is_full(error: OSError) -> bool:
    """Whether an error says that a disk or a quota is used up."""
    return error.errno in _FULL_NUMBERS


def describe_fault(error: OSError) -> str:
    """Return the system's message of an error, which has no file name."""
    words = os.strerror(error.errno) if error.errno else type(error).__name__
    return words[:1].lower() + words[1:]
