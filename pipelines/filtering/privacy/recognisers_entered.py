"""Rules for passwords that nobody calls so: what is entered into a network or a service.

"wifi at mine is HollowHouse and you get in with BlueTeapot!77": the words are in
`secret_words/networks.yaml`. A password has letters, digits and a sign, or it is a long word of
letters and digits behind a word for entering.
"""

import re
from collections.abc import Iterator

from pipelines.filtering.privacy.identifier_words import in_a_row
from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import Rule, Span, literal, near, stem
from pipelines.filtering.privacy.recogniser_cues import has_both, read_words

_WORDS = read_words("networks")
_FAR, _CLOSE = 90, 24  # characters in which a service, and a word for entering, stands
_LONG = 9
_TOKEN = re.compile(r"(?<![^\s\"'`«“(,:\uff1aはに输])[^\s\"'`«»“”,;:()<>/]{7,40}")
_SIGN = re.compile(r"[!#$%&*+=?@^~_-]")
_ENDINGS = "!*#"  # behind a password they belong to it, ".,?" do not


def _listed(apart: str, joined: str) -> list[str]:
    return [*map(literal, in_a_row(_WORDS[apart])), *map(re.escape, _WORDS[joined])]


_says_service = near(_listed("services", "joined"), before=_FAR)
_says_entering = near(_listed("entering", "joined_entering"), before=_CLOSE, after=12)
_THINGS = tuple(_WORDS["things"])


def scan_entered(text: PlainText) -> Iterator[Span]:
    """Find what is entered into a network or a service that was named before it."""
    for match in text.matches(_TOKEN, cased=True):
        said = match[0].rstrip(".,?\u2026")
        start, end = match.start(), match.start() + len(said)
        if (
            _is_password(said)
            and not said.lower().startswith(_THINGS)
            and _says_service(text, start, end)
            and _says_entering(text, start, end)
        ):
            yield start, end, 0.6


def _is_password(said: str) -> bool:
    """Has it letters, digits and a sign, or is it long? Most of its characters are ASCII."""
    if "." in said or sum(map(str.isascii, said)) <= len(said) // 2 or not has_both(said):
        return False
    is_signed = _SIGN.search(said.strip("-_?!")) is not None or said.endswith(tuple(_ENDINGS))
    return is_signed or len(said) >= _LONG


ENTERED_RULES = (
    Rule(
        "PASSWORD",
        Needs(
            digits=1,
            any_of=tuple(sorted({*map(stem, in_a_row(_WORDS["services"])), *_WORDS["joined"]})),
            reach=160,
        ),
        scan_entered,
    ),
)
