"""A subject leaves every file of a warehouse, whatever happens; others keep what is theirs."""

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from deltalake.exceptions import DeltaError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jobs.erase import main
from pipelines.erased import ErasedSubjects, ErasureRequest, Kind, name_subjects
from pipelines.errors import ConfigurationError
from pipelines.identity import hash_text, key_user
from pipelines.night.claim import hold_warehouse
from pipelines.night.erasure import finish_erasures
from pipelines.night.erasures import read_erased
from pipelines.night.text_pass import erased_facts, is_erased
from pipelines.night.workspace import clear_runs
from pipelines.outcomes import Outcome, Reason
from pipelines.published import scan_published
from pipelines.publishing.ledger import decide_intake, list_quarantine
from pipelines.stores.location import locate
from schemas.night import FACTS
from tests.factories import Ended, Tables, rows_of, run_here
from tests.night.killed_erasure import STEPS, KilledError, act_before, die_at
from tests.night.made_warehouse import (
    EVERY,
    KEY,
    NIGHTLY,
    NIGHTS,
    Sent,
    centroids_of,
    make_warehouse,
)

ENDS = ("train", "eval", "kept", "train", "review", "quarantine")
ANN = "user-0"
MENDED = {"clusters", "centroids", "constraints"}
"""Tables of numbers: what is said of others changes with a subject."""


def traffic() -> list[Sent]:
    """Return three nights of six users; two send one text every night, one row has no id."""
    sent = [
        Sent(ds, f"user-{user}", f"talk-{ds}-{user}-", text_of(ds, user), end)
        for ds in NIGHTS
        for user, end in enumerate(ENDS)
    ]
    near = (f"talk-{NIGHTS[0]}-0-", NIGHTS[0])
    sent.append(Sent(NIGHTS[1], "user-4", "talk-near-", "much like hers", "dropped", near))
    sent.append(Sent(NIGHTS[1], ANN, "talk-bad-", "", "quarantine"))
    sent.append(Sent(NIGHTS[2], ANN, "", "", "quarantine"))
    return sent


def text_of(ds: str, user: int) -> str:
    """Return what a user writes: the first two share a text."""
    return "we both love the sea" if user < 2 else f"only {user} writes this on {ds}"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the warehouse of that traffic; nobody writes to it."""
    own = Sent(NIGHTS[0], ANN, "talk-own-", "nobody but her wrote this")
    return make_warehouse(tmp_path_factory.mktemp("made") / "w", [*traffic(), own])


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    """Return a copy of it."""
    return shutil.copytree(made, tmp_path / "w")


def erase(root: Path, *arguments: object) -> Ended:
    """Run the job."""
    ended = run_here(main, "--warehouse", root, *arguments)
    assert ended.code == 0, ended.err
    return ended


def leaks(root: Path, words: set[str]) -> list[tuple[str, str]]:
    """Return where a word stands: files decoded, and their names."""
    texts = Tables(root).texts()
    return [(file, word) for file, text in texts.items() for word in words if word in text + file]


def words_of(sent: Sequence[Sent], gone: Callable[[Sent], bool]) -> set[str]:
    """Return the ids, keys, hashes and texts of rows that nobody else sent."""
    theirs, others = [s for s in sent if gone(s)], [s for s in sent if not gone(s)]
    words = {w for s in theirs for w in (s.conversation, s.sample_id, s.text, hash_text(s.text))}
    words |= {w for s in theirs for w in (f'"{s.user}"', s.user_key)}
    kept = {w for s in others for w in (s.text, hash_text(s.text), f'"{s.user}"', s.user_key)}
    return words - kept - {"", Sent("", "", "", "").sample_id, hash_text("")}


def state(root: Path) -> dict[str, list[str]]:
    """Return the rows of all tables but times and the names of versions."""
    without = {"requested_at", "completed_at", "train_version", "eval_version"}
    tables = [table.name for table in (*EVERY,)] + ["runs", "erasures"]
    return {name: rows_of(Tables(root).read(name), without) for name in tables}


sends = st.lists(
    st.tuples(st.sampled_from(NIGHTS), st.integers(0, 3), st.integers(0, 4), st.sampled_from(ENDS)),
    min_size=2,
    max_size=9,
)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sends, st.integers(0, 3), st.booleans())
def test_what_is_a_subjects_leaves_every_file_and_what_is_others_stays(
    tmp_path_factory: pytest.TempPathFactory,
    drawn: list[tuple[str, int, int, str]],
    who: int,
    is_user: bool,  # noqa: FBT001 drawn
) -> None:
    """Whoever sent what in whichever night: all bytes are searched, all other rows compared."""
    sent = [
        Sent(ds, f"user-{user}", f"talk-{number}-", f"text number {text}!", end)
        for number, (ds, user, text, end) in enumerate(drawn)
    ]
    root = make_warehouse(tmp_path_factory.mktemp("drawn") / "w", sent)
    before = {t.name: Tables(root).read(t.name) for t in EVERY}

    def gone(row: Sent) -> bool:
        return row.user == f"user-{who}" if is_user else row.conversation == f"talk-{who}-"

    name = f"user-{who}" if is_user else f"talk-{who}-"
    erase(root, "--user" if is_user else "--conversation", name)

    words = words_of(sent, gone)
    words -= set() if is_user else {key for s in sent for key in (f'"{s.user}"', s.user_key)}
    assert leaks(root, words) == []
    left = [row for row in sent if not gone(row)]
    for table in NIGHTLY:
        if table.name not in MENDED:
            after, own = Tables(root).read(table.name), before[table.name]
            ids = [row.conversation for row in left]
            column = "conversation_id"
            if column not in own.columns:
                ids, column = [row.sample_id for row in left], "sample_id"
            assert rows_of(after) == rows_of(own.filter(pl.col(column).is_in(ids))), table.name
    hashes = {hash_text(row.text) for row in left if row.end != "quarantine"}
    for name in ("embeddings", "prompt_safety"):
        # Where every row is quarantined no text was ever embedded, and there is no table
        stored = Tables(root).read(name)["text_hash"] if (root / name).exists() else ()
        assert set(stored) == hashes
    for ds in sorted({row.ds for row in sent}):
        expected = centroids_of([row for row in left if row.ds <= ds], ds)
        sums = Tables(root).night("centroids", ds).filter(pl.col("rows") > 0)
        told = [(c["cluster_id"], c["rows"], c["sum"]) for c in expected if c["rows"]]
        assert sorted(sums.select("cluster_id", "rows", "sum").rows()) == sorted(told)
    published = scan_published(root)
    assert published.train.collect().height == sum(row.end == "train" for row in left)
    assert published.eval.collect().height == sum(row.end == "eval" for row in left)
    runs = {row["ds"]: dict(row["counts"]) for row in Tables(root).read("runs").to_dicts()}
    for ds, counts in runs.items():
        came = sum(n for phase, n in counts.items() if phase.startswith("intake."))
        assert came == sum(row.ds == ds for row in left)


def test_the_witness_of_anothers_row_is_forgotten_and_its_similarity_stays(root: Path) -> None:
    """The row is others'; which row it resembled is hers."""
    erase(root, "--user", ANN)

    rows = Tables(root).read("pruning").filter(pl.col("similarity").is_not_null())
    names = ("witness_id", "witness_ds", "witness_hash", "similarity")
    assert rows.select(names).rows() == [(None, None, None, 0.97)]


def test_a_quarantined_row_without_an_id_is_told_by_nobodys_key(root: Path) -> None:
    """It stays for the account of its night."""
    erase(root, "--user", ANN)

    rows = Tables(root).read("quarantine")
    assert rows.filter(pl.col("conversation_id").is_null()).height == 1
    assert leaks(root, {key_user(ANN, KEY), "talk-bad-"}) == []


@pytest.mark.parametrize("name", ["w", "w#1"])
def test_no_version_that_held_the_subject_can_be_read_back(root: Path, name: str) -> None:
    """Also where the newest version had lost the row before: the night was run again without it."""
    root = root.rename(root.with_name(name))
    place = root / "train"
    her = pl.col("user_key") != key_user(ANN, KEY)
    for file in (root / "reports").rglob("*.html"):
        file.unlink()
    last = DeltaTable(place).version()
    rows = Tables(root).read("train").filter(her).to_arrow()
    DeltaTable(place).delete()
    schema = pa.schema(DeltaTable(place).schema().to_arrow())
    write_deltalake(place, rows.cast(schema), mode="append")
    told = json.loads(certificate(root, "--user", ANN))["tables"]

    assert leaks(root, {key_user(ANN, KEY), "nobody but her"}) == []
    for version in range(1, last + 1):
        with pytest.raises((DeltaError, OSError)):
            DeltaTable(place, version=version).to_pyarrow_table()
    (record,) = (t for t in told if t["table"] == "train")
    assert (record["rows_removed"], record["rows_left"]) == (0, 0)
    assert record["versions_unreadable"] == last  # all but the empty ones: made, and emptied
    assert {t["rows_left"] for t in told} == {0, None}


def certificate(root: Path, *arguments: object) -> str:
    """Run the job and return its certificate."""
    out = root.parent / "certificate.json"
    erase(root, *arguments, "--out", out)
    assert out.stat().st_mode & 0o077 == 0
    return out.read_text("utf-8")


def test_an_erasure_killed_at_any_kind_of_step_is_finished_by_the_next_start(
    made: Path, tmp_path: Path
) -> None:
    """The next start knows the row of `erasures` alone; readers see a pair at every moment."""
    whole, steps = shutil.copytree(made, tmp_path / "whole"), list[str]()
    with pytest.MonkeyPatch.context() as patch:
        act_before(steps.append, patch)
        erase(whole, "--user", ANN)
    erase(whole, "--conversation", "of-nobody")
    expected, left = state(whole), {key_user(ANN, KEY), "nobody but her", "talk-own-"}
    # The first and the last step of each kind: a kind is one step, or one for every table
    first = {name: number for number, name in reversed([*enumerate(steps)])}
    last = {name: number for number, name in enumerate(steps)}
    assert set(first) == {name for _, name in STEPS}
    for number in sorted({*first.values(), *last.values()}):
        root = shutil.copytree(made, tmp_path / f"at-{number}")
        with pytest.MonkeyPatch.context() as patch:
            die_at(number, patch)
            with pytest.raises(KilledError):
                run_here(main, "--warehouse", root, "--user", ANN)
        pair = scan_published(root)
        sides = [side.collect()["user_key"].to_list() for side in (pair.train, pair.eval)]
        assert (key_user(ANN, KEY) in sides[0]) == (len(sides[0]) > 6), number
        begun = (root / "erasures").exists() and Tables(root).read("erasures").height > 0
        if begun:
            erase(root, "--conversation", "of-nobody")
        else:  # nothing was recorded, so nothing was done
            assert state_of_tables(root) == state_of_tables(made)
            erase(root, "--user", ANN)
            erase(root, "--conversation", "of-nobody")
        assert leaks(root, left) == [], number
        assert state(root) == expected, number
        assert sorted(p.name for p in (root / "reports").iterdir()) == [f"ds={d}" for d in NIGHTS]
        shutil.rmtree(root)


def state_of_tables(root: Path) -> dict[str, list[str]]:
    """Return the rows of all tables that a night writes."""
    return {table.name: rows_of(Tables(root).read(table.name)) for table in EVERY}


def test_a_list_of_a_thousand_is_one_commit_per_table(root: Path, tmp_path: Path) -> None:
    """One pass: a table is written once, whoever is on the list and however many."""
    before = {table.name: Tables(root).version(table.name) for table in EVERY}
    lines = [{"kind": "user", "id": f"user-{n}"} for n in range(1, 4)]
    lines += [{"kind": "conversation", "id": f"none-{n}"} for n in range(997)]
    file = tmp_path / "list.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")

    erase(root, "--list", file)

    after = {table.name: Tables(root).version(table.name) for table in EVERY}
    assert {after[name] - before[name] for name in after} == {0, 1}
    assert sum(after[name] - before[name] for name in after) > 10
    erasures = Tables(root).read("erasures")
    assert (erasures.height, erasures["completed_at"].null_count()) == (1000, 0)
    assert leaks(root, {key_user(f"user-{n}", KEY) for n in range(1, 4)}) == []
    assert leaks(root, {f"user-{n}" for n in range(1, 4)}) == []


def test_a_subject_that_is_not_known_is_remembered_and_changes_no_row(root: Path) -> None:
    """It may come tomorrow."""
    before = state_of_tables(root)

    ended = erase(root, "--user", "a stranger")

    assert state_of_tables(root) == before
    assert "0 rows removed" in ended.out
    assert "a stranger" not in ended.out + ended.err
    erased = read_erased(locate(root), [KEY])
    assert erased.holds("a stranger", None)


def test_after_a_change_of_the_key_subjects_are_known_by_the_former_one(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of before bear the old key; without it nothing runs, as nobody could be recognised."""
    erase(root, "--user", "user-3")
    former = tmp_path / "former"
    former.write_bytes(KEY)
    new = tmp_path / "new"
    new.write_text("another secret", encoding="utf-8")
    monkeypatch.setattr("tests.factories.KEY", "")
    where = ("--set", f"identity.key_file={new}")

    missing = run_here(main, "--warehouse", root, "--user", ANN, *where)
    erase(root, "--user", ANN, *where, "--set", f"identity.former_key_files=[{former}]")

    assert missing.code == 2
    assert "1 of 1 erased subjects are remembered under a key that is not given" in missing.err
    assert leaks(root, {key_user(ANN, KEY), "nobody but her"}) == []
    erased = read_erased(locate(root), [b"another secret", KEY])
    assert erased.holds(ANN, None)
    assert erased.holds("user-3", None)
    with pytest.raises(ConfigurationError, match="name its file in identity"):
        read_erased(locate(root), [b"another secret"])


def test_without_a_key_or_a_warehouse_nothing_begins(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 2 for conversations too: a keyed hash is remembered. Exit 3 where there is nothing."""
    nowhere = run_here(main, "--warehouse", tmp_path / "none", "--user", "x")
    monkeypatch.setattr("tests.factories.KEY", "")
    ended = run_here(main, "--warehouse", tmp_path, "--conversation", "secret-id")

    assert (nowhere.code, ended.code) == (3, 2)
    assert "CURATION_KEY" in ended.err
    assert "secret-id" not in ended.err
    assert list(tmp_path.iterdir()) == []


def test_erased_rows_of_the_traffic_leave_a_count_and_nothing_else() -> None:
    """In = out holds, and neither an id nor a content is stored."""
    subjects = [ErasureRequest(Kind.USER, "ann"), ErasureRequest(Kind.CONVERSATION, "t3")]
    erased = ErasedSubjects((KEY,), frozenset(name_subjects(subjects, KEY)))
    batch = pa.table(
        {"user_id": ["ann", "bob", "bob", None], "conversation_id": ["t1", "t2", "t3", None]}
    )
    output = FACTS.arrow.append(pa.field("extra", pa.struct([("card", pa.string())])))

    assert is_erased(batch, erased) == [True, False, True, False]
    facts = pl.from_arrow(erased_facts(2, output))
    assert isinstance(facts, pl.DataFrame)
    said = {name for name in facts.columns if facts[name].null_count() < 2}
    assert said == {"defect", "content"}
    assert facts.select("defect", "content").rows() == [(Reason.ERASED.value, "")] * 2
    decided = decide_intake(facts.lazy()).collect()
    assert decided.rows() == [(None, None, "intake", Outcome.DROP.value, "erased_subject")] * 2
    assert list_quarantine(facts.lazy()).collect().height == 0


def test_a_night_that_starts_first_finishes_what_was_killed(root: Path) -> None:
    """`jobs/curate.py` calls it before it reads any traffic; afterwards nothing is left to do."""
    with pytest.MonkeyPatch.context() as patch:
        die_at(12, patch)
        with pytest.raises(KilledError):
            run_here(main, "--warehouse", root, "--user", ANN)
    assert Tables(root).read("erasures")["completed_at"].null_count() == 1
    assert leaks(root, {key_user(ANN, KEY)}) != []

    with hold_warehouse(root) as claim:
        finished = finish_erasures(claim, [KEY], 20)
        again = finish_erasures(claim, [KEY], 20)
    with hold_warehouse(root) as claim:
        clear_runs(None, claim.root)  # as `recover` does at the start of a night

    assert (finished is None, again is None) == (False, True)
    assert leaks(root, {key_user(ANN, KEY), "nobody but her"}) == []
    assert Tables(root).read("erasures")["completed_at"].null_count() == 0
