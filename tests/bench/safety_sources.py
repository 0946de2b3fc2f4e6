"""The safety head on sources that it was not taught: each public source left out once.

`python tests/bench/safety_sources.py --data ../shared/data --states DIR [--rows 16000]
    [--only xstest_completions]`

Data sets of one author or method are one source: what is left out is left out with its kin and
with the texts that join public harm to other talk. Every head here has two passes over `--rows`
drawn texts, a tenth of what the shipped one has, so a figure says what the source itself teaches,
not what the shipped head reaches. Both AUCs are of the head alone, without fastText, on the rows of
the part `calibrate`, which no head is fitted on. `--states` holds the encoder's states, as
`jobs/train_safety.py --states` writes them; what is missing there is computed.
"""

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import numpy.typing as npt
import polars as pl

from pipelines.models.ladder import HeadShape
from pipelines.training.calibration import area_under_roc
from pipelines.training.card_tables import show_rows
from pipelines.training.head_states import States, collect_states
from pipelines.training.public_tables import read_tables
from pipelines.training.safety_head import HeadSettings, predict_head, train_head
from pipelines.training.safety_model import choose_rows
from pipelines.training.safety_rows import (
    DEVANAGARI_HATECHECK,
    LABELS,
    SAFE,
    TABLES,
    label_safety,
    split_safety,
)

_SOURCES = (
    ("davidson_tweets",),
    ("edos_sexism",),
    ("hatecheck", "multilingual_hatecheck", DEVANAGARI_HATECHECK),
    ("hatemojibuild", "hatemojicheck"),
    ("identity_templates",),
    ("openai_moderation",),
    ("stormfront_sentences",),
    ("surge_toxicity",),
    ("unsafe_and_safe_prompts", "jailbreak_prompts"),
    ("wikipedia_comments",),
    ("convabuse",),
    ("xstest_completions",),
)


def main() -> None:
    """Print a row per data set: AUC with its source taught, and left out."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--states", type=Path, required=True)
    parser.add_argument("--rows", type=int, default=16_000)
    parser.add_argument("--only", nargs="+", help="data sets whose sources are left out")
    options = parser.parse_args()
    sources = [s for s in _SOURCES if not options.only or not set(s).isdisjoint(options.only)]
    chosen = choose_rows(split_safety(label_safety(read_tables(options.data, TABLES))))
    learned = chosen.filter(pl.col("part") != "test")
    shape = HeadShape(labels=len(LABELS))
    states = collect_states(
        learned["text"].to_list(), shape.layers, options.states, shape.most_tokens
    )
    settings = HeadSettings(rows=options.rows, rounds=(2,), rates=(1e-3,), averaged=1)
    taught = _unsafe(learned, states, (), settings, shape)
    table = []
    for source in sources:
        left_out = _unsafe(learned, states, source, settings, shape)
        for name in source:
            found = _compare(learned, name, taught, left_out)
            if found:
                table.append([name, *found])
                print(*table[-1], sep="\t", file=sys.stderr, flush=True)
    means = [sum(column) / len(table) for column in zip(*(row[1:3] for row in table), strict=True)]
    columns = ("set", "taught", "left out", "rows", "languages at the lowest, left out")
    print(show_rows(columns, [*table, ["mean", *means, "", ""]]))


def _unsafe(
    learned: pl.DataFrame,
    states: States,
    without: tuple[str, ...],
    settings: HeadSettings,
    shape: HeadShape,
) -> npt.NDArray[np.float64]:
    """Return [n] of the probability of harm: a head fitted on `train` without some data sets."""
    hidden = (*without, "joined")
    part = (
        pl.when(pl.col("dataset").is_in(hidden) & (pl.col("part") == "train"))
        .then(pl.lit("left out"))
        .otherwise("part")
    )
    network = train_head(learned.with_columns(part=part), states, LABELS, settings, shape)
    unsafe = np.full(learned.height, np.nan)
    held = np.flatnonzero((learned["part"] == "calibrate").to_numpy())
    shares = np.exp(predict_head(network, states, held)[:, LABELS.index(SAFE)])
    unsafe[held] = 1.0 - shares
    return unsafe


def _compare(
    learned: pl.DataFrame,
    name: str,
    taught: npt.NDArray[np.float64],
    left_out: npt.NDArray[np.float64],
) -> list[float | int | str] | None:
    """Return both AUCs of a set, its rows, the two weakest languages; null where one label is."""
    rows = learned.with_columns(
        taught=pl.Series(taught), left_out=pl.Series(left_out), harmful=pl.col("label") != SAFE
    ).filter(pl.col("part") == "calibrate", pl.col("dataset") == name)
    if not 0 < int(rows["harmful"].sum()) < rows.height:
        return None
    spoken = [
        (area_under_roc(part["left_out"], part["harmful"]), str(language))
        for (language,), part in rows.group_by("language")
        if part["harmful"].n_unique() > 1
    ]
    lowest = ", ".join(f"{language} {area:.3f}" for area, language in sorted(spoken)[:2])
    areas = [area_under_roc(rows[column], rows["harmful"]) for column in ("taught", "left_out")]
    return [*areas, rows.height, lowest if len(spoken) > 1 else ""]


if __name__ == "__main__":
    main()
