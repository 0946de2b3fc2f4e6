"""Rules for names of accounts beside the name of a network, in the words of every language."""

import re
from collections.abc import Iterator

from pipelines.filtering.privacy.identifier_words import read_words, spaced
from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import Rule, Span, literal, near

_WORDS = read_words("handle")
# Of a script that sets blanks between words
_LETTER = r"[^\W\d_\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"
_ENDING_LETTERS = 4  # of a name that may take an ending: "discordzie", "twitterku"
_LONG = [name for name in _WORDS["networks"] if len(name) >= _ENDING_LETTERS]
_ENDINGS = ("ku", "mu", "nya", "'m", "m", "'de", "de", "'da", "da")  # of Indonesian and Turkish
_NETWORK = (
    rf"(?<!{_LETTER})(?<![\w@.])(?:(?:{spaced(_LONG)}){_LETTER}{{0,3}}"
    rf"|(?:{spaced(_WORDS['networks'])})(?:{'|'.join(_ENDINGS)})?)(?!{_LETTER})"
    rf"|(?<![a-z])(?:{spaced(_WORDS['joined'])})"
)
_LINK = (
    rf"(?:[\s:?,]{{0,3}}(?:(?:{spaced(_WORDS['links'])})(?!{_LETTER})"
    rf"|{spaced(_WORDS['joined_links'])})){{0,4}}[\s:?「『]{{0,3}}"
)
_NAME = r"(?P<name>[@$]?[a-z0-9_][a-z0-9_.#-]{2,30})"
_TOLD = re.compile(rf"(?:{_NETWORK}){_LINK}{_NAME}")
_AT = re.compile(
    rf"(?<![a-z0-9_@.])(?P<before>@[a-z_][\w.]{{2,30}})(?=[^\n]{{0,30}}(?:{_NETWORK}))"
    rf"|(?:{_NETWORK})[^\n@]{{0,30}}(?<![a-z0-9_@.])(?P<behind>@[a-z_][\w.]{{2,30}})",
    re.ASCII,
)
_TAGGED = re.compile(
    r"(?<![\w#@.-])(?P<name>[\w\u0900-\u0dff.]{2,32}#(?:\d{4}|[a-z0-9]{3,5}))(?![a-z0-9_#])"
)
_SAYS_TAGGED = near(map(literal, _WORDS["tagged"]), before=80, after=30)
_MARKED = re.compile(
    r"(?<![\w@./#$-])(?:[a-z0-9.]{1,20}_[a-z0-9_.]{1,20}|[a-z]{4,20}[0-9]{2,4})(?![\w@#-]|\.[\w])"
)
_PRODUCTS = tuple(_WORDS["products"])
_SAYS_CODE = near(map(literal, _WORDS["codes"]), before=40, after=15)
_SAYS_NETWORK = near(
    [*(rf"{re.escape(n)}(?:[^\W\d_]){{0,3}}" for n in _LONG), *map(re.escape, _WORDS["joined"])],
    before=45,
    after=30,
)
_QQ = re.compile(
    r"(?<![a-z])(?:qq|扣扣)[号號]?[\s:是]{0,3}(?P<name>[1-9][0-9]{5,10})(?!\d)"
    r"|(?<!\w)(?:gg|gadu-gadu)(?: to|:)?\s?(?P<gadu>[1-9][0-9]{5,7})(?!\d)"
    r"|微信[号號][\s:是]{0,3}(?P<wechat>[a-z][a-z0-9_-]{5,19})",
)
_ENDING = re.compile(rf"\.(?:{spaced(_WORDS['endings'])})\Z")
_NO_NAMES = frozenset(_WORDS["no_names"])
_ACCOUNT = re.compile(r"account|handle|username|usuario")


def scan_told_handles(text: PlainText) -> Iterator[Span]:
    """Find what looks like an account, letters with marks or digits, behind a network's name."""
    for match in text.matches(_TOLD):
        start = match.start("name")
        said = match["name"].rstrip(".-")
        is_account = (
            said.startswith(("@", "$"))
            or _is_marked(said)
            or (_ACCOUNT.search(match[0][: start - match.start()]) and said not in _NO_NAMES)
        )
        if is_account and not _ENDING.search(said):
            yield start, start + len(said), 0.7
    for match in text.matches(_AT):
        group = "before" if match["before"] else "behind"
        start = match.start(group)
        yield start, start + len(match[group].rstrip(".")), 0.8


def scan_tagged(text: PlainText) -> Iterator[Span]:
    """Find "name#1234": beside a network's name, or where the name itself has a mark or a digit."""
    for match in text.matches(_TAGGED):
        name = match["name"].partition("#")[0]
        is_tag = match["name"][-4:].isdigit() and _is_marked(name)
        if is_tag or _SAYS_TAGGED(text, match.end(), match.end()):
            yield *match.span(), 0.75


def scan_marked(text: PlainText) -> Iterator[Span]:
    """Find names that only accounts have, "mossy_jon92", some words from a network's name."""
    for match in text.matches(_MARKED):
        start, end = match.span()
        end -= len(match[0]) - len(match[0].rstrip("._-"))
        is_thing = match[0].startswith(_PRODUCTS) or _SAYS_CODE(text, start, end)
        if not is_thing and _SAYS_NETWORK(text, start, end):
            yield start, end, 0.6


def _is_marked(said: str) -> bool:
    """Has it letters, and a digit or a mark inside?"""
    letters = sum(map(str.isalpha, said))
    return letters > 1 and len(said) > 4 and any(not c.isalpha() for c in said.strip("-."))  # noqa: PLR2004


def scan_numbers(text: PlainText) -> Iterator[Span]:
    """Find numbers of QQ and Gadu-Gadu, and names behind WeChat's own word for them."""
    for match in text.matches(_QQ):
        name = next(key for key, value in match.groupdict().items() if value)
        yield *match.span(name), 0.7


_SHORT = frozenset({"ig", "tg", "fb", "вк", "тг", "vk", "sc", "дс"})  # stand inside other words
# What may follow a network's name: a space, a link's sign, a bracket or the account itself.
_BEHIND = " \t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85:=-「『@_0123456789"
HANDLE_RULES = (
    Rule(
        "SOCIAL_HANDLE",
        Needs(any_of=tuple(sorted({*_WORDS["networks"], *_WORDS["joined"]} - _SHORT)), reach=150),
        scan_told_handles,
    ),
    Rule(
        "SOCIAL_HANDLE",
        Needs(
            any_of=tuple(
                f"{word}{sign}" for word in sorted(_SHORT) for sign in (*_BEHIND, *_ENDINGS)
            ),
            reach=150,
        ),
        scan_told_handles,
    ),
    Rule("SOCIAL_HANDLE", Needs(any_of=("#",), reach=60), scan_tagged),
    Rule(
        "SOCIAL_HANDLE",
        Needs(any_of=tuple(sorted({*_WORDS["networks"], *_WORDS["joined"]} - _SHORT)), reach=110),
        scan_marked,
    ),
    Rule(
        "SOCIAL_HANDLE", Needs(any_of=("qq", "扣扣", "微信", "gg", "gadu"), reach=40), scan_numbers
    ),
)
