"""How a message looks once a real hand has typed it."""

import random

from pipelines.demo.users import Hand

_EMOJI = ("😂", "🙂", "😭", "❤️", "🙏", "😅", "✨", "😴", "🤔", "🎉", "👍", "🥲")
_SHORTEST_WORD = 5  # letters; below that a slip of two letters is not readable


def type_message(text: str, hand: Hand, chance: random.Random) -> str:
    """Return the text as this hand types it: case, the final stop, a slip, an emoji."""
    if chance.random() < hand.typo_share:
        text = slip(text, chance)
    if hand.lower_case:
        text = text.lower()
    if hand.drops_stop:
        text = text.rstrip(".।")
    if chance.random() < hand.emoji_share:
        text = f"{text} {chance.choice(_EMOJI)}"
    return text


def slip(text: str, chance: random.Random) -> str:
    """Swap two neighbouring letters inside one longer Latin word, where the text has one."""
    words = text.split(" ")
    long_words = [
        i for i, word in enumerate(words) if len(word) >= _SHORTEST_WORD and word.isalpha() and word.isascii()
    ]
    if not long_words:
        return text
    chosen = chance.choice(long_words)
    word, at = words[chosen], chance.randrange(1, len(words[chosen]) - 2)
    words[chosen] = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return " ".join(words)
