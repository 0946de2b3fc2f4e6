"""Single phases on any table: score, prune, sample."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import polars as pl
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention
from pyspark.sql.types import ArrayType, AtomicType, DataType, NumericType, StringType

from pipelines.any_table.large_draw import draw_large
from pipelines.diversity.groups import Earlier, Group
from pipelines.diversity.pruning import prune_groups
from pipelines.diversity.settings import PruneBudget
from pipelines.diversity.vector_faults import check_vectors
from pipelines.errors import ConfigurationError, InputError
from pipelines.night.embedding import read_vectors
from pipelines.sampling.constraints import SamplingBlock, check_columns
from pipelines.sampling.dimensions import measure_shares
from pipelines.sampling.draw import draw_sample, match_dimensions
from pipelines.sampling.draw_summary import DrawResult
from pipelines.spark.adapters import map_whole
from pipelines.spark.inputs import read_table
from pipelines.spark.tables import quoted
from pipelines.wording import be, format_count

ROWS_AT_ONCE = 200_000
"""Up to this number of rows a sample is exact; the driver holds their constrained columns."""
_FIRST_IDS = 5
_PRUNED = pa.schema(
    [
        ("id", pa.string()),
        ("model", pa.string()),
        ("model_revision", pa.string()),
        ("cluster_id", pa.string()),
        ("kept", pa.bool_()),
        ("reason", pa.string()),
        ("witness_id", pa.string()),
        ("witness_ds", pa.string()),
        ("similarity", pa.float64()),
        ("novelty", pa.float64()),
        ("embedding", pa.list_(pa.float32())),
    ]
)


def read_keyed(
    spark: SparkSession, place: str, id_column: str, columns: Sequence[str]
) -> DataFrame:
    """Return a table whose id is checked: no null, none repeated.

    Args:
        spark: the session.
        place: of the table.
        id_column: names a row.
        columns: others that must exist.

    Raises:
        InputError: no table, a column missing, an id null or repeated; with count and first ids.
    """
    rows = read_table(spark, place, "--table")
    missing = [name for name in dict.fromkeys([id_column, *columns]) if name not in rows.columns]
    if missing:
        faults = (
            f"--table {place}: has no column {name}; it has {', '.join(rows.columns)[:500]}."
            for name in missing
        )
        raise InputError(*faults)
    if not isinstance(rows.schema[id_column].dataType, AtomicType):
        said = rows.schema[id_column].dataType.simpleString()
        message = (
            f"--table {place}: column {id_column} is {said}, must be a plain value; name a column "
            "of texts or numbers."
        )
        raise InputError(message)
    _check_ids(rows, id_column, place)
    return rows


def _check_ids(rows: DataFrame, id_column: str, place: str) -> None:
    ids = rows.select(F.col(quoted(id_column)).cast("string").alias("id"))
    nulls = ids.where(F.col("id").isNull()).count()
    repeated = ids.where(F.col("id").isNotNull()).groupBy("id").count().where("count > 1")
    count = repeated.count()
    faults = []
    if nulls:
        faults.append(
            f"--table {place}: column {id_column} is null in {format_count(nulls, 'row')}; "
            "give every row an id."
        )
    if count:
        first = [str(row["id"])[:80] for row in repeated.orderBy("id").limit(_FIRST_IDS).collect()]
        faults.append(
            f"--table {place}: column {id_column} repeats {format_count(count, 'id')}, first "
            f"{first}; ids must be unique."
        )
    if faults:
        raise InputError(*faults)


def require_texts(rows: DataFrame, id_column: str, text_column: str, place: str) -> DataFrame:
    """Return `id`, `text` of a table.

    Raises:
        InputError: the column holds something else than texts.
    """
    if not isinstance(rows.schema[text_column].dataType, StringType):
        said = rows.schema[text_column].dataType.simpleString()
        message = (
            f"--table {place}: column {text_column} is {said}, must be string; name a column of "
            "texts."
        )
        raise InputError(message)
    text = F.make_valid_utf8(F.col(quoted(text_column))).alias("text")
    return rows.select(F.col(quoted(id_column)).alias("id"), text)


def refuse_nulls(rows: DataFrame, column: str, name: str, place: str) -> None:
    """Refuse rows whose column is null.

    Raises:
        InputError: with count and first ids.
    """
    bad = rows.where(F.col(column).isNull())
    count = bad.count()
    if count:
        first = [
            str(r["id"])[:80]
            for r in bad.select(F.col("id").cast("string"))
            .orderBy("id")
            .limit(_FIRST_IDS)
            .collect()
        ]
        message = (
            f"--table {place}: column {name} is null in {format_count(count, 'row')}, first ids "
            f"{first}."
        )
        raise InputError(message)


def write_out(rows: DataFrame, out: str, name: str) -> None:
    """Write a result as the Delta table `out/name`, replacing an earlier one."""
    rows.write.format("delta").mode("overwrite").option("overwriteSchema", "true").save(
        f"{out}/{name}"
    )


@dataclass(frozen=True, slots=True)
class PruneInput:
    """What the prune job reads.

    Args:
        rows: `id`, `embedding`, `priority`, `model`, `model_revision`; both null where vectors are
            given.
        id_type: of the id as the table has it; ids compare as strings.
        witness_type: of the ids of witnesses: the same, or string where earlier runs had another
            type.
        earlier: `id`, `embedding`, `model`, `cluster_id` (null = not known) of kept rows of earlier
            runs; None = none.
        cuts: of each model by its name; null names given vectors. Rows are compared within one.
    """

    rows: DataFrame
    id_type: DataType
    witness_type: DataType
    earlier: DataFrame | None
    cuts: Mapping[str | None, float]


def read_vectors_of(rows: DataFrame, column: str, place: str) -> DataFrame:
    """Return `id` and `embedding`, an array of floats.

    Raises:
        InputError: the column is no array of numbers.
    """
    kind = rows.schema[column].dataType
    if not isinstance(kind, ArrayType) or not isinstance(kind.elementType, NumericType):
        message = (
            f"--table {place}: column {column} is {kind.simpleString()}, must be an array of "
            "numbers."
        )
        raise InputError(message)
    return rows.withColumn("embedding", F.col(quoted(column)).cast("array<double>"))


def prune_table(
    given: PruneInput, budget: PruneBudget, column: str, place: str
) -> tuple[DataFrame, DataFrame]:
    """Return `pruning` and `representatives` of a table.

    Raises:
        InputError: a vector is null, zero, not finite or of another length.
    """
    parts = given.rows.select(
        F.lit(False).alias("is_earlier"),
        F.col("id").cast("string").alias("id"),
        "embedding",
        "priority",
        F.lit(None).cast("string").alias("cluster_id"),
        "model",
        "model_revision",
    )
    if given.earlier is not None:
        parts = parts.unionByName(
            given.earlier.select(
                F.lit(True).alias("is_earlier"),
                F.col("id").cast("string").alias("id"),
                F.col("embedding").cast("array<double>").alias("embedding"),
                F.lit(None).cast("double").alias("priority"),
                "cluster_id",
                "model",
                F.lit(None).cast("string").alias("model_revision"),
            )
        )
    _refuse_bad_vectors(parts, column, place)
    pruned = map_whole(
        parts, partial(_prune, budget=budget, cuts=given.cuts), _PRUNED
    ).localCheckpoint()
    as_given = [F.col(name).cast(given.id_type).alias(name) for name in ("id",)]
    answers = pruned.select(
        *as_given,
        *(n for n in _PRUNED.names if n not in {"id", "witness_id", "embedding"}),
        F.col("witness_id").cast(given.witness_type).alias("witness_id"),
    )
    kept = pruned.where("kept").select(*as_given, "embedding", "model", "model_revision")
    return answers.select(*(n for n in _PRUNED.names if n != "embedding")), kept


_FAULTS = pa.schema([("fault", pa.string())])


def _refuse_bad_vectors(parts: DataFrame, column: str, place: str) -> None:
    faults = [
        row["fault"]
        for row in map_whole(
            parts, partial(_find_faults, column=column, place=place), _FAULTS
        ).collect()
    ]
    if faults:
        raise InputError(*faults)


def _find_faults(rows: pa.Table, column: str, place: str) -> pa.Table:
    rows = rows.sort_by("id")
    lines = []
    for model in sorted(set(rows["model"].to_pylist()), key=str):
        lines += _find_faults_of(_of_model(rows, model), column, place)
    return pa.table({"fault": pa.array(lines, pa.string())})


def _find_faults_of(rows: pa.Table, column: str, place: str) -> list[str]:
    """Name the bad vectors of one model: all must have the length that most have."""
    lengths = pa.compute.list_value_length(rows["embedding"]).drop_null().value_counts().to_pylist()
    own = (
        max(lengths, key=lambda entry: (entry["counts"], entry["values"]))["values"]
        if lengths
        else None
    )
    lines = []
    for earlier, name in (
        (False, f"--table {place}: column {column}"),
        (True, "--against: column embedding"),
    ):
        mine = rows.filter(pa.compute.equal(rows["is_earlier"], earlier))
        found = check_vectors(mine["embedding"].to_pylist(), mine["id"].to_pylist(), own)
        lines += [
            f"{name}: {format_count(f.count, 'vector')} {be(f.count)} {f.fault}, first ids "
            f"{list(f.first_ids)}."
            for f in found
        ]
    return lines


def _of_model(rows: pa.Table, model: str | None) -> pa.Table:
    named = rows["model"]
    return rows.filter(named.is_null() if model is None else pa.compute.equal(named, model))


def _prune(rows: pa.Table, budget: PruneBudget, cuts: Mapping[str | None, float]) -> pa.Table:
    rows = rows.sort_by([("is_earlier", "ascending"), ("id", "ascending")])
    split = rows.num_rows - pa.compute.sum(rows["is_earlier"]).as_py()
    own, past = rows.slice(0, split), rows.slice(split)
    names = own["model"].to_pylist()
    groups = [
        Group.against(
            np.flatnonzero([name == model for name in names]),
            read_vectors(_of_model(own, model)["embedding"]),
            cut,
            _as_earlier(_of_model(past, model)),
        )
        for model, cut in cuts.items()
        if model in names
    ]
    priority = np.array(
        [np.nan if v is None else v for v in own["priority"].to_pylist()], np.float64
    )
    pruned = prune_groups(groups, own["id"].to_pylist(), priority, budget)
    similarity = [None if np.isnan(s) else s for s in pruned.similarity.tolist()]
    return pa.table(
        {
            "id": own["id"],
            "model": own["model"],
            "model_revision": own["model_revision"],
            "cluster_id": pa.array(pruned.cluster_id, pa.string()),
            "kept": pa.array(pruned.kept.tolist(), pa.bool_()),
            "reason": pa.array(pruned.reason, pa.string()),
            "witness_id": pa.array(pruned.witness_id, pa.string()),
            "witness_ds": pa.nulls(own.num_rows, pa.string()),
            "similarity": pa.array(similarity, pa.float64()),
            "novelty": pa.array(pruned.novelty, pa.float64()),
            "embedding": own["embedding"].cast(pa.list_(pa.float32())),
        }
    )


def _as_earlier(past: pa.Table) -> Earlier | None:
    if not past.num_rows:
        return None
    clusters = [name or "" for name in past["cluster_id"].to_pylist()]
    return Earlier(
        past["id"].to_pylist(), [""] * past.num_rows, read_vectors(past["embedding"]), clusters
    )


@dataclass(frozen=True, slots=True)
class TableSample:
    """A sample of a table: ids in the table's own type, a description of the draw, pool rows."""

    selected: DataFrame
    draw: DrawResult
    pool_rows: int


def sample_table(rows: DataFrame, id_column: str, block: SamplingBlock, place: str) -> TableSample:
    """Draw from a table: exactly if the driver can hold its dimensions, else within a proven gap.

    Raises:
        ConfigurationError: a constraint names a column that the table lacks.
        InfeasibleError: the constraints cannot be satisfied.
    """
    check_columns(block, rows.columns, "sampling")
    wanted = dict.fromkeys(
        [id_column, *(c for constraint in block.constraints for c in constraint.columns)]
    )
    if block.maximise is not None:
        wanted[block.maximise] = None
        if not isinstance(rows.schema[block.maximise].dataType, NumericType):
            message = (
                f"--table {place}: sampling.maximise names {block.maximise}, which holds no "
                "numbers."
            )
            raise ConfigurationError(message)
    pool_rows = rows.count()
    if pool_rows > ROWS_AT_ONCE and 0 < block.rows_of(pool_rows) <= pool_rows:
        large = draw_large(rows, id_column, block, pool_rows)
        if large is not None:
            return TableSample(large.selected, large, pool_rows)
        # Nothing fits: the draw in one place says why.
    pool = pl.DataFrame(rows.select(*(F.col(quoted(name)) for name in wanted)).toArrow()).sort(
        id_column
    )
    shares = measure_shares(pool, match_dimensions(block.constraints))
    sample = draw_sample(pool, shares, block, id_column=id_column)
    selected = rows.sparkSession.createDataFrame(pl.DataFrame({"id": sample.ids}).to_arrow())
    return TableSample(selected, sample, pool.height)
