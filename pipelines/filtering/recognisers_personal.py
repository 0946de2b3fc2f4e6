"""Rules for what tells where and when a person lives: streets, dates of birth, plates."""

# ruff: noqa: E501, RUF001, SIM905  a pattern or word list is read as one line

import re
from collections.abc import Iterator

from pipelines.filtering.fiction import FICTION
from pipelines.filtering.recogniser import Rule, Span, by_pattern
from pipelines.filtering.screen import Needs, PlainText

_STREET_TYPE = (
    "Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Circle|Cir|Square|Sq|Terrace|Ter|Place|Pl|Parkway|Pkwy|Highway|Hwy|Way|"
    "Close|Crescent|Gardens|Grove|Mews|Row|Trail|Trl|Marg|Nagar|Colony|Gali|Chowk"
)
_UNIT = r"(?:,?\s{1,2}(?:Apt|Apartment|Suite|Ste|Unit|Flat|Floor|Fl|#)\.?\s?#?\w{1,6})?"
_TOWN = r"(?:,?\s{1,2}[A-Z][\w'.-]{1,20}(?: [A-Z][\w'.-]{1,20}){0,2},?\s{1,2}(?:[A-Z]{2}\s{1,2}\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}|\d{6}|\d{5}))?"
_ENGLISH = rf"(?<![\w.$])(?:\d{{1,5}} )?\d{{1,5}}[A-Za-z]?,?\s{{1,2}}(?:(?:N|S|E|W|North|South|East|West|Old|New)\.?\s)?(?:[A-Z0-9][\w'’.-]{{0,20}}\s){{1,4}}(?:{_STREET_TYPE})\b\.?{_UNIT}{_TOWN}"
_ENGLISH_LOW = r"(?<![\w.$])\d{1,5}\s(?:[a-z][\w'-]{2,20}\s){1,3}(?:street|avenue|road|boulevard|lane|drive)\b(?:,?\s(?:apt|apartment|suite|unit|flat)\.?\s?#?\w{1,6})?"
_SPANISH = (
    r"(?<!\w)(?:c/|(?:avda|av|pso|pza|plza|ctra|urb)\.|(?:calle|avenida|avda|paseo|pso|plaza|pza|plza|carretera|ctra|ronda|travesía|camino|callejón|calzada|bulevar|glorieta|urbanización|colonia)(?=\s))\s{0,2}"
    r"[^\W\d_][\w'.ªº]{0,24}(?:[ ]{1,2}[^\W\d_][\w'.ªº-]{0,24}){0,6}(?:,\s{0,2}|\s{1,2})(?:(?:n[úu]m(?:ero)?\.?|n[ºo°]\.?|#|no\.|km\.?)\s{0,2})?(?:\d{1,5}(?:\s?[-–/]\s?\d{1,4})?(?!\d)[a-z]?|s/n)(?:,\s?\d{1,2}\s?[ºª°]?\s?[a-z]{0,4}(?!\w))?"
)
_GERMAN = r"(?<!\w)[A-ZÄÖÜ][\wäöüß-]{2,30}(?:straße|strasse|str\.|gasse|weg|platz|allee|ufer|damm|straat|laan|plein|gracht|kade|gatan|vägen|veien|vej|gade|gata|katu|steenweg) \d{1,4} ?[a-z]?(?!\w)"
_ROMANCE = r"(?<!\w)(?:Rua|Travessa|Alameda|Via|Viale|Corso|Piazza|Largo|Strada) (?:(?:d[aeo]s?|del(?:la|lo|le)?|dei|di) )?[A-ZÀ-Þ][\w'.-]{1,24}(?: (?:d[aeo]s? )?[A-ZÀ-Þ][\w'.-]{1,24}){0,3},? (?:n[º°.] ?)?\d{1,5}[a-z]?(?!\w)"
_FRENCH = r"(?<!\w)\d{1,4}(?: ?(?:bis|ter))?,? (?:rue|avenue|boulevard|place|chemin|allée|impasse|quai) (?:(?:de|du|des|la|le|les|d'|l') ?){0,3}[^\W\d_][\w'-]{2,24}(?: [A-Z][\w'-]{2,24}){0,3}"
_INDIAN = r"(?<!\w)(?:house|flat|plot|h\.? ?no|makan|मकान|फ्लैट|घर|door)\s?(?:no|number|num|नंबर|न)?\.?\s?[:#-]?\s?\d{1,5}[a-z]?(?:[/-]\d{1,4}){0,3},\s{0,2}[^\n.!?;]{3,60}"
_MILITARY = r"(?<!\w)(?:us(?:s|ns|cgc|nv) \w{2,20}\s{1,3})?(?:apo|fpo|dpo),? a[aep],? \d{5}(?!\d)"
_POST_BOX = r"(?<!\w)(?:p\.? ?o\.? ?box|(?:psc|unit) \d{1,6},? box|apartado(?: de correos)?|caixa postal|postfach|casilla(?: de correo)?) \d{1,6}(?!\d)"
_ROOM = r"(?<!\w)(?:apt\.? ?#?\d{1,5}[a-z]?|apartment #?\d{1,5}[a-z]?|suite #?\d{2,5})(?!\w)"
_AREA_SAID = r"(?<!\w)(?:zip ?(?:code)?|post ?code|postal code|c[oó]digo postal|pin ?code|plz|cep)(?: is| es| hai|:| -){0,2} ?#?((?:\d{4,6}(?:-\d{3,4})?|[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}|[a-z]\d[a-z] ?\d[a-z]\d))(?!\w)"

_MONTH = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?|enero|febrero|marzo|abril|mayo|junio|"
    "julio|agosto|septiembre|octubre|noviembre|diciembre|mai|juin|juillet|janvier|février|mars|avril|août|septembre|octobre|novembre|décembre|januar|februar|märz|juni|juli|oktober|dezember|"
    "janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|dezembro|जनवरी|फरवरी|मार्च|अप्रैल|मई|जून|जुलाई|अगस्त|सितंबर|अक्टूबर|नवंबर|दिसंबर|"
    "gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre|januari|februari|maart|mei|augustus|stycznia|lutego|marca|kwietnia|maja|czerwca|lipca|sierpnia|września|"
    "października|listopada|grudnia|maret|agustus|desember|ocak|şubat|mart|nisan|mayıs|haziran|temmuz|ağustos|eylül|ekim|kasım|aralık|января|февраля|марта|апреля|мая|июня|июля|августа|"
    "сентября|октября|ноября|декабря|يناير|فبراير|مارس|أبريل|مايو|يونيو|يوليو|أغسطس|سبتمبر|أكتوبر|نوفمبر|ديسمبر"
)
_DATE = rf"\d{{4}} ?[年년] ?\d{{1,2}} ?[月월] ?\d{{1,2}} ?[日일]|\d{{1,2}}[-/. ]\d{{1,2}}[-/. ]\d{{2,4}}|\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\d{{1,2}}(?:st|nd|rd|th|\.)? (?:of |de )?(?:{_MONTH})\.?,? (?:of |de |del )?\d{{4}}|(?:{_MONTH})\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}"
_BIRTH = rf"(?<!\w)(?:born|birth ?date|date of birth|d\.?o\.?b\.?|birthday|b-?day|fecha de nacimiento|nac[ií](?:d[oa])?|cumpleaños|janm\w{{0,10}}|जन्म\w{{0,10}}|geboren|geburtsdatum|geboortedatum|né(?:e|\(e\))? le|date de naissance|nat[oa] (?:il|l'|a)|data di nascita|nascid[oa]|nasci|data de nascimento|data urodzenia|urodził\w{{0,4}}|urodzon\w{{1,2}}|tanggal lahir|lahir|doğum(?:um|u)?(?: tarihi\w{{0,3}})?|doğdum|تاريخ الميلاد|تاريخ ميلادي|مواليد|ولدت|дата рождения|родил(?:ся|ась)|день рождения|出生|生日|生年月日|誕生日|생년월일|생일|태어)[^\d\n]{{0,25}}?({_DATE})(?!\d)"
_PLATE = (
    r"(?<!\w)(?i:licen[sc]e plate|number plate|plate(?: number)?|registration(?: number)?|matr[ií]cula|placas?|gaadi (?:ka )?(?:number|no)|car number)"
    r"[^\w\n]{0,3}(?i:\s?(?:is|es|was|hai|number|no)){0,2}[\s:#\"']{1,3}((?=[A-Z0-9 -]{0,9}\d)(?=[A-Z0-9 -]{0,9}[A-Z])[A-Z0-9]{1,10}(?:[ -]?[A-Z0-9]{1,4}){0,3})(?!\w)"
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


_NAME_WORD = r"(?!है|हैं|और|भी|क्या|नहीं|हूँ)[^\W\d_a-z][\w\u0900-\u0963'’.-]{0,24}"
_NAME = rf"{_NAME_WORD}(?: (?:de |del |de la |da |dos |van |von |der |bin |al )?{_NAME_WORD}){{0,3}}"
_SAYS_NAME = re.compile(
    r"(?<!\w)(?i:my (?:full |real |first |last |nick|middle )?name(?: is|'s)|the name(?: is|'s)|me llamo|mi nombre(?: completo| real)? es|mer[aei] (?:pura |poora |asli )?naam"
    r"|meu nome [eé]|je m'appelle|ich hei(?:ß|ss)e|mi chiamo|(?:my friends|everyone|everybody|people|they|mis amigos|todos)(?: just| me)? (?:call me|calls me|llaman)|मेरा (?:पूरा |असली )?नाम)\s{1,2}[\"'*]?"
    rf"(?P<name>{_NAME}|[^\W\d_A-Z][^\W\d_]{{1,20}}(?=\s?(?:[.,!?;\"*)\n]|\Z|and\b|but\b|y\b|hai\b|है|aur\b|और)))"
)
_NO_NAMES = frozenset(
    "a an the not in is on it too so very really what kya nahi your my his her their this that unknown secret important irrelevant taken cool weird strange "
    "funny pretty ugly common rare long short boring hard easy different spelled pronounced written mud none nothing everything no yes kuch bhi bhool bhi क्या नहीं "
    "un una el la muy no tan raro feo bonito".split()
)


def scan_names(text: PlainText) -> Iterator[Span]:
    """Find the name that somebody says is theirs, whatever a model thinks of it."""
    for match in text.matches(_SAYS_NAME, cased=True):
        said = match["name"].rstrip(".-'’")
        first = said.split()[0].lower()
        own = not said.islower() or "call" not in match[0][: match.start("name") - match.start()].lower()
        if (
            len(said) > 1 and first not in _NO_NAMES and own and said.lower() not in FICTION
        ):  # "everyone calls me crazy"
            yield match.start("name"), match.start("name") + len(said), 0.9


PERSONAL_RULES = (
    Rule(
        "PERSON",
        Needs(
            any_of=("name", "llam", "nombre", "naam", "call", "nome", "appelle", "hei", "chiamo", "नाम"),
            reach=220,
        ),
        scan_names,
    ),
    Rule("STREET_ADDRESS", Needs(digits=1, within=2, reach=300), by_pattern(_ENGLISH, 0.9, cased=True)),
    Rule(
        "STREET_ADDRESS",
        Needs(digits=1, any_of=("street", "avenue", "road", "boulevard", "lane", "drive"), reach=120),
        by_pattern(_ENGLISH_LOW, 0.75),
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
        by_pattern(_SPANISH, 0.9),
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
        by_pattern(_GERMAN, 0.9, cased=True),
    ),
    Rule(
        "STREET_ADDRESS",
        Needs(
            digits=1,
            any_of=("rue", "avenue", "boulevard", "place", "chemin", "allée", "impasse", "quai"),
            reach=180,
        ),
        by_pattern(_FRENCH, 0.75),
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
        by_pattern(_INDIAN, 0.75),
    ),
    Rule(
        "STREET_ADDRESS",
        Needs(digits=1, any_of=("box", "apartado", "caixa", "postfach", "casilla"), reach=60),
        by_pattern(_POST_BOX, 0.75),
    ),
    Rule(
        "STREET_ADDRESS",
        Needs(
            digits=1,
            any_of=("rua ", "travessa ", "alameda ", "via", "corso ", "piazza ", "largo ", "strada "),
            reach=200,
        ),
        by_pattern(_ROMANCE, 0.9, cased=True),
    ),
    Rule(
        "STREET_ADDRESS",
        Needs(digits=1, any_of=("apt", "apartment", "suite"), reach=30),
        by_pattern(_ROOM, 0.8),
    ),
    Rule(
        "STREET_ADDRESS",
        Needs(digits=1, any_of=("zip", "post", "pin", "plz", "cep"), reach=60),
        by_pattern(_AREA_SAID, 0.75, group=1),
    ),
    Rule(
        "STREET_ADDRESS", Needs(digits=5, any_of=("apo", "fpo", "dpo"), reach=60), by_pattern(_MILITARY, 0.9)
    ),
    Rule("STREET_ADDRESS", Needs(digits=5, any_of=("apt", "apartment", "suite"), reach=30), scan_areas),
    Rule("DATE_OF_BIRTH", Needs(digits=4, within=40, reach=100), by_pattern(_BIRTH, 0.85, group=1)),
    Rule(
        "LICENSE_PLATE",
        Needs(digits=1, any_of=("plate", "registration", "matr", "placa", "gaadi", "car number"), reach=120),
        by_pattern(_PLATE, 0.7, cased=True, group=1),
    ),
)
