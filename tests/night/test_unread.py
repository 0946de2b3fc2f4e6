"""What the encoder cannot read is compared by spelling: in jobs/prune.py on any table."""

import json
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from deltalake import DeltaTable
from pyspark.sql import SparkSession

from jobs.prune import main as prune
from tests.conftest import Bench
from tests.factories import FIRST, SECOND, Ended, Tables, conversation, run_here, write_parquet

pytestmark = pytest.mark.spark

EMOJI = ["😀", "😂", "😭", "👍", "🔥", "🎉", "🙏", "😡", "🥺", "🐶", "🍕", "💔"]
CHINESE = [
    "我喜欢喝茶",
    "我哥哥要结婚了",
    "我很难过",
    "你好",
    "谢谢",
    "是的",
    "好的",
    "怎么做米饭",
    "最近怎么样",
]
NO_WORDS = ["a" * 5000, "b" * 5000, "12345", "12346", "https://a.org/1", "https://a.org/2", "", "?"]
SENTENCES = ["How do I boil an egg?", "how do i boil an egg", "Tell me a story about a dragon."]
COPIES = ["12345.", " HTTPS://A.ORG/1"]


def prune_texts(folder: Path, texts: list[str], *options: object) -> Ended:
    """Prune texts whose ids are their places, two digits each, into a folder."""
    ids = [f"{place:02d}" for place in range(len(texts))]
    place = write_parquet(pa.table({"id": ids, "t": texts}), folder / "texts")
    columns = (
        "--id-column",
        "id",
        "--text-column",
        "t",
        "--retain",
        "1.0",
        "--out",
        folder / "out",
    )
    return run_here(prune, "--table", place, *columns, *options)


def pruned(folder: Path) -> pl.DataFrame:
    """Return what was pruned into a folder, by id."""
    return Tables(folder / "out").read("pruning").sort("id")


@pytest.fixture(scope="module")
def first(spark: SparkSession, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which all the texts above were pruned together."""
    assert spark.version
    folder = tmp_path_factory.mktemp("unread")
    ended = prune_texts(folder, [*EMOJI, *CHINESE, *NO_WORDS, *SENTENCES, *COPIES])
    assert ended.code == 0, ended.err
    return folder


def test_different_texts_that_the_encoder_cannot_read_are_all_kept(first: Path) -> None:
    """The encoder gives twelve emoji one vector, 你好 that of 谢谢: eleven of twelve were lost."""
    rows = pruned(first)
    count = len(EMOJI) + len(CHINESE) + len(NO_WORDS)

    assert rows["kept"][:count].to_list() == [True] * count
    assert set(rows["model"][: len(EMOJI)]) == {"char_ngrams"}
    assert set(rows["model"][len(EMOJI) + len(CHINESE) : count]) == {"char_ngrams"}


def test_copies_are_found_by_whoever_reads_them(first: Path) -> None:
    """Case, blanks and a full stop make no other text, neither of a number nor of a sentence."""
    rows = pruned(first).filter(~pl.col("kept"))
    texts = [*EMOJI, *CHINESE, *NO_WORDS, *SENTENCES, *COPIES]
    named = [
        (texts[int(i)], texts[int(w)], m)
        for i, w, m in rows.select("id", "witness_id", "model").rows()
    ]

    assert named == [
        (SENTENCES[1], SENTENCES[0], "e5"),
        ("12345.", "12345", "char_ngrams"),
        (" HTTPS://A.ORG/1", "https://a.org/1", "char_ngrams"),
    ]


def test_representatives_say_whose_vectors_they_are(first: Path) -> None:
    """A later run must know what it may compare with."""
    rows = Tables(first / "out").read("representatives")
    lengths = rows.select("model", pl.col("embedding").list.len()).unique().sort("model").rows()

    assert lengths == [("char_ngrams", 512), ("e5", 384)]
    assert rows["model_revision"].n_unique() == 2


def test_a_later_table_meets_the_kept_rows_of_its_own_model(first: Path, tmp_path: Path) -> None:
    """The second run's emoji and sentence are the first run's; its number is new."""
    ended = prune_texts(
        tmp_path, ["😂", "Tell me a story about a dragon", "777"], "--against", first / "out"
    )

    assert ended.code == 0, ended.err
    assert pruned(tmp_path).select("model", "kept", "reason").rows() == [
        ("char_ngrams", False, "near_duplicate"),
        ("e5", False, "near_duplicate"),
        ("char_ngrams", True, "leader"),
    ]


def test_representatives_of_before_count_as_the_encoders(first: Path, tmp_path: Path) -> None:
    """An --out of an earlier version has no model: its vectors were the encoder's."""
    rows = Tables(first / "out").read("representatives").filter(pl.col("model") == "e5")
    rows.select("id", "embedding").write_delta(str(tmp_path / "old" / "representatives"))
    ended = prune_texts(
        tmp_path, ["Tell me a story about a dragon", "😂"], "--against", tmp_path / "old"
    )

    assert ended.code == 0, ended.err
    assert pruned(tmp_path)["kept"].to_list() == [False, True]


def test_vectors_of_another_revision_are_refused(first: Path, tmp_path: Path) -> None:
    """A cosine between vectors of two models means nothing; rows must not be dropped by it."""
    rows = (
        Tables(first / "out").read("representatives").with_columns(model_revision=pl.lit("other"))
    )
    rows.write_delta(str(tmp_path / "old" / "representatives"))
    ended = prune_texts(tmp_path, ["hello"], "--against", tmp_path / "old")

    assert (ended.code, "this run cannot compare" in ended.err) == (3, True)


def test_a_cut_that_nobody_declares_ends_before_any_work(first: Path, tmp_path: Path) -> None:
    """A default cut of another encoder would drop too much or nothing, and nobody would see it."""
    assert first.is_dir()
    registry = tmp_path / "models.yaml"
    entry = {"kind": "encoder", "class": "pipelines.diversity.ngrams.HashedNgrams"}
    registry.write_text(json.dumps({"models": {"e5": entry, "char_ngrams": entry}}), "utf-8")
    ended = prune_texts(tmp_path, ["hello"], "--set", f"models.registry={registry}")

    assert ended.code == 2
    assert "pruning.cut is null and the encoder e5 declares no cut" in ended.err
    assert "pruning.unread_cut is null and the encoder char_ngrams declares no cut" in ended.err


THAI = [
    "วันนี้อากาศดีมากเลยนะครับ",
    "พรุ่งนี้ฉันจะไปโรงเรียนกับเพื่อน",
    "คุณช่วยสอนฉันทำอาหารไทยได้ไหม",
]
ENGLISH = ["Please tell me a long story about a dragon.", "How do I learn to cook rice at home?"]
SERVED = (
    "language.served=[en, th]",
    "safety.unproven=accept",
    "sampling={size: 1.0, seed: 1}",
    "evaluation={size: 0.2}",
)
# MiniLM reads no Thai; the head that ships was trained on another encoder.
MINILM = (
    *("models.encoder=minilm", "models.heads=[]"),
    "safety.required=[critical_rules, fasttext_safety]",
)


def model_of(tables: Tables, ds: str) -> dict[str, tuple[str, str]]:
    """Return conversation to model and reason of a night's pruning."""
    names = tables.night("samples", ds).select("sample_id", "conversation_id")
    rows = tables.night("pruning", ds).join(names, on="sample_id", how="inner")
    return {c: (m, r) for c, m, r in rows.select("conversation_id", "model", "reason").iter_rows()}


def test_a_night_compares_what_it_cannot_read_by_spelling(bench: Bench) -> None:
    """Two nights, the first as an earlier version left it: kept, found again, published."""
    texts = [*THAI, THAI[0] + "!", *ENGLISH]
    talk = [conversation(number, text) for number, text in enumerate(texts)]
    ended = bench.curate(bench.traffic(*talk), *SERVED, *MINILM)
    assert ended.code == 0, ended.err
    tables = bench.tables()
    of = model_of(tables, FIRST)

    spelled = sorted(reason for model, reason in of.values() if model == "char_ngrams")
    assert spelled == ["leader", "leader", "leader", "near_duplicate"]
    assert {answer for answer in of.values() if answer[0] != "char_ngrams"} == {
        ("minilm", "leader")
    }
    run = tables.read("runs")
    config = json.loads(run["config"][0])["pruning"]
    assert (config["cut"], config["unread_cut"]) == (0.95, 0.9)
    stored = tables.read("embeddings").group_by("model", pl.col("embedding").list.len()).len()
    assert sorted(stored.rows()) == [("char_ngrams", 512, 4), ("minilm", 384, 6)]
    revisions = dict(run["model_revisions"][0])
    assert set(tables.read("embeddings").select("model", "model_revision").unique().rows()) == {
        (name, revisions[name]) for name in ("char_ngrams", "minilm")
    }
    jobs = tables.night("samples", FIRST).join(
        tables.night("pruning", FIRST), on="sample_id", how="inner"
    )
    assert set(jobs.filter(pl.col("model") == "char_ngrams")["jtbd"]) == {"other"}

    place = bench.folder / "warehouse" / "pruning"
    DeltaTable(place).update(updates={"model": "null"})  # as a night before version 2 reads
    again = [
        conversation(number + 50, text)
        for number, text in enumerate([THAI[1], "ขอบคุณมากสำหรับความช่วยเหลือ"])
    ]
    ended = bench.curate(bench.traffic(*again, name="later"), *SERVED, *MINILM, ds=SECOND)
    assert ended.code == 0, ended.err
    later = tables.night("pruning", SECOND)
    assert sorted(later.select("model", "reason", "witness_ds").rows()) == [
        ("char_ngrams", "leader", None),
        ("char_ngrams", "near_duplicate", FIRST),
    ]
