"""The jobs of one phase: open a session, run the phase on a table, write the result."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from deltalake.exceptions import TableNotFoundError
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention
from pyspark.sql.types import DataType, NumericType, StringType

from pipelines.any_table import scoring, steps
from pipelines.cli import Progress
from pipelines.config import RunConfig
from pipelines.diversity.cluster_explanation import explain_cluster
from pipelines.errors import ConfigurationError, InputError
from pipelines.lake import newest_commit, scan_delta
from pipelines.locations import require_apart
from pipelines.models.registry import read_registry
from pipelines.night import embedding
from pipelines.night.plan import (
    Reading,
    find_cut,
    read_cuts,
    read_taxonomy,
    require_place,
    settle_cuts,
)
from pipelines.night.report_facts import gather_facts
from pipelines.night.report_files import write_report
from pipelines.night.vectors import read_prompts
from pipelines.sampling.constraints import SamplingBlock
from pipelines.sampling.draw_summary import describe_draw
from pipelines.spark.inputs import read_table
from pipelines.spark.progress import Stages
from pipelines.spark.session import open_session, require_clients
from pipelines.spark.tables import quoted
from pipelines.stores.location import Location
from pipelines.stores.opening import open_warehouse


@dataclass(frozen=True, slots=True)
class TextTable:
    """A table of texts: where, which column names a row, which holds the text."""

    place: str
    id_column: str
    text_column: str


@dataclass(frozen=True, slots=True)
class PruneTable:
    """A table to prune: its texts or its vectors, and the order in which rows are visited."""

    place: str
    id_column: str
    text_column: str | None
    embedding_column: str | None
    priority_column: str | None


def run_score(config: RunConfig, table: TextTable, scorers: Sequence[str], out: str) -> None:
    """Score a table of texts and write one table per scorer."""
    require_place(table.place, "--table")
    plan = scoring.plan_scores(scorers, config.models, read_taxonomy(config.models.jobs))
    root = _folder_of_results(out, table.place, *scorers)
    with open_session(config.spark) as spark:
        require_clients(spark, root, table.place)
        stages = Stages(spark.sparkContext, Progress())
        rows = steps.read_keyed(spark, table.place, table.id_column, [table.text_column])
        texts = steps.require_texts(rows, table.id_column, table.text_column, table.place)
        spread = texts.repartition(config.spark.partitions, F.xxhash64("id"))
        total = texts.count()
        for scorer in plan.specs:
            with stages.stage(f"score {scorer}", total) as count:
                scored = scoring.score_table(
                    spread, scorer, plan, texts.schema["id"].dataType, count
                )
                steps.write_out(scored, str(root), scorer)


def run_prune(config: RunConfig, table: PruneTable, against: Sequence[str], out: str) -> None:
    """Prune a table and write `pruning` and `representatives`."""
    require_place(table.place, "--table")
    root = _folder_of_results(out, table.place, "pruning", "representatives")
    # No gate here would report what a search by clusters overlooks: all pairs are compared,
    # whatever the size.
    budget = config.pruning.narrow().model_copy(update={"exact_pairs": sys.maxsize})
    reader = None if table.text_column is None else _plan_reading(config)
    cuts: Mapping[str | None, float]
    if reader is None:
        cuts = {None: find_cut(config, read_registry(config.models.registry), "encoder")}
    else:
        cuts = dict(reader.cuts.items())
    with open_session(config.spark) as spark:
        require_clients(spark, root, table.place, *against)
        stages = Stages(spark.sparkContext, Progress())
        column = table.text_column or table.embedding_column or ""
        named = [column] if table.priority_column is None else [column, table.priority_column]
        rows = steps.read_keyed(spark, table.place, table.id_column, named)
        keyed = rows.withColumn("priority", _priority(rows, table)).withColumn(
            "id", F.col(quoted(table.id_column))
        )
        if reader is None:
            none = {name: F.lit(None).cast("string") for name in ("model", "model_revision")}
            vectors = steps.read_vectors_of(keyed, column, table.place).withColumns(none)
        else:
            vectors = _embed(spark, reader, keyed, table, stages)
        earlier = _read_earlier(spark, against)
        given = steps.PruneInput(
            vectors.select("id", "embedding", "priority", "model", "model_revision"),
            keyed.schema["id"].dataType,
            _witness_type(keyed, earlier),
            _unite_earlier(spark, earlier, reader),
            cuts,
        )
        with stages.stage("prune"):
            pruning, kept = steps.prune_table(given, budget, column, table.place)
            steps.write_out(pruning, str(root), "pruning")
            steps.write_out(kept, str(root), "representatives")


def _folder_of_results(out: str, table: str, *names: str) -> Location:
    """Return the folder to write to; no table written there may contain or replace the one read."""
    root = open_warehouse(out, "--out")
    for name in names:
        require_apart({"--table": table}, {"--out": root / name})
    return root


def run_explain(out: str, cluster: str) -> list[str]:
    """Return the lines that describe a cluster of an earlier prune, from its table `pruning` alone.

    Raises:
        InputError: there is no such table or cluster.
    """
    place = open_warehouse(out, "--out") / "pruning"
    try:
        pruning = scan_delta(place).collect()
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


@dataclass(frozen=True, slots=True)
class _Reader:
    """The models that compare the texts of a table, with their revisions and cuts by name."""

    reading: Reading
    revisions: Mapping[str, str]
    cuts: Mapping[str, float]
    seconds: float


def _plan_reading(config: RunConfig) -> _Reader:
    """Load the models that compare texts; a wrong setting or file is found before any work."""
    registry = read_registry(config.models.registry)
    settled = settle_cuts(config, registry)
    models = config.models
    reading = Reading(registry[models.encoder], registry[models.unread], config.pruning.unread_from)
    return _Reader(reading, reading.revisions(), read_cuts(settled), models.seconds_per_text)


def _embed(
    spark: SparkSession, reader: _Reader, rows: DataFrame, table: PruneTable, stages: Stages
) -> DataFrame:
    texts = steps.require_texts(rows, table.id_column, table.text_column or "", table.place)
    steps.refuse_nulls(texts, "text", table.text_column or "", table.place)
    hashed = texts.withColumn("text_hash", F.sha2("text", 256))
    prompts = hashed.groupBy("text_hash").agg(F.min("text").alias("prompt"))
    distinct = prompts.count()
    with stages.stage("embed", distinct) as count:
        spread = prompts.repartition(
            embedding.tasks_for(distinct, spark.sparkContext.defaultParallelism), "text_hash"
        )
        compared = read_prompts(spread, reader.reading, reader.seconds).localCheckpoint()
        read = compared.where(F.col("model") == reader.reading.encoder.name).select("text_hash")
        words = spread.join(read, on="text_hash", how="left_semi")
        encoded = embedding.embed(words, reader.reading.encoder, reader.seconds, count)
        sense = encoded.select("text_hash", F.col("embedding").alias("sense"))
        vector = F.coalesce("embedding", "sense").cast("array<double>").alias("embedding")
        vectors = compared.join(sense, on="text_hash", how="left").select(
            "text_hash", "model", vector
        )
        vectors = vectors.localCheckpoint()
    revisions = F.create_map(*(F.lit(part) for pair in reader.revisions.items() for part in pair))
    return (
        hashed.join(vectors, on="text_hash", how="left")
        .join(rows.select("id", "priority"), on="id", how="inner")
        .withColumn("model_revision", revisions[F.col("model")])
    )


def _witness_type(rows: DataFrame, earlier: Mapping[str, DataFrame]) -> DataType:
    """Return the type that holds the ids of the table and of the earlier runs."""
    types = {frame.schema["id"].dataType for frame in (rows, *earlier.values())}
    return types.pop() if len(types) == 1 else StringType()


def _read_earlier(spark: SparkSession, against: Sequence[str]) -> dict[str, DataFrame]:
    """Return by folder the representatives of each earlier run, after a check of their columns."""
    parts = {
        place: read_table(spark, f"{place.rstrip('/')}/representatives", "--against")
        for place in against
    }
    for place, part in parts.items():
        if {"id", "embedding"} - set(part.columns):
            message = (
                f"--against {place}: has no columns id and embedding; give the --out of an earlier "
                "run."
            )
            raise InputError(message)
    return parts


def _unite_earlier(
    spark: SparkSession, earlier: Mapping[str, DataFrame], reader: _Reader | None
) -> DataFrame | None:
    union = None
    for place, part in earlier.items():
        chosen = _name_models(part, reader, place)
        chosen = chosen.join(_clusters(spark, place), on="id", how="left")
        union = chosen if union is None else union.unionByName(chosen)
    return union


def _name_models(part: DataFrame, reader: _Reader | None, place: str) -> DataFrame:
    """Return `id`, `embedding`, `model` of representatives; given vectors share one unnamed model.

    Raises:
        InputError: their models or revisions are not those of this run.
    """
    own = (F.col("id").cast("string").alias("id"), F.col("embedding"))
    if reader is None:
        return part.select(*own, F.lit(None).cast("string").alias("model"))
    encoder = F.lit(reader.reading.encoder.name)  # of what was written before models had names
    model = F.coalesce(F.col("model"), encoder) if "model" in part.columns else encoder
    revision = (
        F.col("model_revision") if "model_revision" in part.columns else F.lit(None).cast("string")
    )
    rows = part.select(*own, model.alias("model"), revision.alias("revision"))
    wanted = F.create_map(*(F.lit(name) for pair in reader.revisions.items() for name in pair))
    is_other = wanted[F.col("model")].isNull() | (F.col("revision") != wanted[F.col("model")])
    others = (
        rows.where(is_other)
        .groupBy("model", "revision")
        .count()
        .orderBy("model", "revision")
        .collect()
    )
    if others:
        models = (
            f"{row['count']} of {row['model']} {row['revision'] or ''}".rstrip() for row in others
        )
        message = (
            f"--against {place}: holds vectors that this run cannot compare with its own: "
            f"{', '.join(models)}; this run has "
            f"{', '.join(f'{k} {v}' for k, v in reader.revisions.items())}. Prune it anew."
        )
        raise InputError(message)
    return rows.select("id", "embedding", "model")


def _clusters(spark: SparkSession, place: str) -> DataFrame:
    """Return `id`, `cluster_id` of an earlier run's rows; empty if it kept representatives only."""
    try:
        pruning = read_table(spark, f"{place.rstrip('/')}/pruning", "--against")
    except InputError:
        pruning = None  # its clusters are not known; they name, they decide nothing
    if pruning is None or {"id", "cluster_id"} - set(pruning.columns):
        return spark.createDataFrame([], "id string, cluster_id string")
    return pruning.select(
        F.col("id").cast("string").alias("id"), F.col("cluster_id").cast("string")
    )


def run_sample(
    config: RunConfig, place: str, id_column: str, block: SamplingBlock, out: str | None
) -> list[str]:
    """Draw a sample of a table; write `selected` and `constraints` below `out`, if it is not None.

    Returns:
        What was drawn, what binds, and at what price, in words.
    """
    require_place(place, "--table")
    root = None if out is None else _folder_of_results(out, place, "selected", "constraints")
    with open_session(config.spark) as spark:
        require_clients(spark, root, place)
        stages = Stages(spark.sparkContext, Progress())
        rows = steps.read_keyed(spark, place, id_column, [])
        with stages.stage("draw"):
            sample = steps.sample_table(rows, id_column, block, place)
            if root is not None:
                steps.write_out(sample.selected, str(root), "selected")
                constraints = spark.createDataFrame(sample.draw.constraints.to_arrow())
                steps.write_out(constraints, str(root), "constraints")
    return describe_draw(sample.draw, block, sample.pool_rows)


def run_report(warehouse: str, ds: str, out: str | None) -> Location:
    """Write the report of a published night; return the page's path."""
    root = open_warehouse(warehouse)
    if newest_commit(root / "runs") is None:
        message = f"warehouse: {warehouse} holds no published run; run jobs/curate.py first."
        raise InputError(message)
    return write_report(gather_facts(root, ds), root, out)
