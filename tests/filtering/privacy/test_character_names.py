"""Names without a cue in Chinese, Japanese and Korean are found, and ordinary words are none."""

# ruff: noqa: RUF001  marks of these languages

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.filtering.privacy.character_names import apart, find_by_characters
from pipelines.filtering.privacy.segmenting import cut_names, read_costs


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("沈佳怡昨晚哭了很久", ["沈佳怡"]),
        ("我跟蒋文斌一起去爬山", ["蒋文斌"]),
        ("昨天遇到韩雪梅天气真好", ["韩雪梅"]),
        ("欧阳静把钥匙弄丢了", ["欧阳静"]),
        ("鄭雅婷說她不想來", ["鄭雅婷"]),
        ("伊丽莎白·史密斯下周到", ["伊丽莎白·史密斯"]),
        ("彩花と蓮は同じクラスだ", ["彩花", "蓮"]),
        ("昨日岡田に電話した", ["岡田"]),
        ("山下健太郎から荷物が届いた", ["山下健太郎"]),
        ("千葉が怒って帰った", ["千葉"]),
        ("出席者：井上、木村", ["井上", "木村"]),
        ("ローラ・スミスに会った", ["ローラ・スミス"]),
        ("예린이가 넘어졌어", ["예린"]),
        ("홍서준에게 사과했다", ["홍서준"]),
        ("소라가 거짓말했어", ["소라"]),
        ("문 과장님께 보고했어", ["문 과장님"]),
    ],
)
def test_a_name_in_running_talk_is_found_without_a_cue(text: str, names: list[str]) -> None:
    """Most names are in ordinary sentences, not after "my name is"."""
    assert [text[a:b] for a, b in find_by_characters(text)] == names


@pytest.mark.parametrize(
    "text",
    [
        "高兴得不得了，马上出发",
        "国王和王后住在城堡里",
        "给我一张红色的纸",
        "黄山的风景很美，林业很发达",
        "龙飞凤舞的字看不懂",
        "千葉に旅行したい",
        "今日は森が静かだった",
        "大和の歴史を勉強する",
        "林の中を歩いた",
        "유리가 깨졌다",
        "여성은 반이었다",
        "나라가 넓다",
        "이상한 꿈을 꿨어",
        "우리는 집에 간다",
    ],
)
def test_a_word_that_only_looks_like_a_name_is_none(text: str) -> None:
    """A family name is an everyday character too: 高 is high, 林 a wood."""
    assert find_by_characters(text) == []


@settings(max_examples=80)
@given(
    st.text(alphabet="王李小明天高兴马上欧阳·田中健太さんはと、김민수가이 씨a。\n", max_size=200)
)
def test_spans_lie_inside_apart_and_never_take_a_whole_sentence(text: str) -> None:
    """However odd a text is."""
    reached = 0
    for start, end in find_by_characters(text):
        assert reached <= start < end <= len(text)
        assert end - start <= 24
        reached = end


@given(
    st.lists(
        st.sampled_from(
            ["我们", "今天", "喜欢", "学习", "吃饭", "非常", "高兴", "因为", "马上", "方便"]
        )
    )
)
def test_a_text_of_common_words_alone_has_no_name(words: list[str]) -> None:
    """Whatever is next to it, a word of the list is a word."""
    assert find_by_characters("".join(words)) == []


def test_of_spans_that_overlap_the_first_and_longest_stays() -> None:
    """Two rules may find one name."""
    assert apart([(4, 6), (0, 2), (0, 3), (2, 4)]) == [(0, 3), (4, 6)]


def test_a_name_costs_what_its_words_do_not() -> None:
    """The cheapest way wins, and an unknown character has a cost of its own."""
    words = {"昨": 20, "天": 16, "昨天": 15, "王": 16, "明": 20, "明天": 15}
    assert cut_names("昨天王明", 0, 4, words, lambda at: [(4, 28)] if at == 2 else []) == [(2, 4)]
    assert cut_names("王明天", 0, 3, words, lambda at: [(2, 28)] if at == 0 else []) == []


def test_costs_are_read_by_line(tmp_path: Path) -> None:
    """A line is a cost and the words that have it."""
    file = tmp_path / "words.txt"
    file.write_text("3 a b\n7 c\n", "utf-8")
    assert read_costs(file) == {"a": 3, "b": 3, "c": 7}
