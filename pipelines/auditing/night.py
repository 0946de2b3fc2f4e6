"""What an audit reads of one night: its tables, its run, and what the index says of others."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

import polars as pl
import pyarrow as pa

from pipelines.explanation.limits import RunLimits
from pipelines.outcomes import Outcome, Phase

SIDES = ("train", "eval")
_CAME_IN = re.compile(r"(\d+) rows? came in")


@dataclass(frozen=True, slots=True)
class TableState:
    """How a table stands in its store, as far as one night is concerned.

    Args:
        schema: of the newest version; None = there is no such table.
        version: the schema version that the table says; None = it says none.
        has_statistics: its log holds minima and maxima of columns.
        rows: it holds files of the night.
        gone: names of files that its newest version, or the version of the night's run, lacks.
        damaged: names of files that cannot be read to their end.
        is_readable: its log can be read.
    """

    schema: pa.Schema | None = None
    version: str | None = None
    has_statistics: bool = False
    rows: bool = False
    gone: Sequence[str] = ()
    damaged: Sequence[str] = ()
    is_readable: bool = True


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What the index says of other nights, and what was erased.

    Args:
        torn: `dimension`, `key`: users, conversations and texts on both sides, over all nights.
        witnesses: `ds`, `sample_id`, `text_hash`, `embedding` of kept rows of other nights that
            dropped rows of this one name.
        near: `sample_id`, `side`, `model`, `model_revision`, `word_runs`, `embedding` of what the
            nights just before published.
        rows: kept rows of other nights.
        renewed: nights that were run again since this one began.
        removed: when subjects were erased, and how many rows of input were theirs.
        erased: `subject_key` of all that were erased.
        keys: of today and before; empty = none was given.
        log_tokens: table → words of its log that look like ids.
    """

    torn: pl.DataFrame
    witnesses: pl.DataFrame
    near: pl.DataFrame
    rows: int = 0
    renewed: frozenset[str] = frozenset()
    removed: Sequence[tuple[datetime, int]] = ()
    erased: frozenset[str] = frozenset()
    keys: Sequence[bytes] = ()
    log_tokens: Mapping[str, frozenset[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class AuditedNight:
    """A night as its tables tell it.

    Args:
        ds: the night.
        tables: table → its rows of the night, with every column of its schema, of `embeddings`
            those of the night's prompts.
        runs: all rows of `runs` of the night, oldest first.
        at_version: side → `sample_id` of the night's rows at the version that the run names, and
            null where they are the newest table's; a side that is missing cannot be read there.
        limits: the settings of the run.
        config: the whole configuration of the run; empty = it cannot be read.
        report: `report.json`; None = there is none, empty = it cannot be read.
        elsewhere: what the index says.
    """

    ds: str
    tables: Mapping[str, pl.DataFrame]
    runs: pl.DataFrame
    at_version: Mapping[str, pl.Series | None]
    limits: RunLimits
    config: Mapping[str, Any]
    report: Mapping[str, Any] | None
    elsewhere: Elsewhere

    @cached_property
    def run(self) -> dict[str, Any]:
        """The newest published run."""
        published = self.runs.filter(pl.col("status") == "published")
        return published.row(-1, named=True)

    @cached_property
    def counts(self) -> dict[str, int]:
        """The counts of the run."""
        return dict(self.run["counts"])

    @cached_property
    def published(self) -> pl.DataFrame:
        """Return train and eval, without messages, with their `side`."""
        parts = [
            self.tables[side].drop("messages").with_columns(side=pl.lit(side)) for side in SIDES
        ]
        return pl.concat(parts, how="diagonal_relaxed")

    @cached_property
    def approved(self) -> pl.DataFrame:
        """Return `sample_id` of what a person approved."""
        return self.tables["review"].filter(pl.col("status") == "approved").select("sample_id")

    def decided(self, phase: str, *outcomes: Outcome) -> pl.DataFrame:
        """Return the decisions of a phase about samples, of some outcomes or of all."""
        rows = self.tables["decisions"].filter(
            (pl.col("phase") == phase) & pl.col("sample_id").is_not_null()
        )
        return rows.filter(pl.col("outcome").is_in(outcomes)) if outcomes else rows

    @cached_property
    def rows_in(self) -> int | None:
        """The rows of the input, by what the run says of itself; None = it does not say."""
        said = _CAME_IN.search(str(self.run["checks"]))
        return None if said is None else int(said[1])

    @cached_property
    def answered(self) -> int:
        """The rows about which intake has a decision."""
        return self.tables["decisions"].filter(pl.col("phase") == Phase.INTAKE).height

    @cached_property
    def erased_rows(self) -> int:
        """How many rows of input, of this night or another, were erased since the run."""
        finished = self.run["finished_at"]
        return sum(n for at, n in self.elsewhere.removed if finished is None or finished < at)

    @cached_property
    def is_mended(self) -> bool:
        """Whether rows of the night were erased since its run."""
        return self.erased_rows > 0 and self.rows_in != self.answered
