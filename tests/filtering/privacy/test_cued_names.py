"""Names next to a cue are found in many languages, and never a whole sentence."""

# ruff: noqa: SIM905  word lists

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.filtering.privacy.cued_names import CuedNames, find_unspaced
from pipelines.filtering.privacy.evidence_words import NameLists

LISTS = NameLists(
    common=frozenset(
        "my name is not important friend will come boss rude and the rose meine freundin ist krank "
        "ich heiße mi chiamo rosa hermano mayor mój szef krzyczy लड़का है किरण lied to me".split()
    ),
    names=frozenset("rose rosa will will anke piotr किरण ليلى خالد maria".split()),
)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("my name is zorbak", ["zorbak"]),
        ("my name is rose", ["rose"]),
        ("my name is not important", []),
        ("my friend will come", []),
        ("my friend Zorbak Quist lied to me", ["Zorbak Quist"]),
        ("my friend zorbak quist lied to me", ["zorbak quist"]),
        ("my friend zorbak", []),
        ("my boss: Maria", ["Maria"]),
        ("Meine Freundin Anke Sörensen ist krank", ["Anke Sörensen"]),
        ("meine Freundin ist krank", []),
        ("Ich heiße Ludwig van Moor", ["Ludwig van Moor"]),
        ("mi chiamo rosa", ["rosa"]),
        ("mój szef Piotr Zięba krzyczy", ["Piotr Zięba"]),
        ("मेरा नाम किरण है", ["किरण"]),
        ("زوجي خالد", ["خالد"]),
        ("signed, Xquil Q. Tlamo", ["Xquil Q. Tlamo"]),
    ],
)
def test_a_name_beside_its_cue_is_found(text: str, names: list[str]) -> None:
    """A cue says that a name follows; an everyday word after it is none."""
    assert [text[a:b] for a, b in CuedNames(LISTS).find(text)] == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("我叫赵小雨，今年二十岁", ["赵小雨"]),  # noqa: RUF001
        ("我的名字是欧阳明月", ["欧阳明月"]),
        ("我朋友孙丽又来了", ["孙丽"]),
        ("钱先生在吗", ["钱"]),
        ("我叫他过来", []),
        ("高中老师很好", []),
        ("我的老板高兴了", []),
        ("你喜欢什么颜色", []),
        ("私の名前は橋本健です", ["橋本健"]),
        ("木村さんはどこ", ["木村"]),
        ("皆さんこんばんは", []),
        ("私は医者です", []),
        ("あたしみゆきっていうんだけど", ["みゆき"]),
        ("ペンネームは月島しずくにしようかな", ["月島しずく"]),
        ("名前は秘密です", []),
        ("林です、よろしくお願いします", ["林"]),
        ("初心者です。よろしくお願いします", []),
        ("幼なじみのたっくんが結婚した", ["たっくん"]),
        ("親友のさとみにも言えない悩みがある", ["さとみ"]),
        ("Tanaka Hiroshiです。日本語勉強中です", ["Tanaka Hiroshi"]),
        ("小鳥遊さんに会った", ["小鳥遊"]),
        ("ガラス張りの家に住む", []),
        ("林さくらと会った", ["林さくら"]),
        ("八百屋さんで大根を買った", []),
        ("大家さんに家賃を払った", []),
        ("川口に引っ越した", []),
        ("大家都叫我胖虎", ["胖虎"]),
        ("你可以叫我起床", []),
        ("我英文名叫Kevin", ["Kevin"]),
        ("班主任姓梁,特别凶", ["梁"]),
        ("我姓什么不重要", []),
        ("强哥带我打了一晚上游戏", ["强哥"]),
        ("雅琪說她不喜歡我了", ["雅琪"]),
        ("닉네임은 꼬미로 할게", ["꼬미"]),
        ("제 이름은 비밀이에요", []),
        ("재석삼촌이 용돈 줬다", ["재석"]),
        ("송쌤 오늘 안 왔어", ["송쌤"]),
        ("김 철수라고 합니다", ["김 철수"]),
        ("하늘이 예뻐", []),
        ("윤기 나는 머리", []),
        ("제 이름은 문가영입니다", ["문가영"]),
        ("오민석 씨가 왔어요", ["오민석"]),
        ("저는 한국인입니다", []),
        ("선생님 감사합니다", []),
    ],
)
def test_where_no_blanks_are_between_words_only_the_name_is_taken(
    text: str, names: list[str]
) -> None:
    """Chinese, Japanese and Korean names begin with one of few family names."""
    assert [text[a:b] for a, b in find_unspaced(text)] == names


@settings(max_examples=60)
@given(st.text(alphabet="我叫是王先生さん田中씨김 이름은abM., \n'-", max_size=300))
def test_spans_are_short_apart_and_inside(text: str) -> None:
    """However odd a text is."""
    reached = 0
    for start, end in CuedNames(LISTS).find(text):
        assert reached <= start < end <= len(text)
        assert len(text[start:end].split()) <= 4
        reached = end
