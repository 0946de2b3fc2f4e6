"""Rules for the plates of vehicles by their countries' forms."""

# ruff: noqa: ISC004, E501, RUF001  a pattern is read as one line

import re
from collections.abc import Iterable, Iterator

from pipelines.filtering.privacy.identifier_words import one_of, read_tables
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
_JAPANESE_TOWN = (
    r"(?:(?:(?![車番号色台])[\u4e00-\u9fff]){1,4}|つくば|いわき|なにわ|とちぎ|すぎなみ)"
)
_BY_COUNTRY = "|".join(
    (
        r"[a-z]{2}[ ·.-]?\d{3} ?\d{3}",  # Switzerland
        r"[a-z]{1,2}[ -]?\d{3,5}[ -]?[a-z]{1,3}",  # Austria
        r"\d{2,4}[ .-]?[a-z]{1,3}[ .-]?\d{2,5}",  # Turkey, Portugal in part, France before
        r"\d{2,3}-[a-z]{1,2}-\d{1,6}|[a-z]{4}[ ·.-]?\d{2}|[a-z]{3}-\d{2}-\d{2}"
        r"|[a-z]{3}-\d{3}-[a-z]",  # Ireland, Chile, Mexico
        r"[a-z]{1,3}[ -][a-z]{1,2}[ -]?\d{1,4}[eh]?",  # Germany, Indonesia in part
        r"[a-z]{1,2}[ -]?\d{1,4}[ -]?[a-z]{1,3}",  # Indonesia, Nigeria in part
        r"[a-z]{2}[ -]?\d{3}[ -]?[a-z]{2}",  # France, Italy, Argentina
        r"\d{4}[ -]?[b-df-hj-np-tv-z]{3}",  # Spain
        r"[a-z]{3}[ -]?\d[a-z0-9]\d{2}",  # Brazil
        r"[a-z]{3}[ -]?\d{3,4}[ -]?[a-z]{0,2}",  # Argentina, Mexico, Nigeria, US
        r"[a-z]{2}[ -]?\d{2}[ -]?[a-z]{2}|\d{2}[ -][a-z]{2}[ -]\d{2}|[a-z]{2}[ -]\d{2}[ -]\d{2}"
        r"|\d{2}[ -]\d{2}[ -][a-z]{2}",  # Portugal, the Netherlands
        r"[a-z0-9]{1,3}-[a-z0-9]{2,3}-[a-z0-9]{1,3}|\d[ -]?[a-z]{3}[ -]?\d{3}",  # Netherlands, US
        r"[a-z]{2,3} ?[a-z0-9]{4,5}",  # Poland
        r"[авекмнорстух] ?\d{3} ?[авекмнорстух]{2} ?\d{2,3}"
        r"|\d{3} ?[a-z]{3} ?\d{2}",  # Russia, Kazakhstan
        r"[\u4e00-\u9fff][a-z][· .-]?[a-z0-9]{5,6}",  # China
        r"\d{2,3} ?[가-힣] ?\d{4}",  # Korea
        rf"{_JAPANESE_TOWN} ?\d{{2,3}} ?[\u3041-\u3093] ?(?:\d{{2}}-?\d{{2}}|[·.]{{1,3}} ?\d{{1,3}})",
        r"\d{1,5} ?\|? ?[\u0621-\u064a] ?\|? ?\d{1,2}"  # Morocco
        r"|(?:[\u0621-\u064a] ?){2,3}\d{1,4}"  # Arabic
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
_TABLE = read_tables("plate")
_PLATE_WORDS, _VEHICLES = (
    tuple(dict.fromkeys(word for words in _TABLE[kind].values() for word in words))
    for kind in ("plates", "vehicles")
)
_UNITS, _SMALL_UNITS = (
    rf"(?:{'|'.join(words)})(?![^\W\d_])"
    for words in (_TABLE["units"], (*_TABLE["units"], *_TABLE["small_units"]))
)


def _near(form: str, words: Iterable[str], score: float) -> Scan:
    return beside(form, map(literal, words), score, before=40, after=25)


_MARKED = rf"(?<![\w-])(?!(?<=')s )(?=[^\n]{{0,9}}?\d)(?:{_BY_COUNTRY})(?![\w-])"
_STEMS = tuple(sorted(set(map(stem, _PLATE_WORDS))))

_indian, _named = by_pattern(_INDIAN, 0.75), _near(_MARKED, _PLATE_WORDS, 0.6)
_says_vehicle = near(map(literal, (*_CAR_WORDS, *_VEHICLES, *_PLATE_WORDS)), before=40, after=30)
_BRITISH_FORM = re.compile(r"[a-z]{2}\d{2} ?[a-z]{3}")
_YEAR = re.compile(r"[a-z]{2,3} (?:19|20)\d{2}")  # "and 2023"
_COMPLETE = re.compile(r"[a-z]{2}\d{2}[a-z]{2}\d{4}")  # nothing else is written so


def scan_indian(text: PlainText) -> Iterator[Span]:
    """Find plates of India: in capitals, or beside a word that names a vehicle."""
    for start, end, score in _indian(text):
        said = text.text[start:end]
        if said[:2].isupper() or _COMPLETE.fullmatch(said) or _says_vehicle(text, start, end):
            yield start, end, score


def scan_named(text: PlainText) -> Iterator[Span]:
    """Find what is called a plate and has the form of one: letters and digits."""
    for start, end, score in _named(text):
        said = text.text[start:end]
        digits = sum(c.isdigit() for c in said)
        told = said.isupper() or digits > 2 or _BRITISH_FORM.fullmatch(said)  # noqa: PLR2004  a model's
        if told and not _YEAR.fullmatch(said) and digits and digits < len(bare(said)) >= _CHARS_MIN:
            yield start, end, score


_CONSONANTS = "b-df-hj-np-tv-z"
_IN_CAPITALS = re.compile(  # letters and digits as one country or a few set them
    latin_edges(
        rf"(?<![\w-])(?<!\d[.,])(?:[A-Z]{{2}}[ -]?\d{{3}}[ -]?(?!(?i:{_UNITS}))[A-Z]{{2}}"  # France, Italy
        r"|[A-ZÄÖÜ]{1,3}-[A-Z]{1,2}[ -]?\d{2,4}[EH]?"  # Germany
        rf"|[A-Z]{{1,2}}[ -]\d{{3,5}} ?(?!(?i:{_UNITS}))[A-Z]{{1,3}}"  # Austria, Indonesia
        rf"|\d{{4}}[ -]?(?!(?i:{_UNITS}))[B-DF-HJ-NP-TV-Z]{{3}}"  # Spain
        r"|[A-Z]{2}\d{2} ?[A-Z]{3}|\d{2,3}-[A-Z]{1,2}-\d{1,6}"  # United Kingdom, Ireland
        r"|[A-Z]{1,2}-\d{3}-[A-Z]{1,2}|\d{1,2}-[A-Z]{2,3}-\d{1,2}|[A-Z]{2}-\d{2}-[A-Z]{2}"
        r"|[A-Z]{3}-\d{2}-[A-Z]|[A-Z]-\d{2}-[A-Z]{3}|\d-[A-Z]{3}-\d{3}"  # the Netherlands, Portugal
        r"|(?!BMW|AMG|KIA|SUV|GTI|VW|MAN|KTM)[A-Z]{2,3} (?:\d{5}|\d{4}[A-Z]|\d{3}[A-Z]{2}"
        r"|\d[A-Z]\d{3}|\d{2}[A-Z]\d{2})"  # Poland
        rf"|(?:0[1-9]|[1-7]\d|8[01]) ?(?!(?i:{_UNITS}))[A-Z]{{1,3}} ?\d{{2,5}}"  # Turkey
        r"|[A-Z]{3}-?\d[A-Z]\d{2}|(?!ISO|DIN|SKU|GTX|RTX|SAE|API)[A-Z]{3}-?\d{4})(?![\w-])"  # Brazil
    )
)
_IN_SMALL = re.compile(  # the same without capitals: glued, or with letters that make no word
    latin_edges(
        rf"(?<![\w-])(?<!\d[.,])(?:[a-z]{{2}}-?\d{{3}}-?(?!{_SMALL_UNITS})[a-z]{{2}}"
        rf"|\d{{4}}[ -]?(?!{_SMALL_UNITS})[{_CONSONANTS}]{{3}}"
        rf"|[a-z]{{2}}\d{{2}}[a-z]{{3}}|[a-z]{{3}}\d[a-z]\d{{2}}|[a-z]-?\d{{3}}-?[a-z]{{2}}"
        rf"|(?:0[1-9]|[1-7]\d|8[01])[a-z]{{1,3}}\d{{2,5}}"
        rf"|(?:0[1-9]|[1-7]\d|8[01]) (?!{_SMALL_UNITS})[{_CONSONANTS}]{{2,3}} \d{{2,5}}"
        rf"|[a-z]{{1,2}}\d{{3,4}}(?!{_SMALL_UNITS})[a-z]{{2,3}}"
        rf"|[a-z]{{1,2}} \d{{3,4}} (?!{_SMALL_UNITS})[{_CONSONANTS}]{{2,3}}"
        rf"|[a-z]{{2,3}}\d{{4}}(?!{_SMALL_UNITS})[a-z]|(?!bmw|kia)[a-z]{{2}}\d{{5}}"
        rf"|[a-zäöü]{{1,3}}-[a-z]{{1,2}} ?\d{{2,4}}[eh]?"
        rf"|[abekmhopctyx] ?\d{{3}} ?[abekmhopctyx]{{2}} ?\d{{2,3}}"
        rf"|[авекмнорстух] \d{{3}} ?[авекмнорстух]{{2}} ?\d{{2,3}})(?![\w-])"
    )
)
_HINDI = one_of(_TABLE["hindi_letters"])
_NO_VOWEL_SIGN = r"(?![\u0900-\u0963\u0970-\u097f])"
_BY_LETTERS = re.compile(  # forms that nothing else has
    r"(?<!\w)[авекмнорстух]\d{3}[авекмнорстух]{2} ?\d{2,3}(?!\w)"
    r"|[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][a-z][·. -]?"
    r"(?=[a-z]{0,4}\d)[a-z0-9]{5,6}(?![a-z0-9])"
    rf"|{_JAPANESE_TOWN} ?\d{{3}} ?[\u3041-\u3093] ?(?:\d{{2}}-\d{{2}}|[·.]{{1,3}} ?\d{{1,3}})(?!\d)"
    rf"|{_JAPANESE_TOWN} ?\d{{3}} ?(?![にのはがともでをへやか])[\u3041-\u3093] ?\d{{4}}(?!\d)"
    r"|(?<!\w)(?:[\u0621-\u064a] ){3}\d{3,4}(?!\d)"
    rf"|(?<![\w\u0900-\u0963])(?:{_HINDI}) ?(?:{_HINDI})[ -]?\d{{1,2}}[ -]?"
    rf"(?:(?:{_HINDI})[ -]?){{1,3}}{_NO_VOWEL_SIGN}\d{{4}}(?!\d)"
)
_KOREAN = re.compile(
    r"(?:(?:서울|경기|인천|부산|대구|대전|광주|울산|강원|충북|충남|전북|전남|경북|경남|제주) ?)?"
    r"(?<!\d)\d{2,3} ?[가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주바사아자하허호배]"
    r" ?\d{4}(?!\d)"
)
_EMIRATES = re.compile(
    rf"(?:{one_of(_TABLE['emirates'])})[ :-]{{1,3}}((?:[a-z]{{1,2}}|\d{{1,2}})[ /-]?\d{{3,5}})(?![\w-])"
)
_says_any_vehicle = near(map(literal, (*_VEHICLES, *_PLATE_WORDS)), before=40, after=30)


def scan_by_letters(text: PlainText) -> Iterator[Span]:
    """Find plates whose form says enough: those of Russia, China, Japan, Arabia, India in Hindi."""
    if not text.text.isascii():
        yield from ((*match.span(), 0.6) for match in text.matches(_BY_LETTERS))


def scan_by_vehicle(text: PlainText) -> Iterator[Span]:
    """Find plates beside a word of vehicles, in capitals or glued, those of Korea and Emirates."""
    for pattern, cased, group in _BESIDE_VEHICLES:
        for match in text.matches(pattern, cased=cased):
            if _says_any_vehicle(text, *match.span()):
                yield *match.span(group), 0.6


_BESIDE_VEHICLES = (
    (_IN_CAPITALS, True, 0),
    (_IN_SMALL, False, 0),
    (_KOREAN, True, 0),
    (_EMIRATES, False, 1),
)
_CALLED = (
    rf"(?<!\w)(?i:{one_of(_PLATE_WORDS)}|car number)"
    r"[^\w\n]{0,3}(?i:\s?(?:is|es|est|ist|è|é|to|was|war|era|était|hai|number|no|nr|nummer|numero"
    r"|número|numarası|numer)){0,2}[\s:#\"']{1,3}((?=[A-Z0-9 -]{0,9}\d)"
    r"(?=[A-Z0-9 -]{0,9}[A-Z])[A-Z0-9]{1,10}(?:[ -]?[A-Z0-9]{1,4}){0,3})(?!\w)"
)
_VEHICLE_STEMS = tuple(sorted(set(map(stem, (*_VEHICLES, *_PLATE_WORDS)))))

PLATE_RULES = (
    Rule("LICENSE_PLATE", Needs(digits=3, within=12, reach=60), scan_by_letters),
    Rule(
        "LICENSE_PLATE",
        Needs(digits=2, any_of=_VEHICLE_STEMS, reach=None),
        scan_by_vehicle,
    ),
    Rule("LICENSE_PLATE", Needs(digits=5, within=16, reach=30), scan_indian),
    Rule("LICENSE_PLATE", Needs(digits=6, within=14, reach=20), by_pattern(_BHARAT, 0.75)),
    Rule("LICENSE_PLATE", Needs(digits=2, any_of=_STEMS), scan_named),
    Rule(
        "LICENSE_PLATE",
        Needs(digits=1, any_of=(*_STEMS, "car number"), reach=120),
        by_pattern(_CALLED, 0.7, cased=True, group=1),
    ),
    Rule(
        "LICENSE_PLATE",
        Needs(digits=2, any_of=_CAR_STEMS),
        _near(_BRITISH.lower(), _CAR_WORDS, 0.6),
    ),
)
