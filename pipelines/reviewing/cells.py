"""Values for a file that a person opens: no formulas, no control characters."""

import re

from pipelines.report.values import show_value

_FORMULA = re.compile(r"'*[=+\-@\t\r\n]")
_DISARMED = re.compile(r"'+[=+\-@\t\r\n]")


def disarm_cell(value: str) -> str:
    """Return a value as a cell that no spreadsheet computes; `rearm_cell` reads it back.

    >>> disarm_cell("=1+1"), disarm_cell("'t Hooft"), disarm_cell("-5")
    ("'=1+1", "'t Hooft", "'-5")
    """
    return f"'{value}" if _FORMULA.match(value) else value


def rearm_cell(cell: str) -> str:
    """Return the value of a disarmed cell; any other cell is its own value.

    >>> rearm_cell("'=1+1"), rearm_cell("'t Hooft")
    ('=1+1', "'t Hooft")
    """
    return cell[1:] if _DISARMED.match(cell) else cell


def spell_text(text: str) -> str:
    """Return a text with every unprintable character but line breaks escaped."""
    return "\n".join(show_value(line, len(line)) if line else "" for line in text.split("\n"))
