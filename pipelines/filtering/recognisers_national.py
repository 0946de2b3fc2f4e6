"""Rules for the numbers that states give to people."""

import re
from collections.abc import Callable, Iterator

from pipelines.filtering.checksums import (
    cpf_holds,
    curp_holds,
    nhs_holds,
    nif_holds,
    tax_id_holds,
    verhoeff_holds,
)
from pipelines.filtering.recogniser import Rule, Scan, Span, bare, by_pattern, latin_edges, near
from pipelines.filtering.screen import Needs, PlainText


def _beside(
    pattern: str, words: tuple[str, ...], score: float, holds: Callable[[str], bool] | None = None
) -> Scan:
    """Return a scan for a pattern that counts only beside one of the words."""
    compiled, says_so = re.compile(latin_edges(pattern)), near(words, before=50, after=20)

    def scan(text: PlainText) -> Iterator[Span]:
        for match in text.matches(compiled):
            if (holds is None or holds(bare(match[0]))) and says_so(text, *match.span()):
                yield *match.span(), score

    return scan


def _digits_hold(holds: Callable[[str], bool]) -> Callable[[str], bool]:
    return lambda said: holds(bare(said))


_AADHAAR_WORDS = ("aadhaar", "aadhar", "adhar", "uidai", "uid", "आधार")
_SSN_AREA = r"(?!000|666|9\d\d)\d{3}"
_SSN = rf"(?<![\w-]){_SSN_AREA}([- ])(?!00)\d{{2}}\1(?!0000)\d{{4}}(?![\w-])"
_SSN_BARE = r"(?<!\w)\d(?:[ .-]{0,2}\d){8}(?!\w)"
_SSN_DIGITS = re.compile(rf"{_SSN_AREA}(?!00)\d{{2}}(?!0000)\d{{4}}")
_ITIN_DIGITS = re.compile(r"9\d{2}(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])\d{4}")
_ITIN = r"(?<![\w-])9\d{2}([- ])(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])\1\d{4}(?![\w-])"
_NINO = (
    r"(?<!\w)(?!bg|gb|kn|nk|nt|tn|zz)[abceghj-prstw-z][abceghj-nprstw-z] ?\d{2} ?\d{2} ?\d{2} ?[a-d](?!\w)"
)
_CURP = (
    r"(?<!\w)[A-Z][AEIOUX][A-Z]{2}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[HMX][A-Z]{5}[A-Z0-9]\d(?!\w)"
)
_RFC = r"(?<!\w)[A-ZÑ&][AEIOUX][A-ZÑ&]{2}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])[A-Z0-9]{2}[A0-9](?!\w)"
_PAN = r"(?<!\w)[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z](?!\w)"
_PASSPORT_WORDS = ("passport", "pasaporte", "passaporte", "reisepass", "passeport", "पासपोर्ट")

NATIONAL_RULES = (
    Rule("US_SSN", Needs(digits=9, within=16, reach=30), by_pattern(_SSN, 0.9)),
    Rule(
        "US_SSN",
        Needs(digits=9, within=30, any_of=("ssn", "social"), reach=40),
        _beside(
            _SSN_BARE,
            ("ssn", "ssns", "social security", "social"),
            0.85,
            lambda digits: _SSN_DIGITS.fullmatch(digits) is not None,
        ),
    ),
    Rule("US_ITIN", Needs(digits=9, within=16, reach=30), by_pattern(_ITIN, 0.85)),
    Rule(
        "US_ITIN",
        Needs(digits=9, within=30, any_of=("itin", "taxpayer"), reach=40),
        _beside(
            _SSN_BARE,
            ("itin", "taxpayer id\\w{0,12}"),
            0.85,
            lambda digits: _ITIN_DIGITS.fullmatch(digits) is not None,
        ),
    ),
    Rule(
        "US_DRIVER_LICENSE",
        Needs(digits=5, within=10, any_of=("licen", "dl "), reach=30),
        _beside(
            r"(?<!\w)[a-z]{0,2}\d{6,13}(?!\w)|(?<!\w)[a-z]\d{3}-\d{4}-\d{4}(?!\w)",
            ("driver'?s?'? licen[sc]e", "driving licen[sc]e", "dl (?:number|no)", "licencia de conducir"),
            0.7,
        ),
    ),
    Rule(
        "PASSPORT",
        Needs(digits=6, within=10, any_of=_PASSPORT_WORDS, reach=30),
        _beside(r"(?<!\w)[a-z]{0,3}\d{6,9}[a-z]?(?!\w)", _PASSPORT_WORDS, 0.8),
    ),
    Rule("UK_NINO", Needs(digits=6, within=12, reach=30), by_pattern(_NINO, 0.9)),
    Rule(
        "UK_NHS",
        Needs(digits=10, within=16, reach=30),
        by_pattern(r"(?<![\w-])\d{3} \d{3} \d{4}(?![\w-])", 0.7, _digits_hold(nhs_holds)),
    ),
    Rule(
        "UK_NHS",
        Needs(digits=10, within=16, any_of=("nhs",), reach=30),
        _beside(r"(?<!\w)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\w)", ("nhs",), 0.95, nhs_holds),
    ),
    Rule(
        "IN_AADHAAR",
        Needs(digits=12, within=18, reach=30),
        by_pattern(
            r"(?<![\w-])(?<!\d )[2-9]\d{3}([ -])\d{4}\1\d{4}(?![\w-])(?! \d)",
            0.95,
            _digits_hold(verhoeff_holds),
        ),
    ),
    Rule(
        "IN_AADHAAR",
        Needs(digits=12, within=18, any_of=("aad", "adhar", "uid", "आधार"), reach=30),
        _beside(r"(?<!\w)[2-9]\d{3}[ -]?\d{4}[ -]?\d{4}(?!\w)", _AADHAAR_WORDS, 0.95),
    ),
    Rule("IN_PAN", Needs(digits=4, within=6, reach=20), by_pattern(_PAN, 0.85, cased=True)),
    Rule(
        "IN_PAN",
        Needs(digits=4, within=6, any_of=("pan",), reach=20),
        _beside(_PAN.lower().replace(r"(?<!\w)", r"(?<!\w)"), ("pan", "pan card", "pan number"), 0.85),
    ),
    Rule(
        "ES_NIF",
        Needs(digits=8, within=14, reach=30),
        by_pattern(
            r"(?<!\w)\d{8}[ -]?[a-z](?!\w)|(?<!\w)\d{2}\.\d{3}\.\d{3}[ -]?[a-z](?!\w)",
            0.9,
            _digits_hold(nif_holds),
        ),
    ),
    Rule(
        "ES_NIE",
        Needs(digits=7, within=10, reach=30),
        by_pattern(r"(?<!\w)[xyz][ -]?\d{7}[ -]?[a-z](?!\w)", 0.9, _digits_hold(nif_holds)),
    ),
    Rule(
        "MX_CURP",
        Needs(digits=7, within=18, reach=30),
        by_pattern(f"(?i:{_CURP})", 0.95, curp_holds, cased=True),
    ),
    Rule("MX_RFC", Needs(digits=6, within=10, reach=30), by_pattern(_RFC, 0.8, cased=True)),
    Rule(
        "BR_CPF",
        Needs(digits=11, within=18, reach=30),
        by_pattern(r"(?<![\w-])\d{3}\.\d{3}\.\d{3}-\d{2}(?![\w-])", 0.95, _digits_hold(cpf_holds)),
    ),
    Rule(
        "BR_CPF",
        Needs(digits=11, within=16, any_of=("cpf",), reach=30),
        _beside(r"(?<!\w)\d{11}(?!\w)", ("cpf",), 0.9, cpf_holds),
    ),
    Rule(
        "DE_TAX_ID",
        Needs(digits=11, within=18, any_of=("steuer", "tax", "idnr"), reach=30),
        _beside(
            r"(?<!\w)\d{2} ?\d{3} ?\d{3} ?\d{3}(?!\w)",
            ("steuer\\w{0,24}", "steuer-?id", "tax id\\w{0,12}", "idnr", "tax number"),
            0.9,
            tax_id_holds,
        ),
    ),
)
