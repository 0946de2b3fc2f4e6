"""A log that lost an entry, or a part of one, is named before any work; Spark would write on."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake

from pipelines.errors import CurationError, ExitCode
from pipelines.failures import explain_cause
from pipelines.night.audit_reading import TABLES
from pipelines.night.claim import hold_warehouse
from pipelines.night.soundness import require_whole_logs
from pipelines.stores.faults import explained
from pipelines.stores.location import locate
from schemas.claims import CLAIMS, FENCE
from tests.auditing.clean_warehouse import make_warehouse

EVERY = tuple(TABLES.values())
_COPY = "put the table back from a copy of the warehouse"


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return two nights; `train` and `embeddings` have three commits and more."""
    root = make_warehouse(tmp_path_factory.mktemp("clean") / "w")
    for name in ("train", "embeddings"):
        for _ in range(2):
            rows = DeltaTable(root / name).to_pyarrow_table().slice(0, 0)
            write_deltalake(root / name, rows, mode="append")
    return root


@pytest.fixture
def root(clean: Path, tmp_path: Path) -> Path:
    """Return a copy to be damaged."""
    return Path(shutil.copytree(clean, tmp_path / "w"))


def log(root: Path, name: str) -> list[Path]:
    """Return the commits of a table."""
    return sorted((root / name / "_delta_log").glob("*.json"))


def cut(file: Path) -> None:
    """Remove the second half of a file."""
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def lie(root: Path, name: str) -> None:
    """Let the hint name a checkpoint that is not there."""
    hint = root / name / "_delta_log" / "_last_checkpoint"
    hint.write_text('{"version":999,"size":3}', encoding="utf-8")


def cut_checkpoint(root: Path, name: str) -> None:
    """Cut off a checkpoint on which the table rests: the commits before it are cleaned up."""
    DeltaTable(root / name).create_checkpoint()
    for commit in log(root, name)[:-1]:
        commit.unlink()
    cut(next((root / name / "_delta_log").glob("*.checkpoint.parquet")))


DAMAGES: dict[str, tuple[Callable[[Path, str], object], str]] = {
    "last entry cut off": (lambda w, n: cut(log(w, n)[-1]), "of its log is cut off"),
    "last entry empty": (lambda w, n: log(w, n)[-1].write_bytes(b""), "of its log is cut off"),
    "middle entry gone": (lambda w, n: log(w, n)[1].unlink(), "entry 1 of its log is gone"),
    "middle entry cut off": (lambda w, n: cut(log(w, n)[1]), "its log cannot be read"),
    "first entry gone": (lambda w, n: log(w, n)[0].unlink(), "entry 0 of its log is gone"),
    "hint lies": (lie, "_last_checkpoint names a checkpoint that is not there"),
    "checkpoint cut off": (cut_checkpoint, "its log cannot be read"),
    "log gone": (lambda w, n: shutil.rmtree(w / n / "_delta_log"), "its log is gone"),
}


def test_a_clean_warehouse_and_one_that_is_not_there_yet_are_whole(
    root: Path, tmp_path: Path
) -> None:
    """A checkpoint stands for the entries before it, which may have been cleaned up."""
    DeltaTable(root / "train").create_checkpoint()
    for commit in log(root, "train")[:-1]:
        commit.unlink()

    require_whole_logs(root, EVERY)
    require_whole_logs(tmp_path / "none", EVERY)


@pytest.mark.parametrize("name", ["train", "embeddings"])
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_log_is_named_with_its_remedy(root: Path, name: str, damage: str) -> None:
    """Spark reads on over the first two: the next night would stand on rows of another version."""
    break_it, said = DAMAGES[damage]
    break_it(root, name)

    with pytest.raises(CurationError, match=r"start again\.$") as refused:
        require_whole_logs(root, EVERY)

    (line,) = refused.value.faults
    remedy = _COPY if name == "train" else "remove the folder of the table"
    assert line.startswith(f"warehouse: {root / name} is damaged: ")
    assert said in line
    assert remedy in line
    assert refused.value.exit_code == ExitCode.UNEXPECTED


def test_a_log_that_ends_before_the_version_that_runs_names_is_lost(root: Path) -> None:
    """Its last entries are gone without a trace; their numbers would be given to other rows."""
    for commit in log(root, "eval")[1:]:
        commit.unlink()

    with pytest.raises(CurationError, match=r"eval is damaged: its log ends at version 0, runs"):
        require_whole_logs(root, EVERY)


def test_claims_that_are_damaged_are_named_and_may_be_removed(root: Path) -> None:
    """A fence that began anew would shut out the very run that holds it."""
    rows = DeltaTable(root / "train").to_pyarrow_table().slice(0, 0)
    number = CommitProperties(app_transactions=[Transaction(FENCE, 7_000_003)])
    write_deltalake(root / "train", rows, mode="append", commit_properties=number)
    with hold_warehouse(root) as claim:
        first = claim.epoch
    cut(log(root, CLAIMS.name)[-1])

    with (
        pytest.raises(CurationError, match=r"_claims, which says who may write .* is damaged"),
        hold_warehouse(root),
    ):
        pass
    shutil.rmtree(root / CLAIMS.name)
    with hold_warehouse(root) as claim:
        assert (first, claim.epoch) == (8, 8)
        assert claim.next_write() > 7_000_003


@pytest.mark.parametrize(
    ("below", "remedy"),
    [
        ("train/ds=2026-01-31/p.parquet", "Put train back from a copy of the warehouse"),
        ("_facts/ds=x/run/p.parquet", r"remove \S+/_facts, then start again"),
    ],
)
def test_a_damaged_file_of_the_warehouse_is_no_fault_of_the_input(
    tmp_path: Path, below: str, remedy: str
) -> None:
    """Exit 3 would be tried again ten times; nobody would look."""
    file = f"file://{tmp_path}/{below}"
    said = f"[FAILED_READ_FILE.NO_HINT] Encountered error while reading file {file}.  SQLSTATE"
    with (
        pytest.raises(CurationError, match=remedy) as refused,
        explained(locate(tmp_path)),
    ):
        raise OSError(said)
    with pytest.raises(OSError, match="NO_HINT"), explained(locate(tmp_path / "other")):
        raise OSError(said)

    assert refused.value.exit_code == ExitCode.UNEXPECTED
    assert str(refused.value).startswith(f"warehouse: {tmp_path}/{below} is gone or damaged")


@pytest.mark.parametrize("break_it", [Path.unlink, cut], ids=["gone", "cut off"])
def test_a_damaged_file_has_a_sentence_where_no_job_expects_it(
    root: Path, break_it: Callable[[Path], None]
) -> None:
    """What Polars says of it is known, whatever it is called in a later version."""
    from pipelines.lake import scan_table  # noqa: PLC0415 of this test alone
    from schemas.samples import TRAIN  # noqa: PLC0415 of this test alone

    for file in sorted((root / "train").glob("ds=*/*.parquet")):
        break_it(file)

    with pytest.raises(Exception, match=r".") as raised:
        scan_table(root, TRAIN).collect()

    said = explain_cause(raised.value, [], {})
    assert said is not None
    assert said.startswith("A Parquet file of a table is gone, cut off or damaged: jobs/audit.py")
