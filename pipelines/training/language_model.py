"""Train the language model, calibrate it together with lid.176, measure both."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.filtering.language.identifier import (
    TRUST_COLUMNS,
    LanguageIdentifier,
    trust_features,
    view_lines,
)
from pipelines.models.answers import LanguageAnswer
from pipelines.training.calibration import fit_logistic
from pipelines.training.fasttext_training import (
    FastTextSettings,
    hash_share,
    save_model,
    split_by_group,
    train_fasttext,
)
from pipelines.training.language_examples import write_examples
from pipelines.training.language_rows import OTHER

SETTINGS = FastTextSettings(
    dim=16, bucket=150_000, epoch=8, lr=0.5, minn=1, maxn=5, wordNgrams=1, minCount=10
)
ROWS_PER_LABEL = 1_500
MEASURED_ROWS_PER_DATASET = 5_000
ANSWER_FROM = 0.5
# How often a right answer and an error count when confidence is fitted: 0.5 is then 7 of 9.
RIGHT_COUNTS, WRONG_COUNTS = 2, 7
ENGLISH_FROM = 1.5e-5
CONFIDENT_FROM = 0.8
TEN_LARGE = ("ar", "de", "en", "es", "fr", "hi", "id", "it", "pt", "tr")


class Identifier(Protocol):
    """The interface of a language model: ours, or one to compare with."""

    def identify(self, texts: Sequence[str]) -> list[LanguageAnswer | None]:
        """Return one answer per text, in order; None where it failed."""


def train_language(rows: pl.DataFrame, folder: Path) -> dict[str, Any]:
    """Train on the `train` part, fit trust on `calibrate`, measure on `test`; return the figures.

    Args:
        rows: what `label_languages` returned.
        folder: where `model.bin` and `model.json` are written.
    """
    parted = split_by_group(rows)
    train = spread_rows(
        parted.filter(pl.col("part") == "train"), ROWS_PER_LABEL, "dataset", "label"
    )
    examples = write_examples(train)
    model = train_fasttext(examples["line"].to_list(), examples["label"].to_list(), SETTINGS)
    even = {"weights": [1.0, 0.0, 0.0], "intercept": 0.0, "answer_from": ANSWER_FROM}
    facts: dict[str, Any] = {"trust": even, "english_words": list_english(parted)}
    save_model(model, facts, folder)

    held = spread_rows(
        parted.filter(pl.col("part") == "calibrate"), MEASURED_ROWS_PER_DATASET, "dataset"
    )
    trust = even | _fit_trust(
        LanguageIdentifier(folder).guess(held["text"].to_list()), held["label"]
    )
    save_model(model, facts | {"trust": trust}, folder)
    test = spread_rows(
        parted.filter(pl.col("part") == "test"), MEASURED_ROWS_PER_DATASET, "dataset"
    )
    return measure_language(test, LanguageIdentifier(folder)) | {"trust": trust}


def measure_language(rows: pl.DataFrame, identifier: Identifier) -> dict[str, Any]:
    """Return figures of held-out rows: accuracy by set and kind, and confident errors."""
    answers = identifier.identify(rows["text"].to_list())
    predicted = [
        None if a is None else a.language + ("-Latn" if a.romanised else "") for a in answers
    ]
    judged = rows.with_columns(
        predicted=pl.Series(predicted, dtype=pl.String),
        confidence=pl.Series(
            [None if a is None else a.confidence for a in answers], dtype=pl.Float64
        ),
    ).with_columns(
        answered=pl.col("predicted") != "und", right=pl.col("predicted") == pl.col("label")
    )
    ten = judged.filter((pl.col("dataset") == "leipzig_short") & pl.col("label").is_in(TEN_LARGE))
    hindi, english = (judged.filter(pl.col("label") == label) for label in ("hi-Latn", "en"))
    wrong = pl.col("answered") & ~pl.col("right") & (pl.col("confidence") >= CONFIDENT_FROM)
    return {
        "ten_large": _rates(ten, "slice"),
        "by_dataset": _rates(judged.filter(pl.col("label") != "und"), "dataset"),
        "romanised_hindi_recall": _mean(hindi, pl.col("right")),
        "romanised_hindi_by_dataset": _rates(hindi, "dataset"),
        "english_taken_for_romanised": _mean(english, pl.col("predicted").str.ends_with("-Latn")),
        "english_recall": _mean(english, pl.col("right")),
        "confident_wrong_above_0.8": _mean(judged, wrong),
    }


def list_english(rows: pl.DataFrame) -> list[str]:
    """Return common English words that are not likelier to be Hindi in Latin letters, sorted.

    Hindi is counted where no English is mixed in: Devanagari texts spelt in Latin letters, and the
    hate cases, whose writers were asked for Hindi.
    """
    train = rows.filter(pl.col("part") == "train")
    english = _word_shares(
        train.filter(
            pl.col("dataset").is_in(["self_dialogue", "topical_chat", "hinglish_top"]),
            pl.col("label") == "en",
        )
    )
    hindi = _word_shares(
        train.filter(
            pl.col("dataset").is_in(["spelt_in_latin", "multilingual_hatecheck"]),
            pl.col("label") == "hi-Latn",
        )
    )
    both = english.join(hindi, on="word", how="left", suffix="_hindi")
    common = (pl.col("share") > ENGLISH_FROM) & (
        pl.col("share") > pl.col("share_hindi").fill_null(0.0)
    )
    return both.filter(common)["word"].sort().to_list()


def _word_shares(rows: pl.DataFrame) -> pl.DataFrame:
    words = (
        view_lines(rows["text"].to_list())
        .select(word=pl.col("line").str.extract_all(r"[a-z]{2,}"))
        .explode("word")
    )
    counts = words.drop_nulls().group_by("word").len()
    return counts.select("word", share=pl.col("len") / pl.col("len").sum())


def _fit_trust(guesses: pl.DataFrame, labels: pl.Series) -> dict[str, Any]:
    """Return the curve from guess to the cautious probability of being right; `und` is no guess."""
    named = (guesses["label"] != OTHER).to_numpy()
    guesses, labels = guesses.filter(named), labels.filter(named)
    features = np.array([trust_features(*row) for row in guesses.select(TRUST_COLUMNS).iter_rows()])
    right = (guesses["label"] == labels).to_numpy()
    times = np.where(right, RIGHT_COUNTS, WRONG_COUNTS)
    weights = fit_logistic(
        np.repeat(features, times, axis=0), np.repeat(right, times).astype(np.float64)
    )
    return {"weights": weights[:-1], "intercept": weights[-1]}


def spread_rows(rows: pl.DataFrame, cap: int, *groups: str) -> pl.DataFrame:
    """Return at most `cap` rows of each group, those first in hash order."""
    order: npt.NDArray[np.float64] = hash_share(rows["text"]).to_numpy()
    kept = rows.with_columns(order=order).sort("order", "text", "dataset", "label")
    return kept.filter(pl.int_range(pl.len()).over(groups) < cap).drop("order")


def _rates(judged: pl.DataFrame, column: str) -> dict[str, dict[str, float]]:
    table = judged.group_by(column).agg(
        rows=pl.len(),
        accuracy=pl.col("right").mean(),
        answered=pl.col("answered").mean(),
        right_when_answered=pl.col("right").filter("answered").mean(),
    )
    return {str(row.pop(column)): row for row in table.sort(column).to_dicts()}


def _mean(rows: pl.DataFrame, flag: pl.Expr) -> float:
    return float(rows.select(flag.mean()).item())
