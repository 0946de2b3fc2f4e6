"""Near-duplicates: the small edits that make another person's prompt out of one.

Measured on MiniLM: of 150 planted pairs all have a cosine of 0.96 or more. A misspelt word moves it
too far (down to 0.87) and is therefore not used.
"""

import random
from collections.abc import Callable

SHORTEST_ORIGINAL = 60  # characters; in a shorter prompt one edit is a different question


def vary_prompt(prompt: str, chance: random.Random) -> str:
    """Return the prompt with one or two small edits; the result always differs from it."""
    varied = chance.choice(_WORDED + _SILENT)(prompt, chance)
    if chance.random() < 0.4 or varied == prompt:  # noqa: PLR2004  some carry two edits
        varied = chance.choice(_SILENT)(varied, chance)
    return varied if varied != prompt else f"{prompt} "


def _stress_end(prompt: str, chance: random.Random) -> str:
    return prompt.rstrip(".!?। ") + chance.choice(("!", "!!", "...", "?", "."))


def _add_emoji(prompt: str, chance: random.Random) -> str:
    return f"{prompt} {chance.choice('🙂😅🙏')}"


def _open_with_hey(prompt: str, _chance: random.Random) -> str:
    return f"hey, {prompt}"


def _lower(prompt: str, _chance: random.Random) -> str:
    return prompt.lower()


def _upper_first(prompt: str, _chance: random.Random) -> str:
    return prompt[:1].upper() + prompt[1:]


def _double_space(prompt: str, _chance: random.Random) -> str:
    return prompt.replace(" ", "  ", 2)


_Edit = Callable[[str, random.Random], str]
_WORDED: tuple[_Edit, ...] = (_stress_end, _add_emoji, _open_with_hey)
_SILENT: tuple[_Edit, ...] = (_lower, _upper_first, _double_space)  # the encoder cannot see these
