"""The users: where they live, which language they write, and how they type."""

import math
import random
from dataclasses import dataclass

from pipelines.demo.chance import chance_for, opaque_id, pick

_USERS_PER_CONVERSATION = 0.6
_LOWER_CASE_SHARE, _NO_STOP_SHARE = 0.3, 0.4
_LANGUAGES = {"en": 0.48, "es": 0.24, "hi": 0.12, "hi-Latn": 0.16}
_LOCALES = {
    "en": {"en-US": 0.50, "en-GB": 0.17, "en-IN": 0.20, "en-CA": 0.07, "en-AU": 0.06},
    "es": {"es-MX": 0.42, "es-ES": 0.34, "es-AR": 0.13, "es-CO": 0.11},
    "hi": {"hi-IN": 1.0},
    "hi-Latn": {"hi-IN": 0.60, "en-IN": 0.40},
}


@dataclass(frozen=True, slots=True)
class TypingStyle:
    """How a user types, each a yes or a share of messages in [0, 1]."""

    lower_case: bool
    drops_stop: bool
    emoji_share: float
    typo_share: float


@dataclass(frozen=True, slots=True)
class User:
    """A user; `language` is what they write (`hi-Latn`: romanised Hindi), `locale` the client's."""

    user_id: str
    language: str
    locale: str
    typing: TypingStyle

    @property
    def declared_language(self) -> str:
        """The ISO 639-1 code that the client declares; for romanised Hindi, the locale's."""
        return self.locale[:2]


class Population:
    """The users of a seed, the same on every night; some of them chat far more than others.

    Args:
        seed: of the whole generator; the night has no part in it, so users come back.
        conversations: how many conversations they will hold in a night.
    """

    def __init__(self, seed: int, conversations: int) -> None:
        self._seed = seed
        self._users = range(max(1, math.ceil(_USERS_PER_CONVERSATION * conversations)))

    def draw(self, chance: random.Random) -> User:
        """Draw the user of one conversation."""
        return self._user(self._rank(chance.random()))

    def draw_speaker(self, chance: random.Random, language: str) -> User:
        """Draw a user of this language; after many attempts, the last one writes it once."""
        for _ in range(64):
            user = self.draw(chance)
            if user.language == language:
                return user
        return User(user.user_id, language, next(iter(_LOCALES[language])), user.typing)

    def _rank(self, share: float) -> int:
        """Return the rank where the cumulated weight 1 / (rank + n/8) ** 0.9 reaches a share."""
        flat, top = len(self._users) / 8, len(self._users)
        low, high = flat**0.1, (flat + top) ** 0.1
        return min(int((low + share * (high - low)) ** 10 - flat), top - 1)

    def _user(self, rank: int) -> User:
        chance = chance_for(self._seed, "user", rank)
        language = pick(chance, _LANGUAGES)
        typing = TypingStyle(
            lower_case=chance.random() < _LOWER_CASE_SHARE,
            drops_stop=chance.random() < _NO_STOP_SHARE,
            emoji_share=chance.choice((0.0, 0.0, 0.05, 0.3)),
            typo_share=chance.choice((0.0, 0.02, 0.1)),
        )
        return User(
            opaque_id("usr", self._seed, rank), language, pick(chance, _LOCALES[language]), typing
        )
