"""Views of an e-mail address that a user says in parts: the name first, its host behind."""

import re
from collections.abc import Iterator, Sequence

from pipelines.filtering.normalise import read_texts
from pipelines.filtering.privacy.identifier_words import read_words as read_identifier_words
from pipelines.filtering.privacy.message_views import Piece, View
from pipelines.filtering.privacy.recogniser_cues import any_of, read_words

_LEFT_CHARS, _EDGE_CHARS, _AROUND_CHARS = 120, 80, 240
_SHORT_CHARS = 4
_BETWEEN_MAX = 3  # messages of others between two parts
_HOSTS_BEHIND = 2  # "at libero", then "no, libero.it"
_NAME_AT_END = re.compile(r"(?P<name>[\w.+-]{2,64}\s{0,3}@?)[\s.,!]{0,3}\Z")
_MARKED_NAME = re.compile(
    r"(?<![\w.+@-])(?=[A-Za-z_+-]{1,40}[.\d_]|\d{5})(?P<name>[A-Za-z0-9][\w.+-]{1,62}[A-Za-z0-9]\s{0,3}@?)"
    r"(?![\w@]|[.+-]\w)",
    re.ASCII,
)
_M, _MAIL_WORDS = read_words("asked"), read_identifier_words("email")
_AT, _ENDING = any_of(_MAIL_WORDS["at"]), any_of(_MAIL_WORDS["endings"])
_BARE_HOST = any_of([*_M["hosts"], *_MAIL_WORDS["sure_hosts"]])
_HOST = re.compile(
    rf"\A[^\w@]{{0,3}}(?:[^\W\d_]{{1,12}}[^\w@]{{1,3}}){{0,3}}?(?P<said>(?:{_AT})\s{{0,2}})?"
    rf"(?P<host>@?\s{{0,2}}(?:(?:[a-z0-9-]{{1,40}}\.){{1,3}}(?:{_ENDING})|{_BARE_HOST}))"
    r"(?![\w@])",
    re.IGNORECASE,
)
_MAY_HOST = rf"(?i)@|\.[a-z]|{_BARE_HOST}"
# Words for mail and for its mark, none so short that it stands in others
_MAIL_SAID = re.compile(
    any_of([*_M["mail"], "@", *(word for word in _MAIL_WORDS["at"] if len(word) > _SHORT_CHARS)]),
    re.IGNORECASE,
)


def host_texts(texts: Sequence[str]) -> set[str]:
    """Return the texts whose first words may hold the host of an address."""
    may = read_texts(texts).str.slice(0, _EDGE_CHARS).str.contains(_MAY_HOST).to_list()
    return {text for text, is_host in zip(texts, may, strict=True) if is_host}


def split_mail_views(sample: int, texts: Sequence[str], roles: Sequence[str]) -> Iterator[View]:
    """Yield views of a name and the host that a user says behind it: "neha.rao", then "gmail".

    Args:
        sample: position of the sample in its batch.
        texts: its messages, [n].
        roles: who says each, [n].
    """
    said = [i for i, role in enumerate(roles) if role == "user"]
    for place, left in enumerate(said):
        for right in said[place + 1 : place + 1 + _HOSTS_BEHIND]:
            if right - left > _BETWEEN_MAX * _HOSTS_BEHIND:
                break
            head = texts[right][:_EDGE_CHARS]
            host = _HOST.match(head)
            name = _name_before(texts[left][-_LEFT_CHARS:]) if host is not None else None
            if name is None or host is None:
                continue
            around = "\n".join(t[-_AROUND_CHARS:] for t in texts[max(0, left - 2) : right])
            is_marked = name.re is _MARKED_NAME
            is_mail = "@" in name["name"] + host["host"] or _MAIL_SAID.search(around)
            told = is_marked and (host["said"] or _MAIL_SAID.search(texts[right][:_EDGE_CHARS]))
            if is_mail or told:
                yield _join(sample, left, right, texts, (name, host))


def _name_before(text: str) -> re.Match[str] | None:
    """Return the name for mail with which a text ends, or the last that has a sign or a digit."""
    marked = list(_MARKED_NAME.finditer(text))
    return marked[-1] if marked else _NAME_AT_END.search(text)


def _join(
    sample: int,
    left: int,
    right: int,
    texts: Sequence[str],
    parts: tuple[re.Match[str], re.Match[str]],
) -> View:
    name, host = parts
    shift = max(0, len(texts[left]) - _LEFT_CHARS)
    before, after = name["name"], host["host"]
    glue = "" if "@" in before + after else "@"
    start = len(before) + len(glue)
    pieces = (
        Piece(0, len(before), left, shift + name.start("name")),
        Piece(start, start + len(after), right, host.start("host")),
    )
    ending = "" if "." in after else ".com"
    return View(sample, f"{before}{glue}{after}{ending}", pieces, joined=True)
