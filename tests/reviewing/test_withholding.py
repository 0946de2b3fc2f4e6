"""A text is exported only if a layer has read it, nothing bars it, and it is the night's own."""

import polars as pl
import pytest

from pipelines.identity import hash_text
from pipelines.reviewing.queue import Withheld
from pipelines.reviewing.withholding import bar_texts, compare_text
from pipelines.table_columns import polars_schema
from schemas.sidecars import SAFETY

TEXT = {"redacted": True, "prompt": "a", "messages": [{"role": "user", "content": "a"}]}


@pytest.mark.parametrize(
    ("layer", "unsafe", "labels", "bar"),
    [
        ("rules", 0.0, {"threat": 1.0}, None),
        ("rules", 0.0, {"sexual_minors": 0.0}, None),
        ("rules", 0.0, {"sexual_minors": 0.01}, Withheld.MINORS),
        ("rules", None, {"sexual_minors": 0.3}, Withheld.MINORS),
        ("rules", 0.0, {"sexual_minors": None}, Withheld.MINORS),
        ("rules", None, None, Withheld.UNREAD),
        ("other", 0.9, {"sexual": 0.9}, Withheld.UNREAD),
    ],
)
def test_what_nobody_may_read_is_barred(
    layer: str, unsafe: float | None, labels: dict[str, float] | None, bar: Withheld | None
) -> None:
    """Any score for minors bars, and so does a layer that should have looked and did not."""
    row = {"sample_id": "s", "model": layer, "unsafe": unsafe, "labels": labels}
    schema = polars_schema(SAFETY)
    safety = pl.DataFrame([dict.fromkeys(schema) | row], schema=schema)

    assert bar_texts(pl.Series(["s"]), safety, ["rules"]).get("s") == bar
    assert bar_texts(pl.Series(["s"]), safety.head(0), ["rules"]) == {"s": Withheld.UNREAD}
    assert bar_texts(pl.Series(["s"]), safety, []).get("s") is not None


@pytest.mark.parametrize(
    ("kept", "reason"),
    [
        (TEXT, None),
        (None, Withheld.NOT_KEPT),
        (TEXT | {"redacted": None}, Withheld.NOT_REDACTED),
        (TEXT | {"prompt": None}, Withheld.NOT_REDACTED),
        (TEXT | {"messages": None}, Withheld.NOT_REDACTED),
        (TEXT | {"prompt": "b"}, Withheld.CHANGED),
    ],
)
def test_only_the_text_of_the_published_night_is_shown(
    kept: dict[str, object] | None, reason: Withheld | None
) -> None:
    """Who decides about another text than is published has decided nothing."""
    assert compare_text(kept, hash_text("a")) == reason
