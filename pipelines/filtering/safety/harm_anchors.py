"""What must stand in a text for a frame to hit it: it decides speed, never an answer.

Two necessary conditions, in classes of words (or in strings, in a script without blanks):
a *trigger* is a few classes that all stand in the text; of a pattern's triggers one is complete. It
is looked for by its rarest class. A *need* is a set of classes of which one stands there; all needs
of a pattern are met. A row needs what its items need; a choice needs one of what its choices need.
Which class is rare is read from a table of how many messages hold a word.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate

from pipelines.filtering.safety.harm_grammar import Literal
from pipelines.places import SHIPPED

FREQUENT_WORDS = SHIPPED / "frequent_words.tsv"
_UNKNOWN_SHARE = 0.0001  # of messages: what is not in the table is in fewer than 1 of 2,000
_COMMON_SHARE = 0.02
_SIGN_SHARE = 0.3  # of messages, those with a comma
_TOGETHER_SHARE = 0.3  # of the texts with a word, about those that hold another given one too
_MOST_NEEDS = 4


@dataclass(frozen=True, slots=True)
class Need:
    """Classes or strings of which one stands in a text, and the share of messages with one."""

    keys: frozenset[int | str]
    share: float


@dataclass(frozen=True, slots=True)
class Trigger:
    """Classes or strings that all stand in a text, the rarest first.

    `rarest_share`: of messages, about those that hold the rarest; `share`: those that hold all.
    """

    keys: tuple[int | str, ...]
    share: float
    rarest_share: float


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must stand in a text: one of the triggers, and each of the needs; none: anything."""

    triggers: tuple[Trigger, ...] = ()
    needs: tuple[Need, ...] = ()


def words_stand(key: int, words: Iterable[Literal], common: frozenset[str]) -> Conditions:
    """Return the conditions of a class of words; `common`: the words that many messages hold."""
    return _stands(key, sum(_word_share(word, common) for word in words))


def signs_stand(signs: str, common: frozenset[str]) -> Conditions:
    """Return the conditions of a string in a script without blanks."""
    return _stands(signs, 0.3 if signs in common else 0.1 ** min(len(signs), 4))


def all_stand(items: Sequence[Conditions]) -> Conditions:
    """Return the conditions of items that follow each other."""
    needs = {need.keys: need for item in items for need in item.needs}.values()
    rarest = sorted(needs, key=lambda need: (need.share, sorted(map(str, need.keys))))[:_MOST_NEEDS]
    certain = [item.triggers[0] for item in items if len(item.triggers) == 1]
    options = [item.triggers for item in items if len(item.triggers) > 1]
    if certain:
        options.append((_together(certain),))
    return Conditions(min(options, key=_cost, default=()), tuple(rarest))


def one_stands(choices: Sequence[Conditions]) -> Conditions:
    """Return the conditions of one of several; none where one of them has none."""
    if not all(choice.triggers for choice in choices):
        return Conditions()
    ranks = range(max(len(choice.needs) for choice in choices))
    needs = [_any_of([c.needs[min(rank, len(c.needs) - 1)] for c in choices]) for rank in ranks]
    return Conditions(
        tuple(trigger for choice in choices for trigger in choice.triggers), tuple(needs)
    )


def _stands(key: int | str, share: float) -> Conditions:
    return Conditions((Trigger((key,), share, share),), (Need(frozenset({key}), share),))


def _together(triggers: Sequence[Trigger]) -> Trigger:
    ordered = sorted(triggers, key=lambda trigger: trigger.rarest_share)
    keys = dict.fromkeys(key for trigger in ordered for key in trigger.keys)
    share = ordered[0].share * _TOGETHER_SHARE ** (len(ordered) - 1)
    return Trigger(tuple(keys), share, ordered[0].rarest_share)


def _cost(triggers: Sequence[Trigger]) -> float:
    """Return what triggers cost: to look for them, and to try the pattern where they are found."""
    return sum(trigger.rarest_share + trigger.share for trigger in triggers)


def _any_of(needs: Sequence[Need]) -> Need:
    keys = frozenset(key for need in needs for key in need.keys)
    return Need(keys, sum(need.share for need in needs))


def _word_share(word: Literal, common: frozenset[str]) -> float:
    exact, starts, ends = _shares()
    if not word.text.isalnum():
        return _SIGN_SHARE
    least = _COMMON_SHARE if word.text in common else 0.0
    if not word.open_start and not word.open_end:
        return max(exact.get(word.text, _UNKNOWN_SHARE), least)
    known = max(
        starts[word.text] if word.open_end else 0.0, ends[word.text] if word.open_start else 0.0
    )
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
