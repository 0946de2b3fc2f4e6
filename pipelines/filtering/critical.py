"""The first safety layer: curated rules on text whose disguises were taken off."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import polars as pl

from pipelines.filtering.critical_lexicon import RULES
from pipelines.filtering.normalise import read_texts, romanise_devanagari, separate_tokens
from pipelines.filtering.reading import READING, read_plainly
from pipelines.filtering.scores import SafetyScore, answer_each
from pipelines.identity import fingerprint

_VERSION = "2"
# One pattern per label: Polars keeps 32 compiled patterns; more would be compiled anew at every call.
_PATTERNS = {
    label: "|".join(rule.pattern for rule in RULES if rule.label == label)
    for label in dict.fromkeys(rule.label for rule in RULES)
}


class CriticalRules:
    """Answers 1.0 where a critical rule hits a text and 0.0 where none does, with the rules' labels.

    Every text is looked at twice: as it stands, and, where it looks disguised, with lookalike
    letters, leetspeak and letters spelt apart put back.
    """

    name: ClassVar[str] = "critical_rules"

    def __init__(self, path: Path | None = None) -> None:
        del path  # rules of this repository: nothing to load
        self.revision = fingerprint(self.name, _VERSION, READING, *(f"{r.label} {r.pattern}" for r in RULES))

    def score(self, texts: Sequence[str]) -> list[SafetyScore | None]:
        """Return one score per text, in order: `unsafe` is 0.0 or 1.0, `labels` the rules that hit."""
        return answer_each(texts, _score_batch)


_CLEAN = SafetyScore(unsafe=0.0, labels={})


def _score_batch(texts: Sequence[str]) -> list[SafetyScore]:
    raw = read_texts(texts).to_frame("text").with_row_index("row")
    hits = pl.concat([_find_hits(raw), _find_hits(unmask(raw))]).unique().sort("row", "label")
    answers = [_CLEAN] * len(texts)
    for (row,), labels in hits.group_by("row"):
        answers[int(str(row))] = SafetyScore(unsafe=1.0, labels=dict.fromkeys(labels["label"].to_list(), 1.0))
    return answers


def critical_view(text: pl.Expr) -> pl.Expr:
    """Return a text as the rules read it: spaced lower-case tokens, no accents, Latin for Devanagari."""
    plain = separate_tokens(romanise_devanagari(text)).str.normalize("NFKD").str.replace_all(r"\p{M}", "")
    return pl.concat_str(pl.lit(" "), plain.str.strip_chars(), pl.lit(" "))


def unmask(texts: pl.DataFrame) -> pl.DataFrame:
    """Return the rows (`row`, `text`) that look disguised, their text without the disguise."""
    plain = texts.with_columns(plain=pl.Series(read_plainly(texts["text"].to_list()), dtype=pl.String))
    return plain.filter(pl.col("plain") != pl.col("text")).select("row", text="plain")


def _find_hits(texts: pl.DataFrame) -> pl.DataFrame:
    """Return [hits] of `row` and the `label` of a rule that hits it."""
    views = texts.select("row", view=critical_view(pl.col("text")))
    found = [
        views.filter(pl.col("view").str.contains(pattern)).select("row", label=pl.lit(label))
        for label, pattern in _PATTERNS.items()
    ]
    return pl.concat(found)
