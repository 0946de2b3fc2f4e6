"""Rules for the plates of vehicles by their countries' forms."""

# ruff: noqa: ISC004, E501, FLY002, RUF001  a pattern is read as one line

import re
from collections.abc import Iterable, Iterator

from pipelines.filtering.privacy.identifier_words import read_tables
from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import (
    Rule,
    Scan,
    Span,
    bare,
    beside,
    by_pattern,
    latin_edges,
    literal,
    near,
    stem,
)

_CHARS_MIN = 5
_STATES = (
    "an|ap|ar|as|br|bh|ch|cg|dd|dl|dn|ga|gj|hp|hr|jh|jk|ka|kl|la|ld|mh|ml|mn|mp|mz|nl|od|or|pb|py"
    "|rj|sk|tg|tn|tr|ts|uk|up|wb"
)
_INDIAN = (
    rf"(?<![\w-])(?:{_STATES})[ .-]{{0,3}}\d{{1,2}}[ .-]{{0,3}}(?:[a-z]{{1,3}}"
    rf"|[a-z][ .-]{{1,3}}[a-z]{{1,2}})[ .-]{{0,3}}\d{{4}}(?![\w-])"
)
_BHARAT = r"(?<![\w-])2[0-9][ -]?bh[ -]?\d{4}[ -]?[a-z]{1,2}(?![\w-])"
_BRITISH = r"(?<![\w-])[A-HJ-PR-Y]{2}(?:0[2-9]|[12]\d|5[1-9]|[67]\d) ?[A-HJ-PR-Z]{3}(?![\w-])"
_BY_COUNTRY = "|".join(
    (
        r"[a-z]{1,3}[ -][a-z]{1,2}[ -]?\d{1,4}[eh]?",  # Germany, Indonesia in part
        r"[a-z]{1,2}[ -]?\d{1,4}[ -]?[a-z]{1,3}",  # Indonesia, Nigeria in part
        r"[a-z]{2}[ -]?\d{3}[ -]?[a-z]{2}",  # France, Italy, Argentina
        r"\d{4}[ -]?[b-df-hj-np-tv-z]{3}",  # Spain
        r"[a-z]{3}[ -]?\d[a-z0-9]\d{2}",  # Brazil
        r"[a-z]{3}[ -]?\d{3,4}[ -]?[a-z]{0,2}",  # Argentina, Mexico, Nigeria, US
        r"\d{2}[ .-]?[a-z]{1,3}[ .-]?\d{2,4}",  # Turkey, Portugal in part
        r"[a-z]{2}[ -]?\d{2}[ -]?[a-z]{2}|\d{2}[ -][a-z]{2}[ -]\d{2}|[a-z]{2}[ -]\d{2}[ -]\d{2}"
        r"|\d{2}[ -]\d{2}[ -][a-z]{2}",  # Portugal, the Netherlands
        r"[a-z0-9]{1,3}-[a-z0-9]{2,3}-[a-z0-9]{1,3}|\d[ -]?[a-z]{3}[ -]?\d{3}",  # Netherlands, US
        r"[a-z]{2,3} ?[a-z0-9]{4,5}",  # Poland
        r"[авекмнорстух] ?\d{3} ?[авекмнорстух]{2} ?\d{2,3}",  # Russia
        r"[\u4e00-\u9fff][a-z][· .-]?[a-z0-9]{5,6}",  # China
        r"\d{2,3} ?[가-힣] ?\d{4}",  # Korea
        r"[\u4e00-\u9fff]{1,4} ?\d{3} ?[\u3041-\u3093] ?\d{2}-?\d{2}",  # Japan
        r"(?:[\u0621-\u064a] ?){2,3}\d{1,4}"  # Arabic
        r"|\d{1,4} ?[\u0621-\u064a](?: ?[\u0621-\u064a]){1,2}",
        r"[a-z]{2}\d{2} ?[a-z]{3}|[a-z]{1,3} ?\d{1,4}|[a-z]\d{1,3} ?[a-z]{3}",  # United Kingdom
    )
)
_CAR_WORDS = (
    "car",
    "cars",
    "vehicle",
    "vehicles",
    "van",
    "taxi",
    "cab",
    "bike",
    "truck",
    "reg",
    "parked",
    "towed",
    "driving",
    "drove",
)
_CAR_STEMS = (
    "car",
    "vehicle",
    "van",
    "taxi",
    "cab",
    "bike",
    "truck",
    "reg",
    "park",
    "tow",
    "driv",
    "drove",
)
_PLATE_WORDS = ("plate", "plates", "number plate", "licence plate", "license plate", "registration",
    "vehicle reg", "matrícula", "matricula", "placa", "placas", "patente", "plaque",
    "immatriculation", "immat", "immatriculée", "immatriculé", "immatriculés", "nummernschild",
    "kfz-kennzeichen", "autokennzeichen", "autonummer", "targato", "targata", "matriculado",
    "matriculada", "emplacado", "numer rejestracyjny", "blachy", "tablicy", "plat kendaraan",
    "plat nomornya", "araç plakası", "arabanın plakası", "госномером", "номера", "номер тачки",
    "号牌", "牌照*", "차 번호*", "번호판*", "ナンバープレート*", "车号*", "رقم السيارة", "رقم العربية", "نمرة السيارة",
    "نمرة", "गाड़ी", "गाड़ी संख्या", "नंबर प्लेट", "gaadi no", "gadi number", "gadi no",
    "gaadi ka number", "gadi ka number", "kennzeichen", "targa", "kenteken", "rejestracja",
    "rejestracyjny", "rejestracyjne", "tablica", "plat nomor", "nopol", "plat motor", "plat mobil",
    "plat", "tablice", "тачка", "гос номер", "номер тачки", "номер авто", "plaka*", "plakası",
    "plakam", "госномер", "номер машины", "车牌*", "車牌*", "ナンバー*", "차량번호*", "차번호*", "لوحة*",
    "اللوحة*", "لوحته*", "لوحتها*", "गाड़ी नंबर", "गाड़ी का नंबर")  # fmt: skip


def _near(form: str, words: Iterable[str], score: float) -> Scan:
    return beside(form, map(literal, words), score, before=40, after=25)


_MARKED = rf"(?<![\w-])(?=[^\n]{{0,9}}?\d)(?:{_BY_COUNTRY})(?![\w-])"
_STEMS = tuple(sorted({word.removesuffix("*").split()[-1] for word in _PLATE_WORDS}))

_indian, _named = by_pattern(_INDIAN, 0.75), _near(_MARKED, _PLATE_WORDS, 0.6)
_says_vehicle = near(map(literal, (*_CAR_WORDS, *_PLATE_WORDS)), before=40, after=25)


def scan_indian(text: PlainText) -> Iterator[Span]:
    """Find plates of India: in capitals, or beside a word that names a vehicle."""
    for start, end, score in _indian(text):
        if text.text[start : start + 2].isupper() or _says_vehicle(text, start, end):
            yield start, end, score


def scan_named(text: PlainText) -> Iterator[Span]:
    """Find what is called a plate and has the form of one: letters and digits."""
    for start, end, score in _named(text):
        said = text.text[start:end]
        digits = sum(c.isdigit() for c in said)
        told = said.isupper() or digits > 2  # noqa: PLR2004  one or two are a model's
        if told and digits and digits < len(bare(said)) >= _CHARS_MIN:
            yield start, end, score


_TABLE = read_tables("plate")
_VEHICLES = tuple(dict.fromkeys(w for words in _TABLE["vehicles"].values() for w in words))
_UNITS = "|".join(map(str.upper, _TABLE["units"]))
_IN_CAPITALS = re.compile(  # letters and digits as one country or a few set them
    latin_edges(
        rf"(?<![\w-])(?<!\d[.,])(?:[A-Z]{{2}}[ -]?\d{{3}}[ -]?(?!{_UNITS})[A-Z]{{2}}"  # France, Italy
        r"|[A-ZÄÖÜ]{1,3}-[A-Z]{1,2}[ -]?\d{2,4}[EH]?"  # Germany
        rf"|\d{{4}}[ -]?(?!{_UNITS})[B-DF-HJ-NP-TV-Z]{{3}}"  # Spain
        r"|[A-Z]{2}\d{2} ?[A-Z]{3}"  # United Kingdom
        r"|[A-Z]{1,2}-\d{3}-[A-Z]{1,2}|\d{1,2}-[A-Z]{2,3}-\d{1,2}|[A-Z]{2}-\d{2}-[A-Z]{2}"
        r"|[A-Z]{3}-\d{2}-[A-Z]|[A-Z]-\d{2}-[A-Z]{3}"  # the Netherlands, Portugal
        r"|(?!BMW|AMG|KIA|SUV|GTI|VW|MAN|KTM)[A-Z]{2,3} (?:\d{5}|\d{4}[A-Z]|\d{3}[A-Z]{2}"
        r"|\d[A-Z]\d{3}|\d{2}[A-Z]\d{2})"  # Poland
        rf"|[A-Z]{{1,2}} \d{{3,4}} (?!{_UNITS})[A-Z]{{2,3}}"  # Indonesia
        rf"|(?:0[1-9]|[1-7]\d|8[01]) (?!{_UNITS})[A-Z]{{1,3}} \d{{2,4}}"  # Turkey
        r"|[A-Z]{3}-?\d[A-Z]\d{2}|(?!ISO|DIN|SKU|GTX|RTX|SAE|API)[A-Z]{3}-?\d{4})(?![\w-])"  # Brazil
    )
)
_BY_LETTERS = re.compile(  # forms that nothing else has
    r"(?<!\w)[авекмнорстух]\d{3}[авекмнорстух]{2} ?\d{2,3}(?!\w)"
    r"|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z][·. -]?"
    r"(?=[a-z]{0,4}\d)[a-z0-9]{5,6}(?![a-z0-9])"
    r"|[\u3041-\u3096\u4e00-\u9fff]{1,4} ?\d{3} ?[\u3041-\u3093] ?\d{2}-\d{2}(?!\d)"
    r"|(?<!\w)(?:[\u0621-\u064a] ){3}\d{3,4}(?!\d)"
)
_KOREAN = re.compile(
    r"(?<!\d)\d{2,3}[가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주바사아자하허호배]"
    r" ?\d{4}(?!\d)"
)
_says_any_vehicle = near(map(literal, (*_VEHICLES, *_PLATE_WORDS)), before=40, after=30)


def scan_by_letters(text: PlainText) -> Iterator[Span]:
    """Find plates whose form says enough: those of Russia, China, Japan and Arabia."""
    if not text.text.isascii():
        yield from ((*match.span(), 0.6) for match in text.matches(_BY_LETTERS))


def scan_by_vehicle(text: PlainText) -> Iterator[Span]:
    """Find plates in capitals, and Korean ones, beside a word of vehicles."""
    for pattern in (_IN_CAPITALS, _KOREAN):
        for match in text.matches(pattern, cased=True):
            if _says_any_vehicle(text, *match.span()):
                yield *match.span(), 0.6


PLATE_RULES = (
    Rule("LICENSE_PLATE", Needs(digits=3, within=12, reach=30), scan_by_letters),
    Rule(
        "LICENSE_PLATE",
        Needs(
            digits=2, any_of=tuple(sorted(set(map(stem, (*_VEHICLES, *_PLATE_WORDS))))), reach=None
        ),
        scan_by_vehicle,
    ),
    Rule("LICENSE_PLATE", Needs(digits=5, within=16, reach=30), scan_indian),
    Rule("LICENSE_PLATE", Needs(digits=6, within=14, reach=20), by_pattern(_BHARAT, 0.75)),
    Rule("LICENSE_PLATE", Needs(digits=2, any_of=_STEMS), scan_named),
    Rule(
        "LICENSE_PLATE",
        Needs(digits=2, any_of=_CAR_STEMS),
        _near(_BRITISH.lower(), _CAR_WORDS, 0.6),
    ),
)
