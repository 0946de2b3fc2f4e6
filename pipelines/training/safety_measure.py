"""What the safety layers reach on held-out rows, alone and together, and what their cuts cost."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from pipelines.filtering.safety.critical_rules import CriticalRules
from pipelines.filtering.safety.encoder_head import EncoderHead
from pipelines.filtering.safety.fasttext_layer import FastTextSafety
from pipelines.models.answers import SafetyLayer
from pipelines.training.calibration import area_under_roc
from pipelines.training.fasttext_training import hash_share
from pipelines.training.safety_rows import DEVANAGARI_HATECHECK, OURS, SAFE

CLEAN_CHAT = ("self_dialogue", "topical_chat", "synthetic_persona_chat", "xpersona")
CLEAN_PROMPTS = (
    *(*CLEAN_CHAT, "intents", "schema_guided_dialogue", "taskmaster4", "codemixed_dstc2"),
    "written_clean",
    # Ten languages, in which harm is commoner than ordinary talk in training
    *(
        "tatoeba",
        "leipzig_short",
    ),
)
LAYERS = ("critical_rules", "fasttext_safety", "encoder_head")
_CLEAN_TAKEN = 400
_SPOKEN = 100
Cuts = Mapping[str, Mapping[str, float]]


def choose_cuts(unsafe: pl.Series, reviewed: float, dropped: float) -> dict[str, float]:
    """Return `review_from` and `drop_from`: the scores that these shares of clean texts reach."""
    worst = unsafe.to_numpy()
    grid = np.unique(worst)
    reached = np.array([(worst >= cut).mean() for cut in grid])
    lowest = [np.flatnonzero(reached <= share) for share in (reviewed, dropped)]
    review, drop = (float(grid[found[0]]) if len(found) else 1.0 for found in lowest)
    return {"review_from": _round_up(review), "drop_from": _round_up(max(review, drop))}


def choose_prompt_cuts(
    clean: pl.DataFrame, reviewed: float, dropped: float, most: float
) -> dict[str, float]:
    """Return cuts that hold over all clean prompts, and `review_from` in each language for itself.

    Args:
        clean: [n] of `unsafe`, `language`.
        reviewed: share of all clean prompts that may reach `review_from`.
        dropped: share that may reach `drop_from`.
        most: share that may be reviewed in any language with at least `_SPOKEN` prompts: with one
            cut for all, languages that the encoder hardly knows would be reviewed far more often.
    """
    cuts = choose_cuts(clean["unsafe"], reviewed, dropped)
    spoken = clean.filter(pl.len().over("language") >= _SPOKEN).partition_by("language")
    review = max(
        [cuts["review_from"], *(choose_cuts(p["unsafe"], most, 0.0)["review_from"] for p in spoken)]
    )
    return {"review_from": review, "drop_from": max(review, cuts["drop_from"])}


def worst_of_chats(scored: pl.DataFrame) -> pl.DataFrame:
    """Return [chats] of `dataset`, `group` and the worst `unsafe` of each clean chat's messages."""
    clean = scored.filter(pl.col("dataset").is_in(CLEAN_CHAT))
    return clean.group_by("dataset", "group").agg(pl.col("unsafe").max()).sort("dataset", "group")


def score_layers(rows: pl.DataFrame, layers: Mapping[str, SafetyLayer], cuts: Cuts) -> pl.DataFrame:
    """Return the rows with a column per layer, `harmful`, and the outcomes `stopped`, `dropped`.

    A layer that failed on a text counts as one that stopped it.
    """
    texts = rows["text"].to_list()
    answers = {name: layer.score(texts) for name, layer in layers.items()}
    columns = {
        name: [None if s is None else s.unsafe for s in scores] for name, scores in answers.items()
    }
    scored = rows.with_columns(
        harmful=pl.col("label") != SAFE,
        **{name: pl.Series(c, dtype=pl.Float64) for name, c in columns.items()},
    )
    above = {
        side: [_reaches(name, side, cuts) for name in layers]
        for side in ("review_from", "drop_from")
    }
    return scored.with_columns(
        stopped=pl.any_horizontal(above["review_from"]),
        dropped=pl.any_horizontal(above["drop_from"]),
    )


def measure_layers(parted: pl.DataFrame, out: Path, cuts: Cuts) -> dict[str, Any]:
    """Return AUC by set and language, what is stopped and dropped of which set, reliability.

    Args:
        parted: rows with `part`; only `test` is read, of clean sets a few hundred rows each.
        out: folder with the trained layers.
        cuts: per layer.
    """
    fasttext = FastTextSafety(out / "safety_fasttext")
    models: list[SafetyLayer] = [CriticalRules(), fasttext, EncoderHead(out / "safety_head")]
    layers = dict(zip(LAYERS, models, strict=True))
    test = parted.filter(pl.col("part") == "test")
    scored = score_layers(take_test_rows(test), layers, cuts)
    chats = test.filter(pl.col("dataset").is_in(CLEAN_CHAT))
    prefix = score_layers(chats, {name: layers[name] for name in LAYERS[:2]}, cuts)
    labels = pl.col("harmful").n_unique().over("dataset")
    mixed = scored.filter(labels == 2)  # noqa: PLR2004 harmful and not
    languages = mixed.filter(
        pl.col("dataset").is_in(["multilingual_hatecheck", DEVANAGARI_HATECHECK])
    )
    public = mixed.filter(~pl.col("dataset").is_in(OURS))
    clean = scored.filter(pl.col("dataset").is_in(CLEAN_PROMPTS))
    return {
        "sets": {name: _describe(part) for (name,), part in sorted(mixed.group_by("dataset"))},
        "jailbreaks": _shares(scored.filter(pl.col("dataset") == "jailbreak_prompts")),
        "languages": {
            name: _areas(part) for (name,), part in sorted(languages.group_by("language"))
        },
        "mean": _mean_areas(public),
        "clean_prompts": {
            name: _shares(part) for (name,), part in sorted(clean.group_by("dataset"))
        },
        "clean_prompts_together": _shares(clean),
        "clean_languages": {
            name: _shares(part)
            for (name,), part in sorted(clean.group_by("language"))
            if part.height >= _SPOKEN
        },
        "clean_chats": _shares(
            prefix.group_by("dataset", "group").agg(pl.col("stopped", "dropped").any())
        ),
        "reliability": {name: _reliability(public, name) for name in LAYERS[1:]},
    }


def take_test_rows(test: pl.DataFrame) -> pl.DataFrame:
    """Return all rows of sets that hold harm; of each clean set, those with the lowest hashes."""
    order = hash_share(test.select(pl.concat_str("dataset", "text")).to_series())
    ranked = test.with_columns(order=order).sort("order", "dataset", "text", "label")
    mixed = (pl.col("label") != SAFE).any().over("dataset")
    return ranked.filter(mixed | (pl.int_range(pl.len()).over("dataset") < _CLEAN_TAKEN)).drop(
        "order"
    )


def _reaches(name: str, side: str, cuts: Cuts) -> pl.Expr:
    cut = cuts[name][side] if name in cuts else 1.0  # a critical rule answers 1.0 or 0.0
    return (pl.col(name) >= cut).fill_null(value=True)


def _describe(part: pl.DataFrame) -> dict[str, float]:
    harmful = _shares(part.filter("harmful"))
    safe = _shares(part.filter(~pl.col("harmful")))
    return _areas(part) | {
        "unsafe stopped": harmful["stopped"],
        "unsafe dropped": harmful["dropped"],
        "safe stopped": safe["stopped"],
        "safe dropped": safe["dropped"],
        "rows": part.height,
    }


def _areas(part: pl.DataFrame) -> dict[str, float]:
    return {name: area_under_roc(part[name], part["harmful"]) for name in LAYERS[1:]}


def _mean_areas(public: pl.DataFrame) -> dict[str, float]:
    every = [_areas(part) for _, part in sorted(public.group_by("dataset"))]
    return {name: float(np.mean([areas[name] for areas in every])) for name in LAYERS[1:]}


def _shares(part: pl.DataFrame) -> dict[str, float]:
    shares = part.select(pl.col("stopped", "dropped").cast(pl.Float64).mean().fill_null(0.0))
    return {**shares.row(0, named=True), "rows": part.height}


def _reliability(scored: pl.DataFrame, layer: str) -> list[tuple[float, float, int]]:
    """Return per tenth of a layer's probability: its mean, the share that is harmful, rows."""
    unsafe = pl.col(layer)
    tenth = (unsafe * 10).floor().clip(0, 9)
    bins = scored.group_by(tenth=tenth).agg(
        unsafe.mean().alias("mean"), pl.col("harmful").mean(), rows=pl.len()
    )
    return [
        (float(mean), float(share), int(rows)) for _, mean, share, rows in bins.sort("tenth").rows()
    ]


def _round_up(cut: float) -> float:
    return min(float(np.ceil(cut * 1000) / 1000), 1.0)
