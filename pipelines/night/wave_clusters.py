"""Clusters of a night in waves: rows by id, in ranges; one task goes through the vectors once."""

from collections.abc import Iterator, Sequence

import numpy as np

from pipelines.diversity.clustering import (
    PART_ROWS,
    Centroids,
    Founded,
    find_known,
    found_clusters,
    name_continued,
    name_numbers,
    number_by_first,
)
from pipelines.diversity.similarity import Rows, Vectors, unit_rows
from pipelines.diversity.waves import cut_ranges
from pipelines.night.wave_files import WaveFiles, WaveGroup, unpack_vectors
from pipelines.night.wave_rows import rows_of
from pipelines.night.wave_tasks import Item


def find_known_clusters(item: Item, files: WaveFiles, group: WaveGroup, known: Centroids) -> Item:
    """Find the known cluster nearest to each row of a range.

    Args:
        item: `start`, a multiple of `PART_ROWS`, and `stop`.
        files: of the night.
        group: of the rows.
        known: the clusters of earlier nights, at least one.

    Returns:
        `start`, and `nearest`: a file of `nearest`, as `find_known` says.
    """
    vectors = files.read_vectors(group.by_id, item["start"], item["stop"])
    return {
        "start": item["start"],
        "nearest": files.write("nearest", nearest=find_known(vectors, known)),
    }


def train(item: Item, files: WaveFiles, group: WaveGroup) -> Item:
    """Train the clusters that the far rows of a group found.

    Args:
        item: `nearest`, files of `find_known_clusters` in order, none = all rows are far; `night`.
        files: of the night.
        group: of the rows.

    Returns:
        `far`: a file of the `place` of each; null = there is none. `founded`: files of mean and
        centroids; `as_stored`, whether the far rows are of length one as they are; `count` of them.
    """
    far = np.arange(group.rows)
    if item["nearest"]:
        far = np.flatnonzero(files.read(item["nearest"])["nearest"].to_numpy() < 0)
    if not len(far):
        return {"far": None, "count": 0}
    _, own = rows_of(files.read([item["night"]], ["group", "is_unit"]), group)
    as_stored = bool(own["is_unit"].to_numpy()[far].all())
    founded = found_clusters(_read_far(files, group, far, as_stored=as_stored), len(far))
    names = [
        files.write("centroids", embedding=founded.centroids),
        files.write("mean", mean=founded.mean),
    ]
    return {"far": files.write("far", place=far), "count": len(far)} | {
        "founded": names,
        "as_stored": as_stored,
    }


def _read_far(
    files: WaveFiles, group: WaveGroup, far: Rows, *, as_stored: bool
) -> Iterator[Vectors]:
    """Yield the far rows, `PART_ROWS` at a time, as unit rows."""
    for start, stop in cut_ranges(len(far), PART_ROWS):
        places = far[start:stop]
        first, last = int(places[0]), int(places[-1]) + 1
        vectors = files.read_vectors(group.by_id, first, last)[places - first]
        yield unit_rows(vectors, as_stored=as_stored)


def assign(item: Item, files: WaveFiles, group: WaveGroup) -> Item:
    """Assign a range of the far rows to the clusters that these have founded.

    Args:
        item: what `train` returned, with `start`, a multiple of `PART_ROWS`, and `stop`.
        files: of the night.
        group: of the rows.

    Returns:
        `start`, and `assigned`: a file of `number`.
    """
    centroids, mean = (files.read([name]) for name in item["founded"])
    founded = Founded(mean["mean"].to_numpy(), unpack_vectors(centroids["embedding"]))
    far = files.read([item["far"]])["place"].to_numpy()[item["start"] : item["stop"]]
    parts = _read_far(files, group, far, as_stored=item["as_stored"])
    numbers = np.concatenate([founded.assign(part) for part in parts])
    return {"start": item["start"], "assigned": files.write("assigned", number=numbers)}


def name_clusters(
    files: WaveFiles, nearest: Sequence[str], assigned: Sequence[str], known: Centroids | None
) -> list[str]:
    """Return the cluster of each row of a group by id, as `continue_clusters` does.

    Args:
        files: of the night.
        nearest: files of `find_known_clusters`, in order.
        assigned: files of `assign`, in order.
        known: the clusters of earlier nights.
    """
    numbers = files.read(assigned)["number"].to_numpy() if assigned else np.empty(0, np.int64)
    founded = name_numbers(number_by_first(numbers)) if len(numbers) else []
    if known is None or not nearest:
        return founded
    return name_continued(known, files.read(nearest)["nearest"].to_numpy(), founded)
