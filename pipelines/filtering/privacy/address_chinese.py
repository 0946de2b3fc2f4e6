"""Addresses of China, Taiwan and Hong Kong: a road or a village, its number, and what is beside it.

The number with its sign is looked for. Places and a postcode are read backwards from there, and
house, floor and flat forwards, one step at a time, so that time is linear.
"""

import re
from collections.abc import Iterator

from pipelines.filtering.privacy.address_walk import AddressWalk
from pipelines.filtering.privacy.address_words import any_of, read_words
from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import Rule, Span

_SCORE = 0.9
_HAN = r"\u4e00-\u9fff"
_BEFORE_MAX = 30  # characters read backwards
_WORDS = read_words()["east"]
_UNITS = rf"(?:{any_of(_WORDS['zh_units'])})(?!{any_of(_WORDS['zh_no_units'])})"
_NUMERAL = r"[一二三四五六七八九十百]"
_NO_COUNT = r"(?![\d年月日时時点點分秒元块塊万萬人个個次岁歲米公天米斤%])"
_NO_SIGN = "线線出站公门門口楼樓机機车車"
_NAMED = rf"[{_HAN}a-z]"
_HOUSE = re.compile(
    r"(?:路|街道|大街|街|大道|(?<!知)道(?=[\d一二三四五六七八九十百]{1,5}號)|巷|弄|胡同"
    r"|段)[东西南北中東]?\s?[甲乙丙丁]?(?:[一二三四五六七八九十百]{1,5}段)?\s?(?:\d{1,5}"
    r"|[一二三四五六七八九十百]{1,6})(?:[-之]\d{1,4})?\s?(?:号院|號院|号(?!线|出口|站|公路)|號(?!線|出口)|弄|巷|座|栋)"
    r"|(?:广场|廣場)\d{2,4}[号號](?!线|線|出口|站|门|門|口)"
    rf"|(?<=[镇鎮乡鄉县縣市区區])[{_HAN}]{{1,10}}(?:村|屯|庄|莊|社区|社區|园|園|里|坊|苑)\s?(?:[\d一二三四五六七八九十]{{1,3}}"
    r"[组組队隊鄰邻]\s?)?\d{1,4}[号號]"
    r"|\d{1,4}(?:号楼|號樓|栋|棟|幢|座)\s?(?:[a-z\d]{1,2}(?:单元|單元|座)\s?)?\d{3,4}[a-z]?(?:室|号|房)?(?!\d)"
    rf"|(?<=[{_HAN}])(?:村|庄|莊|屯)\d{{1,4}}[号號](?![{_NO_SIGN}])"
    r"|(?:[一二三四五六七八九十东西南北\d]区|[里园苑城庭府湾阁]|家园|小区|花园|公寓|新村)\s?(?:[\d一二三四五六]{1,2}期)?\s?\d{1,3}"
    r"(?:号楼|號樓|栋|棟|幢|号院)(?:\s?[a-z\d]{1,2}(?:单元|單元|座))?(?:\s?\d{2,4}[a-z]?(?:室|号|房)?(?!\d))?"
    r"|[路街](?:与|和|跟)[\u4e00-\u9fff]{1,6}[路街](?:交叉)?口\s?\d{1,4}[号號]"
    r"|(?<=[\u4e00-\u9fff])(?:大街|大道|路|街|巷|胡同)\s?\d{1,4}(?=\s?[,。!?]|\s?\Z)"
    r"|\d{3,6}信箱(?:\d{1,4}分箱)?"
    r"|\d{1,4}(?:号楼|號樓|栋|棟|幢)\s?[a-z\d]{1,2}(?:单元|單元)(?:\s?\d{2,4})?(?!\d)"
    r"|(?:路|街)[a-z]座|(?:小区|花园|新村|公寓|家园|苑|院|村|里|[东西南北中]区|科技园|工业园|大厦|广场)\s?\d{1,3}\s?(?:栋|号楼|楼|幢"
    r"|号)\s?(?:\d{1,2}\s?(?:单元|門|门)\s?)?\d{2,4}(?:室|号|房)?"
)
# Signs behind which the number of a flat has none of its own: of houses, floors, entrances
_BEFORE_FLAT = r"(?:(?<=[座楼樓栋棟层層元厦廈场場心期苑园園城庭门門])|(?<=[座楼栋] ))"
_STEP = re.compile(
    r"[ \t,，]{0,2}(?:"  # noqa: RUF001
    rf"附?(?:地下|b)?(?:[a-z]?\d{{1,5}}[a-z]?|[a-z]|{_NUMERAL}{{1,3}})(?:[-之]\d{{1,4}})?\s?"
    rf"(?:{_UNITS}|f(?![a-z]))(?:之\d{{1,3}})?"
    rf"|{_BEFORE_FLAT}[a-z]?\d{{1,4}}(?:-\d{{1,4}})?{_NO_COUNT}"
    rf"|(?<=[号號弄])(?:\d{{1,2}}-)?\d{{3,4}}{_NO_COUNT}"
    r"|(?<=[楼樓层層室])[a-z](?![a-z])|之\d{1,3})"
)
_BUILDING = re.compile(
    rf"[ \t,，]{{0,2}}(?![{_WORDS['zh_no_start']}])(?:[a-z]{{1,10}} ){{0,2}}(?:"  # noqa: RUF001
    rf"(?:(?![{_WORDS['zh_no_building']}]){_NAMED}){{1,12}}?"
    rf"(?:{any_of(_WORDS['zh_buildings'])}){{1,2}}(?!{_NAMED}{{0,3}}(?:路|街))"
    rf"|(?:(?![{_WORDS['zh_no_building']}{_WORDS['zh_no_start']}]){_NAMED}){{1,12}}?"
    rf"(?=\s?(?:[a-z]?\d{{1,5}}|[a-z])\s?(?:{_UNITS})))"
)
_BEFORE = re.compile(rf"[{_HAN}\d]{{1,{_BEFORE_MAX}}}\Z")
_CUT = re.compile(r".*[在住到是址为往去寄送]")
_PLACE = re.compile(rf"[{_HAN}]{{0,11}}(?:{any_of(_WORDS['zh_places'])})[ \t,，、]{{1,2}}\Z")  # noqa: RUF001
_POST = re.compile(
    rf"(?:(?:{any_of(_WORDS['zh_post'])})[:： ]{{0,2}})?"  # noqa: RUF001
    r"(?<!\d)(?:\d{5,6}|\d{3})[ \t,，]{0,2}\Z"  # noqa: RUF001
)
_WALK = AddressWalk(
    _PLACE, _CUT, _POST, (_STEP, _BUILDING), post_chars=14, places_max=5, steps_max=8
)


def scan_chinese(text: PlainText) -> Iterator[Span]:
    """Find "上海市浦东新区世纪大道100号": place, street, number with its sign, house, flat."""
    low = text.lower
    reached = 0
    for match in text.matches(_HOUSE):
        before = _BEFORE.search(low, max(reached, match.start() - _BEFORE_MAX), match.start())
        if before:
            cut = _CUT.match(before[0])
            start = before.start() + (cut.end() if cut and cut.end() < len(before[0]) else 0)
            yield _WALK.head_start(low, start), _WALK.tail_end(low, match.end()), _SCORE
        reached = match.end()


CHINESE_RULES: tuple[Rule, ...] = (
    Rule(
        "STREET_ADDRESS",
        Needs(any_of=tuple(read_words()["hints"]["chinese"]), reach=120),
        scan_chinese,
    ),
)
"""Rules of `STREET_ADDRESS` for Chinese."""
