"""Addresses of Korea: a road or a quarter, the number of the house, building, floor and flat.

A number with its sign is looked for; what stands before it is read backwards, and building, floor
and flat forwards, one step at a time, so that time is linear.
"""

# ruff: noqa: E501  a pattern is read as one line

import re
from collections.abc import Iterator

from pipelines.filtering.privacy.address_words import any_of, read_words
from pipelines.filtering.privacy.prefilter import Needs, PlainText
from pipelines.filtering.privacy.recogniser import Rule, Span

_SURE, _LIKELY = 0.9, 0.75
_BACK, _POST_MAX, _STEPS_MAX = 60, 16, 6
_WORDS = read_words()["east"]
_COUNTER = (
    r"(?:시간|시|번|개월|개|명|월|일|년|분|살|초|원|회|대|점|위|킬로|퍼센트|장|권|배|주|도|만|천|억|미터|곡|인분|마리|병|잔|차선|단|박"
    r"|등|곳|가지|팀|판|골|승|호선|편|층짜리)"
)
_COUNTED = (
    r"(?!\d|번?길|[가-하]길|(?:시간|시(?=[\s에까]|\Z)|번(?!지)|개|명|월|일(?!대)|년|분|살|초|원|회|대(?!로)|점|위|킬로|km|m(?!\w)|퍼|%"
    r"|장|권|배|주|도(?=\s|\Z)|만|천|억|킬|미터|곡|인분|마리|병|잔|차선|단(?!지)|박|kg|등(?!기)|곳|가지|팀|판|골|승|호선)"
    rf"|\s(?:km|m(?!\w)|kg|%|{_COUNTER}(?:[이가은는을를만의에로와과씩째간쯤나랑후전]|정도|동안|까지|부터|밖에|이나|에서){{0,2}}(?![가-힣])))"
)
"""Glued to a number a counter always counts; behind a blank it must be a word: 104 장미아파트."""
_KO_CORE = re.compile(
    r"(?:(?P<road>로|길|거리)(?:\s?\d{1,4}(?:번|[가-하])?길|\d가)?\s?|(?P<lot>동|리|가)\s(?:산\s?)?)"
    rf"(?:지하\s?)?\d{{1,4}}(?:-\d{{1,4}})?{_COUNTED}(?P<lotsign>번지)?"
)
_STEP = re.compile(
    r"(?:\s?,\s?|\s)?(?:\d{1,4}번지|(?:제\s?)?(?:\d{1,4}|[a-z가-하])동(?=[\s\d,.]|\Z)"
    r"|(?:지하\s?|b)?\d{1,3}층(?!짜리)|b\d{1,2}(?!\d)|[a-z]?-?\d{1,4}호(?![\d선차])"
    r"|반지하|지층|옥탑방?|\([가-힣\d, ]{2,20}\))"
)
_UNIT = r"(?:제?(?:\d{1,4}|[a-z가-하])동(?=[\s\d,])|(?:지하\s?|b)?\d{1,3}층(?!짜리)|[a-z]?\d{1,4}호(?![\d선차]))"
_BUILDING = re.compile(
    r"(?:\s?,\s?|\s)(?P<name>(?:[가-힣a-z\d]{2,14}\s){0,2}?(?:"
    rf"[가-힣a-z\d]{{2,14}}?(?=\s?{_UNIT})"
    rf"|[가-힣a-z\d]{{0,12}}?(?:{any_of(_WORDS['ko_buildings'])})\d?(?=[\s,.!?)]|\Z)))"
)
_NO_BUILDING = tuple(_WORDS["ko_no_building"])
_KO_FLATS = re.compile(
    r"(?:(?:\d{1,4}|(?<![가-힣])[a-z가-하])동\s?b?\d{2,4}호(?!선|차)|(?<=[가-힣]{2})(?:빌|빌라|타워|맨션|오피스텔|아파트|원룸|하우스|주택)\s?b?\d{3,4}호(?![선차])"
    r"|(?<=[읍면]\s)[가-힣]{1,5}리\s(?:산\s?)?\d{1,4}(?:-\d{1,4})?(?!\d|번?길|\s?(?:명|년|원|개|km))|(?<=[가-힣])(?:아파트|빌라|단지|마을|맨션|타운|자이|래미안"
    r"|푸르지오|힐스테이트|오피스텔|캐슬|빌)\s?\d{1,4}-\d{3,4}(?!\d))"
)
_KO_PLACE = r"(?:서울|부산|대구|인천|광주|대전|울산|세종|경기|강원|충북|충남|전북|전남|경북|경남|제주|[가-힣]{1,9}(?:시|도|군|구|읍|면|동|리|가))"
_KO_HEAD = re.compile(rf"(?:(?<![가-힣]){_KO_PLACE},?\s){{0,5}}(?P<name>[가-힣0-9]{{1,12}})\Z")
_KO_POST = re.compile(
    r"(?:우편번호\s?:?\s?|\(?우\)?\s?)?(?<!\d)[(\[]?(?:\d{5}|\d{3}-\d{3})[)\]]?,?\s{0,2}\Z"
)
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
        end, has_unit = _tail_end(low, match.end())
        if _is_told(low, match, head, end, more=has_unit or bool(match["lotsign"])):
            post = _KO_POST.search(low, max(0, head.start() - _POST_MAX), head.start())
            yield post.start() if post else head.start(), end, _LIKELY


def _is_told(low: str, match: re.Match[str], head: re.Match[str], end: int, *, more: bool) -> bool:
    """Say whether what stands beside a name and its number makes them an address.

    Args:
        low: the text in small letters.
        match: the sign of a road or a quarter with the number.
        head: the name before it, and the places.
        end: where floor and flat end.
        more: there are such.
    """
    name, has_place = head["name"], head.start("name") > head.start()
    hyphen = "-" in match[0]
    is_cued = _KO_CUE.search(low, max(0, head.start() - 10), head.start())
    if match["lot"]:
        if name in _KO_NO_LOTS and not (has_place and (hyphen or more)):
            return False
        return bool(hyphen or more or (has_place and is_cued))
    if name in _KO_ADVERBS or len(name) < 2:  # noqa: PLR2004  syllables
        return False
    clear = name.endswith("대") or re.search(r"\d(?:번|[가-하])?길", match[0]) is not None
    return bool(
        has_place or more or hyphen or clear or _KO_CUE.search(low, end, end + 14) or is_cued
    )


def _tail_end(low: str, end: int) -> tuple[int, bool]:
    """Return where building, floor and flat behind a number end, and whether a unit is told."""
    at, has_unit = end, False
    for _ in range(_STEPS_MAX):
        step = _STEP.match(low, at)
        if step is None:
            building = _BUILDING.match(low, at)
            if building is None or any(
                word.endswith(_NO_BUILDING) for word in building["name"].split()
            ):
                break
            at = building.end()
            continue
        at, has_unit = step.end(), True
    return at, has_unit


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


_KO_SIGNS = ("로", "길", "거리", "동 ", "리 ", "가 ")
KOREAN_RULES: tuple[Rule, ...] = (
    Rule("STREET_ADDRESS", Needs(digits=1, any_of=_KO_SIGNS, reach=200), scan_korean),
    Rule(
        "STREET_ADDRESS",
        Needs(
            digits=2,
            any_of=(
                "동",
                "아파트",
                "빌",
                "타워",
                "원룸",
                "하우스",
                "주택",
                "읍 ",
                "면 ",
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
)
"""Rules of `STREET_ADDRESS` for Korea."""
