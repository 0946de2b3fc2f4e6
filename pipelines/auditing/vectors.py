"""Cosines counted again from the stored vectors: witnesses, kept rows, both sides.

A night of more rows than `_ROWS_MAX` is checked by a sample, as its gates do it: the witnesses of
all rows, and for some rows which kept row is nearest.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipelines.auditing.findings import Finding, Invariant, find_ids, find_rows
from pipelines.auditing.night import AuditedNight
from pipelines.diversity.evidence import TOLERANCE, best_cosines, count_near, scale_rows
from pipelines.diversity.residual import draw_rows
from pipelines.diversity.similarity import Vectors, exact_cosines
from pipelines.outcomes import Reason

_RERUN = "Run the night again by jobs/curate.py."
_EMBED = "Run the night again by jobs/curate.py: it embeds what has no vector."

INVARIANTS = (
    Invariant("vector_missing", "Every prompt that was compared has a vector.", _EMBED),
    Invariant(
        "vector_wrong",
        "Vectors of a model have one length, finite numbers, and length one.",
        "Delete the rows of embeddings, then run the night again by jobs/curate.py.",
    ),
    Invariant("similarity_wrong", "similarity is the cosine to the witness.", _RERUN),
    Invariant("witness_not_nearest", "No kept row is nearer than the witness.", _RERUN),
    Invariant("budget_near_kept", "A row dropped as budget is near no kept row.", _RERUN),
    Invariant("kept_near_kept", "No two kept rows of a night are at or above the cut.", _RERUN),
    Invariant(
        "near_duplicate_on_both_sides",
        "No near-duplicate is on the other side, in the night or the few nights before it.",
        "Run the later night again by jobs/curate.py; tell who trains that eval is not clean.",
    ),
)
_ROWS_MAX = 20_000
_UNIT = 1e-3


@dataclass(frozen=True, slots=True)
class _Compared:
    """The rows of one model, sorted by id, with their unit vectors [n, d]."""

    rows: pl.DataFrame
    unit: Vectors
    cut: float
    is_exact: bool

    @property
    def kept(self) -> NDArray[np.int64]:
        return np.flatnonzero(self.rows["kept"].to_numpy())

    @property
    def dropped(self) -> NDArray[np.int64]:
        return np.flatnonzero(~self.rows["kept"].to_numpy())

    def ids(self, places: NDArray[np.int64]) -> list[str]:
        return [self.rows["sample_id"][place] for place in places.tolist()]

    def some(self, places: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return all of some rows, or a sample of them in a large night."""
        if self.rows.height <= _ROWS_MAX:
            return places
        return draw_rows(places, self.rows["sample_id"].to_list())


def check_vectors(night: AuditedNight) -> Iterator[Finding]:
    """Yield what the stored vectors contradict; a model whose cut is not known is left out."""
    revisions = dict(night.run["model_revisions"])
    pruned = night.tables["pruning"]
    stored = night.tables["embeddings"].unique(["text_hash", "model", "model_revision"])
    encoder = None if night.limits.models is None else night.limits.models.encoder
    rows = pruned.with_columns(pl.col("model").fill_null(pl.lit(encoder, pl.String)))
    revision = pl.col("model").replace_strict(revisions, default=None, return_dtype=pl.String)
    wanted = rows.with_columns(model_revision=revision)
    keys = ["text_hash", "model", "model_revision"]
    joined = wanted.join(stored.select(*keys, "embedding"), on=keys, how="left")
    yield from find_rows(
        "vector_missing", "embeddings", joined.filter(pl.col("embedding").is_null())
    )
    for (model,), own in joined.drop_nulls("embedding").sort("sample_id").group_by("model"):
        cut = night.limits.cut_of(str(model))
        broken = _find_broken(own)
        yield from find_rows("vector_wrong", "embeddings", broken)
        if cut is not None and broken.is_empty():
            is_exact = _is_exact(night, own.height)
            compared = _Compared(own, _unit(own, len(own["embedding"][0])), cut, is_exact)
            yield from _check_witnesses(night, compared)
            yield from _check_kept(night, compared)
            yield from _check_sides(night, compared, str(model), revisions.get(str(model)))


def _is_exact(night: AuditedNight, rows: int) -> bool:
    """Whether the night's run compared all pairs: only then nothing may have been overlooked."""
    pruning = night.limits.pruning
    return pruning is not None and pruning.is_exact(rows, night.elsewhere.rows)


def _unit(rows: pl.DataFrame, width: int) -> Vectors:
    """Return the unit vectors of rows, of this length: [n, width]."""
    flat = rows["embedding"].explode(empty_as_null=False).to_numpy()
    return scale_rows(flat.astype(np.float32, copy=False).reshape(rows.height, width))


def _find_broken(rows: pl.DataFrame) -> pl.DataFrame:
    length = pl.col("embedding").list.len()
    square = pl.col("embedding").list.eval(pl.element().cast(pl.Float64) ** 2).list.sum()
    known = rows.with_columns(length=length, square=square)
    common = known["length"].mode().sort().first()
    is_unit = (pl.col("square").sqrt() - 1).abs() <= _UNIT
    return known.filter(~(is_unit & (pl.col("length") == common)).fill_null(value=False))


def _check_witnesses(night: AuditedNight, compared: _Compared) -> Iterator[Finding]:
    rows, unit, dropped = compared.rows, compared.unit, compared.dropped
    cosines = _witness_cosines(night, compared)
    stated = rows["similarity"].cast(pl.Float64).fill_null(np.nan).to_numpy()[dropped]
    known = ~np.isnan(cosines)
    wrong = dropped[known & ~(np.abs(cosines - stated) <= TOLERANCE)]
    if len(wrong):
        yield find_ids("similarity_wrong", "pruning", compared.ids(wrong))
    if not compared.is_exact:
        return
    asked = compared.some(dropped)
    best = best_cosines(unit[asked], unit[compared.kept])
    said = stated[np.searchsorted(dropped, asked)]
    nearer = asked[best > np.where(np.isnan(said), -np.inf, said) + TOLERANCE]
    # Of an erased witness the cosine stays; a row without both has no kept row of its model.
    if len(nearer):
        yield find_ids("witness_not_nearest", "pruning", compared.ids(nearer))
    is_near = (rows["reason"] == Reason.NEAR_DUPLICATE).to_numpy()[asked]
    close = asked[~is_near & (best >= compared.cut + TOLERANCE)]
    if len(close):
        yield find_ids("budget_near_kept", "pruning", compared.ids(close))


def _witness_cosines(night: AuditedNight, compared: _Compared) -> NDArray[np.float64]:
    """Return the exact cosine of each dropped row to its witness; NaN where that has no vector."""
    rows, dropped = compared.rows, compared.dropped
    past = night.elsewhere.witnesses.drop_nulls("embedding")
    width = compared.unit.shape[1]
    past = past.filter(pl.col("embedding").list.len() == width)
    pool = np.concatenate([compared.unit, _unit(past, width)])
    place = {(night.ds, name): n for n, name in enumerate(rows["sample_id"].to_list())}
    names = past.select("ds", "sample_id").iter_rows()
    place |= {name: rows.height + n for n, name in enumerate(names)}
    witness = rows.select("witness_ds", "witness_id")[dropped].iter_rows()
    other = np.array([place.get(name, -1) for name in witness], np.int64)
    found = np.full(len(dropped), np.nan)
    named = np.flatnonzero(other >= 0)
    found[named] = exact_cosines(compared.unit, pool, dropped[named], other[named])
    return found


def _check_kept(night: AuditedNight, compared: _Compared) -> Iterator[Finding]:
    kept = compared.kept
    asked = compared.some(kept)
    beside = count_near(compared.unit[asked], compared.unit[kept], compared.cut) - 1
    near = asked[beside > 0]
    share = night.config.get("gates", {}).get("max_residual_share", 0.0)
    allowed = 0.0 if compared.is_exact else float(share) * len(asked)
    if len(near) > allowed:
        yield find_ids("kept_near_kept", "pruning", compared.ids(near))


def _check_sides(
    night: AuditedNight, compared: _Compared, model: str, revision: str | None
) -> Iterator[Finding]:
    """Compare eval with train, and each side with the other one of the nights just before."""
    sides = night.published.select("sample_id", "side").unique("sample_id", maintain_order=True)
    side = compared.rows.join(sides, on="sample_id", how="left", maintain_order="left")["side"]
    is_ours = (pl.col("model") == model) & (pl.col("model_revision") == revision)
    width = compared.unit.shape[1]
    is_ours &= (pl.col("embedding").list.len() == width).fill_null(value=False)
    near = night.elsewhere.near.filter(is_ours)
    torn: set[str] = set()
    for own, other in (("eval", "train"), ("train", "eval")):
        mine = np.flatnonzero((side == own).fill_null(value=False).to_numpy())
        theirs = [_unit(near.filter(pl.col("side") == other), width)]
        if own == "eval":
            here = np.flatnonzero((side == other).fill_null(value=False).to_numpy())
            theirs.append(compared.unit[here])
        counted = count_near(compared.unit[mine], np.concatenate(theirs), compared.cut)
        torn.update(compared.ids(mine[counted > 0]))
    if torn:
        yield find_ids("near_duplicate_on_both_sides", "eval", sorted(torn))
