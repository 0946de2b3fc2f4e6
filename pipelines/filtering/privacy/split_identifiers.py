"""Views of identifiers that a user says in parts, over several messages."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from pipelines.filtering.privacy.findings import Finding
from pipelines.filtering.privacy.message_views import Piece, View
from pipelines.filtering.privacy.prefilter import plain
from pipelines.filtering.privacy.recogniser_cues import Cues, any_of, read_words

_LEFT_CHARS, _RIGHT_CHARS, _EDGE_CHARS = 120, 60, 80
_SPLIT_DIGITS_MIN, _RUN_DIGITS_MIN = 7, 2
_AROUND_CHARS = 240
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


def split_views(
    sample: int,
    texts: Sequence[str],
    roles: Sequence[str],
    found: Mapping[str, Sequence[Finding] | None],
) -> Iterator[View]:
    """Yield views of what a user says in parts: a number, a mail's local part and its host.

    Args:
        sample: position of the sample in its batch.
        texts: its messages, [n].
        roles: who says each, [n].
        found: what the rule model found in each message alone; what is found needs no view.
    """
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
        text[-_AROUND_CHARS:] for text in texts[max(0, chain[0] - 1) : chain[-1] + 1]
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
