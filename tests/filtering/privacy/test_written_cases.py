"""Cases that testers wrote who had read no rule: identifiers over turns, masked, and lookalikes."""

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.filtering.privacy.across import lay_together, place_findings
from pipelines.filtering.privacy.rules import IdentifierRules

_RULES = IdentifierRules()
# Names are the entity model's; beside a card, a code drops the sample without being covered.
_BY_RULES = (
    "split_over_messages", "card_separators", "phone_forms", "email_typed", "payment_ids",
    "plate_coordinates", "national_ids_of_served_languages", "address_zh_ar", "secrets",
)  # fmt: skip
# What the rules alone miss, so that no one reads the figure as all: digits that are corrected
# later, names for mail in words, a host told first, words glued to digits.
_MISSED = frozenset({
    "split_over_messages-f47", "split_over_messages-f67", "split_over_messages-f71",
    "split_over_messages-g04", "email_typed-g22", "phone_forms-g18",
    "split_over_messages-f17",
    "split_over_messages-h00", "split_over_messages-h02",
    "split_over_messages-f29", "split_over_messages-f51", "split_over_messages-f53",
})  # fmt: skip
_CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "written_cases.jsonl").read_text("utf-8").splitlines()
]
_TOLD = [case for case in _CASES if case.get("must_cover") and case["kind"] in _BY_RULES]
_LOOKALIKES = [case for case in _CASES if case["kind"] in {"fp_numbers_phone", "fp_uuid_card"}]


def _left_of(case: dict[str, Any]) -> str:
    """Return the case's messages without what the rules find, alone and over turns."""
    texts = [message["content"] for message in case["messages"]]
    roles = [message["role"] for message in case["messages"]]
    alone = dict(zip(texts, _RULES.find(texts), strict=True))
    views = lay_together([(texts, roles)], alone)
    shown = [view.text for view in views]
    placed = place_findings(views, dict(zip(shown, _RULES.find(shown), strict=True)), [texts])
    found = [(i, f) for i, text in enumerate(texts) for f in alone[text] or ()]
    signs = [list(text) for text in texts]
    for message, finding in [*found, *(placed.get(0) or [])]:
        signs[message][finding.start : finding.end] = "\0" * (finding.end - finding.start)
    return "\n".join("".join(text) for text in signs)


@pytest.mark.parametrize("case", _TOLD, ids=lambda case: case["id"])
def test_no_letter_of_an_identifier_is_left(case: dict[str, Any]) -> None:
    """A number in parts, with masks or with words between is the number."""
    left = _left_of(case)

    kept = [said for said in map(str, case["must_cover"]) if said in left]
    assert bool(kept) == (case["id"] in _MISSED), kept


@pytest.mark.parametrize("case", _LOOKALIKES, ids=lambda case: case["id"])
def test_numbers_of_games_and_counts_are_left(case: dict[str, Any]) -> None:
    """Scores, draws, readings and sums over turns are nobody's."""
    assert "\0" not in _left_of(case)
