"""Addresses as single countries write them in chats, mostly in small letters.

Blocks of Singapore, rural boxes and numbered avenues of America, parcel stations, quarters of
Venice, roads of Flanders named for where they lead, streets of Poland without their type, houses
of India beside a landmark. Every quantifier is bounded, so that time is linear in the text.
"""

import re
from collections.abc import Iterator

from pipelines.filtering.privacy.address_styles import own_scan
from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import Rule, Scan, Span

_SURE, _LIKELY = 0.9, 0.75
_ENDS = r"(?=\s?[,.;!?)\n]|\s?\Z|\s(?:m|lok|kl|klatka|apt|i|a|to|jest|obok|przy)(?!\w))"
# "blk 214 bishan st 23 #08-117"
_SINGAPORE = (
    r"(?<!\w)(?:blk|block) ?\d{1,4}[a-z]?,? (?:[a-z'.]{2,15} ){1,4}(?:street|st|avenue|ave|road|rd"
    r"|drive|dr|crescent|cres|close|lane|ring|central|north|south|east|west|link|way|walk|place"
    r"|terrace|view|rise)(?: \d{1,3})?(?:,? #?\d{1,2}-\d{2,4}[a-z]?)?(?!\w)"
)
# "620 w 42nd apt 19f"
_NUMBERED = (
    r"(?<![\w.,$£€/-])\d{1,5} (?:(?:north|south|east|west|[nsew])\.? )?\d{1,3}(?:st|nd|rd|th),? "
    r"(?:apt|apartment|unit|suite|ste|#)\.? ?#?[a-z]?\d{1,5}[a-z]?(?!\w)"
)
# "rr 2 box 118", "packstation 147"
_BOX = (
    r"(?<!\w)(?:rr|rural route|hc|hcr|star route) ?#?\d{1,3},? box \d{1,5}[a-z]?(?!\w)"
    r"|(?<!\w)(?:packstation|postfiliale|paketshop) (?:nr\.? ?)?\d{3}(?!\w)"
)
# "cannaregio 2341": houses of Venice are counted by quarter
_VENICE = (
    r"(?<!\w)(?:sestiere )?(?:cannaregio|dorsoduro|giudecca),? (?:n\.? ?)?\d{2,4}(?:/?[a-c])?(?!\w)"
)
# "steenweg op brussel 402"
_FLEMISH = (
    r"(?<!\w)[a-z]{0,20}(?:steenweg|heirbaan|straatweg) (?:op|naar|van) [^\W\d_][\w'-]{2,20},? "
    r"(?:nr\.? ?)?\d{1,4} ?(?:[a-d](?!\w))?(?!\w)"
)
_SURNAMES = (
    "mickiewicza|słowackiego|slowackiego|kościuszki|kosciuszki|sienkiewicza|piłsudskiego"
    "|pilsudskiego|konopnickiej|reymonta|kopernika|chopina|sobieskiego|moniuszki|żeromskiego"
    "|zeromskiego|jana pawła ii|jana pawla ii|traugutta|pułaskiego|pulaskiego|matejki|orzeszkowej"
    "|dąbrowskiego|dabrowskiego|paderewskiego|sikorskiego|kilińskiego|kilinskiego|staszica"
    "|kochanowskiego|norwida|broniewskiego|korczaka"
)
_POLISH_LETTERS = "a-ząćęłńóśźż"
# "kwiatowa 14/7", "mickiewicza 23b", "na grunwaldzkiej 102"
_POLISH = (
    rf"(?<![\w.])(?:[{_POLISH_LETTERS}]{{3,18}}(?:owa|ska|cka|zka|owej|skiej|ckiej|zkiej|ową"
    rf"|ską|cką|iego)) \d{{1,3}}[a-z]?/\d{{1,3}}[a-z]?(?![\w/]|[.,:]\d)"
    rf"|(?<![\w.])(?:{_SURNAMES}) \d{{1,3}}(?:[a-z](?!\w))?(?:{_ENDS}|[a-z]?/\d{{1,3}}(?!\w))"
    rf"|(?<=na |od |zy )(?:[{_POLISH_LETTERS}]{{3,18}}(?:owej|skiej|ckiej|zkiej|ową|ską|cką)) "
    rf"\d{{1,3}}(?:[a-z](?!\w))?(?:/\d{{1,3}}[a-z]?)?{_ENDS}"
)
_NO_STREETS = frozenset({
    "umowa", "rozmowa", "dostawa", "połowa", "głowa", "mowa", "odmowa", "przerwa", "rozprawa",
    "grupowa", "końcowa", "nowa", "krajowej", "drogowej", "gminnej", "szkolnej", "umową",
    "rozmową", "połową", "głową", "polska", "polskiej", "niedzielska", "wersja", "cyfrowa",
    "klasowa", "ligowa", "kolejowa", "rozmowie", "polskiego", "angielska", "angielskiej",
    "angielskiego", "niemieckiego", "chłopska", "męska", "damska", "żeńska"
})  # fmt: skip
_INDIC = r"[\w\u0900-\u0963]"
# "hanuman mandir ke paas makan 8"
_LANDMARK = (
    rf"(?<!{_INDIC})(?:[^\W\d_]{_INDIC}{{1,15}} ){{1,3}}(?:ke|के) (?:paas|pas|pass|samne|saamne"
    r"|piche|peeche|bagal me|upar|पास|सामने|पीछे|बगल में|ऊपर),? (?:(?:wala|वाला) )?"
    r"(?:makan|makaan|ghar|house|flat"
    rf"|मकान|घर|हाउस|फ्लैट)(?: (?:no|number|नंबर|नं))?\.? ?\d{{1,4}}[a-z]?(?!{_INDIC})"
)
_LETTER = "(?:[b-hj-z]|बी|ए|सी|डी|ई|एफ|जी|एच|आई|जे|के|एल|एम|एन|पी)"
# "एच ब्लॉक 33 साकेत", "block c 118 vikaspuri"
_BLOCK = (
    rf"(?<!{_INDIC})(?:{_LETTER} (?:block|blk|ब्लॉक)|(?:block|blk|ब्लॉक) {_LETTER}),? "
    rf"(?:(?:house|makan|मकान) )?\d{{1,4}}(?:/\d{{1,4}})? (?:[^\W\d_]{_INDIC}{{2,15}})"
)

# "شارع الحمرا بناية النخيل الطابق الخامس": a house by its name, as Lebanon and Egypt write it
_ARABIC_WORD = r"[\u0621-\u064a]{2,14}"
_ARABIC = (
    rf"(?<![\u0621-\u064a])(?:شارع|حي|جادة|طريق) (?:(?!يوجد|فيه|كان|هناك){_ARABIC_WORD} ){{1,3}}?"
    rf"(?:بناية|بنايه|عمارة|عماره|مبنى|برج|فيلا) {_ARABIC_WORD}(?: {_ARABIC_WORD})?"
    rf"[ ،,]{{1,2}}(?:ال)?(?:طابق|دور|شقة|شقه|ط) (?:{_ARABIC_WORD}|\d{{1,3}})"
)


def _polish(scan_pattern: str) -> Scan:
    """Return a scan for streets without a type whose name is no everyday word."""
    grown = own_scan(scan_pattern, _LIKELY)
    first = re.compile(r"[^\s]+")

    def scan(text: PlainText) -> Iterator[Span]:
        for start, end, score in grown(text):
            word = first.match(text.lower, start)
            if word is not None and word[0] not in _NO_STREETS:
                yield start, end, score

    return scan


LOCAL_RULES: tuple[Rule, ...] = tuple(
    Rule("STREET_ADDRESS", needs, scan)
    for needs, scan in (
        (Needs(digits=2, any_of=("blk", "block"), reach=200), own_scan(_SINGAPORE, _SURE)),
        (
            Needs(
                digits=3, any_of=("st ", "nd ", "rd ", "th ", "st,", "nd,", "rd,", "th,"), reach=120
            ),
            own_scan(_NUMBERED, _SURE),
        ),
        (
            Needs(digits=2, any_of=(" box ", "packstation", "postfiliale", "paketshop"), reach=120),
            own_scan(_BOX, _LIKELY),
        ),
        (
            Needs(digits=2, any_of=("cannaregio", "dorsoduro", "giudecca"), reach=120),
            own_scan(_VENICE, _LIKELY),
        ),
        (
            Needs(digits=1, any_of=("steenweg", "heirbaan", "straatweg"), reach=200),
            own_scan(_FLEMISH, _LIKELY),
        ),
        (
            Needs(
                digits=1,
                any_of=(
                    *_SURNAMES.split("|"),
                    *(
                        "owa ",
                        "ska ",
                        "cka ",
                        "zka ",
                        "owej ",
                        "iej ",
                        "ową ",
                        "ską ",
                        "cką ",
                        "iego ",
                    ),
                ),
                reach=200,
            ),
            _polish(_POLISH),
        ),
        (
            Needs(any_of=("بناي", "عمار", "مبنى", "برج", "فيلا"), reach=200),
            own_scan(_ARABIC, _LIKELY),
        ),
        (Needs(digits=1, any_of=(" ke ", " के "), reach=200), own_scan(_LANDMARK, _LIKELY)),
        (Needs(digits=1, any_of=("block", "blk", "ब्लॉक"), reach=200), own_scan(_BLOCK, _LIKELY)),
    )
)
"""Rules of `STREET_ADDRESS` for single countries."""
