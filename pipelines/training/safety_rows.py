"""Public safety data sets as one table of labelled texts, with groups that splits keep whole."""

from collections.abc import Callable, Mapping

import polars as pl

from pipelines.training.devanagari_spelling import spell_in_devanagari
from pipelines.training.fasttext_training import split_by_group
from pipelines.training.language_codes import TWO_LETTERS
from pipelines.training.phrases import write_phrases_clean, write_phrases_harm
from pipelines.training.written_chat import write_chat
from pipelines.training.written_harm import write_clean, write_harm
from pipelines.training.written_identity import write_identity

SAFE = "safe"
_WRITTEN = {
    "phrases_clean": write_phrases_clean,
    "phrases_harm": write_phrases_harm,
    "written_chat": write_chat,
    "written_clean": write_clean,
    "written_harm": write_harm,
    "written_identity": write_identity,
}
EVERYDAY = "everyday"
"""Slice of our clean sentences that have nothing in common with harm."""
DEVANAGARI_HATECHECK = "hatecheck_devanagari"
OURS = (*_WRITTEN, DEVANAGARI_HATECHECK)
"""Our own sets, which are left out of means over public sets."""
LABELS = (
    SAFE,
    "hate",
    "harassment",
    "sexual",
    "violence",
    "self_harm",
    "dangerous_advice",
    "jailbreak",
)
COLUMNS = ("text", "label", "dataset", "language", "group", "slice")


def label_safety(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return every table's texts with one label each, in a stable order, equal rows once.

    Our own sentences (`written_…`) are among them whatever the tables.

    Args:
        tables: data set name (`safety/davidson_tweets`, `conversations/convabuse` …) → its rows;
            names not known here are left out.

    Returns:
        [n] of `text`, `label` (one of `LABELS`), `dataset`, `language`, `group` (rows of one
        template, pair or conversation share it, so that a split keeps them together), `slice`.
    """
    parts = [
        _READERS[name](tables[name]).pipe(_shape, name)
        for name in sorted(tables)
        if name in _READERS
    ]
    own = [write().pipe(_shape, f"ours/{name}") for name, write in _WRITTEN.items()]
    rows = pl.concat([*parts, *own]).filter(
        pl.col("text").str.strip_chars() != "", pl.col("label").is_in(LABELS)
    )
    return rows.unique(["text", "label", "dataset"]).sort(COLUMNS)


def split_safety(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows with `part` (`split_by_group`), and romanised Hindi hate in Devanagari too.

    The public cases hold Hindi in Latin letters only. The respelt ones are a set of their own,
    `hatecheck_devanagari`, and are in the part of the row that they were made from.
    """
    parted = split_by_group(rows)
    latin = parted.filter(
        pl.col("dataset") == "multilingual_hatecheck", pl.col("language") == "hi-Latn"
    )
    spelt = pl.Series(
        "text", [spell_in_devanagari(text) for text in latin["text"]], dtype=pl.String
    )
    hindi = latin.with_columns(spelt, dataset=pl.lit(DEVANAGARI_HATECHECK), language=pl.lit("hi"))
    return pl.concat([parted, hindi])


def _shape(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    filled = rows.with_columns(
        dataset=pl.lit(name.split("/")[1]),
        language=pl.col("language") if "language" in rows.columns else pl.lit("en"),
        slice=pl.col("slice") if "slice" in rows.columns else pl.lit(None, pl.String),
    )
    return filled.select(pl.col(COLUMNS).cast(pl.String)).drop_nulls(["text", "label", "group"])


def _two(unsafe: str | pl.Expr, label: str | pl.Expr) -> pl.Expr:
    """Return the unsafe label if the flag is true, `safe` if it is false, null if unknown."""
    flag = pl.col(unsafe) if isinstance(unsafe, str) else unsafe
    named = pl.lit(label) if isinstance(label, str) else label
    return pl.when(flag).then(named).when(~flag).then(pl.lit(SAFE))


def _flagged(
    unsafe: str, label: str, group: str, *, part: str | None = None
) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Return a reader of a table with one true/false column."""

    def read(rows: pl.DataFrame) -> pl.DataFrame:
        kept = rows.with_columns(label=_two(unsafe, label), group=pl.col(group))
        return kept if part is None else kept.with_columns(slice=pl.col(part))

    return read


def _davidson(rows: pl.DataFrame) -> pl.DataFrame:
    words = {"hate_speech": "hate", "offensive": "harassment", "neither": SAFE}
    return rows.with_columns(label=pl.col("label").replace_strict(words), group=pl.col("id"))


def _hatemoji_build(rows: pl.DataFrame) -> pl.DataFrame:
    pair = pl.min_horizontal("text", "pair_text")
    return rows.with_columns(label=_two("hateful", "hate"), group=pair)


def _stormfront(rows: pl.DataFrame) -> pl.DataFrame:
    judged = rows.filter(pl.col("label").is_in(["hate", "noHate"]))
    return judged.with_columns(label=_two(pl.col("label") == "hate", "hate"), group=pl.col("id"))


def _moderation(rows: pl.DataFrame) -> pl.DataFrame:
    harm = (
        pl.when("self_harm").then(pl.lit("self_harm"))
        .when("sexual").then(pl.lit("sexual"))
        .when(pl.col("hate") | pl.col("hate_threatening")).then(pl.lit("hate"))
        .when(pl.col("violence") | pl.col("violence_graphic")).then(pl.lit("violence"))
        .otherwise(pl.lit("harassment"))
    )  # fmt: skip
    return rows.with_columns(label=_two("any_unsafe", harm), group=pl.col("id"))


def _unsafe_prompts(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(
        label=_two("unsafe", "dangerous_advice"),
        group=pl.col("category").fill_null("") + pl.col("id"),
    )


def _jailbreaks(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(label=pl.lit("jailbreak"), group=pl.col("id"))


def _xstest(rows: pl.DataFrame) -> pl.DataFrame:
    once = rows.unique("prompt_id", keep="first", maintain_order=True)
    return once.select(
        text=pl.col("prompt"),
        label=_two(~pl.col("prompt_is_safe"), "dangerous_advice"),
        group=pl.col("prompt_id"),
        slice=pl.col("prompt_type"),
    )


def _convabuse(rows: pl.DataFrame) -> pl.DataFrame:
    last = pl.col("messages").list.eval(
        pl.element().struct.field("content").filter(pl.element().struct.field("role") == "user")
    )
    sexual = pl.col("abuse_types").list.join(" ").str.contains("sex_harassment")
    harm = pl.when(sexual).then(pl.lit("sexual")).otherwise(pl.lit("harassment"))
    return rows.with_columns(
        text=last.list.last(),
        label=_two("abusive_majority", harm),
        group=pl.col("conversation_ref"),
    )


def _clean_chat(rows: pl.DataFrame) -> pl.DataFrame:
    """Return every message of an ordinary chat as safe; a conversation is one group."""
    messages = rows.select(
        "language",
        group="id",
        text=pl.col("messages").list.eval(pl.element().struct.field("content")),
    )
    return messages.explode("text").with_columns(label=pl.lit(SAFE))


def _sentences(language: str) -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Return a reader of ordinary sentences: safe ones, in languages whose other rows are hate."""

    def read(rows: pl.DataFrame) -> pl.DataFrame:
        code = pl.col(language).replace(_TWO_LETTERS)
        whole = pl.col("kind") == "sentences" if "kind" in rows.columns else pl.lit(value=True)
        named = rows.with_columns(language=code, group=pl.col("id"), label=pl.lit(SAFE))
        return named.filter(whole & pl.col("language").is_in(list(_TWO_LETTERS.values())))

    return read


def _plain_requests(column: str, language: str = "en") -> Callable[[pl.DataFrame], pl.DataFrame]:
    """Return a reader of ordinary requests, so that long instructions are no sign of attacks."""

    def read(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.select(
            "id", text=column, group="id", language=pl.lit(language), label=pl.lit(SAFE)
        )

    return read


def _questions(rows: pl.DataFrame) -> pl.DataFrame:
    """Return questions of an encyclopaedia, the same in each language."""
    return rows.select("language", text="question", group="question_ref", label=pl.lit(SAFE))


# Languages of which ordinary sentences are read.
_SENTENCES = "eng spa hin fra deu ita por nld pol ara cmn ind tur rus jpn kor"
_TWO_LETTERS = {code: TWO_LETTERS[code] for code in _SENTENCES.split()}

_READERS: dict[str, Callable[[pl.DataFrame], pl.DataFrame]] = {
    "safety/davidson_tweets": _davidson,
    "safety/edos_sexism": _flagged("sexist", "hate", "id"),
    "safety/hatecheck": _flagged("hateful", "hate", "template_id", part="functionality"),
    "safety/hatemojibuild": _hatemoji_build,
    "safety/hatemojicheck": _flagged("hateful", "hate", "test_group_id", part="functionality"),
    "safety/identity_templates": _flagged("toxic", "harassment", "id", part="template"),
    "safety/multilingual_hatecheck": _flagged(
        "hateful", "hate", "template_id", part="functionality"
    ),
    "safety/openai_moderation": _moderation,
    "safety/stormfront_sentences": _stormfront,
    "safety/surge_toxicity": _flagged("toxic", "harassment", "id"),
    "safety/unsafe_and_safe_prompts": _unsafe_prompts,
    "safety/jailbreak_prompts": _jailbreaks,
    "safety/wikipedia_comments": _flagged("toxic", "harassment", "id"),
    "safety/xstest_completions": _xstest,
    "conversations/convabuse": _convabuse,
    "conversations/self_dialogue": _clean_chat,
    "conversations/topical_chat": _clean_chat,
    "conversations/synthetic_persona_chat": _clean_chat,
    "conversations/xpersona": _clean_chat,
    "conversations/chatterbot_corpus": _clean_chat,
    "conversations/schema_guided_dialogue": _clean_chat,
    "conversations/taskmaster4": _clean_chat,
    "conversations/codemixed_dstc2": _clean_chat,
    "conversations/gpteacher_roleplay": _clean_chat,
    "conversations/botbots": _clean_chat,
    "conversations/open_assistant_tree": _clean_chat,
    "intents/intents": _plain_requests("text"),
    "intents/hinglish_top": _plain_requests("text_hinglish", "hi-Latn"),
    "qa/xquad_en_es_hi": _questions,
    "intents/arena_hard_prompts": _plain_requests("prompt"),
    "langid/leipzig_short": _sentences("language_iso639_1"),
    "langid/tatoeba": _sentences("language_iso639_3"),
}
TABLES = tuple(_READERS)
