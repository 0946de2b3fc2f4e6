"""The grammars fill every slot, give every rule a voice, and repeat their words for a seed."""

import re

import pytest

from pipelines.demo.chance import chance_for
from pipelines.demo.conversations import JOB_SHARES
from pipelines.demo.grammar import LANGUAGES, Speaker, read_grammar

GIVEN = {"char"}
SPOKEN = {"reply.any", "greet", "close", "react", "aside.life", "aside.scene"} | {
    f"{turn}.{job}" for turn in ("open", "more", "reply") for job in JOB_SHARES
}


def test_a_slot_is_remembered_and_a_fresh_one_is_not() -> None:
    """A chat must stay on one topic: a cat does not become a dog."""
    say = "{pet} {pet} {~die}{~die}{~die}{~die}{~die}{~die}"
    grammar = {"say": [say], "pet": ["cat", "dog"], "die": ["1", "2"]}

    first, second, rolls = Speaker(grammar, chance_for(1), {}).say("say").split()

    assert first.lower() == second
    assert len(set(rolls)) == 2


def test_alternatives_come_up_once_before_any_comes_twice() -> None:
    """An assistant that repeats itself in three turns looks broken."""
    speaker = Speaker({"say": ["one", "two", "three"]}, chance_for(5), {})

    assert sorted(speaker.say("say") for _ in range(3)) == ["One", "Three", "Two"]


def test_going_on_takes_up_only_what_was_named() -> None:
    """An answer about a dog that nobody mentioned makes the demo's chats look random."""
    grammar = {
        "open": ["my {pet}"],
        "reply": ["your {dog}?", "your {pet}?", "right"],
        "spare": ["hm"],
        "pet": ["cat"],
        "dog": ["poodle"],
    }
    speaker = Speaker(grammar, chance_for(2), {})

    assert speaker.say("open") == "My cat"
    assert {speaker.go_on("reply", "spare") for _ in range(2)} == {"Your cat?", "Right"}
    assert [speaker.go_on("reply", "spare") for _ in range(2)] == ["Hm", "Your poodle?"]


def test_a_rule_that_names_itself_is_refused() -> None:
    """Without an end the generator would hang or overflow the stack."""
    with pytest.raises(ValueError, match="names itself"):
        Speaker({"a": ["{~a}"]}, chance_for(1), {}).say("a")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_slot_has_a_rule_and_every_rule_a_use(language: str) -> None:
    """A slot without values is a rare KeyError at night; an unused rule is dead text."""
    grammar = read_grammar("chat", language)
    slots = {
        name
        for body in grammar.values()
        for one in body
        for name in re.findall(r"\{~?([^{}]+)\}", one)
    }

    assert slots - GIVEN <= set(grammar)
    assert set(grammar) - slots == SPOKEN


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_written_in_its_script_and_complete(language: str) -> None:
    """A stray brace or a Latin word in Devanagari would be visible in the demo."""
    speaker = Speaker(read_grammar("chat", language), chance_for(3), {"char": "X"})
    texts = [speaker.say(symbol) for symbol in sorted(SPOKEN) for _ in range(10)]

    assert [text for text in texts if "{" in text or "}" in text or "|" in text] == []
    assert [any("\u0900" <= sign <= "\u097f" for sign in text) for text in texts] == [
        language == "hi"
    ] * len(texts)
