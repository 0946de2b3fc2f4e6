"""Where in a long text a rule can fire: around what it needs, not in the pages between."""

import numpy as np
from numpy.typing import NDArray

from pipelines.filtering.privacy.prefilter import Needs, PlainText

Positions = NDArray[np.int64]
_ZERO, _NINE = ord("0"), ord("9")


class Places:
    """The places of digits and words in one text; each is looked for once for all rules.

    Args:
        text: the plain text, whole.
    """

    def __init__(self, text: PlainText) -> None:
        self._text = text
        codes = np.frombuffer(text.lower.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        self._digits: Positions = np.flatnonzero((codes >= _ZERO) & (codes <= _NINE))
        self._words: dict[str, Positions] = {}
        self._views: dict[Needs, PlainText] = {}

    def view(self, needs: Needs) -> PlainText:
        """Return the text with the parts in which each match of a rule lies whole.

        Rules with the same needs share one view, and what was read of it.
        """
        if needs.reach is None:
            return self._text
        if needs not in self._views:
            self._views[needs] = self._cut(needs, needs.reach)
        return self._views[needs]

    def _cut(self, needs: Needs, reach: int) -> PlainText:
        if needs.within is not None:
            first = self._digits[: max(0, len(self._digits) - needs.digits + 1)]
            last = self._digits[needs.digits - 1 :]
            is_near = last - first < needs.within
            return self._around(first[is_near], last[is_near], reach)
        held = [word for word in needs.any_of if word in self._text.lower]
        if not held:
            return self._text.at(())
        starts = [self._find(word) for word in held]
        ends = [found + len(word) for found, word in zip(starts, held, strict=True)]
        start, end = np.concatenate(starts), np.concatenate(ends)
        order = np.argsort(start, kind="stable")
        return self._around(start[order], np.maximum.accumulate(end[order]), reach)

    def _find(self, word: str) -> Positions:
        if word not in self._words:
            found, at, low = list[int](), self._text.lower.find(word), self._text.lower
            while at >= 0:
                found.append(at)
                at = low.find(word, at + 1)
            self._words[word] = np.array(found, dtype=np.int64)
        return self._words[word]

    def _around(self, first: Positions, last: Positions, reach: int) -> PlainText:
        """Return the text around spans that are ordered by both ends; parts that touch are one."""
        if not len(first):
            return self._text.at(())
        start, end = (
            np.maximum(first - reach, 0),
            np.minimum(last + 1 + reach, len(self._text.text)),
        )
        is_new = np.concatenate([[True], start[1:] > end[:-1]])
        is_last = np.concatenate([is_new[1:], [True]])
        return self._text.at(list(zip(start[is_new].tolist(), end[is_last].tolist(), strict=True)))
