"""What an encoder's cut drops in 35 languages: distinct sentences, planted copies, translations.

python tests/bench/near_duplicates.py [--data ../shared/data] [--model FOLDER] [--prefix TEXT]
    [--part held]

Sentences are Tatoeba's, sorted by their id, which is a hash: a language's first 240 are the part
`tune`, on which a cut is chosen, those behind them the part `held`, on which it is reported. A copy
differs from its sentence in one thing. Dropped = the greedy rule of the pruning among the sentences
of one language.
"""

import argparse
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from pipelines.diversity.leaders import find_leaders
from pipelines.diversity.similarity import Vectors, make_pool, unit_rows
from pipelines.fetching import ENCODER
from pipelines.models.encoder import Encoder
from pipelines.settings import FETCHED

LANGUAGES = (  # noqa: SIM905 reason: forty quotes would hide them
    "amh ara ben ces cmn deu ell fra heb hin hun hye ind ita jpn kat khm kor mal mar nld pes pol "
    "por rus spa swe tam tel tha tur ukr urd vie"
).split()
CUTS = (0.93, 0.94, 0.95, 0.955, 0.96, 0.965, 0.97, 0.975, 0.98, 0.99)
_TUNED = 240
_COPIED = 80
_ENDS = "".join(map(chr, (0x2E, 0x21, 0x3F, 0x3002, 0xFF01, 0xFF1F, 0x964, 0x61F, 0x589, 0x1362)))
_WORDS_MIN, _LETTERS_MIN = 4, 3

Change = Callable[[str, random.Random, list[str]], str]


def change_sign(text: str, chance: random.Random, others: list[str]) -> str:
    """Remove the final punctuation mark, or add one."""
    del chance, others
    return text[:-1] if text[-1] in _ENDS else text + "."


def change_case(text: str, chance: random.Random, others: list[str]) -> str:
    """Write it in lower case."""
    del chance, others
    return text.lower()


def change_letter(text: str, chance: random.Random, others: list[str]) -> str:
    """Leave a letter out, double it, or swap two."""
    del others
    places = [place for place, letter in enumerate(text) if letter.isalpha()]
    if len(places) < _LETTERS_MIN:
        return text
    at = chance.choice(places[1:])
    return chance.choice(
        [
            text[:at] + text[at + 1 :],
            text[:at] + text[at:],
            text[: at - 1] + text[at] + text[at - 1] + text[at + 1 :],
        ]
    )


def change_word(text: str, chance: random.Random, others: list[str]) -> str:
    """Put a word of another sentence in the place of one."""
    words = text.split()
    if len(words) < _WORDS_MIN:
        return text
    words[chance.randrange(1, len(words))] = chance.choice(chance.choice(others).split())
    return " ".join(words)


def swap_words(text: str, chance: random.Random, others: list[str]) -> str:
    """Swap two neighbouring words."""
    del others
    words = text.split()
    if len(words) < _WORDS_MIN:
        return text
    at = chance.randrange(len(words) - 1)
    words[at], words[at + 1] = words[at + 1], words[at]
    return " ".join(words)


CHANGES: dict[str, Change] = {
    "last sign": change_sign,
    "small letters": change_case,
    "a typo": change_letter,
    "words swapped": swap_words,
    "a word changed": change_word,
}


@dataclass(frozen=True, slots=True)
class SentencePool:
    """Sentences of a language, and pairs (row of the sentence, other text) by kind."""

    sentences: list[str]
    pairs: dict[str, list[tuple[int, str]]]


def make_pool_of(rows: pl.DataFrame, part: str) -> SentencePool:
    """Return a language's sentences of a part with their copies and translations."""
    rows = rows.unique("text").sort("id")
    rows = (
        rows.head(_TUNED)
        if part == "tune"
        else rows.slice(_TUNED if len(rows) > _TUNED + _COPIED else 0)
    )
    sentences = rows["text"].to_list()
    chance = random.Random(7)  # noqa: S311 reason: a fixed plan of copies, no secret
    pairs = {
        kind: [
            (row, changed)
            for row, text in enumerate(sentences[:_COPIED])
            if (changed := change(text, chance, sentences)) != text
        ]
        for kind, change in CHANGES.items()
    }
    return SentencePool(
        sentences, pairs | {"translated": list(enumerate(rows["english"].to_list()[:_COPIED]))}
    )


def drop_shares(vectors: Vectors) -> list[float]:
    """Return the share of rows that are dropped as near-duplicates at each cut."""
    pool, nothing = make_pool(vectors), make_pool(vectors[:0])
    return [1.0 - float(find_leaders(pool, cut, nothing).leads.mean()) for cut in CUTS]


def main() -> None:
    """Print shares dropped and found by cut, then by language at the cut."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--model", default=str(FETCHED / ENCODER))
    parser.add_argument("--prefix", default="")
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--part", choices=("tune", "held"), default="held")
    parser.add_argument("--cut", type=float, default=0.97)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    rows = pl.read_parquet(arguments.data / "langid/tatoeba.parquet")
    pools = {
        name: make_pool_of(rows.filter(pl.col("language_iso639_3") == name), arguments.part)
        for name in LANGUAGES
    }
    encoder = Encoder(arguments.model, arguments.precision, prefix=arguments.prefix)
    print(f"{encoder.name} {encoder.precision}, prefix {arguments.prefix!r}, part {arguments.part}")
    dropped: dict[str, list[float]] = {}
    found: dict[str, dict[str, np.ndarray]] = {}
    for name, pool in pools.items():
        vectors = unit_rows(encoder.encode(pool.sentences))
        dropped[name] = drop_shares(vectors)
        found[name] = {
            kind: (
                vectors[[row for row, _ in pairs]] * encoder.encode([text for _, text in pairs])
            ).sum(axis=1)
            for kind, pairs in pool.pairs.items()
        }
    _print_by_cut(dropped, found)
    _print_by_language(pools, dropped, found, arguments.cut)


def _print_by_cut(dropped: dict[str, list[float]], found: dict[str, dict[str, np.ndarray]]) -> None:
    shares = np.array(list(dropped.values()))
    print("cut".ljust(24), *(f"{cut:6.3f}" for cut in CUTS))
    print("distinct, mean dropped".ljust(24), *(f"{share:6.3f}" for share in shares.mean(axis=0)))
    print("distinct, worst language".ljust(24), *(f"{share:6.3f}" for share in shares.max(axis=0)))
    for kind in next(iter(found.values())):
        cosines = np.concatenate([kinds[kind] for kinds in found.values()])
        print(
            f"{kind} found".ljust(24),
            *(f"{(cosines >= cut).mean():6.3f}" for cut in CUTS),
            f"n {len(cosines)}",
        )


def _print_by_language(
    pools: dict[str, SentencePool],
    dropped: dict[str, list[float]],
    found: dict[str, dict[str, np.ndarray]],
    cut: float,
) -> None:
    at = int(np.argmin(np.abs(np.array(CUTS) - cut)))
    kinds = list(next(iter(found.values())))
    print(f"at {CUTS[at]}: language, sentences, dropped,", ", ".join(kinds))
    for name, pool in pools.items():
        shares = [
            f"{(cosines >= CUTS[at]).mean():.2f}" if len(cosines := found[name][kind]) else "-"
            for kind in kinds
        ]
        print(name, len(pool.sentences), f"{dropped[name][at]:.3f}", *shares)


if __name__ == "__main__":
    main()
