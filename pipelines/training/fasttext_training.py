"""Train a small fastText reproducibly: one thread, a fixed seed, lines in a stable order."""

import hashlib
import importlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pipelines.models.fasttext_file import FACTS_FILE, LABEL_PREFIX, MODEL_FILE, hash_file

TEST_SHARE = 0.15
CALIBRATE_SHARE = 0.10


@dataclass(frozen=True, slots=True)
class FastTextSettings:
    """fastText's own options, under its own names.

    Not quantised: product quantisation moved the scores of the same texts by up to 0.5 (its norms
    are coarse), so a narrow matrix of floats is shipped instead; it is also faster to read.
    """

    dim: int
    bucket: int
    epoch: int
    lr: float
    minn: int
    maxn: int
    wordNgrams: int  # noqa: N815 reason: fastText's name
    minCount: int  # noqa: N815 reason: fastText's name
    seed: int = 7


def split_by_group(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with `part`: `test`, `calibrate` or `train`, by a hash of dataset and group.

    Rows of one group are always in the same part, also when other rows are added or removed.
    """
    share = hash_share(rows.select(pl.concat_str("dataset", "group", separator=":")).to_series())
    return rows.with_columns(
        part=pl.when(share < TEST_SHARE)
        .then(pl.lit("test"))
        .when(share < TEST_SHARE + CALIBRATE_SHARE)
        .then(pl.lit("calibrate"))
        .otherwise(pl.lit("train"))
    )


def hash_share(texts: pl.Series) -> pl.Series:
    """Return for each string a number in [0, 1) that depends on it alone; null is read as empty."""
    digests = (hashlib.blake2b((text or "").encode(), digest_size=6).digest() for text in texts)
    return pl.Series([int.from_bytes(digest) / 2**48 for digest in digests], dtype=pl.Float64)


def train_fasttext(
    lines: Sequence[str],
    labels: Sequence[str],
    settings: FastTextSettings,
) -> Any:  # noqa: ANN401 reason: fastText has no types
    """Return a model trained on lines (one text each, already prepared) and their labels."""
    fasttext = importlib.import_module("fasttext")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "train.txt"
        pairs = zip(labels, lines, strict=True)
        file.write_text(
            "".join(f"{LABEL_PREFIX}{label} {line}\n" for label, line in pairs), encoding="utf-8"
        )
        options = asdict(settings)
        return fasttext.train_supervised(str(file), thread=1, loss="softmax", verbose=0, **options)


def save_model(
    model: Any,  # noqa: ANN401 reason: as above
    facts: Mapping[str, Any],
    folder: Path,
) -> None:
    """Write the model and its facts, with the hash by which a later load knows that it is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    model.save_model(str(folder / MODEL_FILE))
    whole = dict(facts) | {"sha256": hash_file(folder / MODEL_FILE)}
    (folder / FACTS_FILE).write_text(
        json.dumps(whole, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )


def rewrite_facts(facts: Mapping[str, Any], folder: Path) -> None:
    """Replace the facts of a saved model; its hash stays."""
    file = folder / FACTS_FILE
    whole = json.loads(file.read_text(encoding="utf-8")) | dict(facts)
    file.write_text(json.dumps(whole, indent=1, sort_keys=True) + "\n", encoding="utf-8")
