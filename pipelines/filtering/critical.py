"""The first safety layer: curated rules on text whose disguises were taken off."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

import polars as pl

from pipelines.filtering.critical_lexicon import RULES
from pipelines.filtering.normalise import fold_text, read_texts, romanise_devanagari, separate_tokens
from pipelines.filtering.scores import SafetyScore, answer_each
from pipelines.identity import fingerprint

_VERSION = "1"
_DISGUISED = (
    r"\p{L}[0-9@$!|+*]{1,3}\p{L}|[\u0370-\u03ff\u0400-\u04ff]|(?:^|[^\p{L}])(?:\p{L}[\s._*-]{1,2}){3,}\p{L}"
)
_LOOKALIKES = dict(zip("аеорсухіјѕһԁԛԝαεικνορτυχ", "aeopcyxijshdqwaeiknoptux", strict=True))
_LEET = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i", "|": "i"}
_SPELT_OUT = re.compile(r"(?<= )(?:[^\W\d_] (?:[._*-] )?){3,}")


class CriticalRules:
    """Answers 1.0 where a critical rule hits a text and 0.0 where none does, with the rules' labels.

    Every text is looked at twice: as it stands, and, where it looks disguised, with lookalike
    letters, leetspeak and letters spelt apart put back.
    """

    name: ClassVar[str] = "critical_rules"

    def __init__(self, path: Path | None = None) -> None:
        del path  # rules of this repository: nothing to load
        self.revision = fingerprint(
            self.name, _VERSION, _DISGUISED, *(f"{r.label} {r.pattern}" for r in RULES)
        )

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
    folded = texts.with_columns(fold_text(pl.col("text"))).filter(pl.col("text").str.contains(_DISGUISED))
    plain = folded.with_columns(_replace_leet(pl.col("text").str.replace_many(_LOOKALIKES)))
    spaced = plain.with_columns(critical_view(pl.col("text")))
    return spaced.with_columns(
        pl.Series("text", [_join_letters(text) for text in spaced["text"]], dtype=pl.String)
    )


def _find_hits(texts: pl.DataFrame) -> pl.DataFrame:
    """Return [hits] of `row` and the `label` of a rule that hits it."""
    views = texts.select("row", view=critical_view(pl.col("text")))
    found = [
        views.filter(pl.col("view").str.contains(rule.pattern)).select("row", label=pl.lit(rule.label))
        for rule in RULES
    ]
    return pl.concat(found)


def _replace_leet(text: pl.Expr) -> pl.Expr:
    """Return text in which a digit or sign between letters is the letter it looks like."""
    for _ in range(2):  # neighbours share a letter, so every other sign is left for a second pass
        for sign, letter in _LEET.items():
            text = text.str.replace_all(rf"(\p{{L}}){re.escape(sign)}(\p{{L}})", f"${{1}}{letter}${{2}}")
    return text


def _join_letters(view: str) -> str:
    """Return a view in which letters spelt apart (`k . i l l`) are one word."""
    return _SPELT_OUT.sub(lambda run: re.sub(r"[\s._*-]", "", run[0]) + " ", view)
