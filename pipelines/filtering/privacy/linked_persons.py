"""Who is named and where to find that person in one breath: together they are risky."""

import re
from collections.abc import Sequence

from pipelines.filtering.privacy.findings import Finding

CONTACTS = frozenset({"EMAIL_ADDRESS", "PHONE_NUMBER", "SOCIAL_HANDLE", "STREET_ADDRESS"})
"""Types that lead to a person."""
_NEAR_CHARS = 60
_EMPLOYED = re.compile(
    r"(?i:\b(?:(?:i|he|she|they|who)(?:'m|'s|\u2019m|\u2019s| am| is| are| was)?(?: also| now"
    r"| still)? (?:work(?:s|ed|ing)?|employed) (?:at|for|by)(?: the)?"
    r"|trabaj(?:o|a|aba|é|ó|ando) (?:en|para)(?: la| el)?|(?:ceo|manager|engineer|nurse|teacher"
    r"|accountant|director|clerk) (?:at|of)(?: the)?)) "
    r"[A-ZÁÉÍÓÚÑ][\w&.-]{1,30}"
    r"|[A-Z][\w&.-]{1,30} (?:mein|me|main) (?:kaam|naukri|job) kart[aie]"
)


def find_joined(text: str, findings: Sequence[Finding]) -> float | None:
    """Return the score of a person who stands near a contact or an employer; None = nobody does.

    Near is within 60 characters on one message, so that a page that names a singer and, far below,
    a hotline is none. The score is the less sure one of the two, the surest pair of all.

    Args:
        text: one message.
        findings: in it, of all models.
    """
    persons = [f for f in findings if f.entity_type == "PERSON"]
    if not persons:
        return None
    others = [(f.start, f.end, f.score) for f in findings if f.entity_type in CONTACTS]
    others += [(*match.span(), 1.0) for match in _EMPLOYED.finditer(text)]
    pairs = (
        min(person.score, score)
        for person in persons
        for start, end, score in others
        if max(start - person.end, person.start - end) <= _NEAR_CHARS
        and not (start < person.end and person.start < end)
    )
    return max(pairs, default=None)
