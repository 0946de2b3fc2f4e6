"""Rules for secrets: passwords said in words, keys and tokens by form."""

# ruff: noqa: E501, SIM905  a pattern or word list is read as one line

import math
import re
from collections import Counter
from collections.abc import Iterator

from pipelines.filtering.recogniser import Rule, Span, by_pattern
from pipelines.filtering.screen import Needs, PlainText

_ITS_NAMES = r"pass ?word|passwd|passcode|passphrase|pwd|contraseñ?a|clave(?: secreta)?|senha|passwort|kennwort|mot de passe|पासवर्ड|पिन|pin(?: code| number)?"
_PASSWORD = re.compile(
    rf"(?<!\w)(?:{_ITS_NAMES})(?: (?:for|to|of|de|del|para|ka|का) [\w.@-]{{1,30}}(?: [\w.@-]{{1,30}})?)?"
    r"(?:\s{0,2}(?:is still|is now|is|was|es|era|hai|है|to|[:=]|->)){1,2}\s{0,2}[\"'`«“]?([^\s\"'`»”,;<>]{4,64})"
)
_PASSWORD_HINDI = re.compile(
    rf"(?<!\w)(?:{_ITS_NAMES})\s{{1,2}}[\"'`]?([^\s\"'`,;<>]{{4,64}})[\"'`]?\s{{1,2}}(?:hai|h|hain|है)(?!\w)"
)
_MINE = re.compile(
    r"(?<!\w)(?:my|our|his|her|mi|mera|mere|meri|hamara|mein|minha|mon|मेरा|मेरी|your new|the new)\s[^\n.!?]{0,30}\Z"
)
_NOT_SECRET = frozenset(
    "required incorrect wrong invalid correct expired needed secure weak strong encrypted stored hashed protected something forgotten lost leaked stolen "
    "changed changing reset different same really very always never been being that this what your like also just good great only used obligatoria "
    "incorrecta importante secreta segura galat sahi kya kaun bhool mandatory optional empty missing important hidden hard easy simple password "
    "access unlock open login enter log make have keep become known unknown where when which because about would could should compromised "
    "too long short blank case-sensitive set not the please necessary safe visible set stop work from".split()
)
_KEY = (
    r"(?<![\w-])(?:sk-(?:proj-|ant-|live-)?[A-Za-z0-9_-]{20,200}|[sr]k_(?:live|test)_[A-Za-z0-9]{16,120}|gh[pousr]_[A-Za-z0-9]{30,255}|github_pat_[A-Za-z0-9_]{30,255}"
    r"|(?:AKIA|ASIA)[A-Z0-9]{16}|AIza[A-Za-z0-9_-]{35}|xox[abprs]-[A-Za-z0-9-]{10,200}|glpat-[A-Za-z0-9_-]{20,60}|hf_[A-Za-z0-9]{30,60}|npm_[A-Za-z0-9]{36}"
    r"|SG\.[A-Za-z0-9_-]{16,64}\.[A-Za-z0-9_-]{16,64}|eyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10,2000}"
    r"|-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----[A-Za-z0-9+/=\s]{0,5000}(?:-----END [A-Z ]{0,20}PRIVATE KEY-----)?)"
)
_KEY_SIGNS = (
    "sk-",
    "k_live_",
    "k_test_",
    "gh",
    "github_pat_",
    "akia",
    "asia",
    "aiza",
    "xox",
    "glpat-",
    "hf_",
    "npm_",
    "sg.",
    "eyj",
    "private key",
)
_KEY_SAID = re.compile(
    r"(?<!\w)(?:api|access|secret|auth|private|bearer|client|aws|stripe|openai|clave|llave)?[ _-]{0,2}(?:api[ _-]?key|key|token|secret|clave de api)"
    r"(?:\s{0,2}(?:is|es|hai|to|[:=])){1,2}\s{0,2}[\"'`]?([a-z0-9_./+=-]{16,200})"
)
_BITS_MIN = 3.0  # Shannon entropy per character: words lie below, keys above


def scan_passwords(text: PlainText) -> Iterator[Span]:
    """Find what is called a password: with a digit or mark in it, or called somebody's own."""
    for pattern in (_PASSWORD, _PASSWORD_HINDI):
        for match in text.matches(pattern):
            start = match.start(1)
            said = match[1].rstrip(".?)]")
            marked = any(not c.isalpha() for c in said.strip("*.'-_"))
            own = _MINE.search(text.lower, max(0, match.start() - 45), match.start()) is not None
            if len(said) > 3 and said not in _NOT_SECRET and (marked or own) and said.strip("*x_."):  # noqa: PLR2004
                yield start, start + len(said), 0.9 if marked else 0.7


def scan_said_keys(text: PlainText) -> Iterator[Span]:
    """Find what is called a key or token and looks like chance, not like words."""
    for match in text.matches(_KEY_SAID):
        said = match[1]
        if any(c.isdigit() for c in said) and any(c.isalpha() for c in said) and _bits(said) >= _BITS_MIN:
            yield *match.span(1), 0.8


def _bits(said: str) -> float:
    shares = [count / len(said) for count in Counter(said).values()]
    return -sum(share * math.log2(share) for share in shares)


SECRET_RULES = (
    Rule(
        "PASSWORD",
        Needs(
            any_of=("pass", "pwd", "contrase", "clave", "senha", "kennwort", "पासवर्ड", "पिन", "pin"),
            reach=240,
        ),
        scan_passwords,
    ),
    Rule("API_KEY", Needs(any_of=_KEY_SIGNS), by_pattern(_KEY, 0.95, cased=True)),
    Rule("API_KEY", Needs(digits=1, any_of=("key", "token", "secret", "clave"), reach=260), scan_said_keys),
)
