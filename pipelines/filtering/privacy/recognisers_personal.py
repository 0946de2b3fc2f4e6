"""Rules for what tells who somebody is: names that are said."""

# ruff: noqa: RUF001, SIM905  a pattern or word list is read as one line

import re
from collections.abc import Iterator

from pipelines.filtering.privacy.fiction import FICTION
from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import Rule, Span

_NAME_WORD = r"(?!है|हैं|और|भी|क्या|नहीं|हूँ)[^\W\d_a-z][\w\u0900-\u0963'’.-]{0,24}"
_NAME = (
    rf"{_NAME_WORD}(?: (?:de |del |de la |da |dos |van |von |der |bin |al )?{_NAME_WORD}){{0,3}}"
)
_SAYS_NAME = re.compile(
    r"(?<!\w)(?i:my (?:full |real |first |last |nick|middle )?name(?: is|'s)|the name(?: is|'s)"
    r"|me llamo|mi nombre(?: completo| real)? es|mer[aei] (?:pura |poora |asli )?naam"
    r"|meu nome [eé]|je m'appelle|ich hei(?:ß|ss)e|mi chiamo|(?:my friends|everyone|everybody"
    r"|people|they|mis amigos|todos)(?: just| me)? (?:call me|calls me|llaman)"
    r"|मेरा (?:पूरा |असली )?नाम)\s{1,2}[\"'*]?"
    rf"(?P<name>{_NAME}|[^\W\d_A-Z][^\W\d_]{{1,20}}(?=\s?(?:[.,!?;\"*)\n]|\Z|and\b|but\b|y\b|hai\b"
    rf"|है|aur\b|और)))"
)
_NO_NAMES = frozenset(
    "a an the not in is on it too so very really what kya nahi your my his her their this that "
    "unknown secret important irrelevant taken cool weird strange "
    "funny pretty ugly common rare long short boring hard easy different spelled pronounced "
    "written mud none nothing everything no yes kuch bhi bhool bhi क्या नहीं "
    "un una el la muy no tan raro feo bonito".split()
)


def scan_names(text: PlainText) -> Iterator[Span]:
    """Find the name that somebody says is theirs, whatever a model thinks of it."""
    for match in text.matches(_SAYS_NAME, cased=True):
        said = match["name"].rstrip(".-'’")
        first = said.split()[0].lower()
        own = (
            not said.islower()
            or "call" not in match[0][: match.start("name") - match.start()].lower()
        )
        # "everyone calls me crazy"
        if len(said) > 1 and first not in _NO_NAMES and own and said.lower() not in FICTION:
            yield match.start("name"), match.start("name") + len(said), 0.9


PERSONAL_RULES = (
    Rule(
        "PERSON",
        Needs(
            any_of=(
                "name",
                "llam",
                "nombre",
                "naam",
                "call",
                "nome",
                "appelle",
                "hei",
                "chiamo",
                "नाम",
            ),
            reach=220,
        ),
        scan_names,
    ),
)
