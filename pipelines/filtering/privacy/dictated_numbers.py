"""Views of a number that a user says in parts, over several messages.

The parts of a chain are laid together behind the words of what the dialogue speaks of, so that the
rules read "my phone number is 0176 708 88150" where three messages hold a part each. A finding
counts only where it lies in two messages or more.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from unicodedata import decimal

from pipelines.filtering.normalise import read_texts
from pipelines.filtering.privacy.asked_identifiers import openings_of
from pipelines.filtering.privacy.findings import Finding
from pipelines.filtering.privacy.message_views import Piece, View
from pipelines.filtering.privacy.phone_regions import is_valid_served
from pipelines.filtering.privacy.prefilter import PlainText, plain
from pipelines.filtering.privacy.recogniser_cues import LETTERS_WITH_BLANKS
from pipelines.filtering.privacy.recognisers_spelled import SPOKEN_RUN, SPOKEN_WORDS, read_said

_EDGE_CHARS, _AROUND_CHARS, _BEFORE_CHARS, _BEHIND_CHARS = 120, 240, 120, 60
_REST_CHARS, _REST_WORDS = 64, 10  # what may stand beside the digits of one part
_RUNS_MAX, _LINK_CHARS, _LETTERS_CHARS = 4, 10, 16
_SPOKEN_CHARS, _SPOKEN_MIN = 160, 2
_PART_DIGITS_MIN, _SIGNS_MIN, _SIGNS_MAX = 2, 7, 40
_CHAIN_MAX = 8  # parts of one number: a card has four
_BETWEEN_MAX = 3  # messages from one part to the next, those of others counted
_PHONE_DIGITS = range(8, 16)
_DICTATION_CHARS = 30  # "and then?": a reply so short goes on with what was begun
_CARD_PARTS_TURNED, _BARE_WORDS, _MOBILE_DIGITS_MIN = 2, 4, 10
_DIGITS_ALONE_MAX = 19  # of a card
# "54011238", "0,176": digits of one part, with signs between, and letters that are written large
_RUN = re.compile(
    rf"(?<![{LETTERS_WITH_BLANKS}A-Z\d_$€£₹¥%])(?<!\d[.,:])(?:[A-Z]{{1,4}} ?|[+(])?\d"
    r"(?:[\dA-Z]|[ ./()の-]{1,2}(?=[\dA-Z]{2}|\d|[A-Z](?![^\W\d_]))){0,40}"
    r"(?![\d%€$£₹¥]|[:,.]\d|\s?(?:%|kg|km|cm|mm|am|pm|uhr|h|min|s|sec|gb|mb|tb|mah|hz|fps|px|nits|steps|apps|coins|points|pts|xp"
    r"|people|tickets|years|days|miles|ohms)(?![^\W_]))(?![a-z])"
)
_MIXED = re.compile(r"(?<![^\W_])(?=[a-z]{0,9}\d)(?=\d{0,9}[a-z])[a-z\d]{5,20}(?![^\W_])", re.ASCII)
_LETTERS = re.compile(r"(?<![^\W_])(?P<run>[A-Z]{3,9})[\s.,!-]*\Z", re.ASCII)
_LETTERS_ALONE = re.compile(r"\s*(?P<run>[A-Za-z]{4,9})[\s.,!]*", re.ASCII)
_PHONES = frozenset({"phone", "weak_phone"})
# "5519 0248 exp 09/28": beside the digits of a card, none of them
_EXPIRY = re.compile(r"(?<!\d)(?:0[1-9]|1[0-2]) ?/ ?(?:20)?[2-4]\d(?![\d/])")
_YEAR = re.compile(r"(?:19|20)\d\d")
# Types that parts of a number make by chance: "2006" and "NBA" are no plate.
_NEVER = frozenset({"DATE_OF_BIRTH", "GPS_COORDINATES", "LICENSE_PLATE", "STREET_ADDRESS"})
_NO_PHONE = _NEVER | {"PHONE_NUMBER"}


@dataclass(frozen=True)
class _Part:
    """Digits of a message: its position in the sample, and where they stand in it."""

    message: int
    start: int
    end: int
    said: str

    @cached_property
    def digits(self) -> str:
        """The digits, those in words too, as ASCII."""
        if any(map(str.isdecimal, self.said)) or self.said.isupper():
            return "".join(str(decimal(sign)) for sign in self.said if sign.isdecimal())
        return read_said(self.said.lower()).digits


def telling_texts(texts: Sequence[str]) -> set[str]:
    """Return the texts that can add to a number: they hold a digit, or numbers in words."""
    has_digit = read_texts(texts).str.contains(r"\p{Nd}").to_list()
    return {
        text
        for text, is_told in zip(texts, has_digit, strict=True)
        if is_told or (len(text) <= _SPOKEN_CHARS and _says_numbers(text.lower()))
    }


def _says_numbers(low: str) -> bool:
    return len(SPOKEN_WORDS.intersection(low.replace(",", " ").split())) >= _SPOKEN_MIN


def dictated_views(
    sample: int,
    texts: Sequence[str],
    roles: Sequence[str],
    found: Mapping[str, Sequence[Finding] | None],
) -> Iterator[View]:
    """Yield views of the numbers that a user says in parts.

    Args:
        sample: position of the sample in its batch.
        texts: its messages, [n].
        roles: who says each, [n].
        found: what the rule model found in each message alone; what is found needs no view.
    """
    chain: list[_Part] = []
    last = 0
    for message, (text, role) in enumerate(zip(texts, roles, strict=True)):
        if role != "user" or not text.strip():
            continue
        goes_on = chain and message - last <= _BETWEEN_MAX
        parts = _next_parts(message, text) if goes_on and len(chain) < _CHAIN_MAX else []
        if parts:
            chain += parts
            if not all(_is_known(part, found.get(texts[part.message])) for part in chain):
                # What was said before may be no part: "level 25", then a phone
                for start in range(len(chain) - 1):
                    if chain[start].message != message:
                        yield from _views(sample, chain[start:], texts)
        # "wait", "wrong key": one message without digits does not end what is dictated
        elif not (goes_on and last == chain[-1].message and _is_aside(text)):
            chain = _first_part(message, text)
        last = message


def _first_part(message: int, text: str) -> list[_Part]:
    """Return the digits, or large letters, with which a message ends or nearly ends."""
    shift = max(0, len(text) - _EDGE_CHARS)
    side = _without_expiry(text[shift:])
    if any(map(str.isdigit, side)):
        runs = [*_RUN.finditer(side)] or [*_MIXED.finditer(side)]
        if not runs or not _is_little(side[runs[-1].end() :]):
            return []
        # "0470, 48 and": groups with one short word between them are one part
        first = len(runs) - 1
        while first and _is_link(side[runs[first - 1].end() : runs[first].start()]):
            first -= 1
        parts = [
            _Part(message, shift + run.start(), shift + run.end(), run[0]) for run in runs[first:]
        ]
        return parts if sum(len(part.digits) for part in parts) >= _PART_DIGITS_MIN else []
    spoken = _spoken(message, text)
    if spoken:
        return spoken
    # Both are rare: what is cheap is asked first
    letters = _LETTERS.search(side) if side.rstrip(" .,!-")[-3:].isupper() else None
    if letters is None and len(text) <= _LETTERS_CHARS:
        letters = _LETTERS_ALONE.fullmatch(text)
    if letters is None:
        return []
    start = letters.start("run") + (shift if letters.re is _LETTERS else 0)
    return [_Part(message, start, start + len(letters["run"]), letters["run"])]


def _next_parts(message: int, text: str) -> list[_Part]:
    """Return the digits that a short message adds; none where much else is said."""
    text = _without_expiry(text)
    side = text[:_EDGE_CHARS]
    if not any(map(str.isdigit, side)):
        return _spoken(message, text)
    runs = [*_RUN.finditer(side)] or [*_MIXED.finditer(side)]
    rest = _RUN.sub(" ", text) if runs and runs[0].re is _RUN else _MIXED.sub(" ", text)
    if not runs or len(runs) > _RUNS_MAX or not _is_little(rest) or any(map(str.isdigit, rest)):
        return []
    return [_Part(message, run.start(), run.end(), run[0]) for run in runs]


def _spoken(message: int, text: str) -> list[_Part]:
    """Return a number in words that is nearly all of a short message."""
    if len(text) > _SPOKEN_CHARS:
        return []
    low = PlainText(text).lower
    if not _says_numbers(low):
        return []
    run = SPOKEN_RUN.search(low)
    if run is None or not _is_little(f"{text[: run.start()]} {text[run.end() :]}"):
        return []
    return [_Part(message, *run.span(), text[run.start() : run.end()])]


def _without_expiry(text: str) -> str:
    return _EXPIRY.sub(lambda month: " " * len(month[0]), text) if "/" in text else text


def _is_link(between: str) -> bool:
    return len(between) <= _LINK_CHARS and len(between.split()) <= 1


def _is_little(rest: str) -> bool:
    return len(rest) <= _REST_CHARS and len(rest.split()) <= _REST_WORDS


def _is_aside(text: str) -> bool:
    return _is_little(text) and not any(map(str.isdigit, text))


def _is_known(part: _Part, found: Sequence[Finding] | None) -> bool:
    return any(f.start <= part.start and f.end >= part.end for f in found or ())


def _views(sample: int, chain: Sequence[_Part], texts: Sequence[str]) -> Iterator[View]:
    digits = "".join(part.digits for part in chain)
    if not _SIGNS_MIN <= sum(map(str.isalnum, "".join(part.said for part in chain))) <= _SIGNS_MAX:
        return
    if all(_YEAR.fullmatch(part.said.strip()) for part in chain):
        return
    first = chain[0].message
    around = plain(
        "\n".join(text[-_AROUND_CHARS:] for text in texts[max(0, first - 2) : chain[-1].message])
        + "\n"
        + texts[chain[-1].message][:_AROUND_CHARS]
    )
    kinds = openings_of(around)
    is_valid = is_valid_served(digits)
    if not (is_valid and _is_dictated(chain, texts)):
        # "number" alone is said of everything
        kinds = [(kind, opening) for kind, opening in kinds if kind != "weak_phone"]
    if not chain[0].digits and not _is_asked(first, texts):
        return
    if not kinds and is_valid and _is_dictated(chain, texts):
        kinds.append(("phone", "my phone number is "))
    round_numbers = all(part.digits.endswith("00") for part in chain)
    is_phone = len(digits) in _PHONE_DIGITS and not round_numbers
    says_phone = any(kind in _PHONES for kind, _ in kinds)
    openings = [opening for kind, opening in kinds if kind not in _PHONES or is_phone]
    unfit = _NEVER if is_phone and says_phone else _NO_PHONE
    # Without a word on them many digits are a list, but for an IBAN's, and a word is no part
    is_list = len(digits) > _DIGITS_ALONE_MAX and not chain[0].said[0].isalpha()
    if not kinds and (is_list or not chain[0].digits):
        return
    begun, ended = texts[first][: chain[0].start], texts[chain[-1].message][chain[-1].end :]
    for opening in dict.fromkeys([begun[-_BEFORE_CHARS:], *openings]):
        for glue in ("", " ", *(["-"] if len(chain[-1].digits) == 1 else [])):
            yield _join(sample, chain, (opening, glue, ended[:_BEHIND_CHARS]), unfit)
    if len(chain) == _CARD_PARTS_TURNED and any(kind == "card" for kind, _ in kinds):
        yield _join(sample, chain[::-1], ("", "", ""), unfit)  # "it ends in 8838", then the rest


def _is_asked(message: int, texts: Sequence[str]) -> bool:
    """Say whether what stands before a message, or in it, speaks of an identifier with letters."""
    before = plain(
        "\n".join(text[-_AROUND_CHARS:] for text in texts[max(0, message - 2) : message + 1])
    )
    return any(kind == "other" for kind, _ in openings_of(before))


def _is_dictated(chain: Sequence[_Part], texts: Sequence[str]) -> bool:
    """Say whether bare digits are dictated as those of a phone are: from 0 or +, step by step."""
    parts = {part.message for part in chain}
    between = [texts[number] for number in range(min(parts) + 1, max(parts)) if number not in parts]
    bare = all(
        len(f"{texts[p.message][: p.start]}{texts[p.message][p.end :]}".split()) <= _BARE_WORDS
        for p in chain
    )
    digits = "".join(part.digits for part in chain)
    is_begun = (
        digits[:1] == "0"
        or chain[0].said.lstrip("(")[:1] == "+"
        or (
            len(digits) >= _MOBILE_DIGITS_MIN and digits[0] in "6789"  # of India
        )
    )
    return (
        bare
        and is_begun
        and bool(between)
        and all(len(text) <= _DICTATION_CHARS for text in between)
    )


def _join(
    sample: int, chain: Sequence[_Part], around: tuple[str, str, str], unfit: frozenset[str]
) -> View:
    """Return the parts as one view; `around`: what is said before, between and behind them."""
    opening, glue, ending = around
    said, pieces, reached = [opening], list[Piece](), len(opening)
    for number, part in enumerate(chain):
        if number:
            said.append(glue)
            reached += len(glue)
        said.append(part.said.replace("の", "-"))  # how Japanese numbers are told
        pieces.append(Piece(reached, reached + len(part.said), part.message, part.start))
        reached += len(part.said)
    return View(sample, "".join([*said, ending]), tuple(pieces), joined=True, unfit=unfit)
