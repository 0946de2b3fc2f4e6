"""Rules for street addresses: by the words of a data file, by signs, by patterns.

A street with a number is told from "road 66 is long" by a word of a street type, a name beside it
and a number where the language puts it (`address_scans`). Chinese, Japanese and Korean have their
own signs.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from pipelines.filtering.privacy.address_dated import DATED_RULES
from pipelines.filtering.privacy.address_east import EAST_RULES
from pipelines.filtering.privacy.address_parts import part_rules
from pipelines.filtering.privacy.address_patterns import PATTERN_RULES
from pipelines.filtering.privacy.address_russian import RUSSIAN_RULES
from pipelines.filtering.privacy.address_scans import (
    LIKELY,
    SURE,
    glued,
    number_first,
    number_last,
    scan_typeless,
    type_first,
)
from pipelines.filtering.privacy.address_styles import STYLE_RULES
from pipelines.filtering.privacy.address_words import (
    counts_something,
    extended,
    has_cue,
    read_words,
)
from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import Rule, Scan, Span

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
        digits = 0 if name == "type_first" else 1
        for words in table[name].values():
            if words["strong"]:
                needs = Needs(digits=digits, any_of=_needs(words), reach=400)
                yield Rule("STREET_ADDRESS", needs, make(words))
    hints = {name: tuple(words) for name, words in table["hints"].items()}
    for needs, scan in (
        (Needs(digits=1, any_of=hints["announced"], reach=250), scan_typeless),
        (Needs(digits=1, any_of=_needs(table["glued"]), reach=200), glued(table["glued"])),
        (Needs(any_of=hints["chinese"], reach=120), scan_chinese),
        (
            Needs(digits=1, any_of=hints["preposed"], reach=200),
            _by_signs(_PREPOSED, LIKELY, cued=True),
        ),
        (Needs(digits=2, any_of=hints["roads"], reach=80), _by_signs(_NUMBERED_ROAD, LIKELY)),
        (Needs(digits=1, any_of=hints["plots"], reach=120), _by_signs(_INDIAN_PLOT, LIKELY)),
    ):
        yield Rule("STREET_ADDRESS", needs, scan)


ADDRESS_RULES: tuple[Rule, ...] = (
    *PATTERN_RULES,
    *_rules(),
    *DATED_RULES,
    *part_rules(),
    *STYLE_RULES,
    *RUSSIAN_RULES,
    *EAST_RULES,
)
"""Rules of `STREET_ADDRESS`, beside those of `recognisers_personal`."""
