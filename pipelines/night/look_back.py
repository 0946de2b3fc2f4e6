"""Compare the night's prompts with what other nights kept, through the index."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention

from pipelines.diversity.clustering import Centroids, rank_centroids
from pipelines.diversity.pairs import pairs_across
from pipelines.diversity.similarity import Pool, find_nearest, make_pool, unit_rows
from pipelines.night.embedding import read_vectors
from pipelines.night.index import count_earlier
from pipelines.night.index_search import of_model, over_index, rows_where
from pipelines.night.night import Night
from pipelines.night.window import first_of_window, is_earlier
from pipelines.night.workspace import Staged
from schemas.night import NEAREST_KEPT


@dataclass(frozen=True, slots=True)
class LookBack:
    """How a night's prompts are compared with kept rows of other nights.

    Args:
        ds: the night.
        since: the first night that counts as earlier.
        cuts: of each model, by its name.
        revisions: of each model: rows of another one cannot be compared.
        known: of each model, its clusters, in which alone is searched; empty = all pairs are
            compared.
        probe_clusters: how many beside a prompt's own.
    """

    ds: str
    since: str
    cuts: Mapping[str, float]
    revisions: Mapping[str, str]
    known: Mapping[str, Centroids] = field(default_factory=dict)
    probe_clusters: int = 0

    def counts(self, ds: str) -> bool:
        """Whether the kept rows of a night are leaders for this one."""
        return is_earlier(ds, self.ds, self.since)


def compare_with_kept(night: Night, candidates: Staged, rule: LookBack) -> Staged:
    """Stage `nearest_kept`: each prompt's nearest earlier row and near sides in other nights."""
    found = over_index(night, candidates, partial(NearestKept, rule=rule), NEAREST_KEPT)
    return night.workspace.write(NEAREST_KEPT, found)


def fits_budget(night: Night, rows: int, cost: int = 1) -> bool:
    """Say whether all pairs of a night's rows, and with earlier nights' kept rows, are compared.

    Args:
        night: the run.
        rows: how many the night has.
        cost: of a pair, as a multiple of that of the search.
    """
    plan, budget = night.plan, night.plan.config.pruning
    since = first_of_window(plan.ds, budget.window_nights)
    return budget.is_exact(rows, count_earlier(plan.root, plan.ds, since), cost)


class NearestKept:
    """The search for `nearest_kept` of some prompts.

    Args:
        prompts: `text_hash`, `model`, `embedding`; hashes may repeat.
        rule: what is compared with what.
    """

    def __init__(self, prompts: pa.Table, rule: LookBack) -> None:
        own = {model: _first_of_each(of_model(prompts, model)) for model in rule.cuts}
        self._models = [_ModelSearch(rows, rule, name) for name, rows in own.items() if len(rows)]

    def look_at(self, kept: pa.Table) -> None:
        """Take in kept rows."""
        for model in self._models:
            model.look_at(kept)

    def answers(self) -> pa.Table:
        """Return `nearest_kept`, without prompts that no row was found for."""
        found = [model.answers() for model in self._models]
        return pa.concat_tables([NEAREST_KEPT.arrow.empty_table(), *found])


class _ModelSearch:
    """The same for the prompts that one model compares, each of which is there once."""

    def __init__(self, prompts: pa.Table, rule: LookBack, model: str) -> None:
        self._rule, self._model = rule, model
        self._hashes, self._vectors = prompts["text_hash"], read_vectors(prompts["embedding"])
        self._known = rule.known.get(model)
        self._queries = make_pool(unit_rows(self._vectors))
        if self._known is not None:
            wanted = 1 + rule.probe_clusters
            probes, _ = rank_centroids(self._queries.unit, *self._known.directions(), wanted)
            self._queries = Pool(self._queries.unit, self._queries.quantized, probes)
        self._similarity = np.full(len(self._vectors), -np.inf)
        self._witness: list[tuple[str, str, str] | None] = [None] * len(self._vectors)
        self._sides: dict[int, set[str]] = {}

    def look_at(self, kept: pa.Table) -> None:
        rows = of_model(kept, self._model, self._rule.revisions[self._model])
        counts = [self._rule.counts(ds) for ds in rows["ds"].to_pylist()]
        self._find_nearest(rows_where(rows, counts))
        others = rows_where(rows, [not own for own in counts])
        self._find_sides(rows_where(others, others["side"].is_valid()))

    def _find_nearest(self, leaders: pa.Table) -> None:
        """Take a row that is nearer; of equally near ones that of the first night, then by id."""
        if not len(leaders):
            return
        names = leaders.drop(["embedding"])
        order = pa.compute.sort_indices(
            names, [("ds", "ascending"), ("sample_id", "ascending")]
        ).to_numpy()
        pool = make_pool(unit_rows(read_vectors(leaders["embedding"])[order]))
        if self._known is not None:
            # A kept row keeps its named cluster.
            place = {name: number for number, name in enumerate(self._known.names)}
            named = names["cluster_id"].to_pylist()
            home = np.array([place.get(named[row], -1) for row in order.tolist()], np.int64)
            pool = Pool(pool.unit, pool.quantized, home[:, None])
        # As near as the nearest so far must be found too.
        floors = np.nextafter(self._similarity, -np.inf)
        near = find_nearest(self._queries, pool, floors=floors)
        found = np.flatnonzero(near.row >= 0)
        met = names.select(["ds", "sample_id", "text_hash"]).take(order[near.row[found]])
        told = zip(*(column.to_pylist() for column in met.columns), strict=True)
        for place_of, witness in zip(found.tolist(), told, strict=True):
            cosine, before = near.similarity[place_of], self._witness[place_of]
            if cosine > self._similarity[place_of] or before is None or witness < before:
                self._similarity[place_of], self._witness[place_of] = cosine, witness

    def _find_sides(self, sided: pa.Table) -> None:
        if not len(sided):
            return
        theirs = read_vectors(sided["embedding"])
        pairs = pairs_across(self._vectors, theirs, self._rule.cuts[self._model])
        of = sided["side"].to_pylist()
        for row, other in zip(pairs.left.tolist(), pairs.right.tolist(), strict=True):
            self._sides.setdefault(row, set()).add(of[other])

    def answers(self) -> pa.Table:
        lacking = np.isneginf(self._similarity)
        night, sample, text = (
            pa.array([w if w is None else w[part] for w in self._witness], pa.string())
            for part in range(3)
        )
        sides = [sorted(self._sides.get(row, ())) for row in range(len(self._witness))]
        answers = pa.table(
            {
                "text_hash": self._hashes,
                "similarity": pa.array(self._similarity, pa.float64(), mask=lacking),
                "witness_id": sample,
                "witness_ds": night,
                "witness_hash": text,
                "sides": pa.array(sides, pa.list_(pa.string())),
            }
        )
        is_near = ~lacking | np.array([bool(of) for of in sides], np.bool_)
        return answers.filter(pa.array(is_near)).cast(NEAREST_KEPT.arrow)


def _first_of_each(prompts: pa.Table) -> pa.Table:
    """Return one row per prompt, sorted by its hash."""
    names = prompts["text_hash"]
    order = pa.compute.sort_indices(names).to_numpy()
    ordered = np.array(names.take(order).to_pylist(), np.str_)
    _, first = np.unique(ordered, return_index=True)
    return prompts.take(pa.array(order[first]))


def nearest_of_all(found: DataFrame) -> DataFrame:
    """Return `nearest_kept` with one row per prompt.

    Of equally near rows the one of the earliest night counts, then the first by id.
    """
    # Minus the cosine first: the least of these structs is the nearest, whatever the tasks were.
    rank = F.struct((-F.col("similarity")).alias("far"), "witness_ds", "witness_id", "witness_hash")
    least = F.min(F.when(F.col("similarity").isNotNull(), rank)).alias("near")
    sides = F.array_sort(F.array_distinct(F.flatten(F.collect_list("sides")))).alias("sides")
    return (
        found.groupBy("text_hash")
        .agg(least, sides)
        .select(
            "text_hash",
            (-F.col("near.far")).alias("similarity"),
            F.col("near.witness_id").alias("witness_id"),
            F.col("near.witness_ds").alias("witness_ds"),
            F.col("near.witness_hash").alias("witness_hash"),
            "sides",
        )
    )
