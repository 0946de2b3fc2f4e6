"""Language and quality in one run, compared with plain lid.176: quality only, no times.

python tests/bench/language.py --data ../shared/data [--rows 6000]

Language: the 15 % of every set that training and calibration never saw. Quality: real requests
against noise that is made here. Jobs to be done have a bench of their own.
"""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import polars as pl

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipelines.filtering.language.declared import compare_declared, rate_mismatch
from pipelines.filtering.language.identifier import LanguageIdentifier, find_lid, view_lines
from pipelines.filtering.quality import QualityScorer
from pipelines.models.answers import LanguageAnswer
from pipelines.models.fasttext_file import load_fasttext, predict_lines
from pipelines.training.calibration import area_under_roc
from pipelines.training.fasttext_training import split_by_group
from pipelines.training.language_model import measure_language, spread_rows
from pipelines.training.language_rows import TABLES, label_languages
from tests.bench.quality_noise import make_noise

_Found = TypeVar("_Found")

OPENINGS = {
    "en": (
        "Hello",
        "hi there!",
        "Good morning",
        "heyyy",
        "hey Luna",
        "hello <PERSON_1>!",
        "thanks",
        "what's up?",
    ),
    "es": (
        "¡Hola!",
        "hola Sofía",
        "buenos días",
        "¿qué tal?",
        "holaaa",
        "gracias",
        "buenas noches amor",
    ),
    "hi": (
        "namaste",
        "kaise ho?",
        "kya haal hai",
        "नमस्ते",
        "कैसे हो",
        "haan",
        "shukriya",
        "hello kya kar rahe ho",
    ),
    "fr": ("Bonjour", "salut !", "ça va ?", "merci"),
    "de": ("Hallo", "Guten Morgen", "wie geht's?", "danke"),
    "it": ("Ciao", "buongiorno", "come stai?", "grazie"),
    "pt": ("Olá", "bom dia", "tudo bem?", "obrigada"),
    "und": ("ok", "😀", "Luna", "Maria", "no", "haha", "...", "42", "si"),
}


class PlainLid:
    """lid.176 as most people use it: the best label, whatever its share."""

    def __init__(self) -> None:
        self._model = load_fasttext(find_lid(), "")

    def identify(self, texts: Sequence[str]) -> list[LanguageAnswer | None]:
        """Return one answer per text, in order."""
        lines = view_lines(texts)["folded"].to_list()
        best = [
            next(iter(shares.items()), ("und", 0.0))
            for shares in predict_lines(self._model, lines, 1)
        ]
        return [LanguageAnswer(code, min(share, 1.0)) for code, share in best]


def print_languages(data: Path) -> None:
    """Print the figures of ours and of lid.176 on rows held out of training."""
    rows = label_languages({name: pl.read_parquet(data / f"{name}.parquet") for name in TABLES})
    test = spread_rows(split_by_group(rows).filter(pl.col("part") == "test"), 5_000, "dataset")
    for name, identifier in (("ours", LanguageIdentifier()), ("lid.176", PlainLid())):
        seconds, figures = timed(partial(measure_language, test, identifier))
        print(f"\nlanguage, {name}: {len(test) / seconds:.0f} texts per CPU-second")
        for kind, rates in figures["ten_large"].items():
            print(f"  ten large, {kind}: " + ", ".join(f"{key} {rates[key]:.4g}" for key in rates))
        told = {key: value for key, value in figures.items() if isinstance(value, float)}
        print("  " + "; ".join(f"{key} {value:.4f}" for key, value in told.items()))
    identifier = LanguageIdentifier()
    texts = [(label, text) for label, texts in OPENINGS.items() for text in texts]
    answers = identifier.identify([text for _, text in texts])
    wrong = [
        text for (label, text), a in zip(texts, answers, strict=True) if a and a.language != label
    ]
    print(
        f"  openings and words that say nothing: {len(texts) - len(wrong)} of {len(texts)} right; "
        f"not {wrong}"
    )


def print_declared(data: Path, count: int) -> None:
    """Print how often the last user turn of real traffic is not in the declared language."""
    of_user = (
        pl.element().filter(pl.element().struct.field("role") == "user").struct.field("content")
    )
    traffic = (
        pl.read_parquet(data / "traffic/traffic.parquet").sort("conversation_id").head(2 * count)
    )
    last = pl.col("messages").list.eval(of_user).list.last()
    rows = traffic.select("language", "locale", sample_id="conversation_id", text=last).drop_nulls(
        "text"
    )
    answers = LanguageIdentifier().identify(rows["text"].to_list())
    identified = pl.Series(
        "identified", [a.language if a else None for a in answers], dtype=pl.String
    )
    rates = rate_mismatch(compare_declared(rows.with_columns(identified)))
    print("\ndeclared language (rows, known, mismatches, rate)")
    for row in rates.sort("rows", descending=True).head(8).iter_rows():
        print(f"  {row[0]}: {row[1:4]} {'-' if row[4] is None else round(row[4], 4)}")


def print_quality(data: Path, count: int) -> None:
    """Print how well quality separates requests from noise: ROC-AUC by kind, mean by source."""
    scorer = QualityScorer()
    real = spread_rows(read_requests(data), count // 6, "dataset")
    noise = make_noise(real["text"].to_list()[: count // 6], seed=7)
    texts = [*real["text"], *(text for _, text in noise)]
    seconds, parts = timed(lambda: scorer.explain(texts))
    print(f"\nquality: {len(texts) / seconds:.0f} texts per CPU-second")
    named = parts.with_columns(kind=pl.Series([*real["dataset"], *(kind for kind, _ in noise)]))
    named = named.with_columns(real=pl.int_range(pl.len()) < real.height)
    print(
        named.group_by("real", "kind")
        .agg(pl.len(), pl.exclude("real", "kind").mean().round(3))
        .sort("real", "kind")
    )
    for kind in sorted({kind for kind, _ in noise}):
        pair = named.filter(pl.col("real") | (pl.col("kind") == kind))
        print(f"  ROC-AUC against {kind}: {area_under_roc(pair['quality'], pair['real']):.3f}")
    print(f"  ROC-AUC against all noise: {area_under_roc(named['quality'], named['real']):.3f}")


def read_requests(data: Path) -> pl.DataFrame:
    """Return real requests, [n] of `text`, `label`, `dataset`: prompts, orders, questions, chat."""
    arena = pl.read_parquet(data / "intents/arena_hard_prompts.parquet").select(text="prompt")
    orders = pl.read_parquet(data / "intents/hinglish_top.parquet").select(text="text_hinglish")
    questions = pl.read_parquet(data / "qa/xquad_en_es_hi.parquet")
    chats = pl.read_parquet(data / "conversations/xpersona.parquet")
    turns = chats.select(
        text=pl.col("messages").list.first().struct.field("content"), language="language"
    )
    parts = {
        "arena_hard": arena,
        "hinglish_top": orders,
        **{f"xquad {name}": part(questions, name, "question") for name in ("es", "hi")},
        **{f"xpersona {name}": part(turns, name, "text") for name in ("en", "fr", "id", "zh")},
    }
    tables = [
        table.select("text", label=pl.lit("real"), dataset=pl.lit(name))
        for name, table in parts.items()
    ]
    return pl.concat(tables).drop_nulls().unique(["text"], maintain_order=True)


def part(rows: pl.DataFrame, language: str, column: str) -> pl.DataFrame:
    """Return the texts of one language as `text`."""
    return rows.filter(pl.col("language") == language).select(text=column)


def timed(run: Callable[[], _Found]) -> tuple[float, _Found]:
    """Return the CPU-seconds of a call, and what it returned."""
    start = time.process_time()
    found = run()
    return time.process_time() - start, found


def main() -> None:
    """Print both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--rows", type=int, default=6_000, help="most rows of a set")
    arguments = parser.parse_args()
    print_languages(arguments.data)
    print_declared(arguments.data, arguments.rows)
    print_quality(arguments.data, arguments.rows)


if __name__ == "__main__":
    main()
