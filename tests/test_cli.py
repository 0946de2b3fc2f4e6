"""What a person at the terminal sees: messages, exit codes, no traceback, no row's text."""

import errno
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.cli import Progress, job_parser, perform, read_ds, read_key, read_reason, require
from pipelines.errors import (
    ConfigurationError,
    CurationError,
    GateError,
    InfeasibleError,
    InputError,
    pack_fault,
    unpack_fault,
)

CHAT = "my secret chat with Ann"


@pytest.fixture(autouse=True)
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Send logs to a folder of this test, and give the process no arguments of pytest's."""
    monkeypatch.setenv("CURATION_LOGS", str(tmp_path / "logs"))
    monkeypatch.setattr(sys, "argv", ["job", "--x", "1"])
    return tmp_path / "logs"


def fail(error: BaseException) -> Callable[[Sequence[str]], None]:
    """Return a job that fails."""

    def main(_arguments: Sequence[str]) -> None:
        raise error

    return main


def end_of(main: Callable[[Sequence[str]], None]) -> int:
    """Return the exit code of a job."""
    return perform(main)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CurationError("a", "b"), 1),
        (ConfigurationError("a", "b"), 2),
        (InputError("a", "b"), 3),
        (InfeasibleError("a", "b"), 4),
        (GateError("a", "b"), 5),
    ],
)
def test_an_error_of_ours_is_its_lines_and_its_exit_code(
    error: CurationError, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Schedulers branch on the code, people read the lines (contract section 4)."""
    assert end_of(fail(error)) == code
    assert capsys.readouterr().err == "a\nb\n"


def test_a_fault_found_in_a_worker_is_its_lines_and_its_exit_code(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A worker's exception is text inside another's; the rest of that text is never shown."""
    wrapped = RuntimeError(
        f"{CHAT}\nTraceback: {pack_fault(InputError('id: 1 ids repeat', 'b'))}\n{CHAT}"
    )

    assert end_of(fail(wrapped)) == 3
    assert capsys.readouterr().err == "id: 1 ids repeat\nb\n"


@pytest.mark.parametrize(
    "text", ["", "<<curation-fault [", "<<curation-fault nonsense curation-fault>>"]
)
def test_a_text_without_a_whole_fault_holds_none(text: str) -> None:
    """A cut message must end as an unexpected error, not as a broken one of ours."""
    assert unpack_fault(text) is None


@pytest.fixture(autouse=True)
def process_as_before() -> Iterator[None]:
    """Give the process back its mask of new files and its answer to SIGTERM."""
    mask, answer = os.umask(0o022), signal.getsignal(signal.SIGTERM)
    yield
    os.umask(mask)
    signal.signal(signal.SIGTERM, answer)


def test_what_a_job_writes_is_its_owners_alone(tmp_path: Path) -> None:
    """Tables and reports hold what people wrote."""
    perform(lambda _: (tmp_path / "report").touch())

    assert (tmp_path / "report").stat().st_mode & 0o077 == 0


def test_a_job_that_ends_well_gets_its_arguments() -> None:
    """Exit 0."""
    given_arguments: list[str] = []

    assert end_of(given_arguments.extend) == 0

    assert given_arguments == ["--x", "1"]


def test_an_interrupt_is_a_line_and_exit_1(capsys: pytest.CaptureFixture[str]) -> None:
    """Who stops a run wants to know that nothing was published."""
    assert end_of(fail(KeyboardInterrupt())) == 1
    assert capsys.readouterr().err == "Interrupted; nothing was published.\n"


@pytest.mark.parametrize(
    "words",
    [
        CHAT,
        f"1 error\nfield\n  Input should be a number, input_value='{CHAT}'",
        f"x\n    {CHAT}\n  {CHAT}",
    ],
)
def test_a_foreign_error_shows_its_kind_and_leaks_no_text(
    words: str, capsys: pytest.CaptureFixture[str], logs: Path
) -> None:
    """Its message may quote a row, over many lines; screen and log name only the place."""
    assert end_of(fail(ValueError(words))) == 1

    shown, logged = capsys.readouterr().err, (logs / "errors.log").read_text(encoding="utf-8")
    assert (
        shown == f"Unexpected ValueError; nothing was published. Details: {logs / 'errors.log'}\n"
    )
    assert "secret" not in shown + logged
    assert logged.count(f'File "{__file__}"') == 1
    assert logs.stat().st_mode & 0o077 == 0


def test_a_second_error_is_added_to_the_log(logs: Path) -> None:
    """The first night's fault is still there in the morning."""
    for _ in range(2):
        end_of(fail(ValueError(CHAT)))

    assert (logs / "errors.log").read_text(encoding="utf-8").count(f'File "{__file__}"') == 2


def test_a_full_disk_is_said_in_place_of_its_kind(
    capsys: pytest.CaptureFixture[str], logs: Path
) -> None:
    """Exit 1, the place, and what to do; `OSError` alone helps nobody."""
    assert end_of(fail(OSError(errno.ENOSPC, CHAT))) == 1

    shown, logged = capsys.readouterr().err, (logs / "errors.log").read_text(encoding="utf-8")
    assert shown.startswith("No space left on the disk: ")
    assert shown.endswith(f"; nothing was published. Details: {logs / 'errors.log'}\n")
    assert ("OSError, ENOSPC (No space left on device)\n" in logged, "secret" in logged) == (
        True,
        False,
    )


def test_a_log_that_cannot_be_written_hides_nothing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A full disk takes the log with it; the error must still end as one line."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("CURATION_LOGS", str(tmp_path / "file"))

    assert end_of(fail(ValueError(CHAT))) == 1
    assert capsys.readouterr().err == (
        "Unexpected ValueError; nothing was published. Details: none; the log cannot be written"
        f" (CURATION_LOGS={tmp_path / 'file'}: file exists; name a folder that can be written by"
        " CURATION_LOGS.)\n"
    )


def test_every_job_takes_a_file_and_repeated_sets(capsys: pytest.CaptureFixture[str]) -> None:
    """Order matters: the last of two settings wins. No option is guessed from its beginning."""
    parser = job_parser("Does things.")
    found = parser.parse_args(["--set", "a=1", "--config", "c.yaml", "--set", "a=2"])

    assert (found.config, found.overrides) == ("c.yaml", ["a=1", "a=2"])
    assert parser.parse_args([]).overrides == []
    with pytest.raises(SystemExit, match=r"^2$"):
        parser.parse_args(["--conf", "c.yaml"])
    with pytest.raises(SystemExit, match=r"^2$"):
        job_parser("Does things.", configured=False).parse_args(["--config", "c.yaml"])
    assert "unrecognized arguments: --conf" in capsys.readouterr().err


def test_a_night_is_a_date_and_yesterday_where_none_is_given() -> None:
    """The partition is this string: a second spelling would be a second night."""
    day = timedelta(days=1)
    around = {(datetime.now(UTC) - day).date().isoformat()}
    found = read_ds(None)
    around.add((datetime.now(UTC) - day).date().isoformat())

    assert found in around
    assert read_ds("2024-02-29") == "2024-02-29"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "today",
        "2026-1-31",
        "2026-02-30",
        "20260131",
        "2026-01-31T00",
        " 2026-01-31",
        "\uff12\uff10\uff12\uff16-01-31",
        "\u0662\u0660\u0662\u0666-01-31",
    ],
)
def test_what_is_no_date_is_refused_with_the_form(text: str) -> None:
    """`2026-1-31` sorts elsewhere and is another directory."""
    with pytest.raises(ConfigurationError, match=r"is not a date; write it as 2026-01-31\."):
        read_ds(text)


@given(st.text(max_size=12))
def test_no_text_makes_the_night_raise_anything_else(text: str) -> None:
    """Any text that a scheduler may pass."""
    try:
        assert len(read_ds(text)) == 10
    except ConfigurationError as refused:
        assert len(refused.faults) == 1  # noqa: PT017 either end is right


@pytest.mark.parametrize("text", ["", "  ", "x" * 201, "two\nlines", "red \x1b[31m"])
def test_a_reason_is_one_readable_line(text: str) -> None:
    """It is recorded for good, and shown on a page and in a log."""
    with pytest.raises(ConfigurationError, match="--accept-drift: write one line"):
        read_reason(text, "--accept-drift")
    assert read_reason(None, "--accept-drift") is None
    assert read_reason(" a launch in Brazil ", "--accept-drift") == "a launch in Brazil"


@pytest.mark.parametrize("value", [None, "", "  "])
def test_what_must_be_given_is_named_with_its_option(value: str | None) -> None:
    """An empty variable in a scheduler's command line is the usual way to lose a path."""
    assert require("/w", "warehouse", "--warehouse") == "/w"
    with pytest.raises(
        ConfigurationError, match=r"^warehouse is not set; give --warehouse or set warehouse in"
    ):
        require(value, "warehouse", "--warehouse")


def test_the_key_comes_from_the_environment_then_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same secret is the same key, with the newline that editors add or without."""
    file = tmp_path / "key"
    file.write_text(" naïve\n", encoding="utf-8")
    keys = []
    for value in ("env", " env\n", "", "  "):
        monkeypatch.setenv("CURATION_KEY", value)
        keys.append(read_key(str(file)))

    assert keys == [b"env", b"env", "naïve".encode(), "naïve".encode()]


def test_a_key_of_raw_bytes_is_those_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Secrets made by a generator need not be text."""
    monkeypatch.setitem(os.environ, "CURATION_KEY", os.fsdecode(b"k\xff\xfe"))

    assert read_key(None) == b"k\xff\xfe"


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (None, r"identity\.key_file .*key: cannot be read \(FileNotFoundError\); give a text file"),
        (b"", r"identity\.key_file .*key: is empty; write a secret into it\."),
        (b" \n", r"identity\.key_file .*key: is empty; write a secret into it\."),
        (
            b"\xff",
            r"identity\.key_file .*key: cannot be read \(UnicodeDecodeError\); give a text file",
        ),
    ],
)
def test_a_key_file_that_holds_no_secret_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None, fault: str
) -> None:
    """An empty key would give everybody's hash to whoever guesses an id."""
    monkeypatch.delenv("CURATION_KEY", raising=False)
    if content is not None:
        (tmp_path / "key").write_bytes(content)

    with pytest.raises(ConfigurationError, match=fault):
        read_key(str(tmp_path / "key"))
    with pytest.raises(
        ConfigurationError, match=r"identity\.key_file is not set and CURATION_KEY is empty; give"
    ):
        read_key(None)


def test_progress_off_a_terminal_is_plain_lines_with_long_pauses(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A log file gets a line every few seconds, not one per batch, and no control characters."""
    progress = Progress(interval_seconds=3_600)
    began = time.monotonic() - 10
    for done in (500, 600):
        progress.update("filtering", done, 1_000, began)
    progress.finish("filtering", 1_000, 2.0)
    progress.finish("opening", None, 1.0)

    first, second, third = capsys.readouterr().err.splitlines()
    assert first == f"{'filtering':<28} 500 of 1,000 rows, 50 rows/s, 10 s left"
    assert second == f"{'filtering':<28} done: 1,000 rows, 2.0 s, 500 rows/s"
    assert third == f"{'opening':<28} done: 1.0 s"


@pytest.mark.parametrize(("done", "total"), [(0, None), (0, 0), (0, 5), (9, 5), (7, None)])
def test_progress_bears_any_count(
    done: int, total: int | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before the first row, without a total, or with extra rows: no division by zero."""
    Progress(0.0).update("s", done, total, time.monotonic())

    said = capsys.readouterr().err
    assert (said[:29], said.count("\n")) == (f"{'s':<28} ", 1)
    assert said[29:].split(" ")[0] == (f"{done:,}" if done or total else "running,")
