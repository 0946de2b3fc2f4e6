"""The frames of critical harm: one YAML file per language, for people who know the language.

A frame is a kind of sentence: `{i} {will} .. {kill} {you}`. A file names its lists of words and its
frames by label; a frame that hits drops the sample. Check a file, and see what hits which line:
`python -m pipelines.filtering.safety.harm_frames FILE.yaml < LINES.txt`.

```yaml
language: de                       # the name of the file
spaced: true                       # false where words are written without blanks: zh, ja
words:
  common: [ich, und, der]          # 30 to 60 of the most frequent function words, see below
  will: [will, werde, "habe vor"]  # an entry is a row of items, too
  kill: [töten, umbring*]
frames:
  threat:
    - "ich {will} .. (dich|{kin}) .. {kill}"
    - {frame: "{kill} .. dich", unless: ["im spiel"]}
    - {frame: "{slur}", alone: true}
```

- Items stand between blanks: a word; `{list}`; `(a|b c|{list})`; `..`, `...`: up to 3, 7 words
  (8, 20 signs where words have no blanks); `{age}`: a number from 1 to 17; `{start}`, `{end}` of a
  sentence. `?` behind an item: it may be missing. `*` at the start or end of a word: any letters.
- No gap passes the end of a sentence (. ! ? ; 。 ؟ । or a line break); the full stop of an ordinal
  (`in der 7. Klasse`) is none. `unless`: frames that excuse the sentence in which they stand.
- Words and texts are read alike (`harm_reading`), so write ordinary spelling: case, accents and
  disguises do not matter, Devanagari is spelt in Latin letters (`hi` and `hi-Latn` find each
  other's words). Hyphens, apostrophes, quotation marks and emoji are no words: `self-harm` is
  `self harm`, `I'm` is `i m`. Commas, colons and brackets are, so they fill a gap.
- One word may be harmless in another language. So a frame that one word can satisfy (`{kys}`)
  counts only in a text that also holds a `common` word of its file, and no more common words of any
  other language, unless it is marked `alone: true`. A phrase of two words (three signs in zh and
  ja) needs no companion: its words tell the language.
- A placeholder such as `<PERSON_1>` is the word `someone`: it may be whom a frame speaks of; a
  frame of nothing else is refused.
- Quote `"no"`, `"on"`, `"yes"`, `"off"` and numbers: YAML would take them for something else.
"""

import argparse
import gc
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, partial
from pathlib import Path

import polars as pl

from pipelines.compiled_files import keep_compiled
from pipelines.errors import ConfigurationError
from pipelines.filtering.safety.deobfuscation import READING, READING_SOURCES
from pipelines.filtering.safety.distorted_words import DistortedWords
from pipelines.filtering.safety.harm_anchors import FREQUENT_WORDS
from pipelines.filtering.safety.harm_compiler import WordClasses, read_entries
from pipelines.filtering.safety.harm_file import FrameFile
from pipelines.filtering.safety.harm_patterns import Frame, Pattern
from pipelines.filtering.safety.harm_reading import unmask, view_texts, words_of_view
from pipelines.filtering.safety.harm_search import SpacedSearch, UnspacedSearch
from pipelines.identity import fingerprint
from pipelines.models.source_revision import fingerprint_sources, modules_of

WORDS = Path(__file__).parent / "harm_words"
"""The folder of the files, one per language."""
COMPILED_BY: tuple[str | Path, ...] = (
    *modules_of(
        "pipelines.filtering.safety",
        *("distorted_words", "harm_anchors", "harm_compiler", "harm_file", "harm_frames"),
        *("harm_grammar", "harm_patterns", "harm_reading"),
    ),
    *READING_SOURCES,
    FREQUENT_WORDS,
)
"""What decides, beside the files, what their frames are compiled to."""
_UNSPACED = r"[\u3005-\u30ff\u3400-\u9fff]"


@dataclass(frozen=True, slots=True)
class CompiledFrames:
    """The frames of several files.

    Args:
        frames: all, by their number.
        common: the common words of each language, of those with blanks (True) and without.
        classes: of all words in them.
        revision: what changes whenever a file does.
    """

    frames: list[Frame]
    common: Mapping[bool, Mapping[str, Pattern]]
    classes: WordClasses
    revision: str


def compile_files(paths: Sequence[Path]) -> CompiledFrames:
    """Read and check files of frames.

    Raises:
        ConfigurationError: files have faults; all of them are told.
    """
    classes = WordClasses()
    sources = [FrameFile(path) for path in paths]
    readings = read_entries(set().union(*(source.texts() for source in sources)))
    for source in sources:
        if not source.faults:
            source.compile(readings, classes)
    faults = [fault for source in sources for fault in source.faults]
    if faults:
        raise ConfigurationError(*faults)
    common = {
        spaced: {
            source.language: source.common
            for source in sources
            if source.common is not None and source.spaced == spaced
        }
        for spaced in (True, False)
    }
    frames = [frame for source in sources for frame in source.frames]
    return CompiledFrames(frames, common, classes, _revision_of(paths))


class FrameSet:
    """The frames of several files, and the one pass that finds which of them a text may hold.

    Args:
        files: by default those of this package.

    Raises:
        ConfigurationError: files have faults; all of them are told.
    """

    def __init__(self, files: Iterable[Path] | None = None) -> None:
        compiled = _shipped() if files is None else compile_files(sorted(files))
        self.revision, self.frames = compiled.revision, compiled.frames
        spaced = {number: frame for number, frame in enumerate(self.frames) if frame.spaced}
        unspaced = {number: frame for number, frame in enumerate(self.frames) if not frame.spaced}
        self._spaced = SpacedSearch(spaced, compiled.common[True], compiled.classes)
        self._unspaced = UnspacedSearch(unspaced, compiled.common[False])
        self._words = compiled.classes.words

    @cached_property
    def _distorted(self) -> DistortedWords:
        return DistortedWords(self._words)

    def view_readings(self, texts: pl.DataFrame) -> pl.DataFrame:
        """Return `row` and `view` of `row` and `text` [n]: each as it stands, then as it is meant.

        A text that looks disguised has more readings: without the disguise, and with the words of
        the frames that its distorted words may mean.
        """
        looks = pl.concat([texts, self._distorted.read_all(texts)])
        return view_texts(pl.concat([looks, unmask(looks)]))

    def find(self, views: pl.DataFrame, *, spare: bool = True) -> pl.DataFrame:
        """Return the frames that hit: [hits] of `row` and `frame`, its number, in no order.

        Args:
            views: [n] of `row` and `view` (of `view_texts`).
            spare: try a frame only where what it needs stands; without, the answer is the same.
        """
        texts = views.select("row", "view", words=words_of_view(pl.col("view")))
        unspaced = texts.filter(pl.col("view").str.contains(_UNSPACED)).select(
            "row", signs=pl.col("words").str.replace_all(" ", "", literal=True)
        )
        hits = [
            (row, number)
            for search, rows in (
                (self._spaced, texts.select("row", "words")),
                (self._unspaced, unspaced),
            )
            for row, text in rows.iter_rows()
            for number in search.find(text, spare=spare)
        ]
        return pl.DataFrame(
            hits, schema={"row": views.schema["row"], "frame": pl.Int64}, orient="row"
        )

    def find_labels(self, views: pl.DataFrame) -> pl.DataFrame:
        """Return [hits] of `row` and `label`, as often as frames hit; `views`: `row`, `view`."""
        labels = pl.Series([frame.label for frame in self.frames], dtype=pl.String)
        hits = self.find(views)
        return hits.select("row", label=labels.gather(hits["frame"]))


def _revision_of(paths: Sequence[Path]) -> str:
    return fingerprint(*(f"{path.name} {path.read_text('utf-8')}" for path in paths))


def _shipped() -> CompiledFrames:
    """Return the frames of this package, compiled once for each version of files and code."""
    paths = sorted(WORDS.glob("*.yaml"))
    key = fingerprint(
        _revision_of(paths), fingerprint_sources(*COMPILED_BY), READING, pl.__version__
    )
    return keep_compiled("harm_frames", key, partial(compile_files, paths))


@cache
def shipped_frames() -> FrameSet:
    """Return the frames of this package, loaded once per process."""
    # Many small objects that all stay: the collector would walk them again and again.
    was_on = gc.isenabled()
    gc.disable()
    try:
        return FrameSet()
    finally:
        if was_on:
            gc.enable()


def check(path: Path, lines: list[str]) -> Iterator[str]:
    """Yield, for each line of text, the labels and frames of a file that hit it, or `-`."""
    frames = FrameSet([path])
    texts = pl.DataFrame({"text": lines}, schema={"text": pl.String}).with_row_index("row")
    hits: dict[int, list[str]] = {}
    for row, number in (
        frames.find(frames.view_readings(texts)).unique().sort("row", "frame").iter_rows()
    ):
        hits.setdefault(row, []).append(
            f"{frames.frames[number].label}  {frames.frames[number].notation}"
        )
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
        sys.stdout.writelines(
            f"{hit}\t{line}\n" for hit, line in zip(check(path, lines), lines, strict=True)
        )


if __name__ == "__main__":
    main()
