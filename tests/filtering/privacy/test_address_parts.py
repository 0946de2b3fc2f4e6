"""Sentences of our own in 17 languages: most addresses are found, ordinary numbers are not."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.filtering.privacy.rules import IdentifierRules

HERE = Path(__file__).parent
ADDRESSES = IdentifierRules(types=("STREET_ADDRESS",))
EVERYTHING = IdentifierRules()
RECALL_MIN = {"en": 0.45, "nl": 0.7, "de": 0.75, "fr": 0.75}


def read(name: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield language, label, text and what must be covered per line; empty = nothing."""
    code = ""
    for line in (HERE / name).read_text("utf-8").splitlines():
        if line.startswith("["):
            code = line[1:-1]
        elif line and not line.startswith("#"):
            sign, said = (line[0], line[2:]) if line[:2] in {"+ ", "- "} else ("+", line)
            telling = said[said.index("{") + 1 : said.index("}")] if sign == "+" else ""
            yield code, sign, said.replace("{", "").replace("}", ""), telling


def is_covered(text: str, telling: str) -> bool:
    """Say whether no letter or digit of the part to hide is left."""
    (findings,) = EVERYTHING.find([text])
    hidden = {place for f in findings or () for place in range(f.start, f.end)}
    at = text.index(telling)
    return {at + k for k, sign in enumerate(telling) if sign.isalnum()} <= hidden


LINES = [*read("address_sentences.txt"), *read("address_chats.txt")]


@pytest.mark.parametrize("code", sorted({line[0] for line in LINES if line[1] == "+"}))
def test_addresses_are_covered_whole_in_each_language(code: str) -> None:
    """A flat or a floor left next to the placeholder identifies the door."""
    told = [
        is_covered(text, telling) for c, sign, text, telling in LINES if c == code and sign == "+"
    ]

    assert sum(told) / len(told) >= RECALL_MIN.get(code, 0.8)


def test_ordinary_numbers_are_no_addresses() -> None:
    """Scores, prices, minutes and series contain the words of streets too."""
    texts = [(code, text) for code, sign, text, _ in LINES if sign == "-"]
    false = Counter(
        c
        for (c, _), found in zip(texts, ADDRESSES.find([t for _, t in texts]), strict=True)
        if found
    )

    assert sum(false.values()) <= 0.03 * len(texts)


def test_identifiers_beside_the_words_of_six_languages() -> None:
    """Such as "norek", "비번", "номер карты": the words that people use in chats."""
    told = [is_covered(text, telling) for _, _, text, telling in read("identifier_sentences.txt")]

    assert sum(told) / len(told) >= 0.93
