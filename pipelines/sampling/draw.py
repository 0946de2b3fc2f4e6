"""Draw a side, Phase III: exactly the rows that the constraints ask for; report on each of them."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import fsum

import numpy as np
import polars as pl

from pipelines.errors import ConfigurationError, InfeasibleError, InputError
from pipelines.identity import order_by_seed
from pipelines.sampling.bounds import Bound, DrawRule, resolve
from pipelines.sampling.cells import count_bounds, group_cells
from pipelines.sampling.conflicts import explain_conflict, explain_size
from pipelines.sampling.constraints import Constraint, SamplingBlock, check_columns
from pipelines.sampling.dimensions import Shares
from pipelines.sampling.highs import Bools, Floats
from pipelines.sampling.solver import select_rows
from pipelines.table_columns import polars_columns
from pipelines.wording import be, format_count
from schemas.ledger import CONSTRAINTS

_SHOWN_IDS = 3
_TOLERANCE_STEPS = 10_000
_BLOCK_OF = {"train": "sampling", "eval": "evaluation"}
CONSTRAINT_COLUMNS = polars_columns(CONSTRAINTS)
Prices = dict[int, float] | None  # by identity of the bound; None without an objective


@dataclass(frozen=True, slots=True)
class Draw:
    """The rows drawn for one side.

    `ids` are sorted. `constraints` has one row per constraint and value that it names (contract
    section 3). `objective` is the total of `maximise` (null counts as 0; 0.0 where nothing is
    maximised), `violation` the weighted violation of the soft bounds in rows, `gap` the proven
    relative distance of the objective from the best possible: 0 = optimal.
    """

    ids: pl.Series
    constraints: pl.DataFrame
    objective: float
    violation: float
    gap: float

    @property
    def size(self) -> int:
        """Rows drawn."""
        return len(self.ids)


def draw_sample(
    pool: pl.DataFrame,
    traffic_shares: Shares | None,
    block: SamplingBlock,
    id_column: str = "sample_id",
    side: str = "train",
) -> Draw:
    """Draw exactly the rows that the block asks for.

    Args:
        pool: [n] rows to draw from: the id, every dimension, and the column of `maximise`.
        traffic_shares: of `measure_shares`, the target of `match: traffic`; None = the pool's own
            shares.
        block: size, constraints, what to maximise.
        id_column: its values are unique and not null.
        side: `train` or `eval`, for the table of constraints and for messages.

    Returns:
        Exactly `size` rows: every hard bound holds; the soft violation is the least possible; then
        the total of `maximise` is the greatest. Ties are broken by the seeded hash of the id. The
        order of `pool` does not matter.

    Raises:
        ConfigurationError: an unknown column, or a value its column cannot hold.
        InputError: a null or repeated id, or a value of `maximise` that is not finite.
        InfeasibleError: a line per conflicting bound, then the nearest feasible size or change.

    Source: CharacterFlywheel §2.2.1, Phase III.
    """
    where = _BLOCK_OF.get(side, side)
    check_columns(block, pool.columns, where)
    _check_ids(pool, id_column)
    objective = _read_objective(pool, block.maximise, id_column, where)
    pool, objective, tie_break = _order_pool(pool, objective, id_column, block.seed)
    size = block.rows_of(pool.height)
    rules = resolve(pool, block.constraints, traffic_shares, where)
    _check_size(rules, block, size, pool.height, side)
    chosen, gap, prices = _solve(
        rules, pool.height, size, objective if block.maximise else None, tie_break, where
    )
    counted = count_bounds(rules, chosen)
    return Draw(
        ids=pool[id_column].filter(pl.Series(chosen)).sort(),
        constraints=tabulate_constraints(counted, prices, size, side),
        objective=fsum(objective[chosen]),
        violation=float(
            sum(
                (bound.violation(count, size) for bound, count in counted if not bound.hard),
                Fraction(0),
            )
        ),
        gap=gap,
    )


def match_dimensions(constraints: Iterable[Constraint]) -> list[tuple[str, ...]]:
    """Return the dimensions whose shares in the traffic are needed."""
    return list(
        dict.fromkeys(constraint.columns for constraint in constraints if constraint.has("match"))
    )


def default_evaluation(train_rows: int, pool_rows: int) -> SamplingBlock:
    """Return the default block of eval: a tenth of train, locale and job softly matched to traffic.

    The tolerance is one row, as whole rows cannot match every share more closely.
    """
    size = min(train_rows // 10, pool_rows)
    tolerance = min(1.0, math.ceil(_TOLERANCE_STEPS / size) / _TOLERANCE_STEPS) if size else 1.0
    return SamplingBlock.model_validate(
        {
            "size": size,
            "constraints": [
                {"dimension": name, "match": "traffic", "tolerance": tolerance, "soft": True}
                for name in ("locale", "jtbd")
            ],
        }
    )


def _check_ids(pool: pl.DataFrame, id_column: str) -> None:
    if id_column not in pool.columns:
        message = f"the pool has no id column {id_column}; it has {', '.join(pool.columns)}"
        raise ConfigurationError(message)
    ids = pool[id_column]
    faults = []
    if ids.null_count():
        nulls = ids.null_count()
        faults.append(
            f"{id_column}: {format_count(nulls, 'row')} {be(nulls, 'has', 'have')} no id; give "
            "every row one"
        )
    twice = ids.drop_nulls().filter(ids.drop_nulls().is_duplicated()).unique().sort()
    if len(twice):
        faults.append(
            f"{id_column}: {format_count(len(twice), 'id')} {be(len(twice), 'occurs', 'occur')} in "
            f"several rows, first {_first(twice)}; make ids unique"
        )
    if faults:
        raise InputError(*faults)


def _first(ids: pl.Series) -> str:
    return ", ".join(str(value)[:64] for value in ids.head(_SHOWN_IDS).to_list())


def _read_objective(pool: pl.DataFrame, maximise: str | None, id_column: str, where: str) -> Floats:
    if maximise is None:
        return np.zeros(pool.height)
    column = pool[maximise]
    if not (column.dtype.is_numeric() or column.dtype in (pl.Boolean, pl.Null)):
        message = (
            f"{where}.maximise: {maximise} is a column of {column.dtype}; name a column of numbers"
        )
        raise ConfigurationError(message)
    objective = column.cast(pl.Float64).fill_null(0.0)
    wrong = pool[id_column].filter(~objective.is_finite())
    if len(wrong):
        message = (
            f"{maximise}: {format_count(len(wrong), 'value')} {be(len(wrong))} not finite, first "
            f"ids {_first(wrong.sort())}; correct them"
        )
        raise InputError(message)
    return objective.to_numpy()


def _order_pool(
    pool: pl.DataFrame, objective: Floats, id_column: str, seed: int
) -> tuple[pl.DataFrame, Floats, Floats]:
    """Sort the pool by the seeded hash of the ids, so that its own order does not matter."""
    hashes = pl.Series(
        "hash", [order_by_seed(seed, str(value)) for value in pool[id_column].to_list()], pl.String
    )
    ids = pool[id_column].cast(pl.String).alias("id")
    order = pl.DataFrame([hashes, ids]).with_row_index("row").sort("hash", "id")["row"].to_numpy()
    tie_break = 1.0 - np.array([int(text[:13], 16) for text in hashes.to_list()], float) / 16.0**13
    return pool[order], objective[order], tie_break[order]


def _check_size(
    rules: list[DrawRule], block: SamplingBlock, size: int, rows: int, side: str
) -> None:
    where = _BLOCK_OF.get(side, side)
    if size > rows:
        message = (
            f"{where}.size: {format_count(size, 'row')} {be(size)} asked for, the pool has {rows}"
        )
        raise InfeasibleError(message, explain_size(rules, rows, size))
    if size == 0 and side != "eval":
        message = (
            f"{where}.size: {block.size} of a pool of {format_count(rows, 'row')} rounds down to "
            "no row"
        )
        raise InfeasibleError(message, explain_size(rules, rows, size))


def _solve(  # noqa: PLR0913, PLR0917 the parts of one problem
    rules: list[DrawRule],
    rows: int,
    size: int,
    objective: Floats | None,
    tie_break: Floats,
    where: str,
) -> tuple[Bools, float, Prices]:
    if size == 0:
        return np.zeros(rows, bool), 0.0, None
    cells = group_cells(rules, rows, size)
    selection = select_rows(cells, size, objective, tie_break)
    if selection is None:
        raise InfeasibleError(*explain_conflict(rules, rows, size, where))
    if selection.prices is None:
        return selection.chosen, selection.gap, None
    prices = {
        id(bound): price
        for bound, price in zip(cells.bounds, selection.prices.tolist(), strict=True)
    }
    return selection.chosen, selection.gap, prices


def tabulate_constraints(
    counted: list[tuple[Bound, int]], prices: Prices, size: int, side: str
) -> pl.DataFrame:
    """Return one row per bound: what it requires, what was achieved, if it binds, its price."""
    rows = [
        (
            f"{bound.position}: {bound.text}",
            bound.dimension,
            side,
            bound.value,
            bound.hard,
            None if bound.low is None else float(bound.low),
            None if bound.high is None else float(bound.high),
            count / size if size else 0.0,
            bound.pool,
            bound.violation(count, size) == 0,
            _is_binding(bound, count, size),
            bound.slack(count, size),
            None if prices is None else prices.get(id(bound), 0.0),
        )
        for bound, count in counted
    ]
    return pl.DataFrame(rows, schema=CONSTRAINT_COLUMNS, orient="row")


def _is_binding(bound: Bound, count: int, size: int) -> bool:
    """Say whether one row less (at a floor) or one more (at a cap) would break the bound."""
    at_floor = bound.low is not None and bound.low > 0 and count <= bound.rows_low(size)
    at_cap = (
        bound.high is not None
        and count >= bound.rows_high(size)
        and bound.pool > count
        and count < size
    )
    return size > 0 and (at_floor or at_cap)
