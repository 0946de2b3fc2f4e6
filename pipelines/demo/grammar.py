"""Seeded grammars: rules from files; slots keep their values, so a chat stays on one topic."""

import random
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipelines.word_files import read_word_file

Grammar = Mapping[str, Sequence[str]]
"""A rule's symbol, and its alternatives.

In an alternative, `{slot}` is drawn once for a conversation and then remembered, `{~slot}` is
drawn again each time.
"""
TEXTS = Path(__file__).parent / "texts"
LANGUAGES = ("en", "es", "hi", "hi-Latn")  # hi-Latn: Hindi in Latin letters

_SLOT = re.compile(r"\{(~?)([a-z_.]+)\}")
_SENTENCE_START = re.compile(r"(?:^|[.!?¡¿] ?|\n)([a-zà-ÿ])")
_DEEPEST = 8  # levels; a rule that names itself would never end


def read_grammar(kind: str, language: str) -> Grammar:
    """Return the grammar of a kind of text (`chat`, `pii`, `unsafe`) in one of `LANGUAGES`."""
    return read_word_file(TEXTS / kind / f"{language}.yaml")


class Speaker:
    """Writes texts by a grammar in one conversation: remembers what it drew, avoids repetition.

    Args:
        grammar: the rules.
        chance: the conversation's own seeded source of chance.
        known: slots that are fixed beforehand, such as the character's name.
    """

    def __init__(self, grammar: Grammar, chance: random.Random, known: Mapping[str, str]) -> None:
        self._grammar = grammar
        self._chance = chance
        self._memory = dict(known)
        self._said: set[str] = set()

    def say(self, symbol: str) -> str:
        """Return a text for the symbol; alternatives that were not used here yet come first."""
        return self._say_one_of(self._grammar[symbol])

    def go_on(self, *symbols: str) -> str:
        """Return an unused text about what the chat has named, from the first symbol with one.

        If no symbol has one, it is any text of the first symbol.
        """
        for symbol in symbols:
            known = [
                one
                for one in self._grammar[symbol]
                if one not in self._said and self._is_known(one)
            ]
            if known:
                return self._say_one_of(known)
        return self.say(symbols[0])

    def _say_one_of(self, alternatives: Sequence[str]) -> str:
        chosen = self._chance.choice(
            [one for one in alternatives if one not in self._said] or alternatives
        )
        self._said.add(chosen)
        return _capitalise(self._fill(chosen, _DEEPEST))

    def _is_known(self, template: str) -> bool:
        return all(fresh or name in self._memory for fresh, name in _SLOT.findall(template))

    def _fill(self, template: str, levels: int) -> str:
        return _SLOT.sub(
            lambda match: self._draw(match[2], fresh=bool(match[1]), levels=levels - 1), template
        )

    def _draw(self, symbol: str, *, fresh: bool, levels: int) -> str:
        if not fresh and symbol in self._memory:
            return self._memory[symbol]
        if levels < 0:
            message = f"the rule {symbol} names itself"
            raise ValueError(message)
        text = self._fill(self._chance.choice(self._grammar[symbol]), levels)
        if not fresh:
            self._memory[symbol] = text
        return text


def _capitalise(text: str) -> str:
    return _SENTENCE_START.sub(lambda match: match[0][:-1] + match[1].upper(), text)
