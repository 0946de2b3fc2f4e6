"""Quality and speed of the safety layers on held-out rows, in one table.

`python tests/bench/safety.py --data ../shared/data [--detoxify FOLDER] [--quick]`

Held out: the 15 % of the rows whose hash of data set and group no layer was trained or calibrated
with. Compared with our layers: fastText as it comes (trained here on the same rows, text unchanged)
and, where a checkpoint is given, Detoxify. Times are processor seconds of one core. `--quick`
leaves the comparisons and the times out.
"""

import argparse
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import polars as pl

from pipelines.demo.unsafe_texts import draw_unsafe
from pipelines.filtering.safety.critical_rules import CriticalRules
from pipelines.filtering.safety.detoxify_layer import DetoxifySafety
from pipelines.filtering.safety.encoder_head import EncoderHead
from pipelines.filtering.safety.fasttext_layer import FastTextSafety
from pipelines.filtering.safety.settings import SafetyLimits
from pipelines.models.encoder import Encoder
from pipelines.models.fasttext_file import predict_lines
from pipelines.training.calibration import area_under_roc
from pipelines.training.card_tables import show_rows
from pipelines.training.fasttext_training import (
    FastTextSettings,
    train_fasttext,
)
from pipelines.training.safety_measure import CLEAN_PROMPTS, score_layers, take_test_rows
from pipelines.training.safety_rows import (
    DEVANAGARI_HATECHECK,
    OURS,
    SAFE,
    TABLES,
    label_safety,
    split_safety,
)
from tests.bench.identity_sentences import FRAMES, TERMS, UNSEEN

_FLAGGED_CLEAN = 0.05
_SPOKEN = 100  # clean prompts of a language below which its share says little


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--detoxify", type=Path)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    rows = label_safety(
        {name: pl.read_parquet(options.data / f"{name}.parquet") for name in TABLES}
    )
    parted = split_safety(rows)
    layers: dict[str, Any] = {
        "critical_rules": CriticalRules(),
        "fasttext_safety": FastTextSafety(),
        "encoder_head": EncoderHead(),
    }
    test = take_test_rows(parted.filter(pl.col("part") == "test"))
    cuts = {name: cut.model_dump() for name, cut in SafetyLimits().cuts.items()}
    scored = score_layers(test, layers, cuts)
    rivals: dict[str, Callable[[Sequence[str]], list[float]]] = {}
    if not options.quick:
        rivals["plain fastText"] = _plain_fasttext(parted.filter(pl.col("part") == "train"))
    if options.detoxify:
        detoxify = DetoxifySafety(options.detoxify)
        rivals["Detoxify"] = lambda texts: [s.unsafe if s else 0.0 for s in detoxify.score(texts)]
    _print_quality(scored, rivals)
    _print_costs(scored)
    _print_xstest(scored, parted, layers, cuts)
    _print_groups(scored, layers, cuts)
    _print_planted(layers, cuts)
    if not options.quick:
        prompts = test.filter(pl.col("dataset").is_in(CLEAN_PROMPTS))["text"].to_list()
        _print_speed(layers, rivals, prompts)


def _plain_fasttext(train: pl.DataFrame) -> Callable[[Sequence[str]], list[float]]:
    """Return plain fastText, trained on the same texts with only their line breaks removed."""
    kept = train.filter(pl.int_range(pl.len()).over("dataset") < 15_000)
    settings = FastTextSettings(
        dim=100, bucket=200_000, epoch=5, lr=0.5, minn=0, maxn=0, wordNgrams=2, minCount=1
    )
    model = train_fasttext(
        [" ".join(t.split()) for t in kept["text"]], kept["label"].to_list(), settings
    )

    def score(texts: Sequence[str]) -> list[float]:
        lines = [" ".join(text.split()) for text in texts]
        return [1.0 - found.get(SAFE, 0.0) for found in predict_lines(model, lines, 8)]

    return score


def _print_quality(
    scored: pl.DataFrame, rivals: Mapping[str, Callable[[Sequence[str]], list[float]]]
) -> None:
    columns = {name: pl.Series(score(scored["text"].to_list())) for name, score in rivals.items()}
    every = scored.with_columns(**columns).filter(pl.col("harmful").n_unique().over("dataset") > 1)
    names = [*rivals, "fasttext_safety", "encoder_head"]
    parts = {name: part for (name,), part in sorted(every.group_by("dataset"))}
    spoken = every.filter(pl.col("dataset").is_in(["multilingual_hatecheck", DEVANAGARI_HATECHECK]))
    areas = {
        name: [area_under_roc(part[c], part["harmful"]) for c in names]
        for name, part in parts.items()
    }
    public = [row for name, row in areas.items() if name not in OURS]
    table = [[name, *row, parts[name].height] for name, row in areas.items()]
    table.append(
        ["mean of the public sets", *(sum(c) / len(c) for c in zip(*public, strict=True)), ""]
    )
    for (language,), part in sorted(spoken.group_by("language")):
        table.append(
            [
                f"multilingual: {language}",
                *(area_under_roc(part[c], part["harmful"]) for c in names),
                part.height,
            ]
        )
    _say("ROC-AUC on held-out rows", ("set", *names, "rows"), table)


def _print_costs(scored: pl.DataFrame) -> None:
    def shares(part: pl.DataFrame) -> list[Any]:
        return [part["stopped"].mean(), part["dropped"].mean(), part.height]

    kinds = {
        "clean chat prompts": pl.col("dataset").is_in(CLEAN_PROMPTS),
        "XSTest safe": (pl.col("dataset") == "xstest_completions") & ~pl.col("harmful"),
        "unsafe_and_safe unsafe": (pl.col("dataset") == "unsafe_and_safe_prompts")
        & pl.col("harmful"),
        "unsafe_and_safe safe": (pl.col("dataset") == "unsafe_and_safe_prompts")
        & ~pl.col("harmful"),
        "jailbreaks": pl.col("dataset") == "jailbreak_prompts",
    }
    counts = scored.filter(kinds["clean chat prompts"]).group_by("language").len().sort("language")
    spoken = counts.filter(pl.col("len") >= _SPOKEN)["language"]
    kinds |= {
        f"clean, {name}": kinds["clean chat prompts"] & (pl.col("language") == name)
        for name in spoken
    }
    table = [[name, *shares(scored.filter(kind))] for name, kind in kinds.items()]
    _say(
        "The cascade at the shipped cuts", ("rows", "reviewed or dropped", "dropped", "rows"), table
    )


def _print_xstest(
    scored: pl.DataFrame,
    parted: pl.DataFrame,
    layers: Mapping[str, Any],
    cuts: Mapping[str, Mapping[str, float]],
) -> None:
    """Print XSTest's safe prompts at the cut where 5 % of clean chat is flagged, and at ours.

    The prompts of the part `test`; beside them those of `calibrate` too, which no weights but
    three numbers of the calibration were fitted on, and those that the head was taught.
    """
    clean = scored.filter(pl.col("dataset").is_in(CLEAN_PROMPTS))
    cut = float(clean["encoder_head"].quantile(1 - _FLAGGED_CLEAN, interpolation="higher") or 1.0)
    told = parted.filter(pl.col("dataset") == "xstest_completions", pl.col("label") == SAFE)
    safe = score_layers(told, layers, cuts)
    flagged = (pl.col("encoder_head") >= cut) | (pl.col("critical_rules") > 0)
    table = []
    for kind, parts in (("test", ["test"]), ("test, calibrate", ["test", "calibrate"]),
                        ("taught", ["train"])):  # fmt: skip
        part = safe.filter(pl.col("part").is_in(parts))
        table.append([
            kind, part.select(flagged.mean()).item(), part["stopped"].mean(),
            part["dropped"].mean(), part.height,
        ])  # fmt: skip
    columns = ("XSTest safe", f"flagged from {cut:.3f}", "stopped", "dropped", "rows")
    _say("XSTest at the cut that 5 % of clean chat reaches", columns, table)


def _print_groups(
    scored: pl.DataFrame, layers: Mapping[str, Any], cuts: Mapping[str, Mapping[str, float]]
) -> None:
    """Print the shares stopped by group: of held-out templates, and of frames never trained on."""
    named = pl.concat_list(
        pl.when(pl.col("text").str.contains(rf"(?i)\b{term}\b")).then(pl.lit(term))
        for term in TERMS["en"]
    )
    templates = scored.filter(
        (pl.col("dataset") == "identity_templates")
        & ~pl.col("harmful")
        & (pl.col("language") == "en")
    )
    told = (
        templates.with_columns(group=named.list.drop_nulls()).explode("group").drop_nulls("group")
    )
    kinds = {"identity_templates, held out": told}
    for language, frames in FRAMES.items():
        for kind, terms in (("trained terms", TERMS), ("terms never trained", UNSEEN)):
            pairs = [(term, frame.format(term)) for term in terms[language] for frame in frames]
            rows = pl.DataFrame(pairs, schema=["group", "text"], orient="row").with_columns(
                label=pl.lit(SAFE)
            )
            kinds[f"{language}, new frames, {kind}"] = score_layers(rows, layers, cuts)
    table = []
    for kind, part in kinds.items():
        rates = (
            part.group_by("group")
            .agg(pl.col("stopped").mean(), rows=pl.len())
            .sort("stopped", "group")
        )
        worst = ", ".join(
            f"{r['group']} {r['stopped']:.3f}" for r in rates.tail(3).reverse().to_dicts()
        )
        stopped = rates["stopped"].to_list()
        spread = max(stopped) - min(stopped)
        table.append([kind, part["stopped"].mean(), spread, worst, rates.height, part.height])
    columns = ("safe sentences", "stopped", "most - least", "groups stopped most", "groups", "rows")
    _say("Safe sentences stopped, by the group they name", columns, table)


def _print_planted(layers: Mapping[str, Any], cuts: Mapping[str, Mapping[str, float]]) -> None:
    chance = random.Random(5)  # noqa: S311 a benchmark's draw
    told = [
        (f"{language} {unsafe.category}", unsafe.text)
        for language in ("en", "es", "hi", "hi-Latn")
        for unsafe in (draw_unsafe(language, chance) for _ in range(200))
    ]
    rows = pl.DataFrame(told, schema=["kind", "text"], orient="row").unique(maintain_order=True)
    scored = score_layers(rows.with_columns(label=pl.lit("threat")), layers, cuts)
    parts = [(str(kind), part) for (kind,), part in sorted(scored.group_by("kind"))]
    table = [
        [kind, part["critical_rules"].mean(), part["stopped"].mean(), part.height]
        for kind, part in [*parts, ("all", scored)]
    ]
    _say(
        "What the demo plants (nothing was trained on it)",
        ("kind", "by rules", "stopped", "texts"),
        table,
    )


def _print_speed(
    layers: Mapping[str, Any], rivals: Mapping[str, Any], prompts: Sequence[str]
) -> None:
    many = list(prompts) * 3
    first = [layers[name] for name in ("critical_rules", "fasttext_safety")]
    table = [[name, len(many) / _seconds(score, many)] for name, score in rivals.items()]
    table += [[layer.name, len(many) / _seconds(layer.score, many)] for layer in first]
    both = sum(_seconds(layer.score, many) for layer in first)
    table.append(["layers 1 and 2 together", len(many) / both])
    _say("Prompts per processor second", ("layer", "prompts/s"), table)
    encoder, head = Encoder(), layers["encoder_head"]
    # One after the other, so that what else the machine does slows both
    pairs = [
        (
            _seconds(encoder.encode, prompts),
            _seconds(lambda texts: encoder.encode_with(texts, [head]), prompts),
        )
        for _ in range(3)
    ]
    alone, shared = (min(seconds) for seconds in zip(*pairs, strict=True))
    _say("The encoder's pass", ("pass", "seconds"), [["alone", alone], ["with the head", shared]])
    sys.stdout.write(
        f"layer 3 adds {shared / alone - 1:.1%} to the pass over {len(prompts)} prompts\n"
    )


def _seconds(call: Callable[[Sequence[str]], object], texts: Sequence[str]) -> float:
    start = time.process_time()
    call(texts)
    return time.process_time() - start


def _say(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    sys.stdout.write(f"\n{title}\n\n{show_rows(columns, rows)}\n")


if __name__ == "__main__":
    main()
