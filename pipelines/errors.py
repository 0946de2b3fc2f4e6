"""Errors for a person to act on: where, what, remedy, and an exit code (contract section 4)."""

import json
import re
from enum import IntEnum
from urllib.parse import unquote

_UNREAD_FILE = re.compile(r"\[FAILED_READ_FILE\.[A-Z_]+\][^\n]{0,80} file (\S{1,4096}?)\. ")


class ExitCode(IntEnum):
    """Exit codes of every job."""

    PUBLISHED = 0
    UNEXPECTED = 1
    BAD_CONFIGURATION = 2
    BAD_INPUT = 3
    INFEASIBLE = 4
    GATE_FAILED = 5


class CurationError(Exception):
    """An error with a message for its reader: one line per fault, never chat text.

    Args:
        faults: one line each; all faults of a kind at once.
    """

    exit_code = ExitCode.UNEXPECTED

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class ConfigurationError(CurationError):
    """A setting, option or model is wrong; raised before any work."""

    exit_code = ExitCode.BAD_CONFIGURATION


class InputError(CurationError):
    """An input is no table, is empty, or breaks its contract."""

    exit_code = ExitCode.BAD_INPUT


class InfeasibleError(CurationError):
    """The hard constraints cannot hold together."""

    exit_code = ExitCode.INFEASIBLE


class GateError(CurationError):
    """A quality gate failed; nothing was published."""

    exit_code = ExitCode.GATE_FAILED


# Around a fault that crosses from a worker process, whose exceptions arrive as text alone.
_OPEN, _CLOSE = "<<curation-fault ", " curation-fault>>"


def find_damaged_file(text: str) -> str | None:
    """Return the file that Spark's message about an unreadable one names; None for others."""
    found = _UNREAD_FILE.search(text)
    if found is None:
        return None
    return unquote(found[1]).removeprefix("file://").removeprefix("file:")


def find_damage(text: str) -> InputError | None:
    """Return the error that Spark's message about an unreadable file means; None for others."""
    file = find_damaged_file(text)
    if file is None:
        return None
    return InputError(f"{file} is gone or damaged and cannot be read to its end; write it again.")


def find_fault(text: str) -> CurationError | None:
    """Return the error that Spark's message means: a kernel's fault or a bad file; else None."""
    return unpack_fault(text) or find_damage(text)


def pack_fault(error: CurationError) -> str:
    """Return an error as text that `unpack_fault` finds inside any other text."""
    return _OPEN + json.dumps([type(error).__name__, *error.faults]) + _CLOSE


def unpack_fault(text: str) -> CurationError | None:
    """Return the error that a text holds; null where it holds none."""
    _, found, rest = text.partition(_OPEN)
    packed, closed, _ = rest.partition(_CLOSE)
    try:
        name, *faults = json.loads(packed) if found and closed else []
    except ValueError:
        return None
    kinds: dict[str, type[CurationError]] = {
        kind.__name__: kind for kind in CurationError.__subclasses__()
    }
    return kinds.get(name, CurationError)(*faults)
