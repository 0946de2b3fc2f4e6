"""The log that nights come from: a folder per night, made-up conversations of users who return."""

import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.demo.traffic import generate_traffic
from tests.factories import conversation, no_scores, traffic_of, write_parquet

SEED = 20
"""Users belong to it, so that they come back."""
LATE_SEED = 21
ROWS = 24
LATE_ROWS = 8
START = date(2026, 1, 1)


def name_night(number: int) -> str:
    """Return a night by its number from 0."""
    return (START + timedelta(days=number)).isoformat()


@dataclass(slots=True)
class Log:
    """A log that only grows.

    Args:
        folder: holds `traffic/ds=NIGHT` and `scores/NIGHT`.
        has_arm: whether the rows of today have a column that those of former days have not.
    """

    folder: Path
    has_arm: bool = False

    @property
    def traffic(self) -> Path:
        """The log of all nights."""
        return self.folder / "traffic"

    def scores(self, ds: str) -> Path:
        """Return the scores of a night."""
        return self.folder / "scores" / ds

    def add_night(self, ds: str, rows: int = ROWS) -> None:
        """Let a usual night come in, or one of another number of rows."""
        night = generate_traffic(rows, SEED, ds)
        write_parquet(night.scores, self.scores(ds))
        self.add(ds, night.traffic)

    def add_late(self, ds: str) -> list[str]:
        """Let rows of a night come after it was curated; return their conversations."""
        late = generate_traffic(LATE_ROWS, LATE_SEED, ds).traffic
        self.add(ds, late)
        return [str(name) for name in late["conversation_id"].to_pylist()]

    def add_again(self, ds: str, before: str) -> None:
        """Let all rows of the night before come in once more, with their scores."""
        for file in sorted(self._of(before).iterdir()):
            self.add(ds, pq.read_table(file))
        for number, file in enumerate(sorted(self.scores(before).iterdir()), 1):
            self.scores(ds).mkdir(parents=True, exist_ok=True)
            shutil.copy(file, self.scores(ds) / f"again-{number:05d}.parquet")

    def add_texts(self, ds: str, texts: list[str]) -> None:
        """Let conversations of one turn come in."""
        rows = [
            conversation(n, text, conversation_id=f"{ds}-{n}", user_id=f"{ds}-user-{n}")
            for n, text in enumerate(texts)
        ]
        self.add(ds, traffic_of(rows))

    def add_none(self, ds: str) -> None:
        """Let a night pass in which nobody wrote."""
        write_parquet(no_scores(), self.scores(ds))

    def add(self, ds: str, rows: pa.Table) -> None:
        """Add a file of rows to a night."""
        folder = self._of(ds)
        folder.mkdir(parents=True, exist_ok=True)
        if self.has_arm and "arm" not in rows.column_names:
            rows = rows.append_column("arm", pa.array(["a"] * rows.num_rows))
        pq.write_table(rows, folder / f"part-{len(list(folder.iterdir())):05d}.parquet")

    def _of(self, ds: str) -> Path:
        return self.traffic / f"ds={ds}"
