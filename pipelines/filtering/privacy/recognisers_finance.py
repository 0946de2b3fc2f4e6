"""Rules for money: cards, bank accounts and what routes to them, wallets."""

import re
from collections.abc import Iterator

from pipelines.filtering.privacy.checksums import (
    base58_holds,
    bech32_holds,
    card_holds,
    check,
    clabe_holds,
    iban_holds,
)
from pipelines.filtering.privacy.digit_runs import (
    Beside,
    Run,
    cut_run,
    find_runs,
    in_hexadecimal,
    scan_digits,
)
from pipelines.filtering.privacy.identifier_words import read_words
from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import (
    Rule,
    Span,
    bare,
    beside,
    by_pattern,
    literal,
    near,
    stem,
)

_WORDS = read_words("finance")
_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22,
    "BR": 29, "BY": 28, "CH": 21, "CR": 22,
    "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18,
    "FO": 18, "FR": 27, "GB": 22, "GE": 22,
    "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23,
    "IS": 26, "IT": 27, "JO": 30, "KW": 30,
    "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27,
    "MD": 24, "ME": 22, "MK": 19, "MR": 27,
    "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29,
    "RO": 24, "RS": 22, "SA": 24, "SC": 31,
    "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24,
    "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}  # fmt: skip  # ISO 13616 registry
_IBAN_START = re.compile(
    r"(?:(?<![^\W_])|(?<=iban))([a-z]{2}) ?\d\d(?=[ ,./_\n\t\u00b7-]{0,3}[a-z0-9])", re.ASCII
)
_IBAN_REST = re.compile(r"(?:[ ,./_\n\t\u00b7-]{0,3}[a-z0-9]){11,30}", re.ASCII)
_CARD_DIGITS_MIN, _CARD_DIGITS_MAX = 12, 19
_CARD_SHAPES = (
    *((4, 4, 4, 4, 3), (4, 4, 4, 4), (4, 6, 5), (4, 6, 4), (4, 4, 5), (8, 8), (4, 12), (12, 4), (4,
    4, 8), (8, 4, 4), (4, 8, 4), (6, 10), (5, 5, 6)),
    *((2,) * 8, (16,), (15,), (14,), (13,), (12,), (19,), (18,), (17,)),
)  # fmt: skip
_CARD_LENGTHS_USUAL = (15, 16)
_SAYS_CARD = near(map(literal, _WORDS["card"]), before=60, after=25)
_SAYS_NO_CARD = near(map(literal, _WORDS["no_card"]), before=16)


def scan_cards(text: PlainText) -> Iterator[Span]:
    """Find cards by issuer, length and check digit, whatever stands between their groups."""
    for run in find_runs(text):
        if sum(run.lengths()) >= _CARD_DIGITS_MIN:
            yield from _cards(text, run)


def _cards(text: PlainText, run: Run) -> Iterator[Span]:
    sizes, at, found = run.lengths(), 0, False
    while at < len(sizes):
        for shape in _CARD_SHAPES:
            if tuple(sizes[at : at + len(shape)]) != shape or _continues(run, at, at + len(shape)):
                continue
            if _is_card(text, run.part(at, at + len(shape))):
                found = True
                yield run.groups[at][0], run.groups[at + len(shape) - 1][1], 1.0
                at += len(shape) - 1
                break
        at += 1
    if not found:
        whole = next((part for part in (run, *cut_run(run)) if _is_card(text, part)), None)
        if whole:
            yield whole.start, whole.end, 1.0


def _continues(run: Run, first: int, last: int) -> bool:
    """Does a group alone belong to a decimal number or a chain that a dot or dash goes on?"""
    if last - first > 1:
        return False
    before = run.between(first - 1) if first else ""
    behind = run.between(last - 1) if last < len(run.groups) else ""
    return before in {".", "-"} or behind in {".", "-"}


def _is_card(text: PlainText, run: Run) -> bool:
    digits = run.digits()
    if not _CARD_DIGITS_MIN <= len(digits) <= _CARD_DIGITS_MAX or not card_holds(digits):
        return False
    if in_hexadecimal(text.lower, run.start, run.end):
        return False
    said = _SAYS_CARD(text, run.start, run.end)
    is_bare = len(run.groups) == 1
    if is_bare and not said and _SAYS_NO_CARD(text, run.start, run.end):
        return False
    usual = len(digits) in _CARD_LENGTHS_USUAL or (
        digits[:2] in {"30", "36", "38"} and len(digits) == 14  # noqa: PLR2004 Diners
    )
    return said or (usual and not _is_short(run))


def _is_short(run: Run) -> bool:
    """Are its groups single numbers, as of a list or a sum?"""
    return len(run.groups) > 5 and max(run.lengths()) < 4  # noqa: PLR2004  no card is printed so


def scan_ibans(text: PlainText) -> Iterator[Span]:
    """Find IBANs by country, length and check digits, whatever stands between their groups."""
    for match in text.matches(_IBAN_START):
        length = _IBAN_LENGTHS.get(match[1].upper())
        rest = _IBAN_REST.match(text.lower, match.end())
        if length is None or rest is None:
            continue
        kept = [i for i, c in enumerate(rest[0]) if c.isalnum()][: length - 4]
        if len(kept) == length - 4 and iban_holds(bare(match[0] + rest[0][: kept[-1] + 1])):
            yield match.start(), match.end() + kept[-1] + 1, 1.0


_BASE58_ADDRESS = r"(?<!\w)[13][a-km-zA-HJ-NP-Z1-9]{25,34}(?!\w)"
_BECH32_ADDRESS = r"(?<!\w)(?:bc|tb|ltc)1[qpzry9x8gf2tvdw0s3jn54khce6mua7l]{11,71}(?!\w)"
_ETHEREUM = r"(?<!\w)0x[0-9a-f]{40}(?!\w)"
_IFSC = r"(?<!\w)[A-Z]{4}0[A-Z0-9]{6}(?!\w)"
_SORT_CODE = r"(?<![\d-])\d{2}[ -]\d{2}[ -]\d{2}(?![\d-])"
_BSB = (
    r"(?<![\d-])\d{3}[ -]?\d{3}(?![\d-])|(?<!\d)\d{8}(?!\d)|(?<!\d)\d{3} \d{3} \d{2}(?!\d)"
    r"|(?<!\w)[a-z]{4}0[a-z0-9]{6}(?!\w)"
)
_SWIFT = (
    r"(?<!\w)[a-z]{4}(?:ad|ae|ar|at|au|be|bg|bh|br|ca|ch|cl|cn|co|cy|cz|de|dk|ee|eg|es|fi|fr|gb|gr"
    r"|hk|hr|hu|id|ie|il|in|is|it|jo|jp|kr|kw|lt|lu|lv|ma|mt|mx|my|ng|nl|no|nz|om|pe|ph|pk"
    r"|pl|pt|qa|ro|rs|ru|sa|se|sg|si|sk|th|tn|tr|tw|ua|us|uy|vn"
    r"|za)[a-z0-9]{2}(?:[a-z0-9]{3})?(?!\w)"
)


def _is_branch(said: str) -> bool:
    """Has the code of a branch digits, and more than one kind of them?"""
    return sum(c.isdigit() for c in said) >= 5  # noqa: PLR2004  branches are nearly always numbers


def _stems(*kinds: str) -> tuple[str, ...]:
    return tuple(sorted({stem(word) for kind in kinds for word in _WORDS[kind]}))


def _patterns(kind: str) -> list[str]:
    return list(map(literal, _WORDS[kind]))


_account = scan_digits(
    Beside(tuple(range(20, 5, -1)), near(_patterns("account"), before=40), score=0.78)
)
_NO_ACCOUNT = near(map(literal, _WORDS["no_account"]), before=40, after=20)


def scan_accounts(text: PlainText) -> Iterator[Span]:
    """Find bank accounts: digits behind a word that says so, not a game's or a network's."""
    return (span for span in _account(text) if not _NO_ACCOUNT(text, *span[:2]))


_routed = by_pattern(
    r"(?<![\w-])\d{4}-\d{4}-\d(?![\w-])", 0.8, lambda said: check("us.rtn")(bare(said))
)
_routing = scan_digits(
    Beside((9,), near(_patterns("routing"), before=40, after=15), check("us.rtn"))
)
_clabe = scan_digits(Beside((18,), near(_patterns("clabe"), before=40, after=15), clabe_holds))
_cbu = by_pattern(r"(?<!\d)\d{8}[ -]?\d{14}(?!\d)", 0.85, lambda said: check("ar.cbu")(bare(said)))
_polish = by_pattern(
    r"(?<![\w-])\d{2}(?:[ -]?\d{4}){6}(?![\w-])", 0.9, lambda said: iban_holds("PL" + bare(said))
)
_bank = scan_digits(
    Beside(tuple(range(20, 9, -1)), near(_patterns("banks"), before=25, after=15), score=0.75)
)
_SHAPES = (  # accounts as their countries group them: Poland, France, Russia, China, Brazil, Japan
    r"(?<![\w-])\d{2}(?: \d{4}){6}(?![\w-])"
    r"|(?<![\w-])\d{5}[ -]\d{5}[ -][\da-z]{11}[ -]\d{2}(?![\w-])"
    r"|(?<![\w.-])4(?:0[1-8]|2[0-3])\d{2}(?:810|840|978)\d{12}(?![\w-])"
    r"|(?<![\w.-])62\d{14,17}(?![\w-])"
    r"|(?<!\w)ag(?:[êe]ncia)?\.?[ :]{1,2}\d{4}(?:-\d)?[ ,/e]{1,3}(?:conta|c/c|cc)"
    r"[^\d\n]{1,12}\d{4,9}-[\dx](?!\w)"
    r"|(?<=普通)[ :]?\d{7}(?!\d)|(?<=当座)[ :]?\d{7}(?!\d)"
)
_UK = (  # "sort code 20-41-77 acc 83920175"
    r"(?<![\d-])\d{2}[ -]\d{2}[ -]\d{2}[^\d\n]{1,25}(?P<account>\d{8})(?![\d-])"
)
_PIX = (
    r"(?<!\w)(?:pix|chave)[^\n]{0,25}?(?<![\w-])"
    r"([\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12})(?![\w-])"
)
_ccc = by_pattern(
    r"(?<!\d)\d{4}([ -]?)\d{4}\1\d{2}\1\d{10}(?!\d)", 0.85, lambda said: check("es.ccc")(bare(said))
)

_swift = beside(_SWIFT, _patterns("swift"), 0.75, before=25, after=0)


def scan_swift(text: PlainText) -> Iterator[Span]:
    """Find the codes of banks beside their word, in capitals."""
    return (span for span in _swift(text) if text.text[span[0] : span[1]].isupper())


FINANCE_RULES = (
    Rule("CREDIT_CARD", Needs(digits=12, within=60, reach=120), scan_cards),
    Rule("IBAN_CODE", Needs(digits=4, within=70, reach=130), scan_ibans),
    Rule(
        "BANK_ACCOUNT",
        Needs(digits=6, within=30, any_of=_stems("account"), reach=120),
        scan_accounts,
    ),
    Rule("BANK_ACCOUNT", Needs(digits=18, within=90, any_of=_stems("clabe"), reach=120), _clabe),
    Rule(
        "CREDIT_CARD",
        Needs(digits=16, within=64, any_of=_stems("card_number"), reach=120),
        scan_digits(Beside((16,), near(_patterns("card_number"), before=40), score=0.78)),
    ),
    Rule("BANK_ACCOUNT", Needs(digits=26, within=34, reach=60), _polish),
    Rule("BANK_ACCOUNT", Needs(digits=10, within=40, any_of=_stems("banks"), reach=120), _bank),
    Rule("BANK_ACCOUNT", Needs(digits=7, within=40, reach=60), by_pattern(_SHAPES, 0.8)),
    Rule(
        "BANK_ACCOUNT",
        Needs(digits=6, any_of=("pix", "chave"), reach=80),
        by_pattern(_PIX, 0.8, group=1),
    ),
    Rule(
        "BANK_ACCOUNT",
        Needs(digits=14, any_of=_stems("sort_code"), reach=120),
        beside(_UK, _patterns("sort_code"), 0.8, before=40, after=0, group="account"),
    ),
    Rule("BANK_ACCOUNT", Needs(digits=22, within=24, reach=60), _cbu),
    Rule("BANK_ACCOUNT", Needs(digits=20, within=24, reach=60), _ccc),
    Rule("BANK_ROUTING", Needs(digits=9, within=45, any_of=_stems("routing"), reach=120), _routing),
    Rule("BANK_ROUTING", Needs(digits=9, within=11, reach=20), _routed),
    Rule(
        "BANK_ROUTING",
        Needs(digits=5, within=11, reach=20),
        by_pattern(_IFSC, 0.8, _is_branch, cased=True),
    ),
    Rule(
        "BANK_ROUTING",
        Needs(digits=6, within=10, any_of=("sort", "sc", "account", "acct"), reach=20),
        beside(_SORT_CODE, _patterns("sort_code"), 0.75, before=40, after=40),
    ),
    Rule(
        "BANK_ROUTING",
        Needs(digits=4, within=11, any_of=_stems("bank_code"), reach=30),
        beside(_BSB, _patterns("bank_code"), 0.75, before=30, after=0),
    ),
    Rule(
        "BANK_ROUTING",
        Needs(any_of=_stems("swift"), reach=None),
        scan_swift,
    ),
    Rule("CRYPTO", Needs(digits=1), by_pattern(_BASE58_ADDRESS, 1.0, base58_holds, cased=True)),
    Rule(
        "CRYPTO",
        Needs(any_of=("bc1", "tb1", "ltc1"), reach=90),
        by_pattern(_BECH32_ADDRESS, 1.0, bech32_holds),
    ),
    Rule("CRYPTO", Needs(any_of=("0x",), reach=60), by_pattern(_ETHEREUM, 0.95)),
)
