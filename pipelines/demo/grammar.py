"""Seeded grammars: rules written as text, told with a memory so that a chat stays about one thing."""

import random
import re
from collections.abc import Mapping, Sequence
from typing import NewType

Grammar = NewType("Grammar", dict[str, tuple[str, ...]])

_SLOT = re.compile(r"\{(~?)([a-z_.]+)\}")
_SENTENCE_START = re.compile(r"(?:^|[.!?¡¿] ?|\n)([a-zà-ÿ])")
_DEEPEST = 8  # levels; a rule that names itself would never end


def read_grammar(text: str) -> Grammar:
    """Read rules written as `symbol = first | second`; an indented line continues the rule above it.

    In an alternative, `{slot}` is drawn once for a conversation and then remembered, `{~slot}` is
    drawn anew each time.

    Raises:
        ValueError: a line is neither a rule nor a continuation, or a symbol is defined twice.
    """
    bodies: dict[str, str] = {}
    symbol = ""
    for line in filter(str.strip, text.splitlines()):
        head, equals, rest = line.partition(" = ")
        if line[0] != " " and equals and head not in bodies:
            symbol, bodies[head] = head, rest
        elif line[0] == " " and symbol:
            bodies[symbol] += " " + line.strip()
        else:
            message = f"no rule, no continuation, or a symbol for the second time: {line[:60]!r}"
            raise ValueError(message)
    return Grammar({name: _split(body) for name, body in bodies.items()})


class Telling:
    """One conversation's telling of a grammar: what it drew it remembers, what it said it avoids.

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
        """Return a text for the symbol, from an alternative not yet used here while there is one."""
        return self._say_one_of(self._grammar[symbol])

    def go_on(self, *symbols: str) -> str:
        """Say something unsaid that takes up only what was named before, from the first symbol that has it.

        Where none has, it is any alternative of the first symbol.
        """
        for symbol in symbols:
            known = [one for one in self._grammar[symbol] if one not in self._said and self._is_known(one)]
            if known:
                return self._say_one_of(known)
        return self.say(symbols[0])

    def _say_one_of(self, alternatives: Sequence[str]) -> str:
        chosen = self._chance.choice([one for one in alternatives if one not in self._said] or alternatives)
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


def _split(body: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in body.split(" | "))


def _capitalise(text: str) -> str:
    return _SENTENCE_START.sub(lambda match: match[0][:-1] + match[1].upper(), text)
