"""What a warehouse weighs, and what a run reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipelines.lake import list_files
from schemas.index import REPRESENTATIVES
from schemas.nightly import NIGHTLY, WRITTEN
from schemas.sidecars import EMBEDDINGS


@dataclass(frozen=True, slots=True)
class Weight:
    """A warehouse after a night.

    Args:
        night_files: table -> files of this night at the newest version.
        night_bytes: the same in bytes.
        table_bytes: table -> bytes of all its Parquet files, those of older versions too.
        log_files, log_bytes: of all `_delta_log`s.
        commits: table -> commits of it so far.
        facts: folders of nights whose answers are kept.
        runs_of_facts: the most runs that one of them holds.
        staged: what lies in `_staging` beside the lock.
        embedding_files, index_files: at the newest version.
        others: bytes of everything else.
    """

    night_files: dict[str, int]
    night_bytes: dict[str, int]
    table_bytes: dict[str, int]
    log_files: int
    log_bytes: int
    commits: dict[str, int]
    facts: int
    runs_of_facts: int
    staged: tuple[str, ...]
    embedding_files: int
    index_files: int
    others: int

    @property
    def bytes_of_night(self) -> int:
        """Bytes of the night's own partitions."""
        return sum(self.night_bytes.values())


def weigh(root: Path, ds: str) -> Weight:
    """Weigh a warehouse after a night."""
    names = {table.name for table in WRITTEN}
    of_night = {table.name: list_files(root, table, ds.__eq__) for table in NIGHTLY}
    logs = [file for name in names for file in _files(root / name / "_delta_log")]
    tables = {
        name: sum(f.stat().st_size for f in (root / name).rglob("*.parquet") if not _is_log(f))
        for name in sorted(names)
    }
    rest = [file for file in _files(root) if file.relative_to(root).parts[0] not in names]
    facts = [place for place in _entries(root / "_facts") if place.is_dir()]
    return Weight(
        {name: len(files) for name, files in of_night.items()},
        {name: sum(file.size for file in files) for name, files in of_night.items()},
        tables,
        len(logs),
        _bytes_of(logs),
        {name: len(list((root / name / "_delta_log").glob("*[0-9].json"))) for name in names},
        len(facts),
        max((len(_entries(place)) for place in facts), default=0),
        tuple(place.name for place in _entries(root / "_staging") if place.name != "lock"),
        len(list_files(root, EMBEDDINGS)),
        len(list_files(root, REPRESENTATIVES)),
        _bytes_of(rest),
    )


def _entries(folder: Path) -> list[Path]:
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _files(folder: Path) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file()]


def _bytes_of(files: Iterable[Path]) -> int:
    return sum(file.stat().st_size for file in files)


def _is_log(file: Path) -> bool:
    return "_delta_log" in file.parts


def bytes_read(*processes: int) -> int:
    """Return how many bytes processes have read so far, from caches and pipes too (Linux)."""
    told = [Path(f"/proc/{process}/io").read_text(encoding="ascii") for process in processes]
    return sum(int(text.split("rchar: ")[1].split()[0]) for text in told)
