"""Rows of a night with what is planted in them, and the truth about it."""

import random
from dataclasses import dataclass, field
from typing import Any

from pipelines.demo.chance import opaque_id
from pipelines.demo.conversations import Chat, ChatGenerator, replace_content
from pipelines.demo.malformed import Row, break_row
from pipelines.demo.near_duplicates import SHORTEST_ORIGINAL, vary_prompt
from pipelines.demo.plan import Defect, PlantingPlan
from pipelines.demo.planted_pii import plant_pii
from pipelines.demo.rewards import RM_VERSION, draw_rewards
from pipelines.demo.unsafe_texts import draw_unsafe

_EARLIER_PROMPT_SHARE = 0.15
_IN_PROMPT_SHARE = 0.7
_REPEATED_SHARE = 0.2  # of identifiers that the assistant says again
_INTERNAL_SHARE = 0.08
_KNOWN_JOB_SHARE = 0.2
_KNOWN_QUALITY_SHARE = 0.15
_NO_LOCALE_SHARE = 0.01
_NO_LANGUAGE_SHARE = 0.03
_SIGNAL_SHARE = 0.25


@dataclass(slots=True)
class Rows:
    """Rows of the three tables, in the order in which they were written."""

    traffic: list[Row] = field(default_factory=list)
    scores: list[Row] = field(default_factory=list)
    truth: list[Row] = field(default_factory=list)

    def plant(
        self, conversation_id: str, kind: str, value: str | None, of: str | None = None
    ) -> None:
        """Add a row of truth."""
        self.truth.append(
            {"conversation_id": conversation_id, "kind": kind, "value": value, "of": of}
        )


class Writer:
    """Writes a night's rows; those of an index depend on chats, plan and index alone."""

    def __init__(self, chats: ChatGenerator, plan: PlantingPlan) -> None:
        self._chats = chats
        self._plan = plan

    def write(self, indexes: range) -> Rows:
        """Return the rows of these indexes: one of traffic each, and what belongs to it."""
        rows = Rows()
        for index in indexes:
            if index in self._plan.defects:
                self._write_malformed(index, rows)
            else:
                self._write_chat(index, rows)
        return rows

    def _write_chat(self, index: int, rows: Rows) -> None:
        chance = self._chats.chance("plant", index)
        chat = (
            self._repeat(index, chance, rows)
            if index in self._plan.near_duplicates
            else self._chats.generate(index)
        )
        turn = self._prompt_turn(chat)
        if index in self._plan.privacy:
            chat = _plant_pii(chat, turn, chance, rows)
        if index in self._plan.unsafe:
            chat = _plant_unsafe(chat, turn, chance, rows)
        rows.traffic.append(_traffic_row(chat, self._chats.chance("row", index)))
        if index in self._plan.levels:
            level = self._plan.levels[index]
            rows.plant(chat.conversation_id, "difficulty", level)
            rows.scores.extend(_score_rows(chat, level, turn, self._chats.chance("rewards", index)))

    def _write_malformed(self, index: int, rows: Rows) -> None:
        defect = self._plan.defects[index]
        row = _traffic_row(self._chats.generate(index), self._chats.chance("row", index))
        if index in self._plan.copied_ids:
            rows.traffic.append(
                row | {"conversation_id": self._chats.name(self._plan.copied_ids[index])}
            )
            return  # the truth is stored once, with the row whose id this one takes
        if defect is not Defect.DUPLICATE_ID:
            row = break_row(row, defect)
        rows.traffic.append(row)
        rows.plant(row["conversation_id"], "malformed", str(defect))

    def _repeat(self, index: int, chance: random.Random, rows: Rows) -> Chat:
        for candidate in self._plan.originals(index):
            original = self._chats.generate(candidate)
            prompt = original.messages[original.user_places[self._prompt_turn(original)]].content
            if len(prompt) >= SHORTEST_ORIGINAL:
                repeated = self._chats.generate_about(
                    index, vary_prompt(prompt, chance), like=original
                )
                rows.plant(
                    repeated.conversation_id, "near_duplicate", None, original.conversation_id
                )
                return repeated
        return self._chats.generate(index)  # a night too small to hold a prompt worth repeating

    def _prompt_turn(self, chat: Chat) -> int:
        """Return which user turn is the prompt: the last, or an earlier one with scores."""
        last = len(chat.user_places) - 1
        chance = self._chats.chance("prompt", chat.index)
        if chat.index in self._plan.levels and chat.index not in self._plan.near_duplicates:
            return chance.randint(0, last) if chance.random() < _EARLIER_PROMPT_SHARE else last
        return last


def _plant_pii(chat: Chat, turn: int, chance: random.Random, rows: Rows) -> Chat:
    pii = plant_pii(chat.user.language, chat.user.locale, chance)
    place = chat.user_places[
        turn if chance.random() < _IN_PROMPT_SHARE else chance.randint(0, turn)
    ]
    said = chat.messages[place].content
    # Mostly last.
    parts = (said, pii.sentence) if chance.random() < 0.7 else (pii.sentence, said)  # noqa: PLR2004
    chat = replace_content(chat, place, " ".join(parts))
    if place + 1 < len(chat.messages) and chance.random() < _REPEATED_SHARE:
        chat = replace_content(
            chat, place + 1, f"{pii.values[-1]} ✓ {chat.messages[place + 1].content}"
        )
    for value in pii.values:
        rows.plant(chat.conversation_id, "privacy", value)
    return chat


def _plant_unsafe(chat: Chat, turn: int, chance: random.Random, rows: Rows) -> Chat:
    unsafe = draw_unsafe(chat.user.language, chance)
    place = chat.user_places[
        turn if chance.random() < _IN_PROMPT_SHARE else chance.randint(0, turn)
    ]
    said = chat.messages[place].content
    # Mostly alone.
    text = unsafe.text if chance.random() < 0.6 else f"{said} {unsafe.text}"  # noqa: PLR2004
    rows.plant(chat.conversation_id, "unsafe", unsafe.category)
    return replace_content(chat, place, text)


def _score_rows(chat: Chat, level: str, turn: int, chance: random.Random) -> list[Row]:
    return [
        {
            "conversation_id": chat.conversation_id,
            "turn_index": turn,
            "response_id": opaque_id("resp", chat.conversation_id, number),
            "policy_version": reward.policy_version,
            "response": chat.speaker.go_on(f"reply.{chat.job}", "reply.any"),
            "rm_version": RM_VERSION,
            "score": reward.score,
        }
        for number, reward in enumerate(draw_rewards(level, chat.job, turn, chance))
    ]


def _traffic_row(chat: Chat, chance: random.Random) -> Row:
    user, character = chat.user, chat.character
    return {
        "conversation_id": chat.conversation_id,
        "user_id": user.user_id,
        "character_id": character.character_id,
        "character_name": character.name,
        "character_instructions": character.instructions,
        "locale": None if chance.random() < _NO_LOCALE_SHARE else user.locale,
        "language": None if chance.random() < _NO_LANGUAGE_SHARE else user.declared_language,
        "source": "internal" if chance.random() < _INTERNAL_SHARE else "user",
        "model_version": chance.choice(("flywheel-v7", "flywheel-v8", "flywheel-v8")),
        "started_at": chat.started_at,
        "messages": [
            {"role": message.role, "content": message.content, "created_at": message.created_at}
            for message in chat.messages
        ],
        "jtbd": chat.job if chance.random() < _KNOWN_JOB_SHARE else None,
        "quality": round(chance.betavariate(5, 2), 4)
        if chance.random() < _KNOWN_QUALITY_SHARE
        else None,
        "signals": _signals(chance),
    }


def _signals(
    chance: random.Random,
) -> dict[str, Any] | None:  # Any: the struct's fields differ in type
    if chance.random() >= _SIGNAL_SHARE:
        return None
    liked = chance.random()
    return {
        "continued": chance.random() < 0.6,  # noqa: PLR2004  most chats go on
        "love": liked > 0.85,  # noqa: PLR2004  top of a uniform draw
        "thumb_up": liked > 0.6,  # noqa: PLR2004
        "thumb_down": liked < 0.1,  # noqa: PLR2004
        "feedback": chance.choice((None, None, "too long", "funny", "off topic", "repeats itself")),
    }
