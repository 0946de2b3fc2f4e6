"""How a message looks once a person has typed it: case, stops, typos, emoji."""

import random

from pipelines.demo.users import TypingStyle

_EMOJI = ("😂", "🙂", "😭", "❤️", "🙏", "😅", "✨", "😴", "🤔", "🎉", "👍", "🥲")
_SHORTEST_WORD = 5  # letters; a typo in a shorter one makes it hard to read


def type_message(text: str, style: TypingStyle, chance: random.Random) -> str:
    """Return the text as this style types it: case, the final stop, a typo, an emoji."""
    if chance.random() < style.typo_share:
        text = _add_typo(text, chance)
    if style.lower_case:
        text = text.lower()
    if style.drops_stop:
        text = text.rstrip(".।")
    if chance.random() < style.emoji_share:
        text = f"{text} {chance.choice(_EMOJI)}"
    return text


def _add_typo(text: str, chance: random.Random) -> str:
    """Swap two neighbouring letters inside one longer Latin word, where the text has one."""
    words = text.split(" ")
    long_words = [
        i
        for i, word in enumerate(words)
        if len(word) >= _SHORTEST_WORD and word.isalpha() and word.isascii()
    ]
    if not long_words:
        return text
    chosen = chance.choice(long_words)
    word, at = words[chosen], chance.randrange(1, len(words[chosen]) - 2)
    words[chosen] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return " ".join(words)
