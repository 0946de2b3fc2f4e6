"""Addresses of Korea and Japan, whose signs stand behind the names and in no fixed distance.

A number with its sign is looked for; what stands before it is read backwards, so that time is
linear.
"""

# ruff: noqa: E501, RUF001  a pattern is read as one line, of signs of other scripts

import re
from collections.abc import Iterator

from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import Rule, Span

_SURE, _LIKELY = 0.9, 0.75
_BACK = 60
_HAN = r"\u4e00-\u9fff々"

# Japanese ----------------------------------------------------------------------------------------
_N = r"(?:\d{1,4}|[一二三四五六七八九十]{1,3})"
_DASH = r"[-ー‐の丿ノ之]"
_JA_ROOM = r"(?:\s?(?:[ァ-ヶー]{2,14}[ァ-ヶー\u4e00-\u9fffa-z]{0,8})?\s?\d{1,4}(?:号室|号|階|f(?![a-z]))){0,2}"
_JA_HOUSE = re.compile(
    rf"(?:{_N}丁目(?:\s?{_N}(?:番地?の?|{_DASH})?(?:{_N}号?(?:{_DASH}\d{{1,4}})?)?)?|{_N}番地?(?:の?{_N})?号?"
    rf"|(?<![\d.])\d{{1,4}}(?:{_DASH}\d{{1,4}}){{1,3}}(?![\d時分月人点回年個円本%日軒倍])"
    rf"|(?<=[るり入])\d{{1,4}}|(?<=町)\d{{1,4}}(?:{_DASH}\d{{1,4}})?"
    rf"(?![\d時分月人点回年個円本%日軒倍歳位番つ])){_JA_ROOM}"
)
_JA_HEAD = re.compile(rf"[{_HAN}\dぁ-んァ-ヶー]{{2,24}}\s?\Z")
_JA_CUT = re.compile(r".*[はがにをで、。だへし]")
_JA_PLACE = re.compile(r"[都道府県市区町村郡通条]")
_JA_TOWN = re.compile(r"[市区郡通]")
_JA_TO = re.compile(r"\s?(?:まで|に送|に届|で待っ|です)")
_JA_LETTERS = re.compile(rf"[{_HAN}ぁ-んァ-ヶ]{{2}}")
_JA_FALSE = re.compile(r".*(?:市長選|区役所|都内|町に|村に|劇場|スコア|試合)")
_JA_CUE = re.compile(
    r"住所|住ん|届け|送っ|送り|宛|うち|実家|引っ越|まで来|集合|配達|配送|お届|待っ|置いと|自宅"
)
_JA_POST = re.compile(r"〒?\s?\d{3}-\d{4}\s{0,2}\Z")
_JA_BUILDING = re.compile(
    rf"(?<![{_HAN}ァ-ヶー])(?P<name>[{_HAN}ァ-ヶー]{{0,10}}(?:ハイツ|コーポ|マンション|メゾン|アパート|レジデンス|パレス|ハイム|コート|荘"
    rf"|団地|寮)[{_HAN}ァ-ヶー]{{0,8}})\s?(?:\d{{1,3}}号棟\s?)?(?:\d{{2,4}}号室?"
    rf"|\d{{3,4}}(?![\d万円年人戸階mk分秒]))"
)


def scan_japanese(text: PlainText) -> Iterator[Span]:
    """Find "東京都渋谷区神南1-2-3 コーポ青葉201号室": place, block, house, building."""
    low = text.lower
    for match in text.matches(_JA_HOUSE):
        before = _JA_HEAD.search(low, max(0, match.start() - 24), match.start())
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
        signed = "丁目" in match[0] and (numbers > 1 or cued)
        if signed or "番地" in match[0] or _JA_PLACE.search(said) or cued:
            start = match.start() - len(said)
            post = _JA_POST.search(low, max(0, start - 12), start)
            yield post.start() if post else start, match.end(), _LIKELY


def scan_buildings(text: PlainText) -> Iterator[Span]:
    """Find "青葉マンション305号室": a house of flats by name, with the room."""
    for match in text.matches(_JA_BUILDING):
        yield match.start(), match.end(), _LIKELY


_JA_SIGNS = ("丁目", "番", "市", "区", "町", "村", "郡", "県", "都", "府", "道", "通", "台", "条", "まで", "です",
    "住所", "届け", "送", "宛", "実家", "集合", "待っ", "うち")  # fmt: skip
_JA_BUILDINGS = ("ハイツ", "コーポ", "マンション", "メゾン", "アパート", "レジデンス", "パレス", "ハイム", "コート", "荘", "団地",
    "寮")  # fmt: skip
JAPANESE_RULES: tuple[Rule, ...] = (
    Rule("STREET_ADDRESS", Needs(any_of=_JA_SIGNS, reach=160), scan_japanese),
    Rule("STREET_ADDRESS", Needs(digits=2, any_of=_JA_BUILDINGS, reach=80), scan_buildings),
)
"""Rules of `STREET_ADDRESS` for Japan."""
