"""Rules for street addresses: by the words of a data file, by signs, by patterns.

A street with a number is told from "road 66 is long" by a word of a street type, a name beside it
and a number where the language puts it (`address_scans`). Chinese, Japanese and Korean have their
own signs.
"""

# ruff: noqa: RUF001  a pattern is read as one line

import re
from collections.abc import Iterator, Mapping, Sequence

from pipelines.filtering.privacy.address_east import EAST_RULES
from pipelines.filtering.privacy.address_parts import part_rules
from pipelines.filtering.privacy.address_scans import (
    LIKELY,
    SURE,
    counts_something,
    extended,
    glued,
    has_cue,
    number_first,
    number_last,
    read_words,
    scan_typeless,
    type_first,
)
from pipelines.filtering.privacy.address_styles import STYLE_RULES
from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import Rule, Scan, Span, by_pattern

_HAN = r"\u4e00-\u9fff"
# The number and what makes it a house number; what stands before it is read backwards, so that
# time is linear.
_CHINESE = (
    r"(?:路|街道|大街|街|大道|(?<!知)道(?=[\d一二三四五六七八九十百]{1,5}號)|巷|弄|胡同"
    r"|段)\s?[甲乙丙丁]?(?:[一二三四五六七八九十百]{1,5}段)?\s?(?:\d{1,5}"
    r"|[一二三四五六七八九十百]{1,6})(?:[-之]\d{1,4})?\s?(?:号(?!线|出口|站|公路)|號(?!線|出口)|弄|座|栋)"
    r"(?:\s?[\da-z]{1,5}\s?(?:号楼|樓|楼|栋|幢|单元|單元|室|座|层|号|号院)){0,4}(?:之\d{1,2})?"
    r"(?:\s?[\u4e00-\u9fff]{2,10}(?:大厦|大樓|大楼|广场|廣場|中心|小区|花园|公寓|商场|写字楼|国际|苑"
    r"|城))?(?:\s?(?:[a-z\d]{1,4}(?:座|栋|幢|樓|楼|层|室|单元|單元)"
    r"|(?<=[座楼栋元厦场心])[a-z]?\d{2,4}室?)){0,4}"
    r"|(?:路|街)[a-z]座|(?:小区|花园|新村|公寓|家园|苑|院|村|里|[东西南北中]区|科技园|工业园|大厦|广场)\s?\d{1,3}\s?(?:栋|号楼|楼|幢"
    r"|号)\s?(?:\d{1,2}\s?(?:单元|門|门)\s?)?\d{2,4}(?:室|号)?"
)
_SIGNS_BEFORE_MAX = 24
_CHINESE_BEFORE = re.compile(rf"[{_HAN}\d]{{1,{_SIGNS_BEFORE_MAX}}}\Z")
_CHINESE_CUT = re.compile(r".*[在住到是址为往去寄送]")


def scan_chinese(text: PlainText) -> Iterator[Span]:
    """Find "上海市浦东新区世纪大道100号": place, street, number with its sign."""
    for match in text.matches(_CHINESE_HOUSE):
        before = _CHINESE_BEFORE.search(
            text.lower, max(0, match.start() - _SIGNS_BEFORE_MAX), match.start()
        )
        if before:
            cut = _CHINESE_CUT.match(before[0])
            start = before.start() + (cut.end() if cut and cut.end() < len(before[0]) else 0)
            yield start, match.end(), SURE


_NUMBERED_ROAD = (  # "1145 county road 27"
    r"(?<![\w.])\d{1,5}[a-z]?,? (?:(?:old|north|south|east|west|n|s|e|w)\.? )?(?:county road"
    r"|county rd|state road|state route|state highway|us highway|u\.s\. highway|highway|hwy"
    r"|route|rte|rural route|rr|cr|fm|farm to market road|street|avenue"
    r"|ave) (?:no\.? ?)?\d{1,4}[a-z]?(?!\w)"
)
_INDIAN_PLOT = (  # "b-14/2, sector 62", "c-307, green park apartments", "1-8-303, street no 6"
    r"(?<![\w-])(?:[a-z]{1,2}-?\d{1,4}(?:/\d{1,4})?|\d{1,3}-\d{1,4}(?:-\d{1,4}){1,2}|(?:sco|scf|qtr"
    r"|quarter|booth|kothi|bungalow|shop)\.?(?: no\.?"
    r"| number)? ?(?:[a-z]{1,2}[-/])?\d{1,5}),? {1,2}"
    r"(?:(?:sector|phase|pocket|block|ward|street no|lane no|road no|gali no"
    r"|cross)\.? ?-?\d{1,3}(?:-?[a-z])?(?!\w)|(?:[^\W\d_][\w'-]{1,20} ){1,3}(?:apartments?"
    r"|towers?|enclave|colony|nagar|vihar|society|residency|heights|complex|market|bazaar"
    r"|chowk|layout|puram|kunj|bagh|park|road|marg)(?!\w))"
)
_CHINESE_HOUSE = re.compile(_CHINESE)
_PREPOSED = (  # "am markt 5", "unter den linden 7": no type at all, so a cue must stand before
    r"(?<!\w)(?:am|an der|an den|im|in der|auf der|auf dem|unter den|zum|zur|vor dem|hinter der"
    r"|hinter dem|beim|neben der) [^\W\d_][\wäöüß-]{2,24}(?: [^\W\d_][\wäöüß-]{2,24})? "
    r"\d{1,4} ?[a-z]?(?![\w%€]|[.,:]\d)"
)


def _by_signs(pattern: str, score: float, *, cued: bool = False) -> Scan:
    compiled = re.compile(pattern)

    def scan(text: PlainText) -> Iterator[Span]:
        for match in text.matches(compiled):
            at, more = extended(text.lower, match.end(), ()) if cued else (match.end(), False)
            told = not cued or more or has_cue(text, match.start(), at)
            if told and not (cued and counts_something(text.lower, match.end())):
                yield match.start(), at, score

    return scan


def _needs(words: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return what must stand in a text for a scan of these words: their types, without the star."""
    return tuple(
        sorted(
            {
                word.rstrip("*.")
                for name in ("strong", "weak", "numbered")
                for word in words.get(name, ())
            }
        )
    )


def _rules() -> Iterator[Rule]:
    table = read_words()
    makers = (
        ("number_first", number_first),
        ("type_first", type_first),
        ("number_last", number_last),
    )
    for name, make in makers:
        for words in table[name].values():
            if words["strong"]:
                needs = Needs(
                    digits=0 if name == "type_first" else 1, any_of=_needs(words), reach=400
                )
                yield Rule("STREET_ADDRESS", needs, make(words))
    announced = (
        "live",
        "living",
        "stay",
        "resid",
        "located",
        "address",
        "deliver",
        "ship",
        "send",
        "mail",
        "bring",
        "move",
        "come",
        "go to",
        "home:",
        "pick me",
        "meet me",
    )
    yield Rule("STREET_ADDRESS", Needs(digits=1, any_of=announced, reach=250), scan_typeless)
    yield Rule(
        "STREET_ADDRESS",
        Needs(digits=1, any_of=_needs(table["glued"]), reach=200),
        glued(table["glued"]),
    )
    yield Rule(
        "STREET_ADDRESS",
        Needs(
            any_of=(
                "路",
                "街",
                "道",
                "巷",
                "弄",
                "胡同",
                "段",
                "小区",
                "花园",
                "新村",
                "公寓",
                "家园",
                "苑",
                "院",
                "村",
                "里",
            ),
            reach=120,
        ),
        scan_chinese,
    )
    yield Rule(
        "STREET_ADDRESS",
        Needs(
            digits=1,
            any_of=(
                "am ",
                "an de",
                "im ",
                "in der",
                "auf de",
                "unter den",
                "zum ",
                "zur ",
                "vor dem",
                "hinter d",
                "beim ",
                "neben d",
            ),
            reach=200,
        ),
        _by_signs(_PREPOSED, LIKELY, cued=True),
    )
    roads = ("road", " rd", "route", "highway", "hwy", "rte", " rr", " cr", " fm", "street", "ave")
    yield Rule(
        "STREET_ADDRESS", Needs(digits=2, any_of=roads, reach=80), _by_signs(_NUMBERED_ROAD, LIKELY)
    )
    plots = (
        *(
            "sector",
            "phase",
            "pocket",
            "block",
            "ward",
            "street no",
            "lane no",
            "road no",
            "gali no",
            "cross",
        ),
        *(
            "apartment",
            "tower",
            "enclave",
            "colony",
            "nagar",
            "vihar",
            "society",
            "residency",
            "heights",
        ),
        *(
            "complex",
            "market",
            "bazaar",
            "chowk",
            "layout",
            "puram",
            "kunj",
            "bagh",
            "park",
            "road",
            "marg",
        ),
    )
    yield Rule(
        "STREET_ADDRESS", Needs(digits=1, any_of=plots, reach=120), _by_signs(_INDIAN_PLOT, LIKELY)
    )


# What no table above says: whole blocks of English, house numbers of India, post boxes, military
# post, rooms.
_STREET_TYPE = (
    "Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Circle|Cir|Square|Sq"
    "|Terrace|Ter|Place|Pl|Parkway|Pkwy|Highway|Hwy|Way|"
    "Close|Crescent|Gardens|Grove|Mews|Row|Trail|Trl|Marg|Nagar|Colony|Gali|Chowk"
)
_UNIT = r"(?:,?\s{1,2}(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|#)\.?\s?#?\w{1,6})?"
_TOWN = (
    r"(?:,?\s{1,2}[A-Z][\w'.-]{1,20}(?: [A-Z][\w'.-]{1,20}){0,2},?\s{1,2}(?:[A-Z]{2}\s{1,2}\d{5}"
    r"(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|\d{6}|\d{5}))?"
)
_ENGLISH = (
    rf"(?<![\w.$])(?:\d{{1,5}} )?\d{{1,5}}[A-Za-z]?,?\s{{1,2}}(?:(?:N|S|E|W|North|South|East|West"
    rf"|Old|New)\.?\s)?(?:[A-Z0-9][\w'’.-]{{0,20}}\s){{1,4}}"
    rf"(?:{_STREET_TYPE})\b\.?{_UNIT}{_TOWN}"
)
_SPANISH = (
    r"(?<!\w)(?:c/|(?:avda|av|pso|pza|plza|ctra|urb)\.|(?:calle|avenida|avda|paseo|pso|plaza|pza"
    r"|plza|carretera|ctra|ronda|travesía|camino|callejón|calzada|bulevar|glorieta"
    r"|urbanización|colonia)(?=\s))\s{0,2}"
    r"[^\W\d_][\w'.ªº]{0,24}(?:[ ]{1,2}[^\W\d_][\w'.ªº-]{0,24}){0,6}(?:,\s{0,2}"
    r"|\s{1,2})(?:(?:n[úu]m(?:ero)?\.?|n[ºo°]\.?|#|no\."
    r"|km\.?)\s{0,2})?(?:\d{1,5}(?:\s?[-–/]\s?\d{1,4})?(?!\d)[a-z]?"
    r"|s/n)(?:,\s?\d{1,2}\s?[ºª°]?\s?[a-z]{0,4}(?!\w))?"
)
_GERMAN = (
    r"(?<!\w)[A-ZÄÖÜ][\wäöüß-]{2,30}(?:straße|strasse|str\.|gasse|weg|platz|allee|ufer|damm|straat"
    r"|laan|plein|gracht|kade|gatan|vägen|veien|vej|gade|gata|katu"
    r"|steenweg) \d{1,4} ?[a-z]?(?!\w)"
)
_ROMANCE = (
    r"(?<!\w)(?:Rua|Travessa|Alameda|Via|Viale|Corso|Piazza|Largo|Strada) (?:(?:d[aeo]s?|del(?:la"
    r"|lo|le)?|dei|di) )?[A-ZÀ-Þ][\w'.-]{1,24}(?: (?:d[aeo]s? )?[A-ZÀ-Þ][\w'.-]{1,24}){0,"
    r"3},? (?:n[º°.] ?)?\d{1,5}[a-z]?(?!\w)"
)
_FRENCH = (
    r"(?<!\w)\d{1,4}(?: ?(?:bis|ter))?,? (?:rue|avenue|boulevard|place|chemin|allée|impasse"
    r"|quai) (?:(?:de|du|des|la|le|les|d'|l') ?){0,3}[^\W\d_][\w'-]{2,24}(?: [A-Z][\w'-]{2,"
    r"24}){0,3}"
)
_INDIAN = (
    r"(?<!\w)(?:house|flat|plot|h\.? ?no|makan|मकान|फ्लैट|घर|door)\s?(?:no|number|num|नंबर"
    r"|न)?\.?\s?[:#-]?\s?\d{1,5}[a-z]?(?:[/-]\d{1,4}){0,3},\s{0,2}[^\n.!?;]{3,60}"
)
_MILITARY = r"(?<!\w)(?:us(?:s|ns|cgc|nv) \w{2,20}\s{1,3})?(?:apo|fpo|dpo),? a[aep],? \d{5}(?!\d)"
_POST_BOX = (
    r"(?<!\w)(?:p\.? ?o\.? ?box|(?:psc|unit) \d{1,6},? box|apartado(?: de correos)?|caixa postal"
    r"|postfach|casilla(?: de correo)?) \d{1,6}(?!\d)"
)
_ROOM = r"(?<!\w)(?:apt\.? ?#?\d{1,5}[a-z]?|apartment #?\d{1,5}[a-z]?|suite #?\d{2,5})(?!\w)"
_AREA_SAID = (
    r"(?<!\w)(?:zip ?(?:code)?|post ?code|postal code|c[oó]digo postal|pin ?code|plz|cep)(?: is| es"
    r"| hai|:| -){0,2} ?#?((?:\d{4,6}(?:-\d{3,4})?|[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}"
    r"|[a-z]\d[a-z] ?\d[a-z]\d))(?!\w)"
)

_ROOMS, _AREAS = (
    re.compile(_ROOM),
    re.compile(r"[^.!:;]{2,90}?[^\W\d_]\s{1,6}(\d{4,6}(?:-\d{3,4})?)(?=\s*(?:\n|\Z|[.,]))"),
)


def scan_areas(text: PlainText) -> Iterator[Span]:
    """Find the postcode that ends an address block, a line or three below its room number."""
    for room in text.matches(_ROOMS):
        area = _AREAS.match(text.lower, room.end())
        if area:
            yield *area.span(1), 0.75


def _uncounted(pattern: str, score: float, *, cased: bool = False, group: int | str = 0) -> Scan:
    """Return a scan for a pattern that does not end in a measure or a count."""
    inner = by_pattern(pattern, score, cased=cased, group=group)

    def scan(text: PlainText) -> Iterator[Span]:
        return (span for span in inner(text) if not counts_something(text.lower, span[1]))

    return scan


def _older_rules() -> tuple[Rule, ...]:
    return (
        Rule(
            "STREET_ADDRESS",
            Needs(digits=1, within=2, reach=300),
            _uncounted(_ENGLISH, 0.9, cased=True),
        ),
        Rule(
            "STREET_ADDRESS",
            Needs(
                any_of=(
                    "calle",
                    "c/",
                    "av",
                    "paseo",
                    "pso",
                    "pza",
                    "plza",
                    "plaza",
                    "carretera",
                    "ctra",
                    "ronda",
                    "traves",
                    "camino",
                    "calzada",
                    "bulevar",
                    "glorieta",
                    "urb",
                    "colonia",
                ),
                reach=320,
            ),
            _uncounted(_SPANISH, 0.9),
        ),
        Rule(
            "STREET_ADDRESS",
            Needs(
                digits=1,
                any_of=(
                    "str",
                    "gasse",
                    "weg",
                    "platz",
                    "allee",
                    "ufer",
                    "damm",
                    "laan",
                    "plein",
                    "gracht",
                    "kade",
                    "gat",
                    "väg",
                    "vei",
                    "vej",
                    "gade",
                    "katu",
                ),
                reach=60,
            ),
            _uncounted(_GERMAN, 0.9, cased=True),
        ),
        Rule(
            "STREET_ADDRESS",
            Needs(
                digits=1,
                any_of=(
                    "rue",
                    "avenue",
                    "boulevard",
                    "place",
                    "chemin",
                    "allée",
                    "impasse",
                    "quai",
                ),
                reach=180,
            ),
            _uncounted(_FRENCH, 0.75),
        ),
        Rule(
            "STREET_ADDRESS",
            Needs(
                digits=1,
                any_of=(
                    "house",
                    "flat",
                    "plot",
                    "h no",
                    "h. no",
                    "h.no",
                    "hno",
                    "makan",
                    "मकान",
                    "फ्लैट",
                    "घर",
                    "door",
                ),
                reach=180,
            ),
            _uncounted(_INDIAN, 0.75),
        ),
        Rule(
            "STREET_ADDRESS",
            Needs(digits=1, any_of=("box", "apartado", "caixa", "postfach", "casilla"), reach=60),
            _uncounted(_POST_BOX, 0.75),
        ),
        Rule(
            "STREET_ADDRESS",
            Needs(
                digits=1,
                any_of=(
                    "rua ",
                    "travessa ",
                    "alameda ",
                    "via",
                    "corso ",
                    "piazza ",
                    "largo ",
                    "strada ",
                ),
                reach=200,
            ),
            _uncounted(_ROMANCE, 0.9, cased=True),
        ),
        Rule(
            "STREET_ADDRESS",
            Needs(digits=1, any_of=("apt", "apartment", "suite"), reach=30),
            _uncounted(_ROOM, 0.8),
        ),
        Rule(
            "STREET_ADDRESS",
            Needs(digits=1, any_of=("zip", "post", "pin", "plz", "cep"), reach=60),
            _uncounted(_AREA_SAID, 0.75, group=1),
        ),
        Rule(
            "STREET_ADDRESS",
            Needs(digits=5, any_of=("apo", "fpo", "dpo"), reach=60),
            _uncounted(_MILITARY, 0.9),
        ),
        Rule(
            "STREET_ADDRESS",
            Needs(digits=5, any_of=("apt", "apartment", "suite"), reach=30),
            scan_areas,
        ),
    )


ADDRESS_RULES: tuple[Rule, ...] = (
    *_older_rules(),
    *_rules(),
    *part_rules(),
    *STYLE_RULES,
    *EAST_RULES,
)
"""Rules of `STREET_ADDRESS`, beside those of `recognisers_personal`."""
