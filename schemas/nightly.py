"""The tables of a night, in the order in which they are published."""

from schemas.index import CENTROIDS, REPRESENTATIVES
from schemas.ledger import CONSTRAINTS, DECISIONS, QUARANTINE, REVIEW, RUNS
from schemas.samples import EVAL, SAMPLES, TRAIN
from schemas.sidecars import CLUSTERS, EMBEDDINGS, LANGUAGE, PRIVACY, PROMPT_SAFETY, PRUNING, SAFETY
from schemas.table import Table

NIGHTLY: tuple[Table, ...] = (
    SAMPLES,
    PRIVACY,
    SAFETY,
    LANGUAGE,
    PRUNING,
    CLUSTERS,
    DECISIONS,
    QUARANTINE,
    REVIEW,
    CONSTRAINTS,
    TRAIN,
    EVAL,
    REPRESENTATIVES,
    CENTROIDS,
)
"""The tables of a night; its row in `runs` comes last."""

WRITTEN: tuple[Table, ...] = (*NIGHTLY, RUNS, EMBEDDINGS, PROMPT_SAFETY)
"""Every table that a run writes."""
