"""Read a file of answers: all its faults are found before any answer is taken."""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from pipelines.errors import InputError
from pipelines.report.values import show_value
from pipelines.reviewing.cells import rearm_cell

REQUIRED = ("sample_id", "ds", "status", "reviewer", "decided_at")
DECIDED = ("approved", "rejected")
_SHOWN_FAULTS = 20
_LONGEST_NAME = 200
_LONGEST_CELL = 2**31 - 1
_CLOCK_SKEW = timedelta(days=1)


@dataclass(frozen=True, slots=True, order=True)
class ReviewAnswer:
    """One decision of a person, with the line of the file that holds it."""

    ds: str
    sample_id: str
    decided_at: datetime
    status: str
    reviewer: str
    line: int


def read_answers(
    text: str, *, is_csv: bool, name: str, now: datetime
) -> tuple[list[ReviewAnswer], int]:
    """Return the decisions of a file, and how many of its rows are still open.

    Args:
        text: of the file. Columns beside `REQUIRED` are not looked at: an export may come back.
        is_csv: else JSON Lines.
        name: of the file, for errors.
        now: a decision cannot have been made a day after.

    Raises:
        InputError: the file breaks its form; one line for each fault, none of which quotes a text.
    """
    answers: list[ReviewAnswer] = []
    faults: list[str] = []
    still_open = 0
    try:
        for line, row in _read_csv(text) if is_csv else _read_lines(text):
            found = _check_row(row, now)
            if isinstance(found, str):
                faults.append(f"{name}, line {line}: {found}")
            elif found is None:
                still_open += 1
            else:
                answers.append(ReviewAnswer(**found, line=line))
    except _FormError as error:
        faults.append(f"{name}, {error}")
    if faults:
        more = len(faults) - _SHOWN_FAULTS
        rest = [f"{name}: {more} more faults."] if more > 0 else []
        raise InputError(*faults[:_SHOWN_FAULTS], *rest, "Nothing of the file was taken.")
    return answers, still_open


class _FormError(Exception):
    """The rest of the file cannot be read."""


def _read_csv(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    limit = csv.field_size_limit(_LONGEST_CELL)  # a conversation may be a megabyte
    try:
        reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
        missing = [name for name in REQUIRED if name not in (reader.fieldnames or ())]
        if missing:
            message = f"line 1: no column {', '.join(missing)}; all are {', '.join(REQUIRED)}."
            raise _FormError(message)
        for row in reader:
            cells = {name: rearm_cell(row[name] or "") for name in REQUIRED}
            yield reader.line_num, cells
    except csv.Error:
        message = f"line {reader.line_num}: no CSV with commas and double quotes."
        raise _FormError(message) from None
    finally:
        csv.field_size_limit(limit)


def _read_lines(text: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    # JSON's own line ends alone: a text may hold others, such as U+2028
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError):
            message = f"line {number}: no JSON; write one object on a line."
            raise _FormError(message) from None
        if not isinstance(row, dict):
            message = f"line {number}: no object of {', '.join(REQUIRED)}."
            raise _FormError(message)
        yield number, row


def _check_row(  # noqa: PLR0911 one return per fault
    row: Mapping[str, Any], now: datetime
) -> dict[str, Any] | str | None:
    """Return a decision's fields; a fault as text; None for a row that is still open."""
    wrong = [name for name in REQUIRED if not isinstance(row.get(name) or "", str)]
    if wrong:
        return f"{', '.join(wrong)} must be text."
    values = {name: str(row.get(name) or "").strip() for name in REQUIRED}
    if not values["sample_id"]:
        return "sample_id is missing."
    if not _is_date(values["ds"]):
        return "ds is no date; write it as 2026-01-31."
    if values["status"] in {"", "open"}:
        return None
    if values["status"] not in DECIDED:
        return f"status is {show_value(values['status'], 20)}; write approved, rejected or open."
    if not values["reviewer"] or len(values["reviewer"]) > _LONGEST_NAME:
        return f"reviewer is missing or longer than {_LONGEST_NAME} characters; name who decided."
    if not values["reviewer"].isprintable():
        return "reviewer holds a control character; name who decided in plain text."
    decided_at = _read_time(values["decided_at"])
    if decided_at is None:
        return "decided_at is no time; write it as 2026-02-01T09:30:00Z (without a zone: UTC)."
    if decided_at > now + _CLOCK_SKEW:
        return "decided_at lies in the future."
    return values | {"decided_at": decided_at}


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _read_time(text: str) -> datetime | None:
    try:
        time = datetime.fromisoformat(text)
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
