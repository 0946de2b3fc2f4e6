"""The columns of a table's contract as polars types."""

import polars as pl
import pyarrow as pa

from schemas.table import Table


def polars_columns(table: Table) -> dict[str, pl.DataType]:
    """Return the columns of a table in order, without `ds` and `run_id`, which its writer adds."""
    schema = pa.schema([pa.field(column.name, column.type) for column in table.columns])
    return dict(pl.DataFrame(schema.empty_table()).schema)
