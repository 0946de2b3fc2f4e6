"""The jobs of one phase: open a session, run the phase on a table, write the result."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from deltalake.exceptions import TableNotFoundError
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention
from pyspark.sql.types import NumericType

from pipelines.cli import Progress
from pipelines.config import RunConfig
from pipelines.diversity.accounts import explain_cluster
from pipelines.errors import ConfigurationError, InputError
from pipelines.models import find_model, load_model, read_registry
from pipelines.sampling.constraints import SamplingBlock
from pipelines.sampling.verdict import tell_sample
from pipelines.spark import embedding, scoring, standalone
from pipelines.spark.night import write_report
from pipelines.spark.plan import read_taxonomy, require_place
from pipelines.spark.progress import Stages
from pipelines.spark.report import gather_facts
from pipelines.spark.sampling import quoted
from pipelines.spark.session import open_session
from pipelines.spark.staging import local_root
from pipelines.spark.tables import read_table


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table of texts: where, which column names a row, which holds the text."""

    place: str
    id_column: str
    text_column: str


@dataclass(frozen=True, slots=True)
class PruneTable:
    """A table to prune: its texts or its vectors, and who is visited first."""

    place: str
    id_column: str
    text_column: str | None
    embedding_column: str | None
    priority_column: str | None


def score_alone(config: RunConfig, table: TextTable, scorers: Sequence[str], out: str) -> None:
    """Score a table of texts and write one table per scorer."""
    require_place(table.place, "--table")
    plan = scoring.plan_scores(scorers, config.models, read_taxonomy(config.models.jobs))
    root = local_root(out)
    with open_session(config.spark) as spark:
        stages = Stages(spark.sparkContext, Progress())
        rows = standalone.read_keyed(spark, table.place, table.id_column, [table.text_column])
        texts = standalone.require_texts(rows, table.id_column, table.text_column, table.place)
        spread = texts.repartition(config.spark.partitions, F.xxhash64("id"))
        total = texts.count()
        for scorer in plan.specs:
            with stages.stage(f"score {scorer}", total) as count:
                scored = scoring.score_table(spread, scorer, plan, texts.schema["id"].dataType, count)
                standalone.write_out(scored, str(root), scorer)


def prune_alone(config: RunConfig, table: PruneTable, against: Sequence[str], out: str) -> None:
    """Prune a table and write `pruning` and `representatives`."""
    require_place(table.place, "--table")
    root = local_root(out)
    # No gate would state here what a search by clusters leaves: all pairs are met, whatever the size.
    settings = config.pruning.narrow().model_copy(update={"exact_up_to": sys.maxsize})
    with open_session(config.spark) as spark:
        stages = Stages(spark.sparkContext, Progress())
        column = table.text_column or table.embedding_column or ""
        named = [column] if table.priority_column is None else [column, table.priority_column]
        rows = standalone.read_keyed(spark, table.place, table.id_column, named)
        keyed = rows.withColumn("priority", _priority(rows, table)).withColumn(
            "id", F.col(quoted(table.id_column))
        )
        if table.text_column is None:
            vectors = standalone.read_vectors_of(keyed, column, table.place)
        else:
            vectors = _embed(spark, config, keyed, table, stages)
        given = standalone.PruneInput(
            vectors.select("id", "embedding", "priority"),
            keyed.schema["id"].dataType,
            _earlier(spark, against),
        )
        with stages.stage("prune"):
            pruning, kept = standalone.prune_table(given, settings, column, table.place)
            standalone.write_out(pruning, str(root), "pruning")
            standalone.write_out(kept, str(root), "representatives")


def explain_alone(out: str, cluster: str) -> list[str]:
    """Return the lines that tell a cluster of an earlier prune, from its table `pruning` alone.

    Raises:
        InputError: there is no such table or cluster.
    """
    place = local_root(out) / "pruning"
    try:
        pruning = pl.read_delta(str(place))
    except (OSError, TableNotFoundError) as error:
        message = f"--out {out}: holds no table pruning; run jobs/prune.py with this --out first."
        raise InputError(message) from error
    return explain_cluster(pruning, cluster)


def _priority(rows: DataFrame, table: PruneTable) -> F.Column:  # type: ignore[name-defined]
    if table.priority_column is None:
        return F.lit(0.0)
    if not isinstance(rows.schema[table.priority_column].dataType, NumericType):
        message = f"--priority-column: {table.priority_column} of {table.place} holds no numbers."
        raise ConfigurationError(message)
    return F.col(quoted(table.priority_column)).cast("double")


def _embed(
    spark: SparkSession, config: RunConfig, rows: DataFrame, table: PruneTable, stages: Stages
) -> DataFrame:
    encoder = find_model(read_registry(config.models.registry), config.models.encoder, "encoder")
    load_model(encoder)
    texts = standalone.require_texts(rows, table.id_column, table.text_column or "", table.place)
    standalone.refuse_nulls(texts, "text", table.text_column or "", table.place)
    hashed = texts.withColumn("text_hash", F.sha2("text", 256))
    prompts = hashed.groupBy("text_hash").agg(F.min("text").alias("prompt"))
    distinct = prompts.count()
    with stages.stage("embed", distinct) as count:
        spread = prompts.repartition(
            embedding.tasks_for(distinct, spark.sparkContext.defaultParallelism), "text_hash"
        )
        found = embedding.embed(spread, encoder, config.models.seconds_per_text, count)
        vectors = found.select(
            "text_hash", F.col("embedding").cast("array<double>").alias("embedding")
        ).localCheckpoint()
    return hashed.join(vectors, on="text_hash", how="left").join(
        rows.select("id", "priority"), on="id", how="inner"
    )


def _earlier(spark: SparkSession, against: Sequence[str]) -> DataFrame | None:
    parts = [read_table(spark, f"{place.rstrip('/')}/representatives", "--against") for place in against]
    for place, part in zip(against, parts, strict=True):
        if {"id", "embedding"} - set(part.columns):
            message = (
                f"--against {place}: has no columns id and embedding; give the --out of an earlier prune."
            )
            raise InputError(message)
    union = None
    for place, part in zip(against, parts, strict=True):
        chosen = part.select(F.col("id").cast("string").alias("id"), "embedding")
        chosen = chosen.join(_clusters(spark, place), on="id", how="left")
        union = chosen if union is None else union.unionByName(chosen)
    return union


def _clusters(spark: SparkSession, place: str) -> DataFrame:
    """Return `id`, `cluster_id` of an earlier run's rows; none where it kept representatives alone."""
    try:
        pruning = read_table(spark, f"{place.rstrip('/')}/pruning", "--against")
    except InputError:
        pruning = None  # its clusters are not known; they name, they decide nothing
    if pruning is None or {"id", "cluster_id"} - set(pruning.columns):
        return spark.createDataFrame([], "id string, cluster_id string")
    return pruning.select(F.col("id").cast("string").alias("id"), F.col("cluster_id").cast("string"))


def sample_alone(
    config: RunConfig, place: str, id_column: str, block: SamplingBlock, out: str | None
) -> list[str]:
    """Draw a sample of a table; write `selected` and `constraints` below `out`, or nothing where it is None.

    Returns:
        What was drawn, what binds, and at what price, in words.
    """
    require_place(place, "--table")
    root = None if out is None else local_root(out)
    with open_session(config.spark) as spark:
        stages = Stages(spark.sparkContext, Progress())
        rows = standalone.read_keyed(spark, place, id_column, [])
        with stages.stage("draw"):
            sample = standalone.sample_table(rows, id_column, block, place)
            if root is not None:
                standalone.write_out(sample.selected, str(root), "selected")
                told = spark.createDataFrame(sample.told.constraints.to_arrow())
                standalone.write_out(told, str(root), "constraints")
    return tell_sample(sample.told, block, sample.pool_rows)


def report_alone(warehouse: str, ds: str, out: str | None) -> Path:
    """Write the report of a published night; return the page's path."""
    root = local_root(warehouse)
    if not (root / "runs").is_dir():
        message = f"warehouse: {warehouse} holds no published run; run jobs/curate.py first."
        raise InputError(message)
    return write_report(gather_facts(root, ds), root, out)
