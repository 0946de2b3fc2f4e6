"""Rules for money: cards, bank accounts, wallets."""

# ruff: noqa: E501, SIM905  a pattern or word list is read as one line

import re
from collections.abc import Iterator

from pipelines.filtering.checksums import base58_holds, bech32_holds, iban_holds, luhn_holds
from pipelines.filtering.recogniser import Rule, Span, bare, by_pattern
from pipelines.filtering.screen import Needs, PlainText

_CARD = r"(?<!\d)(?<!\d[.-])\d(?:[ -]{0,2}\d){11,18}(?!\d)"
_ISSUERS = (  # first digits, lengths
    (re.compile(r"4"), (13, 16, 19)),
    (re.compile(r"5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720)"), (16,)),
    (re.compile(r"3[47]"), (15,)),
    (re.compile(r"6011|64[4-9]|65|62|60|81|82|508"), (16, 17, 18, 19)),
    (re.compile(r"3(?:0[0-5]|095|[689])"), (14, 16, 19)),
    (re.compile(r"35"), (16, 17, 18, 19)),
    (re.compile(r"1800|2131"), (15,)),
    (re.compile(r"50|5[6-9]|6"), (12, 13, 14, 15, 16, 17, 18, 19)),
)
_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BR": 29, "BY": 28, "CH": 21, "CR": 22,
    "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "DO": 28, "EE": 20, "EG": 29, "ES": 24, "FI": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22,
    "GI": 23, "GL": 18, "GR": 27, "GT": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30,
    "KZ": 20, "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19, "MR": 27,
    "MT": 31, "MU": 30, "NL": 18, "NO": 15, "PK": 24, "PL": 28, "PS": 29, "PT": 25, "QA": 29, "RO": 24, "RS": 22, "SA": 24, "SC": 31,
    "SD": 18, "SE": 24, "SI": 19, "SK": 24, "SM": 27, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
}  # fmt: skip  # ISO 13616 registry
_IBAN_START = re.compile(r"(?<![^\W_])([a-z]{2})\d{2}(?=[ -]?[a-z0-9])", re.ASCII)
_IBAN_REST = re.compile(r"(?:[ -]?[a-z0-9]){11,30}", re.ASCII)


def _card_holds(said: str) -> bool:
    digits = bare(said)
    known = any(prefix.match(digits) and len(digits) in lengths for prefix, lengths in _ISSUERS)
    return known and luhn_holds(digits) and len(set(digits)) > 1


def scan_ibans(text: PlainText) -> Iterator[Span]:
    """Find IBANs by country, length and check digits, grouped by spaces or not."""
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

_DIGIT_OF = dict(
    zip("zero oh one two three four five six seven eight nine".split(), "00123456789", strict=True)
)
_DIGIT_OF |= dict(
    zip("cero uno dos tres cuatro cinco seis siete ocho nueve".split(), "0123456789", strict=True)
)
_SPELLED_CARD = re.compile(
    rf"(?<!\w)(?:{'|'.join(_DIGIT_OF)})(?:[\s,-]{{1,3}}(?:{'|'.join(_DIGIT_OF)})){{12,18}}(?!\w)"
)


def scan_spelled_cards(text: PlainText) -> Iterator[Span]:
    """Find cards whose digits are said as words."""
    for match in text.matches(_SPELLED_CARD):
        if _card_holds("".join(_DIGIT_OF[word] for word in re.findall(r"[a-z]+", match[0]))):
            yield *match.span(), 0.95


FINANCE_RULES = (
    Rule(
        "CREDIT_CARD",
        Needs(any_of=tuple(word for word in _DIGIT_OF if word != "oh"), reach=200),
        scan_spelled_cards,
    ),
    Rule("CREDIT_CARD", Needs(digits=12, within=40, reach=80), by_pattern(_CARD, 1.0, _card_holds)),
    Rule("IBAN_CODE", Needs(digits=4, within=70, reach=80), scan_ibans),
    Rule("CRYPTO", Needs(digits=1), by_pattern(_BASE58_ADDRESS, 1.0, base58_holds, cased=True)),
    Rule(
        "CRYPTO",
        Needs(any_of=("bc1", "tb1", "ltc1"), reach=90),
        by_pattern(_BECH32_ADDRESS, 1.0, bech32_holds),
    ),
    Rule("CRYPTO", Needs(any_of=("0x",), reach=60), by_pattern(_ETHEREUM, 0.95)),
)
