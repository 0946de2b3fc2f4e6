"""Addresses told by their shape: name, number and postcode; post boxes; houses with a name.

No word of a street type is asked for: what stands around a number says enough. Every quantifier is
bounded, so that time is linear in the text.
"""

# ruff: noqa: RUF001, SIM905  letters of Russian; word lists

import re
from collections.abc import Iterator

from pipelines.filtering.privacy.address_tail import tail_end
from pipelines.filtering.privacy.address_words import counts_something, no_names
from pipelines.filtering.privacy.no_persons import towns
from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import Rule, Scan, Span, by_pattern

_SURE, _LIKELY = 0.9, 0.75
_NAME = r"[^\W\d_][\w'’.-]{1,24}"
_SMALL = (
    r"(?:de|da|do|di|del|della|van|der|den|de la|zum|zur|am|an der|im|unter den|in der|auf der)"
)
_CAPITAL = r"[A-ZÀ-ÞŁŚŻŹĆĞİŞÖÜА-ЯЁ][\w'’.-]{1,24}"
_HOUSE = r"\d{1,4}(?: ?[a-zA-Z](?!\w))?(?:[-/]\d{1,4}(?:[a-zA-Z](?!\w))?|-[A-Z](?!\w)){0,2}"

# "Lange Reihe 45, 20099 Hamburg", "Korte Gracht 8, 1011 AB Amsterdam", "Polna 8, 00-622 Warszawa"
_POSTED = (
    rf"(?<![\w.])(?:{_CAPITAL} (?:{_SMALL} )?){{0,3}}{_CAPITAL},? (?:[Nn][ro]?[.º°] ?)?{_HOUSE}"
    r"(?:,? ?[^\W\d_]{1,6}\.? ?\d{1,4})?,?\s{1,2}"
    r"(?:[A-Z]{1,2}-)?(?:(?!(?:19|20)\d\d )\d{4,6}|\d{4} ?[A-Z]{2}|\d{2}-\d{3}|\d{3} \d{2}"
    r"|\d{5}-\d{3}),? "
    rf"{_CAPITAL}"
)
# "Gran Vía 28, 3ºC", "Blvd. Kukulcán km 12.5", "rambla catalunya 45 entlo 2ª"
_SPANISH = (
    r"(?<!\w)(?:(?:gran v[ií]a|la castellana|el prado|malec[oó]n|costanera"
    r"|perif[eé]rico)(?: [^\W\d_]{3,20}){0,2},? (?:n[º°.] ?)?\d{1,4}(?=\s?[,.;ºª]|\s?\Z"
    r"| (?:piso|local|bajo|casi|esq))"
    r"|(?:blvd|bulevar|boulevard|carretera|autopista|ruta|rodovia|estrada"
    r"|via)\.? [^\n,.;!?]{2,30}?,? km\.? ?\d{1,4}(?:[.,]\d{1,3})?)"
)
# "Laan van Meerdervoort 500", "Straße des 17. Juni 135"
_OF_NAME = (
    rf"(?<!\w)(?:(?:[Ll]aan|[Pp]lein|[Ww]eg|[Ss]ingel|[Kk]ade|[Hh]of|[Pp]ark"
    rf"|[Bb]oulevard) van (?:de |het |der |den )?{_CAPITAL}(?: {_CAPITAL})?"
    rf"|[Ss]tra(?:ß|ss)e (?:des|der|am|zum|zur|an der) (?:\d{{1,2}}\. )?{_CAPITAL}(?: {_CAPITAL})?"
    rf"|[Pp]lein (?:19|20)\d\d),? (?:nr\.? ?)?{_HOUSE}(?!\w)"
)
# "Noordeinde 68a", "Bismarckring 14 a", "Rynek 4/7": a letter or a stroke says that the number is
# of a house
_LETTERED = (
    r"(?<![\w.])[A-ZÄÖÜŁŚŻ][^\W\d_]{2,24}(?:einde|zijde|poort|ring|wall|platz|markt|weg|hof|berg"
    r"|damm|ufer|graben|steig|stieg|dijk|singel|wal|park|plantsoen|rynek)"
    r" \d{1,4} ?(?:[a-h](?!\w)|[/-]\d{1,3}(?:[/-]\d{1,3})?)"
)
# "na Nowowiejską 22", "przy Lipowej 9/3"
_POLISH = (
    r"(?<!\w)(?:na|przy|z|koło|pod|adres:?|to) [A-ZŁŚŻŹĆ][a-ząćęłńóśźż]{2,20}(?:ską|cką|ną|wą|rą|łą"
    r"|tą|skiej|ckiej|nej|wej|rej|łej|tej|iego) \d{1,3}[a-z]?(?:/\d{1,3})?(?!\w|[.,:]\d)"
    r"|(?<!\w)(?:Stary |Nowy |Mały |Wielki )?Rynek (?:Główny |Starego Miasta "
    r"|Nowego Miasta )?\d{1,3}[a-z]?(?:/\d{1,3})?(?!\w|[.,:]\d)"
)
# "Neuer Wall 80, Hamburg", "Meir 24, Antwerpen": a town right behind a name with a number
_TOWNED = re.compile(
    rf"(?<![\w.])(?P<name>(?:{_CAPITAL} (?:{_SMALL} )?){{0,3}}{_CAPITAL}) (?:[Nn][ro]?[.º°] ?)?"
    rf"(?!(?:19|20)\d\d)(?P<house>{_HOUSE}), ?(?:in |à |a |en "
    rf"|w )?(?P<town>{_CAPITAL}(?: {_CAPITAL}){{0,2}})"
)
# "3 the glebe, dunblane fk15 9hq": a British or Canadian postcode is of one street
_BRITISH = (
    r"(?<![\w.,$£€/-])\d{1,4}[a-z]?,? (?:[^\W\d_][\w'’-]{0,24},? ){1,6}"
    r"(?:[a-z]{1,2}\d[a-z\d]? ?\d[a-z]{2}|[a-z]\d[a-z] ?\d[a-z]\d)(?!\w)"
)
# "77 west 104th st"
_ORDINAL = (
    r"(?<![\w.,$£€/-])\d{1,5}[a-z]?,? (?:(?:north|south|east|west|[nsew])\.? )?"
    r"\d{1,3}(?:st|nd|rd|th) (?:street|st|avenue|ave|road|rd|drive|dr|lane|ln|place|pl|court|ct|way"
    r"|terrace)(?!\w)\.?"
)
_HOUSE_KIND = (
    "cottage|barn|house|lodge|farm|farmhouse|hall|manor|mill|rectory|vicarage|grange|villa"
    "|mansions?"
)
_ROAD_KIND = (
    "lane|road|street|close|walk|avenue|drive|way|hill|green|row|mews|crescent|terrace|square|court"
    "|place|grove"
)
# "The Old Barn, Church Lane", "Rose Cottage, 2 Church Walk"
_NAMED_HOUSE = (
    rf"(?<!\w)(?:the )?(?:{_NAME} ){{1,3}}(?:{_HOUSE_KIND}), (?:\d{{1,4}}[a-z]?,? )?"
    rf"(?:{_NAME} ){{1,3}}(?:{_ROAD_KIND}|rd|st|ln|ave)(?!\w)"
)
# "Mill Lane, no. 12", "Elm Road number 7": the number stands behind and is called one
_NUMBER_BEHIND = (
    rf"(?<!\w){_NAME}(?: {_NAME})? (?:{_ROAD_KIND}|rd|st|ln|ave),? (?:no\.?|number"
    rf"|#) ?\d{{1,4}}[a-z]?(?!\w)"
)
# "numero 8 di via Verdi", "at number 9 The Crescent", "au numéro 3 de la rue Haute"
_NUMBER_OF = (
    r"(?<!\w)(?:house |al |au |at |en el |no )?(?:numero|número|numéro|nummer|number"
    r"|n[º°.]) \d{1,4} ?[a-z]?,? "
    r"(?:(?:di|de|de la|del|da|do|des|du|in|on|in der|der|von|van de|aan de) )?"
    r"(?:(?:via|viale|piazza|corso|vicolo|calle|avenida|plaza|paseo|carrera|rua|travessa|avenida"
    r"|praça"
    rf"|rue|avenue|boulevard|place|chemin|allée|impasse|quai) (?:(?:{_SMALL}|des|du|la|le"
    rf"|les) ?){{0,2}}{_NAME}(?: [A-ZÀ-Þ][\w'-]{{1,24}})?"
    rf"|(?:the |{_NAME} ){{1,2}}(?:{_ROAD_KIND})|{_NAME}(?:straße|strasse|gasse|weg|allee|straat"
    rf"|laan|gracht|kade))(?!\w)"
)
# "il 18 di viale Trastevere", "la 45 de la calle Robles", "27 du boulevard Voltaire"
_HOUSE_OF = (
    r"(?<![\w.,$£€/-])(?:civico |portal |casa |n[º°.] ?)?\d{1,4}(?: ?(?:bis|ter|[a-z](?!\w)))? "
    r"(?:(?:di|del) (?:via|viale|piazza|piazzale|corso|vicolo|largo)"
    r"|(?:de la|del|de) (?:calle|avenida|plaza|paseo|carrera|pasaje|ronda)"
    r"|(?:da|do|de) (?:rua|avenida|travessa|praça|praceta|alameda|beco|estrada)"
    r"|(?:de la|de l'|du|de) ?(?:rue|avenue|boulevard|place|chemin|allée|impasse|quai|cours"
    r"|square|passage|ruelle|av|bd|sentier|faubourg))"
    rf" (?:(?:{_SMALL}|de los|de las|dos|das|des|dei|degli|delle"
    rf"|du|la|le|les|los|las) ?){{0,2}}{_NAME}"
)
# "Am Alten Markt 3", "Unter den Eichen 87"
_GERMAN_AT = (
    r"(?<!\w)(?:(?:Am|Im|Zum|An der|In der|Auf dem|Auf der|Hinter der|Vor dem) "
    r"(?:Alten|Neuen|Großen|Kleinen|Hohen|Langen|Oberen|Unteren|Grünen|Roten|Weißen|Breiten"
    r"|Stillen) [A-ZÄÖÜ][^\W\d_]{2,20}"
    r"|(?:Unter|Hinter|Vor|Zwischen|An|Auf|In) den [A-ZÄÖÜ][^\W\d_]{2,20}e?n)"
    r" \d{1,3} ?(?:[a-h](?!\w))?(?=\s?[,.;!?)]|\s?\Z)"
)
_LOT = (
    rf"(?<!\w)(?:lot|unit|block|site) \d{{1,4}}[a-z]?,? (?:\d{{1,4}}[a-z]?,? )?(?:{_NAME} ){{1,3}}"
    rf"(?:{_ROAD_KIND}|rd|st|ln|ave)(?!\w)"
)
# "बी-14/2, सेक्टर 62", "ए 21 सेक्टर 15": a letter said by its name, a house, a sector or a quarter
_HINDI_LETTER = "(?:बी|ए|सी|डी|ई|एफ|जी|एच|आई|जे|के|एल|एम|एन|पी|आर|एस|टी|यू|वी|डब्ल्यू|एक्स)"
_HINDI_WORD = r"[\u0900-\u0963]{2,20}"
_HINDI = (
    rf"(?<![\w\u0900-\u0963]){_HINDI_LETTER}[- ]?\d{{1,4}}(?:/\d{{1,4}})?,? {{1,2}}"
    rf"(?:(?:सेक्टर|ब्लॉक|फेज|फेज़|पॉकेट|वार्ड)[ -]?\d{{1,3}}|(?:{_HINDI_WORD} ){{1,3}}(?:नगर|विहार"
    rf"|कॉलोनी|कालोनी|अपार्टमेंट|सोसाइटी|एन्क्लेव|पार्क|रोड|मार्ग|कुंज|बाग|बाज़ार|बाजार"
    rf"|चौक))"
)
_VILLAGE = (
    rf"(?<![\w\u0900-\u0963])(?:ग्राम|गाँव|गांव|gaon|village|vill\.?|gram)(?: (?:व )?(?:पोस्ट"
    rf"|post))? (?:{_HINDI_WORD}|[a-z]{{3,20}}),?"
    rf" (?:(?:near|पास|post|पोस्ट|tehsil|तहसील|thana|थाना|jila|जिला|ज़िला)?(?: ?(?:{_HINDI_WORD}"
    rf"|[a-z]{{3,20}}),?){{1,3}} )?(?:ward|वार्ड|मकान|makan|house|घर|gali|गली)(?: (?:no\.?"
    rf"|number|नंबर|नं\.?))? ?\d{{1,4}}"
)
_BOXES = (
    "p.o. box", "po box", "p o box", "post box", "pobox", "gpo box", "locked bag", "postbus",
    "postfach", "skrytka pocztowa", "skr. poczt.",
    "boîte postale", "boite postale", "casella postale", "caixa postal", "apartado postal",
    "apartado de correos", "casilla de correo",
    "apdo.", "apdo", "kotak pos", "posta kutusu", "а/я", "абонентский ящик", "ص.ب", "ص ب",
    "صندوق بريد", "صندوق البريد", "पोस्ट बॉक्स",
    "पी.ओ. बॉक्स", "사서함", "信箱", "私書箱", "郵政信箱", "邮政信箱",
)  # fmt: skip
_BOX = (
    rf"(?<!\w)(?:{'|'.join(map(re.escape, _BOXES))})(?: ?(?:no|nr|number|nº|n°|№|رقم|नंबर"
    rf"|第)\.?:?)? ?#?:? ?"
    r"(?P<n>\d{1,6}(?: \d{2,3}){0,3})(?!\d)(?:号|號)?"
)
_FRENCH_BOX = r"(?<!\w)(?:BP|CS|TSA) \d{2,5}(?:,? (?:- )?\d{5} [A-ZÀ-Þ]|(?=,? \d{5}))"


def own_scan(pattern: str, score: float, *, cased: bool = False, grows: bool = True) -> Scan:
    """Return a scan for a pattern that counts nothing; what follows of an address belongs to it."""
    inner = by_pattern(pattern, score, cased=cased)

    def scan(text: PlainText) -> Iterator[Span]:
        for start, end, sure in inner(text):
            if not counts_something(text.lower, end):
                yield start, tail_end(text.lower, end) if grows else end, sure

    return scan


def _scan_towned(text: PlainText) -> Iterator[Span]:
    for match in text.matches(_TOWNED, cased=True):
        town = match["town"].lower()
        is_thing = match["name"].split()[0].lower() in _NUMBERED_THINGS
        if not is_thing and (town in towns() or town.split()[0] in towns()):
            yield match.start(), match.end("house"), _LIKELY


_NUMBERED_THINGS = frozenset(
    "windows iphone galaxy fifa formula boeing airbus flight train gate room zimmer bus tram line "
    "linie ligne chapter part episode season"
    " level version xbox playstation ps nokia audi bmw group gruppe page seite hall halle "
    "gleis platform terminal week day tag world".split()
)  # fmt: skip


def _named(pattern: str, score: float) -> Scan:
    """Return a scan for a pattern on small letters whose first word must be of a name."""
    inner = own_scan(pattern, score)
    word = re.compile(r"[^\s,]+")

    def scan(text: PlainText) -> Iterator[Span]:
        for start, end, sure in inner(text):
            begin = start
            for token in word.finditer(text.lower, start, end):
                if token[0] not in no_names() or token[0] == "the":
                    break
                begin = token.end() + 1
            yield min(begin, end - 1), end, sure

    return scan


_ROAD_NEEDS = tuple(f" {kind}" for kind in _ROAD_KIND.split("|"))
_ROADS_NEEDS = (*_ROAD_NEEDS, " rd", " st", " ln", " ave")
_HOUSE_NEEDS = tuple(kind.rstrip("?").rstrip("s") for kind in _HOUSE_KIND.split("|"))
_NUMBER_NEEDS = ("numer", "númer", "numér", "numme", "number", "nº ", "n° ", "n. ")

STYLE_RULES: tuple[Rule, ...] = (
    Rule(
        "STREET_ADDRESS",
        Needs(digits=5, within=80, reach=400),
        own_scan(_POSTED, _SURE, cased=True),
    ),
    Rule("STREET_ADDRESS", Needs(digits=3, within=200, reach=400), own_scan(_BRITISH, _SURE)),
    Rule(
        "STREET_ADDRESS",
        Needs(digits=2, any_of=("st", "nd ", "rd ", "th "), reach=400),
        own_scan(_ORDINAL, _SURE),
    ),
    Rule("STREET_ADDRESS", Needs(any_of=_HOUSE_NEEDS, reach=400), _named(_NAMED_HOUSE, _LIKELY)),
    Rule(
        "STREET_ADDRESS",
        Needs(digits=1, any_of=_ROADS_NEEDS, reach=400),
        _named(_NUMBER_BEHIND, _LIKELY),
    ),
    Rule(
        "STREET_ADDRESS",
        Needs(digits=1, any_of=_NUMBER_NEEDS, reach=400),
        own_scan(_NUMBER_OF, _LIKELY),
    ),
    Rule(
        "STREET_ADDRESS",
        Needs(digits=1, any_of=(" di ", " de ", " del ", " da ", " do ", " du "), reach=400),
        own_scan(_HOUSE_OF, _LIKELY),
    ),
    Rule(
        "STREET_ADDRESS",
        Needs(
            digits=1,
            any_of=("am ", "im ", "zum ", " der ", " dem ", " den "),
            reach=400,
        ),
        own_scan(_GERMAN_AT, _LIKELY, cased=True),
    ),
    Rule(
        "STREET_ADDRESS",
        Needs(digits=1, any_of=("lot ", "unit ", "block ", "site "), reach=400),
        own_scan(_LOT, _LIKELY),
    ),
    Rule(
        "STREET_ADDRESS",
        Needs(
            digits=1,
            any_of=("gran v", "castellana", "prado", "malec", "costanera", "perif", "km"),
            reach=400,
        ),
        own_scan(_SPANISH, _LIKELY),
    ),
    Rule(
        "STREET_ADDRESS",
        Needs(digits=1, any_of=("van ", "straße", "strasse", "plein"), reach=400),
        own_scan(_OF_NAME, _SURE, cased=True),
    ),
    Rule(
        "STREET_ADDRESS",
        Needs(
            digits=1,
            any_of=(
                "einde",
                "zijde",
                "poort",
                "ring",
                "wall",
                "platz",
                "markt",
                "weg",
                "hof",
                "berg",
                "damm",
                "ufer",
                "graben",
                "steig",
                "stieg",
                "dijk",
                "singel",
                "wal",
                "park",
                "plantsoen",
                "rynek",
            ),
            reach=400,
        ),
        own_scan(_LETTERED, _LIKELY, cased=True),
    ),
    Rule(
        "STREET_ADDRESS",
        Needs(digits=1, any_of=("ą ", "ej ", "iego ", "rynek "), reach=400),
        own_scan(_POLISH, _LIKELY, cased=True),
    ),
    Rule("STREET_ADDRESS", Needs(digits=1, any_of=(",",), reach=400), _scan_towned),
    Rule(
        "STREET_ADDRESS",
        Needs(
            digits=1,
            any_of=(
                "सेक्टर",
                "ब्लॉक",
                "फेज",
                "पॉकेट",
                "वार्ड",
                "नगर",
                "विहार",
                "कॉलोनी",
                "कालोनी",
                "अपार्टमेंट",
                "सोसाइटी",
                "एन्क्लेव",
                "पार्क",
                "रोड",
                "मार्ग",
                "कुंज",
                "बाग",
                "बाज",
                "चौक",
            ),
            reach=400,
        ),
        own_scan(_HINDI, _LIKELY),
    ),
    Rule(
        "STREET_ADDRESS",
        Needs(digits=1, any_of=("ग्राम", "गाँव", "गांव", "gaon", "vill", "gram"), reach=400),
        own_scan(_VILLAGE, _LIKELY),
    ),
    Rule("STREET_ADDRESS", Needs(digits=1, any_of=_BOXES, reach=400), own_scan(_BOX, _LIKELY)),
    Rule(
        "STREET_ADDRESS",
        Needs(digits=2, any_of=("bp ", "cs ", "tsa "), reach=400),
        own_scan(_FRENCH_BOX, _LIKELY, cased=True, grows=False),
    ),
)
"""Rules of `STREET_ADDRESS` by shape."""
