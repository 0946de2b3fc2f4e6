"""Read input tables: Delta, Parquet or a catalogue name, files united, in the contract's types."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
from delta.tables import DeltaTable
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention
from pyspark.sql.types import NullType, StructField, StructType

from pipelines.errors import InputError
from pipelines.intake.parquet_files import FileGroup, group_files, list_files, read_group
from pipelines.locations import as_local, for_spark, is_path
from pipelines.spark.adapters import passing_faults
from pipelines.spark.input_types import TypeMismatchError, other_parts, reader_of, show_type, widen
from pipelines.spark.private_pyspark import spark_schema
from pipelines.spark.tables import quoted
from pipelines.stores.location import Location, locate
from schemas.table import Table

PARTS = "_curation_parts"
"""A hidden column of the traffic: types of the parts of its messages that hold no text."""
_TASKS = 64
_GIVE = "Give a Delta or Parquet directory."


@dataclass(frozen=True, slots=True)
class InputPart:
    """A part of an input whose rows all have one schema.

    Args:
        rows: its rows.
        where: ` in FILE` for errors; empty where the input has one part.
        unreadable: column → type of those that cannot be read.
        untyped: columns that hold nothing; they are not among the rows' columns.
    """

    rows: DataFrame
    where: str = ""
    unreadable: tuple[tuple[str, str], ...] = ()
    untyped: tuple[str, ...] = ()


def read_table(spark: SparkSession, place: str, what: str) -> DataFrame:
    """Return an input table: Delta or Parquet at a path, or a name of the catalogue.

    The columns of all files are united; a value that a file does not have is null. A column that
    holds nothing in any file is text.

    Args:
        spark: the session.
        place: where it is.
        what: its name in error messages.

    Raises:
        InputError: there is no table, or files of it cannot be read or united.
    """
    parts = _read_parts(spark, place, what, None, version_of(spark, place))
    _refuse_unreadable(parts, what, None)
    rows = _unite([part.rows for part in parts], [part.where for part in parts], what, None)
    given = {name.lower() for name in rows.columns}
    untyped = {name.lower(): name for part in parts for name in part.untyped}
    nothing = F.lit(None).cast("string")
    return rows.withColumns({name: nothing for key, name in untyped.items() if key not in given})


def read_input(  # noqa: PLR0913 what is read, of which night, as of when
    spark: SparkSession,
    place: str,
    table: Table,
    ds: str | None,
    extras: Sequence[str] | None,
    *,
    version: int | None = None,
) -> DataFrame:
    """Return an input in the names and types of the contract, its extra columns behind them.

    Args:
        spark: the session.
        place: where it is.
        table: the contract; its name is that of the input in error messages.
        ds: folders `ds=...` of other nights are skipped; None = all are read.
        extras: columns besides the contract's that will be used; None = all. The types of
            others are not checked.
        version: of a Delta table, from `version_of`; None = the newest, each time that it is read.

    Raises:
        InputError: no table; files that are damaged; a column that is missing, doubled or of
            another type.
    """
    what = table.name
    parts = _read_parts(spark, place, what, ds, version)
    known = {column.name for column in table.columns} | {"ds"}
    used = None if extras is None else known | set(extras)
    _refuse_unreadable(parts, what, used)
    named = [_with_our_names(part, known) for part in parts]
    faults = [fault for part in named for fault in find_faults(part.rows.schema, table, part.where)]
    if faults:
        raise InputError(*dict.fromkeys(faults))
    read = [_as_contract(part, table) for part in named]
    return _unite(read, [part.where for part in parts], what, used)


def version_of(spark: SparkSession, place: str) -> int | None:
    """Return the version of a Delta table, to read it at; None for anything else.

    Without it Spark plans each pass over a table on its newest version: the rows that were counted
    would not be those that are scored.
    """
    try:
        if is_path(place):
            table = DeltaTable.forPath(spark, _literal(place))
        else:
            table = DeltaTable.forName(spark, place)
        return int(table.history(1).collect()[0]["version"])
    except Exception:  # noqa: BLE001 no Delta table, or a broken one: who reads it says so
        return None


def _literal(place: str) -> str:
    return str(locate(place))


def _read_parts(
    spark: SparkSession, place: str, what: str, ds: str | None, version: int | None
) -> list[InputPart]:
    reader = spark.read if version is None else spark.read.option("versionAsOf", version)
    try:
        local = as_local(place)
        if local is None and not is_path(place):
            return [InputPart(reader.table(place))]
        if DeltaTable.isDeltaTable(spark, _literal(place)):
            return [InputPart(reader.format("delta").load(_literal(place)))]
        return _read_files(spark, locate(place) if local is None else local, what, ds)
    except InputError:
        raise
    except Exception as error:
        fault = getattr(error, "getCondition", lambda: None)() or type(error).__name__
        message = f"{what}: {place} is not a table that can be read ({fault}). {_GIVE}"
        raise InputError(message) from error


def _read_files(
    spark: SparkSession, root: Path | Location, what: str, ds: str | None
) -> list[InputPart]:
    files, whole = list_files(root, ds)
    if not files and not whole:  # other nights are there, this one is not
        other = _read_files(spark, root, what, None)[0]
        return [replace(other, rows=other.rows.limit(0), where="")]
    if not files:
        message = f"{what}: {root} is not a table that can be read (it holds no file). {_GIVE}"
        raise InputError(message)
    groups = group_files(files, what)
    single = len(groups) == 1
    parts = []
    for group in groups:
        if group.by_arrow:
            rows = _read_by_arrow(spark, group, what)
        else:
            rows = _read_by_spark(spark, group, root, whole=single and whole)
        where = "" if single else f" in {group.files[0].path}"
        parts.append(InputPart(rows, where, group.unreadable, group.untyped))
    return parts


def schema_of(group: FileGroup) -> pa.Schema:
    """Return the columns of a group of files, those that its folders give among them."""
    folders = group.files[0].partition_names
    own = [field for field in group.schema if field.name not in folders]
    # A folder's value stays as it is written: 007 is no 7.
    return pa.schema([*own, *(pa.field(name, pa.string()) for name in folders)])


def _read_by_spark(
    spark: SparkSession, group: FileGroup, root: Path | Location, *, whole: bool
) -> DataFrame:
    reader = spark.read.schema(spark_schema(schema_of(group)))
    if isinstance(root, Location) or root.is_dir():
        reader = reader.option("basePath", str(root))  # no pattern, unlike the paths
    places = [root] if whole else [file.path for file in group.files]
    return reader.parquet(*(for_spark(str(place)) for place in places))


def _read_by_arrow(spark: SparkSession, group: FileGroup, what: str) -> DataFrame:
    schema, files = schema_of(group), group.files

    def read(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        with passing_faults():
            for batch in batches:
                chosen = [files[number] for number in batch.column(0).to_pylist()]
                yield from read_group(chosen, schema, what)

    numbers = spark.range(0, len(files), 1, min(len(files), _TASKS))
    return numbers.mapInArrow(read, spark_schema(schema))


def _refuse_unreadable(parts: Sequence[InputPart], what: str, used: Collection[str] | None) -> None:
    refuse_unreadable([(part.where, part.unreadable) for part in parts], what, used)


def refuse_unreadable(
    parts: Sequence[tuple[str, Sequence[tuple[str, str]]]], what: str, used: Collection[str] | None
) -> None:
    """Refuse columns of types that Spark does not have.

    Args:
        parts: where, and column → type of those that cannot be read there.
        what: the input, for errors.
        used: columns that are used; None = all.

    Raises:
        InputError: a line for each.
    """
    chosen = None if used is None else {name.lower() for name in used}
    faults = [
        f"{what}: column {name} is {kind}{where}, which no table of Spark holds; "
        "cast it to text in the export, or do not carry it (intake.carry)."
        for where, unreadable in parts
        for name, kind in unreadable
        if chosen is None or name.lower() in chosen
    ]
    if faults:
        raise InputError(*dict.fromkeys(faults))


def _with_our_names(part: InputPart, known: set[str]) -> InputPart:
    """Rename the columns that differ from a name of the contract by case alone."""
    renamed = find_our_names(part.rows.columns, known)
    rows = part.rows.withColumnsRenamed(renamed) if renamed else part.rows
    return replace(part, rows=rows)


def find_our_names(columns: Sequence[str], known: Collection[str]) -> dict[str, str]:
    """Return the columns that differ from a name of the contract by case alone, with that name."""
    by_letters = {name.lower(): name for name in known}
    return {
        name: by_letters[name.lower()]
        for name in columns
        if name not in known
        and name.lower() in by_letters
        and by_letters[name.lower()] not in columns
    }


def find_faults(schema: StructType, table: Table, where: str = "") -> Iterator[str]:
    """Return what is wrong with the columns of an input, a line each.

    Args:
        schema: of its rows, in the contract's names.
        table: the contract; its name is that of the input in the lines.
        where: ` in FILE`; empty where all files have one schema.
    """
    what = table.name
    given = {field.name: field for field in schema.fields}
    types = {field.name: field.dataType for field in spark_schema(table.arrow).fields}
    for column in table.columns:
        wanted, field = types[column.name], given.get(column.name)
        if field is None:
            if not column.null:
                yield (
                    f"{what}: column {column.name} is missing{where}; "
                    f"it must be {show_type(wanted)}."
                )
            continue
        try:
            reader_of(field.dataType, wanted, column.name)
        except TypeMismatchError as error:
            found, must = show_type(field.dataType), show_type(wanted)
            deeper = error.inside != column.name
            inside = f" ({error.inside} is {error.found}, must be {error.wanted})" if deeper else ""
            yield (
                f"{what}: column {column.name} is {found}{where}, must be {must}{inside}; "
                "cast it in the export."
            )


def _as_contract(part: InputPart, table: Table) -> DataFrame:
    wanted = {
        c.name: spark_schema(pa.schema([pa.field(c.name, c.type)])).fields[0].dataType
        for c in table.columns
    }
    columns = []
    for field in part.rows.schema.fields:
        value = F.col(quoted(field.name))
        parts = other_parts(value, field.dataType) if field.name == "messages" else None
        if parts is not None:
            columns.append(parts.alias(PARTS))
        if field.name in wanted:
            value = reader_of(field.dataType, wanted[field.name], field.name)(value)
        elif field.name == "ds":
            value = value.cast("string")
        columns.append(value.alias(field.name))
    given = set(part.rows.columns)
    missing = [
        F.lit(None).cast(kind).alias(name) for name, kind in wanted.items() if name not in given
    ]
    return part.rows.select(*columns, *missing)


def _unite(
    parts: Sequence[DataFrame], wheres: Sequence[str], what: str, used: Collection[str] | None
) -> DataFrame:
    """Unite the rows of all parts, in types that hold the values of each; missing values are null.

    A column that is not used and whose types cannot be united is left out.
    """
    if len(parts) == 1:
        return parts[0]
    chosen = unite_types([rows.schema for rows in parts], wheres, what, used)
    united = [_in_types(rows, chosen) for rows in parts]
    whole = united[0]
    for rows in united[1:]:
        whole = whole.unionByName(rows)
    return whole


def unite_types(
    schemas: Sequence[StructType], wheres: Sequence[str], what: str, used: Collection[str] | None
) -> dict[str, StructField]:
    """Return the columns of all schemas by their names in lower case, in types that hold each.

    Raises:
        InputError: a column that is used has types that cannot be united.
    """
    types: dict[str, tuple[StructField, str]] = {}
    faults = []
    for schema, where in zip(schemas, wheres, strict=True):
        for field in schema.fields:
            known, first = types.get(field.name.lower(), (field, where))
            kind = widen(known.dataType, field.dataType)
            if kind is None and (used is None or field.name in used):
                faults.append(
                    f"{what}: column {field.name} is {show_type(known.dataType)}{first} and "
                    f"{show_type(field.dataType)}{where}; no type holds both. "
                    "Cast one of them in the export."
                )
            types[field.name.lower()] = (StructField(known.name, kind or NullType()), first)
    if faults:
        raise InputError(*faults)
    return {
        name: field
        for name, (field, _) in types.items()
        if not isinstance(field.dataType, NullType)
    }


def _in_types(rows: DataFrame, wanted: dict[str, StructField]) -> DataFrame:
    given = {field.name.lower(): field for field in rows.schema.fields}
    columns = []
    for name, field in wanted.items():
        own = given.get(name)
        if own is None:
            value = F.lit(None).cast(field.dataType)
        else:
            value = reader_of(own.dataType, field.dataType, field.name)(F.col(quoted(own.name)))
        columns.append(value.alias(field.name))
    return rows.select(*columns)
