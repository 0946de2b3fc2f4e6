"""Secrets are found whole in every served language, and talk about secrets is left alone."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.filtering.privacy.prefilter import plain
from pipelines.filtering.privacy.recogniser_cues import Cues, read_words
from pipelines.filtering.privacy.recognisers_said_code import SAID_CODE_RULES
from pipelines.filtering.privacy.recognisers_secret import SECRET_RULES
from pipelines.filtering.privacy.recognisers_wallet import WALLET_RULES

RULES = (*SECRET_RULES, *SAID_CODE_RULES, *WALLET_RULES)
LINES = [
    line
    for line in (Path(__file__).parent / "secret_sentences.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
]
MARKED = re.compile("⟦(.*?)⟧")


def find_secrets(text: str) -> list[str]:
    """Return the findings of the rules whose required strings occur."""
    read = plain(text)
    met = [rule for rule in RULES if rule.needs.met_by(read)]
    return [text[start:end] for rule in met for start, end, _ in rule.spans(read)]


@pytest.mark.parametrize("line", [line for line in LINES if "⟦" in line])
def test_a_secret_is_covered_whole(line: str) -> None:
    """A character that is left narrows the guess; each language says it in its own order."""
    (secret,) = MARKED.findall(line)

    assert any(secret in said for said in find_secrets(MARKED.sub(r"\1", line)))


@pytest.mark.parametrize("line", [line for line in LINES if "⟦" not in line])
def test_talk_about_secrets_is_left(line: str) -> None:
    """A false password drops a good sample."""
    assert find_secrets(line) == []


@given(st.sampled_from([line for line in LINES if "⟦" in line]), st.text(max_size=30))
def test_what_follows_on_a_new_line_hides_no_secret(line: str, after: str) -> None:
    """Text after the secret is not part of it."""
    (secret,) = MARKED.findall(line)
    text = MARKED.sub(r"\1", line) + " \n\n" + after

    assert any(secret in said for said in find_secrets(text))


@given(st.lists(st.sampled_from(LINES), max_size=4).map("\n".join))
def test_the_needs_lose_no_secret(text: str) -> None:
    """The prefilter saves work and loses no finding."""
    read = plain(MARKED.sub(r"\1", text))
    for rule in RULES:
        assert rule.needs.met_by(read) or list(rule.spans(read)) == []


def test_a_short_cue_is_a_word_and_a_long_one_may_end_a_compound() -> None:
    """A "compass" holds no "pass", "Netflixpasswort" holds a password; Chinese sets no blanks."""
    cues = Cues(["pass", "passwort", "密码", "pin"])

    said = "compass pass netflixpasswort 我的密码 passen spin pin码"
    assert [m[0] for m in cues.find(plain(said))] == ["pass", "passwort", "密码", "pin"]


FORMS = [entry for entry in read_words("keys")["forms"] if "(?<=" not in entry["form"]]


@pytest.mark.parametrize("entry", FORMS, ids=lambda entry: entry["of"])
@settings(max_examples=5)
@given(data=st.data())
def test_a_key_of_every_form_holds_its_sign_and_is_found(
    entry: dict[str, str], data: st.DataObject
) -> None:
    """The prefilter looks for a substring; one that is not in every key would hide keys."""
    key = data.draw(st.from_regex(re.compile(entry["form"], re.ASCII), fullmatch=True))

    assert entry["sign"] in key.lower()
    assert any(key in said for said in find_secrets(f"use {key}\n"))
