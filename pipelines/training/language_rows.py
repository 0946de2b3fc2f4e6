"""Public texts of known language as one table; Hindi in Latin letters has a label of its own."""

from collections.abc import Callable, Mapping

import polars as pl

from pipelines.filtering.normalise import romanise_devanagari
from pipelines.training.language_codes import TWO_LETTERS
from pipelines.training.phrases import write_phrases_clean, write_phrases_harm

OTHER = "und"
CODE_MIXED = "own_codemixed"
"""Our own chat in romanised Hindi, into which English is mixed."""
ROMANISED = {"hi-Latn", "bn-Latn", "gu-Latn", "ta-Latn"}
COLUMNS = ("text", "label", "dataset", "group", "slice")


def label_languages(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return every table's texts with one language label each, in a stable order, equal rows once.

    Our own chat (`phrases`, seventeen languages) is among them whatever the tables.

    Args:
        tables: data set name (`langid/tatoeba` …) → its rows; names not known here are left out.

    Returns:
        [n] of `text`, `label` (ISO 639-1, `hi-Latn` and the like, or `und`), `dataset`, `group`,
        `slice` (`sentences`, `word_pairs`, `single_words` where the source says so).
    """
    parts = [
        read(tables[name])
        .with_columns(dataset=pl.lit(name.split("/")[1]))
        .select(pl.col(COLUMNS).cast(pl.String))
        for name, read in sorted(_READERS.items())
        if name in tables
    ]
    rows = pl.concat([*parts, _own_chat()]).drop_nulls(["text", "label", "group"])
    # nb and no are one language here; lid.176 says no
    named = rows.with_columns(
        pl.col("label").replace({"nb": "no"}), pl.col("text").str.replace_all(r"\s+", " ")
    )
    spelt = named.filter(pl.col("label") == "hi").with_columns(
        text=romanise_devanagari(pl.col("text")),
        label=pl.lit("hi-Latn"),
        dataset=pl.lit("spelt_in_latin"),
    )
    return pl.concat([named, spelt]).unique(["text", "label", "dataset"]).sort(COLUMNS)


def _own_chat() -> pl.DataFrame:
    """Return our own sentences: chat as it is typed, of which public sets hold hardly any."""
    phrases = pl.concat([write_phrases_clean(), write_phrases_harm()])
    is_mixed = pl.col("language").is_in(ROMANISED)
    dataset = pl.when(is_mixed).then(pl.lit(CODE_MIXED)).otherwise(pl.lit("own_chat"))
    chat = phrases.select("text", "group", "slice", label="language", dataset=dataset)
    return chat.select(COLUMNS)


def _plain(language: str, kind: str | None = None) -> Callable[[pl.DataFrame], pl.DataFrame]:
    def read(rows: pl.DataFrame) -> pl.DataFrame:
        part = pl.lit(None, pl.String) if kind is None else pl.col(kind)
        return rows.with_columns(label=pl.col(language), group=pl.col("id"), slice=part)

    return read


def _tatoeba(rows: pl.DataFrame) -> pl.DataFrame:
    # What has no two-letter code is trained as `und`, so that the model can say "none of mine"
    # where lid.176 would take the nearest large language.
    code = pl.col("language_iso639_3").replace_strict(TWO_LETTERS, default=OTHER)
    sentences = rows.select("text", label=code, group="english")
    english = rows.select(text="english", label=pl.lit("en"), group="english").unique()
    return pl.concat([sentences, english]).with_columns(slice=pl.lit(None, pl.String))


def _chat(rows: pl.DataFrame) -> pl.DataFrame:
    words = pl.col("messages").list.eval(pl.element().struct.field("content"))
    group = "parallel_id" if "parallel_id" in rows.columns else "id"
    return (
        rows.select(text=words, label="language", group=group)
        .explode("text")
        .with_columns(slice=pl.lit(None, pl.String))
    )


def _hinglish(rows: pl.DataFrame) -> pl.DataFrame:
    hindi = rows.select(text="text_hinglish", label=pl.lit("hi-Latn"), group="text_en")
    english = rows.select(text="text_en", label=pl.lit("en"), group="text_en")
    return pl.concat([hindi, english]).with_columns(slice=pl.lit(None, pl.String))


def _questions(rows: pl.DataFrame) -> pl.DataFrame:
    # A paragraph belongs to several questions, so its group is that of the first.
    group = pl.col("question_ref").sort().first().over("context")
    texts = pl.concat(
        [rows.select(text=name, label="language", group=group) for name in ("question", "context")]
    )
    return texts.unique().with_columns(slice=pl.lit(None, pl.String))


_READERS: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "langid/leipzig_short": _plain("language_iso639_1", "kind"),
    "langid/romanized_indic_codemixed": _plain("language"),
    "langid/tatoeba": _tatoeba,
    "intents/hinglish_top": _hinglish,
    "safety/multilingual_hatecheck": _plain("language"),
    "safety/identity_templates": _plain("language"),
    "conversations/codemixed_dstc2": _chat,
    "conversations/chatterbot_corpus": _chat,
    "conversations/xpersona": _chat,
    "conversations/self_dialogue": _chat,
    "conversations/topical_chat": _chat,
    "qa/xquad_en_es_hi": _questions,
}
TABLES = tuple(_READERS)
