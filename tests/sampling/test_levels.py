"""Parts of a table add up to the whole: the same cells, the same strata, whatever the parts."""

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.sampling.bounds import ROWS, resolve, resolve_values
from pipelines.sampling.cells import group_cells
from pipelines.sampling.constraints import parse_block
from pipelines.sampling.dimensions import measure_shares
from pipelines.sampling.levels import (
    OBJECTIVE,
    Levels,
    ObjectiveScale,
    find_levels,
    gather_strata,
    name_cells,
    stratify,
)

CONSTRAINTS = parse_block(
    {
        "size": 1,
        "constraints": [
            {"dimension": "kind", "each_at_most": 0.4},
            {"dimension": ["kind", "first"], "match": "traffic", "tolerance": 0.1},
            {"dimension": "first", "equals": True, "at_least": 0.5},
        ],
    }
).constraints
ROWS_OF = st.lists(
    st.tuples(st.sampled_from(["a", "b", "null", None]), st.booleans(), st.floats(-9, 9)),
    min_size=2,
    max_size=20,
)


def make_levels(pool: pl.DataFrame, size: int) -> Levels:
    """Return the levels of a pool from counts of its values alone."""
    columns = [constraint.columns for constraint in CONSTRAINTS]
    values = [pool.group_by(names).agg(pl.len().cast(pl.Int64).alias(ROWS)) for names in columns]
    shares = measure_shares(pool, [("kind", "first")])
    return find_levels(
        resolve_values(values, CONSTRAINTS, shares, "sampling"), values, columns, size
    )


@settings(max_examples=60, deadline=None)
@given(ROWS_OF, st.integers(1, 8), st.integers(0, 20))
def test_counted_levels_are_those_of_the_rows(
    rows: list[tuple[str | None, bool, float]], size: int, cut: int
) -> None:
    """A plan over counts must see the very bounds that the exact draw sees, in parts as in one."""
    pool = pl.DataFrame(
        rows, schema={"kind": pl.String, "first": pl.Boolean, OBJECTIVE: pl.Float64}, orient="row"
    )
    size = min(size, len(rows))
    levels, scale = make_levels(pool, size), ObjectiveScale(0.0, 18.0, 9.0)
    cells = group_cells(resolve(pool, CONSTRAINTS, None), len(rows), size)
    pool = pool.with_columns(name_cells(pool, levels))
    names = pool["cell"].to_list()
    parts = [stratify(part, {}, scale) for part in (pool[:cut], pool[cut:])]
    summed = (
        pl.concat(parts)
        .group_by("cell", "tier")
        .agg(pl.col("rows", "steps").sum(), pl.col("least").min(), pl.col("most").max())
    )
    listed, gathered, strata = gather_strata(summed, levels, scale)

    assert [bound.text for bound in levels.bounds] == [bound.text for bound in cells.bounds]
    assert len(set(names)) == len(cells.rows)
    assert len(set(zip(names, cells.of_row.tolist(), strict=True))) == len(cells.rows)
    assert dict(zip(listed, gathered.rows.tolist(), strict=True)) == {
        n: names.count(n) for n in names
    }
    assert summed.sort("cell", "tier").equals(
        stratify(pool, {}, scale).sort("cell", "tier").select(summed.columns)
    )
    assert abs(strata.total.sum() - pool[OBJECTIVE].sum()) < 1e-8
    assert (np.diff(strata.cell) >= 0).all()
