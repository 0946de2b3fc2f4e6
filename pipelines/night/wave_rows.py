"""The rows of a night in waves: who is visited when, who is a copy, and the vectors in that order.

Only one task holds all rows, and without their vectors: a million rows take 1.8 GB there.
"""

import json
from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl
import pyarrow as pa

from pipelines.diversity.folding import Folded, fold_rows, print_rows
from pipelines.diversity.groups import describe_faulty, find_repeats
from pipelines.diversity.pruning import visit_order
from pipelines.diversity.similarity import Rows
from pipelines.diversity.waves import cut_ranges
from pipelines.errors import InputError
from pipelines.night.embedding import read_vectors
from pipelines.night.pruning_task import before_of, priority_of
from pipelines.night.wave_files import WaveFiles, WaveGroup
from pipelines.night.wave_tasks import Item
from pipelines.publishing.gates import count_rows
from pipelines.stores.files import scan_parquet
from pipelines.stores.location import Location

_PRINTS = {
    "sample_id": pl.String,
    "stored": pl.Binary,
    "scaled": pl.Binary,
    "is_unit": pl.Boolean,
    "is_faulty": pl.Boolean,
}


def print_file(item: Item, files: WaveFiles) -> Item:
    """Print the vectors of some rows of a file of `candidates`.

    Args:
        item: `file`; `start`, `stop` of the rows.
        files: of the night.

    Returns:
        `prints`: a file of `sample_id`, `stored`, `scaled`, `is_unit`, `is_faulty`.
    """
    rows = _scan_rows(item).select("sample_id", "model", "embedding")
    found = [pl.DataFrame(schema=_PRINTS)]
    for (_,), own in rows.collect().group_by("model", maintain_order=True):
        prints = print_rows(read_vectors(own.to_arrow()["embedding"]))
        found.append(
            pl.DataFrame(
                {
                    "sample_id": own["sample_id"],
                    "stored": prints.stored,
                    "scaled": prints.scaled,
                    "is_unit": prints.is_unit,
                    "is_faulty": prints.is_faulty,
                }
            )
        )
    table = pl.concat(found).to_arrow()
    return {"prints": files.write("prints", **dict(zip(table.column_names, table, strict=True)))}


def fold_night(
    rows: pa.Table, files: WaveFiles, prints: Sequence[str], cuts: Mapping[str, float]
) -> pa.Table:
    """Put a night's rows in order and fold equal ones.

    Args:
        rows: of the night, as `prune_night` gets them, without their vectors.
        files: of the night.
        prints: files of `print_file`, of all rows.
        cuts: of each model, by its name.

    Returns:
        One row, `item`: JSON of `night`, a file of the rows by id with `group`, `place` (by id in
        the group), `visited` (in the night), `slot` (number of the distinct row) and `is_copy`;
        and of `groups`, what `WaveGroup` takes. Its table has `before`, the cosine to the nearest
        row of an earlier night, of each distinct row.

    Raises:
        InputError: ids repeat, or a vector is zero or not finite.
        ValueError: a row is of a model without a cut.
    """
    night = rows.sort_by("sample_id")
    printed = files.read(prints).sort_by("sample_id")
    ids, models = night["sample_id"].to_pylist(), np.array(night["model"].to_pylist())
    _check_rows(ids, models.tolist(), cuts, printed)
    visited = np.argsort(visit_order(ids, priority_of(night)))
    group, place, slot = (np.zeros(len(ids), np.int64) for _ in range(3))
    is_copy = np.zeros(len(ids), np.bool_)
    groups: list[dict[str, object]] = []
    is_unit = printed["is_unit"].to_numpy()
    for model in (name for name in cuts if (models == name).any()):
        own = np.flatnonzero(models == model)
        as_stored = bool(is_unit[own].all())
        digests = printed["stored" if as_stored else "scaled"].take(pa.array(own)).to_pylist()
        folded = fold_rows(visited[own], digests)
        group[own], place[own] = len(groups), np.arange(len(own))
        by_turn = own[folded.order]
        slot[by_turn] = folded.slots
        is_copy[by_turn] = folded.first != np.arange(len(own))
        before = before_of(night.take(pa.array(own)))
        table = files.write("rows", before=before.similarity[folded.order[folded.unique]])
        groups.append(
            {"number": len(groups), "model": model, "cut": cuts[model], "rows": len(own)}
            | {"distinct": len(folded.unique), "as_stored": as_stored, "table": table}
        )
    columns = dict(zip(night.column_names, night, strict=True))
    columns |= {"group": group, "place": place, "visited": visited, "slot": slot}
    whole = files.write("night", **columns, is_copy=is_copy, is_unit=is_unit)
    return pa.table({"item": [json.dumps({"night": whole, "groups": groups})]})


def _check_rows(
    ids: Sequence[str], models: Sequence[str], cuts: Mapping[str, float], printed: pa.Table
) -> None:
    faults = find_repeats(ids)
    bad = printed.filter(printed["is_faulty"])["sample_id"].to_pylist()
    if bad:
        faults.append(describe_faulty("embedding", bad))
    if faults:
        raise InputError(*faults)
    if not set(models) <= set(cuts):
        message = "each row must be in exactly one group"
        raise ValueError(message)


def spread_file(item: Item, files: WaveFiles, night: str, groups: int) -> Item:
    """Sort the vectors of some rows of a file of `candidates` by their turn, and by id.

    Args:
        item: `file`; `start`, `stop` of the rows.
        files: of the night.
        night: the file of `fold_night`.
        groups: how many there are.

    Returns:
        `by_turn`, `by_id`: of each group the file of its vectors; null = it has none here.
    """
    own = _scan_rows(item).select("sample_id", "embedding")
    places = scan_parquet([files.folder / night])
    places = places.select("sample_id", "group", "place", "slot", "is_copy")
    rows = own.join(places, on="sample_id", how="inner").collect()
    found: dict[str, list[str | None]] = {"by_turn": [], "by_id": []}
    for number in range(groups):
        mine = rows.filter(group=number)
        for kind, kept in (("by_turn", mine.filter(~pl.col("is_copy"))), ("by_id", mine)):
            key = "slot" if kind == "by_turn" else "place"
            found[kind].append(_write_vectors(files, kind, kept.sort(key), key))
    return found


def cut_file(file: Location, rows: int) -> list[Item]:
    """Cut a file of `candidates` into items of so many rows."""
    count = count_rows(scan_parquet([file]))
    ranges = cut_ranges(count, rows)
    return [{"file": str(file), "start": start, "stop": stop} for start, stop in ranges]


def _scan_rows(item: Item) -> pl.LazyFrame:
    rows = scan_parquet([Location(item["file"])])
    return rows.slice(item["start"], item["stop"] - item["start"])


def _write_vectors(files: WaveFiles, kind: str, rows: pl.DataFrame, key: str) -> str | None:
    if rows.is_empty():
        return None
    vectors = read_vectors(rows.to_arrow()["embedding"])
    return files.write(kind, number=rows[key].to_numpy(), embedding=vectors)


def folded_of(rows: pa.Table) -> Folded:
    """Return how a group's rows are folded; `rows` of the file of `fold_night`, by id."""
    order: Rows = np.argsort(rows["visited"].to_numpy())
    unique = np.flatnonzero(~rows["is_copy"].to_numpy()[order])
    return Folded(order, unique[rows["slot"].to_numpy()[order]])


def rows_of(night: pa.Table, group: WaveGroup) -> tuple[Rows, pa.Table]:
    """Return the numbers of a group's rows in the night, and the rows."""
    numbers = np.flatnonzero(night["group"].to_numpy() == group.number)
    return numbers, night.take(pa.array(numbers))
