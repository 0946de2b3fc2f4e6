"""How much room a text needs in a figure, so that no label overlaps another or leaves its panel.

The browser's font is not known here. Widths are those of DejaVu Sans, one of the widest fonts that
a system has for its interface, at the size that a telephone uses; a narrower font leaves a little
space.
"""

import unicodedata

from pipelines.report.values import show_count, show_label

SIZE, SMALL = 14.0, 13.0
"""Sizes of a label and a small label in user units, at their largest (figures.css, on a phone)."""

_NARROW, _WIDE = frozenset("ijlrtfI.,:;'|!()[]/- "), frozenset("mwMW%@…—→↓∅▲⟨⟩")
_BOLD = 1.13
_LEAST_CHARS = 4
_LARGEST_LABEL = 80


def measure_text(text: str, size: float = SIZE, *, bold: bool = False) -> float:
    """Return an upper estimate of the width of one line in user units."""
    return sum(map(_measure_character, text)) * size * (_BOLD if bold else 1.0)


def _measure_character(character: str) -> float:
    if unicodedata.combining(character):
        return 0.0
    if character in _NARROW:
        return 0.41
    if character in _WIDE or unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character.isascii():
        return 0.79 if character.isupper() else 0.64
    return 0.85


def fit_label(value: str | None, room: float, size: float = SIZE, *, bold: bool = False) -> str:
    """Return a value of the data as one line that fits; a longer one keeps its start and end."""
    shown = show_label(value, _LARGEST_LABEL)
    limit = len(shown)
    while limit > _LEAST_CHARS and measure_text(shown, size, bold=bold) > room:
        limit -= 1
        shown = show_label(value, limit)
    return shown


def fit_count(rows: int, room: float, size: float) -> str:
    """Return a bold count with thousands separators, or in thousands or millions to fit."""
    steps = (show_count(rows), f"{show_count(rows / 1e3)}k", f"{show_count(rows / 1e6)}M")
    return next((text for text in steps if measure_text(text, size, bold=True) <= room), steps[-1])


def wrap_text(text: str, room: float, size: float = SIZE, *, bold: bool = False) -> list[str]:
    """Return the text in lines that fit, broken between words, or inside one that is too long."""
    lines, line = [], ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if measure_text(longer, size, bold=bold) <= room:
            line = longer
            continue
        lines += [line] if line else []
        line = ""
        for character in word:
            if line and measure_text(line + character, size, bold=bold) > room:
                lines.append(line)
                line = ""
            line += character
    return [*lines, line]
