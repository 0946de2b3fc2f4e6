"""The phases of a night in their order, each staged; then the gates, then publication."""

import json
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import uuid4

import polars as pl
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.checks import Check
from pipelines.config import hash_config
from pipelines.diversity.jobs_to_be_done import assign_jobs, encode_taxonomy
from pipelines.diversity.similarity import Vectors
from pipelines.filtering.policy import PhaseOneLimits, with_outcome
from pipelines.models import load_model
from pipelines.outcomes import Outcome, Phase, Reason
from pipelines.publishing.rules import RULE_OF, fingerprint_rules
from pipelines.sampling.constraints import check_columns
from pipelines.sampling.draw import default_evaluation
from pipelines.spark import diversity, embedding, intake, phase_one, sampling
from pipelines.spark.adapters import map_rows
from pipelines.spark.plan import Plan
from pipelines.spark.progress import Stages
from pipelines.spark.publishing import stage_run
from pipelines.spark.staging import Staging, staged_name
from pipelines.spark.tables import Warehouse, spark_schema, version_of
from pipelines.spark.text_pass import score_conversations
from schemas.ledger import CONSTRAINTS, DECISIONS, QUARANTINE, REVIEW, RUNS
from schemas.samples import EVAL, SAMPLES, TRAIN
from schemas.sidecars import EMBEDDINGS, LANGUAGE, PRIVACY, PRUNING, SAFETY
from schemas.table import Table

_ROWS_PER_TASK = 500


@dataclass(slots=True)
class NightRun:
    """One run of one night; `stage_all` leaves every table staged, nothing published.

    Args:
        spark: the session.
        plan: what the run does.
        stages: where times and progress go.
    """

    spark: SparkSession
    plan: Plan
    stages: Stages
    run_id: str = field(init=False)
    revisions: Mapping[str, str] = field(init=False)
    started_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        """Name the run."""
        self.started_at = datetime.now(UTC)
        self.run_id = f"{self.plan.ds}-{uuid4().hex[:12]}"
        self._staging = Staging(self.spark, self.plan.root, self.run_id)
        self._warehouse = Warehouse(self.spark, str(self.plan.root))
        self._staged: dict[str, DataFrame] = {}
        self._rows_in = 0

    _staging: Staging = field(init=False)
    _warehouse: Warehouse = field(init=False)
    _staged: dict[str, DataFrame] = field(init=False)
    _rows_in: int = field(init=False)
    _scores: DataFrame | None = field(init=False)
    _input_versions: dict[str, int | None] = field(init=False)
    _sizes: dict[str, int] = field(init=False)

    @property
    def rows_in(self) -> int:
        """Rows of the night's input."""
        return self._rows_in

    @property
    def sizes(self) -> Mapping[str, int]:
        """Rows that each side's block asked for."""
        return self._sizes

    def staged(self, table: Table) -> DataFrame:
        """Return a staged night of a table."""
        return self._staged[table.name]

    def stage_all(self) -> None:
        """Run every phase."""
        traffic = self._read()
        # Only now: a wrong table must not have to wait for models.
        with self.stages.stage("load models"):
            self.revisions = self.plan.revisions()
        facts = self._score(traffic)
        good = facts.where(F.col("defect").isNull())
        self._embed(good)
        samples = self._make_samples(good)
        decided = self._decide_phase_one(facts, good)
        pruning, diverse = self._prune(samples, decided)
        with self.stages.stage("phase III: split, draw"):
            split = sampling.split_night(self._warehouse, samples, pruning, self.plan.config.split)
            drawn = self._draw(samples, split)
        with self.stages.stage("stage the night's tables"):
            self._stage_rest(facts, good, [decided, diverse], split, drawn)

    def _read(self) -> DataFrame:
        plan = self.plan
        with self.stages.stage("read traffic"):
            traffic = intake.read_night(self.spark, plan.traffic, plan.ds)
            self._check_dimensions(intake.extra_columns(traffic))
            intake.check_extra_types(traffic, self._warehouse.read(SAMPLES).schema)
            self._scores = (
                None if plan.scores is None else intake.read_scores(self.spark, plan.scores, plan.ds)
            )
            self._rows_in = traffic.count()
            self._input_versions = {"traffic": version_of(self.spark, plan.traffic)}
            if plan.scores is not None:
                self._input_versions["scores"] = version_of(self.spark, plan.scores)
        return traffic

    def _score(self, traffic: DataFrame) -> DataFrame:
        with self.stages.stage("intake and phase I models", self._rows_in) as count:
            rows = intake.prepare_rows(traffic, self._scores, self._tasks())
            return self._staging.write("facts", score_conversations(rows, self.plan.text_pass(), count))

    def _tasks(self) -> int:
        """Tasks for the pass over texts: a small night is not cut into crumbs."""
        enough = max(self.spark.sparkContext.defaultParallelism, -(-self._rows_in // _ROWS_PER_TASK))
        return min(self.plan.config.spark.partitions, enough)

    def _check_dimensions(self, extras: list[str]) -> None:
        known = [name for name in SAMPLES.names if name not in {"ds", "run_id"}] + extras
        check_columns(self.plan.config.sampling, known, "sampling")
        if self.plan.config.evaluation is not None:
            check_columns(self.plan.config.evaluation, known, "evaluation")

    def _embed(self, good: DataFrame) -> None:
        plan = self.plan
        prompts = good.where(F.col("text_hash").isNotNull()).select("text_hash", "prompt")
        self._warehouse.create(EMBEDDINGS)
        known = self._warehouse.read(EMBEDDINGS)
        distinct = prompts.select("text_hash").distinct().count()
        with self.stages.stage("embed new prompts", distinct) as count:
            tasks = embedding.tasks_for(distinct, self.spark.sparkContext.defaultParallelism)
            new = embedding.missing_prompts(prompts, known, plan.encoder, self._revision(plan.encoder.name))
            seconds = plan.config.models.seconds_per_text
            rows = embedding.embed(new.repartition(tasks, "text_hash"), plan.encoder, seconds, count)
            self._warehouse.append(EMBEDDINGS, rows, {"run_id": self.run_id})

    def _revision(self, model: str) -> str:
        return self.revisions[model]

    def vectors(self) -> DataFrame:
        """Return `text_hash`, `embedding` of this run's encoder."""
        name = self.plan.encoder.name
        rows = self._warehouse.read(EMBEDDINGS)
        mine = (F.col("model") == name) & (F.col("model_revision") == self._revision(name))
        return rows.where(mine).select("text_hash", "embedding")

    def _make_samples(self, good: DataFrame) -> DataFrame:
        with self.stages.stage("jobs to be done, difficulty"):
            taxonomy = self.plan.taxonomy
            encoded = encode_taxonomy(taxonomy, load_model(self.plan.encoder).encode)

            def assign(vectors: Vectors) -> tuple[list[str], list[float]]:
                answers = assign_jobs(vectors, taxonomy, encoded)
                return answers.labels, answers.margins.tolist()

            needed = good.select("text_hash").where(F.col("text_hash").isNotNull()).distinct()
            jobs = embedding.own_jobs(self.vectors().join(needed, on="text_hash", how="left_semi"), assign)
            return self._stage(SAMPLES, phase_one.make_samples(good, jobs, self.plan.config.difficulty))

    def _decide_phase_one(self, facts: DataFrame, good: DataFrame) -> DataFrame:
        config = self.plan.config
        limits = PhaseOneLimits(privacy=config.privacy, safety=config.safety, language=config.language)
        with self.stages.stage("phase I policy", self._rows_in):
            intake_rows = phase_one.intake_decisions(facts)
            rows = phase_one.phase_one_decisions(good, self._reviews(), limits)
            return self._staging.write("decided", intake_rows.unionByName(rows))

    def _reviews(self) -> DataFrame:
        return self._warehouse.read_night(REVIEW, self.plan.ds)

    def _prune(self, samples: DataFrame, decided: DataFrame) -> tuple[DataFrame, DataFrame]:
        plan = self.plan
        passed = decided.where((F.col("phase") == Phase.LANGUAGE) & (F.col("outcome") == Outcome.KEEP))
        reached = samples.join(passed.select("sample_id"), on="sample_id", how="left_semi")
        vectors = self.vectors()
        priority = F.col(sampling.quoted(plan.config.pruning.priority)).cast("double").alias("priority")
        rows = reached.select(F.col("sample_id").alias("id"), "conversation_id", "text_hash", priority)
        with self.stages.stage("phase II: prune"):
            others = diversity.kept_elsewhere(self._warehouse.read(PRUNING), vectors, plan.ds)
            found = diversity.prune_night(
                rows.join(vectors, on="text_hash"), others, plan.config.pruning, plan.ds
            )
            pruning = self._staging.write("pruning", found)
            self._staged[PRUNING.name] = self._stage(PRUNING, pruning.drop("links"))
            answers = pruning.select("sample_id", F.col("reason").alias("found"))
            # No approval gives a prompt a vector, so no person's answer is heard here.
            reasons = rows.select(F.col("id").alias("sample_id"), "conversation_id").join(
                answers, on="sample_id", how="left"
            )
            return pruning, self._staging.write("diverse", _with_outcomes(reasons, Phase.DIVERSITY))

    def _draw(self, samples: DataFrame, split: pl.DataFrame) -> sampling.Drawn:
        config = self.plan.config
        train_ids = split.filter(pl.col("reason") == Reason.TRAIN.value)["sample_id"]
        eval_ids = split.filter(pl.col("reason") == Reason.EVAL.value)["sample_id"]
        train_rows = config.sampling.rows_of(len(train_ids))
        evaluation = config.evaluation or default_evaluation(train_rows, len(eval_ids))
        blocks = {sampling.TRAIN_SIDE: config.sampling, sampling.EVAL_SIDE: evaluation}
        pool = sampling.read_pool(samples, blocks.values())
        shares = sampling.traffic_shares(samples, blocks.values())
        chosen, tables = [], []
        self._sizes = {}
        for (side, block), ids in zip(blocks.items(), (train_ids, eval_ids), strict=True):
            mine = pool.filter(pl.col("sample_id").is_in(ids.implode()))
            sample, rows = sampling.draw_side(mine, shares, block, side)
            chosen.append(rows)
            self._sizes[side] = block.rows_of(mine.height)
            tables.append(sample.constraints)
        selected = pl.concat(chosen)
        return sampling.Drawn(selected, sampling.reasons_of(split, selected), pl.concat(tables), blocks)

    def _stage_rest(
        self,
        facts: DataFrame,
        good: DataFrame,
        parts: list[DataFrame],
        split: pl.DataFrame,
        drawn: sampling.Drawn,
    ) -> None:
        samples = self.staged(SAMPLES)
        names = samples.select("sample_id", "conversation_id")
        late = [
            _with_outcomes(self._named(reasons, names), phase)
            for phase, reasons in ((Phase.SPLIT, split), (Phase.SAMPLING, drawn.reasons))
        ]
        decisions = self._staging.write("all_decisions", _union([*parts, *late]))
        language = self.plan.config.models.language
        selected = self.spark.createDataFrame(drawn.selected.to_arrow())
        todo: list[Callable[[], DataFrame]] = [
            partial(self._stage, DECISIONS, self._with_rules(decisions)),
            partial(self._stage, REVIEW, phase_one.review_table(decisions, good, self._reviews())),
            partial(self._stage, PRIVACY, phase_one.side_table(good, "privacy")),
            partial(self._stage, SAFETY, phase_one.side_table(good, "safety")),
            partial(
                self._stage, LANGUAGE, phase_one.language_table(good, language, self._revision(language))
            ),
            partial(self._stage, QUARANTINE, phase_one.quarantine_table(facts)),
            partial(self._stage, CONSTRAINTS, self.spark.createDataFrame(drawn.constraints.to_arrow())),
            *(
                partial(self._stage, table, self._publishable(good, selected, table))
                for table in (TRAIN, EVAL)
            ),
        ]
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda act: act(), todo))

    def _named(self, reasons: pl.DataFrame, names: DataFrame) -> DataFrame:
        found = self.spark.createDataFrame(reasons.select("sample_id", found=pl.col("reason")).to_arrow())
        return found.join(names, on="sample_id", how="inner")

    def _with_rules(self, decisions: DataFrame) -> DataFrame:
        fingerprints = {p.value: f for p, f in fingerprint_rules(self.plan.config, self.revisions).items()}
        rules = {reason.value: rule for reason, rule in RULE_OF.items()}
        return decisions.withColumn("rule", F.coalesce(_mapped(rules, "reason"), F.col("phase"))).withColumn(
            "rule_fingerprint", _mapped(fingerprints, "phase")
        )

    def _publishable(self, good: DataFrame, selected: DataFrame, table: Table) -> DataFrame:
        chosen = selected.where(F.col("side") == table.name).select("sample_id", "weight")
        texts = good.select("sample_id", "messages", "prompt")
        clusters = self.staged(PRUNING).select("sample_id", "cluster_id")
        return (
            self.staged(SAMPLES)
            .drop("ds", "run_id")
            .join(chosen, on="sample_id", how="inner")
            .join(texts, on="sample_id", how="inner")
            .join(clusters, on="sample_id", how="inner")
        )

    def _stage(self, table: Table, rows: DataFrame) -> DataFrame:
        """Stage a table's night in its own column types; extra columns stay behind ours."""
        named = rows.withColumn("ds", F.lit(self.plan.ds)).withColumn("run_id", F.lit(self.run_id))
        types = {f.name: f.dataType for f in spark_schema(table.arrow).fields}
        own = [F.col(name).cast(types[name]).alias(name) for name in table.names]
        extra = [F.col(sampling.quoted(name)) for name in named.columns if name not in types]
        staged = self._staging.write(staged_name(table), named.select(*own, *extra))
        self._staged[table.name] = staged
        return staged

    def stage_run(
        self, checks: list[Check], counts: Mapping[str, int], fingerprints: tuple[str, str]
    ) -> None:
        """Stage the row of `runs`."""
        row: dict[str, Any] = {
            "status": "published",
            "config": json.dumps(self.plan.config.as_written() | {"ds": self.plan.ds}, sort_keys=True),
            "config_hash": hash_config(self.plan.config),
            "code_version": self.plan.code_version,
            "train_version": None,
            "eval_version": None,
            "input_versions": self._input_versions,
            "model_revisions": dict(self.revisions),
            "counts": dict(counts),
            "checks": json.dumps([c.as_dict() for c in checks]),
            "stages": json.dumps(
                [{"name": r.name, "rows": r.rows, "seconds": r.seconds} for r in self.stages.records]
            ),
            "input_fingerprint": fingerprints[0],
            "fingerprint": fingerprints[1],
            "started_at": self.started_at,
            "finished_at": None,
            "ds": self.plan.ds,
            "run_id": self.run_id,
        }
        schema = spark_schema(RUNS.arrow)
        for part in schema.fields:
            part.nullable = True
        values = tuple(row[name] for name in schema.names)
        stage_run(self._staging, self.spark.createDataFrame([values], schema))

    def comparable_run(self, input_fingerprint: str) -> str | None:
        """Return the fingerprint that the last run of this night published, if nothing differs since.

        Comparable: same configuration, code, models and input as Phase I saw it, and no other
        night published since it began.
        """
        runs = self._warehouse.read(RUNS)
        mine = runs.where(F.col("ds") == self.plan.ds).orderBy(F.col("finished_at").desc()).limit(1).collect()
        if not mine:
            return None
        last = mine[0]
        since = runs.where((F.col("ds") != self.plan.ds) & (F.col("finished_at") >= last["started_at"]))
        same = (
            last["config_hash"] == hash_config(self.plan.config)
            and last["code_version"] == self.plan.code_version
            and dict(last["model_revisions"]) == dict(self.revisions)
            and last["input_fingerprint"] == input_fingerprint
        )
        return str(last["fingerprint"]) if same and since.isEmpty() else None

    def discard(self) -> None:
        """Remove what was staged."""
        self._staging.remove()


def _with_outcomes(reasons: DataFrame, phase: Phase) -> DataFrame:
    """Return decisions from `sample_id`, `conversation_id`, `found` (a reason; null = none)."""
    return map_rows(reasons, partial(_decide, phase=phase.value), phase_one.DECIDED)


def _decide(reasons: pl.DataFrame, phase: str) -> pl.DataFrame:
    # Only Phase II can be without a reason: the prompt has no vector.
    named = reasons.with_columns(
        reason=pl.col("found").fill_null(Reason.NOT_EMBEDDED.value), phase=pl.lit(phase)
    )
    return with_outcome(named)


def _mapped(values: Mapping[str, str], column: str) -> Any:  # noqa: ANN401 a Spark column
    pairs = [F.lit(part) for pair in values.items() for part in pair]
    return F.create_map(*pairs)[F.col(column)]


def _union(parts: list[DataFrame]) -> DataFrame:
    union = parts[0]
    for part in parts[1:]:
        union = union.unionByName(part)
    return union
