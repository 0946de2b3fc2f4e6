"""Train, calibrate and measure the fastText safety layer; choose the cuts it is shipped with."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from pipelines.filtering.safety import FastTextSafety, cut_windows, prepare_lines
from pipelines.training.fasttext_training import (
    FastTextSettings,
    area_under_roc,
    fit_logistic,
    hash_share,
    save_model,
    split_by_group,
    train_fasttext,
)
from pipelines.training.safety_rows import LABELS, SAFE

SETTINGS = FastTextSettings(dim=12, bucket=110_000, epoch=8, lr=0.4, minn=2, maxn=5, wordNgrams=2, minCount=3)
CLEAN_CHAT = ("self_dialogue", "topical_chat", "synthetic_persona_chat", "xpersona")
_SMALL = (
    *("openai_moderation", "wikipedia_comments", "surge_toxicity", "convabuse"),
    *("xstest_completions", "hatemojicheck", "hatecheck", "jailbreak_prompts", "written_chat"),
)


@dataclass(frozen=True, slots=True)
class TrainingChoice:
    """How much of each set is trained on, and the shares of clean chats that the cuts may cost."""

    rows_per_dataset: int = 15_000
    repeats_of_small: int = 3
    review_share: float = 0.04
    drop_share: float = 0.01


def train_safety(rows: pl.DataFrame, folder: Path, choice: TrainingChoice) -> dict[str, Any]:
    """Train on the `train` part, calibrate and cut on `calibrate`, measure on `test`; return the figures.

    Args:
        rows: what `label_safety` returned.
        folder: where `model.bin` and `model.json` are written.
        choice: sizes and the shares from which the cuts follow.
    """
    parted = split_by_group(rows)
    lines = _prepare_training(parted.filter(pl.col("part") == "train"), choice)
    model = train_fasttext(lines["line"].to_list(), lines["label"].to_list(), SETTINGS)
    facts: dict[str, Any] = {
        "labels": list(LABELS),
        "calibration": {"slope": 1.0, "intercept": 0.0},
        "cuts": {},
    }
    save_model(model, facts, folder)

    held = parted.filter(pl.col("part") == "calibrate")
    facts["calibration"] = _calibrate(score_rows(held, folder), choice)
    save_model(model, facts, folder)

    facts["cuts"] = choose_cuts(score_rows(held, folder), choice)
    save_model(model, facts, folder)
    return measure_safety(score_rows(parted.filter(pl.col("part") == "test"), folder), facts["cuts"]) | facts


def score_rows(rows: pl.DataFrame, folder: Path) -> pl.DataFrame:
    """Return the rows with `unsafe` as the layer in the folder scores them."""
    scores = FastTextSafety(folder).score(rows["text"].to_list())
    unsafe = [None if score is None else score.unsafe for score in scores]
    return rows.with_columns(unsafe=pl.Series(unsafe, dtype=pl.Float64), harmful=pl.col("label") != SAFE)


def choose_cuts(scored: pl.DataFrame, choice: TrainingChoice) -> dict[str, float]:
    """Return `review_from` and `drop_from`: the scores that the stated shares of clean chats reach.

    A chat is as unsafe as its worst message; the share is of all clean chats that were held out.
    """
    worst = worst_of_chats(scored)["unsafe"].to_numpy()
    grid = np.unique(worst)
    reached = np.array([(worst >= cut).mean() for cut in grid])
    review, drop = (
        float(grid[np.argmax(reached <= share)]) for share in (choice.review_share, choice.drop_share)
    )
    return {"review_from": _round_up(review), "drop_from": _round_up(drop)}


def worst_of_chats(scored: pl.DataFrame) -> pl.DataFrame:
    """Return [chats] of `dataset`, `group` and the worst `unsafe` of each clean chat's messages."""
    clean = scored.filter(pl.col("dataset").is_in(CLEAN_CHAT))
    return clean.group_by("dataset", "group").agg(pl.col("unsafe").max()).sort("dataset", "group")


def measure_safety(scored: pl.DataFrame, cuts: dict[str, float]) -> dict[str, Any]:
    """Return AUC by set and language, what the cuts cost clean chat and catch elsewhere, reliability."""
    mixed = scored.group_by("dataset").agg(pl.col("harmful").n_unique().alias("n")).filter(pl.col("n") > 1)
    judged = scored.join(mixed, on="dataset", how="semi")
    auc = _auc_by(judged, "dataset")
    languages = judged.filter(pl.col("dataset") == "multilingual_hatecheck")
    chats = worst_of_chats(scored)
    return {
        "auc": auc,
        "auc_mean": float(np.mean([area for name, area in auc.items() if name != "written_chat"])),
        "auc_by_language": _auc_by(languages, "language"),
        "clean_chats_not_passed": _share_by(chats, cuts["review_from"], "dataset"),
        "clean_chats_dropped": _share_by(chats, cuts["drop_from"], "dataset"),
        "unsafe_not_passed": _share_by(scored.filter("harmful"), cuts["review_from"], "dataset"),
        "unsafe_dropped": _share_by(scored.filter("harmful"), cuts["drop_from"], "dataset"),
        "safe_not_passed": _share_by(judged.filter(~pl.col("harmful")), cuts["review_from"], "dataset"),
        "safe_dropped": _share_by(judged.filter(~pl.col("harmful")), cuts["drop_from"], "dataset"),
        "reliability": _reliability(judged),
    }


def _prepare_training(train: pl.DataFrame, choice: TrainingChoice) -> pl.DataFrame:
    """Return [lines] of `line`, `label` in hash order: capped, small sets repeated, in windows."""
    order = hash_share(train.select(pl.concat_str("dataset", "text")).to_series())
    kept = train.with_columns(order=order).sort("order", "dataset", "text", "label")
    kept = kept.filter(pl.int_range(pl.len()).over("dataset") < choice.rows_per_dataset)
    windows, owners = cut_windows(kept["text"].to_list())
    lines = kept[owners].with_columns(line=pl.Series(prepare_lines(windows)))
    again = [lines.filter(pl.col("dataset").is_in(_SMALL))] * (choice.repeats_of_small - 1)
    copies = [part.with_columns(copy=pl.lit(str(number))) for number, part in enumerate([lines, *again])]
    every = pl.concat(copies).with_row_index("row")
    shuffled = hash_share(every.select(pl.concat_str("copy", "line", "row", separator=":")).to_series())
    return every.with_columns(order=shuffled).sort("order", "row").select("line", "label")


def _calibrate(scored: pl.DataFrame, choice: TrainingChoice) -> dict[str, float]:
    """Return Platt's slope and intercept, on a mixture capped like the one that was trained on."""
    cap = choice.rows_per_dataset // 8
    mixture = scored.filter(pl.int_range(pl.len()).over("dataset") < cap)
    shares = mixture["unsafe"].clip(1e-6, 1 - 1e-6).to_numpy()
    odds = np.log(shares / (1 - shares))
    slope, intercept = fit_logistic(odds[:, None], mixture["harmful"].cast(pl.Float64).to_numpy())
    return {"slope": slope, "intercept": intercept}


def _auc_by(scored: pl.DataFrame, column: str) -> dict[str, float]:
    return {
        str(name): area_under_roc(part["unsafe"], part["harmful"])
        for (name,), part in sorted(scored.group_by(column))
    }


def _share_by(scored: pl.DataFrame, cut: float, column: str) -> dict[str, float]:
    shares = scored.group_by(column).agg((pl.col("unsafe") >= cut).mean()).sort(column)
    return {str(name): float(share) for name, share in shares.rows()}


def _reliability(scored: pl.DataFrame) -> list[tuple[float, float, int]]:
    """Return per tenth of probability: mean probability, share that is harmful, rows."""
    tenth = (pl.col("unsafe") * 10).floor().clip(0, 9)
    bins = scored.group_by(tenth=tenth).agg(pl.col("unsafe").mean(), pl.col("harmful").mean(), rows=pl.len())
    return [(float(mean), float(share), int(rows)) for _, mean, share, rows in bins.sort("tenth").rows()]


def _round_up(cut: float) -> float:
    return min(float(np.ceil(cut * 1000) / 1000), 1.0)
