"""The phases of a night by name: what each stages, what that follows from, how it is opened again.

A phase that is not here is run anew by every run, and so is all behind it.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, NamedTuple

from pipelines.night.drawing import DrawFigures, Sample
from pipelines.night.index import read_clusters
from pipelines.night.ledger_tables import NightTables
from pipelines.night.night import Night
from pipelines.night.pruning import Pruned
from pipelines.night.vectors import PromptVectors
from schemas.index import CENTROIDS, REPRESENTATIVES
from schemas.ledger import CONSTRAINTS, ERASURES, REVIEW
from schemas.night import (
    DECIDED,
    DRAWN,
    FACTS,
    LEVELS,
    PROMPT_SCORES,
    PRUNED,
    READINGS,
    SIDES,
    VECTORS,
)
from schemas.nightly import NIGHTLY
from schemas.samples import SAMPLES
from schemas.sidecars import CLUSTERS, PRUNING
from schemas.table import Table

Figures = Mapping[str, Any]
"""What a phase found beside its tables, as JSON values."""
_Opened = Callable[[Night, Figures], Any]


class Finished(NamedTuple):
    """How a finished phase is known and opened.

    Args:
        tables: that it stages, and `decided` where it adds to it.
        opened: what the phase returns, of tables that are staged.
        settings: that it reads, or whole sections of them.
        reads: the tables of the warehouse that it reads, but answers of models by their revision.
        figures: of what it returned.
    """

    tables: tuple[Table, ...]
    opened: _Opened
    settings: tuple[str, ...] = ()
    reads: tuple[Table, ...] = ()
    figures: Callable[[Any], Figures] = lambda _: {}


def _staged(table: Table) -> _Opened:
    return lambda night, _: night.workspace.staged(table)


def _vectors(night: Night, _: Figures) -> PromptVectors:
    staged, unread = night.workspace.staged, night.plan.unread.name
    return PromptVectors(unread, staged(READINGS), staged(VECTORS), staged(PROMPT_SCORES))


def _pruned(night: Night, _: Figures) -> Pruned:
    staged, plan = night.workspace.staged, night.plan
    known = read_clusters(plan.root, plan.ds, night.revisions)
    return Pruned(staged(PRUNED), staged(PRUNING), staged(CLUSTERS), known)


def _sample(night: Night, figures: Figures) -> Sample:
    staged = night.workspace.staged
    return Sample(staged(DRAWN), staged(CONSTRAINTS), DrawFigures(**figures))


def _tables(night: Night, figures: Figures) -> NightTables:
    published = {table.name: night.workspace.staged(table) for table in NIGHTLY}
    return NightTables(
        **published,
        facts=night.workspace.staged(FACTS),
        vectors=_vectors(night, {}),
        figures=DrawFigures(**figures),
    )


def _figures(result: Sample | NightTables) -> Figures:
    return asdict(result.figures)


PHASES: Mapping[str, Finished] = {
    "score_texts": Finished((FACTS,), _staged(FACTS), ("intake", "models", "privacy"), (ERASURES,)),
    "embed_prompts": Finished(
        (READINGS, VECTORS, PROMPT_SCORES), _vectors, ("pruning.unread_from",)
    ),
    "decide_phase_one": Finished(
        (DECIDED,), _staged(DECIDED), ("privacy", "safety", "language"), (REVIEW,)
    ),
    "level_prompts": Finished((LEVELS,), _staged(LEVELS), ("difficulty", "hardness")),
    "make_samples": Finished((SAMPLES,), _staged(SAMPLES)),
    "prune": Finished(
        (PRUNED, PRUNING, CLUSTERS, DECIDED),
        _pruned,
        ("pruning",),
        (REPRESENTATIVES, CENTROIDS),
    ),
    "assign_sides": Finished((SIDES, DECIDED), _staged(SIDES), ("split",)),
    "draw_sample": Finished(
        (DRAWN, CONSTRAINTS, DECIDED), _sample, ("sampling", "evaluation"), figures=_figures
    ),
    "stage_tables": Finished(NIGHTLY, _tables, figures=_figures),
}
"""The name of a phase's function → how it is known, in the order of the flow."""
