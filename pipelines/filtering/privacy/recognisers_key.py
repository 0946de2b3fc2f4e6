"""Rules for keys and tokens: by form, by what they are called, in settings of programs.

The forms and words stand in `secret_words/keys.yaml`.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator

from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import Rule, Span
from pipelines.filtering.privacy.recogniser_cues import any_of, has_both, read_words, stems

CODE_LIKE = re.compile(
    r"[$%{\[<)\\/]|[\w.]{1,60}[(\[]|(?:[a-z_]{1,30}\.){1,4}[a-z_]{1,30}\Z|[*x•.#_-]{1,64}\Z|(?:your"
    r"|my|the|some)[_-]|https?:"
)
"""What stands where a value would and is none: a variable, a call, a path, a mask."""
NOT_SECRET = frozenset(
    word
    for words in read_words("passwords")["not_secret"].values()
    for word in (words if isinstance(words, list) else words.split())
)
"""Words that are said of a password, in every language; none of them is one."""


_K = read_words("keys")
_KEY_EDGE = r"(?<![A-Za-z0-9_])"
_KEY = re.compile(_KEY_EDGE + "(?:" + "|".join(entry["form"] for entry in _K["forms"]) + ")")
_KEY_SIGNS = tuple(dict.fromkeys(entry["sign"] for entry in _K["forms"]))
_KEY_SAID = re.compile(
    rf"(?:{any_of(_K['said'])})(?:_[a-z0-9]{{1,20}}){{0,3}}[\"'\])]{{0,2}}"
    rf"(?:\s{{0,2}}(?:{any_of(_K['links'])}|->|=>|:=|[:=]){{1,2}}|\s)\s{{0,2}}[\"'`]?(?:bearer "
    rf"|basic )?(?P<value>[a-z0-9_./+=~-]{{16,400}})"
)
_NAMED = re.compile(
    r"(?:_secret|_token|_key|_auth|_credentials|apikey|passwd|_pass|_pwd)(?:_[a-z0-9]{1,20}){0,2}"
    r"[\"']?\s?[:=]\s?[\"']?(?P<value>[^\s\"',;<>(){}\[\]$]{6,200})"
)
_IN_ADDRESS = re.compile(
    r"(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,20}://[^\s:/@\"'<>]{0,64}:(?P<value>[^\s/@\"'<>]{3,100})@"
    r"(?=[\w.\[-])"
)
_IN_SETTINGS = re.compile(r"(?:password|pwd)\s?=\s?(?P<value>[^\s;\"'<>]{3,100})(?=;|\s|\"|'|\Z)")
_QUOTED = re.compile(  # a passphrase with blanks
    r"(?:passwd|password|passphrase|_pass|_pwd)[\"']?\s?[:=]\s?(?P<mark>[\"'])"
    r"(?P<value>[^\"'\n;<>(){}\[\]$]{6,100})(?P=mark)"
)
# "curl -u name:secret"; a user and group of numbers ("-u 1000:1000") has no letters
_IN_COMMAND = re.compile(
    r"(?<![\w-])(?:-u|--user|--proxy-user)[ =][\"']?[^\s:\"'<>]{1,64}:(?P<value>[^\s\"'<>]{4,100})"
)
_ALONE = re.compile(r"(?<![A-Za-z0-9/+=_.-])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=_-])")
_BITS_MIN = 3.0  # Shannon entropy per character: words lie below, keys above
_BITS_ALONE_MIN = 4.3


def scan_forms(text: PlainText) -> Iterator[Span]:
    """Find keys and tokens that are known by their form."""
    for match in text.matches(_KEY, cased=True):
        yield *match.span(), 0.95


def scan_said_keys(text: PlainText) -> Iterator[Span]:
    """Find what is called a key or token and looks like chance, not like words."""
    for match in text.matches(_KEY_SAID):
        said = match["value"].rstrip(".")
        if (
            has_both(said)
            and _bits(said) >= _BITS_MIN
            and not text.lower.startswith("(", match.end("value"))
        ):
            yield match.start("value"), match.start("value") + len(said), 0.8


def scan_settings(text: PlainText) -> Iterator[Span]:
    """Find what programs are told: `APP_SECRET=…`, `postgres://user:…@host`, `curl -u user:…`."""
    for pattern in (_NAMED, _IN_ADDRESS, _IN_SETTINGS, _IN_COMMAND, _QUOTED):
        for match in text.matches(pattern):
            said = match["value"].rstrip(".")
            if (
                said not in NOT_SECRET
                and not CODE_LIKE.match(said)
                and (has_both(said) or pattern is _IN_ADDRESS)
            ):
                yield match.start("value"), match.start("value") + len(said), 0.85


def scan_alone(text: PlainText) -> Iterator[Span]:
    """Find a cloud secret that nobody names: forty characters of base 64."""
    for match in text.matches(_ALONE, cased=True):
        said = match[0]
        kinds = (str.isdigit, str.isupper, str.islower)
        if all(any(map(kind, said)) for kind in kinds) and _bits(said) >= _BITS_ALONE_MIN:
            yield *match.span(), 0.75


def _bits(said: str) -> float:
    shares = [count / len(said) for count in Counter(said).values()]
    return -sum(share * math.log2(share) for share in shares)


KEY_RULES = (
    Rule("API_KEY", Needs(any_of=_KEY_SIGNS), scan_forms),
    Rule("API_KEY", Needs(digits=1, any_of=stems(_K["said"]), reach=520), scan_said_keys),
    Rule(
        "API_KEY",
        Needs(
            any_of=(
                *("secret", "token", "key", "auth", "pass", "pwd", "credential", "://"),
                *("-u ", "-u=", "-user ", "-user="),
            ),
            reach=330,
        ),
        scan_settings,
    ),
    Rule("API_KEY", Needs(digits=1), scan_alone),
)
