"""The frames of critical harm, one YAML file per language: loaded, checked and made ready to match.

The notation of a file is described in `harm_words/README.md`. What an author must know beyond it:

- A frame counts in a text that has its words; what is a word of another language too must not stand
  alone. So a frame that one word alone can satisfy (`{kys}`) counts only where the text also holds a
  word of the file's list `common` (30 to 60 of the most frequent function words), unless it is marked
  `alone: true`. A phrase of two words needs no companion.
- Hyphens, apostrophes, quotation marks and emoji are no words: `self-harm` is `self harm`, `I'm` is
  `i m`. Commas, colons and brackets are words that fill a gap.
- A placeholder such as `<PERSON_1>` is the word `someone`: it may be whom a frame speaks of; a frame
  of nothing else is refused.
- Quote `"no"`, `"on"`, `"yes"`, `"off"` and numbers: YAML would take them for something else.

Check a file, and see what hits: `python -m pipelines.filtering.harm_frames FILE.yaml < LINES.txt`.
"""

import argparse
import sys
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from pipelines.errors import ConfigurationError
from pipelines.filtering.harm_compiler import COMMON, Compiler, Part, WordClasses
from pipelines.filtering.harm_grammar import BUILT_IN, Named, NotationError, Tree, parse
from pipelines.filtering.harm_patterns import Pattern, SpacedText, Text, UnspacedText
from pipelines.filtering.harm_reading import critical_view, unmask, words_of_view
from pipelines.filtering.normalise import read_texts
from pipelines.identity import fingerprint

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
WORDS = Path(__file__).parent / "harm_words"
"""The folder of the files, one per language."""
_STAND_INS = frozenset({" someone ", " link ", " handle "})
_UNSPACED = r"[\u3005-\u30ff\u3400-\u9fff]"
_VERSION = "1"
_KEYS = {"language", "spaced", "words", "frames"}
_FRAME_KEYS = {"frame", "unless", "alone"}


@dataclass(frozen=True, slots=True)
class Frame:
    """One kind of sentence that is a harm.

    `anchors` are strings of which one stands in the view of every text that the frame hits.
    `companion` is what must also stand in the text, or None. `unless` frames speak for their sentence.
    """

    label: str
    language: str
    notation: str
    spaced: bool
    pattern: Pattern
    unless: tuple[Pattern, ...]
    companion: Pattern | None
    anchors: frozenset[str]

    def hits(self, text: Text) -> bool:
        """Say whether a sentence of the text is of this kind."""
        found = self.pattern.advance(text.everywhere, text)
        if not found:
            return False
        if self.companion is not None and not self.companion.advance(text.everywhere, text):
            return False
        excused = 0
        for pattern in self.unless:
            excused |= pattern.advance(text.everywhere, text)
        return not excused or bool(_sentences(found, text) - _sentences(excused, text))


def _sentences(found: int, text: Text) -> set[int]:
    """Return the numbers of the sentences in which matches end; linear in the text."""
    numbers, sentence = [], 0
    ends = set(text.ends)
    for place in range(text.units):
        numbers.append(sentence)
        sentence += place in ends
    bits = bin(found)[:1:-1]
    return {numbers[place - 1] for place in range(1, len(bits)) if bits[place] == "1"}


class FrameSet:
    """The frames of several files, and the one pass that finds which of them a text may hold."""

    def __init__(self, files: Iterable[Path] | None = None) -> None:
        """Load the files; by default those of this package.

        Raises:
            ConfigurationError: files have faults; all of them are told.
        """
        self.files = sorted(WORDS.glob("*.yaml") if files is None else files)
        self._classes = WordClasses()
        sources = [FrameFile(file, self._classes) for file in self.files]
        faults = [fault for source in sources for fault in source.faults]
        if faults:
            raise ConfigurationError(*faults)
        self.frames = [frame for source in sources for frame in source.frames]
        self._by_anchor: dict[bool, dict[str, list[int]]] = {True: {}, False: {}}
        for number, frame in enumerate(self.frames):
            for anchor in sorted(frame.anchors):
                self._by_anchor[frame.spaced].setdefault(anchor, []).append(number)

    @property
    def revision(self) -> str:
        """Return what changes whenever a file does."""
        return fingerprint(
            _VERSION, *(f"{file.name} {file.read_text(encoding='utf-8')}" for file in self.files)
        )

    def find(self, views: pl.DataFrame, *, anchored: bool = True) -> pl.DataFrame:
        """Return the frames that hit: [hits] of `row` and `frame`, its number, in no order.

        Args:
            views: [n] of `row` and `view` (`critical_view`).
            anchored: try a frame only where one of its anchors stands; without, the answer is the same.
        """
        hits: list[tuple[int, int]] = []
        for spaced in (True, False):
            by_anchor = self._by_anchor[spaced]
            everything = sorted({number for numbers in by_anchor.values() for number in numbers})
            for row, words, anchors in self._candidates(views, spaced=spaced, anchored=anchored):
                text = SpacedText(words.split(), self._classes.of) if spaced else UnspacedText(words)
                numbers = {n for anchor in anchors for n in by_anchor[anchor]} if anchored else everything
                hits += [(row, number) for number in numbers if self.frames[number].hits(text)]
        return pl.DataFrame(hits, schema={"row": views.schema["row"], "frame": pl.Int64}, orient="row")

    def find_labels(self, views: pl.DataFrame) -> pl.DataFrame:
        """Return [hits] of `row` and `label`, as often as frames hit; `views`: `row`, `view`."""
        labels = pl.Series([frame.label for frame in self.frames], dtype=pl.String)
        hits = self.find(views)
        return hits.select("row", label=labels.gather(hits["frame"]))

    def _candidates(
        self, views: pl.DataFrame, *, spaced: bool, anchored: bool
    ) -> Iterable[tuple[int, str, list[str]]]:
        """Return the row, the words and the anchors of each text in which a frame may stand."""
        anchors = list(self._by_anchor[spaced])
        if not anchors:
            return []
        words = words_of_view(pl.col("view"))
        if spaced:
            texts = views
        else:
            texts = views.filter(pl.col("view").str.contains(_UNSPACED))
            texts = texts.select("row", view=words.str.replace_all(" ", "", literal=True))
            words = pl.col("view")
        if not anchored:
            return texts.select("row", words, pl.lit([""])).iter_rows()
        found = texts.filter(pl.col("view").str.contains_any(anchors)).select(
            "row", words.alias("words"), anchors=pl.col("view").str.extract_many(anchors, overlapping=True)
        )
        return found.iter_rows()


class _Unique(yaml.SafeLoader):
    """YAML in which a key that stands twice is a fault: the first one would be lost unseen."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, object]:
        """Return the mapping of a node whose keys all differ."""
        keys = [key.value for key, _ in node.value]
        twice = sorted({str(key) for key in keys if keys.count(key) > 1})
        if twice:
            raise yaml.YAMLError(f"{', '.join(twice)} stands twice")
        return super().construct_mapping(node, deep)


class FrameFile:
    """One file: its frames, or its faults (file, list or frame, remedy)."""

    def __init__(self, path: Path, classes: WordClasses) -> None:
        self.path = path
        self.frames: list[Frame] = []
        self.faults: list[str] = []
        table = self._read()
        if self.faults:
            return
        self.language = str(table["language"])
        self.spaced = table.get("spaced", True) is not False
        lists = {
            name: [
                tree
                for place, entry in enumerate(entries)
                for tree in self._parse(entry, f"words.{name}[{place}]")
            ]
            for name, entries in table["words"].items()
        }
        frames = [
            (label, f"frames.{label}[{place}]", entry if isinstance(entry, dict) else {"frame": entry})
            for label, entries in table["frames"].items()
            for place, entry in enumerate(entries)
        ]
        parsed = [
            (label, where, entry, self._parse(entry.get("frame"), where), self._excuses(entry, where))
            for label, where, entry in frames
        ]
        self._compiler = Compiler(self.spaced, lists, classes)
        self._compiler.learn([tree for trees in lists.values() for tree in trees])
        self._compiler.learn([tree for *_, trees, excuses in parsed for tree in (*trees, *excuses)])
        for label, where, entry, trees, excuses in parsed:
            for tree in trees:
                self._compile(label, where, entry, tree, excuses)

    def _read(self) -> dict[str, Any]:
        """Return the file as a mapping of the right shape, or note what is wrong with it."""
        try:
            table = yaml.load(self.path.read_text(encoding="utf-8"), Loader=_Unique)  # noqa: S506 reason: a safe loader
        except (OSError, UnicodeDecodeError, yaml.YAMLError) as fault:
            self._fault("", f"cannot be read as YAML: {' '.join(str(fault).split())}")
            return {}
        if not isinstance(table, dict) or not _KEYS >= set(table) >= _KEYS - {"spaced"}:
            self._fault("", f"must hold {', '.join(sorted(_KEYS))} and nothing else")
            return {}
        if table["language"] != self.path.stem:
            self._fault(
                "language",
                f"must be {self.path.stem}, as the file is named (in quotes if YAML reads it else)",
            )
        for name in ("words", "frames"):
            lists = table[name]
            if not isinstance(lists, dict) or not all(
                isinstance(entries, list) for entries in lists.values()
            ):
                self._fault(name, "must hold names with a list each: `name: [a, b]`")
        if self.faults:
            return {}
        for label in sorted(set(map(str, table["frames"])) - set(LABELS)):
            self._fault(f"frames.{label}", f"is no label; known are {', '.join(LABELS)}")
        for name in table["words"]:
            if name in BUILT_IN:
                self._fault(f"words.{name}", "is built in; name the list otherwise")
        return table

    def _fault(self, where: str, what: str) -> None:
        self.faults.append(f"{self.path.name}: {where}{': ' if where else ''}{what}")

    def _parse(self, notation: object, where: str) -> list[Tree]:
        """Return the tree of a notation in a list, or note the fault and return none."""
        if not isinstance(notation, str):
            self._fault(where, f"{notation!r} is no text to YAML; put it in quotes")
            return []
        try:
            return [parse(notation)]
        except NotationError as fault:
            self._fault(where, f"`{notation}`: {fault}")
            return []

    def _excuses(self, entry: dict[str, Any], where: str) -> list[Tree]:
        unknown = sorted(set(map(str, entry)) - _FRAME_KEYS)
        if unknown:
            self._fault(
                where, f"{', '.join(unknown)} is not known; a frame has {', '.join(sorted(_FRAME_KEYS))}"
            )
        excuses = entry.get("unless", [])
        if not isinstance(excuses, list):
            self._fault(where, '`unless` must be a list: ["in minecraft"]')
            return []
        return [tree for excuse in excuses for tree in self._parse(excuse, f"{where}.unless")]

    def _compile(
        self, label: str, where: str, entry: dict[str, Any], tree: Tree, excuses: list[Tree]
    ) -> None:
        """Add the frames of one entry: one for its single words, one for the rest; or note a fault."""
        try:
            part = self._compiler.compile(tree)
            unless = tuple(self._compiler.compile(excuse).pattern for excuse in excuses)
            parts = [part] if entry.get("alone") is True else self._compiler.by_size(tree)
            for one in parts:
                self._add(label, entry, one, unless)
        except NotationError as fault:
            self._fault(where, f"`{entry['frame']}`: {fault}")

    def _add(self, label: str, entry: dict[str, Any], part: Part, unless: tuple[Pattern, ...]) -> None:
        alone = entry.get("alone") is True
        companion = None
        if part.least <= 1 and not alone:
            if COMMON not in self._compiler.lists:
                raise NotationError(
                    "one word can satisfy it; give the file a list `common` of 30 to 60 function words,"
                    " or mark the frame `alone: true` if the word is a harm by itself"
                )
            companion = self._compiler.compile(Named(COMMON)).pattern
        if part.anchors is None or part.anchors <= _STAND_INS:
            raise NotationError("no word must stand in it; write one that is not optional")
        self.frames.append(
            Frame(
                label,
                self.language,
                entry["frame"],
                self.spaced,
                part.pattern,
                unless,
                companion,
                part.anchors,
            )
        )


def check(path: Path, lines: list[str]) -> Iterator[str]:
    """Yield, for each line of text, the labels and frames of a file that hit it, or `-`."""
    frames = FrameSet([path])
    texts = pl.DataFrame({"text": lines}, schema={"text": pl.String}).with_row_index("row")
    looks = pl.concat([texts, unmask(texts)]).select("row", view=critical_view(pl.col("text")))
    hits: dict[int, list[str]] = {}
    for row, number in frames.find(looks).unique().sort("row", "frame").iter_rows():
        hits.setdefault(row, []).append(f"{frames.frames[number].label}  {frames.frames[number].notation}")
    for row in range(len(lines)):
        yield " | ".join(dict.fromkeys(hits.get(row, ["-"])))


def main() -> None:
    """Check a file and say what hits each line of the standard input."""
    parser = argparse.ArgumentParser(
        description="Check a file of harm frames; lines of text on stdin are read by it."
    )
    parser.add_argument("file", type=Path)
    path = parser.parse_args().file
    try:
        frames = FrameSet([path])
    except ConfigurationError as error:
        sys.exit(str(error))
    sys.stderr.write(f"{path.name}: {len(frames.frames)} frames are well formed\n")
    if not sys.stdin.isatty():
        lines = sys.stdin.read().splitlines()
        sys.stdout.writelines(f"{hit}\t{line}\n" for hit, line in zip(check(path, lines), lines, strict=True))


if __name__ == "__main__":
    main()
