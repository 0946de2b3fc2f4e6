"""Train both learned safety layers on one split, combine them, choose their cuts, measure them."""

import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import polars as pl

from pipelines.filtering.safety.encoder_head import log_odds
from pipelines.filtering.safety.fasttext_layer import FastTextSafety, cut_windows, prepare_lines
from pipelines.models.encoder import Encoder
from pipelines.models.head_network import HeadNetwork
from pipelines.models.ladder import HeadShape
from pipelines.training.calibration import fit_logistic
from pipelines.training.fasttext_training import (
    FastTextSettings,
    hash_share,
    rewrite_facts,
    save_model,
    train_fasttext,
)
from pipelines.training.head_states import States, collect_states
from pipelines.training.joined_texts import WRITTEN_TALK, join_texts
from pipelines.training.safety_head import (
    HeadSettings,
    as_shipped,
    predict_head,
    save_head,
    train_head,
)
from pipelines.training.safety_measure import (
    CLEAN_CHAT,
    CLEAN_PROMPTS,
    choose_cuts,
    choose_prompt_cuts,
    measure_layers,
    worst_of_chats,
)
from pipelines.training.safety_rows import EVERYDAY, LABELS, OURS, SAFE, split_safety

SETTINGS = FastTextSettings(
    dim=16, bucket=150_000, epoch=8, lr=0.4, minn=2, maxn=5, wordNgrams=2, minCount=3
)
# Rows of ordinary text that are taken, by the hash of the text; of sets with harm in them all are.
_TAKEN = MappingProxyType({
    "self_dialogue": 4000, "topical_chat": 1500, "synthetic_persona_chat": 1500, "xpersona": 3000,
    "chatterbot_corpus": 2500, "schema_guided_dialogue": 1500, "taskmaster4": 800,
    "codemixed_dstc2": 2500, "gpteacher_roleplay": 1000, "botbots": 700, "intents": 4000,
    "leipzig_short": 5000, "tatoeba": 8000, "hinglish_top": 2000, "xquad_en_es_hi": 1800,
})  # fmt: skip
_REPEATED = (
    *(
        "openai_moderation",
        "wikipedia_comments",
        "surge_toxicity",
        "convabuse",
        "xstest_completions",
    ),
    *("hatemojicheck", "hatemojibuild", "hatecheck", "jailbreak_prompts", "written_chat"),
)
_LEAST_GAP = 0.05  # between two cuts, in log-odds
_JOINED = {"ours": 6_000, "others": 3_500}


@dataclass(frozen=True, slots=True)
class TrainingChoice:
    """What the cuts may cost clean chat.

    The combination's shares are of prompts, and of our own everyday sentences in every language,
    because few public sets hold those. fastText's shares are of chats by their worst message,
    because it alone reads the messages before the prompt.
    """

    prompts_reviewed: float = 0.012
    prompts_dropped: float = 0.004
    language_reviewed: float = 0.08
    everyday_reviewed: float = 0.019
    everyday_dropped: float = 0.009
    chats_reviewed: float = 0.012
    chats_dropped: float = 0.004
    repeats_of_small: int = 3


def train_safety(
    rows: pl.DataFrame,
    out: Path,
    choice: TrainingChoice,
    head: HeadSettings | None = None,
    states: Path | None = None,
) -> dict[str, Any]:
    """Train on the part `train`, calibrate on `calibrate`, measure on `test`; return the figures.

    Args:
        rows: what `label_safety` returned.
        out: folder in which `safety_fasttext` and `safety_head` are written.
        choice: what the cuts may cost.
        head: how the head is trained.
        states: folder in which the encoder's states are kept for a next run; null = thrown away.
    """
    parted = split_safety(rows)
    chosen = choose_rows(parted)
    fasttext = _train_fasttext_layer(chosen, parted, out / "safety_fasttext", choice)
    with tempfile.TemporaryDirectory() as folder:
        combined = _train_head_layer(
            chosen, out, states or Path(folder), head or HeadSettings(), choice
        )
    fasttext, combined = _put_on_one_scale(fasttext, combined, out)
    cuts = {"fasttext_safety": fasttext["cuts"], "encoder_head": combined["cuts"]}
    return {"fasttext": fasttext, "head": combined, "cuts": cuts} | measure_layers(
        parted, out, cuts
    )


def choose_rows(parted: pl.DataFrame) -> pl.DataFrame:
    """Return the rows for training and calibration, and texts that join harm to other talk."""
    order = hash_share(parted.select(pl.concat_str("dataset", "text")).to_series())
    ranked = parted.with_columns(order=order).sort("order", "dataset", "text", "label")
    cap = pl.col("dataset").replace_strict(
        dict(_TAKEN), default=parted.height, return_dtype=pl.Int64
    )
    taken = ranked.filter(pl.int_range(pl.len()).over("dataset") < cap).drop("order")
    train = taken.filter(pl.col("part") == "train")
    ours = pl.col("dataset").is_in(OURS)
    chat = pl.col("dataset").is_in(list(_TAKEN))
    joined = [
        join_texts(train.filter(ours | chat), _JOINED["ours"]),
        join_texts(train.filter(~ours | pl.col("dataset").is_in(WRITTEN_TALK)), _JOINED["others"]),
    ]
    return pl.concat([taken, *joined])


def _train_fasttext_layer(
    chosen: pl.DataFrame, parted: pl.DataFrame, folder: Path, choice: TrainingChoice
) -> dict[str, Any]:
    lines = _prepare_training(chosen.filter(pl.col("part") == "train"), choice)
    model = train_fasttext(lines["line"].to_list(), lines["label"].to_list(), SETTINGS)
    facts: dict[str, Any] = {
        "labels": list(LABELS),
        "calibration": {"slope": 1.0, "intercept": 0.0},
    }
    save_model(model, facts, folder)
    held = score_fasttext(chosen.filter(pl.col("part") == "calibrate"), folder)
    odds = np.array([[log_odds(share)] for share in held["unsafe"]])
    slope, intercept = fit_logistic(odds, (held["label"] != SAFE).cast(pl.Float64).to_numpy())
    facts["calibration"] = {"slope": slope, "intercept": intercept}
    save_model(model, facts, folder)
    clean = parted.filter((pl.col("part") == "calibrate") & pl.col("dataset").is_in(CLEAN_CHAT))
    worst = worst_of_chats(score_fasttext(clean, folder))["unsafe"]
    facts["cuts"] = choose_cuts(worst, choice.chats_reviewed, choice.chats_dropped)
    save_model(model, facts, folder)
    return facts


def score_fasttext(rows: pl.DataFrame, folder: Path) -> pl.DataFrame:
    """Return the rows with `unsafe` as the fastText layer in the folder scores them."""
    scores = FastTextSafety(folder).score(rows["text"].to_list())
    unsafe = [None if score is None else score.unsafe for score in scores]
    return rows.with_columns(unsafe=pl.Series(unsafe, dtype=pl.Float64))


def _prepare_training(train: pl.DataFrame, choice: TrainingChoice) -> pl.DataFrame:
    """Return [lines] of `line`, `label` in hash order; small sets repeat, long texts in windows."""
    windows, owners = cut_windows(train["text"].to_list())
    lines = train[owners].with_columns(line=pl.Series(prepare_lines(windows)))
    again = [lines.filter(pl.col("dataset").is_in(_REPEATED))] * (choice.repeats_of_small - 1)
    copies = [
        part.with_columns(copy=pl.lit(str(number))) for number, part in enumerate([lines, *again])
    ]
    every = pl.concat(copies).with_row_index("row")
    shuffled = hash_share(
        every.select(pl.concat_str("copy", "line", "row", separator=":")).to_series()
    )
    return every.with_columns(order=shuffled).sort("order", "row").select("line", "label")


def _train_head_layer(
    chosen: pl.DataFrame, out: Path, work: Path, settings: HeadSettings, choice: TrainingChoice
) -> dict[str, Any]:
    """Train the head and its combination with fastText; return the facts to ship with it."""
    learned = chosen.filter(pl.col("part") != "test")
    shape = HeadShape(labels=len(LABELS))
    states = collect_states(learned["text"].to_list(), shape.layers, work, shape.most_tokens)
    network = as_shipped(train_head(learned, states, LABELS, settings, shape))
    held = np.flatnonzero((learned["part"] == "calibrate").to_numpy())
    combination, odds = _combine(learned[held], network, states, held, out / "safety_fasttext")
    judged = learned[held].with_columns(unsafe=pl.Series(1.0 / (1.0 + np.exp(-odds))))
    everyday = pl.col("dataset").is_in(CLEAN_PROMPTS) | (pl.col("slice") == EVERYDAY).fill_null(
        value=False
    )
    clean = judged.filter(everyday, pl.col("label") == SAFE)
    cuts = choose_prompt_cuts(
        clean, choice.prompts_reviewed, choice.prompts_dropped, choice.language_reviewed
    )
    spoken = clean.filter(pl.col("slice") == EVERYDAY)
    own = choose_cuts(spoken["unsafe"], choice.everyday_reviewed, choice.everyday_dropped)
    facts = {
        "labels": list(LABELS),
        "encoder": Encoder().revision.partition("-")[0],
        "shape": asdict(shape),
        "combination": combination,
        "cuts": {side: max(cuts[side], own[side]) for side in cuts},
    }
    save_head(network, facts, out / "safety_head")
    return facts


def _put_on_one_scale(
    fasttext: dict[str, Any], head: dict[str, Any], out: Path
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Scale fastText's log-odds to the head's cuts: the worse of both then has one meaning.

    The layers are calibrated on different texts, fastText on whole chats; without this its doubt
    would override the head's better score wherever the larger one is taken. The combination stays
    what it was.
    """
    own, wanted = (
        [log_odds(float(facts["cuts"][side])) for side in ("review_from", "drop_from")]
        for facts in (fasttext, head)
    )
    if own[1] - own[0] < _LEAST_GAP or wanted[1] - wanted[0] < _LEAST_GAP:
        return fasttext, head  # a line through one point would be of any slope
    slope = (wanted[1] - wanted[0]) / (own[1] - own[0])
    shift = wanted[0] - slope * own[0]
    calibration = fasttext["calibration"]
    moved = fasttext | {
        "calibration": {
            "slope": slope * calibration["slope"],
            "intercept": slope * calibration["intercept"] + shift,
        },
        "cuts": head["cuts"],
    }
    weights = head["combination"]
    combination = {
        "fasttext": weights["fasttext"] / slope,
        "head": weights["head"],
        "intercept": weights["intercept"] - weights["fasttext"] * shift / slope,
    }
    rewrite_facts(moved, out / "safety_fasttext")
    combined = head | {"combination": combination}
    rewrite_facts(combined, out / "safety_head")
    return moved, combined


def _combine(
    held: pl.DataFrame, network: HeadNetwork, states: States, rows: np.ndarray, fasttext: Path
) -> tuple[dict[str, float], np.ndarray]:
    """Return the weights of both layers' log-odds, fitted on held-out rows, and each row's sum."""
    own = predict_head(network, states, rows)
    head = [log_odds(1.0 - float(share)) for share in np.exp(own[:, LABELS.index(SAFE)])]
    other = [log_odds(share) for share in score_fasttext(held, fasttext)["unsafe"]]
    features = np.column_stack([other, head])
    weights = fit_logistic(features, (held["label"] != SAFE).cast(pl.Float64).to_numpy())
    named = dict(zip(("fasttext", "head", "intercept"), weights, strict=True))
    return named, features @ np.array(weights[:2]) + weights[2]
