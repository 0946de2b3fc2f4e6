"""Names as people type them in Korean, Japanese and Chinese chat, by sentences of our own."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest

from pipelines.filtering.privacy.cued_names import CuedNames, find_unspaced
from pipelines.filtering.privacy.evidence_words import NameLists
from pipelines.filtering.privacy.names_romanised import find_romanised

FOLDER = Path(__file__).parent
LEAST = {"korean": 0.95, "japanese": 0.90, "chinese": 0.85}
"""Share of the sentences with names in which all are hidden whole."""
MOST = {"korean": 0.04, "japanese": 0.04, "chinese": 0.09}
"""Share of the sentences without a name in which one is found."""


def sentences(language: str) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """Yield each sentence without its braces, and the spans that stood in them."""
    file = FOLDER / f"chat_names_{language}.txt"
    for line in file.read_text("utf-8").splitlines()[1:]:
        text, spans = "", []
        for part in re.split(r"(\{[^}]*\})", line):
            said = part.strip("{}")
            if part.startswith("{"):
                spans.append((len(text), len(text) + len(said)))
            text += said
        yield text, spans


def hidden(text: str) -> set[int]:
    """Return the places of a text that names cover."""
    return {place for start, end in find_unspaced(text) for place in range(start, end)}


def said_in(text: str) -> list[str]:
    """Return the names of a text."""
    return [text[start:end] for start, end in find_unspaced(text)]


@pytest.mark.parametrize("language", LEAST)
def test_most_names_of_chat_are_hidden_whole(language: str) -> None:
    """A given name alone, a family name with a title, a name with a particle: all are persons."""
    told = [(text, spans) for text, spans in sentences(language) if spans]
    whole = [
        all(text[p].isspace() or p in hidden(text) for a, b in spans for p in range(a, b))
        for text, spans in told
    ]

    assert len(told) > 150
    assert sum(whole) / len(whole) >= LEAST[language]


@pytest.mark.parametrize("language", MOST)
def test_few_words_of_chat_are_taken_for_names(language: str) -> None:
    """하늘, 光 and 高兴 are words far more often than persons."""
    plain = [text for text, spans in sentences(language) if not spans]
    false = sum(bool(find_unspaced(text)) for text in plain)

    assert len(plain) > 150
    assert false / len(plain) <= MOST[language]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("쩐 티 란 씨 오늘 쉬어요", ["쩐 티 란"]),
        ("응우옌 반 남 씨 비자 연장", ["응우옌 반 남"]),
        ("기범이라도 부를까", ["기범"]),
        ("사랑이라면 이렇게 해야지", []),
        ("동남아 여행 갈래", []),
        ("いとこの柚希が来る", ["柚希"]),
        ("ねえ剛、聞いてる?", ["剛"]),
        ("*湊が笑う*", ["湊"]),
        ("一ノ瀬くんは休み", ["一ノ瀬"]),
        ("私の愛が足りない", []),
        ("晨曦妈妈请我们吃饭", ["晨曦"]),
        ("今天胡军没来上班", ["胡军"]),
        ("高中同学聚会", []),
    ],
)
def test_a_name_is_told_by_what_stands_around(text: str, found: list[str]) -> None:
    """A particle, a relative, a call or a title says that a word is somebody."""
    assert said_in(text) == found


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("zh", "zhang wei还没回我消息", ["zhang wei"]),
        ("zh", "xiaoming你作业写完没", ["xiaoming"]),
        ("zh", "Amy Chen今天来", ["Amy Chen"]),
        ("zh", "ni hao吗", []),
        ("zh", "打开chrome看sunshine", []),
        ("zh", "我在shanghai出差", []),
        ("ko", "Lee Min-ho 좋아", ["Lee Min-ho"]),
        ("ko", "jihoon이 답장 안 해", ["jihoon"]),
        ("ko", "notion이 편해", []),
    ],
)
def test_a_name_in_latin_letters_is_of_its_syllables(
    language: Literal["ko", "zh"], text: str, found: list[str]
) -> None:
    """Who types a name in Latin letters hides it no better."""
    assert [text[a:b] for a, b in find_romanised(text, language)] == found


def test_a_listed_western_name_is_found_between_other_letters() -> None:
    """Offices in China call people Kevin; a brand or a common word is nobody."""
    lists = NameLists(frozenset({"grace"}), frozenset({"kevin", "grace", "siri"}), frozenset())
    cues = CuedNames(lists)

    assert cues.find("Kevin今天没来") == [(0, 5)]
    assert cues.find("Grace的作业Siri不会") == []
