"""What must stand in a text for a frame to hit it, the rarest first: it decides speed, never an answer.

A need is a set of classes of words (or of strings, in a script without blanks) of which one stands in
every text that the pattern hits. A row needs what each of its items needs; a choice needs one of what
its choices need. Which class is rare is read from a table of how many messages hold a word.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

from pipelines.filtering.harm_grammar import Literal

FREQUENT_WORDS = Path(__file__).parents[1] / "shipped" / "frequent_words.tsv"
_UNKNOWN_SHARE = 0.0001  # of messages: what is not in the table is in fewer than 1 of 2,000
_COMMON_SHARE = 0.02
_MOST_NEEDS = 4


@dataclass(frozen=True, slots=True)
class Need:
    """Classes or strings of which one stands in a text, and about what share of messages holds one."""

    keys: frozenset[int | str]
    share: float


def need_of_words(key: int, words: Iterable[Literal], common: frozenset[str]) -> Need:
    """Return the need of a class of words; `common`: the words that many messages hold."""
    return Need(frozenset({key}), sum(_word_share(word, common) for word in words))


def need_of_signs(signs: str, common: frozenset[str]) -> Need:
    """Return the need of a string in a script without blanks."""
    return Need(frozenset({signs}), 0.3 if signs in common else 0.1 ** min(len(signs), 4))


def needs_of_row(items: Sequence[tuple[Need, ...]]) -> tuple[Need, ...]:
    """Return the rarest needs of items that follow each other."""
    needs = {need.keys: need for item in items for need in item}.values()
    return tuple(sorted(needs, key=lambda need: (need.share, sorted(map(str, need.keys))))[:_MOST_NEEDS])


def needs_of_choice(choices: Sequence[tuple[Need, ...]]) -> tuple[Need, ...]:
    """Return the needs of one of several; none where one of them needs nothing."""
    if not all(choices):
        return ()
    ranks = range(max(len(needs) for needs in choices))
    return tuple(_any_of([needs[min(rank, len(needs) - 1)] for needs in choices]) for rank in ranks)


def _any_of(needs: Sequence[Need]) -> Need:
    keys = frozenset(key for need in needs for key in need.keys)
    return Need(keys, sum(need.share for need in needs))


def _word_share(word: Literal, common: frozenset[str]) -> float:
    exact, starts, ends = _shares()
    least = _COMMON_SHARE if word.text in common else 0.0
    if not word.open_start and not word.open_end:
        return max(exact.get(word.text, _UNKNOWN_SHARE), least)
    known = max(starts[word.text] if word.open_end else 0.0, ends[word.text] if word.open_start else 0.0)
    # Rare words that go on from a few letters: a tenth for each letter more.
    return max(known + max(_UNKNOWN_SHARE, 10.0 ** -len(word.text)), least)


@cache
def _shares() -> tuple[dict[str, float], Counter[str], Counter[str]]:
    """Return the shares of words, of their beginnings and of their ends."""
    lines = FREQUENT_WORDS.read_text(encoding="utf-8").splitlines()
    pairs = (line.split("\t") for line in lines if not line.startswith("#"))
    exact = {word: int(count) / 10_000 for word, count in pairs}
    starts: Counter[str] = Counter()
    ends: Counter[str] = Counter()
    for word, share in exact.items():
        starts.update(dict.fromkeys(accumulate(word), share))
        ends.update({word[-size:]: share for size in range(1, len(word) + 1)})
    return exact, starts, ends
