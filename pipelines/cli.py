"""Shared by all jobs: arguments, errors as messages and exit codes, progress on the terminal."""

import argparse
import atexit
import logging
import os
import re
import signal
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NoReturn

from pipelines.environment import log_folder, missing_of_user
from pipelines.errors import ConfigurationError, CurationError, ExitCode, find_fault
from pipelines.failures import describe_failure, describe_fault, explain_cause, named_places
from pipelines.private_files import open_private
from pipelines.wording import spell_controls

_OWNER_ONLY = 0o077
_REASON_CHARS = 200
_DS = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def job_parser(
    description: str, epilog: str = "", *, configured: bool = True
) -> argparse.ArgumentParser:
    """Return the argument parser of a job; `configured` adds --config and --set."""
    parser = argparse.ArgumentParser(
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    if configured:
        parser.add_argument(
            "--config", metavar="FILE", help="YAML settings; default conf/nightly.yaml"
        )
        parser.add_argument(
            "--set",
            metavar="KEY.PATH=VALUE",
            action="append",
            default=[],
            dest="overrides",
            help="override one setting of the file, as pruning.retain=0.8; repeatable",
        )
    return parser


class Stopped(KeyboardInterrupt):
    """A scheduler has told the process to end (SIGTERM)."""


def run_job(main: Callable[[Sequence[str]], None]) -> NoReturn:
    """Run a job and end the process with the contract's exit code; never print a traceback.

    What a job writes is for its owner alone. SIGTERM ends it as Ctrl-C does.
    """
    _leave(perform(main))


def perform(main: Callable[[Sequence[str]], None]) -> int:
    """Run a job as `run_job` does and return the exit code."""
    os.umask(_OWNER_ONLY)
    signal.signal(signal.SIGTERM, _stop)
    try:
        main(sys.argv[1:])
    except CurationError as error:
        return _show(error)
    except Stopped:
        print("Stopped by SIGTERM; nothing was published.", file=sys.stderr, flush=True)
        # A JVM ends with the process that started it; to wait for its threads takes seconds.
        os._exit(ExitCode.UNEXPECTED)
    except KeyboardInterrupt:
        print("Interrupted; nothing was published.", file=sys.stderr)
        return ExitCode.UNEXPECTED
    except SystemExit as end:  # of the arguments' parser
        return int(end.code or 0)
    except Exception as error:  # noqa: BLE001 a message, never a traceback
        if (fault := find_fault(str(error))) is not None:
            return _show(fault)
        place = write_log(error)
        cause = explain_cause(error, named_places(sys.argv[1:]), os.environ)
        # The message of an unknown exception may quote a row; only its type is shown.
        said = cause or f"Unexpected {type(error).__name__}"
        told = f"{said.rstrip('.')}; nothing was published. Details: {place}"
        print(spell_controls(told), file=sys.stderr)
        return ExitCode.UNEXPECTED
    return ExitCode.PUBLISHED


def _stop(number: int, _: object) -> NoReturn:
    """Unwind as an interruption does, once: what is held is let go on the way."""
    signal.signal(number, signal.SIG_IGN)
    logging.disable(logging.CRITICAL)  # py4j would show where it was interrupted
    raise Stopped


def _show(error: CurationError) -> int:
    for line in str(error).splitlines():
        print(spell_controls(line), file=sys.stderr)
    return int(error.exit_code)


def _leave(code: int) -> NoReturn:
    """End the process without taking the interpreter down.

    A thread of Arrow's that frees what it read from HDFS or S3 needs the interpreter; meeting one
    that is going down it aborts the process, after a whole run and in one of four.
    """
    atexit._run_exitfuncs()  # noqa: SLF001 what the end of the process would do first
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:  # a full disk, or a reader that is gone
            code = code or ExitCode.UNEXPECTED
    os._exit(code)


def write_log(error: BaseException) -> Path | str:
    """Append an unexpected error to the log; return its path, or why it cannot be written."""
    try:
        file = log_folder() / "errors.log"
        lines = "\n".join([datetime.now(UTC).isoformat(), *describe_failure(error)])
        with open(file, "a", encoding="utf-8", opener=open_private) as log:
            log.write(f"{lines}\n")
    except (OSError, ConfigurationError) as fault:
        said = describe_fault(fault) if isinstance(fault, OSError) else str(fault)
        return f"none; the log cannot be written ({said})"
    return file


def quiet_libraries() -> None:
    """Silence libraries' warnings and progress bars; set HOME and the like if they are missing."""
    logging.disable(logging.WARNING)
    os.environ.update(missing_of_user(os.environ))
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")
    os.environ.setdefault("TQDM_DISABLE", "1")
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")


def read_ds(text: str | None) -> str:
    """Return a night as YYYY-MM-DD; None = yesterday in UTC.

    Raises:
        ConfigurationError: the text is not a date.
    """
    if text is None:
        return (datetime.now(UTC).date() - timedelta(days=1)).isoformat()
    try:
        valid = _DS.fullmatch(text) is not None and bool(date.fromisoformat(text))
    except ValueError:
        valid = False
    if not valid:
        message = f"ds: {text!r} is not a date; write it as 2026-01-31."
        raise ConfigurationError(message)
    return text


def add_nights(parser: argparse.ArgumentParser) -> None:
    """Add the options of a range of nights, which `read_nights` reads."""
    parser.add_argument(
        "--ds-from", metavar="D", help="the first night, as 2026-01-31; default all"
    )
    parser.add_argument("--ds-to", metavar="D", help="the last night; default all")


def read_nights(first: str | None, last: str | None) -> tuple[str | None, str | None]:
    """Return the first and last night of a range, each YYYY-MM-DD; None = no limit.

    Raises:
        ConfigurationError: one is not a date, or the first comes after the last.
    """
    span = tuple(None if text is None else read_ds(text) for text in (first, last))
    if None not in span and str(span[0]) > str(span[1]):
        message = f"--ds-from {span[0]} comes after --ds-to {span[1]}; swap them."
        raise ConfigurationError(message)
    return span[0], span[1]


def read_whole(text: str, option: str) -> int:
    """Return the integer, 1 or more, that was given with an option.

    Raises:
        ConfigurationError: it is something else.
    """
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < 1:
        message = f"{option} {text}: must be a whole number, 1 or more."
        raise ConfigurationError(message)
    return int(text)


def read_reason(text: str | None, option: str) -> str | None:
    """Return why a person wants something, as given with an option; None = it was not given.

    Raises:
        ConfigurationError: it is empty, longer than 200 characters, or not one printable line.
    """
    if text is None:
        return None
    if not text.strip() or len(text) > _REASON_CHARS or not text.isprintable():
        message = f"{option}: write one line of 1 to {_REASON_CHARS} characters that says why."
        raise ConfigurationError(message)
    return text.strip()


def require(value: str | None, name: str, option: str) -> str:
    """Return a required setting.

    Raises:
        ConfigurationError: it is missing; the message names the key and the option.
    """
    if value is None or not value.strip():
        message = f"{name} is not set; give {option} or set {name} in the configuration."
        raise ConfigurationError(message)
    return value


def read_key(key_file: str | None) -> bytes:
    """Return the secret key for `user_key`: $CURATION_KEY, else the content of a file.

    Raises:
        ConfigurationError: no key is given, its file cannot be read, or it is empty.
    """
    text = os.environ.get("CURATION_KEY", "").strip()
    if not text:
        if key_file is None:
            message = (
                "identity.key_file is not set and CURATION_KEY is empty; give one of them a secret."
            )
            raise ConfigurationError(message)
        return _read_key_file(key_file, "identity.key_file")
    return text.encode("utf-8", "surrogateescape")


def read_former_keys(key_files: Sequence[str]) -> tuple[bytes, ...]:
    """Return the keys that came before the one of today.

    Raises:
        ConfigurationError: a file cannot be read, or is empty.
    """
    return tuple(_read_key_file(file, "identity.former_key_files") for file in key_files)


def _read_key_file(file: str, setting: str) -> bytes:
    source = f"{setting} {file}"
    try:
        text = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        message = (
            f"{source}: cannot be read ({type(error).__name__}); give a text file with a secret."
        )
        raise ConfigurationError(message) from None
    if not text:
        message = f"{source}: is empty; write a secret into it."
        raise ConfigurationError(message)
    return text.encode("utf-8", "surrogateescape")


class Progress:
    """Prints a line per stage: rows done, rows per second, time left.

    On a terminal the line is overwritten; elsewhere a new line is printed every few seconds.
    """

    def __init__(self, interval_seconds: float = 5.0) -> None:
        self._terminal = sys.stderr.isatty()
        self._interval = 0.3 if self._terminal else interval_seconds
        self._last = 0.0

    def update(self, stage: str, done: int, total: int | None, started: float) -> None:
        """Show the progress of a stage; may be called any number of times."""
        now = time.monotonic()
        if now - self._last < self._interval:
            return
        self._last = now
        self._show(_describe(stage, done, total, now - started), end="" if self._terminal else "\n")

    def finish(self, stage: str, rows: int | None, seconds: float) -> None:
        """Show that a stage is done."""
        rate = f", {rows / max(seconds, 1e-3):,.0f} rows/s" if rows else ""
        count = "" if rows is None else f"{rows:,} rows, "
        self._show(f"{stage:<28} done: {count}{seconds:.1f} s{rate}", end="\n")

    def say(self, line: str) -> None:
        """Show a line that stays."""
        self._show(line, end="\n")

    def _show(self, line: str, end: str) -> None:
        start = "\r\x1b[2K" if self._terminal else ""
        print(f"{start}{line}", end=end, file=sys.stderr, flush=True)


def _describe(stage: str, done: int, total: int | None, seconds: float) -> str:
    if not total and not done:
        return f"{stage:<28} running, {seconds:.0f} s"
    rate = done / max(seconds, 1e-3)
    share = f"{done:,} of {total:,} rows" if total else f"{done:,} rows"
    left = f", {max(0, total - done) / rate:.0f} s left" if total and done else ""
    return f"{stage:<28} {share}, {rate:,.0f} rows/s{left}"
