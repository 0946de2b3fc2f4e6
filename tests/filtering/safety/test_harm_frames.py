"""Harm frames: what a file may contain, what a frame matches, and that the fast search agrees."""

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import ConfigurationError
from pipelines.filtering.safety.critical_rules import CriticalRules
from pipelines.filtering.safety.harm_frames import FrameSet, check
from pipelines.filtering.safety.harm_patterns import Text
from pipelines.filtering.safety.harm_reading import critical_view, view_texts

ENGLISH = """
language: en
words:
  common: [the, i, you, is, are, and]
  i: [i, we]
  will: [will, "want to", "am going to", "'ll"]
  kin: [mother, sister]
  you: [you, "your {kin}", someone]
  kill: [kill, stab*, "shoot down"]
  badword: [zorp, "zorp head"]
frames:
  threat:
    - "{i} {will} .. {kill} {you}"
    - {frame: "{kill} {you} now ... {end}", unless: ["in (the|a) game", minecraft]}
  self_harm:
    - "{start} (end|stop) yourself {end}"
    - {frame: "*morph", alone: true}
  harassment:
    - "{badword}"
  sexual_minors:
    - "{age} (year|years)? old? lewd"
    - "lewd .. {age}"
    - "from (6.|7.|8.) class .. lewd"
"""
DUTCH = """
language: nl
words:
  common: [het, de, is, een, zorp, you]
  kill: [vermoord*, doodmaken]
frames:
  threat:
    - "ik ga je {kill}"
"""
RUSSIAN = """
language: ru
words:
  kill: [убью, зарежу]
frames:
  threat:
    - "я .. тебя? {kill}"
"""
CHINESE = """
language: zh
spaced: false
words:
  common: [的, 是, 我]
  kill: [杀, 杀死]
frames:
  threat:
    - "我 .. {kill} 你"
  self_harm:
    - "自杀"
  sexual_minors:
    - "{age} (岁|歲) ... 裸照"
"""
HINDI = """
language: hi
words:
  kill: ["मार डालूँगा"]
frames:
  threat:
    - "तुझे .. {kill}"
"""
FILES = {"en": ENGLISH, "nl": DUTCH, "ru": RUSSIAN, "zh": CHINESE, "hi": HINDI}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Hold a file per language."""
    path = tmp_path_factory.mktemp("harm_words")
    for language, text in FILES.items():
        (path / f"{language}.yaml").write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def frames(folder: Path) -> FrameSet:
    """Return the frames of all languages."""
    return FrameSet(folder.glob("*.yaml"))


@pytest.fixture(scope="module")
def rules(folder: Path) -> CriticalRules:
    """Return the whole layer, its frames those of this file."""
    return CriticalRules(folder)


def hits_of(frames: FrameSet, texts: list[str], *, spare: bool = True) -> list[set[int]]:
    """Return the numbers of the frames that match each text as written."""
    rows = pl.DataFrame({"text": texts}, schema={"text": pl.String}).with_row_index("row")
    found = frames.find(rows.select("row", view=critical_view(pl.col("text"))), spare=spare)
    return [set(found.filter(pl.col("row") == row)["frame"]) for row in range(len(texts))]


TURKISH = """
language: tr
words: {kill: [öldür*, "b\\u0131çakla*"]}
frames:
  threat: ["seni {kill}"]
"""
ARABIC = """
language: ar
words: {you: [المدرسة, على]}
frames:
  threat: ["سأفجر {you}"]
"""
FILES |= {"tr": TURKISH, "ar": ARABIC}
HIT = [
    ("I will kill you", "threat"),
    ("we want to really just stab your sister!", "threat"),
    ("I\u2019ll shoot down your mother", "threat"),
    ("i will k1ll you", "threat"),
    ("I will s t a b your mother", "threat"),
    ("I will kill <PERSON_1>", "threat"),
    ("we kill you now in the game. We kill you now, all of you!", "threat"),
    ("\u201cend yourself\u201d", "self_harm"),
    ("\u2022 stop-yourself \U0001f52a", "self_harm"),
    ("what? End yourself.", "self_harm"),
    ("polymorph", "self_harm"),
    ("you are the ZORP", "harassment"),
    ("zorp head", "harassment"),
    ("12 years old lewd", "sexual_minors"),
    ("a 12-year-old lewd", "sexual_minors"),
    ("12year lewd", "sexual_minors"),
    ("a girl from 7. class in lewd pictures", "sexual_minors"),
    ("Ik ga je vermoorden", "threat"),
    ("Я тебя убью", "threat"),
    ("я сегодня вечером зарежу", "threat"),
    ("我要杀死你", "threat"),
    ("我 今 天 就 要 杀 你", "threat"),
    ("自杀是什么", "self_harm"),
    ("14岁女孩的裸照", "sexual_minors"),
    ("मैं तुझे मार डालूँगा", "threat"),
    ("tujhe mar dalunga", "threat"),
    ("SENİ BIÇAKLARIM", "threat"),
    ("seni oldurecegim, seni bicaklarim", "threat"),
    ("سَأُفَجِّرُ المدرسه", "threat"),
    ("سـأفـجـر علي", "threat"),
    ("я тебя \u0443 \u0431 \u044c \u044e", "threat"),
    ("я тебя y\u0431ью", "threat"),
]
MISS = [
    "I will. Kill you",
    "I will\nkill you",
    "I will one two three four kill you",
    "in minecraft we kill you now",
    "we kill you now in a game",
    "end yourself now",
    "they end yourself",
    "morphing",
    "zorp",
    "de zorp is een het",
    "112 years lewd",
    "18 lewd",
    "from 7. And then from 12. class lewd",
    "lewd 0",
    "<PERSON_1> <PERSON_2>",
    "someone",
    "我。杀你",
    "我今天要去商店买东西然后杀你",
    "自杀",
    "114岁的裸照",
    "skill your sister",
    "",
]


@pytest.mark.parametrize(("text", "label"), HIT)
def test_a_frame_hits_in_every_writing(rules: CriticalRules, text: str, label: str) -> None:
    """Gaps, choices, endings, ages, sentence bounds, scripts and disguises use one notation."""
    (score,) = rules.score([text])

    assert score is not None
    assert label in score.labels


@pytest.mark.parametrize("text", MISS)
def test_a_frame_stays_in_its_bounds(frames: FrameSet, text: str) -> None:
    """A gap ends with its sentence, an excuse covers its own, a lone word needs its language."""
    assert hits_of(frames, [text]) == [set()]


WORDS = """
i we will want to am going your mother sister kill stabbing shoot down now you in the game a
minecraft end yourself zorp head polymorph lewd 12 18 old year het is vermoorden ik ga je я убью
我 杀 你 自杀 的 岁 裸照 tujhe mar dalunga . , - ' 。 _ * ?
"""
PIECES = st.sampled_from([*WORDS.split(), "\n", ""])


@settings(deadline=None, max_examples=200)
@given(st.lists(st.lists(PIECES, max_size=14).map(" ".join) | st.text(max_size=30), max_size=4))
def test_what_is_spared_is_never_a_hit(frames: FrameSet, texts: list[str]) -> None:
    """What a frame requires is a necessary condition; if it were not, harm would be missed."""
    assert hits_of(frames, texts) == hits_of(frames, texts, spare=False)


def test_a_text_is_read_in_linear_time(frames: FrameSet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hostile text must not cause more work per word: the steps do not depend on its length."""
    asked: list[int] = []
    make = Text.__init__

    def count(text: Text, units: int, ends: list[int]) -> None:
        asked.append(units)
        make(text, units, ends)

    monkeypatch.setattr(Text, "__init__", count)
    hostile = ["kill you now " * n for n in (10, 100_000)] + [
        "我杀" * 100_000,
        "i will " * 100_000,
        "zorp." * 50_000,
    ]

    assert [len(found) > 0 for found in hits_of(frames, hostile)] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert len(asked) <= 2 * len(hostile)  # each text is made into places once, spaced and unspaced


FAULTS = [
    (
        "words:\n  i: [no]\nframes: {}",
        r"en\.yaml: words\.i 1: False is no text to YAML; put it in quotes",
    ),
    ("words: {a: [x], a: [y]}\nframes: {}", "a is repeated; join the two"),
    ("words: {a: []}\nframes: {}", r"words\.a: must be a list that is not empty"),
    ("words: {age: [x]}\nframes: {}", r"words\.age: is built in"),
    ("words: {}\nframes: {thret: [x y]}", r"frames\.thret: is no label; known are sexual_minors"),
    (
        "words: {}\nframes: {threat: ['{x} y']}",
        r"frames\.threat 1: `\{x\} y`: \{x\} is no list of this file",
    ),
    (
        "words: {a: ['{b}'], b: ['{a}']}\nframes: {threat: ['{a} y']}",
        r"\{a\} holds itself: a > b > a",
    ),
    ("words: {}\nframes: {threat: ['(a|b y']}", r"`\(` is not closed"),
    ("words: {}\nframes: {threat: ['a|b y']}", r"`\|` stands outside brackets"),
    ("words: {}\nframes: {threat: ['a b.']}", r"`b\.` holds the end of a sentence; write \{end\}"),
    ("words: {}\nframes: {threat: ['a b*c']}", r"`b\*c`: a `\*` stands at the start or end"),
    ("words: {}\nframes: {threat: ['a ? b']}", r"`\?` must follow an item directly"),
    ("words: {}\nframes: {threat: ['a? .. b?']}", "no word must stand in it"),
    ("words: {}\nframes: {threat: [someone .. someone]}", "no word must stand in it"),
    (
        "words: {}\nframes: {threat: [kys]}",
        "one word can satisfy it; give the file a list `common`",
    ),
    ("words: {}\nframes: {threat: ['\u2019 a']}", "is no word to the reading of texts"),
    ("words: {}\nframes: {threat: [{frame: a b, unles: [c]}]}", r"must be a text or \{frame: text"),
    ("words: {}", "must hold frames, language, spaced, words"),
    ("words: [", "cannot be read as YAML"),
]


@pytest.mark.parametrize(("text", "fault"), FAULTS)
def test_a_fault_names_its_place_and_its_remedy(tmp_path: Path, text: str, fault: str) -> None:
    """Authors of eighteen languages read these messages; a silent fault lets harm pass."""
    file = tmp_path / "en.yaml"
    file.write_text(f"language: en\n{text}\n", encoding="utf-8")

    with pytest.raises(ConfigurationError, match=fault):
        FrameSet([file])


def test_a_file_is_of_the_language_of_its_name(tmp_path: Path) -> None:
    """A file that is copied and not renamed inside would count under the wrong language."""
    file = tmp_path / "fr.yaml"
    file.write_text(ENGLISH, encoding="utf-8")

    with pytest.raises(
        ConfigurationError, match=r"fr\.yaml: language: must be `fr`, as the file is named"
    ):
        FrameSet([file])


def test_the_revision_changes_with_every_file(tmp_path: Path) -> None:
    """Stored scores are found by revision: a new word must change it."""
    file = tmp_path / "nl.yaml"
    file.write_text(DUTCH, encoding="utf-8")
    before = CriticalRules(tmp_path).revision
    file.write_text(DUTCH.replace("doodmaken", "afmaken"), encoding="utf-8")

    assert (len(before), CriticalRules(tmp_path).revision == before) == (12, False)


def test_a_check_names_label_and_frame_of_each_line(folder: Path) -> None:
    """An author sees which frame is to blame for a line."""
    lines = ["ik ga je vermoorden", "hoe gaat het"]

    assert list(check(folder / "nl.yaml", lines)) == ["threat  ik ga je {kill}", "-"]


@given(st.lists(st.text("aB1 7!'-_*@.<>\n\t\x00\x1fé", max_size=12), max_size=4))
def test_a_plain_text_is_viewed_as_any_other(texts: list[str]) -> None:
    """Most texts take a faster path; it must give the same result."""
    rows = pl.DataFrame({"text": texts}, schema={"text": pl.String}).with_row_index("row")

    assert (
        view_texts(rows).sort("row").equals(rows.select("row", view=critical_view(pl.col("text"))))
    )
