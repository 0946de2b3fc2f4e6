# %% [markdown]
# # What if the constraints were others?
#
# Phase III draws an exact sample: hard constraints hold, soft ones are missed by as few rows as
# possible, and among all such samples the one with the greatest total quality wins. What does a
# constraint *cost*? The kernels that draw at night are plain functions on a frame, so here we turn
# the knobs on the night's own pool, and publish nothing.
#
# Set `CURATION_WAREHOUSE` to the warehouse; the default is what `make demo` leaves behind.

# %%
import json
import os
from collections.abc import Mapping
from typing import Any

import polars as pl

from pipelines.errors import InfeasibleError
from pipelines.lake import scan_delta
from pipelines.published import newest_run, scan_published
from pipelines.sampling.balance import format_love_plot, measure_balance
from pipelines.sampling.constraints import parse_block
from pipelines.sampling.dimensions import measure_shares
from pipelines.sampling.draw import Draw, draw_sample, match_dimensions
from pipelines.sampling.draw_summary import describe_draw
from pipelines.sampling.weights import restore_weights
from pipelines.settings import CONF

warehouse = os.environ.get("CURATION_WAREHOUSE", str(CONF.parent / "demo" / "warehouse"))
pl.Config.set_tbl_rows(30).set_tbl_cols(12).set_fmt_str_lengths(70).set_tbl_width_chars(140)
pl.Config.set_tbl_hide_dataframe_shape(active=True).set_tbl_hide_column_data_types(active=True)

run = newest_run(warehouse).row
block = json.loads(run["config"])["sampling"]
print(json.dumps(block, indent=1))

# %% [markdown]
# ## The pool
#
# A sample may be drawn for `train` if every phase up to the split kept it and the split gave it to
# that side. What `match: traffic` means is the whole night's `samples`, also those that no phase
# kept.

# %%
mine = (pl.col("ds") == run["ds"]) & (pl.col("run_id") == run["run_id"])
samples = scan_delta(f"{warehouse}/samples").filter(mine).collect()
in_train = (pl.col("phase") == "split") & (pl.col("reason") == "train")
sided = scan_delta(f"{warehouse}/decisions").filter(mine & in_train).select("sample_id").collect()
pool = samples.join(sided, on="sample_id", how="semi")
print(f"{samples.height:,} samples, {pool.height:,} of them in the pool of train")


def draw(written: Mapping[str, Any]) -> Draw:
    """Draw a sample for train with the block of constraints as written."""
    wanted = parse_block(written)
    return draw_sample(pool, measure_shares(samples, match_dimensions(wanted.constraints)), wanted)


# %% [markdown]
# ## First: the same again
#
# With the run's own block the draw must give the published rows, every one. If it does not, code or
# tables have changed since, and nothing below would mean much.

# %%
train = scan_published(warehouse, run["ds"]).train
published = train.select("sample_id").collect()["sample_id"].sort()
again = draw(block)
print(
    f"drawn again: {len(again.ids):,} rows, the published ones: "
    f"{again.ids.to_list() == published.to_list()}"
)

# %% [markdown]
# ## Turn one knob at a time
#
# Each line is the run's block with one change. `worth` is the mean of what the block maximises,
# `miss` the rows by which soft constraints are missed, `same` the share of rows that the published
# sample has too.

# %%
rows = again.ids.len()
others = [item for item in block.get("constraints", []) if item["dimension"] != "character_id"]
first_turns = [
    item for item in block.get("constraints", []) if item["dimension"] != "is_first_turn"
]


def cap(share: float) -> dict[str, Any]:
    """Return the block with another cap on every character."""
    return {**block, "constraints": [*others, {"dimension": "character_id", "each_at_most": share}]}


def openings(share: float) -> dict[str, Any]:
    """Return the block with another floor on first turns."""
    floor = {"dimension": "is_first_turn", "equals": True, "at_least": share}
    return {**block, "constraints": [*first_turns, floor]}


knobs: dict[str, Mapping[str, Any]] = {
    "as published": block,
    "no constraint at all": {**block, "constraints": []},
    "character cap 2 %": cap(0.02),
    "character cap 10 %": cap(0.10),
    "a quarter first turns": openings(0.25),
    "half first turns": openings(0.50),
    "half as many rows": {**block, "size": max(1, rows // 2)},
    "worth counts for nothing": {key: value for key, value in block.items() if key != "maximise"},
}


def describe(name: str, written: Mapping[str, Any]) -> dict[str, Any]:
    """Return a line of figures about the sample that a block gives."""
    try:
        sample = draw(written)
    except InfeasibleError:
        return {"knob": name, "rows": None}
    chosen = pool.filter(pl.col("sample_id").is_in(sample.ids.implode()))
    largest = chosen["character_id"].value_counts()["count"].max()
    return {
        "knob": name,
        "rows": chosen.height,
        "worth": chosen[block.get("maximise") or "quality"].mean(),
        "miss": sample.violation,
        "first_turns": chosen["is_first_turn"].mean(),
        "largest_character": int(str(largest)) / chosen.height,
        "characters": chosen["character_id"].n_unique(),
        "same": len(set(sample.ids) & set(published)) / chosen.height,
    }


compared = pl.DataFrame(
    [describe(name, written) for name, written in knobs.items()], infer_schema_length=None
)
print(compared.with_columns(pl.selectors.float().round(3)))

# %% [markdown]
# The line *no constraint at all* is the ceiling: no sample of that size has a greater `worth`.
# The distance to it is the price of all constraints together, and *worth counts for nothing* is the
# floor that they alone would leave. A line without figures cannot be met, which is the next
# question but one.
#
# ## What does a knob do to the distribution?
#
# A love plot: how far each value's share lies from the night's traffic, in standard deviations. `·`
# is the pool, `o` the sample, `w` the sample with weights that bring it back to the traffic; left
# of `|` (0.1) two shares are commonly called balanced. Turn a knob in `draw_plot` and look again.
# The *design effect* is what the weights cost: n rows are then worth n divided by it.

# %%
axes = [("is_first_turn",), ("locale",), ("jtbd",), ("depth",), ("difficulty",)]
traffic = measure_shares(samples, axes)


def draw_plot(name: str, listed: int = 12) -> None:
    """Print the love plot of a knob's sample."""
    chosen = pool.filter(pl.col("sample_id").is_in(draw(knobs[name]).ids.implode()))
    weights = restore_weights(chosen, traffic, axes)
    balance = measure_balance(pool, chosen, weights.values, traffic, axes)
    restored = "" if weights.has_converged else ", not quite restored"
    print(f"\n{name}: design effect {weights.design_effect:.2f}{restored}")
    print("\n".join(format_love_plot(balance, listed)))


for knob in ("as published", "no constraint at all", "half first turns"):
    if compared.filter(pl.col("knob") == knob)["rows"].item() is not None:
        draw_plot(knob)

# %% [markdown]
# ## When it cannot be met
#
# The solver does not relax a hard bound. It says which constraints conflict, what each needs and
# what the pool has, and the nearest that can hold. Here we ask for more first turns than there are:

# %%
available = int(pool["is_first_turn"].sum())
greedy = {**block, "size": min(pool.height, available + 1)}
greedy["constraints"] = [{"dimension": "is_first_turn", "equals": True, "at_least": 1}]
try:
    draw(greedy)
except InfeasibleError as error:
    print(error)

# %% [markdown]
# ## Which constraints bind?
#
# A constraint that does not bind costs nothing and could go. For those that do, one row more or
# less would break them: these are the ones to talk about. `shadow_price` says how much: what one
# more row of the value would add to the total worth, or, where it is negative, what one row fewer
# would.

# %%
binding = again.constraints.filter(pl.col("binding")).sort("constraint", "value")
columns = [
    "constraint",
    "value",
    "required_min",
    "required_max",
    "achieved",
    "pool",
    "slack",
    "shadow_price",
]
dearest = binding.sort(
    pl.col("shadow_price").abs(), descending=True, nulls_last=True, maintain_order=True
)
print(dearest.select(columns).head(20).with_columns(pl.selectors.float().round(3)))
print("\n".join(describe_draw(again, parse_block(block), pool.height)[:2]))
