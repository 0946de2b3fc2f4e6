"""What is carried beside the messages loses its identifiers and nothing else, at any depth."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.intake.carried import clear_row_texts, clear_texts, holds_text

HELD = "ann@x.org"


def holds(texts: Sequence[str]) -> list[bool]:
    """Say which texts hold the secret; each is asked about once."""
    assert len(set(texts)) == len(texts)
    return [HELD in text for text in texts]


DEEP = pa.struct(
    [
        ("notes", pa.list_(pa.string())),
        ("tags", pa.map_(pa.string(), pa.struct([("said", pa.string()), ("n", pa.int64())]))),
        ("at", pa.timestamp("us")),
    ]
)
SAID = st.none() | st.sampled_from(["plain", HELD, f"mail {HELD}", ""])
TAG = st.none() | st.fixed_dictionaries({"said": SAID, "n": st.none() | st.integers(0, 9)})
ROWS = st.lists(
    st.none()
    | st.fixed_dictionaries(
        {
            "notes": st.none() | st.lists(SAID, max_size=3),
            "tags": st.none()
            | st.dictionaries(st.sampled_from(["a", "b", HELD]), TAG, max_size=2).map(
                lambda d: [*d.items()]
            ),
            "at": st.just(None),
        }
    ),
    max_size=8,
)


def cleared(value: Any) -> Any:  # noqa: ANN401  any nested value
    """Return what must be left of a value, by brute force."""
    if isinstance(value, str):
        return None if HELD in value else value
    if isinstance(value, dict):
        return {key: cleared(part) for key, part in value.items()}
    if isinstance(value, list):
        if any(isinstance(part, tuple) and HELD in part[0] for part in value):
            return None
        return [
            (part[0], cleared(part[1])) if isinstance(part, tuple) else cleared(part)
            for part in value
        ]
    return value


@given(ROWS, st.integers(0, 3))
def test_every_string_at_any_depth_is_judged_and_the_rest_stays(
    rows: list[Any], skipped: int
) -> None:
    """A phone number in a struct in a map in a struct is found as in a column, also in a slice."""
    values, hit = clear_texts(pa.array(rows, DEEP).slice(min(skipped, len(rows))), holds)
    given_rows = rows[skipped:]
    expected = [cleared(row) for row in given_rows]

    assert values.to_pylist() == expected
    assert hit.tolist() == [
        before != after for before, after in zip(given_rows, expected, strict=True)
    ]
    values.validate(full=True)


@pytest.mark.parametrize(
    "kind", [pa.int64(), pa.binary(), pa.list_(pa.float64()), pa.timestamp("us"), pa.null()]
)
def test_what_holds_no_text_is_not_touched(kind: pa.DataType) -> None:
    """Numbers and times are no texts."""
    values = pa.nulls(3, kind)

    assert not holds_text(kind)
    assert clear_texts(values, holds)[0] is values


def test_bytes_that_are_no_text_are_read_as_far_as_they_are() -> None:
    """An export may hold a broken character beside an address."""
    broken = pa.array([b"\xff " + HELD.encode(), b"\xff"]).cast(pa.binary())
    texts = pa.Array.from_buffers(pa.string(), 2, broken.buffers())

    assert clear_texts(texts, holds)[1].tolist() == [True, False]


def test_columns_are_named_row_by_row_and_ids_never_change() -> None:
    """The account counts by column; a row must stay findable for erasure and review."""
    extra = pa.array(
        [{"note": HELD, "arm": "a"}, {"note": "x", "arm": HELD}],
        pa.struct([("note", pa.string()), ("arm", pa.string())]),
    )
    rows = pa.table(
        {
            "conversation_id": [HELD, "b"],
            "character_id": [HELD, "c"],
            "user_id": [HELD, "d"],
            "model_version": ["m1", f"m {HELD}"],
            "locale": ["en", None],
            "extra": extra,
        }
    )
    left, names = clear_row_texts(rows, holds)

    assert names == [["note"], ["model_version", "arm"]]
    assert left.column_names == rows.column_names
    assert left.select(["conversation_id", "character_id", "user_id", "locale"]) == rows.select(
        ["conversation_id", "character_id", "user_id", "locale"]
    )
    assert left["model_version"].to_pylist() == ["m1", None]
    assert left["extra"].to_pylist() == [{"note": None, "arm": "a"}, {"note": "x", "arm": None}]


def test_a_night_without_extra_columns_has_none_to_clear() -> None:
    """`extra` is then a column of nulls."""
    rows = pa.table({"source": ["user"], "extra": pa.nulls(1, pa.string())})

    assert clear_row_texts(rows, holds) == (rows, [[]])
    assert np.array(clear_texts(pa.array([], pa.string()), holds)[1]).tolist() == []
