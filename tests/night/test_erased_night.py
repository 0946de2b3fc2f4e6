"""A user of a curated night is erased, and comes again with the same traffic."""

import json
import shutil
from pathlib import Path

import polars as pl
import pytest

from jobs.erase import main as erase
from pipelines.erased import ErasureRequest, Kind
from pipelines.identity import key_user
from pipelines.published import scan_published
from tests.conftest import Curated, curate_demo
from tests.factories import FIRST, KEY, Tables, run_here

pytestmark = pytest.mark.spark


def test_a_user_who_is_erased_is_in_no_file_and_comes_back_with_no_run(
    first_night: Curated, config: Path, tmp_path: Path
) -> None:
    """Erased after publication; the night is run again with traffic that still holds the user."""
    tables = Tables(shutil.copytree(first_night.tables.root, tmp_path / "warehouse"))
    train = tables.night("train", FIRST).sort("sample_id")
    user_key = train["user_key"][0]
    users = first_night.input.rows["user_id"].drop_nulls().unique().sort()
    user = next(u for u in users if key_user(u, KEY.encode()) == user_key)
    sent = first_night.input.rows.filter(pl.col("user_id") == user)
    own = tables.night("samples", FIRST).filter(pl.col("user_key") == user_key)
    shared = tables.night("samples", FIRST).filter(pl.col("user_key") != user_key)["text_hash"]
    words = {user, user_key, *sent["conversation_id"], *own["sample_id"]}
    words |= {h for h in own["text_hash"].drop_nulls() if h not in set(shared)}
    before = {name: tables.read(name).height for name in ("train", "eval", "samples")}
    certificate = tmp_path / "certificate.json"

    ended = run_here(erase, "--warehouse", tables.root, "--user", user, "--out", certificate)

    assert ended.code == 0, ended.err
    assert leaks(tables, words) == []
    assert tables.read("samples").height == before["samples"] - own.height
    told = json.loads(certificate.read_text("utf-8"))
    assert told["subjects"][0]["subject_key"] == ErasureRequest(Kind.USER, user).key(KEY.encode())
    assert {t["rows_left"] for t in told["tables"]} <= {0, None}
    assert [word for word in words if word in ended.out + certificate.read_text("utf-8")] == []
    published = scan_published(tables.root)
    assert (
        published.train.collect().height
        == before["train"]
        - own.filter(pl.col("sample_id").is_in(train["sample_id"].implode())).height
    )

    again = curate_demo(config, first_night.input, FIRST, tables.root)

    assert again.code == 0, again.err
    assert leaks(tables, words) == []
    decided = tables.night("decisions", FIRST).filter(pl.col("phase") == "intake")
    gone = decided.filter(pl.col("reason") == "erased_subject")
    assert decided.height == first_night.input.rows.height
    assert gone.select("outcome", "sample_id", "conversation_id").unique().rows() == [
        ("drop", None, None)
    ]
    assert gone.height == sent.height


def leaks(tables: Tables, words: set[str]) -> list[tuple[str, str]]:
    """Return the files in which a word stands; a name of a file is read too."""
    texts = tables.texts()
    assert len(texts) > 50
    return [(file, word) for file, text in texts.items() for word in words if word in text + file]
