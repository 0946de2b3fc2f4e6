"""The columns of tables as polars types."""

import polars as pl
import pyarrow as pa

from schemas.table import Table


def polars_types(schema: pa.Schema) -> pl.Schema:
    """Return the columns of an Arrow schema as polars types."""
    return pl.DataFrame(schema.empty_table()).schema


def polars_schema(table: Table) -> pl.Schema:
    """Return a table's columns as they are stored."""
    return polars_types(table.arrow)


def polars_columns(table: Table) -> dict[str, pl.DataType]:
    """Return the columns of a table in order, without `ds` and `run_id`, which its writer adds."""
    return dict(polars_types(pa.schema([pa.field(own.name, own.type) for own in table.columns])))
