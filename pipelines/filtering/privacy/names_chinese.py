"""Chinese names without a cue: a family name and one or two characters that names are made of.

A run of Chinese characters is cut into words of a list and names, whichever is likelier, so that
王晓明天来 is 王晓 and 明天 (tomorrow), and an ordinary word (高兴, glad) is never a name.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, partial
from itertools import product
from pathlib import Path
from typing import Any

from pipelines.filtering.privacy.segmenting import Spans, cut_names, read_costs
from pipelines.word_files import read_word_file

LISTS = Path(__file__).parent / "name_lists"
"""Data of the recognisers of Chinese, Japanese and Korean names."""
_RUN = re.compile(r"[\u4e00-\u9fff]{2,}")
_SOUNDS = (
    "阿埃艾爱安奥巴鲍贝本比彼伯博布查达戴丹德迪丁杜顿多恩尔法费佛弗福富盖格戈根古哈海汉赫亨胡怀惠霍基吉加嘉杰金卡凯坎"
    "康科克肯库拉莱兰朗劳勒雷李里利莉丽林琳卢鲁路伦罗洛马玛迈麦曼梅蒙米密莫姆穆娜纳南内尼涅努诺欧帕潘佩彭皮坡珀普乔切"
    "琼茹瑞萨塞桑森沙莎舍圣史斯思苏索塔泰坦汤唐特提蒂廷图托瓦威韦维温沃乌西希锡肖辛休雅亚扬耶伊因英尤泽扎詹兹佐逊翰"
)
"""Characters that foreign names are written with, by their sound."""
_JOINED = re.compile(rf"(?:[·•・][{_SOUNDS}]{{1,6}}){{1,2}}")
_COMMON, _WORD, _DOUBLE = 12, 15, 10  # cost of a family name
_FULL, _SHORT = 12, 13  # of a name at all: of two given characters, of one
_STRONG, _WEAK = 11, 14  # of a given character
_CALLED = 18  # of what the bearer of a family name is called
_LISTED = 18  # of a name from a list
_KNOWN = 16  # of a given name from a list behind a family name
_BARE = 14  # of a given name with no family name, where it must begin and people do something
_TOLD = 6  # less for a name between what names stand between: 等汪洋下课
_BY_SOUND, _BY_SOUNDS_MIN, _BY_SOUNDS_MAX = 9, 3, 5
"""Cost of a character of a foreign name that no list holds, and how many it has."""
_COUNTED = frozenset("一二两三四五六七八九十几这那每半整")
"""Before 张, 方, 万 and the like these count things."""
_MEASURES = frozenset("张方万段块石路章季顾毛白")
_LINKS = frozenset("向于应连成时单许路")
"""Before 老师 and the like no family name: 向老师学习, to learn from a teacher."""


@dataclass(frozen=True)
class _Chinese:
    """The lists of Chinese, and what may begin at a place of a simplified text."""

    words: Mapping[str, int]
    families: Mapping[str, int]
    doubles: frozenset[str]
    given: Mapping[str, int]
    listed: Mapping[str, int]
    nicknames: frozenset[str]
    kin: re.Pattern[str]
    longest: int
    sure: frozenset[str]
    do: frozenset[str]
    before: frozenset[str]
    given_titles: re.Pattern[str]
    schools: frozenset[str]
    family_titles: tuple[str, ...]

    def offers(self, text: str, at: int) -> Iterator[tuple[int, int]]:
        """Yield end and cost of each name that may begin at a place."""
        for length in range(2, self.longest + 1):
            cost = self.listed.get(text[at : at + length])
            if cost is not None and len(text) >= at + length:
                yield at + length, cost
        if text[at : at + 2] in self.doubles:
            yield from self._with_given(text, at + 2, _DOUBLE)
        elif (family := self.families.get(text[at])) is not None and not (
            at and text[at] in _MEASURES and text[at - 1] in _COUNTED
        ):
            yield from self._with_given(text, at + 1, family)
            if text[at] in _LINKS:
                return
            if called := self.kin.match(text, at + 1):
                yield called.end(), _CALLED + family
            if text.startswith(self.family_titles, at + 1):
                yield at + 1, family

    def all_offers(self, text: str, start: int, at: int) -> Iterator[tuple[int, int]]:
        """Yield end and cost of each name that may begin at a place of a run that has a start."""
        told = at == start or text[at - 1] in self.before
        for end, cost in self.offers(text, at):
            short = end - at == 2 and text[at:end] not in self.words  # noqa: PLR2004  characters
            less = _TOLD if short and told and self._goes_on(text, end) else 0
            yield end, cost - less
        yield from self.bare(text, start, at)
        if told:
            yield from self._by_sound(text, at)
            yield from self._titled(text, start, at)

    def _goes_on(self, text: str, at: int) -> bool:
        """Say whether a sentence ends at a place or goes on with what people do."""
        return not text[at : at + 1].isalpha() or text[at] in self.do

    def _by_sound(self, text: str, at: int) -> Iterator[tuple[int, int]]:
        """Yield end and cost of a foreign name written by its sound: 伊万诺夫."""
        for length in range(_BY_SOUNDS_MIN, _BY_SOUNDS_MAX + 1):
            said = text[at : at + length]
            if len(said) < length or said[-1] not in _SOUNDS:
                return
            goes_on = self._goes_on(text, at + length) or self.given_titles.match(text, at + length)
            if said[0] in _SOUNDS and said[1] in _SOUNDS and goes_on:
                yield at + length, _LISTED + _BY_SOUND * (length - 1)

    def _titled(self, text: str, start: int, at: int) -> Iterator[tuple[int, int]]:
        """Yield end and cost of a given name before what its bearer is called: 晨曦妈妈."""
        said = text[at : at + 2]
        title = self.given_titles.match(text, at + 2)
        if title is None or said in self.schools:
            return
        costs = [self.given.get(one) for one in said]
        strange = said not in self.words and None not in costs and _STRONG in costs
        listed = said in self.nicknames
        schoolmate = at == start and title[0] == "同学" and said[0] in self.families
        if strange or listed or schoolmate:
            yield at + 2, _BARE

    def bare(self, text: str, start: int, at: int) -> Iterator[tuple[int, int]]:
        """Yield end and cost of a given name without a family name: 雅琪说, 跟春娇.

        Args:
            text: simplified characters.
            start: where their run begins.
            at: where the name would begin.
        """
        said, behind = text[at : at + 2], text[at + 2 : at + 3]
        first, second = (self.given.get(one) for one in (said[:1], said[1:]))
        if first is None or second is None or said in self.words or self.sure.isdisjoint(said):
            return
        led = at > start and text[at - 1] in self.before
        if (led or at == start) and (behind in self.do or (led and not behind.isalpha())):
            yield at + 2, _BARE + first + second

    def _with_given(self, text: str, at: int, family: int) -> Iterator[tuple[int, int]]:
        if text[at : at + 2] in self.nicknames:
            yield at + 2, family + _KNOWN
        first = self.given.get(text[at : at + 1])
        if first is None:
            return
        if first == _STRONG or family == _DOUBLE:
            yield at + 1, _SHORT + family + first
        second = self.given.get(text[at + 1 : at + 2])
        if second is not None and (_STRONG in {first, second} or family < _WORD):
            yield at + 2, _FULL + family + first + second


def find_chinese(piece: str) -> Spans:
    """Return the spans of Chinese names in a sentence, in order of start, none overlapping."""
    lists = _lists()
    text = piece.translate(_traditional())
    found = Spans()
    for run in _RUN.finditer(text):
        start, end = run.span()
        offers = partial(lists.all_offers, text, start)
        found += cut_names(text, start, end, lists.words, offers)
    return [_with_foreign_family(piece, start, end) for start, end in found]


def is_word(said: str) -> bool:
    """Say whether characters, of either script, are a word of Chinese."""
    return said.translate(_traditional()) in _lists().words


def is_nickname(said: str) -> bool:
    """Say whether characters, of either script, are a given name that is said alone."""
    return said.translate(_traditional()) in _lists().listed


def _with_foreign_family(piece: str, start: int, end: int) -> tuple[int, int]:
    """Return a span grown over what a dot joins to it: 约翰·史密斯."""
    joined = _JOINED.match(piece, end)
    return (start, joined.end()) if joined else (start, end)


@cache
def _traditional() -> Mapping[int, int]:
    """Return from traditional characters to simplified ones; a text keeps its length."""
    before, after = (LISTS / "zh_traditional.txt").read_text("utf-8").split()
    return str.maketrans(before, after)


@cache
def _lists() -> _Chinese:
    read: Mapping[str, Any] = read_word_file(LISTS / "zh.yaml")
    surnames = read["surnames"]
    families = dict.fromkeys(surnames["words"], _WORD) | dict.fromkeys(surnames["common"], _COMMON)
    words = read_costs(LISTS / "zh_words.txt")
    words |= dict.fromkeys(read["nobody"], 15)
    given = dict.fromkeys(read["given"], _STRONG) | dict.fromkeys(read["weak"], _WEAK)
    listed = dict.fromkeys([*read["foreign"], *read["nicknames"]], _LISTED)
    for front in read["prefixes"]["family"]:
        listed |= {front + one: _LISTED + 2 for one in surnames["common"]}
    called = product(read["called_given"], read["called_titles"])
    listed |= {given + title: _LISTED for given, title in called}
    return _Chinese(
        words,
        families,
        frozenset(surnames["double"]),
        given,
        {name: cost for name, cost in listed.items() if name not in words},
        frozenset(
            name
            for name in read["nicknames"]
            if len(name) == 2 and name[0] != "阿"  # noqa: PLR2004  syllables
        ),
        re.compile("|".join(sorted(read["kin"], key=len, reverse=True))),
        max(map(len, listed)),
        frozenset(read["sure"]),
        frozenset(read["do"]),
        frozenset(read["before"]),
        re.compile("|".join(sorted(read["given_titles"], key=len, reverse=True))),
        frozenset(read["schools"]),
        tuple(read["family_titles"]),
    )
