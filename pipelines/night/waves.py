"""Phase II of a large night in waves of tasks: the rows of one task, and no task holds the night.

The driver holds names of files and counts. Who leads is found wave by wave: tasks compare a wave's
rows with the leaders of the waves before it, one task decides what is left. Two tasks hold all rows
without their vectors, the fold and the last one, about 1 GB of a million rows each; the budget is
chosen in one task from the links of all rows, 1.3 GB of a million at most. The other tasks hold a
wave's vectors and those of one file of leaders.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from pipelines.diversity.clustering import PART_ROWS
from pipelines.diversity.pruning import count_allowed
from pipelines.diversity.waves import cut_ranges
from pipelines.night.pruning_task import ANSWERS, NightRule
from pipelines.night.wave_answers import choose, finish
from pipelines.night.wave_clusters import assign, find_known_clusters, has_known, train
from pipelines.night.wave_files import WaveFiles, WaveGroup
from pipelines.night.wave_rows import cut_file, fold_night, print_file, spread_file
from pipelines.night.wave_tasks import (
    Item,
    decide,
    find_witnesses,
    gather_probes,
    link,
    meet_earlier,
)
from pipelines.spark.adapters import map_items, map_whole
from pipelines.stores.location import Location

_ITEM = pa.schema([("item", pa.string())])


@dataclass(frozen=True, slots=True)
class WaveSizes:
    """How the work is cut; never changes a row.

    Args:
        tasks: of one step, at most; waves are more where the night is large.
        wave_rows: of a wave. One core decides a wave of 16,384 among itself in 0.4 s, about as long
            as Spark takes for a step.
        file_rows: that a task prints, and sorts into a file of its own.
        task_pairs: which a task compares at least, where there are so many: 0.3 s of one core.
    """

    tasks: int
    wave_rows: int = 16_384
    file_rows: int = 25_000
    task_pairs: int = 100_000_000

    def count_tasks(self, pairs: int) -> int:
        """Return by how many tasks so many pairs are compared."""
        return max(1, min(self.tasks, pairs // self.task_pairs))


@dataclass(frozen=True, slots=True)
class WaveNight:
    """A night that is pruned in waves.

    Args:
        spark: the session.
        files: of the night; who asks removes them when `pruned` is written.
        rule: budget, cuts and clusters.
        sizes: how the work is cut.
    """

    spark: SparkSession
    files: WaveFiles
    rule: NightRule
    sizes: WaveSizes

    def prune(self, candidates: Sequence[Location], rows: DataFrame) -> DataFrame:
        """Return `pruned` of a night's rows, one row each: those of `prune_night`.

        Args:
            candidates: the files of `candidates`.
            rows: what `prune_night` takes, without the vectors.
        """
        night, groups = self._fold(candidates, rows)
        waves = [self._lead(group) for group in groups]
        kept = self._choose(groups, waves, night, sum(group.rows for group in groups))
        ends: dict[str, Any] = {"night": night, "answers": [], "nearest": [], "assigned": []}
        for group, own, left in zip(groups, waves, kept, strict=True):
            ends["answers"].append(self._find_witnesses(group, own, left))
            nearest, assigned = self._cluster(group, night)
            ends["nearest"].append(nearest)
            ends["assigned"].append(assigned)
        kernel = partial(finish, files=self.files, groups=groups, rule=self.rule)
        return map_items(self.spark, [json.dumps(ends)], _on_json(kernel), ANSWERS)

    def _run(self, kernel: Callable[..., Item], items: Iterable[Item], **given: Any) -> list[Item]:  # noqa: ANN401 whatever a kernel takes
        """Run a kernel on each item, in a task of its own; return the answers in their order."""
        task = partial(_as_row, kernel=partial(kernel, files=self.files, **given))
        texts = [json.dumps({**item, "number": k}) for k, item in enumerate(items)]
        rows = map_items(self.spark, texts, task, _ITEM).collect()
        return sorted((json.loads(row["item"]) for row in rows), key=lambda found: found["number"])

    def _fold(self, candidates: Sequence[Location], rows: DataFrame) -> tuple[str, list[WaveGroup]]:
        parts = [part for file in candidates for part in cut_file(file, self.sizes.file_rows)]
        prints = [found["prints"] for found in self._run(print_file, parts)]
        fold = partial(fold_night, files=self.files, prints=prints, cuts=self.rule.cuts)
        # Shuffled first: else one task would do what the rows follow from as well.
        (row,) = map_whole(rows.repartition(1), fold, _ITEM).collect()
        folded = json.loads(row["item"])
        count = len(folded["groups"])
        spread = self._run(spread_file, parts, night=folded["night"], groups=count)
        groups = [
            WaveGroup(
                **group,
                by_turn=_names_of(spread, "by_turn", number),
                by_id=_names_of(spread, "by_id", number),
            )
            for number, group in enumerate(folded["groups"])
        ]
        return folded["night"], groups

    def _lead(self, group: WaveGroup) -> list[Item]:
        """Return what `decide` says of each wave of a group."""
        waves: list[Item] = []
        for start, stop in cut_ranges(group.distinct, self.sizes.wave_rows):
            leaders = [wave["leaders"] for wave in waves if wave["leaders"]]
            count = sum(wave["count"] for wave in waves)
            items = self._cut_meeting(start, stop, leaders, count)
            met = self._run(meet_earlier, items, group=group) if leaders else []
            wave = {"start": start, "stop": stop, "met": met}
            waves += self._run(decide, [wave], group=group)
        return waves

    def _cut_meeting(self, start: int, stop: int, leaders: Sequence[str], count: int) -> list[Item]:
        """Cut a wave and the leaders before it into tasks, few of which share a file of leaders."""
        wanted = self.sizes.count_tasks((stop - start) * count)
        parts = split_evenly(leaders, max(1, wanted // 2))
        size = -(-(stop - start) // max(1, -(-wanted // max(1, len(parts)))))
        return [
            {"start": start + first, "stop": start + last, "leaders": part}
            for first, last in cut_ranges(stop - start, size)
            for part in parts
        ]

    def _choose(
        self, groups: Sequence[WaveGroup], waves: Sequence[Sequence[Item]], night: str, rows: int
    ) -> list[str | None]:
        """Return of each group the file of the leaders that stay; None = all of them."""
        found = sum(wave["count"] for own in waves for wave in own)
        if found <= count_allowed(self.rule.budget.retain, rows):
            return [None] * len(groups)
        edges = [self._link(group, own) for group, own in zip(groups, waves, strict=True)]
        states = [[wave["state"] for wave in own] for own in waves]
        item = {"states": states, "edges": edges}
        (chosen,) = self._run(choose, [item], groups=groups, rule=self.rule, night=night)
        return list(chosen["kept"])

    def _link(self, group: WaveGroup, waves: Sequence[Item]) -> list[str]:
        leaders = [wave["leaders"] for wave in waves if wave["leaders"]]
        count = sum(wave["count"] for wave in waves)
        (probes,) = self._run(gather_probes, [{"leaders": leaders, "count": count}])
        items = [
            {**probes, "start": start, "stop": stop, "leaders": leaders}
            for start, stop in cut_ranges(group.distinct, self._slice_rows(group, count))
        ]
        return [found["edges"] for found in self._run(link, items, group=group)]

    def _find_witnesses(
        self, group: WaveGroup, waves: Sequence[Item], kept: str | None
    ) -> list[str]:
        size = self._slice_rows(group, sum(wave["count"] for wave in waves))
        items = []
        for number, wave in enumerate(waves):
            seen = waves[number:] if kept is None else waves
            keepers = [other["leaders"] for other in seen if other["leaders"]]
            shared = {"first": wave["start"], "state": wave["state"], "kept": kept}
            items += [
                {"start": wave["start"] + start, "stop": wave["start"] + stop, "keepers": keepers}
                | shared
                for start, stop in cut_ranges(wave["stop"] - wave["start"], size)
            ]
        return [found["answers"] for found in self._run(find_witnesses, items, group=group)]

    def _slice_rows(self, group: WaveGroup, leaders: int) -> int:
        """Return how many rows a task compares with all leaders: a wave's at most."""
        tasks = self.sizes.count_tasks(group.distinct * leaders)
        return min(self.sizes.wave_rows, -(-group.distinct // tasks))

    def _cluster(self, group: WaveGroup, night: str) -> tuple[list[str], list[str]]:
        """Return the files of `find_known_clusters` and of `assign`."""
        known, nearest = self.rule.known.centroids.get(group.model), []
        if has_known(known):
            items = self._cut_parts(group.rows)
            found = self._run(find_known_clusters, items, group=group, known=known)
            nearest = [part["nearest"] for part in found]
        (trained,) = self._run(train, [{"nearest": nearest, "night": night}], group=group)
        items = [{**trained, **part} for part in self._cut_parts(trained["count"])]
        return nearest, [part["assigned"] for part in self._run(assign, items, group=group)]

    def _cut_parts(self, rows: int) -> list[Item]:
        """Cut rows by id into ranges of whole parts."""
        parts = -(-rows // PART_ROWS)
        size = PART_ROWS * max(1, -(-parts // self.sizes.tasks))
        return [{"start": start, "stop": stop} for start, stop in cut_ranges(rows, size)]


def split_evenly(values: Sequence[str], parts: int) -> list[list[str]]:
    """Split values into so many runs of about the same length, none of them empty.

    >>> split_evenly(["a", "b", "c"], 2)
    [['a'], ['b', 'c']]
    """
    bounds = np.linspace(0, len(values), min(parts, len(values)) + 1).astype(int).tolist()
    return [list(values[start:stop]) for start, stop in pairwise(bounds)]


def _names_of(spread: Sequence[Item], kind: str, group: int) -> tuple[str, ...]:
    return tuple(part[kind][group] for part in spread if part[kind][group] is not None)


def _as_row(item: str, kernel: Callable[[Item], Item]) -> pa.Table:
    task = json.loads(item)
    return pa.table({"item": [json.dumps({**kernel(task), "number": task["number"]})]})


def _on_json(kernel: Callable[[Item], pa.Table]) -> Callable[[str], pa.Table]:
    return lambda item: kernel(json.loads(item))
