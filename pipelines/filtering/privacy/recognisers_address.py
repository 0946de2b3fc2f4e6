"""Rules for street addresses: by the words of a data file, by signs, by patterns.

A street with a number is told from "road 66 is long" by a word of a street type, a name beside it
and a number where the language puts it (`address_scans`). Chinese, Japanese and Korean have their
own signs.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pipelines.filtering.privacy.address_chinese import CHINESE_RULES
from pipelines.filtering.privacy.address_dated import DATED_RULES
from pipelines.filtering.privacy.address_elsewhere import at_home
from pipelines.filtering.privacy.address_japanese import JAPANESE_RULES
from pipelines.filtering.privacy.address_korean import KOREAN_RULES
from pipelines.filtering.privacy.address_local import LOCAL_RULES
from pipelines.filtering.privacy.address_needs import led_need, type_need
from pipelines.filtering.privacy.address_parts import part_rules
from pipelines.filtering.privacy.address_patterns import PATTERN_RULES
from pipelines.filtering.privacy.address_russian import RUSSIAN_RULES
from pipelines.filtering.privacy.address_scans import (
    LIKELY,
    NUMBERLESS,
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


def _types(words: Mapping[str, Sequence[str]]) -> list[str]:
    return [word for name in ("strong", "weak", "numbered") for word in words.get(name, ())]


def _needs(words: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """Return what must stand in a text for a scan of these words: their types, without the star."""
    return tuple(sorted({word.rstrip("*.") for word in _types(words)}))


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
                needs = Needs(digits=1, any_of=_needs(words), reach=400)
                if name == "type_first":
                    # "calle mayor s/n": without a number, and said to be so
                    pattern = type_need(_types(words))
                    needs = replace(needs, instead=NUMBERLESS, pattern=pattern)
                if words.get("order") == "type":
                    needs = replace(needs, pattern=led_need(_types(words)))
                yield Rule("STREET_ADDRESS", needs, make(words))
    hints = {name: tuple(words) for name, words in table["hints"].items()}
    for needs, scan in (
        (Needs(digits=1, any_of=hints["announced"], reach=250), scan_typeless),
        (Needs(digits=1, any_of=_needs(table["glued"]), reach=200), glued(table["glued"])),
        (
            Needs(digits=1, any_of=hints["preposed"], reach=200),
            _by_signs(_PREPOSED, LIKELY, cued=True),
        ),
        (Needs(digits=2, any_of=hints["roads"], reach=80), _by_signs(_NUMBERED_ROAD, LIKELY)),
        (Needs(digits=1, any_of=hints["plots"], reach=120), _by_signs(_INDIAN_PLOT, LIKELY)),
    ):
        yield Rule("STREET_ADDRESS", needs, scan)


ADDRESS_RULES: tuple[Rule, ...] = tuple(
    replace(rule, scan=at_home(rule.scan))
    for rule in (
        *PATTERN_RULES,
        *_rules(),
        *DATED_RULES,
        *part_rules(),
        *STYLE_RULES,
        *LOCAL_RULES,
        *RUSSIAN_RULES,
        *CHINESE_RULES,
        *JAPANESE_RULES,
        *KOREAN_RULES,
    )
)
"""Rules of `STREET_ADDRESS`, beside those of `recognisers_personal`."""
