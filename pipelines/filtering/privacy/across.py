"""Identifiers that no message holds alone: said over several, or the bare answer to a question.

The rule model reads one text. Here the messages of a sample are laid together to views, only where
something is at stake: digits at the edges of neighbouring messages, a local part before a host, an
answer behind a question that asks for an identifier. What the rules find in a view is mapped back
to the messages.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import polars as pl

from pipelines.filtering.privacy.findings import Finding, merge_findings
from pipelines.filtering.privacy.prefilter import PlainText, plain
from pipelines.filtering.privacy.recogniser_cues import (
    UNSPACED_LETTER,
    Cues,
    any_of,
    flat,
    has_both,
    read_words,
)
from pipelines.filtering.privacy.recognisers_secret import BREAKS

Placed = tuple[int, Finding]
"""The position of a message in its sample, and what was found there."""


_MESSAGES_MIN = 2  # in which a joined finding must lie


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a view that stands in a message.

    Args:
        start, end: in the view.
        message: position in the sample.
        offset: of the part's first character in that message.
    """

    start: int
    end: int
    message: int
    offset: int


@dataclass(frozen=True, slots=True)
class View:
    """A text that the rules read in place of several messages.

    Args:
        sample: position of the sample in its batch.
        text: what is read.
        pieces: what of it stands in messages, in order; the rest is said for the rules alone.
        joined: a finding counts only where it lies in two messages or more.
        unfit: entity types that are not believed here.
    """

    sample: int
    text: str
    pieces: tuple[Piece, ...]
    joined: bool
    unfit: frozenset[str] = frozenset()

    def place(self, finding: Finding) -> list[Placed]:
        """Return where a finding lies in the messages; nothing where it does not count."""
        placed = [
            (piece.message, Finding(finding.entity_type, *span, finding.score))
            for piece in self.pieces
            if (span := _overlap(piece, finding)) is not None
        ]
        unfit = finding.entity_type in self.unfit or (self.joined and len(placed) < _MESSAGES_MIN)
        return [] if unfit else placed


def _overlap(piece: Piece, finding: Finding) -> tuple[int, int] | None:
    start, end = max(piece.start, finding.start), min(piece.end, finding.end)
    shift = piece.offset - piece.start
    return (start + shift, end + shift) if start < end else None


def lay_together(
    samples: Sequence[tuple[Sequence[str], Sequence[str]]],
    found: Mapping[str, Sequence[Finding] | None],
) -> list[View]:
    """Return the views in which an identifier may show that its messages hide.

    Args:
        samples: per sample the messages and their roles, both [n].
        found: what the rule model found in each message alone; what is found needs no view.
    """
    asked = _questions(samples)
    views: list[View] = []
    for number, (texts, roles) in enumerate(samples):
        if len(texts) > 1:
            views += _split_views(number, texts, roles, found)
            for position, (question, answer) in enumerate(pairwise(texts), 1):
                for cue in asked.get(question, ()) if _may_answer(answer) else ():
                    views += _answer_views(number, position, cue, answer)
    return views


def place_findings(
    views: Sequence[View],
    answers: Mapping[str, Sequence[Finding] | None],
    texts: Sequence[Sequence[str]],
) -> dict[int, list[Placed] | None]:
    """Return what the views show per sample, in its messages; None = the model failed on a view.

    A part that was found is found wherever the sample says it again.

    Args:
        views: of `lay_together`.
        answers: of the rule model per text of a view.
        texts: the messages of every sample.
    """
    placed: dict[int, list[Placed] | None] = {}
    for view in views:
        known, findings = placed.setdefault(view.sample, []), answers[view.text]
        if known is None or findings is None:
            placed[view.sample] = None
            continue
        for finding in findings:
            parts = view.place(finding)
            known += parts
            known += [again for part in parts for again in _said_again(part, texts[view.sample])]
    return {sample: found if found is None else _merge(found) for sample, found in placed.items()}


def _merge(placed: Sequence[Placed]) -> list[Placed]:
    by_message: dict[int, list[Finding]] = {}
    for message, finding in placed:
        by_message.setdefault(message, []).append(finding)
    return [(m, f) for m, found in sorted(by_message.items()) for f in merge_findings([found])]


_AGAIN_CHARS_MIN, _AGAIN_MESSAGES = 4, 60


def _said_again(part: Placed, texts: Sequence[str]) -> Iterator[Placed]:
    message, finding = part
    said = texts[message][finding.start : finding.end]
    if len(said) < _AGAIN_CHARS_MIN or not any(map(str.isdigit, said)):
        return
    for other in range(
        max(0, message - _AGAIN_MESSAGES), min(len(texts), message + _AGAIN_MESSAGES)
    ):
        if said in texts[other]:
            for match in re.finditer(rf"(?<![^\W_]){re.escape(said)}(?![^\W_])", texts[other]):
                yield other, Finding(finding.entity_type, *match.span(), finding.score)


# Said over several messages

_LEFT_CHARS, _RIGHT_CHARS, _EDGE_CHARS = 120, 60, 80
_SPLIT_DIGITS_MIN, _RUN_DIGITS_MIN = 7, 2
_QUESTION_CHARS = 240
_CHAIN_MAX = 8  # parts of one number: a card has four
_BETWEEN_MAX = 3  # messages of others between two parts
# "54011238 so far", "98765...": what may stand behind the digits of an unfinished number
_TAIL = re.compile(
    r"(?<![\d$€£₹¥.,:])(?P<run>[A-Z]{0,2}\d(?:[\dA-Z]|[ ./()-](?=[\dA-Z])){0,40})"
    r"(?:[^\w%$€£₹¥]{0,6}|[ ,.]{1,3}(?:so far|and|then|first|first part|wait|ok|aur|y|und|et|e|en|i"
    r"|ve|dan|и)[ .,]{0,4})\Z"
)
_HEAD = re.compile(
    r"\A[^\d$€£₹¥%]{0,26}?(?P<run>(?<![^\W\d_])(?:[A-Z]{0,2}\d|\+\d)(?:[\dA-Z]"
    r"|[ ./()-]{1,2}(?=\d)){0,40})(?![\d%]|[:,.]\d|[^\W\d_])"
)
_WORD_AT_END = re.compile(r"[\w.+-]{2,64}\s{0,3}\Z")
_M = read_words("asked")
_HOST = re.compile(
    rf"\A\s{{0,3}}(?:@|at |its |it's |hai )?\s{{0,2}}(?P<host>(?:[a-z0-9-]{{1,40}}\.){{1,"
    rf"3}}[a-z]{{2,12}}|{any_of(_M['hosts'])})(?![\w@])",
    re.IGNORECASE,
)
_CALLS = Cues(
    [*_M["calls"], *next(kind["words"] for kind in _M["kinds"] if "phone" in kind["opening"])]
)
_MAIL_SAID = re.compile(rf"(?:{any_of(_M['mail'])})", re.IGNORECASE)


def _split_views(
    sample: int,
    texts: Sequence[str],
    roles: Sequence[str],
    found: Mapping[str, Sequence[Finding] | None],
) -> Iterator[View]:
    said = [i for i, role in enumerate(roles) if role == "user"]
    chain: list[int] = []
    for left, right in pairwise(said):
        if right - left <= _BETWEEN_MAX and (
            texts[left][-1:] == "@"
            or "@" in texts[right][:4]
            or _HOST.match(texts[right][:_EDGE_CHARS])
        ):
            yield from _mail_view(sample, left, right, texts)
        if right - left <= _BETWEEN_MAX and _touch(texts, left, right, found):
            goes_on = (
                chain and chain[-1] == left and len(chain) < _CHAIN_MAX and _is_run(texts[left])
            )
            chain = [*chain, right] if goes_on else [left, right]
            yield from _number_views(sample, chain, texts)
        else:
            chain = []


def _tail_of(text: str) -> re.Match[str] | None:
    tail = text[-_EDGE_CHARS:]
    return _TAIL.search(tail) if any(map(str.isdigit, tail[-16:])) else None


def _head_of(text: str) -> re.Match[str] | None:
    head = text[:_EDGE_CHARS]
    return _HEAD.match(head) if any(map(str.isdigit, head[:30])) else None


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))


def _touch(
    texts: Sequence[str], left: int, right: int, found: Mapping[str, Sequence[Finding] | None]
) -> bool:
    """Say whether digits end one message and begin the other, neither of them found already."""
    tail = _tail_of(texts[left])
    head = _head_of(texts[right]) if tail is not None else None
    if tail is None or head is None:
        return False
    counts = _digits(tail["run"]), _digits(head["run"])
    if min(counts) < _RUN_DIGITS_MIN or (
        sum(counts) < _SPLIT_DIGITS_MIN and not (_is_run(texts[left]) or _is_run(texts[right]))
    ):
        return False
    shift = max(0, len(texts[left]) - _EDGE_CHARS)
    known = any(f.end > tail.start("run") + shift for f in found.get(texts[left]) or ())
    # "DE89 3704" and a rest that looks like a phone: letters say that the number goes on
    open_end = tail["run"][0].isalpha()
    return not known and (
        open_end or not any(f.start < head.end("run") for f in found.get(texts[right]) or ())
    )


def _is_run(text: str) -> bool:
    """Say whether a message is digits alone, so that a number may go on behind it."""
    head = _head_of(text)
    return head is not None and not text[head.end("run") :].strip(" .,!?\n-")


def _number_views(sample: int, chain: Sequence[int], texts: Sequence[str]) -> Iterator[View]:
    parts = list[tuple[int, int, int]]()  # message, start, end
    for place, message in enumerate(chain):
        text = texts[message]
        tail, head = _tail_of(text), _head_of(text)
        shift = max(0, len(text) - _EDGE_CHARS)
        if place == 0 and tail is not None:
            end = shift + tail.end("run")
            parts.append((message, max(0, end - _LEFT_CHARS), end))
        elif head is not None:
            last = message == chain[-1]
            end = min(len(text), head.end("run") + (_RIGHT_CHARS if last else 0))
            parts.append((message, head.start("run"), end))
    around = "\n".join(
        text[-_QUESTION_CHARS:] for text in texts[max(0, chain[0] - 1) : chain[-1] + 1]
    )
    unfit = frozenset[str]() if any(_CALLS.find(plain(around))) else frozenset({"PHONE_NUMBER"})
    for glue in ("", " "):
        yield replace(_join(sample, parts, texts, glue), unfit=unfit)


def _join(
    sample: int, parts: Sequence[tuple[int, int, int]], texts: Sequence[str], glue: str
) -> View:
    said, pieces, reached = list[str](), list[Piece](), 0
    for message, start, end in parts:
        if said:
            said.append(glue)
            reached += len(glue)
        said.append(texts[message][start:end])
        pieces.append(Piece(reached, reached + end - start, message, start))
        reached += end - start
    return View(sample, "".join(said), tuple(pieces), joined=True)


def _mail_view(sample: int, left: int, right: int, texts: Sequence[str]) -> Iterator[View]:
    """Lay a local part before its host: "neha.rao" and "@mailbox.in", or "gmail"."""
    before, after = texts[left], texts[right]
    start, end = max(0, len(before) - _LEFT_CHARS), len(before.rstrip())
    lead = len(after) - len(after.lstrip())
    if before.rstrip().endswith("@") or after.lstrip().startswith("@"):
        parts = [(left, start, end), (right, lead, min(len(after), lead + _EDGE_CHARS))]
        yield _join(sample, parts, texts, "")
        return
    host = _HOST.match(after[:_EDGE_CHARS])
    if (
        host is None
        or not _MAIL_SAID.search(before[start:])
        or not _WORD_AT_END.search(before[start:])
    ):
        return
    parts = [(left, start, end), (right, host.start("host"), host.end("host"))]
    view = _join(sample, parts, texts, "@")
    yield View(
        sample, view.text if "." in host["host"] else f"{view.text}.com", view.pieces, joined=True
    )


# The answer to a question

_ANSWER_CHARS, _RUNS_MAX, _KINDS_MAX = 240, 3, 4
_DIGIT, _SHORT_CHARS, _SHORT_BLANKS = re.compile(r"\d"), 48, 4
_ASKS = re.compile(rf"(?<![^\W\d_])(?:{any_of(_M['asks'])})(?![^\W\d_])|{any_of(_M['marks'])}")
_REPLIES = frozenset(_M["replies"].split())
_CODE_WORDS = read_words("codes")
_LISTS = {
    "passwords": flat(read_words("passwords")["cues"]),
    "codes": [
        *flat(_CODE_WORDS["codes"]),
        *flat(_CODE_WORDS["pins"]),
        *_CODE_WORDS["told"]["words"],
    ],
}
_KIND_OF: dict[str, int] = {}
for _number, _kind in enumerate(_M["kinds"]):
    for _word in [*_LISTS.get(_kind.get("from", ""), ()), *_kind["words"]]:
        _KIND_OF.setdefault(_word, _number)
_CUES = Cues(_KIND_OF)
_CUE_WORDS = sorted(_KIND_OF)
_RUN = re.compile(
    r"(?<![\w.,$€£₹/:-])(?<!\d )(?:[A-Za-z]-)?\d{3}[ -]?\d{0,5}(?![\d%]|[.,:/]\d|[ -]\d)"
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_MIXED = re.compile(r"[^\s\"'`«»“”,;<>]{4,64}")
_ALONE = re.compile(
    r"\s*(?:it'?s|it is|its|ok(?:ay)?,?|sure,?|es|ist|c'est|è|é|hai|это"
    r"|是)?\s*[\"'`]?(?P<value>[^\s\"'`,;<>]{4,64})[\"'`]?[.!)\s]*"
)

_CJK_NAME = 6
_NAME = re.compile(
    rf"\s*(?:(?:{any_of(_M['before_name'])})\s)?\s*(?P<value>[^\W\d_][\w'\u2019.-]{{1,24}}(?: "
    rf"[^\W\d_][\w'\u2019.-]{{0,24}}){{0,2}})[.!\s]*",
    re.IGNORECASE,
)


def _questions(
    samples: Sequence[tuple[Sequence[str], Sequence[str]]],
) -> dict[str, list[re.Match[str]]]:
    """Return the messages that ask for an identifier, with the cues in their last words."""
    pairs = (pair for texts, _ in samples for pair in pairwise(texts))
    asked = list(dict.fromkeys(question for question, answer in pairs if _may_answer(answer)))
    tails = [plain(text[-_QUESTION_CHARS:]).lower for text in asked]
    try:
        hit = pl.Series(tails, dtype=pl.String).str.contains_any(_CUE_WORDS).to_list()
    except UnicodeEncodeError:  # a lone surrogate is no text that Polars could hold
        hit = [True] * len(tails)
    questions: dict[str, list[re.Match[str]]] = {}
    for text, tail, is_hit in zip(asked, tails, hit, strict=True):
        if is_hit and _ASKS.search(tail):
            last = {_KIND_OF[cue[0]]: cue for cue in _CUES.find(PlainText(tail))}
            if last:
                questions[text] = list(last.values())[-_KINDS_MAX:]
    return questions


def _may_answer(text: str) -> bool:
    """Say whether a message can be a bare answer: it has a digit or is next to one word."""
    return _DIGIT.search(text, 0, _ANSWER_CHARS) is not None or (
        len(text) <= _SHORT_CHARS and text.count(" ") <= _SHORT_BLANKS
    )


def _answer_views(sample: int, message: int, cue: re.Match[str], answer: str) -> Iterator[View]:
    kind = _M["kinds"][_KIND_OF[cue[0]]]
    opening = kind["opening"].format(word=cue[0])
    form = kind.get("answer")
    if form == "code":
        starts = _code_starts(answer)
    elif form == "word":
        starts = _word_starts(answer)
    elif form == "name":
        starts = _name_starts(answer)
    else:
        starts = [0] if _digits(answer[:_ANSWER_CHARS]) >= kind["digits"] else []
    for start in starts:
        said = answer[start : start + _ANSWER_CHARS]
        piece = Piece(len(opening), len(opening) + len(said), message, start)
        yield View(sample, opening + said, (piece,), joined=False)


def _code_starts(answer: str) -> list[int]:
    """Return where digits stand that may be the code that was asked for, no years."""
    low = plain(answer[:_ANSWER_CHARS])
    runs = list(_RUN.finditer(low.text))[:_RUNS_MAX]
    long = len(low.text.split()) > _RUNS_MAX
    return [
        low.original(m.start(), m.end())[0]
        for m in runs
        if not (long and _YEAR.fullmatch(m[0].strip()))
        and not BREAKS.search(low.lower, 0, m.start())
    ]


def _word_starts(answer: str) -> list[int]:
    """Return where a word stands that may be the password that was asked for."""
    head = answer[:_ANSWER_CHARS]
    mixed = [m.start() for m in _MIXED.finditer(head) if has_both(m[0])][:_RUNS_MAX]
    alone = _ALONE.fullmatch(head)
    if mixed or alone is None or alone["value"].lower().rstrip(".!?)") in _REPLIES:
        return mixed
    return [alone.start("value")]


def _name_starts(answer: str) -> list[int]:
    """Return where a name stands that may be the one that was asked for: it is all that is said."""
    alone = _NAME.fullmatch(answer[:_ANSWER_CHARS])
    if alone is None or not _REPLIES.isdisjoint(alone["value"].lower().rstrip(".").split()):
        return []
    # two words in small letters are a sentence as often as a name, many letters without a
    # blank are one
    value = alone["value"]
    is_name = (
        value.istitle()
        if " " in value
        else len(value) <= _CJK_NAME or not UNSPACED_LETTER.search(value)
    )
    return [alone.start("value")] if is_name else []
