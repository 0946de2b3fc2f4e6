"""The frames of critical harm, one YAML file per language: loaded, checked and made ready to match.

The notation of a file is described in `harm_words/README.md`. What an author must know beyond it:

- One word may be harmless in another language. So a frame that one word can satisfy (`{kys}`) counts
  only in a text that also holds a word of the file's list `common` (30 to 60 of the most frequent
  function words), and no more common words of any other language, unless it is marked `alone: true`.
  A phrase of two words (three signs in zh and ja) needs no companion: its words tell the language.
- The file is read in the text's own script: Devanagari is spelt in Latin letters before, so `hi` and
  `hi-Latn` find each other's words; all other scripts never meet.
- Hyphens, apostrophes, quotation marks and emoji are no words: `self-harm` is `self harm`, `I'm` is
  `i m`. Commas, colons and brackets are words that fill a gap.
- A placeholder such as `<PERSON_1>` is the word `someone`: it may be whom a frame speaks of; a frame
  of nothing else is refused.
- Quote `"no"`, `"on"`, `"yes"`, `"off"` and numbers: YAML would take them for something else.

Check a file, and see what hits: `python -m pipelines.filtering.harm_frames FILE.yaml < LINES.txt`.
"""

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from operator import add
from pathlib import Path

import polars as pl

from pipelines.errors import ConfigurationError
from pipelines.filtering.harm_compiler import Known, WordClasses
from pipelines.filtering.harm_file import FrameFile
from pipelines.filtering.harm_patterns import Needs, Pattern, SpacedText, Text, UnspacedText, keys_of
from pipelines.filtering.harm_reading import critical_view, unmask, words_of_view
from pipelines.identity import fingerprint

WORDS = Path(__file__).parent / "harm_words"
"""The folder of the files, one per language."""
_UNSPACED = r"[\u3005-\u30ff\u3400-\u9fff]"
_VERSION = "1"


class FrameSet:
    """The frames of several files, and the one pass that finds which of them a text may hold."""

    def __init__(self, files: Iterable[Path] | None = None) -> None:
        """Load the files; by default those of this package.

        Raises:
            ConfigurationError: files have faults; all of them are told.
        """
        paths = sorted(WORDS.glob("*.yaml") if files is None else files)
        self._classes = WordClasses()
        sources = [FrameFile(path, self._classes) for path in paths]
        faults = [fault for source in sources for fault in source.faults]
        if faults:
            raise ConfigurationError(*faults)
        self.revision = fingerprint(_VERSION, *(f"{path.name} {path.read_text('utf-8')}" for path in paths))
        """What changes whenever a file does."""
        self.frames = [frame for source in sources for frame in source.frames]
        self._common: dict[bool, dict[str, Pattern]] = {True: {}, False: {}}
        for source in sources:
            if source.common is not None:
                self._common[source.spaced][source.language] = source.common
        self._wanted = [
            frozenset(key for pattern in (frame.pattern, *frame.unless) for key in keys_of(pattern))
            for frame in self.frames
        ]
        self._by_key: dict[int | str, list[tuple[int, Needs]]] = {}
        for number, frame in enumerate(self.frames):
            for key, *others in frame.triggers:
                needs = (*(frozenset({other}) for other in others), *(n for n in frame.needs if key not in n))
                self._by_key.setdefault(key, []).append((number, needs))
        self._telling = Known(lambda word: (key for key in self._classes.of[word] if key in self._by_key))
        self._by_head: dict[str, list[str]] = {}
        for key in self._by_key:
            if isinstance(key, str):
                self._by_head.setdefault(key[:2], []).append(key)

    def find(self, views: pl.DataFrame, *, spare: bool = True) -> pl.DataFrame:
        """Return the frames that hit: [hits] of `row` and `frame`, its number, in no order.

        Args:
            views: [n] of `row` and `view` (`critical_view`).
            spare: try a frame only where what it needs stands; without, the answer is the same.
        """
        texts = views.select("row", "view", words=words_of_view(pl.col("view")))
        unspaced = texts.filter(pl.col("view").str.contains(_UNSPACED)).select(
            "row", signs=pl.col("words").str.replace_all(" ", "", literal=True)
        )
        hits = [
            *self._find_spaced(texts.select("row", "words").iter_rows(), spare=spare),
            *self._find_unspaced(unspaced.iter_rows(), spare=spare),
        ]
        return pl.DataFrame(hits, schema={"row": views.schema["row"], "frame": pl.Int64}, orient="row")

    def _find_spaced(self, texts: Iterable[tuple[int, str]], *, spare: bool) -> Iterator[tuple[int, int]]:
        """Yield row and frame of each hit in texts of words between blanks."""
        every = {number for number, frame in enumerate(self.frames) if frame.spaced}
        common = {key for pattern in self._common[True].values() for key in keys_of(pattern)}
        telling, classes = self._telling, self._classes.of
        for row, text in texts:
            words = text.split()
            numbers = every
            if spare:
                found = frozenset().union(*map(telling.__getitem__, words))
                if not found:
                    continue
                numbers = self._possible(found, frozenset().union(*map(classes.__getitem__, words)))
            if numbers:
                wanted = frozenset().union(*(self._wanted[number] for number in numbers))
                hits = self._hits(SpacedText(words, classes, wanted), numbers)
                if any(self.frames[number].lone for number in hits):
                    hits = self._sure(hits, SpacedText(words, classes, common), self._common[True])
                for number in hits:
                    yield row, number

    def _find_unspaced(self, texts: Iterable[tuple[int, str]], *, spare: bool) -> Iterator[tuple[int, int]]:
        """Yield row and frame of each hit in texts of signs without blanks."""
        every = {number for number, frame in enumerate(self.frames) if not frame.spaced}
        for row, signs in texts:
            numbers = every
            if spare:
                heads = self._by_head.keys() & {*signs, *map(add, signs, signs[1:])}
                found = frozenset(key for head in heads for key in self._by_head[head] if key in signs)
                wanted = {
                    key for k in found for _, needs in self._by_key[k] for need in needs for key in need
                }
                numbers = self._possible(found, frozenset(key for key in wanted if str(key) in signs))
            if not numbers:
                continue
            text = UnspacedText(signs)
            for number in self._sure(self._hits(text, numbers), text, self._common[False]):
                yield row, number

    def _possible(self, found: Iterable[int | str], present: AbstractSet[int | str]) -> set[int]:
        """Return the frames of which each need has a class, or a string, that is present.

        Args:
            found: those by which triggers are looked for.
            present: all.
        """
        numbers = set()
        for key in found:
            for number, needs in self._by_key[key]:
                for need in needs:
                    if need.isdisjoint(present):
                        break
                else:
                    numbers.add(number)
        return numbers

    def _hits(self, text: Text, numbers: Iterable[int]) -> list[int]:
        return [number for number in numbers if self.frames[number].hits(text)]

    def _sure(self, hits: list[int], text: Text, common: Mapping[str, Pattern]) -> list[int]:
        """Return the hits without lone words that are of another language than the text may be."""
        if not any(self.frames[number].lone for number in hits):
            return hits
        languages = likely_languages(text, common)
        return [n for n in hits if not self.frames[n].lone or _root(self.frames[n].language) in languages]

    def find_labels(self, views: pl.DataFrame) -> pl.DataFrame:
        """Return [hits] of `row` and `label`, as often as frames hit; `views`: `row`, `view`."""
        labels = pl.Series([frame.label for frame in self.frames], dtype=pl.String)
        hits = self.find(views)
        return hits.select("row", label=labels.gather(hits["frame"]))


def likely_languages(text: Text, common: Mapping[str, Pattern]) -> set[str]:
    """Return the languages of which a text has the most common words, if it has any; `hi` is hi-Latn too."""
    counts = {
        language: pattern.advance(text.everywhere, text).bit_count() for language, pattern in common.items()
    }
    most = max(counts.values(), default=0)
    return {_root(language) for language, count in counts.items() if count == most > 0}


def _root(language: str) -> str:
    return language.partition("-")[0]


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
