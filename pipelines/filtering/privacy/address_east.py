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

# Korean ------------------------------------------------------------------------------------------
_COUNTED = (
    r"(?!\d|\s?(?:시간|시(?=[\s에까]|\Z)|번(?!지|길)|개|명|월|일(?!대)|년|분|살|초|원|회|대(?!로)|점|위|킬로|km|m(?!\w)|퍼|%"
    r"|장|권|배|주|도(?=\s|\Z)|만|천|억|킬|미터|곡|인분|마리|병|잔|차선|단(?!지)|박|kg|등(?!기)|곳|가지|팀|판|골|승|호선))"
)
_KO_HOUSE = rf"(?:지하\s?)?\d{{1,4}}(?:-\d{{1,4}})?{_COUNTED}"
_KO_TAIL = (
    r"(?:,?\s?(?:\d{1,4}번지|(?:[가-힣]{2,10}\s)?(?:\d{1,4}|[a-z가-하])동(?=[\s\d,])|(?:지하\s?|b)?\d{1,3}층"
    r"|b?\d{1,4}호(?!선|차))){0,4}"
)
_KO_CORE = re.compile(
    rf"(?:(?P<road>로|길|거리)(?:\s?\d{{1,3}}(?:번|[가-하])?길)?\s?|(?P<lot>동|리"
    rf"|가)\s(?:산\s?)?){_KO_HOUSE}(?P<lotsign>번지)?(?P<tail>{_KO_TAIL})"
)
_KO_FLATS = re.compile(
    r"(?:(?:\d{1,4}|(?<![가-힣])[a-z가-하])동\s?b?\d{2,4}호(?!선|차)|(?<=[가-힣])(?:아파트|빌라|단지|마을|맨션|타운|자이|래미안"
    r"|푸르지오|힐스테이트|오피스텔|캐슬|빌)\s?\d{1,4}-\d{3,4}(?!\d))"
)
_KO_PLACE = r"(?:서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충북|충남|전북|전남|경북|경남|제주|[가-힣]{1,9}(?:시|도|군|구|읍|면|동|리|가))"
_KO_HEAD = re.compile(rf"(?:(?<![가-힣]){_KO_PLACE}\s){{0,4}}(?P<name>[가-힣0-9]{{1,12}})\Z")
_KO_NAMES = re.compile(r"(?:(?<![가-힣])[가-힣a-z]{2,12}\s?){1,2}(?:\d{1,2}단지\s?)?\Z")
_KO_CUE = re.compile(
    r"주소|배송|택배|등기|보내|살아|살고|사는|집|만나|우리|이사|사무실|퀵|놀러|와(?:\s|\Z)|오세요|놔주|앞에서|자취|도착지|소포|가게는|회사는"
)
_KO_NO_NAME = re.compile(
    r".*(?:주소|주소는|배송지|택배는|등기는|집은|집이|우리집|저희|여기로|나는?|내|자취방|이사|불러줘|보내|할머니댁은|간|은|는|이|에)\s?\Z"
)
_KO_ADVERBS = ("정말", "별", "새", "바", "앞으", "서", "스스", "진짜", "그대", "최대", "실제", "따", "절대", "마음대", "함부",
    "주", "홀", "도", "으", "제대", "이대", "반대", "순서대", "때", "멋대", "맘대", "최소", "추가", "평균", "이후", "전체",
    "하루", "카드", "버스", "지하철", "걸어서", "달러", "영어", "한국어", "주", "스코어", "점수", "대", "날", "실", "별도", "혼자",
    "결과", "이유", "기준", "가격", "가", "나가는", "가는", "오는", "걷는", "집")  # fmt: skip
_KO_NO_LOTS = ("운", "활", "행", "자", "감", "이", "공", "아", "노", "변", "작", "충", "출", "율", "반", "가", "유",
    "시", "제", "격", "진", "동", "우", "머", "마", "다", "소", "거", "정", "승", "논", "분", "처", "관", "수", "권",
    "무", "빨", "꼬", "허", "목소", "평", "누군", "내", "네", "누", "작", "화", "음악", "전문", "국", "친구",
    "휴")  # fmt: skip


def scan_korean(text: PlainText) -> Iterator[Span]:
    """Find "마포구 성미산로 45", "망원동 412-7 2층": a road or a quarter, number, floor, flat."""
    low = text.lower
    for match in text.matches(_KO_CORE):
        head = _KO_HEAD.search(low, max(0, match.start() - _BACK), match.start())
        if head is None:
            continue
        name, has_place = head["name"], head.start("name") > head.start()
        more = bool(match["tail"] or match["lotsign"])
        hyphen = "-" in match[0]
        if match["road"]:
            plain = name in _KO_ADVERBS or len(name) < 2  # noqa: PLR2004
            clear = name.endswith("대") or re.search(r"\d(?:번|[가-하])?길", match[0]) is not None
            told = (
                has_place
                or more
                or hyphen
                or clear
                or _KO_CUE.search(low, match.end(), match.end() + 14)
                or _KO_CUE.search(low, max(0, head.start() - 10), head.start())
            )
        else:
            plain = name in _KO_NO_LOTS and not (has_place and (hyphen or more))
            told = (
                hyphen
                or more
                or (has_place and _KO_CUE.search(low, max(0, head.start() - 10), head.start()))
            )
        if told and not plain:
            yield head.start(), match.end(), _LIKELY


def scan_flats(text: PlainText) -> Iterator[Span]:
    """Find "행복아파트 101동 302호": house and flat say enough; names before them belong to it."""
    low = text.lower
    for match in text.matches(_KO_FLATS):
        floor = max(0, match.start() - 30)
        at = match.start()
        for token in reversed(list(re.finditer(r"[^\s,]+\s?", low[floor:at]))):
            said = token[0].rstrip()
            if (
                _KO_NO_NAME.match(said)
                or ":" in said
                or not re.search("[가-힣a-z]", said)
                or match.start() - floor - token.start() > 20  # noqa: PLR2004
            ):
                break
            at = floor + token.start()
        yield at, match.end(), _SURE


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


_KO_SIGNS = ("로", "길", "거리", "동 ", "리 ", "가 ")
_JA_SIGNS = ("丁目", "番", "市", "区", "町", "村", "郡", "県", "都", "府", "道", "通", "台", "条", "まで", "です",
    "住所", "届け", "送", "宛", "実家", "集合", "待っ", "うち")  # fmt: skip
_JA_BUILDINGS = ("ハイツ", "コーポ", "マンション", "メゾン", "アパート", "レジデンス", "パレス", "ハイム", "コート", "荘", "団地",
    "寮")  # fmt: skip
EAST_RULES: tuple[Rule, ...] = (
    Rule("STREET_ADDRESS", Needs(digits=1, any_of=_KO_SIGNS, reach=200), scan_korean),
    Rule(
        "STREET_ADDRESS",
        Needs(
            digits=2,
            any_of=(
                "동",
                "아파트",
                "빌",
                "단지",
                "마을",
                "맨션",
                "타운",
                "자이",
                "래미안",
                "푸르지오",
                "힐스테이트",
                "오피스텔",
                "캐슬",
            ),
            reach=120,
        ),
        scan_flats,
    ),
    Rule("STREET_ADDRESS", Needs(any_of=_JA_SIGNS, reach=160), scan_japanese),
    Rule("STREET_ADDRESS", Needs(digits=2, any_of=_JA_BUILDINGS, reach=80), scan_buildings),
)
"""Rules of `STREET_ADDRESS` for Korea and Japan."""
