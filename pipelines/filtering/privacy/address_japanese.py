"""Addresses of Japan: places, block and house, then the building and the room.

A number with its sign is looked for; what stands before it is read backwards, and building and room
forwards, one step at a time, so that time is linear.
"""

# ruff: noqa: E501, RUF001  a pattern is read as one line, of signs of other scripts

import re
from collections.abc import Iterator

from pipelines.filtering.privacy.address_walk import AddressWalk
from pipelines.filtering.privacy.address_words import any_of, read_words
from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import Rule, Span

_LIKELY = 0.75
_BEFORE_MAX = 30  # characters read backwards
_WORDS = read_words()["east"]
_HAN = r"\u4e00-\u9fff々"

# Japanese ----------------------------------------------------------------------------------------
_N = r"(?:\d{1,4}|[一二三四五六七八九十]{1,3})"
_DASH = r"[-ー‐の丿ノ之]"
_NO_COUNT = r"(?![\d万円年月日時分秒人個回本点台歳匹枚冊つ%])"
_JA_HOUSE = re.compile(
    rf"(?:{_N}丁目(?:\s?{_N}(?:番地?の?|{_DASH}|街区)?(?:{_N}号?(?:{_DASH}\d{{1,4}})?)?)?|\d{{1,3}}街区\s?\d{{1,4}}号?"
    rf"|(?<=字)[{_HAN}]{{1,6}}\d{{1,4}}(?:-\d{{1,4}})?(?!番){_NO_COUNT}|\d{{1,2}}丁\d{{1,3}}(?:-\d{{1,3}}){{0,2}}"
    rf"|{_N}番地?(?:の?{_N})?号?"
    rf"|(?<![\d.])\d{{1,4}}(?:{_DASH}\d{{1,4}}){{1,3}}(?:号室?|(?![\d時分月人点回年個円本%日軒倍]))"
    rf"|(?<=[るり入])\s?\d{{1,4}}|(?<=町)\d{{1,4}}(?:{_DASH}\d{{1,4}})?"
    rf"(?![\d時分月人点回年個円本%日軒倍歳位番つ]))"
)
_NAMED = rf"[{_HAN}ァ-ヶー・a-z]"
_ROOM = (
    rf"(?:(?:地下|b)?[a-z]?-?\d{{1,4}}(?:-[a-z\d]{{1,4}})?(?:{any_of(_WORDS['ja_units'])})(?![a-z])"
    rf"|[a-z]-\d{{1,4}}{_NO_COUNT}|\d{{1,3}}-[a-z\d]{{1,4}}{_NO_COUNT}|b\d{{1,2}}f|[a-z]棟|\d{{3,4}}{_NO_COUNT})"
)
_STEP = re.compile(rf"[\s,、]{{0,2}}{_ROOM}")
_BUILDING = re.compile(
    rf"[\s,、]{{0,2}}(?:{_NAMED}{{1,12}}?\s)?(?:[{_HAN}ぁ-んァ-ヶー・a-z]{{0,12}}?(?:第?\d{{1,2}})?"
    rf"(?:{any_of(_WORDS['ja_buildings'])})(?:{_NAMED}|[ぁ-ん](?=[ぁ-ん]{{0,8}}\s\d)){{0,8}}(?:\d{{1,2}}(?=[\s,、]))?"
    rf"|{_NAMED}{{2,16}}(?:\d{{1,2}}(?=[\s,、]))?(?=\s?{_ROOM}))"
)
_JA_HEAD = re.compile(rf"[{_HAN}\dぁ-んァ-ヶー]{{2,{_BEFORE_MAX}}}\s?\Z")
_JA_CUT = re.compile(r".*[はがにをで、。だへし]")
_JA_PLACE = re.compile(r"[都道府県市区町村郡通条]")
_JA_TOWN = re.compile(r"[市区郡通]")
_JA_TO = re.compile(r"\s?(?:まで|に送|に届|で待っ|です)")
_JA_LETTERS = re.compile(rf"[{_HAN}ぁ-んァ-ヶ]{{2}}")
_JA_FALSE = re.compile(r".*(?:市長選|区役所|都内|町に|村に|劇場|スコア|試合)")
_JA_TOWNLIKE = re.compile(
    rf"(?=.{{2,12}}\Z)[{_HAN}ヶの]+(?<![形陣績率戦比式番数算型号果目第位均暦点順])"
)
"""The name of a quarter, with block and house behind it; no score's, no line-up's."""
_JA_CUE = re.compile(
    r"住所|住ん|届け|送っ|送り|宛|うち|実家|引っ越|まで来|集合|配達|配送|お届|待っ|置いと|自宅"
)
_JA_POST = re.compile(r"(?:(?:〒|郵便番号)[:：は]?)?\s?(?<!\d)\d{3}-?\d{4}[\s、,]{0,2}\Z")
_JA_PLACE_BEFORE = re.compile(rf"[{_HAN}ぁ-んァ-ヶー]{{1,11}}[都道府県市区町村郡][\s、,]{{1,2}}\Z")
_JA_BUILDING = re.compile(
    rf"(?<![{_HAN}ァ-ヶー])(?P<name>[{_HAN}ァ-ヶー]{{0,10}}(?:ハイツ|コーポ|マンション|メゾン|アパート|レジデンス|パレス|ハイム|コート|荘"
    rf"|団地|寮)[{_HAN}ァ-ヶー]{{0,8}})\s?(?:\d{{1,3}}号棟\s?)?(?:\d{{2,4}}号室?"
    rf"|\d{{3,4}}(?![\d万円年人戸階mk分秒]))"
)
_WALK = AddressWalk(
    _JA_PLACE_BEFORE,
    _JA_CUT,
    _JA_POST,
    (_STEP, _BUILDING),
    post_chars=20,
    places_max=4,
    steps_max=5,
)


def scan_japanese(text: PlainText) -> Iterator[Span]:
    """Find "東京都渋谷区神南1-2-3 コーポ青葉201号室": place, block, house, building."""
    return _scan(text, signed_only=True)


def scan_bare(text: PlainText) -> Iterator[Span]:
    """Find "丸の内1-9-2": no sign of a place but the numbers."""
    low = text.lower
    spans = _scan(text, signed_only=False)
    return (span for span in spans if _JA_BARE.search(low, span[0], span[1]))


def _scan(text: PlainText, *, signed_only: bool) -> Iterator[Span]:
    low = text.lower
    for match in text.matches(_JA_HOUSE):
        before = _JA_HEAD.search(low, max(0, match.start() - _BEFORE_MAX), match.start())
        if before is None:
            continue
        cut = _JA_CUT.match(before[0])
        said = before[0][cut.end() :] if cut else before[0]
        if len(said.strip()) < 2 or _JA_FALSE.match(said):  # noqa: PLR2004
            continue
        numbers = len(re.findall(r"\d+", match[0]))
        cued = numbers > 1 and (
            _JA_CUE.search(low, match.end(), match.end() + 12)
            or _JA_CUE.search(low, max(0, match.start() - 40), match.start())
        )
        if (
            numbers == 1
            and match[0][0].isdigit()
            and said.rstrip().endswith("町")
            and not _JA_TOWN.search(said)
        ):
            continue  # "この町5", no house
        if numbers > 2 and _JA_LETTERS.search(said):  # noqa: PLR2004  district, block and house
            cued = cued or _JA_TO.match(low, match.end())
            cued = cued or (not signed_only and _JA_TOWNLIKE.fullmatch(said.strip()))
        signed = "丁" in match[0] and (numbers > 1 or cued)
        start = match.start() - len(said)
        head = _WALK.head_start(low, start)
        if head < start or signed or "番地" in match[0] or _JA_PLACE.search(said) or cued:
            yield head, _WALK.tail_end(low, match.end()), _LIKELY


def scan_buildings(text: PlainText) -> Iterator[Span]:
    """Find "青葉マンション305号室": a house of flats by name, with the room."""
    for match in text.matches(_JA_BUILDING):
        yield match.start(), match.end(), _LIKELY


_JA_BARE = re.compile(r"[\u4e00-\u9fffヶ]\d{1,2}-\d{1,3}-\d")
_JA_SIGNS = ("丁", "字", "番", "市", "区", "町", "村", "郡", "県", "都", "府", "道", "通", "台", "条", "まで", "です",
    "住所", "届け", "送", "宛", "実家", "集合", "待っ", "うち")  # fmt: skip
_JA_BUILDINGS = ("ハイツ", "コーポ", "マンション", "メゾン", "アパート", "レジデンス", "パレス", "ハイム", "コート", "荘", "団地",
    "寮")  # fmt: skip
JAPANESE_RULES: tuple[Rule, ...] = (
    Rule("STREET_ADDRESS", Needs(any_of=_JA_SIGNS, reach=160), scan_japanese),
    Rule(
        "STREET_ADDRESS",
        Needs(digits=3, pattern=_JA_BARE.pattern),
        scan_bare,
    ),
    Rule("STREET_ADDRESS", Needs(digits=2, any_of=_JA_BUILDINGS, reach=80), scan_buildings),
)
"""Rules of `STREET_ADDRESS` for Japan."""
