"""The grammars speak for the product: no loose slot, no rule without a voice, the same words for a seed."""

import re

import pytest

from pipelines.demo.chance import chance_for
from pipelines.demo.conversations import GRAMMARS, JOB_SHARES
from pipelines.demo.grammar import Telling, read_grammar

GIVEN = {"char"}
SPOKEN = {"reply.any", "greet", "close", "react", "aside.life", "aside.scene"} | {
    f"{turn}.{job}" for turn in ("open", "more", "reply") for job in JOB_SHARES
}


def test_a_slot_is_remembered_and_a_fresh_one_is_not() -> None:
    """A chat about a cat that turns into a dog is not a chat."""
    grammar = read_grammar(
        "say = {pet} {pet} {~die}{~die}{~die}{~die}{~die}{~die}\npet = cat | dog\ndie = 1 | 2"
    )

    first, second, rolls = Telling(grammar, chance_for(1), {}).say("say").split()

    assert first.lower() == second
    assert len(set(rolls)) == 2


def test_alternatives_come_up_once_before_any_comes_twice() -> None:
    """An assistant that repeats itself in three turns looks broken."""
    telling = Telling(read_grammar("say = one | two | three"), chance_for(5), {})

    assert sorted(telling.say("say") for _ in range(3)) == ["One", "Three", "Two"]


def test_going_on_takes_up_only_what_was_named() -> None:
    """An answer about a dog that nobody mentioned makes the demo's chats look random."""
    rules = "open = my {pet}\nreply = your {dog}? | your {pet}? | right\nspare = hm\npet = cat\ndog = poodle"
    telling = Telling(read_grammar(rules), chance_for(2), {})

    assert telling.say("open") == "My cat"
    assert {telling.go_on("reply", "spare") for _ in range(2)} == {"Your cat?", "Right"}
    assert [telling.go_on("reply", "spare") for _ in range(2)] == ["Hm", "Your poodle?"]


def test_an_indented_line_continues_the_rule_above() -> None:
    """Long rules are wrapped; a lost continuation would silently lose variety."""
    assert read_grammar("a = x | y\n  | z\nb = q") == {"a": ("x", "y", "z"), "b": ("q",)}


@pytest.mark.parametrize("text", ["a = x\na = y", "  | y", "just words"])
def test_a_line_that_is_no_rule_is_refused(text: str) -> None:
    """A rule defined twice would hide the first one's texts."""
    with pytest.raises(ValueError, match="no rule"):
        read_grammar(text)


def test_a_rule_that_names_itself_is_refused() -> None:
    """Without an end the generator would hang or overflow the stack."""
    with pytest.raises(ValueError, match="names itself"):
        Telling(read_grammar("a = {~a}"), chance_for(1), {}).say("a")


@pytest.mark.parametrize("language", list(GRAMMARS))
def test_every_slot_has_a_rule_and_every_rule_a_use(language: str) -> None:
    """A loose slot is a KeyError on one night in a thousand; an unused rule is dead text."""
    grammar = GRAMMARS[language]
    slots = {name for body in grammar.values() for one in body for name in re.findall(r"\{~?([^{}]+)\}", one)}

    assert slots - GIVEN <= set(grammar)
    assert set(grammar) - slots == SPOKEN


@pytest.mark.parametrize("language", list(GRAMMARS))
def test_every_text_is_written_in_its_script_and_complete(language: str) -> None:
    """A stray brace or a Latin word in Devanagari would stand in the demo for all to see."""
    telling = Telling(GRAMMARS[language], chance_for(3), {"char": "X"})
    texts = [telling.say(symbol) for symbol in sorted(SPOKEN) for _ in range(10)]

    assert [text for text in texts if "{" in text or "}" in text or "|" in text] == []
    assert [any("\u0900" <= sign <= "\u097f" for sign in text) for text in texts] == [language == "hi"] * len(
        texts
    )
