"""The notation of a frame, read into a tree: `{i} {will}? .. (kill|shoot up) {you} {end}`."""

import re
from dataclasses import dataclass
from typing import TypeAlias

from pipelines.filtering.safety.harm_reading import ENDS

GAPS = {"..": 0, "...": 1}
BUILT_IN = ("age", "start", "end")
_NOTATION = re.compile(f"[{{}}()|?*{re.escape(ENDS)}]")  # what a row of plain words has none of
_PIECE = re.compile(
    r"(?P<list>\{[^{}\s]+\})|(?P<open>\()|(?P<close>\))|(?P<bar>\|)|(?P<maybe>\?)"
    r"|(?P<word>[^\s(){}|?]+)|(?P<blank>\s+)|(?P<stray>.)",
    re.DOTALL,
)


class NotationError(ValueError):
    """A frame or an entry that cannot be read; the message says what to write instead."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A word in ordinary spelling; open at its start or end where any letters may stand."""

    text: str
    open_start: bool = False
    open_end: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """A list, or one of `BUILT_IN`."""

    name: str


@dataclass(frozen=True, slots=True)
class Between:
    """A short (0) or a long (1) gap."""

    size: int


@dataclass(frozen=True, slots=True)
class Optional:
    """An item that may be missing."""

    item: "Tree"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several rows."""

    choices: tuple["Tree", ...]


@dataclass(frozen=True, slots=True)
class Items:
    """Items in this order."""

    items: tuple["Tree", ...]


Tree: TypeAlias = Literal | Named | Between | Optional | Choice | Items


def parse(notation: str) -> Items:
    """Return the tree of a frame or of an entry of a list.

    Raises:
        NotationError: a bracket is open, a `?` follows nothing, a word holds the end of a sentence.
    """
    if not _NOTATION.search(notation):
        words = notation.split()
        if words:
            return Items(tuple(map(Literal, words)))
    pieces = [(str(m.lastgroup), m.group()) for m in _PIECE.finditer(notation)]
    tree, rest = _parse_row(pieces, 0)
    if rest < len(pieces):
        message = f"`{pieces[rest][1]}` stands outside brackets; write `(a|b)`"
        raise NotationError(message)
    if not tree.items:
        message = "it is empty; write a word"
        raise NotationError(message)
    return tree


def _parse_row(pieces: list[tuple[str, str]], at: int) -> tuple[Items, int]:
    items: list[Tree] = []
    while at < len(pieces) and pieces[at][0] not in {"close", "bar"}:
        kind, text = pieces[at]
        at += 1
        if kind == "maybe":
            if not items or pieces[at - 2][0] in {"blank", "maybe"}:
                message = "`?` must follow an item directly; a question mark itself is {end}"
                raise NotationError(message)
            items.append(Optional(items.pop()))
        elif kind == "open":
            choice, at = _parse_choice(pieces, at)
            items.append(choice)
        elif kind == "list":
            items.append(Named(text[1:-1]))
        elif kind == "word":
            items.append(_parse_word(text))
        elif kind == "stray":
            message = f"`{text}` is open; write `{{name}}`"
            raise NotationError(message)
    return Items(tuple(items)), at


def _parse_choice(pieces: list[tuple[str, str]], at: int) -> tuple[Choice, int]:
    choices: list[Tree] = []
    while True:
        row, at = _parse_row(pieces, at)
        if not row.items:
            message = "a choice in brackets is empty; mark what may be missing with `?`"
            raise NotationError(message)
        choices.append(row)
        if at == len(pieces):
            message = "`(` is not closed; write `)`"
            raise NotationError(message)
        at += 1
        if pieces[at - 1][0] == "close":
            return Choice(tuple(choices)), at


def _parse_word(text: str) -> Tree:
    if text in GAPS:
        return Between(GAPS[text])
    core = text.strip("*")
    if core[:-1].isdecimal() and core.endswith("."):
        core = core[:-1]  # an ordinal: `7. Klasse`
    if not core or "*" in core:
        message = f"`{text}`: a `*` stands at the start or end of a word"
        raise NotationError(message)
    if any(sign in ENDS for sign in core):
        message = f"`{text}` holds the end of a sentence; write {{end}} and no full stop"
        raise NotationError(message)
    return Literal(core, text.startswith("*"), text.endswith("*"))
