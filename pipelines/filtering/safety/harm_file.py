"""One file of harm frames: read, checked, compiled. Faults name file, list or frame, remedy."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from pipelines.filtering.safety.harm_compiler import (
    COMMON,
    Compiler,
    Part,
    Readings,
    WordClasses,
    literals_of,
)
from pipelines.filtering.safety.harm_grammar import BUILT_IN, Named, NotationError, Tree, parse
from pipelines.filtering.safety.harm_patterns import Frame, Pattern
from pipelines.word_files import UniqueKeyLoader

LABELS = (
    "sexual_minors",
    "threat",
    "self_harm",
    "violence",
    "hate",
    "harassment",
    "doxxing",
    "weapons",
    "drugs",
)
_KEYS = {"language", "spaced", "words", "frames"}
_FRAME_KEYS = {"frame", "unless", "alone"}


@dataclass(frozen=True, slots=True)
class _Entry:
    """A frame as it is written: its label, its place in the file, its notation, its trees."""

    label: str
    where: str
    notation: str
    tree: Tree
    unless: tuple[Tree, ...]
    alone: bool


class FrameFile:
    """The frames of one file, once it is compiled, or its faults.

    Args:
        path: the file; it is named for its language.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.language = path.stem
        self.frames: list[Frame] = []
        self.faults: list[str] = []
        self.common: Pattern | None = None
        self.spaced = True
        self._lists: dict[str, list[Tree]] = {}
        self._entries: list[_Entry] = []
        table = self._read()
        if not self.faults:
            self.spaced = table.get("spaced", True) is not False
            lists = table["words"].items()
            self._lists = {
                str(name): self._trees(entries, f"words.{name}") for name, entries in lists
            }
            self._entries = list(self._parse_frames(table["frames"]))

    def texts(self) -> set[str]:
        """Return the words and phrases of the file, as they are written."""
        trees = [tree for entry in self._entries for tree in (entry.tree, *entry.unless)]
        trees += [tree for trees in self._lists.values() for tree in trees]
        return {literal.text for tree in trees for literal in literals_of(tree)}

    def compile(self, readings: Readings, classes: WordClasses) -> None:
        """Make the frames, or note what is wrong with them.

        Args:
            readings: of at least `texts`.
            classes: of the words of all files that are matched together; this one's are added.
        """
        compiler = Compiler(self._lists, readings, classes, spaced=self.spaced)
        if COMMON in self._lists:
            self.common = compiler.compile(Named(COMMON)).pattern
        for entry in self._entries:
            self._compile(entry, compiler)

    def _read(self) -> Mapping[str, Any]:
        """Return the file as a mapping of the right shape, or note what is wrong with it."""
        try:
            text = self.path.read_text(encoding="utf-8")
            table = yaml.load(text, Loader=UniqueKeyLoader)  # noqa: S506 reason: descends from a safe one
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as fault:
            self._note("", f"cannot be read as YAML: {' '.join(str(fault).split())}")
            return {}
        if not isinstance(table, dict) or not _KEYS >= set(table) >= _KEYS - {"spaced"}:
            self._note(
                "",
                f"must hold {', '.join(sorted(_KEYS))} (`spaced` may be missing) and nothing else",
            )
            return {}
        if table["language"] != self.language:
            self._note(
                "language",
                f"must be `{self.language}`, as the file is named; quote it if YAML errs",
            )
        for part in ("words", "frames"):
            lists = table[part] if isinstance(table[part], dict) else {"": None}
            for name in (
                name
                for name, entries in lists.items()
                if not isinstance(entries, list) or not entries
            ):
                self._note(f"{part}.{name}", "must be a list that is not empty: `name: [a, b]`")
            for name in (name for name in lists if name in BUILT_IN):
                self._note(f"{part}.{name}", "is built in; name the list otherwise")
        return table

    def _note(self, where: str, what: str) -> None:
        self.faults.append(": ".join(part for part in (self.path.name, where, what) if part))

    def _trees(self, notations: object, where: str) -> list[Tree]:
        """Return the trees of a list of notations; what cannot be read is noted and left out."""
        if not isinstance(notations, list):
            self._note(where, "must be a list: [a, b]")
            return []
        trees: list[Tree] = []
        for place, notation in enumerate(notations, 1):
            if not isinstance(notation, str):
                self._note(f"{where} {place}", f"{notation!r} is no text to YAML; put it in quotes")
                continue
            try:
                trees.append(parse(notation))
            except NotationError as fault:
                self._note(f"{where} {place}", f"`{notation}`: {fault}")
        return trees

    def _parse_frames(self, frames: Mapping[str, list[object]]) -> Iterator[_Entry]:
        for label, entries in frames.items():
            if label not in LABELS:
                self._note(f"frames.{label}", f"is no label; known are {', '.join(LABELS)}")
            for place, entry in enumerate(entries, 1):
                where = f"frames.{label} {place}"
                table: dict[str, Any] = entry if isinstance(entry, dict) else {"frame": entry}
                if not _FRAME_KEYS >= set(table) >= {"frame"} or not isinstance(
                    table.get("alone", True), bool
                ):
                    self._note(
                        where, "must be a text or {frame: text, unless: [texts], alone: true}"
                    )
                    continue
                unless = tuple(self._trees(table.get("unless", []), f"{where} unless"))
                for tree in self._trees([table["frame"]], where):
                    yield _Entry(
                        label, where, table["frame"], tree, unless, table.get("alone", False)
                    )

    def _compile(self, entry: _Entry, compiler: Compiler) -> None:
        """Add the frames of an entry: one of its single words, one of the rest; or note a fault."""
        try:
            unless = tuple(compiler.compile(excuse).pattern for excuse in entry.unless)
            parts = [compiler.compile(entry.tree)] if entry.alone else compiler.by_size(entry.tree)
            self.frames += [
                self._frame(entry, part, unless, silent=compiler.says_nothing(part))
                for part in parts
            ]
        except NotationError as fault:
            self._note(entry.where, f"`{entry.notation}`: {fault}")

    def _frame(
        self, entry: _Entry, part: Part, unless: tuple[Pattern, ...], *, silent: bool
    ) -> Frame:
        if silent:
            message = "no word must stand in it; write one that may not be missing"
            raise NotationError(message)
        lone = part.least <= 1 and not entry.alone
        if lone and self.common is None:
            message = (
                "one word can satisfy it; give the file a list `common` of 30 to 60 function words,"
                " or mark the frame `alone: true` if the word is a harm in any text"
            )
            raise NotationError(message)
        return Frame(
            label=entry.label,
            language=self.language,
            notation=entry.notation,
            spaced=self.spaced,
            pattern=part.pattern,
            unless=unless,
            lone=lone,
            triggers=tuple(trigger.keys for trigger in part.conditions.triggers),
            needs=tuple(need.keys for need in part.conditions.needs),
        )
