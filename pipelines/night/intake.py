"""Intake on Spark: the night's rows are checked, made uniform and joined with their scores."""

from collections.abc import Sequence
from typing import NamedTuple

import pyarrow as pa
from pyspark.sql import Column, DataFrame, SparkSession, Window
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention
from pyspark.sql.types import ArrayType, DataType, MapType, StringType, StructField, StructType

from pipelines.errors import ConfigurationError, InputError, find_fault
from pipelines.identity import fingerprint
from pipelines.spark.inputs import PARTS, read_input
from pipelines.spark.private_pyspark import spark_schema
from pipelines.spark.tables import quoted
from schemas.inputs import SCORES, TRAFFIC
from schemas.samples import TRAIN

REWARD = pa.struct(
    [
        ("turn_index", pa.int32()),
        ("response_id", pa.string()),
        ("rm_version", pa.string()),
        ("score", pa.float64()),
    ]
)
_INPUT = {column.name for column in TRAFFIC.columns}
_SHARED, _WHOLE, _DIFFER, _PLACE = (
    f"_curation_{name}" for name in ("shared", "whole", "differ", "place")
)
_DUPLICATE = "_curation_duplicate"
# An extra column of the traffic goes into samples, train and eval; its name must not
# be one of ours. To Spark Locale and locale are one name: a contract name in other letters clashes.
_TAKEN = {
    c.lower()
    for t in (TRAFFIC, TRAIN)
    for c in (*t.names, _SHARED, _WHOLE, _DIFFER, _PLACE, _DUPLICATE, PARTS)
}
_NOT_STORED = ("interval", "variant", "void")
_REFUSED_BY_DELTA = set(" ,;{}()\n\t=")


def read_night(
    spark: SparkSession,
    place: str,
    ds: str,
    carry: Sequence[str] | None = None,
    version: int | None = None,
) -> DataFrame:
    """Return the rows of the night: those of `ds` where the traffic has that column, else all.

    Args:
        spark: the session.
        place: path or name of the traffic.
        ds: the night.
        carry: the extra columns that are read; None = all.
        version: of a Delta table; None = the newest.

    Raises:
        InputError: no table, a column missing or of another type, a name that clashes, no rows.
        ConfigurationError: `carry` names a column that is no extra one of the traffic.
    """
    rows = read_input(spark, place, TRAFFIC, ds, carry, version=version)
    rows = _carry(rows, carry)
    check_extras(rows.schema)
    rows = _of_night(rows, ds)
    if rows.isEmpty():
        message = (
            f"traffic: {place} has no rows of {ds}; nothing was published. "
            "Check --ds and the export."
        )
        raise InputError(message)
    return rows


def _carry(rows: DataFrame, carry: Sequence[str] | None) -> DataFrame:
    if carry is None:
        return rows
    extras = extra_columns(rows)
    check_carried(carry, extras)
    return rows.select(*(F.col(quoted(c)) for c in rows.columns if c in carry or c not in extras))


def check_carried(carry: Sequence[str], extras: Sequence[str]) -> None:
    """Refuse a column of `intake.carry` that is no extra column of the traffic.

    Raises:
        ConfigurationError: a line for each.
    """
    known = ", ".join(extras) or "none"
    faults = [
        f"intake.carry: {name} is no extra column of the traffic. Known here: {known}."
        for name in carry
        if name not in extras
    ]
    if faults:
        raise ConfigurationError(*faults)


def check_extras(schema: StructType) -> None:
    """Refuse extra columns of the traffic that no table of ours can hold.

    Raises:
        InputError: a line for each.
    """
    kinds = {name: schema[name].dataType.simpleString() for name in extra_names(schema.names)}
    clashes = sorted(name for name in kinds if name.lower() in _TAKEN)
    unfit = sorted(name for name in kinds if _REFUSED_BY_DELTA & set(name))
    faults = [
        f"traffic: column {name} has the name of one of our columns; rename it." for name in clashes
    ]
    faults += [
        f"traffic: Delta takes no column named {name!r}; rename it without spaces or any of "
        ",;{}()= in it."
        for name in unfit
    ]
    faults += [
        f"traffic: column {name} is {kind[:200]}, which our tables cannot hold; cast it or "
        "leave it out."
        for name, kind in sorted(kinds.items())
        if any(refused in kind for refused in _NOT_STORED)
    ]
    if faults:
        raise InputError(*faults)


def check_extra_types(rows: DataFrame, stored: StructType) -> None:
    """Refuse an extra column whose type is not the one that earlier nights had.

    Args:
        rows: the traffic.
        stored: schema of the warehouse's `samples`.

    Raises:
        InputError: one line per column.
    """
    before = {field.name.lower(): field.dataType for field in stored.fields}
    faults = []
    for name in extra_columns(rows):
        kind, known = rows.schema[name].dataType, before.get(name.lower())
        if known is not None and known.simpleString() != kind.simpleString():
            given, stored_as = kind.simpleString()[:200], known.simpleString()[:200]
            faults.append(
                f"traffic: column {name} is {given}; the warehouse has it as {stored_as}. Cast it."
            )
    if faults:
        raise InputError(*faults)


def read_scores(spark: SparkSession, place: str, ds: str, version: int | None = None) -> DataFrame:
    """Return the night's reward scores as they are in their table.

    Raises:
        InputError: no table, a column missing or of another type.
    """
    return _of_night(read_input(spark, place, SCORES, ds, (), version=version), ds)


def gather_rewards(scores: DataFrame) -> DataFrame:
    """Return the reward scores per conversation: `conversation_id`, `rewards`."""
    fields = [
        F.col(f.name).cast(spark_schema(pa.schema([f])).fields[0].dataType).alias(f.name)
        for f in REWARD
    ]
    usable = scores.where(F.col("conversation_id").isNotNull() & F.col("turn_index").isNotNull())
    rewards = F.array_sort(F.collect_list(F.struct(*fields)))
    return usable.groupBy("conversation_id").agg(rewards.alias("rewards"))


class Content(NamedTuple):
    """What a table holds: its rows, and digits that change when any value of any row does."""

    rows: int
    digest: str


def read_whole(rows: DataFrame) -> Content:
    """Read every value of a table, so that damage is found before any model runs.

    The digest does not depend on the order of the rows.

    Raises:
        InputError: a file is damaged behind its footer.
    """
    whole = F.xxhash64(*(F.col(quoted(name)) for name in rows.columns))
    try:
        # Under exclusive or two equal rows would cancel; a sum keeps each.
        total = F.sum(F.col("row").cast("decimal(20)"))
        counted = rows.select(whole.alias("row")).agg(F.count("row"), F.bit_xor("row"), total)
        found = counted.collect()[0]
        return Content(int(found[0]), fingerprint(rows.schema.json(), *map(str, found)))
    except Exception as error:
        if (fault := find_fault(str(error))) is not None:
            raise fault from None
        raise


def extra_columns(rows: DataFrame) -> list[str]:
    """Return the columns that are not in the contract; they are carried to the published rows."""
    return extra_names(rows.columns)


def extra_names(columns: Sequence[str]) -> list[str]:
    """Return the names that are not in the contract."""
    return [name for name in columns if name not in _INPUT and name not in {"ds", PARTS}]


def prepare_rows(rows: DataFrame, scores: DataFrame | None, partitions: int) -> DataFrame:
    """Return the rows as the kernels read them, spread over the tasks.

    Columns: the contract's (`started_at` in microseconds), `broken` (a text is not valid UTF-8,
    mended here), `duplicate` (another row has its id and this one goes), `rewards` in a fixed
    order, `extra`, and `content`, a hash of all of them.
    """
    extras = extra_columns(rows)
    marked = mark_duplicates(rows)
    uniform = marked.select(
        *(
            _column(marked, name)
            for name in _INPUT
            if name not in {"messages", "signals", "started_at"}
        ),
        _messages(),
        F.unix_micros(F.col("started_at").cast("timestamp")).alias("started_at"),
        F.col(_DUPLICATE).alias("duplicate"),
        _extra(marked, extras).alias("extra"),
        _is_broken(marked).alias("broken"),
        (F.col(PARTS) if PARTS in marked.columns else F.lit(None).cast("array<string>")).alias(
            "parts"
        ),
    )
    if scores is None:
        no_rewards = F.lit(None).cast(
            spark_schema(pa.schema([("rewards", pa.list_(REWARD))])).fields[0].dataType
        )
        scored = uniform.withColumn("rewards", no_rewards)
    else:
        scored = uniform.join(scores, on="conversation_id", how="left")
    whole = F.struct(*(F.col(name) for name in sorted(scored.columns)))
    named = scored.withColumn(
        "content", F.sha2(F.to_json(whole, {"ignoreNullFields": "false"}), 256)
    )
    return named.repartition(partitions, F.xxhash64("conversation_id", "started_at"))


def mark_duplicates(rows: DataFrame) -> DataFrame:
    """Add a mark: of rows that share an id one stays if all are equal, else none (contract 2)."""
    counts = (
        rows.groupBy("conversation_id").count().where("count > 1 and conversation_id is not null")
    )
    shared_ids = counts.select("conversation_id", F.lit(True).alias(_SHARED))
    marked = rows.join(shared_ids, on="conversation_id", how="left")
    single = marked.where(F.col(_SHARED).isNull()).withColumn(_DUPLICATE, F.lit(False))
    whole = F.sha2(
        F.to_json(
            F.struct(*(F.col(quoted(c)) for c in rows.columns)), {"ignoreNullFields": "false"}
        ),
        256,
    )
    same_id = Window.partitionBy("conversation_id")
    shared = (
        marked.where(F.col(_SHARED))
        .withColumn(_WHOLE, whole)
        .withColumn(_DIFFER, F.min(_WHOLE).over(same_id) != F.max(_WHOLE).over(same_id))
        .withColumn(_PLACE, F.row_number().over(same_id.orderBy(_WHOLE)))
        .withColumn(_DUPLICATE, F.col(_DIFFER) | (F.col(_PLACE) > 1))
        .drop(_WHOLE, _DIFFER, _PLACE)
    )
    return single.unionByName(shared).drop(_SHARED)


def _of_night(rows: DataFrame, ds: str) -> DataFrame:
    return rows.where(F.col("ds").cast("string") == ds) if "ds" in rows.columns else rows


def _column(rows: DataFrame, name: str) -> Column:
    field = next(c for c in TRAFFIC.columns if c.name == name)
    wanted = spark_schema(pa.schema([pa.field(name, field.type)])).fields[0].dataType
    if name not in rows.columns:
        return F.lit(None).cast(wanted).alias(name)
    value = F.col(quoted(name)).cast(wanted)
    return (F.make_valid_utf8(value) if isinstance(wanted, StringType) else value).alias(name)


def _extra(rows: DataFrame, names: Sequence[str]) -> Column:
    """Return the extra columns as a struct; a finding makes a part null, so each may be null."""
    if not names:
        return F.lit(None).cast("string")
    wanted = _nullable(StructType([rows.schema[name] for name in names]))
    return F.struct(*(F.col(quoted(name)) for name in names)).cast(wanted)


def _nullable(kind: DataType) -> DataType:
    if isinstance(kind, StructType):
        return StructType([StructField(f.name, _nullable(f.dataType), True) for f in kind.fields])
    if isinstance(kind, ArrayType):
        return ArrayType(_nullable(kind.elementType), containsNull=True)
    if isinstance(kind, MapType):
        return MapType(kind.keyType, _nullable(kind.valueType), valueContainsNull=True)
    return kind


def _messages() -> Column:
    def mend(message: Column) -> Column:
        mended = F.struct(
            F.make_valid_utf8(message["role"]).alias("role"),
            F.make_valid_utf8(message["content"]).alias("content"),
        )
        return F.when(message.isNotNull(), mended)

    return F.transform(F.col("messages"), mend).alias("messages")


def _is_broken(rows: DataFrame) -> Column:
    texts = [name for name in _texts() if name in rows.columns]
    fields = [~F.coalesce(F.is_valid_utf8(F.col(quoted(name))), F.lit(True)) for name in texts]
    in_messages = F.exists(
        F.col("messages"),
        lambda m: (
            ~F.coalesce(F.is_valid_utf8(m["content"]) & F.is_valid_utf8(m["role"]), F.lit(True))
        ),
    )
    broken = F.coalesce(in_messages, F.lit(False))
    for field in fields:
        broken = broken | field
    return broken


def _texts() -> Sequence[str]:
    return [c.name for c in TRAFFIC.columns if c.type == pa.string()]
