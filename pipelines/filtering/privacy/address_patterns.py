"""Street addresses by patterns: whole blocks of English, post boxes, military post, rooms.

What no table of words says; each pattern is bounded, so that time is linear in the text.
"""

# ruff: noqa: RUF001  letters of other scripts

import re
from collections.abc import Iterator

from pipelines.filtering.privacy.address_words import counts_something
from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import Rule, Scan, Span, by_pattern

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


PATTERN_RULES: tuple[Rule, ...] = (
    Rule(
        "STREET_ADDRESS",
        Needs(digits=1, within=2, reach=300),
        _uncounted(_ENGLISH, 0.9, cased=True),
    ),
    Rule(
        "STREET_ADDRESS",
        Needs(
            digits=1,
            instead=("s/n",),
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
"""Rules of `STREET_ADDRESS` by pattern."""
