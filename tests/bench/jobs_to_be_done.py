"""Jobs to be done by language: accuracy, n and the share labelled `other`; nothing is timed.

python tests/bench/jobs_to_be_done.py --data ../shared/data [--rows 6000] [--encoder minilm]

public: the English intents and Hinglish-TOP as `intent_jobs.py` maps them. Parameters and examples
    were chosen on one half of these rows; `held` is the other one, by a hash of the English text.
    The same holds for tatoeba.
own: `own_prompts.tsv`, 66 prompts of each language in the style of a chat, six of each label,
    written before the examples of other languages than English, Spanish and Hindi, and never used
    to choose anything (`own_prompts_tuning.tsv`, 33 of each language, was used for that and is not
    printed).
tatoeba: sentences with an English translation. The silver label is the one that two encoders,
    MiniLM and the one measured, both give to the translation; where they differ or say `other`,
    the row is left out. Most are statements and no prompts: it says whether an answer stays when
    the language changes.
noise: what should be `other`.
"""

import argparse
import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).parents[2]))

from pipelines.diversity.jobs_to_be_done import JobTaxonomy, assign_jobs, encode_taxonomy
from pipelines.models.registry import find_model, load_model, read_registry
from pipelines.night.plan import read_taxonomy
from pipelines.training.language_model import spread_rows
from tests.bench.intent_jobs import ARENA, BANKING, HINGLISH, INTENTS
from tests.bench.quality_noise import make_noise

OWN = Path(__file__).with_name("own_prompts.tsv")
_TATOEBA = {
    "spa": "es",
    "hin": "hi",
    "deu": "de",
    "fra": "fr",
    "por": "pt",
    "cmn": "zh",
    "ara": "ar",
}
_ENGLISH = pl.lit("en").alias("language")


class Judge:
    """An encoder with the encoded taxonomy."""

    def __init__(self, name: str, taxonomy: JobTaxonomy) -> None:
        spec = find_model(read_registry(None), name, "encoder")
        self._encoder = load_model(spec)
        self._taxonomy = taxonomy
        self._encoded = encode_taxonomy(taxonomy, self._encoder.encode)

    def tell(self, texts: Sequence[str]) -> pl.Series:
        """Return the label of each text."""
        vectors = self._encoder.encode(texts)
        return pl.Series("predicted", assign_jobs(vectors, self._taxonomy, self._encoded).labels)


def read_intents(data: Path) -> pl.DataFrame:
    """Return [n] of `text`, `source`, `language`, `job`, `key` (the English text), each once."""
    intents = pl.read_parquet(data / "intents/intents.parquet")
    names = intents.select("source", "intent").iter_rows()
    jobs = [
        BANKING if source == "banking77" else INTENTS[source].get(intent)
        for source, intent in names
    ]
    hinglish = pl.read_parquet(data / "intents/hinglish_top.parquet")
    of_domain = pl.col("domain").replace_strict(HINGLISH)
    arena = pl.read_parquet(data / "intents/arena_hard_prompts.parquet")
    of_cluster = pl.col("cluster").replace_strict(ARENA, default=None, return_dtype=pl.String)
    rows = [
        intents.select(
            "text", "source", _ENGLISH, job=pl.Series(jobs, dtype=pl.String), key="text"
        ),
        hinglish.select(
            text="text_hinglish",
            source=pl.lit("hinglish_top"),
            language=pl.lit("hi-Latn"),
            job=of_domain,
            key="text_en",
        ),
        hinglish.select(
            _ENGLISH,
            text="text_en",
            source=pl.lit("hinglish_top, en"),
            job=of_domain,
            key="text_en",
        ),
        arena.select(
            _ENGLISH, text="prompt", source=pl.lit("arena_hard"), job=of_cluster, key="prompt"
        ),
    ]
    return (
        pl.concat(rows, how="diagonal").drop_nulls().unique(["text", "source"], maintain_order=True)
    )


def read_own() -> pl.DataFrame:
    """Return [n] of `language`, `job`, `text`: the prompts of our own."""
    return pl.read_csv(OWN, separator="\t", quote_char=None)


def read_tatoeba(data: Path) -> pl.DataFrame:
    """Return [n] of `language`, `text`, `english`."""
    table = pl.read_parquet(data / "langid/tatoeba.parquet").drop_nulls("english")
    language = pl.col("language_iso639_3").replace_strict(_TATOEBA, default=None)
    return table.select("text", "english", language=language).drop_nulls()


def rate(rows: pl.DataFrame, source: str) -> pl.DataFrame:
    """Return accuracy and the share of `other` by language, of rows with `predicted` and `job`."""
    right = pl.col("predicted") == pl.col("job")
    rated = rows.group_by("language").agg(
        n=pl.len(),
        accuracy=right.mean().round(3),
        other=(pl.col("predicted") == "other").mean().round(3),
    )
    return rated.select(pl.lit(source).alias("source"), pl.all()).sort("language")


def rate_intents(judge: Judge, data: Path, count: int) -> list[pl.DataFrame]:
    """Return the tables of the public sets: each whole and its held half."""
    rows = spread_rows(
        read_intents(data).with_columns(dataset="source", label="job"), count, "dataset"
    ).select("text", "source", "language", "job", "key")
    told = rows.with_columns(judge.tell(rows["text"].to_list()))
    held = told.filter(pl.Series([_is_held(key) for key in told["key"]]))
    public = ["banking77", "clinc150", "hwu64"]
    named = {
        "public: intents": public,
        **{f"public: {s}": [s] for s in told["source"].unique().sort()},
    }
    return [
        rate(part.filter(pl.col("source").is_in(sources)), name + suffix)
        for name, sources in named.items()
        for part, suffix in ((held, ", held"), (told, ", whole"))
    ]


def rate_own(judge: Judge) -> list[pl.DataFrame]:
    """Return the tables of our own prompts, by language and by label."""
    rows = read_own()
    told = rows.with_columns(judge.tell(rows["text"].to_list()))
    by_label = rate(told.with_columns(language="job"), "own, by label")
    return [rate(told, "own"), by_label]


def rate_tatoeba(judge: Judge, reference: Judge, data: Path) -> list[pl.DataFrame]:
    """Return tables, held half and whole, of sentences whose translation both judges agree on."""
    rows = read_tatoeba(data)
    english = rows["english"].to_list()
    rows = rows.with_columns(job=judge.tell(english), again=reference.tell(english))
    agreed = rows.filter((pl.col("job") == pl.col("again")) & (pl.col("job") != "other"))
    told = agreed.with_columns(judge.tell(agreed["text"].to_list()))
    held = told.filter(pl.Series([_is_held(text) for text in told["english"]]))
    return [rate(held, "tatoeba, held"), rate(told, "tatoeba, whole")]


def rate_noise(judge: Judge, data: Path) -> pl.DataFrame:
    """Return the share of noise that is labelled `other`, by kind instead of language."""
    texts = read_intents(data)["text"].head(300).to_list()
    noise = make_noise(texts, seed=7)
    rows = pl.DataFrame({"language": [kind for kind, _ in noise], "job": ["other"] * len(noise)})
    return rate(rows.with_columns(judge.tell([text for _, text in noise])), "noise")


def _is_held(key: str) -> bool:
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % 2 == 1


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--rows", type=int, default=6_000, help="most rows of a set")
    parser.add_argument("--encoder", default="e5", help="an encoder of conf/models.yaml")
    arguments = parser.parse_args()
    taxonomy = read_taxonomy(None)
    judge, reference = Judge(arguments.encoder, taxonomy), Judge("minilm", taxonomy)
    tables = [
        *rate_own(judge),
        *rate_intents(judge, arguments.data, arguments.rows),
        *rate_tatoeba(judge, reference, arguments.data),
        rate_noise(judge, arguments.data),
    ]
    with pl.Config(
        fmt_str_lengths=40,
        tbl_rows=-1,
        tbl_hide_dataframe_shape=True,
        tbl_hide_column_data_types=True,
    ):
        print(pl.concat(tables))


if __name__ == "__main__":
    main()
