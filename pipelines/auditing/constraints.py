"""Both sides are drawn as their blocks say: the table of constraints is made again and compared."""

from collections.abc import Iterator

import polars as pl

from pipelines.auditing.findings import Finding, Invariant, find_ids
from pipelines.auditing.night import SIDES, AuditedNight
from pipelines.errors import ConfigurationError
from pipelines.outcomes import Outcome, Phase
from pipelines.sampling.bounds import resolve
from pipelines.sampling.cells import count_bounds
from pipelines.sampling.constraints import SamplingBlock, parse_block
from pipelines.sampling.dimensions import measure_shares
from pipelines.sampling.draw import default_evaluation, match_dimensions, tabulate_constraints

_RERUN = "Run the night again by jobs/curate.py."

INVARIANTS = (
    Invariant("size_wrong", "Each side has the rows that its block asks for.", _RERUN),
    Invariant("constraint_unmet", "Every hard bound holds on the rows of its side.", _RERUN),
    Invariant(
        "constraint_lost", "constraints has a row of every bound and value, and no other.", _RERUN
    ),
    Invariant(
        "constraint_wrong",
        "constraints says of each bound what it requires, was achieved, and is in the pool.",
        _RERUN,
    ),
)
_KEY = ["position", "value"]
_EXACT = ("words", "dimension", "hard", "pool", "met", "binding", "slack")
_SHARES = ("required_min", "required_max", "achieved")
_ROUNDING = 1e-9


def check_constraints(night: AuditedNight) -> Iterator[Finding]:
    """Yield what is not as the blocks say.

    Where rows were erased since, shares and sizes are no longer those that were drawn: only what
    the table says of hard bounds is checked.
    """
    stored = night.tables["constraints"]
    unmet = stored.filter(pl.col("hard") & ~pl.col("met"))
    if unmet.height:
        yield find_ids("constraint_unmet", "constraints", unmet["constraint"].to_list())
    if night.is_mended:
        return
    pools = {side: _read_pool(night, side) for side in SIDES}
    for side, block in _read_blocks(night, pools).items():
        rows = night.tables[side].height
        if rows != block.rows_of(pools[side].height):
            note = f"{rows} rows, {block.rows_of(pools[side].height)} asked for"
            yield Finding("size_wrong", side, rows, (), note)
        try:
            wanted = _tabulate(night, side, block, pools[side])
        except (ConfigurationError, pl.exceptions.PolarsError):
            yield Finding("constraint_lost", "constraints", 1, (), f"{side}: its block fits no row")
            continue
        yield from _compare(side, stored.filter(pl.col("side") == side), wanted)


def _read_pool(night: AuditedNight, side: str) -> pl.DataFrame:
    given = night.decided(Phase.SPLIT, Outcome.KEEP).filter(pl.col("reason") == side)
    return night.tables["samples"].join(given, on="sample_id", how="semi").sort("sample_id")


def _read_blocks(night: AuditedNight, pools: dict[str, pl.DataFrame]) -> dict[str, SamplingBlock]:
    """Return the blocks of the run; those that this code cannot read are left out."""
    try:
        train = parse_block(night.config.get("sampling"))
        written = night.config.get("evaluation")
        held_out = (
            default_evaluation(train.rows_of(pools["train"].height), pools["eval"].height)
            if written is None
            else parse_block(written, "evaluation")
        )
    except ConfigurationError:
        return {}
    return {"train": train, "eval": held_out}


def _tabulate(
    night: AuditedNight, side: str, block: SamplingBlock, pool: pl.DataFrame
) -> pl.DataFrame:
    shares = measure_shares(night.tables["samples"], match_dimensions(block.constraints))
    rules = resolve(pool, block.constraints, shares)
    chosen = pool["sample_id"].is_in(night.tables[side]["sample_id"].implode()).to_numpy()
    counted = count_bounds(rules, chosen)
    return tabulate_constraints(counted, None, int(chosen.sum()), side)


def _compare(side: str, stored: pl.DataFrame, wanted: pl.DataFrame) -> Iterator[Finding]:
    unmet = wanted.filter(pl.col("hard") & ~pl.col("met"))
    if unmet.height:
        ids = unmet["constraint"].to_list()
        yield find_ids("constraint_unmet", side, ids, "counted again")
    stored, wanted = _with_position(stored), _with_position(wanted)
    lost = wanted.join(stored, on=_KEY, how="anti")
    stray = stored.join(wanted, on=_KEY, how="anti")
    if lost.height or stray.height:
        ids = [*lost["constraint"].to_list(), *stray["constraint"].to_list()]
        yield find_ids("constraint_lost", "constraints", ids, side)
    both = stored.join(wanted, on=_KEY, how="inner", suffix="_now")
    # A night of an earlier schema has no slack.
    exact = [c for c in _EXACT if both[c].null_count() < both.height or c != "slack"]
    differs = {c: pl.col(c).ne_missing(pl.col(f"{c}_now")) for c in exact}
    for name in _SHARES:
        one, other = pl.col(name), pl.col(f"{name}_now")
        is_off = ((one - other).abs() > _ROUNDING).fill_null(value=False)
        differs[name] = is_off | (one.is_null() != other.is_null())
    flags = both.select(**differs)
    wrong = [name for name in differs if flags[name].any()]
    if wrong:
        bad = both.filter(flags.select(pl.any_horizontal(pl.all())).to_series())
        yield find_ids("constraint_wrong", "constraints", bad["constraint"].to_list(),
                       f"{side}: {', '.join(wrong)}")  # fmt: skip


def _with_position(rows: pl.DataFrame) -> pl.DataFrame:
    """Add a constraint's position and words: `runs` keeps a mapping's keys in another order."""
    text = pl.col("constraint")
    words = text.str.extract_all(r"[^\s{},:]+").list.sort()
    return rows.with_columns(position=text.str.extract(r"^(\d+): "), words=words)
