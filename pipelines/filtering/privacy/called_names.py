"""Names that are told as names in Chinese, Japanese and Korean, behind 名前は, 都叫我, 별명은.

No list has to hold such a name: what stands around it says that it is one. What is told there but
is none (秘密, a secret) stands in a list, or is a word of Chinese.
"""

# ruff: noqa: RUF001  marks of other scripts

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from pipelines.filtering.privacy.names_chinese import LISTS, is_nickname, is_word
from pipelines.filtering.privacy.segmenting import Spans
from pipelines.word_files import read_word_file

_KANJI = r"\u4e00-\u9fff々"
_HIRAGANA = r"\u3041-\u3096ー"
_KATAKANA = r"\u30a1-\u30fa\u30fcー"
_LATIN = r"[A-Z][a-z]{1,14}(?: [A-Z][a-z]{1,14}){0,2}(?![A-Za-z])"
_JAPANESE = (
    rf"(?P<name>[{_KANJI}]{{1,5}}(?:[ \u3000][{_KANJI}]{{1,3}}|[ \u3000]?[{_HIRAGANA}]{{2,6}}?"
    rf"|[{_KATAKANA}]{{2,8}})??|[{_KATAKANA}]{{2,10}}(?:・[{_KATAKANA}]{{2,10}})?"
    rf"|[{_HIRAGANA}]{{2,7}}?|[A-Za-z]{{2,15}}(?: [A-Za-z]{{2,15}})?)"
)
_FRESH = rf"(?:(?<![{_KANJI}{_HIRAGANA}{_KATAKANA}A-Za-z])|(?<=[はをが]))"
_CHINESE = r"(?P<name>[\u4e00-\u9fff]{2,3}?)"
_FEW = 2  # characters that are looked up


def find_called(piece: str) -> Spans:
    """Return the spans of names that a sentence tells as such, in no order."""
    found = Spans()
    for language, pattern in _patterns():
        for match in pattern.finditer(piece):
            if not _is_nobody(language, match["name"]):
                found.append(match.span("name"))
    return found


def _is_nobody(language: str, name: str) -> bool:
    lists = _cues()[language]
    if language == "zh":
        if name.isascii():
            return name in lists["latin_nobody"]
        return (
            len(name) > 1
            and not is_nickname(name)
            and (
                name in lists["nobody"]
                or is_word(name)
                or (len(name) > _FEW and is_word(name[:_FEW]))
            )
        )
    return name.startswith(tuple(lists["nobody"]))


@cache
def _cues() -> Mapping[str, Any]:
    return read_word_file(LISTS / "called.yaml")


def any_of(words: Sequence[str]) -> str:
    """Return words as one group of an expression, the longest first."""
    return (
        "(?:" + "|".join(map(re.escape, map(str, sorted(words, key=lambda w: (-len(w), w))))) + ")"
    )


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Return what is searched for, by language; each part is a list or a bounded run."""
    makers = (("ja", _japanese), ("zh", _chinese), ("ko", _korean))
    return tuple(
        (language, re.compile(pattern))
        for language, make in makers
        for pattern in make(_cues()[language])
    )


def _japanese(cues: Mapping[str, Sequence[str]]) -> Iterator[str]:
    stop = rf"(?:{any_of(cues['ends'])}|[」』。、!！?？,\s♡☆笑~〜]|\Z)"
    yield rf"{any_of(cues['labels'])}(?:は|が|、|:|：)[\s「『]?{_JAPANESE}{stop}"
    yield rf"{any_of(cues['selves'])}(?:の名前)?(?:は|、|,|も)?\s?{_JAPANESE}{any_of(cues['told'])}"
    yield rf"{_FRESH}{_JAPANESE}{any_of(cues['told_alone'])}(?!か)"
    yield rf"{_FRESH}{_JAPANESE}{any_of(cues['calls'])}"


def _chinese(cues: Mapping[str, Any]) -> Iterator[str]:
    edge = rf"(?=[{re.escape(cues['edge'])}]|\Z)"
    name = rf"(?![{cues['no_start']}]){_CHINESE}{edge}"
    yield rf"{any_of(cues['labels'])}{any_of(cues['is'])}\s?{name}"
    yield rf"{any_of(cues['call_me'])}{name}"
    yield rf"{any_of(cues['people'])}(?:的?名字?)?叫[做作]?{name}"
    yield rf"(?:叫|叫做|名字是|名是|叫我)\s?(?P<name>{_LATIN})"
    yield rf"(?:我是|这是|這是)\s?(?P<name>{_LATIN})(?=[{re.escape(cues['edge'])}]|\Z)"

    yield rf"(?<![百贵貴])姓(?P<name>[{cues['surnames']}])(?=[,，。!！?？、;；\s名叫单單的]|\Z)"
    yield r"[单單]名(?:[一][个個])?(?P<name>[\u4e00-\u9fff])(?=[字,，。!！?？\s]|\Z)"


def _korean(cues: Mapping[str, Sequence[str]]) -> Iterator[str]:
    name = r"(?P<name>[가-힣]{2,5}?|[A-Za-z]{2,15})"
    ends = rf"{any_of(cues['ends'])}(?=[요\s,.!?~ㅋㅎㅠ]|\Z)"
    yield rf"{any_of(cues['labels'])}(?:은|는|이|을|도|만)?\s?[:：]?\s?{name}{ends}"
    yield rf"(?<![가-힣A-Za-z]){name}(?:이)?라고 (?:불러|부르|불리|불렀|불린)"
    yield rf"(?<![가-힣A-Za-z]){name}(?:이)?라는 이름"
