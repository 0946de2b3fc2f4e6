"""Chats: a user, a character, a job to be done, and turns that stay on one topic."""

import itertools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from pipelines.demo.chance import chance_for, opaque_id, pick
from pipelines.demo.characters import Cast, Character
from pipelines.demo.grammar import Speaker, read_grammar
from pipelines.demo.typos import type_message
from pipelines.demo.users import Population, TypingStyle, User

JOB_SHARES: Mapping[str, float] = {
    "roleplay": 0.20,
    "romantic": 0.11,
    "advice": 0.14,
    "emotional_support": 0.11,
    "smalltalk": 0.11,
    "creative_writing": 0.10,
    "learning": 0.08,
    "entertainment": 0.07,
    "task_help": 0.04,
    "information": 0.04,
}
_SINGLE_TURN_SHARE = 0.24
_ONE_MORE_TURN_SHARE = 0.62
_MOST_TURNS = 12
_GREETING_SHARE = 0.15
_CLOSING_SHARE = 0.03
_REACTION_SHARE = 0.25
_ASIDE_SHARE = 0.65
_WANDERS_FROM = 24  # characters; a mere greeting gets no more words
_UNANSWERED_SHARE = 0.4  # of chats end with the user's turn
_SECONDS_OF_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Message:
    """One message: its role, its text, when it was sent."""

    role: str
    content: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Chat:
    """One conversation; `index` is its place in the night, `speaker` can add replies to it."""

    index: int
    conversation_id: str
    user: User
    character: Character
    job: str
    started_at: datetime
    messages: tuple[Message, ...]
    speaker: Speaker = field(repr=False)

    @property
    def user_places(self) -> list[int]:
        """Places in `messages` of the user's turns, in order."""
        return [place for place, message in enumerate(self.messages) if message.role == "user"]


class ChatGenerator:
    """Generates a night's chats from its users and cast; an index always gives the same chat.

    Args:
        seed: of the generator.
        night: the day in UTC on which every chat starts.
        conversations: of the night; it sets how many users there are.
    """

    def __init__(self, seed: int, night: date, conversations: int) -> None:
        self.seed = seed
        self.night = night
        self.population = Population(seed, conversations)
        self.cast = Cast()

    def generate(self, index: int) -> Chat:
        """Return the chat of an index: who, with whom, what about, how long."""
        chance = self.chance("chat", index)
        user = self.population.draw(chance)
        return self._chat(index, user, pick(chance, JOB_SHARES), chance, _count_turns(chance))

    def generate_about(self, index: int, prompt: str, like: Chat) -> Chat:
        """Return a chat that ends in `prompt`, by another user of the language of `like`."""
        chance = self.chance("echo", index)  # the word is part of the seed
        user = self.population.draw_speaker(chance, like.user.language)
        chat = self._chat(index, user, like.job, chance, turns=chance.choice((1, 2)))
        return replace_content(chat, chat.user_places[-1], prompt)

    def name(self, index: int) -> str:
        """Return the conversation's id; nights and seeds share none."""
        return opaque_id("conv", self.seed, self.night.isoformat(), index)

    def chance(self, purpose: str, index: int) -> random.Random:
        """Return the chance of one purpose and index in this night."""
        return chance_for(self.seed, self.night.isoformat(), purpose, index)

    def _chat(self, index: int, user: User, job: str, chance: random.Random, turns: int) -> Chat:
        character = self.cast.draw(chance, user.language)
        speaker = Speaker(read_grammar("chat", user.language), chance, {"char": character.name})
        started_at = self._start(chance)
        return Chat(
            index=index,
            conversation_id=self.name(index),
            user=user,
            character=character,
            job=job,
            started_at=started_at,
            messages=_send(
                _write_lines(speaker, job, turns, user.typing, chance), started_at, chance
            ),
            speaker=speaker,
        )

    def _start(self, chance: random.Random) -> datetime:
        """Draw a time of the night; evenings hold more chats than mornings."""
        midnight = datetime.combine(self.night, time(), UTC)
        return midnight + timedelta(
            seconds=int(chance.triangular(0, _SECONDS_OF_A_DAY - 1, 0.8 * _SECONDS_OF_A_DAY))
        )


def replace_content(chat: Chat, place: int, content: str) -> Chat:
    """Return the chat with another text at one place."""
    messages = list(chat.messages)
    messages[place] = replace(messages[place], content=content)
    return replace(chat, messages=tuple(messages))


def _count_turns(chance: random.Random) -> int:
    turns = 1
    if chance.random() >= _SINGLE_TURN_SHARE:
        turns += 1
        while turns < _MOST_TURNS and chance.random() < _ONE_MORE_TURN_SHARE:
            turns += 1
    return turns


def _write_lines(
    speaker: Speaker, job: str, turns: int, typing: TypingStyle, chance: random.Random
) -> list[tuple[str, str]]:
    """Return a chat as (role, text); the character may open it, the user may end it."""
    lines: list[tuple[str, str]] = []
    if chance.random() < _GREETING_SHARE:
        lines.append(("assistant", speaker.say("greet")))
    for turn in range(turns):
        said = _say_turn(speaker, _symbol(job, turn, turns, chance), chance)
        lines.append(("user", type_message(said, typing, chance)))
        lines.append(("assistant", speaker.go_on(f"reply.{job}", "reply.any")))
    if chance.random() < _UNANSWERED_SHARE:
        lines.pop()
    return lines


def _send(
    lines: Sequence[tuple[str, str]], started_at: datetime, chance: random.Random
) -> tuple[Message, ...]:
    gaps = (chance.randint(3, 90) for _ in lines)
    sent = itertools.accumulate(gaps, initial=0)
    return tuple(
        Message(role, content, started_at + timedelta(seconds=seconds))
        for (role, content), seconds in zip(lines, sent, strict=False)
    )


def _say_turn(speaker: Speaker, symbol: str, chance: random.Random) -> str:
    """Return a user turn; it may open with a reaction and, if long, leave the topic at the end."""
    said = speaker.say(symbol) if symbol.startswith("open.") else speaker.go_on(symbol)
    if symbol.startswith("more.") and chance.random() < _REACTION_SHARE:
        said = f"{speaker.say('react')}... {said}"
    if len(said) >= _WANDERS_FROM and chance.random() < _ASIDE_SHARE:
        said = (
            f"{said} {speaker.say('aside.scene' if symbol.endswith('roleplay') else 'aside.life')}"
        )
    return said


def _symbol(job: str, turn: int, turns: int, chance: random.Random) -> str:
    """Return what a user turn says: the opening, a follow-up, or at times a goodbye."""
    if turn == 0:
        return f"open.{job}"
    if turn == turns - 1 and chance.random() < _CLOSING_SHARE:
        return "close"
    return f"more.{job}"
