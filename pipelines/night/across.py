"""Near-duplicates across the sides: rows of the night and other nights' rows on the other side."""

from collections.abc import Mapping
from functools import partial

import numpy as np
import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame

from pipelines.diversity.residual import find_torn
from pipelines.diversity.similarity import Vectors, find_nearest, make_pool, unit_rows
from pipelines.night.embedding import read_vectors
from pipelines.night.index_search import of_model, over_index, rows_where
from pipelines.night.night import Night
from pipelines.night.vectors import PromptVectors
from pipelines.spark.adapters import map_whole
from schemas.night import ACROSS, SIDED
from schemas.samples import EVAL, TRAIN

_TORN = pa.schema([("sample_id", pa.string())])
_OTHER = {TRAIN.name: EVAL.name, EVAL.name: TRAIN.name}


class OtherSide:
    """The search for `across`: how near published rows of the other side are to rows of the night.

    Args:
        rows: `sided`, or others with its columns.
        revisions: of each model.
        cuts: of each model: rows below it are not told. None = of each side those are told that
            are nearest of all; most pairs then cost one product.
    """

    def __init__(
        self, rows: pa.Table, revisions: Mapping[str, str], cuts: Mapping[str, float] | None
    ) -> None:
        self._revisions = revisions
        self._parts = [
            _SideRows(own, model, other, None if cuts is None else cuts[model])
            for model in revisions
            for side, other in _OTHER.items()
            if len(own := of_side(of_model(rows, model), side))
        ]

    def look_at(self, kept: pa.Table) -> None:
        """Take in kept rows."""
        published = rows_where(kept, kept["published"])
        for model, revision in self._revisions.items():
            past = of_model(published, model, revision)
            sides = np.array(past["side"].to_pylist(), np.object_)
            vectors = read_vectors(past["embedding"])
            for part in self._parts:
                is_far = sides == part.other
                if part.model == model and is_far.any():
                    part.look_at(vectors[is_far])

    def answers(self) -> pa.Table:
        """Return `across` of the rows that are told."""
        found = [part.answers() for part in self._parts]
        return pa.concat_tables([ACROSS.arrow.empty_table(), *found])


class _SideRows:
    """Rows of the night on one side, and the greatest cosine of each to the other side so far."""

    def __init__(self, rows: pa.Table, model: str, other: str, cut: float | None) -> None:
        self.model, self.other, self._cut = model, other, cut
        self._rows = rows.select(["sample_id", "model"])
        self._pool = make_pool(unit_rows(read_vectors(rows["embedding"])))
        self._best = np.full(len(rows), -np.inf)

    def look_at(self, far: Vectors) -> None:
        others = unit_rows(far)
        least = np.nextafter(self._best.max() if self._cut is None else self._cut, -np.inf)
        near = find_nearest(self._pool, others, floors=np.maximum(self._best, least))
        found = near.row >= 0
        self._best[found] = near.similarity[found]

    def answers(self) -> pa.Table:
        found = self._rows.append_column("similarity", pa.array(self._best))
        told = self._best > -np.inf
        if self._cut is None:
            told &= self._best == self._best.max()
        return found.filter(pa.array(told)).cast(ACROSS.arrow)


def of_side(rows: pa.Table, side: str) -> pa.Table:
    """Return the rows on a side, in their order."""
    return rows_where(rows, pa.compute.equal(rows["side"], side))


def find_torn_rows(night: Night, sides: DataFrame, vectors: PromptVectors) -> pl.Series:
    """Return ids of rows that must leave their side: one of the other side is at the cut or above.

    All pairs are compared, also where the pruning compared some alone.

    Args:
        night: the run.
        sides: `sample_id`, `text_hash`, `side` of the rows that have one.
        vectors: of the night's prompts.
    """
    rows = sides.join(vectors.vectors.frame(), on="text_hash", how="inner")
    sided = night.workspace.write(SIDED, rows)
    revisions = {name: night.revisions[name] for name in night.plan.cuts}
    search = partial(OtherSide, revisions=revisions, cuts=night.plan.cuts)
    near = over_index(night, sided, search, ACROSS)
    before = pl.DataFrame(near.select("sample_id").toArrow())["sample_id"]
    inside = map_whole(sided.frame(), partial(_find_torn, cuts=night.plan.cuts), _TORN)
    own = pl.DataFrame(inside.toArrow())["sample_id"]
    return pl.concat([before, own]).unique().sort()


def _find_torn(rows: pa.Table, cuts: Mapping[str, float]) -> pa.Table:
    found = [_TORN.empty_table()]
    for model, cut in cuts.items():
        own = of_model(rows, model)
        if own.num_rows:
            is_eval = np.array(own["side"].to_pylist()) == EVAL.name
            vectors = read_vectors(own["embedding"])
            torn = find_torn(vectors, is_eval, np.ones(own.num_rows, np.bool_), cut)
            found.append(own.select(["sample_id"]).filter(pa.array(torn)))
    return pa.concat_tables(found)
