"""Rules for phone numbers in digits; `recognisers_spelled` reads those said in words."""

import re
from collections.abc import Iterator

from pipelines.filtering.privacy.digit_runs import Run, cut_run, find_runs, in_hexadecimal
from pipelines.filtering.privacy.identifier_words import one_of, read_words
from pipelines.filtering.privacy.phone_lookalikes import (
    is_counting,
    is_dotted_phone,
    is_money,
    is_other_number,
    is_shared,
)
from pipelines.filtering.privacy.phone_regions import (
    GROUP_DIGITS_MAX,
    TRUNK_DIGITS_MIN,
    is_mobile,
    is_valid,
    is_valid_served,
)
from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import Rule, Span, literal, near

_WORDS = read_words("phone")
_RUNS_MAX, _GROUPS_USUAL = 1500, 5
_SHORT_DIGITS = 6
_DIGITS_MIN, _DIGITS_USUAL, _DIGITS_MAX = 7, 13, 15  # E.164 ends at 15
_GLUED_DIGITS_MIN = 9  # beside a letter: shorter ones are of models and flights
_TOLD_DIGITS_MIN = 9  # beside a word such as "write": shorter ones are of orders, valid somewhere
_AROUND = 60  # characters whose script tells the country of a mobile
SAYS_PHONE = near(map(literal, _WORDS["phone"]), before=60, after=25)
_SAYS_WEAKLY = near(map(literal, _WORDS["phone_weak"]), before=40, after=15)
_SAYS_CONTACT = near(map(literal, _WORDS["phone_contact"]), before=25, after=20)
_SAYS_NO_PHONE = near(map(literal, _WORDS["no_phone"]), before=25)
_SAYS_AT_ONCE = near(map(literal, _WORDS["phone_at_once"]), before=12)
_SAYS_OWN = near(map(literal, _WORDS["own"]), before=18, after=14)
_SAYS_SHORT = near(
    (
        "call(?: me| us| him| her)?(?: on| at)?",
        "phone",
        "tel",
        "desk",
        "office",
        "mobile",
        "dial",
        "fax",
        "number is",
    ),
    before=14,
    after=8,
)
_AMOUNT = re.compile(
    r"\d{1,3}([ .,'])\d{3}(?:\1\d{3})*(?:[.,]\d{1,2})?\Z|\d{1,3}(?:,\d{2})+,\d{3}(?:\.\d{1,2})?\Z"
    r"|\d+[.,]\d{1,3}\Z"
)
_GLUED_WORDS = re.compile(
    one_of(
        [w for kind in ("phone", "phone_weak", "phone_contact", "linking") for w in _WORDS[kind]]
    )
)
_WORD_BEFORE, _WORD = re.compile(r"[^\W\d_]{1,24}\Z"), re.compile(r"\w{1,24}")
_WHOLE_WORD = re.compile(r"[^\W\d_]{3,24}|(?=[^\W\d_]{2}\Z)\w?[aeiouàéèü]\w?")
_PHONE_BLANKS = 2  # of an amount that may be a phone as well: "600 123 456"
_LATIN = re.compile(r"[A-Za-z_\u00c0-\u024f]")
_EXTENSION = re.compile(
    rf"\s?,?\s?(?:(?:{one_of(_WORDS['extension'])})\.?:?\s?|#\s?)\d{{1,6}}(?![0-9])"
)


def scan_phones(text: PlainText) -> Iterator[Span]:
    """Find phone numbers: valid ones that are written as one, others beside a word that says so.

    A run of bare digits is a phone only beside such a word, or where the text has another phone: it
    may be an order's number. Groups that commas, slashes or line breaks divide are numbers of their
    own where each is long enough, else one number where the whole is valid.

    Raises:
        ValueError: so many runs of digits that looking at each would hold up the batch.
    """
    count, open_pieces, is_any = 0, list[Run](), False
    for run in find_runs(text):
        if sum(run.lengths()) < _SHORT_DIGITS:
            continue
        count += 1 + len(run.groups) // _GROUPS_USUAL
        if count > _RUNS_MAX:
            message = f"more than {_RUNS_MAX} runs of digits in one text"
            raise ValueError(message)
        parts = _with_areas(text, cut_run(run))
        pieces = [(piece, list(_phone(text, piece))) for part in parts for piece in _pieces(part)]
        found = [span for _, spans in pieces for span in spans] or list(_joined(text, parts))
        open_pieces += [piece for piece, spans in pieces if not spans]
        is_any = is_any or bool(found)
        yield from found
    if is_any:
        yield from (span for piece in open_pieces for span in _second(text, piece))


def _with_areas(text: PlainText, parts: list[Run]) -> list[Run]:
    """Join what a slash parts behind the number of a town: "030/48291736", "089 / 48 29 17-36".

    A short number, or one without its 0, "02/4829173" or "22/6218804", is so beside a word alone.
    """
    joined, at = list[Run](), 0
    while at < len(parts):
        whole = Run(parts[at].text, [g for part in parts[at : at + 2] for g in part.groups])
        is_area = (
            at + 1 < len(parts)
            and len(parts[at].groups) == 1
            and len(parts[at].digits()) <= GROUP_DIGITS_MAX
            and whole.between(0).strip() == "/"
            and text.text[whole.end : whole.end + 1] != "/"
            and len(whole.said) - whole.said.index("/") > _SHORT_DIGITS
            and (
                (whole.digits().startswith("0") and is_valid(whole.said))
                or (is_told(text, whole.start, whole.end) and is_valid_served(whole.said))
            )
        )
        joined.append(whole if is_area else parts[at])
        at += 2 if is_area else 1
    return joined


def is_told(text: PlainText, start: int, end: int) -> bool:
    """Does any word beside it tell of a phone, if only as "grandma" and "note it" do?"""
    return SAYS_PHONE(text, start, end) or _is_told_weakly(text, start, end)


def _is_told_weakly(text: PlainText, start: int, end: int) -> bool:
    return _SAYS_WEAKLY(text, start, end) or _SAYS_CONTACT(text, start, end)


def _is_shared(text: PlainText, start: int, end: int) -> bool:
    """Is it a firm's number for everybody, and does no word say that it is somebody's own?"""
    around = text.lower[max(0, start - _AROUND) : end + _AROUND]
    return is_shared(text.text[start:end], around) and not _SAYS_OWN(text, start, end)


def _second(text: PlainText, run: Run) -> Iterator[Span]:
    """Find a number of bare digits in a text that has another phone."""
    digits, start = run.digits(), _with_sign(run)
    if (
        len(run.groups) == 1
        and TRUNK_DIGITS_MIN <= len(digits) <= _DIGITS_USUAL
        and not is_other_number(run)
        and _is_edge(text.text, run, start)
        and not _is_shared(text, start, run.end)
        and not _is_glued(text.text, start, run.end)
        and not is_money(text.lower, start, run.end)
        and not _SAYS_NO_PHONE(text, start, run.end)
        and is_valid_served(_said(run))
    ):
        yield start, run.end, 0.7


def _joined(text: PlainText, parts: list[Run]) -> Iterator[Span]:
    """Find numbers over several parts: valid ones beside a word that says so."""
    told = len(parts) > 1 and SAYS_PHONE(text, parts[0].start, parts[-1].end)
    at = 0 if told else len(parts)
    while at < len(parts):
        longest: tuple[int, Run] | None = None
        for last in range(at + 2, min(at + _DIGITS_USUAL, len(parts)) + 1):
            run = Run(parts[at].text, [group for part in parts[at:last] for group in part.groups])
            digits = run.digits()
            if len(digits) > _DIGITS_USUAL:
                break
            start = _with_sign(run)
            if (
                len(digits) > _SHORT_DIGITS + 1
                and not is_other_number(run)
                and not _AMOUNT.match(run.said)
                and not _is_shared(text, start, run.end)
                and _is_edge(text.text, run, start)
                and is_valid_served(run.text[start : run.start] + digits)
                and SAYS_PHONE(text, start, run.end)
                and not _SAYS_NO_PHONE(text, start, run.end)
            ):
                longest = last, run
        if longest is not None:
            at, run = longest[0] - 1, longest[1]
            yield _with_sign(run), run.end, 0.75
        at += 1


def _pieces(run: Run) -> Iterator[Run]:
    """Cut a long run of digits at its blanks into numbers that are valid on their own."""
    digits = run.digits()
    abroad = digits.startswith("00") and len(digits) <= _DIGITS_MAX
    series = is_counting(run, strict=True)
    if len(digits) <= _DIGITS_USUAL or abroad or series or len(run.groups) < 2:  # noqa: PLR2004  nothing to cut
        yield run
        return
    at, count, cut = 0, len(run.groups), False
    while at < count:
        ends = (
            end
            for end in range(min(count, at + _DIGITS_MAX), at, -1)
            if end == count or run.between(end - 1).isspace()
            if _SHORT_DIGITS < len(run.digits(at, end)) <= _DIGITS_MAX
            and is_valid(_said(run.part(at, end)))
        )
        end = next(ends, 0)
        if end:
            cut = True
            yield run.part(at, end)
        at = end or at + 1
    if not cut and len(run.digits()) <= _DIGITS_MAX:
        yield run


def _phone(text: PlainText, run: Run) -> Iterator[Span]:
    digits = run.digits()
    start, end = _with_sign(run), run.end
    if not _SHORT_DIGITS <= len(digits) <= _DIGITS_MAX or (
        is_other_number(run) and is_other_number(run, told=SAYS_PHONE(text, start, end))
    ):
        return
    if len(digits) == _SHORT_DIGITS and not (
        re.match(r"\d\d[ -]\d\d[ -]\d\d\Z|\d{3}[ -]\d{3}\Z", run.said)
        and _SAYS_SHORT(text, start, end)
    ):
        return
    if (
        not _is_edge(text.text, run, start)
        or is_money(text.lower, start, end)
        or _is_shared(text, start, end)
    ):
        return
    extension = _EXTENSION.match(text.lower, end)
    end = extension.end() if extension else end
    score = _score(text, run, start, end)
    if score:
        yield start, end, score


def _score(text: PlainText, run: Run, start: int, end: int) -> float:  # noqa: PLR0911  one a reason
    """Return how sure it is that digits are a phone's, 0 where nothing says so."""
    said = _said(run)
    glued = _is_glued(text.text, start, run.end)
    if _SAYS_NO_PHONE(text, start, end) and not _SAYS_AT_ONCE(text, start, end):
        return 0.0
    plain_amount = not said.startswith("+") and _AMOUNT.match(run.said) is not None
    written = any(c in said for c in "+ ()-/") or (said.count(".") > 1 and run.lengths()[-1] > 1)
    if (
        written
        and _is_shaped(run)
        and not glued
        and not plain_amount
        and (said.startswith("+") or not is_counting(run, strict=False))
        and (is_valid(said) or _is_old_mexican(said))
    ):
        return 0.9 if SAYS_PHONE(text, start, end) or said.startswith("+") else 0.78
    told = SAYS_PHONE(text, start, end)
    if plain_amount and not (
        run.said.count(" ") == _PHONE_BLANKS or is_dotted_phone(run.said, told=told)
    ):
        return 0.0
    if is_counting(run, strict=True):
        return 0.0
    if told:
        return 0.85 if _SAYS_AT_ONCE(text, start, end) else 0.75
    if glued and not _is_glued_to_words(text.lower, start, run.end):
        return 0.0
    if _SAYS_WEAKLY(text, start, end) and is_valid_served(said):
        return 0.7
    if _SAYS_CONTACT(text, start, end) and len(run.digits()) >= _TOLD_DIGITS_MIN:
        return 0.7 if is_valid_served(said) else 0.0
    around = text.lower[max(0, start - _AROUND) : end + _AROUND]
    return 0.7 if len(run.groups) == 1 and is_mobile(said, around) else 0.0


def _is_old_mexican(said: str) -> bool:
    """Say whether it is a mobile of Mexico with the 1 that stood behind its code until 2020."""
    return said.startswith("+52") and is_valid(re.sub(r"\A\+52\s?1", "+52", said))


def _is_shaped(run: Run) -> bool:
    """Is it grouped as phones are: no long group first, no digit alone at the end?"""
    sizes = run.lengths()
    signed = _said(run).startswith(("+", "("))
    return signed or len(sizes) == 1 or (sizes[0] <= GROUP_DIGITS_MAX and sizes[-1] > 1)


def _said(run: Run) -> str:
    return run.text[_with_sign(run) : run.end]


def _with_sign(run: Run) -> int:
    """Return where a number begins with the `+` and bracket before its digits."""
    start = run.start
    if start and run.text[start - 1] == "(" and ")" in run.said:
        start -= 1
    if start and run.text[start - 1] == "+":
        start -= 1
    if (
        start
        and run.text[start - 1] == "("
        and "+" in run.text[start : run.start]
        and ")" in run.said
    ):
        start -= 1
    return start


def _is_edge(text: str, run: Run, start: int) -> bool:
    """Does a number begin and end here, or is it a part of a price, a path or a code?"""
    before, behind = text[max(0, start - 2) : start], text[run.end : run.end + 1]
    signed = text[start : run.start].endswith("+")
    if before[-1:] in {"@", "#", "$", "€", "£", "₹", "+", "&", "="} and before:
        return False
    if before[-1:] in {".", "/", "-", ","} and before and not signed:
        other = before[-2:-1]
        if before[-1] == "." and _LATIN.match(other):
            return len(run.digits()) >= _GLUED_DIGITS_MIN
        if other and (_LATIN.match(other) or (other.isdigit() and before[-1] in ".,-")):
            return False
    if behind in {"@", "%", "€", "$"} and behind:
        return False
    if not _is_glued(text, start, run.end):
        return True
    return len(run.digits()) >= _GLUED_DIGITS_MIN and not in_hexadecimal(
        text.lower(), start, run.end
    )


def _is_glued_to_words(low: str, start: int, end: int) -> bool:
    """Are letters beside it words of the sentence, "num333…salvalo", and not of a code?"""
    before, behind = _WORD_BEFORE.search(low[max(0, start - 25) : start]), _WORD.match(low, end)
    return not (before and not _GLUED_WORDS.fullmatch(before[0])) and not (
        behind and not _WHOLE_WORD.fullmatch(behind[0])
    )


def _is_glued(text: str, start: int, end: int) -> bool:
    behind = text[end : end + 2].lower()
    return bool(
        (start and _LATIN.match(text[start - 1]) and text[start] != "+")
        or (behind and _LATIN.match(behind[0]) and not re.match(r"x\d", behind))
    )


PHONE_RULES = (
    Rule("PHONE_NUMBER", Needs(digits=_SHORT_DIGITS, within=32, reach=120), scan_phones),
)
