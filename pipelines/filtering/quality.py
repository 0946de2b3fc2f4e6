"""Prompt quality in [0, 1] from parts that a person can check by eye."""

from collections.abc import Sequence
from functools import reduce
from operator import mul
from pathlib import Path
from typing import ClassVar

import polars as pl

from pipelines.filtering.language.identifier import SOURCES as LANGUAGE_SOURCES
from pipelines.filtering.language.identifier import LanguageIdentifier
from pipelines.filtering.normalise import PLACEHOLDER, read_texts
from pipelines.identity import fingerprint
from pipelines.models.answers import answer_each
from pipelines.models.source_revision import fingerprint_sources

HEAD_CHARS = 1500
SOURCES: tuple[str | Path, ...] = ("pipelines.filtering.quality", *LANGUAGE_SOURCES)
"""What decides its answers, apart from the language model."""
# The weight of each part; they sum to 1. The parts multiply, so an unreadable text scores 0.
WEIGHTS = {"understandable": 0.22, "original": 0.30, "known": 0.18, "request": 0.30}
# A text of no known language keeps this much of `known`: a name or a rare language is no noise.
_KNOWN_FLOOR = 0.1
# Chinese, Japanese and Thai write no spaces: a word has about two characters.
_UNSPACED = r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]"
_TEMPLATE = (
    rf"{PLACEHOLDER}|\[[A-Z][A-Z _]{{2,}}\]|\{{\{{[^}}]*\}}\}}"
    r"|(?i:lorem ipsum|https?://|www\.|click here|buy now|follow me)"
)
_ASKING = (
    r"(?i)[?\x{ff1f}\x{061f}]|^\W*(?:how|what|why|who|when|where|which|can|could|would|will|do"
    r"|does|is|are|should|tell|write|give|help|explain|describe|imagine|pretend|let's|please|make"
    r"|create|act|suggest|recommend|i need|i want|c[oó]mo|qu[eé]|por qu[eé]|cu[aá]l|d[oó]nde"
    r"|puedes|escribe|ay[uú]dame|dime|explica|necesito|quiero"
    r"|kya|kaise|kyun|kaun|mujhe|batao|क्या|कैसे|क्यों|मुझे|बताओ|कौन)\b"
)


class QualityScorer:
    """Scores how useful a prompt is for training: readable, no spam, a real request or turn."""

    name: ClassVar[str] = "quality_rules"

    def __init__(self, path: Path | None = None) -> None:
        """Load the language model that says whether a text's language is known, from a folder."""
        self._languages = LanguageIdentifier(path)
        self.revision = fingerprint(
            self.name, fingerprint_sources(*SOURCES), self._languages.revision
        )

    def score(self, texts: Sequence[str]) -> list[float | None]:
        """Return one quality in [0, 1] per text, in order; None where a text could not be read."""
        return answer_each(texts, lambda batch: self.explain(batch)["quality"].to_list())

    def explain(self, texts: Sequence[str]) -> pl.DataFrame:
        """Return [n] of the parts and `quality`, as `measure_quality` does.

        Raises:
            ValueError: the language model failed on a text.
        """
        answers = self._languages.identify(texts)
        confidences = [answer.confidence for answer in answers if answer is not None]
        return measure_quality(
            read_texts(texts), pl.Series("confidence", confidences, dtype=pl.Float64)
        )


def measure_quality(texts: pl.Series, confidences: pl.Series) -> pl.DataFrame:
    """Return the parts of each text's quality, each in [0, 1], and `quality`.

    Args:
        texts: [n] strings; of a longer one the first `HEAD_CHARS` characters are read.
        confidences: [n] in [0, 1], how surely each text's language is known.

    Returns:
        [n] of `understandable` (mostly letters, words of ordinary length, not shouted), `original`
        (words and characters that differ, no template, link or placeholder), `known` (of a language
        that a model knows: random keystrokes are of none), `request` (long enough to be a turn,
        more when it asks for something) and `quality`, their weighted geometric mean: one part at
        zero makes the whole zero.

    Raises:
        ValueError: not one confidence per text.
    """
    if len(texts) != len(confidences):
        message = f"{len(confidences)} confidences of {len(texts)} texts"
        raise ValueError(message)
    head = texts.rename("text").to_frame().select(pl.col("text").str.head(HEAD_CHARS))
    known = _KNOWN_FLOOR + (1.0 - _KNOWN_FLOOR) * pl.col("confidence")
    parts = (
        head.pipe(_count)
        .with_columns(confidences.rename("confidence"))
        .select(
            understandable=_understandable(), original=_original(), known=known, request=_request()
        )
    )
    powers = [pl.col(name).clip(0.0, 1.0) ** weight for name, weight in WEIGHTS.items()]
    product = reduce(mul, powers)
    # Vectorised powers differ in the last bit with a text's place in its batch; nine decimals do
    # not.
    return parts.with_columns(quality=product.clip(0.0, 1.0).round(9))


def _count(head: pl.DataFrame) -> pl.DataFrame:
    """Return [n] counts per text: characters, letters, capitals, words, template marks, others."""
    text = pl.col("text")
    words = text.str.to_lowercase().str.extract_all(r"[\p{L}\p{M}\p{N}']+")
    return head.select(
        signs=text.str.count_matches(r"\S"),
        letters=text.str.count_matches(r"[\p{L}\p{M}]"),
        capitals=text.str.count_matches(r"\p{Lu}"),
        unspaced=text.str.count_matches(_UNSPACED),
        runs=words.list.len(),
        distinct=words.list.n_unique(),
        shapes=text.str.to_lowercase().str.extract_all(r"\S").list.n_unique(),
        marks=text.str.count_matches(_TEMPLATE),
        asks=text.str.contains(_ASKING),
    ).with_columns(words=pl.col("runs") + pl.col("unspaced") / 2)


def _understandable() -> pl.Expr:
    """Return the share of letters (full from 0.7), reduced for odd word lengths and shouting."""
    letters = pl.col("letters") / pl.col("signs").clip(1)
    per_word = pl.col("letters") / pl.col("words").clip(1)
    # 2 to 12 letters a word is ordinary in every served language; 30 is a keyboard mash.
    ordinary = (1.0 - (per_word - 12.0).clip(0.0) / 18.0).clip(0.0, 1.0)
    shouted = pl.col("capitals") / pl.col("letters").clip(1)
    is_long = pl.col("words") > 2  # noqa: PLR2004 reason: OK and NASA are no shouts
    calm = pl.when((shouted > 0.7) & is_long).then(0.6).otherwise(1.0)  # noqa: PLR2004
    return ((letters / 0.7).clip(0.0, 1.0) * ordinary * calm).fill_nan(0.0)


def _original() -> pl.Expr:
    """Return how original a text is: distinct words by Heaps' law, characters, template marks."""
    expected = pl.col("runs").clip(1).cast(pl.Float64) ** 0.8
    words = (
        pl.when(pl.col("runs") == 0)
        .then(0.0)
        .otherwise((pl.col("distinct") / expected).clip(0.0, 1.0))
    )
    expected_shapes = (pl.col("signs").cast(pl.Float64) ** 0.5).clip(1.0, 15.0)
    shapes = (pl.col("shapes") / expected_shapes).clip(0.0, 1.0)
    # A redacted name is no template: a mark in every second word is one.
    marks = (1.0 - (pl.col("marks") / (pl.col("words") + 8.0) * 4.0)).clip(0.1, 1.0)
    return words * shapes * marks


def _request() -> pl.Expr:
    """Return how complete a turn is: it rises with its words (half at 4), by a third if it asks.

    Length in letters and variety of characters add at most 3 %.
    Equal prompts stay equal; a draw breaks ties by its seeded hash.
    """
    length = 1.0 - (pl.col("words") / -6.0).exp()
    letters = 1.0 - (pl.col("letters") / -211.0).exp()
    variety = 1.0 - (pl.col("shapes") / -17.0).exp()
    fine = 0.97 + 0.03 * (0.6 * letters + 0.4 * variety)
    return length * fine * pl.when(pl.col("asks")).then(1.0).otherwise(0.75)
