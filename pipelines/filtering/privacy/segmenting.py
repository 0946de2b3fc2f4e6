"""Cheapest cut of an unspaced run of characters into words and names, in one pass.

Each character is reached by the cheapest way to cover all before it, with words of a list, single
characters and whatever a language offers as a name at a place. Costs are negative logarithms of
shares, times two.
"""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

Spans = list[tuple[int, int]]
Offers = Callable[[int], Iterable[tuple[int, int]]]
"""From a place to the ends of the names that may begin there, each with its cost."""
Costs = Mapping[str, int]
_WORD_MAX = 4
UNKNOWN = 30
"""Cost of a character that no list holds."""


def read_costs(file: Path) -> dict[str, int]:
    """Return the words of a file with their costs; a line is a cost and the words that have it."""
    costs: dict[str, int] = {}
    for line in file.read_text("utf-8").splitlines():
        cost, *words = line.split()
        costs.update(dict.fromkeys(words, int(cost)))
    return costs


def cut_names(text: str, start: int, end: int, words: Costs, offers: Offers) -> Spans:
    """Return the spans of the names on the cheapest way through `text[start:end]`.

    Example:
        >>> words = {"昨": 20, "天": 16, "昨天": 15, "王": 16, "明": 20}
        >>> cut_names("昨天王明", 0, 4, words, lambda at: [(4, 28)] if at == 2 else [])
        [(2, 4)]
    """
    size = end - start
    best = [0] + [1 << 30] * size
    back: list[tuple[int, bool]] = [(0, False)] * (size + 1)
    for at in range(size):
        here, place = best[at], start + at
        for length in range(1, min(_WORD_MAX, size - at) + 1):
            cost = words.get(text[place : place + length], UNKNOWN if length == 1 else None)
            if cost is not None and here + cost < best[at + length]:
                best[at + length], back[at + length] = here + cost, (at, False)
        for stop, cost in offers(place):
            to = stop - start
            if stop <= end and here + cost < best[to]:
                best[to], back[to] = here + cost, (at, True)
    spans = Spans()
    at = size
    while at:
        before, is_name = back[at]
        if is_name:
            spans.append((start + before, start + at))
        at = before
    return spans[::-1]
