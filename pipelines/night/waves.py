"""Phase II of a large night in waves of tasks: the rows of one task, and no task holds the night.

The driver holds names of files and counts. Who leads is found wave by wave: tasks compare a wave's
rows with the leaders of the waves before it, one task decides what is left; meanwhile the others
compare the next wave with the leaders known so far.

Two tasks hold all rows without their vectors, the fold and the last one, 1.8 GB of a million
rows each; the budget is chosen in one task from the links of all rows, 2 GB of a million, and
without a vector. The other tasks hold the vectors of a wave and of one file of leaders.
"""

import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise

import numpy as np
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

from pipelines.diversity.clustering import PART_ROWS
from pipelines.diversity.pruning import count_allowed
from pipelines.diversity.waves import cut_ranges
from pipelines.night.pruning_task import ANSWERS, NightRule
from pipelines.night.wave_answers import choose, finish
from pipelines.night.wave_clusters import assign, find_known_clusters, train
from pipelines.night.wave_files import WaveFiles, WaveGroup
from pipelines.night.wave_rows import cut_file, fold_night, print_file, spread_file
from pipelines.night.wave_tasks import (
    Item,
    compare_with_earlier,
    decide,
    find_kept_witnesses,
    find_witnesses,
    gather_probes,
    link,
)
from pipelines.spark.adapters import map_items, map_whole
from pipelines.stores.location import Location

_ITEM = pa.schema([("item", pa.string())])

Call = Callable[[], Item]
"""What one task does: a kernel with its item."""
Calls = Iterable[tuple[Hashable, Call]]
"""The calls of one step, each with the name of what it is a part of."""
Found = Mapping[Hashable, list[Item]]
"""The answers by that name, in the order of the calls."""


@dataclass(frozen=True, slots=True)
class WaveSizes:
    """How the work is cut; never changes a row.

    Args:
        tasks: of one step, at most; waves are more where the night is large.
        wave_rows: of a wave. One core decides a wave of 8,192 among itself in 0.1 s, in 1 s without
            integer products (AVX512-VNNI); Spark takes 0.3 s for a step.
        file_rows: that a task prints, and sorts into a file of its own.
        task_pairs: which a task compares at least, where there are so many: 0.1 s of one core, or
            0.5 s without integer products.
    """

    tasks: int
    wave_rows: int = 8_192
    file_rows: int = 25_000
    task_pairs: int = 25_000_000

    def count_tasks(self, pairs: int) -> int:
        """Return by how many tasks so many pairs are compared."""
        return max(1, min(self.tasks, pairs // self.task_pairs))


@dataclass(slots=True)
class _Line:
    """A group on its way through the waves: what is decided, and what the next wave is near."""

    group: WaveGroup
    ranges: Sequence[tuple[int, int]]
    waves: list[Item] = field(default_factory=list)
    nearest: list[Item] = field(default_factory=list)

    @property
    def leaders(self) -> list[str]:
        """Files of the leaders so far."""
        return [wave["leaders"] for wave in self.waves if wave["leaders"]]

    @property
    def count(self) -> int:
        """How many leaders there are so far."""
        return sum(wave["count"] for wave in self.waves)


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
        lines = self._lead(groups)
        found = self._end(night, lines)
        parts = {
            kind: [[part[kind] for part in found.get((kind, line.group), [])] for line in lines]
            for kind in ("answers", "nearest", "assigned")
        }
        kernel = partial(finish, {"night": night, **parts}, self.files, groups, self.rule)
        return map_items(self.spark, [""], lambda _: kernel(), ANSWERS)

    def _run(self, calls: Calls) -> Found:
        """Make each call in a task of its own, in their order where there are too few cores."""
        named = list(calls)
        if not named:
            return {}
        kernel = partial(_answer_call, calls=[call for _, call in named])
        rows = map_items(self.spark, [str(k) for k in range(len(named))], kernel, _ITEM).collect()
        answers = [json.loads(row["item"]) for row in rows]
        found: dict[Hashable, list[Item]] = {}
        for answer in sorted(answers, key=lambda own: int(own["call"])):
            found.setdefault(named[answer["call"]][0], []).append(answer)
        return found

    def _fold(self, candidates: Sequence[Location], rows: DataFrame) -> tuple[str, list[WaveGroup]]:
        parts = [part for file in candidates for part in cut_file(file, self.sizes.file_rows)]
        printed = self._run(("all", partial(print_file, part, self.files)) for part in parts)
        prints = [found["prints"] for found in printed["all"]]
        fold = partial(fold_night, files=self.files, prints=prints, cuts=self.rule.cuts)
        # Shuffled first: else one task would do what the rows follow from as well.
        (row,) = map_whole(rows.repartition(1), fold, _ITEM).collect()
        folded = json.loads(row["item"])
        night, count = folded["night"], len(folded["groups"])
        spread = self._run(
            ("all", partial(spread_file, part, self.files, night, count)) for part in parts
        )["all"]
        groups = [
            WaveGroup(
                **group,
                by_turn=_names_of(spread, "by_turn", number),
                by_id=_names_of(spread, "by_id", number),
            )
            for number, group in enumerate(folded["groups"])
        ]
        return night, groups

    def _lead(self, groups: Sequence[WaveGroup]) -> list[_Line]:
        """Return what `decide` says of each wave of the groups, which go side by side."""
        lines = [_Line(own, cut_ranges(own.distinct, self.sizes.wave_rows)) for own in groups]
        for wave in range(max(len(line.ranges) for line in lines)):
            going = [line for line in lines if wave < len(line.ranges)]
            before = [(line, line.leaders, line.count) for line in going]
            calls = [("decided", self._decide(line, wave)) for line in going]
            found = self._run([*calls, *self._meet(before, wave + 1)])
            for line, decided in zip(going, found["decided"], strict=True):
                line.waves.append(decided)
                line.nearest = found.get(line.group, [])
            last = [(line, line.leaders[-1:], line.waves[-1]["count"]) for line in going]
            found = self._run(self._meet([own for own in last if own[2]], wave + 1))
            for line in going:
                line.nearest = [*line.nearest, *found.get(line.group, [])]
        return lines

    def _decide(self, line: _Line, wave: int) -> Call:
        start, stop = line.ranges[wave]
        item = {"start": start, "stop": stop, "nearest": line.nearest}
        return partial(decide, item, self.files, line.group)

    def _meet(self, lines: Sequence[tuple[_Line, list[str], int]], wave: int) -> Calls:
        """Yield the comparisons of a wave's rows with some leaders before it.

        Of the files of leaders as many are taken together as leave tasks enough; few tasks share a
        file, which each of them must read.
        """
        for line, leaders, count in lines:
            if wave >= len(line.ranges) or not leaders:
                continue
            start, stop = line.ranges[wave]
            wanted = self.sizes.count_tasks((stop - start) * count)
            parts = split_evenly(leaders, max(1, wanted // 2))
            size = -(-(stop - start) // -(-wanted // len(parts)))
            for first, last in cut_ranges(stop - start, size):
                for part in parts:
                    item = {"start": start + first, "stop": start + last, "leaders": part}
                    yield line.group, partial(compare_with_earlier, item, self.files, line.group)

    def _end(self, night: str, lines: Sequence[_Line]) -> Found:
        """Return the files of answers and clusters, by kind and group."""
        rows = sum(line.group.rows for line in lines)
        has_budget = sum(line.count for line in lines) > count_allowed(
            self.rule.budget.retain, rows
        )
        found = self._run(
            [*self._gather_probes(lines if has_budget else []), *self._find_known(lines)]
        )
        compare = self._link(lines, found) if has_budget else self._find_witnesses(lines)
        found = {**found, **self._run([*compare, *self._train(lines, night, found)])}
        chosen = [("chosen", self._choose(lines, night, found))] if has_budget else []
        found = {**found, **self._run([*chosen, *self._assign(lines, found)])}
        if has_budget:
            found = {**found, **self._run(self._find_kept(lines, found))}
        return found

    def _gather_probes(self, lines: Sequence[_Line]) -> Calls:
        for line in (own for own in lines if own.count):
            item = {"leaders": line.leaders, "count": line.count}
            yield ("probes", line.group), partial(gather_probes, item, self.files)

    def _link(self, lines: Sequence[_Line], found: Found) -> Calls:
        for line in (own for own in lines if own.count):
            (probes,) = found["probes", line.group]
            for start, stop in cut_ranges(line.group.distinct, self._slice_rows(line)):
                item = {**probes, "start": start, "stop": stop, "leaders": line.leaders}
                yield ("edges", line.group), partial(link, item, self.files, line.group)

    def _choose(self, lines: Sequence[_Line], night: str, found: Found) -> Call:
        edges = [[part["edges"] for part in found.get(("edges", own.group), [])] for own in lines]
        states = [[wave["state"] for wave in line.waves] for line in lines]
        groups = [line.group for line in lines]
        item = {"states": states, "edges": edges}
        return partial(choose, item, self.files, groups, self.rule, night)

    def _find_kept(self, lines: Sequence[_Line], found: Found) -> Calls:
        (chosen,) = found["chosen"]
        yield from self._find_witnesses([line for line in lines if not line.count])
        for line in (own for own in lines if own.count):
            shared = {"keepers": line.leaders, "kept": chosen["kept"][line.group.number]}
            for part in found["edges", line.group]:
                kernel = partial(find_kept_witnesses, {**part, **shared}, self.files, line.group)
                yield ("answers", line.group), kernel

    def _find_witnesses(self, lines: Sequence[_Line]) -> Calls:
        for line in lines:
            size = self._slice_rows(line)
            for number, wave in enumerate(line.waves):
                keepers = [own["leaders"] for own in line.waves[number:] if own["leaders"]]
                shared = {"first": wave["start"], "state": wave["state"], "keepers": keepers}
                for start, stop in cut_ranges(wave["stop"] - wave["start"], size):
                    item = {"start": wave["start"] + start, "stop": wave["start"] + stop, **shared}
                    kernel = partial(find_witnesses, item, self.files, line.group)
                    yield ("answers", line.group), kernel

    def _slice_rows(self, line: _Line) -> int:
        """Return how many rows a task compares with all leaders: a wave's at most."""
        tasks = self.sizes.count_tasks(line.group.distinct * line.count)
        return min(self.sizes.wave_rows, -(-line.group.distinct // tasks))

    def _find_known(self, lines: Sequence[_Line]) -> Calls:
        for line in lines:
            known = self.rule.known.centroids.get(line.group.model)
            if known is not None and known.names:
                for item in self._cut_parts(line.group.rows):
                    kernel = partial(find_known_clusters, item, self.files, line.group, known)
                    yield ("nearest", line.group), kernel

    def _train(self, lines: Sequence[_Line], night: str, found: Found) -> Calls:
        for line in lines:
            nearest = [part["nearest"] for part in found.get(("nearest", line.group), [])]
            item = {"nearest": nearest, "night": night}
            yield ("trained", line.group), partial(train, item, self.files, line.group)

    def _assign(self, lines: Sequence[_Line], found: Found) -> Calls:
        for line in lines:
            (trained,) = found["trained", line.group]
            for part in self._cut_parts(trained["count"]):
                item = {**trained, **part}
                yield ("assigned", line.group), partial(assign, item, self.files, line.group)

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


def _answer_call(number: str, calls: Sequence[Call]) -> pa.Table:
    return pa.table({"item": [json.dumps({**calls[int(number)](), "call": int(number)})]})
