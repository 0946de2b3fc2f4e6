"""Names by language: the share found, and everyday sentences with a name found that has none.

python tests/bench/names.py [--data ../shared/data] [--model pipelines/shipped/privacy_ner]
    [--show de]

`own`: sentences that nobody tuned on (tests/bench/names/*.tsv). `frames`: those of the training's
grammar that were held out, with held-out names. `tatoeba`: real sentences of the half that was not
taught whose English has no capital inside, so that they name nobody. A name counts as found where
findings cover all its letters.
"""

import argparse
import csv
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import polars as pl

from pipelines.filtering.privacy.entities import EntityModel
from pipelines.filtering.privacy.evidence_words import WORD
from pipelines.training.privacy_everyday import everyday_words, is_held_text
from pipelines.training.privacy_frames import LANGUAGES, write_frames
from pipelines.training.privacy_names import widespread_names

ROOT = Path(__file__).parents[2]
OWN = Path(__file__).parent / "names"
TATOEBA = {
    "en": "eng",
    "es": "spa",
    "hi": "hin",
    "de": "deu",
    "fr": "fra",
    "it": "ita",
    "pt": "por",
    "nl": "nld",
    "pl": "pol",
    "id": "ind",
    "tr": "tur",
    "ru": "rus",
    "ar": "ara",
    "zh": "cmn",
    "ja": "jpn",
    "ko": "kor",
}
"""Our codes of languages and Tatoeba's."""
_INNER_CAPITAL = re.compile(
    r"\S\s+(?!I\b)[^\w\s]*[A-Z]|^(?:Tom|Mary|Sami|Layla|Ziri|Boston|Maria|John)\b"
)
_FRAMES = 300
Spans = Sequence[tuple[int, int]]


def read_own(language: str) -> list[tuple[str, Spans]]:
    """Return our own sentences of a language, with the spans of their names."""
    rows = csv.DictReader(
        (OWN / f"{language}.tsv").read_text("utf-8").splitlines(),
        delimiter="\t",
        quoting=csv.QUOTE_NONE,
    )
    found: list[tuple[str, Spans]] = []
    for row in rows:
        names = [name for name in row["names"].split("|") if name]
        found.append(
            (row["text"], [(at := row["text"].index(name), at + len(name)) for name in names])
        )
    return found


def held_frames(language: str) -> list[tuple[str, Spans]]:
    """Return held-out frames with held-out names, and the spans of persons."""
    sentences = write_frames(language, _FRAMES, 99, held=True)
    return [(s.text, [(a, b) for a, b, kind in s.spans if kind == "PERSON"]) for s in sentences]


def held_tatoeba(data: Path, language: str) -> list[tuple[str, Spans]]:
    """Return real sentences without a name that were not taught."""
    rows = pl.read_parquet(data / "langid" / "tatoeba.parquet").filter(
        language_iso639_3=TATOEBA[language]
    )
    pairs = rows.select("text", "english").iter_rows()
    return [
        (text, [])
        for text, said in pairs
        if is_held_text(text) and said and not _names_somebody(said)
    ]


def _names_somebody(english: str) -> bool:
    first = next(iter(WORD.findall(english.lower())), "")
    return (
        bool(_INNER_CAPITAL.search(english))
        or first in widespread_names()
        or first not in _english()
    )


@cache
def _english() -> frozenset[str]:
    return frozenset(everyday_words("en")) | {"i", "a", "it's", "don", "let", "he", "she", "we"}


def measure(
    model: EntityModel, rows: Sequence[tuple[str, Spans]], *, show: bool = False
) -> tuple[int, int, int, int]:
    """Return names, names found, sentences without a name, and those of them with a finding."""
    names = found = plain = flagged = 0
    for (text, spans), findings in zip(rows, model.find([text for text, _ in rows]), strict=True):
        persons = [f for f in findings or () if f.entity_type == "PERSON"]
        covered = {at for f in persons for at in range(f.start, f.end)}
        missed = [
            text[a:b]
            for a, b in spans
            if any(text[at].isalpha() and at not in covered for at in range(a, b))
        ]
        names, found = names + len(spans), found + len(spans) - len(missed)
        plain, flagged = plain + (not spans), flagged + (not spans and bool(persons))
        if show and (missed or (persons and not spans)):
            print(
                "  ",
                repr(text),
                "missed:",
                missed,
                "said:",
                [text[f.start : f.end] for f in persons],
            )
    return names, found, plain, flagged


def main() -> None:
    """Print one line a language."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data")
    parser.add_argument(
        "--model", type=Path, default=ROOT / "pipelines" / "shipped" / "privacy_ner"
    )
    parser.add_argument(
        "--show", action="append", default=[], help="print the faults on frames and tatoeba"
    )
    parser.add_argument(
        "--show-own", action="append", default=[], help="print those on our own sentences"
    )
    arguments = parser.parse_args()
    model = EntityModel(arguments.model)
    print("language | own: recall, flagged | frames: recall, flagged | tatoeba: flagged")
    for language in sorted(file.stem for file in OWN.glob("*.tsv")):
        parts = [read_own(language), held_frames(language) if language in LANGUAGES else []]
        parts.append(held_tatoeba(arguments.data, language) if language in TATOEBA else [])
        said = []
        for number, rows in enumerate(parts):
            show = language in (arguments.show_own if number == 0 else arguments.show)
            names, found, plain, flagged = measure(model, rows, show=show)
            recall = f"{found / names:.3f} of {names:3}" if names else ""
            said.append(f"{recall:12} {flagged / max(1, plain):6.1%} of {plain:3}")
        print(f"{language:8} | {' | '.join(said)}", flush=True)


if __name__ == "__main__":
    main()
