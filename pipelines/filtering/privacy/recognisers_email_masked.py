"""Rules for e-mail addresses with a slip or a mask in them: "@gmailcom", "@@ziggo..nl", "%40"."""

import re
from collections.abc import Iterator

from pipelines.filtering.privacy.identifier_words import read_words, spaced
from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import Rule, Span

_WORDS = read_words("email")
_SURE, _ENDING, _AT = (spaced(_WORDS[name]) for name in ("sure_hosts", "endings", "at"))
_NAME = r"(?<![\w.+-])[a-z0-9][a-z0-9._+-]{1,63}"
# With a digit or a sign inside: no word of a sentence
_MARKED = (
    r"(?<![\w.+@-])(?=[a-z._+-]{0,40}\d|[a-z0-9]{1,40}[._][a-z0-9])"
    r"[a-z0-9][a-z0-9._+-]{1,62}[a-z0-9]"
)
_LABEL = r"[a-z0-9-]{1,63}"
_END = r"(?![\w@-]|\.\w)"
_GLUED = r"com|net|org|co[. ]?uk|co[. ]?in|de|fr|it|es|pl|nl|ru|kom"
_SIGN = "[a-z0-9._-]"
_FORMS = tuple(
    re.compile(form)
    for form in (
        # the mark twice, or as a link spells it
        rf"{_NAME}(?:@{{2,4}}|%40){_LABEL}(?:\.{{1,3}}{_LABEL}){{0,3}}\.{{1,3}}(?:{_ENDING}){_END}",
        rf"{_NAME}@{_LABEL}\.{{2,3}}(?:{_ENDING}){_END}",
        # no dot before the ending
        rf"{_NAME}\s?@\s?(?:{_SURE})[ ,_-]?(?:{_GLUED}){_END}",
        # blanks around the mark, no ending
        rf"{_MARKED}\s{{1,2}}@\s{{0,2}}(?:{_SURE}){_END}",
        rf"{_MARKED}@\s{{1,2}}(?:{_SURE}){_END}",
        # bold or code around its parts
        rf"{_MARKED}[*_`]{{0,3}}@[*_`]{{0,3}}{_LABEL}[*_`]{{0,3}}\.[*_`]{{0,3}}(?:{_ENDING}){_END}",
        # a blank behind each letter
        rf"(?<!\S)(?:{_SIGN} ){{3,40}}@(?: {_SIGN}){{3,40}}(?!\S)",
    )
)
# "x.y88 et gmail kom": a word for the mark, no dot
_WORDED = re.compile(rf"{_MARKED}\s(?:{_AT})\s(?:{_SURE})[\s.]{{1,2}}(?:{_ENDING}){_END}")
# "kez_88 on gmail": no ending, no mark; a product with a number is nobody
_ENDLESS = re.compile(
    rf"(?P<name>{_MARKED})\s(?:at|on|auf|bei|en|em|no|na|su|chez|sur|w|op|di|pe)\s(?:{_SURE})(?![\w@-]|\.\w)"
)
_PRODUCT = re.compile(r"(?:iphone|ipad|galaxy|pixel|windows|office|android|ios|macbook|covid|web)")
_LABELS = "host|domain|dominio|domínio|domaine|server|provider|anbieter|домен|域名|ドメイン|도메인"
_HOST_APART = re.compile(
    rf"(?P<name>{_MARKED})[^@\w][^@]{{0,20}}?(?:{_LABELS})[^@]{{0,12}}?(?<![\w@.-])(?:{_SURE})\.(?:{_ENDING}){_END}"
)


def scan_masked_emails(text: PlainText) -> Iterator[Span]:
    """Find addresses with a slip in the mark, in the dots or in the ending."""
    for form in _FORMS:
        yield from ((*match.span(), 0.85) for match in text.matches(form))


def scan_worded_emails(text: PlainText) -> Iterator[Span]:
    """Find addresses with a word for the mark and none for the dot."""
    return ((*match.span(), 0.85) for match in text.matches(_WORDED))


def scan_endless_emails(text: PlainText) -> Iterator[Span]:
    """Find a name for mail before the host of mail that it is at: "kez_88 on gmail"."""
    for match in text.matches(_ENDLESS):
        letters = re.sub("[^a-z]", "", match["name"])
        if len(letters) >= _NAME_LETTERS and not _PRODUCT.match(match["name"]):
            yield *match.span(), 0.8


def scan_named_hosts(text: PlainText) -> Iterator[Span]:
    """Find the name for mail before a host that is told apart: "name: x.y03, host: outlook.com"."""
    for match in text.matches(_HOST_APART):
        if len(match["name"]) >= _NAME_CHARS and re.search("[a-z]", match["name"]):
            yield *match.span("name"), 0.7


_NAME_CHARS, _NAME_LETTERS = 5, 4
_HOSTS = tuple(_WORDS["sure_hosts"])
MASKED_EMAIL_RULES = (
    Rule("EMAIL_ADDRESS", Needs(any_of=("@", "%40")), scan_masked_emails),
    Rule("EMAIL_ADDRESS", Needs(any_of=_HOSTS), scan_worded_emails),
    Rule("EMAIL_ADDRESS", Needs(any_of=_HOSTS), scan_endless_emails),
    Rule("EMAIL_ADDRESS", Needs(any_of=tuple(f"{host}." for host in _HOSTS)), scan_named_hosts),
)
