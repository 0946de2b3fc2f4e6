"""The rows of one night's tables about a subject: narrow frames, read sample by sample."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

import polars as pl

from pipelines.explanation.limits import RunLimits
from pipelines.outcomes import Outcome, Phase

TableRow = Mapping[str, Any]


class SubjectKind(StrEnum):
    """What a person may ask about."""

    CONVERSATION = "conversation"
    SAMPLE = "sample"
    USER = "user"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a question is about.

    Args:
        kind: what `name` names.
        name: the id of the conversation or sample; of a user the `user_key`, never the raw id.
        former_names: the same under the keys before today's, of nights from before a change of key.
        erasure_keys: under which `erasures` may have the subject, one for each key; none = it
            cannot be looked up there.
    """

    kind: SubjectKind
    name: str
    former_names: tuple[str, ...] = ()
    erasure_keys: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Return every name that a table may know the subject by, today's first."""
        return (self.name, *self.former_names)


@dataclass(frozen=True, eq=False)
class SubjectEvidence:
    """The rows of one published night about a subject.

    Args:
        ds, run_id: the night, and the run that published it.
        limits: the settings of that run.
        samples: rows of `samples`, with the traffic's own columns.
        decisions: rows of `decisions` of these samples.
        quarantine: rows of `quarantine` of the subject.
        privacy, safety, language, pruning, review: rows of these tables about the samples.
        published: `sample_id`, `side`, `weight`, `cluster_id`, and `prompt` where texts are wanted.
        echoes: `sample_id`, `rows`, `users`: how many near-duplicates of the night name a sample as
            their witness, and how many users wrote these or the sample.
        pruned: how many rows Phase II decided, and how many it kept.
        pool: one row per sample that had a side in this night: `sample_id`, `user_key`, `side`,
            `selected`, and every column that a constraint uses or a side maximises.
        constraints: the night's table.
        elsewhere: `user_key`, `conversation_id`, `ds`, `side` of rows that nights published before
            this run put on a side; of the newest such nights, not all.
        is_rerun: the night had been published before, so that run's sides counted as well.
    """

    ds: str
    run_id: str
    limits: RunLimits
    samples: pl.DataFrame
    decisions: pl.DataFrame
    quarantine: pl.DataFrame
    privacy: pl.DataFrame
    safety: pl.DataFrame
    language: pl.DataFrame
    pruning: pl.DataFrame
    review: pl.DataFrame
    published: pl.DataFrame
    echoes: pl.DataFrame
    pruned: tuple[int, int]
    pool: pl.DataFrame
    constraints: pl.DataFrame
    elsewhere: pl.DataFrame
    is_rerun: bool = False

    def cases(self) -> Iterator["SampleCase"]:
        """Yield the samples in the order of their conversations and turns."""
        for sample in self.samples.sort("conversation_id", "turn_index").iter_rows(named=True):
            yield SampleCase(self, sample)


@dataclass(frozen=True)
class SampleCase:
    """One sample of the evidence, and what each table has of it."""

    night: SubjectEvidence
    sample: TableRow

    @property
    def sample_id(self) -> str:
        """The sample."""
        return str(self.sample["sample_id"])

    @cached_property
    def decisions(self) -> Sequence[TableRow]:
        """The decisions about it, in the order of the phases."""
        order = {phase.value: place for place, phase in enumerate(Phase)}
        rows = self._of(self.night.decisions)
        return sorted(rows, key=lambda row: order.get(row["phase"], len(order)))

    @property
    def by_phase(self) -> Mapping[str, TableRow]:
        """The same by the name of the phase."""
        return {row["phase"]: row for row in self.decisions}

    @property
    def last(self) -> TableRow | None:
        """The decision that its way ended with; None where there is none."""
        return self.decisions[-1] if self.decisions else None

    @property
    def is_open(self) -> bool:
        """Whether it waits for a person."""
        return self.last is not None and self.last["outcome"] == Outcome.REVIEW

    @cached_property
    def privacy(self) -> Sequence[TableRow]:
        """What each privacy model found."""
        return self._of(self.night.privacy)

    @cached_property
    def safety(self) -> Sequence[TableRow]:
        """The score of each safety layer."""
        return self._of(self.night.safety)

    @cached_property
    def language(self) -> TableRow | None:
        """The answer of the language model; None = none."""
        return self._one(self.night.language)

    @cached_property
    def pruning(self) -> TableRow | None:
        """Its row of `pruning`; None = it did not come so far."""
        return self._one(self.night.pruning)

    @cached_property
    def review(self) -> TableRow | None:
        """Its row of `review`; None = it needed no person."""
        return self._one(self.night.review)

    @cached_property
    def published(self) -> TableRow | None:
        """Its row of `train` or `eval`; None = it is in neither."""
        return self._one(self.night.published)

    @cached_property
    def echoes(self) -> TableRow | None:
        """Its near-duplicates, counted; None = it has none."""
        return self._one(self.night.echoes)

    @cached_property
    def place(self) -> TableRow | None:
        """Its row of the pool; None = it had no side."""
        return self._one(self.night.pool)

    def _of(self, rows: pl.DataFrame) -> Sequence[TableRow]:
        return rows.filter(pl.col("sample_id") == self.sample_id).to_dicts()

    def _one(self, rows: pl.DataFrame) -> TableRow | None:
        found = self._of(rows)
        return found[0] if found else None
