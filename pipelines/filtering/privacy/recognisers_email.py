"""Rules for e-mail addresses, written, typed with blanks or said, and for payment names."""

import re
from collections.abc import Iterator

from pipelines.filtering.privacy.identifier_words import read_words, spaced
from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import Rule, Span, latin_edges, near

_WORDS = read_words("email")
_LETTER = r"\w\u0300-\u036f\u0900-\u0dff\u0e00-\u0e7f"  # the vowel signs of a script are no \w
_LOCAL_MAX = 64  # RFC 5321, 4.5.3.1.1
_LOCAL_REVERSED = re.compile(rf"[{_LETTER}.%+&'-]{{1,64}}")
_LOCAL_EDGE = ".%+&'-"
_TOP = (
    rf"(?:xn--[a-z0-9-]{{1,59}}(?<!-)|(?:[^\W\d_][\u0300-\u036f\u0900-\u0dff\u0e00-\u0e7f]{{0,"
    rf"4}}){{2,24}})(?![{_LETTER}])"
)
_DOMAIN = re.compile(
    rf"(?:[^\W_](?:[{_LETTER}-]{{0,62}}(?<![-_]))?\.){{1,8}}(?:{_TOP}"
    rf"|(?:[^\W\d_][\u0300-\u036f\u0900-\u0dff\u0e00-\u0e7f]{{0,4}}){{2,24}})",
    re.IGNORECASE,
)
_ENDINGS = frozenset(_WORDS["endings"])
_ENDING = spaced(_WORDS["endings"])
_OTHER = r"[\u0370-\u1dff\u2e80-\uffff]"  # letters of scripts that are not Latin
_LATIN_DOMAIN = re.compile(
    rf"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{{0,62}}(?<!-))?\.){{1,8}}[A-Za-z]{{2,24}}(?={_OTHER})"
)
_LATIN_TAIL = re.compile(rf"(?<={_OTHER})[A-Za-z0-9][A-Za-z0-9._%+&'-]{{0,63}}\s{{0,3}}\Z")
_SAID_END = r"(?:\s?,\s?|\s)(?:com|net|org|co[. ]uk|de|fr|it|es|pl|nl|ru)(?![a-z0-9])"
_MAIL_HOST = re.compile(  # "kez@gmail ok", "kez@gmail,com"; "kez_8@libero it"
    rf"(?:(?:{spaced(_WORDS['sure_hosts'])})(?:{_SAID_END})?"
    rf"|(?P<vague>{spaced(_WORDS['providers'])}){_SAID_END})(?![\w@.-])"
)
_APART = re.compile(
    rf"\s{{0,3}}@\s{{0,3}}(?P<domain>[a-z0-9][a-z0-9-]{{1,62}}(?:\s{{0,2}}\.\s{{0,2}}[a-z0-9-]{{2,"
    rf"63}}){{0,2}}?\s{{0,2}}\.\s{{0,2}}(?:{_ENDING})(?![\w-]))"
)  # fmt: skip
_APART_BLANKS = 3  # blanks at most between a name and the `@` of `_APART`
_NAME_APART = re.compile(rf"(?:[{_LETTER}%+&'-]{{1,64}}\s?\.\s?){{0,3}}[{_LETTER}%+&'-]{{1,64}}\Z")
_PROVIDERS = frozenset(_WORDS["providers"])
_HOSTS = frozenset(name for name in _PROVIDERS if len(name) > 2)  # noqa: PLR2004  "at me" is said
_NOT_NAMES = frozenset(_WORDS["not_names"])


def scan_emails(text: PlainText) -> Iterator[Span]:
    """Find e-mail addresses, international ones too, around every `@`.

    At most 64 characters before the `@` are read, so an address is found wherever it stands,
    whatever is glued to it.
    """
    at = text.text.find("@")
    while at >= 0:
        domain = _DOMAIN.match(text.text, at + 1)
        local = _LOCAL_REVERSED.match(text.text[max(0, at - _LOCAL_MAX) : at][::-1])
        name = local[0][::-1].lstrip(_LOCAL_EDGE) if local else ""
        if domain and name:
            name = _without_sentence(name) if text.text[at + 1].isascii() else name
            yield at - len(name), _domain_end(text, at + 1, domain.end()), 1.0
        else:
            yield from _apart(text, at, name)
        at = text.text.find("@", at + 1)


def _without_sentence(name: str) -> str:
    """Cut words of another script off a Latin name: those of Japan and China set no blanks."""
    tail = _LATIN_TAIL.search(name)
    return name[tail.start() :].lstrip(_LOCAL_EDGE) if tail else name


def _domain_end(text: PlainText, start: int, end: int) -> int:
    """Return where a domain ends that words of the sentence may be glued to."""
    latin = _LATIN_DOMAIN.match(text.text, start, end + 1)
    if latin:
        return latin.end()
    *labels, last = text.lower[start:end].split(".")
    if labels[0] in _PROVIDERS and last not in _ENDINGS:
        return (
            end
            - len(last)
            + max((len(e) for e in _ENDINGS if last.startswith(e)), default=len(last))
        )
    return end


def _apart(text: PlainText, at: int, name: str) -> Iterator[Span]:
    """Find an address with blanks around its `@` or its dots."""
    start = at
    while start and text.lower[start - 1].isspace() and at - start < _APART_BLANKS:
        start -= 1
    mail = _APART.match(text.lower, start)
    if not mail:
        yield from _unended(text, at, name)
        return
    tail = _LOCAL_REVERSED.match(text.lower[max(0, start - _LOCAL_MAX) : start][::-1])
    name = name or (tail[0][::-1].lstrip(_LOCAL_EDGE) if tail else "")
    if not name or name in _NOT_NAMES:
        return
    host = mail["domain"].split(".")[0].strip()
    marked = any(not c.isalpha() for c in name)
    if marked or host in _PROVIDERS or start == at:
        first = start - len(name)
        dotted = re.search(
            rf"[{_LETTER}-]{{2,30}}\s?\.\s?\Z", text.lower[max(0, first - 40) : first]
        )
        spaced = (
            dotted is not None and host in _PROVIDERS and " . " in text.lower[start : mail.end()]
        )
        yield (first - len(dotted[0]) if dotted and spaced else first), mail.end(), 0.9


def _unended(text: PlainText, at: int, name: str) -> Iterator[Span]:
    """Find an address whose ending is left out or said: "kez_8@gmail", "kez_8@libero it"."""
    host = _MAIL_HOST.match(text.lower, at + 1)
    own = _without_sentence(name)
    told = host and (not own.isalpha() or not host["vague"])  # "hi@me it" is talk
    if host and told and len(own) > 2 and own not in _NOT_NAMES:  # noqa: PLR2004  "hi@gmail"
        yield at - len(own), host.end(), 0.9


_VAGUE = frozenset(["et", "ett", "eks", "ات", "эт", "엣", "앳"])  # words of other meanings too
_AT, _DOT, _MARK = (spaced(_WORDS[name]) for name in ("at", "dot", "marks"))
_OPEN, _CLOSE = r"\s{0,3}[(\[{<]\s?", r"\s?[)\]}>]\s{0,3}"
_BRACKETED = rf"{_OPEN}(?:@|{_AT}){_CLOSE}"
_DOTTED = rf"(?:{_OPEN}(?:\.|{_DOT}){_CLOSE}|\s{{1,3}}(?:{_DOT})\s{{1,3}}|\s?\.\s?)"
_SIGN = rf"[{_LETTER}+-]"
_NAME = (
    rf"(?<![\w.])(?:[^\W_]{_SIGN}{{0,30}}(?:{_OPEN}(?:\.|{_MARK}){_CLOSE}"
    rf"|\s{{1,2}}(?:{_MARK})\s{{1,2}}|\.)){{0,2}}[^\W_]{_SIGN}{{0,63}}"
)
_LABELS = (
    rf"(?P<host>[a-z0-9-]{{2,63}}|{spaced(_WORDS['providers'])})(?:{_DOTTED}[a-z0-9-]{{2,63}}){{0,"
    rf"2}}?"
)
_SPELLED = re.compile(
    latin_edges(_NAME)
    + (
        rf"(?:(?P<sure>{_BRACKETED}|\s{{0,3}}@\s{{0,3}})"
        rf"|(?P<said>\s{{1,3}}(?:{_AT})\s{{1,3}})){_LABELS}(?:(?P<dot>{_DOTTED})"
        rf"(?:{_ENDING})(?:{_DOTTED}(?:uk|in|br|mx|ar|au|jp|kr|id|tr|nz|za|com))?|\s?(?:닷컴"
        rf"|닷넷|ドットコム|ドットネット|点com|點com))"
        rf"(?:(?<=[a-z])(?![a-z0-9_\u00c0-\u024f])|(?<![a-z])(?!\w))(?!\s?@)"
    )
)


def scan_spelled_emails(text: PlainText) -> Iterator[Span]:
    """Find addresses whose `@` or dot is said: in brackets, or in words."""
    for match in text.matches(_SPELLED):
        name = match[0][
            : (match.start("sure") if match["sure"] else match.start("said")) - match.start()
        ]
        dot = (match["dot"] or ".").strip(" \t\n()[]{}<>")
        # "at this point it": only "dot" and marks in brackets say a dot beside a plain "at"
        worded = dot == "dot" or (dot.isalpha() and (match["said"] or "").strip() != "at")
        if name.strip() in _NOT_NAMES:
            continue
        if match["said"] and match["said"].strip() in _VAGUE and match["host"] not in _PROVIDERS:
            continue
        said = (match["said"] or "").strip()
        told = bool(said) and said != "at" and said not in _VAGUE and match["host"] in _PROVIDERS
        if match["sure"] or worded or told or match["host"] in _HOSTS:
            tail = _LATIN_TAIL.search(name) if match["host"].isascii() else None
            yield match.start() + (tail.start() if tail else 0), match.end(), 0.85


_JOINED_AT_WORDS, _JOINED_DOT_WORDS = (  # Japanese, Korean and Chinese set no blank around a word
    tuple(
        word for word in _WORDS[name] if re.match("[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]", word)
    )
    for name in ("at", "dot")
)
_JOINED_AT, _JOINED_DOT = spaced(_JOINED_AT_WORDS), spaced(_JOINED_DOT_WORDS)
_PROVIDER = spaced(_WORDS["providers"])
_JOINED_NAME = r"(?<![a-z0-9._+-])[a-z0-9][a-z0-9._+-]{1,40}"
_JOINED = re.compile(
    rf"{_JOINED_NAME}\s?(?:(?:{_JOINED_AT})\s?(?:{_PROVIDER}|[a-z0-9-]{{2,30}})"
    rf"|(?:{spaced(_WORDS['joined_signs'])})(?:{_PROVIDER}))"
    rf"(?:\s?(?:{_JOINED_DOT}|\.)\s?(?:{_ENDING}|ne|or|ac|go)(?![a-z0-9])){{1,2}}"
)
_TIED = re.compile(  # "lena-kraus-at-gmx-punkt-de", "kez_at_gmail_dot_com"
    rf"(?<![a-z0-9._-])[a-z0-9][a-z0-9.]{{0,40}}(?:[_-][a-z0-9.]{{1,30}}){{0,3}}?"
    rf"[_-](?:{_AT})[_-](?:{_PROVIDER}|[a-z0-9]{{3,30}})[_-](?:{_DOT})[_-](?:{_ENDING})(?![a-z0-9])"
)


def scan_joined_emails(text: PlainText) -> Iterator[Span]:
    """Find addresses whose marks are said without blanks: "mikan88アットgmailドットcom"."""
    return ((*match.span(), 0.85) for match in text.matches(_JOINED))


def scan_tied_emails(text: PlainText) -> Iterator[Span]:
    """Find addresses of words tied with hyphens or underscores: "kez_at_gmail_dot_com"."""
    return ((*match.span(), 0.85) for match in text.matches(_TIED))


_HANDLE = re.compile(rf"(?:{spaced(_WORDS['upi_handles'])})(?![\w-]|\.\w)")
_ANY_HANDLE = re.compile(r"[a-z]{2,20}(?![\w-]|\.\w)")
_SAYS_UPI = near(list(map(re.escape, _WORDS["upi_words"])), before=40, after=20)


def scan_upi(text: PlainText) -> Iterator[Span]:
    """Find payment names of India's UPI, `name@bank`: by the bank, or beside a word."""
    at = text.lower.find("@")
    while at >= 0:
        before, behind = text.lower[max(0, at - _LOCAL_MAX) : at], text.lower[at + 1 : at + 2]
        apart = before.endswith(" ")  # "meera.nair4 @ oksbi"
        local = re.match(r" ?([\w.-]{2,64})", before[::-1], re.ASCII)
        if local:
            start = at - len(local[0].rstrip(_LOCAL_EDGE))
            bank = _HANDLE.match(text.lower, at + 1 + (behind == " "))
            if apart and not (
                bank and re.search(r"[\d._-]", local[1]) and re.search("[a-z]", local[1])
            ):
                at = text.lower.find("@", at + 1)
                continue
            said = bank or _ANY_HANDLE.match(text.lower, at + 1)
            if said and start < at and (bank or _SAYS_UPI(text, start, said.end())):
                yield start, said.end(), 0.9
        at = text.lower.find("@", at + 1)


_SHORT_WORDS = [word for word in _WORDS["at"] if len(word) <= 2]  # noqa: PLR2004  vague
_SIGNS = (*_WORDS["dot"], *(word for word in _WORDS["at"] if len(word) > 2))  # noqa: PLR2004
_BLANKS = ("", *(chr(code) for code in range(0x3001) if chr(code).isspace()))
_BRACKETS = (
    "@",
    *(f"{opened}{word}" for opened in "([{<" for word in (*_WORDS["at"], ".")),
    *(f"{opened}{blank}{word}" for opened in "([{<" for blank in _BLANKS for word in _SHORT_WORDS),
)

EMAIL_RULES = (
    Rule("EMAIL_ADDRESS", Needs(any_of=("@",)), scan_emails),
    Rule(
        "EMAIL_ADDRESS", Needs(any_of=(*_SIGNS, *_BRACKETS, *sorted(_HOSTS))), scan_spelled_emails
    ),
    Rule(
        "EMAIL_ADDRESS",
        Needs(any_of=(*_JOINED_AT_WORDS, *_WORDS["joined_signs"])),
        scan_joined_emails,
    ),
    Rule(
        "EMAIL_ADDRESS",
        Needs(
            any_of=tuple(
                f"{tie}{word}{end}" for word in _WORDS["at"] for tie in "_-" for end in "_-"
            )
        ),
        scan_tied_emails,
    ),
    Rule("UPI_ID", Needs(any_of=("@",)), scan_upi),
)
