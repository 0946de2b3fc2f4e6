"""Inputs in the forms that people have: each is read right, or refused with a line that helps."""

import datetime as dt
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from pipelines.errors import InputError
from pipelines.night.intake import (
    extra_columns,
    gather_rewards,
    prepare_rows,
    read_night,
    read_scores,
    read_whole,
)
from pipelines.spark.inputs import PARTS, read_table, version_of
from schemas.inputs import SCORES
from tests.factories import FIRST, conversation, traffic_of

pytestmark = pytest.mark.spark

NS = pa.timestamp("ns")
START = dt.datetime(2026, 1, 31, 10, tzinfo=dt.UTC)


def rows(*numbers: int, **columns: Any) -> pa.Table:  # noqa: ANN401 any Arrow values
    """Return good traffic, with columns put in the place of its own or added."""
    table = traffic_of([conversation(number) for number in numbers])
    for name, values in columns.items():
        table = put(table, name, values)
    return table


def put(table: pa.Table, name: str, values: Any) -> pa.Table:  # noqa: ANN401 any Arrow values
    """Return a table with a column replaced or added."""
    if name in table.column_names:
        return table.set_column(table.column_names.index(name), name, values)
    return table.append_column(name, values)


def write(folder: Path, files: Mapping[str, pa.Table]) -> Path:
    """Write a folder of files by their paths in it."""
    for name, table in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(table, place)
    return folder


def read(
    spark: SparkSession, place: Path | str, carry: Sequence[str] | None = None
) -> list[dict[str, Any]]:
    """Return what the kernels get of a night, by conversation."""
    night = read_night(spark, str(place), FIRST, carry)
    count = read_whole(night).rows
    found = [row.asDict(recursive=True) for row in prepare_rows(night, None, 1).collect()]
    assert count == len(found)
    return sorted(found, key=lambda row: row["conversation_id"])


def messages_of(*contents: Any) -> list[list[dict[str, Any]]]:  # noqa: ANN401 any content
    """Return messages of one row per content."""
    return [[{"role": "user", "content": content}] for content in contents]


ID = conversation(1)["conversation_id"]
MESSAGES = traffic_of([conversation(1)]).schema.field("messages").type
DEEP = pa.list_(pa.struct([("Role", pa.string()), ("CONTENT", pa.string()), ("created_at", NS)]))

# Form of one column → (values of one row, column → what the kernels see of it).
READ: dict[str, tuple[str, pa.Array, Any]] = {
    "null typed locale": ("locale", pa.nulls(1), None),
    "null typed quality": ("quality", pa.nulls(1), None),
    "null typed signals": ("signals", pa.nulls(1), None),
    "dictionary of locales": ("locale", pa.array(["hi-IN"]).dictionary_encode(), "hi-IN"),
    "large text": ("locale", pa.array(["hi-IN"], pa.large_string()), "hi-IN"),
    "text view": ("locale", pa.array(["hi-IN"], pa.string_view()), "hi-IN"),
    "float16 quality": ("quality", pa.array([np.float16(0.5)], pa.float16()), 0.5),
    "float32 quality": ("quality", pa.array([0.5], pa.float32()), 0.5),
    "whole quality": ("quality", pa.array([1], pa.int8()), 1.0),
    "unsigned quality": ("quality", pa.array([1], pa.uint16()), 1.0),
    "uint64 quality": ("quality", pa.array([1], pa.uint64()), 1.0),
    "decimal quality": ("quality", pa.array([0.5]).cast(pa.decimal128(5, 2)), 0.5),
    "decimal256 quality": ("quality", pa.array([0.5]).cast(pa.decimal256(5, 2)), 0.5),
    "nanoseconds": ("started_at", pa.array([START], pa.timestamp("ns", "UTC")), START),
    "nanoseconds without zone": ("started_at", pa.array([START.replace(tzinfo=None)], NS), START),
    "milliseconds": ("started_at", pa.array([START], pa.timestamp("ms", "UTC")), START),
    "seconds": ("started_at", pa.array([START.replace(tzinfo=None)], pa.timestamp("s")), START),
    "another zone": ("started_at", pa.array([START], pa.timestamp("us", "Asia/Kolkata")), START),
    "some signals": (
        "signals",
        pa.array([{"love": True}], pa.struct([("love", pa.bool_())])),
        None,
    ),
    "signals of no type": (
        "signals",
        pa.array([{"love": None}], pa.struct([("love", pa.null())])),
        None,
    ),
    "messages with times and other letters": (
        "messages",
        pa.array(
            [[{"Role": "user", "CONTENT": "hi", "created_at": START.replace(tzinfo=None)}]], DEEP
        ),
        messages_of("hi")[0],
    ),
    "large list of messages": (
        "messages",
        pa.array(messages_of("hi"), pa.large_list(MESSAGES.value_type)),
        messages_of("hi")[0],
    ),
    "content as texts": ("messages", pa.array(messages_of(["a", "b"])), messages_of("a\nb")[0]),
    "content as parts": (
        "messages",
        pa.array(messages_of([{"type": "text", "text": "a"}, {"type": "input_text", "text": "b"}])),
        messages_of("a\nb")[0],
    ),
    "extra float16": ("arm", pa.array([np.float16(0.5)], pa.float16()), 0.5),
    "extra nanoseconds": (
        "seen",
        pa.array([START.replace(tzinfo=None)], NS),
        START.replace(tzinfo=None),
    ),
    "extra deep nanoseconds": (
        "deep",
        pa.array([[{"at": START.replace(tzinfo=None)}]], pa.list_(pa.struct([("at", NS)]))),
        [{"at": START.replace(tzinfo=None)}],
    ),
    "extra uint8": ("arm", pa.array([200], pa.uint8()), 200),
    "extra uint32": ("arm", pa.array([2**32 - 1], pa.uint32()), 2**32 - 1),
    "extra vector of fixed size": (
        "arm",
        pa.array([[1.0, 2.0]], pa.list_(pa.float32(), 2)),
        [1.0, 2.0],
    ),
    "extra map": ("arm", pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())), {"a": 1}),
    "extra date": ("arm", pa.array([dt.date(2026, 1, 31)]), dt.date(2026, 1, 31)),
    "extra bytes": ("arm", pa.array([b"\xff"]), b"\xff"),
    "extra of no type": ("arm", pa.nulls(1), None),
}


@pytest.mark.parametrize("form", READ)
def test_a_form_whose_meaning_is_plain_is_read(
    spark: SparkSession, tmp_path: Path, form: str
) -> None:
    """Whatever pandas, Arrow, Polars or a warehouse writes for the same values."""
    name, values, wanted = READ[form]
    place = write(tmp_path / "traffic", {"a.parquet": rows(1, **{name: values})})

    (row,) = read(spark, place)

    if name == "started_at":
        assert row[name] == wanted.timestamp() * 1_000_000
    elif name == "signals":  # nothing reads them yet; that they can be read was shown
        return
    elif name in row:
        assert row[name] == wanted
    else:
        assert (row["extra"] or {}).get(name) == wanted
    assert row["conversation_id"] == ID


REFUSED: dict[str, tuple[str, pa.Array, str]] = {
    "struct in locale": (
        "locale",
        pa.array([{"code": "hi"}]),
        "column locale is struct<code:string>, must be string",
    ),
    "list in locale": (
        "locale",
        pa.array([["hi"]]),
        "column locale is array<string>, must be string",
    ),
    "number in locale": ("locale", pa.array([7]), "column locale is bigint, must be string"),
    "bytes as id": (
        "conversation_id",
        pa.array([b"a"]),
        "column conversation_id is binary, must be string",
    ),
    "number as id": (
        "conversation_id",
        pa.array([7]),
        "column conversation_id is bigint, must be string",
    ),
    "text as quality": ("quality", pa.array(["good"]), "column quality is string, must be double"),
    "truth as quality": ("quality", pa.array([True]), "column quality is boolean, must be double"),
    "text as time": (
        "started_at",
        pa.array(["2026-01-31"]),
        "column started_at is string, must be timestamp",
    ),
    "number as time": (
        "started_at",
        pa.array([1]),
        "column started_at is bigint, must be timestamp",
    ),
    "day as time": (
        "started_at",
        pa.array([START.date()]),
        "column started_at is date, must be timestamp",
    ),
    "time of day as time": (
        "started_at",
        pa.array([1], pa.time64("us")),
        "column started_at is time64[us]",
    ),
    "no type as messages": (
        "messages",
        pa.array([{"role": "user"}]),
        "column messages is struct<role:string>",
    ),
    "text as messages": ("messages", pa.array(["hi"]), "column messages is string, must be array<"),
    "messages without content": (
        "messages",
        pa.array([[{"role": "user", "text": "a"}]]),
        (
            "(messages[] is struct<role:string,text:string>, "
            "must be struct<role:string,content:string>)"
        ),
    ),
    "content as struct": (
        "messages",
        pa.array(messages_of({"text": "a"})),
        "(messages[].content is struct<text:string>, must be string)",
    ),
    "role as number": (
        "messages",
        pa.array([[{"role": 1, "content": "a"}]]),
        "(messages[].role is bigint",
    ),
    "signal as text": (
        "signals",
        pa.array([{"love": "yes"}]),
        "(signals.love is string, must be boolean)",
    ),
    "extra time of day": (
        "at",
        pa.array([1], pa.time64("ns")),
        "column at is time64[ns], which no table of Spark",
    ),
    "extra time of day, short": ("at", pa.array([1], pa.time32("ms")), "column at is time32[ms]"),
    "extra duration": ("took", pa.array([1], pa.duration("us")), "column took is duration[us]"),
    "extra wide decimal": (
        "sum",
        pa.array([None], pa.decimal256(60, 2)),
        "column sum is decimal256(60, 2)",
    ),
    "two columns of one name": ("Locale", pa.array(["hi"]), "holds the columns locale and Locale"),
    "extra with our name": (
        "sample_id",
        pa.array(["a"]),
        "column sample_id has the name of one of our columns",
    ),
    "extra with our name in other letters": (
        "Weight",
        pa.array(["a"]),
        "column Weight has the name of one",
    ),
    "extra that Delta refuses": (
        "free text",
        pa.array(["a"]),
        "Delta takes no column named 'free text'",
    ),
}


@pytest.mark.parametrize("form", REFUSED)
def test_a_form_whose_meaning_is_not_plain_is_refused_by_name(
    spark: SparkSession, tmp_path: Path, form: str
) -> None:
    """Column, type found, type wanted, remedy; before any model loads."""
    name, values, fault = REFUSED[form]
    place = write(tmp_path / "traffic", {"a.parquet": rows(1, **{name: values})})

    with pytest.raises(InputError) as caught:
        read(spark, place)

    assert fault in str(caught.value)
    assert any(remedy in str(caught.value) for remedy in ("cast it", "rename", "Cast"))


FOLDERS: dict[str, tuple[dict[str, pa.Table], dict[str, list[Any]]]] = {
    "a column that came later": (
        {"a.parquet": rows(1), "b.parquet": rows(2, arm=pa.array(["x"]))},
        {"arm": [None, "x"]},
    ),
    "a column that went": (
        {"a.parquet": rows(1, arm=pa.array(["x"])), "b.parquet": rows(2)},
        {"arm": ["x", None]},
    ),
    "an optional column that came later": (
        {
            "a.parquet": rows(1).drop_columns(["quality", "locale"]),
            "b.parquet": rows(2, quality=pa.array([0.25])),
        },
        {"quality": [None, 0.25]},
    ),
    "whole numbers that became wider": (
        {
            "a.parquet": rows(1, n=pa.array([1], pa.int8())),
            "b.parquet": rows(2, n=pa.array([2**40])),
        },
        {"n": [1, 2**40]},
    ),
    "numbers that became decimals": (
        {"a.parquet": rows(1, n=pa.array([1])), "b.parquet": rows(2, n=pa.array([0.5]))},
        {"n": [1.0, 0.5]},
    ),
    "no type at first": (
        {"a.parquet": rows(1, n=pa.nulls(1)), "b.parquet": rows(2, n=pa.array(["x"]))},
        {"n": [None, "x"]},
    ),
    "a struct that grew": (
        {
            "a.parquet": rows(1, n=pa.array([{"b": 1, "a": 2}])),
            "b.parquet": rows(2, n=pa.array([{"a": 3, "c": "x"}])),
        },
        {"n": [{"b": 1, "a": 2, "c": None}, {"b": None, "a": 3, "c": "x"}]},
    ),
    "nanoseconds in one file": (
        {
            "a.parquet": rows(1),
            "b.parquet": rows(2, started_at=pa.array([START], pa.timestamp("ns", "UTC"))),
        },
        {"started_at": [None, START.timestamp() * 1_000_000]},
    ),
    "other letters in one file": (
        {"a.parquet": rows(1, Arm=pa.array(["x"])), "b.parquet": rows(2, arm=pa.array(["y"]))},
        {"Arm": ["x", "y"]},
    ),
    "our name in other letters": (
        {
            "a.parquet": rows(1, quality=pa.array([0.25])).rename_columns({"quality": "Quality"}),
            "b.parquet": rows(2),
        },
        {"quality": [0.25, None]},
    ),
    "parts in one file, text in another": (
        {
            "a.parquet": rows(1),
            "b.parquet": rows(2, messages=pa.array(messages_of([{"type": "text", "text": "a"}]))),
        },
        {"messages": [None, messages_of("a")[0]]},
    ),
    "folders that look like numbers": (
        {
            "character_id=007/a.parquet": rows(1).drop_columns(["character_id"]),
            "character_id=12/a.parquet": rows(2).drop_columns(["character_id"]),
        },
        {"character_id": ["007", "12"]},
    ),
    "folders of an extra column": (
        {"year=02026/a.parquet": rows(1), "year=__HIVE_DEFAULT_PARTITION__/a.parquet": rows(2)},
        {"year": ["02026", None]},
    ),
    "folders with encoded signs": (
        {"arm=a%2Fb c/a.parquet": rows(1), "arm=ü%25/a.parquet": rows(2)},
        {"arm": ["a/b c", "ü%"]},
    ),
    "folders and nanoseconds": (
        {
            "arm=7/a.parquet": rows(1, started_at=pa.array([START], pa.timestamp("ns", "UTC"))),
            "arm=8/a.parquet": rows(2),
        },
        {"arm": ["7", "8"]},
    ),
    "folders inside folders": (
        {"a=1/b=2/x.parquet": rows(1), "a=3/b=4/x.parquet": rows(2)},
        {"a": ["1", "3"], "b": ["2", "4"]},
    ),
    "a file beside folders": (
        {"x.parquet": rows(1), "arm=4/x.parquet": rows(2)},
        {"arm": [None, "4"]},
    ),
    "other nights beside it, of any form": (
        {
            "ds=2026-01-30/a.parquet": rows(5, locale=pa.array([{"code": 1}])),
            f"ds={FIRST}/a.parquet": rows(1),
            f"ds={FIRST}/b.parquet": rows(2),
        },
        {},
    ),
    "nights in the rows": (
        {
            "a.parquet": rows(1, ds=pa.array([FIRST])),
            "b.parquet": rows(2, ds=pa.array([dt.date(2026, 1, 31)])),
            "c.parquet": rows(3, ds=pa.array(["2026-02-01"])),
        },
        {},
    ),
    "nights in the rows of one file alone": (
        {
            "a.parquet": pa.concat_tables(
                [rows(1, ds=pa.array([FIRST])), rows(2, ds=pa.array([FIRST]))]
            ),
            "b.parquet": rows(3),
        },
        {},
    ),
    "marks and hidden files beside it": (
        {
            "a.parquet": rows(1),
            "b.parquet": rows(2),
            "_temporary/c.parquet": rows(3),
            ".d.parquet": rows(4),
        },
        {},
    ),
    "names without an ending": ({"part-0": rows(1), "part-1": rows(2)}, {}),
}


@pytest.mark.parametrize("form", FOLDERS)
def test_files_of_a_folder_are_united(spark: SparkSession, tmp_path: Path, form: str) -> None:
    """No column of any file vanishes, and no row of another night comes in."""
    files, wanted = FOLDERS[form]
    place = write(tmp_path / "traffic", files)
    (place / "_SUCCESS").touch()

    found = read(spark, place)

    assert [row["conversation_id"] for row in found] == [
        conversation(n)["conversation_id"] for n in (1, 2)
    ]
    for name, values in wanted.items():
        given = [row[name] if name in row else row["extra"][name] for row in found]
        assert all(
            own == value for own, value in zip(given, values, strict=True) if value is not None
        )
        if name not in {"started_at", "messages", "quality"}:
            assert given == values


def test_types_that_cannot_be_united_name_both_files(spark: SparkSession, tmp_path: Path) -> None:
    """File, column and both types; a column that is not carried disturbs nobody."""
    files = {"a.parquet": rows(1, n=pa.array([1])), "b.parquet": rows(2, n=pa.array(["x"]))}
    place = write(tmp_path / "traffic", files)

    with pytest.raises(InputError) as caught:
        read(spark, place)

    (fault,) = caught.value.faults
    assert (
        f"column n is bigint in {place / 'a.parquet'} and string in {place / 'b.parquet'}" in fault
    )
    assert len(read(spark, place, carry=[])) == 2


def test_a_type_of_one_file_is_reported_with_the_file(spark: SparkSession, tmp_path: Path) -> None:
    """The other files are right; the operator must know which to mend."""
    place = write(
        tmp_path / "t", {"a.parquet": rows(1), "b.parquet": rows(2, locale=pa.array([7]))}
    )

    with pytest.raises(
        InputError, match=r"column locale is bigint in .*b\.parquet, must be string"
    ):
        read(spark, place)


def test_parts_that_hold_no_text_are_named_and_nothing_else_of_them(
    spark: SparkSession, tmp_path: Path
) -> None:
    """A type comes from the client: what is no plain word is shown as unknown."""
    kinds = ["text", "image_url", "Bob's <b>", None, "image_url"]
    parts = [{"type": kind, "text": "a" if kind == "text" else None} for kind in kinds]
    place = write(tmp_path / "t", {"a.parquet": rows(1, messages=pa.array(messages_of(parts)))})

    (row,) = read(spark, place)

    assert row["parts"] == ["image_url", "unknown"]
    assert row["messages"] == messages_of("a")[0]
    assert extra_columns(read_night(spark, str(place), FIRST)) == []
    assert PARTS in read_night(spark, str(place), FIRST).columns


def cut(file: Path) -> None:
    """Leave the first half of a file."""
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def scratch(file: Path) -> None:
    """Spoil the pages of a file; its footer stays."""
    whole = bytearray(file.read_bytes())
    whole[4:600] = bytes(596)
    file.write_bytes(bytes(whole))


DAMAGED: dict[str, Callable[[Path], object]] = {
    "cut off": cut,
    "of no bytes": lambda file: file.write_bytes(b""),
    "text": lambda file: file.write_text("no table", encoding="utf-8"),
    "JSON lines": lambda file: file.write_text('{"conversation_id": "a"}\n', encoding="utf-8"),
    "spoilt pages": scratch,
}


@pytest.mark.parametrize("form", DAMAGED)
def test_a_damaged_file_is_named(spark: SparkSession, tmp_path: Path, form: str) -> None:
    """One bad file is an input error that says which, whatever the others hold."""
    place = write(tmp_path / "traffic", {"a.parquet": rows(1), "b.parquet": rows(2)})
    DAMAGED[form](place / "b.parquet")

    with pytest.raises(InputError, match=r"b\.parquet .*(cut off, damaged|damaged and cannot)"):
        read(spark, place)


NAMES = [
    "a b",
    "a%20b",
    "100%",
    "a#b",
    "a'b",
    'a"b',
    "a[bc]",
    "a{b,c}",
    "zür",
    "नाम",
    "a*b",
    "a?b",
    "a:b",
    "ds=7",
    " a",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_path_is_the_folder_of_that_name_and_no_other(
    spark: SparkSession, tmp_path: Path, name: str
) -> None:
    """`a*b` is no pattern: the neighbours `aXb` and `ab` are not read."""
    for decoy in ("aXb", "ab", "a b c", "a"):
        write(tmp_path / decoy, {"x.parquet": rows(9)})
    shutil.rmtree(tmp_path / name, ignore_errors=True)
    place = write(
        tmp_path / name, {"x.parquet": rows(1), "y.parquet": rows(2, arm=pa.array(["x"]))}
    )
    delta = tmp_path / f"delta {name}"
    schema = ", ".join(
        f"{c.name} {'int' if c.name == 'turn_index' else 'string'}" for c in SCORES.columns[:-1]
    )
    scores = spark.createDataFrame([("a", 0, "r", "p", None, "m")], schema)
    scores.write.format("delta").save(str(delta))

    assert len(read(spark, place)) == 2
    assert [r["rm_version"] for r in read_table(spark, str(delta), "scores").collect()] == ["m"]
    assert read_scores(spark, str(delta), FIRST).count() == 1


def test_a_single_file_is_a_table(spark: SparkSession, tmp_path: Path) -> None:
    """As pandas writes it."""
    place = write(tmp_path, {"traffic.parquet": rows(1)})

    assert len(read(spark, place / "traffic.parquet")) == 1
    assert len(read(spark, f"file:{place / 'traffic.parquet'}")) == 1


def test_a_folder_without_the_night_has_no_rows(spark: SparkSession, tmp_path: Path) -> None:
    """Other nights are there: the message names the night, not the table."""
    place = write(tmp_path / "t", {"ds=2026-01-01/a.parquet": rows(1)})

    with pytest.raises(InputError, match=f"has no rows of {FIRST}"):
        read(spark, place)


def test_an_input_may_be_parquet_delta_or_a_name_and_nothing_else(
    spark: SparkSession, tmp_path: Path
) -> None:
    """What is no table is an input error that names the place, not a stack of Java."""
    notes = spark.createDataFrame([("a",), ("b",)], "id string")
    notes.write.parquet(str(tmp_path / "parquet"))
    notes.write.format("delta").save(str(tmp_path / "delta"))
    notes.createOrReplaceTempView("notes_by_name")
    places = [str(tmp_path / "parquet"), str(tmp_path / "delta"), "notes_by_name"]

    assert [read_table(spark, place, "traffic").count() for place in places] == [2, 2, 2]
    assert [version_of(spark, place) for place in places] == [None, 0, None]
    (tmp_path / "empty").mkdir()
    (tmp_path / "log" / "_delta_log").mkdir(parents=True)
    (tmp_path / "log" / "_delta_log" / "00000000000000000000.json").write_text(
        "{", encoding="utf-8"
    )
    for place in (
        str(tmp_path / "empty"),
        str(tmp_path / "nowhere"),
        str(tmp_path / "log"),
        "no_such_name",
    ):
        with pytest.raises(InputError, match=f"traffic: {place} is not a table that can be read"):
            read_table(spark, place, "traffic")


def test_every_fault_of_an_input_is_reported_at_once(spark: SparkSession) -> None:
    """An operator at night mends the export one time, not five."""
    spark.sql("select 1 conversation_id, '1' turn_index, 'x' score").createOrReplaceTempView(
        "bad_scores"
    )

    with pytest.raises(InputError) as caught:
        read_scores(spark, "bad_scores", FIRST)

    assert caught.value.faults == (
        "scores: column conversation_id is int, must be string; cast it in the export.",
        "scores: column turn_index is string, must be int; cast it in the export.",
        "scores: column response_id is missing; it must be string.",
        "scores: column policy_version is missing; it must be string.",
        "scores: column rm_version is missing; it must be string.",
        "scores: column score is string, must be double; cast it in the export.",
    )


def test_scores_may_lack_what_may_be_null(spark: SparkSession, tmp_path: Path) -> None:
    """A reward model whose answers nobody kept, or that never answered."""
    needed = {
        name: ["a"] for name in ("conversation_id", "response_id", "policy_version", "rm_version")
    }
    scores = pa.table(needed | {"turn_index": [0]})

    place = str(write(tmp_path / "s", {"a.parquet": scores}))
    (found,) = gather_rewards(read_scores(spark, place, FIRST)).collect()

    assert [tuple(reward) for reward in found["rewards"]] == [(0, "a", "a", None)]
