"""How many messages hold a word: what is rare makes the better anchor. It decides speed, never an answer."""

from functools import cache
from pathlib import Path

from pipelines.filtering.harm_grammar import Literal

FREQUENT_WORDS = Path(__file__).parents[1] / "shipped" / "frequent_words.tsv"
_UNKNOWN_SHARE = 0.0001  # of messages: what is not in the table is in fewer than 1 of 2,000


def word_share(word: Literal, *, common: bool) -> float:
    """Return about what share of messages holds a word, in [0, 1]; `common`: its file says that many do."""
    shares = _shares()
    text = word.text
    if not word.open_start and not word.open_end:
        share = shares.get(text, _UNKNOWN_SHARE)
    else:
        share = _open_share(word) + sum(
            share
            for known, share in shares.items()
            if (word.open_start and known.endswith(text))
            or (word.open_end and known.startswith(text))
            or (word.open_start and word.open_end and text in known)
        )
    return max(share, 0.02) if common else share


def sign_share(signs: str, *, common: bool) -> float:
    """Return about what share of messages in an unspaced script holds a string, in [0, 1]."""
    return 0.3 if common else 0.1 ** min(len(signs), 4)


def _open_share(word: Literal) -> float:
    """Return the share of rare words that go on from a few letters: a tenth for each letter more."""
    return max(_UNKNOWN_SHARE, 10.0 ** -len(word.text))


@cache
def _shares() -> dict[str, float]:
    lines = FREQUENT_WORDS.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if not line.startswith("#"))
    return {word: int(count) / 10_000 for word, count in pairs}
