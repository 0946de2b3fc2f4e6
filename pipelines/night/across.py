"""Near-duplicates across the sides: rows of the night and other nights' rows on the other side."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np
import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.diversity.residual import find_torn
from pipelines.diversity.similarity import find_nearest, unit_rows
from pipelines.night.embedding import read_vectors
from pipelines.night.look_back import of_model, over_index, rows_where
from pipelines.night.night import Night
from pipelines.night.vectors import PromptVectors
from pipelines.night.workspace import Staged
from pipelines.spark.adapters import map_whole
from schemas.night import ACROSS, SIDED
from schemas.samples import EVAL, TRAIN

_TORN = pa.schema([("sample_id", pa.string())])
_OTHER = {TRAIN.name: EVAL.name, EVAL.name: TRAIN.name}


def stage_sided(night: Night, sides: DataFrame, vectors: PromptVectors, name: str) -> Staged:
    """Stage `sided`: the rows of the night that have a side, with their vectors.

    Args:
        night: the run.
        sides: `sample_id`, `text_hash`, `side`.
        vectors: of the night's prompts.
        name: of the table; the split and the published rows have one each.
    """
    rows = sides.join(vectors.vectors.frame(), on="text_hash", how="inner")
    return night.workspace.write(replace(SIDED, name=name), rows)


def compare_sides(night: Night, sided: Staged) -> DataFrame:
    """Return `across`: for each row the nearest rows of the other side in other nights' tables."""
    models = {name: night.revisions[name] for name in night.plan.cuts}
    return over_index(night, sided, partial(compare_files, revisions=models), ACROSS)


def compare_files(rows: pa.Table, kept: pa.Table, revisions: Mapping[str, str]) -> pa.Table:
    """Return `across` of some rows of the night and some kept rows of other nights.

    Args:
        rows: `sided`.
        kept: `model`, `model_revision`, `side`, `published`, `embedding`.
        revisions: of each model.
    """
    found = [ACROSS.arrow.empty_table()]
    published = rows_where(kept, kept["published"])
    for model, revision in revisions.items():
        past = of_model(published, model)
        past = rows_where(past, pa.compute.equal(past["model_revision"], revision))
        for side, other in _OTHER.items():
            own = of_model(rows, model)
            own = rows_where(own, pa.compute.equal(own["side"], side))
            far = rows_where(past, pa.compute.equal(past["side"], other))
            if own.num_rows and far.num_rows:
                found.append(_compare(own, far))
    return pa.concat_tables(found)


def _compare(own: pa.Table, far: pa.Table) -> pa.Table:
    left, right = (unit_rows(read_vectors(rows["embedding"])) for rows in (own, far))
    near = find_nearest(left, right).similarity
    found = {"sample_id": own["sample_id"], "model": own["model"], "similarity": near}
    return pa.table(found).cast(ACROSS.arrow)


def find_torn_rows(night: Night, sided: Staged) -> pl.Series:
    """Return ids of rows that must leave their side: one of the other side is at the cut or above.

    All pairs are compared, also where the pruning compared some alone.
    """
    cuts = pl.DataFrame(
        list(night.plan.cuts.items()), schema={"model": pl.String, "cut": pl.Float64}, orient="row"
    )
    near = pl.DataFrame(compare_sides(night, sided).toArrow()).join(cuts, on="model", how="inner")
    before = near.filter(pl.col("similarity") >= pl.col("cut"))["sample_id"]
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


def closest_by_model(night: Night, sided: Staged) -> dict[str, float]:
    """Return model → the greatest cosine of published rows of both sides, one of this night."""
    others = compare_sides(night, sided)
    inside = map_whole(sided.frame(), _closest_inside, ACROSS.arrow)
    rows = others.unionByName(inside).groupBy("model").agg(F.max("similarity").alias("similarity"))
    return {row["model"]: float(row["similarity"]) for row in rows.collect()}


def _closest_inside(rows: pa.Table) -> pa.Table:
    found = [ACROSS.arrow.empty_table()]
    for model in sorted(set(rows["model"].to_pylist())):
        own = of_model(rows, model)
        parts = [rows_where(own, pa.compute.equal(own["side"], side)) for side in _OTHER]
        if all(part.num_rows for part in parts):
            found.append(_compare(*parts))
    return pa.concat_tables(found)
