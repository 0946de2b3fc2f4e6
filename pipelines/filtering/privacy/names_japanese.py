"""Japanese names without a cue: a run of kanji that is a name and nothing else, before a particle.

A family name, a given name or both must fill the run between kana, marks and blanks, but for a word
such as 昨日 (yesterday) before it and a title behind it. What is a place or a word too (千葉, 大和)
needs the title or the other name.
"""

# ruff: noqa: RUF001  letters and marks of Japanese

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pipelines.filtering.privacy.names_chinese import LISTS
from pipelines.filtering.privacy.segmenting import Spans
from pipelines.word_files import read_word_file

_RUN = re.compile(r"[\u4e00-\u9fff\u3005\u30f6]{1,12}")
_LONGER = re.compile(r"[\u4e00-\u9fff\u3005\u30f6]")
_KATAKANA = re.compile(
    r"(?:[\u30a1-\u30fa\u30fc]{2,12}|[\u30a1-\u30fa](?=[\u30fb=\uff1d]))(?:[\u30fb=\uff1d][\u30a1-\u30fa\u30fc]{1,12}){0,3}"
)
_HIRAGANA = re.compile(r"[\u3041-\u3096]{2,20}")
_MARKS = frozenset("*_#|-[]{}>（(「『【<＜/ \u3000\t\n、。,.!?！？…」』）)〜~・:：\"”'♪☆ー")
_AND = frozenset("とや")
_FAMILY_MAX, _GIVEN = 4, 2
_PARTICLES = ("は", "が", "を", "に", "と", "も", "の", "って", "から")
_KANA_TITLES = ("さん", "くん", "ちゃん", "様", "氏", "先生")
_SOON = 14  # characters in which people show
_KANA_MAX = 7
_SURE_MIN = 3  # kana of a name behind a particle: 親友のさとみにも
_OPEN = (2, 4)  # kanji of a name that no list holds, before さん
_OPEN_TITLES = ("さん", "くん", "ちゃん", "君", "先輩")
_GREETING = re.compile(r"です[、。,.!！ \u3000]{0,2}(?:よろ|宜し|はじめ|初め)")
_PET = re.compile(
    r"(?P<name>[ぁ-ん][っー])(?:ちゃん|くん)|(?:(?<![ぁ-ん])|(?<=[はがをにのと]))[ぁ-ん]{2}(?:ぴー|ぴょん)"
)
_NO_PETS = (
    "おっ",
    "ぼっ",
    "ばっ",
    "じっ",
    "とっ",
    "かっ",
    "ねっ",
    "にっ",
    "あー",
    "うー",
    "えー",
    "おー",
)
_ROMAJI = re.compile(r"(?<![A-Za-z@_.])([A-Za-z]{3,12})(?: ([A-Za-z]{3,12}))?(?![A-Za-z@_.])")
_FULL_GIVEN = 3
_KANA_CALLS = (
    *("さん", "ちゃん", "くん", "先輩", "おばあちゃん", "おじいちゃん", "ばあちゃん", "じいちゃん"),
    *(
        "おばさん",
        "おばちゃん",
        "おじちゃん",
        "おじさん",
        "姉ちゃん",
        "兄ちゃん",
        "姉さん",
        "兄さん",
        "先生",
        "ママ",
        "パパ",
        "様",
    ),
)
"""What people are called behind their name in hiragana."""
_CALLED_TO = re.compile(
    r"(?:おい|ねえ|ねぇ|なあ|なぁ|ごめん|ありがとう|おはよう|おやすみ|頑張れ)[、,!！ ]?\Z"
)
_MYSELF = re.compile(r"(?:私|僕|俺|こちら|あたし|うち)は\Z")
_SIGNED = re.compile(
    r"(?:より|へ)[\s、。♡!！～~]{0,3}(?:\Z|\n|、|いつも|ごめん|ありがと)|\*{0,2}[:：]"
)
_JOINED = re.compile(
    r"(?:[一二三]ノ[瀬宮関]|[井木竹山堀]ノ[上原下内])(?:[\u4e00-\u9fff]{2}(?![\u4e00-\u9fff]))?"
)
"""Family names with a sign of kana between: 一ノ瀬."""
_TALK = frozenset("、。,!！?？ 〜~ー♡")
_BACK = 8


@dataclass(frozen=True)
class _Japanese:
    """The lists of Japanese."""

    families: frozenset[str]
    alone: frozenset[str]
    """Names that say a person without any other name or title."""
    given: frozenset[str]
    single_given: frozenset[str]
    kana: frozenset[str]
    kana_sure: frozenset[str]
    foreign: frozenset[str]
    foreign_words: frozenset[str]
    """Those that are words too."""
    katakana: frozenset[str]
    katakana_sure: frozenset[str]
    kin: re.Pattern[str]
    """Who somebody is, and の: a name stands behind it (妹の莉子)."""
    creatures: frozenset[str]
    ordinary: frozenset[str]
    leads: tuple[str, ...]
    titles: tuple[str, ...]
    particles: tuple[str, ...]
    single_words: frozenset[str]
    no_given: frozenset[str]
    common: frozenset[str]
    """Family names behind which a given name need not be listed."""
    enders: frozenset[str]
    letters: frozenset[str]
    """Characters that given names are made of."""
    people: re.Pattern[str]
    people_of_places: re.Pattern[str]
    """What only people do, where a name may be a place too."""
    no_names: frozenset[str]
    no_name_ends: frozenset[str]
    romaji_families: frozenset[str]
    romaji_given: frozenset[str]

    def in_run(self, text: str, start: int, end: int) -> tuple[int, int] | None:
        """Return the name that fills a run of kanji, but for a lead and a title."""
        run = text[start:end]
        for title in ("", *(one for one in self.titles if run.endswith(one))):
            for lead in ("", *(one for one in self.leads if run.startswith(one))):
                name = run[len(lead) : len(run) - len(title)]
                behind = end - len(title)
                if name and self._is_person(text, name, behind, titled=bool(title)):
                    return start + len(lead), self._with_kana(text, behind, name)
        greets = run in self.families and (
            _GREETING.match(text, end) or self._is_told(text, run, end, of_list=True)
        )
        return (start, end) if greets else self._unlisted(text, start, end)

    def _unlisted(self, text: str, start: int, end: int) -> tuple[int, int] | None:
        """Return a run of kanji that no list holds, before a title of people: 小鳥遊さん."""
        run = text[start:end].removesuffix("君").removesuffix("先輩")
        lead = next((one for one in self.leads if run.startswith(one) and run != one), "")
        name, stop = run[len(lead) :], start + len(run)
        if not _OPEN[0] <= len(name) <= _OPEN[1] or not text.startswith(_OPEN_TITLES, stop):
            return None
        if name in self.no_names or name[-1] in self.no_name_ends or name in self.leads:
            return None
        return (start + len(lead), stop)

    def in_latin(self, text: str, match: re.Match[str]) -> tuple[int, int] | None:
        """Return a name in Latin letters: two listed words, or one with a capital or a title."""
        first, second = match[1].lower(), (match[2] or "").lower()
        both = (first, second)
        if any(a in self.romaji_families and b in self.romaji_given for a, b in (both, both[::-1])):
            return match.span()
        known = first in self.romaji_given or first in self.romaji_families
        end = match.end(1)
        told = text.startswith((*_KANA_TITLES, "先輩", "部長"), end) or (
            match[1].istitle() and self._ends(text, end)
        )
        return match.span(1) if known and told and not second else None

    def _is_person(self, text: str, name: str, behind: int, *, titled: bool) -> bool:
        titled = titled or text.startswith((*self.titles, " 様", " さん", " 先生"), behind)
        if titled and (name in self.families or name in self.given or name in self.ordinary):
            return True
        if name in self.single_given and (
            text.startswith(_KANA_CALLS, behind) or self._is_told(text, name, behind)
        ):
            return True
        if not titled and not self._ends(text, behind):
            return name in self.families and self._kana_given(text, behind) > behind
        if name in self.alone or self._is_meant(text, name, behind):
            return True
        if name in self.ordinary:
            return False
        return (name in self.families and self._kana_given(text, behind) > behind) or any(
            name[:cut] in self.families and self._goes_behind(name[:cut], name[cut:])
            for cut in range(1, min(_FAMILY_MAX, len(name) - 1) + 1)
        )

    def _is_meant(self, text: str, name: str, behind: int) -> bool:
        """Say whether a name that is a word or a place too is somebody here."""
        may_be = (name in self.ordinary or name in self.single_given) and name not in self.no_names
        if not may_be or name in self.single_words:
            return False
        return self.is_said_of_people(text, behind, place=name not in self.single_given)

    def _is_told(self, text: str, name: str, behind: int, *, of_list: bool = False) -> bool:
        """Say whether kin, a call or the star of an action stands before a name: 弟の剛, ねえ剛."""
        start = behind - len(name)
        before = text[max(0, start - _BACK) : start]
        if of_list:  # a family name that is a place too: who speaks or signs
            return not before.strip("*_ \n>") and _SIGNED.match(text, behind) is not None
        if name in self.single_words or not self._ends(text, behind):
            return False
        calls = _CALLED_TO.search(before) and (behind >= len(text) or text[behind] in _TALK)
        acts = before.endswith("*") and text.startswith(("は", "が"), behind)
        signs = not before.strip("*_ \n>") and _SIGNED.match(text, behind)
        return bool(calls or acts or signs or self.kin.search(before))

    def _goes_behind(self, family: str, given: str) -> bool:
        if given in self.no_given:
            return False
        if given in self.given or (len(family) > 1 and given in self.single_given):
            return True
        return (
            family in self.common
            and len(given) == _GIVEN
            and (given[-1] in self.enders or self.letters.issuperset(given))
        )

    def is_said_of_people(self, text: str, behind: int, *, place: bool = False) -> bool:
        """Say whether a particle stands behind a word and soon what only people do.

        Args:
            text: a sentence.
            behind: where the word ends.
            place: it may be a place, where people do things too.
        """
        people = self.people_of_places if place else self.people
        return text.startswith(_PARTICLES, behind) and bool(
            people.search(text, behind + 1, behind + _SOON)
        )

    def _ends(self, text: str, at: int) -> bool:
        return at >= len(text) or text[at] in _MARKS or text.startswith(self.particles, at)

    def _kana_given(self, text: str, at: int) -> int:
        """Return the end of a given name in kana behind a family name; `at` = none.

        Behind one kanji two kana may be the ending of a verb and a particle: ガラス張りの.
        """
        few = 1 if _LONGER.match(text, max(0, at - 2)) else 2
        for length in range(_KANA_MAX, few, -1):
            stop = at + length
            if text[at:stop] in self.kana and (
                self._ends(text, stop) or text.startswith(self.titles, stop)
            ):
                return stop
        return at

    def _with_kana(self, text: str, at: int, name: str) -> int:
        return self._kana_given(text, at) if name in self.families else at

    def in_katakana(self, text: str, match: re.Match[str]) -> bool:
        """Say whether a run of katakana names somebody."""
        parts = re.split("[・=＝]", match[0])
        if any(part in self.foreign for part in parts) or match[0] in self.katakana_sure:
            return True
        if len(parts) > 1 and len(parts[0]) > 2 and parts[0] in self.foreign_words:  # noqa: PLR2004
            return True
        end = match.end()
        if match[0] in self.foreign_words:
            told = _MYSELF.search(
                text[max(0, match.start() - 4) : match.start()]
            ) or self.is_said_of_people(text, end)
            return bool(told) or text.startswith(self.titles, end)
        if text.startswith(_KANA_TITLES, end):
            return match[0] not in self.creatures
        return match[0] in self.katakana and (
            self.is_said_of_people(text, end)
            or text.startswith(self.titles, end)
            or self._is_told(text, match[0], end)
        )

    def in_hiragana(self, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield given names in hiragana: with a title, or sure ones at the start of a run."""
        at = start
        while at < end - 1:
            stop = self._kana_from(text, start, at, end)
            if stop:
                yield at, stop
            at = stop or at + 1

    def _kana_from(self, text: str, start: int, at: int, end: int) -> int:
        fresh = at == start or text[at - 1] in "はがをにのともえぇあぁい"
        for length in range(min(_KANA_MAX, end - at), 1, -1) if fresh else ():
            name, stop = text[at : at + length], at + length
            if name in self.kana and text.startswith(_KANA_CALLS, stop):
                return stop
            if name in self.kana and self._is_told(text, name, stop):
                return stop
            if text[at - 1] in "えぇあぁい" and at > start:
                continue
            sure = name in self.kana_sure and length >= _SURE_MIN
            if at == start and at and _LONGER.match(text, at - 1) and not sure:
                continue  # the end of a verb: 気に入りなの
            if at == start and name in self.kana_sure and self._ends(text, stop):
                return stop
            if sure and at > start and self._ends(text, stop):
                return stop
            if name in self.kana and self.is_said_of_people(text, stop):
                return stop
        return 0


def find_japanese(piece: str) -> Spans:
    """Return the spans of Japanese names in a sentence, in order of start, none overlapping."""
    lists = _lists()
    found = Spans()
    reached = 0
    for run in _RUN.finditer(piece):
        start, end = run.span()
        # The rest of a run too long
        if start < reached or (start and _LONGER.match(piece, start - 1)):
            reached = end
            continue
        if _LONGER.match(piece, end):
            continue
        span = lists.in_run(piece, start, end) or _spaced(piece, start, end, lists)
        if span is None and run[0] in lists.single_given:
            span = _coupled(piece, start, end, found)
        if span is not None:
            found.append(span)
            reached = span[1]
    found += [m.span() for m in _KATAKANA.finditer(piece) if lists.in_katakana(piece, m)]
    for match in _HIRAGANA.finditer(piece):
        found += lists.in_hiragana(piece, *match.span())
    found += _pet_names(piece)
    found += [m.span() for m in _JOINED.finditer(piece)]
    found += [span for m in _ROMAJI.finditer(piece) if (span := lists.in_latin(piece, m))]
    return sorted(found)


def _pet_names(piece: str) -> Iterator[tuple[int, int]]:
    """Yield short forms in kana with what makes them one: たっくん, なっちゃん, ゆいぴー."""
    for match in _PET.finditer(piece):
        short = match["name"]
        if short is None:
            yield match.span()
        elif short[-2:] not in _NO_PETS:
            yield match.end("name") - 2, match.end()


def _spaced(piece: str, start: int, end: int, lists: _Japanese) -> tuple[int, int] | None:
    """Return a family name and a given one with a blank between: 田中 太郎."""
    if piece[start:end] in lists.families and piece[end : end + 1] in {" ", "\u3000"}:
        given = _RUN.match(piece, end + 1)
        if given and (
            given[0] in lists.given
            or given[0] in lists.single_given
            or (len(given[0]) <= _FULL_GIVEN and piece.startswith(lists.titles, given.end()))
        ):
            return start, given.end()
    return None


def _coupled(piece: str, start: int, end: int, found: Spans) -> tuple[int, int] | None:
    """Return a given name of one character that stands beside another name: 陽菜と葵."""
    if found and found[-1][1] == start - 1 and piece[start - 1] in _AND:
        return start, end
    return None


@cache
def _lists() -> _Japanese:
    read: Mapping[str, Any] = read_word_file(LISTS / "ja.yaml")
    many = (LISTS / "ja_given.txt").read_text("utf-8").split()
    rare, places = (
        (LISTS / f"ja_surnames{end}.txt").read_text("utf-8").split() for end in ("", "_places")
    )
    ordinary = frozenset(read["ordinary"])
    given = frozenset([*many, *read["given"]])
    families = frozenset([*read["surnames"], *read["single"], *rare, *places])
    doubtful = frozenset([*read["single"], *read["places"], *places])
    sure = frozenset([*read["surnames"], *rare]) - frozenset(read["places"])
    return _Japanese(
        families,
        (sure | given) - ordinary - frozenset(read["places"]),
        given,
        frozenset(read["given_single"]),
        frozenset([*read["kana"], *read["kana_sure"]]),
        frozenset(read["kana_sure"]),
        frozenset(read["foreign"]),
        frozenset(read["foreign_words"]),
        frozenset(read["katakana"]),
        frozenset(read["katakana_sure"]),
        re.compile(f"(?:{'|'.join(map(re.escape, read['kin']))})の\\Z"),
        frozenset(read["creatures"]),
        (ordinary | doubtful) - sure,
        tuple(sorted(read["leads"], key=len, reverse=True)),
        tuple(sorted(read["titles"], key=len, reverse=True)),
        tuple(read["particles"]),
        frozenset(read["single_words"]),
        frozenset(read["no_given"]),
        frozenset(read["surnames"]),
        frozenset(read["enders"]),
        frozenset(read["letters"]),
        re.compile("|".join(map(re.escape, [*read["people"], *read["people_of_given"]]))),
        re.compile("|".join(map(re.escape, read["people"]))),
        frozenset(read["no_names"]),
        frozenset(read["no_name_ends"]),
        frozenset(read["romaji_families"]),
        frozenset(read["romaji_given"]),
    )
