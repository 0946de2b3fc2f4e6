"""A person joined to a way of finding that person is high risk; a person alone is not."""

import pytest

from pipelines.filtering.privacy.findings import Finding
from pipelines.filtering.privacy.linked_persons import find_joined


def found(text: str, **said: str) -> list[Finding]:
    """Return a finding of each type for its text."""
    return [
        Finding(kind, text.index(part), text.index(part) + len(part), 0.8)
        for kind, part in said.items()
    ]


@pytest.mark.parametrize(
    ("text", "said", "score"),
    [
        ("Ask Ann Lee, 555-0143, about it", {"PERSON": "Ann Lee", "PHONE_NUMBER": "555-0143"}, 0.8),
        ("9 Elm Road, Ann lives there", {"PERSON": "Ann", "STREET_ADDRESS": "9 Elm Road"}, 0.8),
        ("I'm Ann and I work at Contoso", {"PERSON": "Ann"}, 0.8),
        ("soy Ana y trabajo en Telmex", {"PERSON": "Ana"}, 0.8),
        ("I'm Ann", {"PERSON": "Ann"}, None),
        ("call 555-0143", {"PHONE_NUMBER": "555-0143"}, None),
        ("I'm Ann and I work at night", {"PERSON": "Ann"}, None),
        (
            "Ann sang." + " la" * 30 + " Hotline 555-0143",
            {"PERSON": "Ann", "PHONE_NUMBER": "555-0143"},
            None,
        ),
        ("ann@x.org", {"PERSON": "ann", "EMAIL_ADDRESS": "ann@x.org"}, None),
        ("Ann paid by card 4111", {"PERSON": "Ann", "CREDIT_CARD": "4111"}, None),
    ],
)
def test_near_means_the_same_breath(text: str, said: dict[str, str], score: float | None) -> None:
    """A singer and a hotline in two paragraphs are not linked; an address has an owner's name."""
    assert find_joined(text, found(text, **said)) == score


def test_the_surest_pair_counts_and_is_as_sure_as_its_weaker_half() -> None:
    """Policy compares one score with its cut."""
    text = "Ann 555-0143 Bo"
    findings = [
        Finding("PERSON", 0, 3, 0.3),
        Finding("PHONE_NUMBER", 4, 12, 0.9),
        Finding("PERSON", 13, 15, 0.7),
    ]

    assert find_joined(text, findings) == 0.7
