"""A column in the forms that people have: each is read right, or refused with a line that helps."""

import datetime as dt
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyspark.sql import SparkSession

from pipelines.errors import InputError
from tests.spark.traffic_files import (
    DEEP,
    ID,
    MESSAGES,
    NS,
    START,
    messages_of,
    read,
    rows,
    write,
)

pytestmark = pytest.mark.spark

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
