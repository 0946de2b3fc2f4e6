"""Rules for names of accounts behind the name of a network, in the words of every language."""

import re
from collections.abc import Iterator

from pipelines.filtering.privacy.identifier_words import read_words, spaced
from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import Rule, Span

_WORDS = read_words("handle")
_LETTER = r"[^\W\d_]"
_LINK = (
    rf"(?:[\s:]{{0,2}}(?:(?:{spaced(_WORDS['links'])})(?!{_LETTER})"
    rf"|{spaced(_WORDS['joined_links'])})){{0,4}}[\s:「『]{{0,3}}"
)
_NAME = r"(?P<name>@?[a-z0-9_][a-z0-9_.#-]{2,30})"
_TOLD = re.compile(
    rf"(?:(?<!{_LETTER})(?<![\w@.])(?:{spaced(_WORDS['networks'])})(?!{_LETTER})"
    rf"|(?<![a-z])(?:{spaced(_WORDS['joined'])})){_LINK}{_NAME}",
)
_QQ = re.compile(
    r"(?<![a-z])(?:qq|扣扣)[号號]?[\s:是]{0,3}(?P<name>[1-9][0-9]{5,10})(?!\d)"
    r"|微信[号號][\s:是]{0,3}(?P<wechat>[a-z][a-z0-9_-]{5,19})",
)
_ENDING = re.compile(rf"\.(?:{spaced(_WORDS['endings'])})\Z")


def scan_told_handles(text: PlainText) -> Iterator[Span]:
    """Find what looks like an account, letters with marks or digits, behind a network's name."""
    for match in text.matches(_TOLD):
        start = match.start("name")
        said = match["name"].rstrip(".-")
        is_account = said.startswith("@") or _is_marked(said)
        if is_account and not _ENDING.search(said):
            yield start, start + len(said), 0.7


def _is_marked(said: str) -> bool:
    """Has it letters, and a digit or a mark inside?"""
    letters = sum(map(str.isalpha, said))
    return letters > 1 and len(said) > 4 and any(not c.isalpha() for c in said.strip("-."))  # noqa: PLR2004


def scan_numbers(text: PlainText) -> Iterator[Span]:
    """Find numbers of QQ and names behind WeChat's own word for them."""
    for match in text.matches(_QQ):
        yield *match.span("name" if match["name"] else "wechat"), 0.7


_SHORT = frozenset({"ig", "tg", "fb", "вк", "тг", "vk"})  # stand inside other words, "wx" does not
# What may follow a network's name: a space, a link's sign, a bracket or the account itself.
_BEHIND = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85:=-「『@_0123456789"
HANDLE_RULES = (
    Rule(
        "SOCIAL_HANDLE",
        Needs(any_of=tuple(sorted({*_WORDS["networks"], *_WORDS["joined"]} - _SHORT)), reach=120),
        scan_told_handles,
    ),
    Rule(
        "SOCIAL_HANDLE",
        Needs(
            any_of=tuple(f"{word}{sign}" for word in sorted(_SHORT) for sign in _BEHIND),
            reach=120,
        ),
        scan_told_handles,
    ),
    Rule("SOCIAL_HANDLE", Needs(any_of=("qq", "扣扣", "微信"), reach=40), scan_numbers),
)
