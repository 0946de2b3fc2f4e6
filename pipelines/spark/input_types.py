"""Match types of an input to the contract's: read where the meaning is plain, else refused."""

from collections.abc import Callable, Mapping

from pyspark.sql import Column
from pyspark.sql import functions as F  # noqa: N812 Spark's own convention
from pyspark.sql.types import (
    ArrayType,
    DataType,
    DecimalType,
    DoubleType,
    FractionalType,
    IntegralType,
    MapType,
    NullType,
    StringType,
    StructField,
    StructType,
)

_ALSO_READ = {("bigint", "int"), ("timestamp_ntz", "timestamp")}
_CONTENT = "messages[].content"
_NEEDED = ("messages[].role", _CONTENT)
"""Parts of a struct that must be there; others may be missing, as columns that may be null may."""
_TEXT_PARTS = ("text", "input_text", "output_text")
_SHOWN_CHARS = 200
_INTEGERS = ("tinyint", "smallint", "int", "bigint")

Reader = Callable[[Column], Column]


class TypeMismatchError(Exception):
    """A type that cannot be read as the one that is wanted.

    Args:
        inside: the path to it, such as `messages[].content`.
        found: the type there.
        wanted: the type that it must have.
    """

    def __init__(self, inside: str, found: DataType, wanted: DataType) -> None:
        super().__init__(inside)
        self.inside, self.found, self.wanted = inside, show_type(found), show_type(wanted)


def show_type(kind: DataType) -> str:
    """Return a type's name for error messages, at most 200 characters of it."""
    return kind.simpleString()[:_SHOWN_CHARS]


def reader_of(  # noqa: PLR0911 one return per kind of type
    found: DataType, wanted: DataType, inside: str
) -> Reader:
    """Return a function that turns values of one type into another without loss.

    Args:
        found: the type of the values.
        wanted: the type they must have; structs are read by name, a part that is not there is null.
        inside: the column, for errors.

    Raises:
        TypeMismatchError: the meaning is not plain.
    """
    if isinstance(found, NullType):
        return lambda _: F.lit(None).cast(wanted)
    if isinstance(wanted, ArrayType) and isinstance(found, ArrayType):
        item = reader_of(found.elementType, wanted.elementType, f"{inside}[]")
        return lambda value: F.transform(value, item)
    if isinstance(wanted, StructType) and isinstance(found, StructType):
        return _struct_reader(found, wanted, inside)
    if isinstance(wanted, MapType) and isinstance(found, MapType):
        item = reader_of(found.valueType, wanted.valueType, f"{inside}{{}}")
        return lambda value: F.transform_values(value, lambda _, inner: item(inner))
    if inside == _CONTENT and isinstance(wanted, StringType) and is_parts(found):
        return lambda parts: _join_texts(parts, found)
    kinds = (found.simpleString(), wanted.simpleString())
    if kinds[0] == kinds[1]:
        return lambda value: value
    is_decimal = isinstance(found, DecimalType) and isinstance(wanted, DoubleType)
    if is_decimal or kinds in _ALSO_READ or widen(found, wanted) == wanted:
        return lambda value: value.try_cast(wanted)
    raise TypeMismatchError(inside, found, wanted)


def _struct_reader(found: StructType, wanted: StructType, inside: str) -> Reader:
    given = {field.name.lower(): field for field in found.fields}
    readers: dict[str, Reader] = {}
    for field in wanted.fields:
        own = given.get(field.name.lower())
        if own is not None:
            readers[field.name] = _field_reader(own, field, inside)
        elif f"{inside}.{field.name}" in _NEEDED:
            raise TypeMismatchError(inside, found, wanted)
        else:
            readers[field.name] = _nothing(field.dataType)
    return lambda value: F.when(
        value.isNotNull(), F.struct(*(read(value).alias(name) for name, read in readers.items()))
    )


def _nothing(kind: DataType) -> Reader:
    return lambda _: F.lit(None).cast(kind)


def _field_reader(found: StructField, wanted: StructField, inside: str) -> Reader:
    read = reader_of(found.dataType, wanted.dataType, f"{inside}.{wanted.name}")
    return lambda value: read(value[found.name])


def is_parts(kind: DataType) -> bool:
    """Whether a message's content is a list of parts: texts, or structs with `type` and `text`."""
    if not isinstance(kind, ArrayType):
        return False
    item = kind.elementType
    if isinstance(item, StructType):
        fields: Mapping[str, DataType] = {field.name: field.dataType for field in item.fields}
        return all(isinstance(fields.get(name), StringType) for name in ("type", "text"))
    return isinstance(item, StringType)


def _join_texts(parts: Column, kind: DataType) -> Column:
    """Return the text parts in their order, a line each."""
    assert isinstance(kind, ArrayType)  # noqa: S101 checked before; for mypy
    if isinstance(kind.elementType, StringType):
        return F.array_join(parts, "\n")
    return F.array_join(F.transform(F.filter(parts, _is_text), lambda part: part["text"]), "\n")


def _is_text(part: Column) -> Column:
    return F.coalesce(part["type"].isin(*_TEXT_PARTS), F.lit(False)) & part["text"].isNotNull()


def other_parts(messages: Column, kind: DataType) -> Column | None:
    """Return the distinct types of parts without text; None where content is no list of structs.

    A type that is no plain word is returned as `unknown`: it comes from the client, as everything
    in a message does.
    """
    if not isinstance(kind, ArrayType) or not isinstance(kind.elementType, StructType):
        return None
    content = next((f for f in kind.elementType.fields if f.name.lower() == "content"), None)
    if content is None or not is_parts(content.dataType):
        return None
    assert isinstance(content.dataType, ArrayType)  # noqa: S101 checked before; for mypy
    if not isinstance(content.dataType.elementType, StructType):
        return None
    name = content.name

    def named(part: Column) -> Column:
        plain = F.coalesce(part["type"].rlike("^[a-z][a-z0-9_]{0,39}$"), F.lit(False))
        return F.when(plain, part["type"]).otherwise(F.lit("unknown"))

    found = F.transform(
        messages, lambda m: F.transform(F.filter(m[name], lambda part: ~_is_text(part)), named)
    )
    held = F.filter(found, lambda inner: inner.isNotNull())
    return F.array_sort(F.array_distinct(F.flatten(held)))


def widen(  # noqa: PLR0911 one return per kind of type
    one: DataType, other: DataType
) -> DataType | None:
    """Return the type that holds the values of both; None where none does without loss.

    >>> from pyspark.sql.types import IntegerType, LongType
    >>> widen(IntegerType(), LongType())
    LongType()
    """
    if isinstance(one, NullType) or one == other:
        return other
    if isinstance(other, NullType):
        return one
    if isinstance(one, IntegralType) and isinstance(other, IntegralType):
        return max(one, other, key=lambda kind: _INTEGERS.index(kind.simpleString()))
    numbers = (IntegralType, FractionalType)
    if isinstance(one, numbers) and isinstance(other, numbers):
        return (
            DoubleType()
            if not isinstance(one, DecimalType) and not isinstance(other, DecimalType)
            else None
        )
    if isinstance(one, ArrayType) and isinstance(other, ArrayType):
        item = widen(one.elementType, other.elementType)
        return None if item is None else ArrayType(item)
    if isinstance(one, StructType) and isinstance(other, StructType):
        return _widen_structs(one, other)
    if isinstance(one, MapType) and isinstance(other, MapType) and one.keyType == other.keyType:
        value = widen(one.valueType, other.valueType)
        return None if value is None else MapType(one.keyType, value)
    return None


def _widen_structs(one: StructType, other: StructType) -> DataType | None:
    fields = {field.name.lower(): field for field in one.fields}
    for field in other.fields:
        own = fields.get(field.name.lower())
        kind = field.dataType if own is None else widen(own.dataType, field.dataType)
        if kind is None:
            return None
        fields[field.name.lower()] = StructField(field.name if own is None else own.name, kind)
    return StructType(list(fields.values()))
