"""The phases of a night in their order, each staged; then the gates, then publication."""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import polars as pl
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.checks import Check
from pipelines.config import hash_config
from pipelines.diversity.cluster_names import date_clusters, describe_clusters
from pipelines.diversity.jobs_to_be_done import assign_jobs, encode_taxonomy
from pipelines.diversity.similarity import Vectors
from pipelines.errors import ConfigurationError
from pipelines.filtering.language.declared import compare_declared
from pipelines.filtering.policy import PhaseOneLimits
from pipelines.lake import polars_schema, scan_files, scan_night, scan_table
from pipelines.models.registry import load_model
from pipelines.night import drawing as sampling
from pipelines.night import intake, phase_one
from pipelines.night import pruning as diversity
from pipelines.night.facts_cache import FactsStore
from pipelines.night.plan import Plan
from pipelines.night.publication import stage_run
from pipelines.night.text_pass import facts_schema, score_conversations
from pipelines.night.vectors import NightVectors
from pipelines.night.workspace import Staging, staged_name
from pipelines.outcomes import Outcome, Phase, Reason
from pipelines.publishing import ledger
from pipelines.publishing.gates import count_rows
from pipelines.publishing.rules import RULE_OF, fingerprint_rules
from pipelines.sampling.constraints import check_columns
from pipelines.spark.inputs import version_of
from pipelines.spark.progress import Stages
from pipelines.spark.tables import Warehouse, quoted, read_files, spark_schema
from schemas.ledger import CONSTRAINTS, DECISIONS, QUARANTINE, REVIEW, RUNS
from schemas.samples import EVAL, SAMPLES, TRAIN
from schemas.sidecars import CLUSTERS, LANGUAGE, PRIVACY, PROMPT_SAFETY, PRUNING, SAFETY
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
        self._rows_in = 0

    _staging: Staging = field(init=False)
    _warehouse: Warehouse = field(init=False)
    _rows_in: int = field(init=False)
    _scores: DataFrame | None = field(init=False)
    _input_versions: dict[str, int | None] = field(init=False)
    _drawn: sampling.Drawn = field(init=False)
    _vectors: NightVectors = field(init=False)

    @property
    def rows_in(self) -> int:
        """Rows of the night's input."""
        return self._rows_in

    @property
    def drawn(self) -> sampling.Drawn:
        """What Phase III chose."""
        return self._drawn

    def staged(self, table: Table) -> DataFrame:
        """Return a staged night of a table."""
        return self._staging.read_table(table)

    def scan(self, table: Table) -> pl.LazyFrame:
        """Return a staged night of a table as a lazy frame, read without Spark."""
        return scan_files(self._staging.place(staged_name(table)), table)

    def count_cleared(self) -> dict[str, int]:
        """Return column → rows in which a value held an identifier and was made null."""
        names = self._facts().select(pl.col("cleared").explode()).drop_nulls()
        counted = names.group_by("cleared").len().sort("cleared").collect(engine="streaming")
        return dict(counted.iter_rows())

    def spill(self, name: str, rows: pl.LazyFrame) -> DataFrame:
        """Return a lazy frame's rows as Spark's, by way of the run's folder."""
        self._staging.sink(name, rows)
        schema = spark_schema(rows.collect_schema().to_frame().to_arrow().schema)
        return read_files(self.spark, schema, self._staging.place(name))

    def stage_all(self) -> None:
        """Run every phase."""
        traffic = self._read()
        # Only now: a wrong table must not have to wait for models.
        with self.stages.stage("load models"):
            self.revisions = self.plan.revisions()
            self._vectors = NightVectors(
                self._warehouse, self._staging, self.plan, self.revisions, self.run_id
            )
        facts = self._score(traffic)
        good = facts.where(F.col("defect").isNull())
        self._embed(good)
        self._make_samples(good)
        self._decide_phase_one()
        self._prune()
        with self.stages.stage("phase III: split, draw"):
            samples, pruning = self.scan(SAMPLES), self._staging.scan("pruning")
            prompts = self._facts().select("sample_id", text="prompt")
            who = samples.select("sample_id", "user_key", "conversation_id")
            said = who.join(prompts, on="sample_id", how="left")
            split = sampling.split_night(self.plan.root, self.plan.ds, said, pruning, self.plan.config.split)
            split = self._part_sides(split)
            drawn = self._drawn = sampling.draw_night(samples, split, self.plan.config)
        with self.stages.stage("stage the night's tables"):
            self._stage_ledger(split, drawn)
            self._stage_sides(good, drawn)

    def _facts(self) -> pl.LazyFrame:
        return self._staging.scan("facts")

    def _good(self) -> pl.LazyFrame:
        """Return the facts of samples, the heads' scores of their prompts among those of safety."""
        good = self._facts().filter(pl.col("defect").is_null())
        scores = scan_table(self.plan.root, PROMPT_SAFETY)
        heads = {spec.name: self._revision(spec.name) for spec in self.plan.heads}
        return ledger.join_heads(good, scores, heads)

    def _read(self) -> DataFrame:
        plan = self.plan
        with self.stages.stage("read traffic"):
            traffic = intake.read_night(self.spark, plan.traffic, plan.ds, plan.config.intake.carry)
            self._check_dimensions(intake.extra_columns(traffic))
            intake.check_extra_types(traffic, self._warehouse.read(SAMPLES).schema)
            self._scores = (
                None if plan.scores is None else intake.read_scores(self.spark, plan.scores, plan.ds)
            )
            self._rows_in = intake.count_readable(traffic)
            self._input_versions = {"traffic": version_of(self.spark, plan.traffic)}
            if plan.scores is not None:
                self._input_versions["scores"] = version_of(self.spark, plan.scores)
        return traffic

    def _score(self, traffic: DataFrame) -> DataFrame:
        plan, text_pass = self.plan, self.plan.text_pass()
        with self.stages.stage("intake and phase I models", self._rows_in) as count:
            rows = intake.prepare_rows(traffic, self._scores, self._tasks())
            store = FactsStore(
                spark=self.spark,
                root=plan.root,
                ds=plan.ds,
                scorers=text_pass.fingerprint(self.revisions, plan.code_version),
                nights=plan.config.models.keep_facts_nights,
            )
            known = store.read(spark_schema(facts_schema(rows)))
            if known is None:
                scored = score_conversations(rows, text_pass, count)
            else:
                again = known.join(rows.select("content"), on="content", how="left_semi")
                new = rows.join(known.select("content"), on="content", how="left_anti")
                scored = score_conversations(new, text_pass, count).unionByName(again)
            facts = self._staging.write("facts", scored)
            store.keep(self._staging.place("facts"))
            return facts

    def _tasks(self) -> int:
        """Tasks for the pass over texts: a small night is not cut into crumbs."""
        enough = max(self.spark.sparkContext.defaultParallelism, -(-self._rows_in // _ROWS_PER_TASK))
        return min(self.plan.config.spark.partitions, enough)

    def _check_dimensions(self, extras: list[str]) -> None:
        known = [name for name in SAMPLES.names if name not in {"ds", "run_id"}] + extras
        pruning = self.plan.config.pruning
        for key in ("priority", "stratum"):
            column = getattr(pruning, key)
            if column is not None and column not in known:
                message = f"pruning.{key}: {column} is no column of samples. Known here: {', '.join(known)}."
                raise ConfigurationError(message)
        check_columns(self.plan.config.sampling, known, "sampling")
        if self.plan.config.evaluation is not None:
            check_columns(self.plan.config.evaluation, known, "evaluation")

    def _embed(self, good: DataFrame) -> None:
        prompts = good.where(F.col("prompt").isNotNull()).select("text_hash", "prompt")
        hashes = self._facts().select(pl.col("text_hash").drop_nulls().n_unique())
        distinct = int(hashes.collect(engine="streaming").item())
        with self.stages.stage("embed new prompts", distinct) as count:
            self._vectors.embed(prompts, distinct, self.spark.sparkContext.defaultParallelism, count)

    def _revision(self, model: str) -> str:
        return self.revisions[model]

    def vectors(self) -> DataFrame:
        """Return `text_hash`, `model`, `embedding`: by which vector each prompt is compared."""
        return self._vectors.read()

    def _make_samples(self, good: DataFrame) -> None:
        with self.stages.stage("jobs to be done, difficulty"):
            taxonomy = self.plan.taxonomy
            encoded = encode_taxonomy(taxonomy, load_model(self.plan.encoder).encode)

            def assign(vectors: Vectors) -> tuple[list[str], list[float]]:
                answers = assign_jobs(vectors, taxonomy, encoded)
                return answers.labels, answers.margins.tolist()

            needed = good.select("text_hash").where(F.col("text_hash").isNotNull()).distinct()
            jobs = self._vectors.jobs(needed, assign)
            levels = phase_one.level_night(
                self._good(), self.plan.config.difficulty, self.plan.config.hardness
            )
            samples = phase_one.make_samples(good, jobs, self.spill("levels", levels.lazy()))
            self._stage(SAMPLES, samples)

    def _decide_phase_one(self) -> None:
        config = self.plan.config
        limits = PhaseOneLimits(privacy=config.privacy, safety=config.safety, language=config.language)
        with self.stages.stage("phase I policy", self._rows_in):
            reviews = scan_night(self.plan.root, REVIEW, self.plan.ds)
            self._staging.sink("decided", ledger.decide_intake(self._facts()))
            for some in phase_one.decide_samples(self._good(), reviews, limits):
                self._staging.sink("decided", some.select(ledger.DECIDED).lazy())

    def _passed(self) -> pl.LazyFrame:
        """Return `sample_id`, `conversation_id` of what Phase I kept."""
        kept = (pl.col("phase") == Phase.LANGUAGE) & (pl.col("outcome") == Outcome.KEEP)
        return self._staging.scan("decided").filter(kept).select("sample_id", "conversation_id")

    def _prune(self) -> None:
        plan = self.plan
        with self.stages.stage("phase II: prune"):
            passed = self.spill("passed", self._passed().select("sample_id"))
            reached = self.staged(SAMPLES).join(passed, on="sample_id", how="left_semi")
            vectors = self.vectors()
            priority = F.col(quoted(plan.config.pruning.priority)).cast("double").alias("priority")
            settings = plan.config.pruning
            stratum = F.lit("") if settings.stratum is None else F.col(quoted(settings.stratum))
            rows = reached.select(
                F.col("sample_id").alias("id"), "text_hash", priority, stratum.cast("string").alias("stratum")
            )
            before = self._warehouse.read(PRUNING)
            others = diversity.kept_elsewhere(before, vectors, plan.ds, settings.window_nights)
            known = date_clusters(scan_table(plan.root, PRUNING), plan.ds)
            rows = rows.join(self._vectors.untold(), on="text_hash", how="left_anti")
            rows = rows.join(vectors, on="text_hash", how="inner")
            rule = diversity.NightRule(settings.narrow(), plan.cuts, plan.ds)
            found = diversity.prune_night(rows, others, rule, known["cluster_id"])
            self._staging.write("pruning", found)  # with the links to later nights, which no table keeps
            self._sink(PRUNING, self._staging.scan("pruning").drop("links"))
            users = self.scan(SAMPLES).select("sample_id", "user_key")
            told = self.scan(PRUNING).join(users, on="sample_id", how="inner")
            told = told.join(self._facts().select("sample_id", "prompt"), on="sample_id", how="inner")
            self._sink(CLUSTERS, describe_clusters(told, known, plan.ds, settings.name_users_min).lazy())

    def _part_sides(self, split: pl.DataFrame) -> pl.DataFrame:
        """Take rows off their side that stand near the other, where pruning did not meet all pairs."""
        ds, settings = self.plan.ds, self.plan.config.pruning
        before = diversity.count_earlier(self.plan.root, ds, settings.window_nights)
        if settings.is_exact(count_rows(self.scan(PRUNING)), before):
            return split
        is_sided = pl.col("reason").is_in([TRAIN.name, EVAL.name])
        sided = self.spill("sided", split.filter(is_sided).select("sample_id", side="reason").lazy())
        sided = sided.join(self.staged(SAMPLES).select("sample_id", "text_hash"), on="sample_id", how="inner")
        others = diversity.published_elsewhere(self._warehouse, ds, "text_hash")
        night, past = (rows.join(self.vectors(), on="text_hash", how="inner") for rows in (sided, others))
        torn = diversity.find_torn_rows(night.drop("text_hash"), past, self.plan.cuts)
        is_torn = pl.col("sample_id").is_in(pl.DataFrame(torn.toArrow())["sample_id"].implode())
        conflict = pl.lit(Reason.SPLIT_CONFLICT.value)
        return split.with_columns(reason=pl.when(is_torn).then(conflict).otherwise("reason"))

    def _stage_ledger(self, split: pl.DataFrame, drawn: sampling.Drawn) -> None:
        """Stage every table that holds no text of a sample."""
        facts, good, models = self._facts(), self._good(), self.plan.config.models
        self._sink(DECISIONS, self._decisions(split, drawn))
        reviews = scan_night(self.plan.root, REVIEW, self.plan.ds)
        self._sink(REVIEW, ledger.list_reviews(self.scan(DECISIONS), good, reviews))
        self._sink(PRIVACY, ledger.list_answers(good, "privacy"))
        self._sink(SAFETY, ledger.list_answers(good, "safety"))
        languages = ledger.list_languages(good, models.language, self._revision(models.language))
        told = good.select("sample_id", "language", "locale", "identified").collect(engine="streaming")
        declared = compare_declared(told).lazy().select("sample_id", "declared_language")
        self._sink(LANGUAGE, languages.join(declared, on="sample_id", how="left"))
        self._sink(QUARANTINE, ledger.list_quarantine(facts))
        self._sink(CONSTRAINTS, drawn.constraints.lazy())

    def _decisions(self, split: pl.DataFrame, drawn: sampling.Drawn) -> pl.LazyFrame:
        found = self.scan(PRUNING).select("sample_id", "reason")
        # No approval gives a prompt a vector, so no person's answer is heard in Phase II.
        diverse = self._passed().join(found, on="sample_id", how="left")
        names = self._good().select("sample_id", "conversation_id")
        late = [
            ledger.decide_by_reason(reasons.lazy().join(names, on="sample_id", how="inner"), phase)
            for phase, reasons in ((Phase.SPLIT, split), (Phase.SAMPLING, drawn.reasons))
        ]
        decided = [
            self._staging.scan("decided"),
            ledger.decide_by_reason(diverse, Phase.DIVERSITY, Reason.NOT_EMBEDDED),
            *late,
        ]
        return ledger.name_rules(
            pl.concat(decided), RULE_OF, fingerprint_rules(self.plan.config, self.revisions)
        )

    def _stage_sides(self, good: DataFrame, drawn: sampling.Drawn) -> None:
        """Stage train and eval, the tables with texts, both at once."""
        selected = self.spill("selected", drawn.selected.lazy())
        with ThreadPoolExecutor(2) as pool:
            parts = {table: self._publishable(good, selected, table) for table in (TRAIN, EVAL)}
            list(pool.map(self._stage, parts.keys(), parts.values()))

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

    def _stage(self, table: Table, rows: DataFrame) -> None:
        """Stage a table's night in its own column types; extra columns stay behind ours."""
        named = rows.withColumn("ds", F.lit(self.plan.ds)).withColumn("run_id", F.lit(self.run_id))
        types = {f.name: f.dataType for f in spark_schema(table.arrow).fields}
        own = [F.col(name).cast(types[name]).alias(name) for name in table.names]
        extra = [F.col(quoted(name)) for name in named.columns if name not in types]
        self._staging.write(staged_name(table), named.select(*own, *extra))

    def _sink(self, table: Table, rows: pl.LazyFrame) -> None:
        """Stage a table's night from a lazy frame, in its own column types."""
        named = rows.with_columns(ds=pl.lit(self.plan.ds), run_id=pl.lit(self.run_id))
        own = [pl.col(name).cast(kind) for name, kind in polars_schema(table).items()]
        self._staging.sink(staged_name(table), named.select(own))

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

    def discard(self) -> None:
        """Remove what was staged."""
        self._staging.remove()
