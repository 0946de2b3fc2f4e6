# %% [markdown]
# # Read a run
#
# A curated warehouse is a folder of Delta tables, and reading it needs no Spark. This notebook
# walks from the newest run to the rows it published, and asks on the way what became of all the
# others.
#
# Set `CURATION_WAREHOUSE` to the warehouse; the default is what `make demo` leaves behind.

# %%
import json
import os

import polars as pl

from pipelines.lake import scan_delta
from pipelines.published import newest_run, scan_published
from pipelines.settings import CONF

warehouse = os.environ.get("CURATION_WAREHOUSE", str(CONF.parent / "demo" / "warehouse"))
pl.Config.set_tbl_rows(30).set_tbl_cols(12).set_fmt_str_lengths(70).set_tbl_width_chars(140)
pl.Config.set_tbl_hide_dataframe_shape(active=True).set_tbl_hide_column_data_types(active=True)

# %% [markdown]
# ## The commit record
#
# A night is published when its row in `runs` says so, and only then. The row names the versions of
# `train` and `eval` that belong together. `scan_published` reads both tables at these versions: a
# matching pair, even while the next night is being written. `read_published` does the same for
# Spark.

# %%
run = newest_run(warehouse).row
published = scan_published(warehouse, run["ds"])
train, held_out = published.train, published.eval

print(f"night {run['ds']}, run {run['run_id']}, code {run['code_version']}")
print(f"configuration {run['config_hash'][:12]}, published {run['finished_at']:%Y-%m-%d %H:%M} UTC")
print(f"train, version {run['train_version']}: {train.select(pl.len()).collect().item():,} rows")
print(f"eval,  version {run['eval_version']}: {held_out.select(pl.len()).collect().item():,} rows")

# %% [markdown]
# The same row says which models answered. A revision is a hash of a model's files and code, so two
# runs with equal revisions, configuration and input have equal rows.

# %%
revisions = sorted(dict(run["model_revisions"]).items())
print(pl.DataFrame(revisions, schema=["model", "revision"], orient="row"))

# %% [markdown]
# ## The funnel
#
# `decisions` has a row for every sample and every phase that was asked about it. Each phase decides
# what the one before it kept, so a phase's total is the `keep` above it: no row is ever just
# missing.

# %%
mine = (pl.col("ds") == run["ds"]) & (pl.col("run_id") == run["run_id"])
decisions = scan_delta(f"{warehouse}/decisions").filter(mine).collect()

phases = pl.Enum(["intake", "privacy", "safety", "language", "diversity", "split", "sampling"])
outcomes = ["keep", "drop", "review", "quarantine"]
funnel = (
    decisions.group_by(pl.col("phase").cast(phases))
    .agg(*((pl.col("outcome") == outcome).sum().alias(outcome) for outcome in outcomes))
    .sort("phase")
    .with_columns(total=pl.sum_horizontal(outcomes))
)
print(funnel)

# %% [markdown]
# ## Why rows left
#
# An outcome follows from a reason. The most frequent reasons show where to look first: a night that
# loses a third of its rows to one of them needs an explanation, and the report's alarms give it by
# slice.

# %%
left = decisions.filter(pl.col("outcome") != "keep")
reasons = (
    left.group_by("phase", "reason", "outcome")
    .len("rows")
    .sort("rows", "reason", descending=[True, False])
)
print(reasons.head(15))

# %% [markdown]
# ## What people wrote about
#
# Phase II puts like prompts into clusters, whose ids go on from night to night. A cluster is called
# by words that at least `pruning.name_users_min` of its users wrote and other clusters lack; where
# there is no such word it has no name. `first_ds` shows which topics are new.

# %%
clusters = scan_delta(f"{warehouse}/clusters").filter(mine).collect()
columns = ["cluster_id", "name", "rows", "kept", "users", "first_ds"]
print(clusters.sort("rows", "cluster_id", descending=[True, False]).select(columns).head(15))
print(
    f"{clusters.filter(pl.col('first_ds') == run['ds']).height} of {clusters.height} clusters are "
    "new"
)

# %% [markdown]
# ## Is the sample like the traffic?
#
# `samples` is everything that could be read that night. Comparing it with `train` shows what
# curation does to a marginal; the column `weight` reverses that, for estimates about the
# traffic and not about the sample. Where `weighted` does not return to `traffic`, no published row
# has that value, or the configuration does not match on this dimension.

# %%
samples = scan_delta(f"{warehouse}/samples").filter(mine).collect()
published = train.collect()


def shares(rows: pl.DataFrame, name: str, weight: str | None = None) -> pl.DataFrame:
    """Return the share of every locale, by rows or by weight."""
    mass = pl.len() if weight is None else pl.col(weight).sum()
    return (
        rows.group_by("locale")
        .agg(mass.alias(name))
        .with_columns(pl.col(name) / pl.col(name).sum())
    )


locales = (
    shares(samples, "traffic")
    .join(shares(published, "train"), on="locale", how="left", nulls_equal=True)
    .join(shares(published, "weighted", "weight"), on="locale", how="left", nulls_equal=True)
    .sort("traffic", "locale", descending=[True, False])
)
print(locales.head(12).with_columns(pl.selectors.float().round(3)))

# %% [markdown]
# ## Were the constraints met?
#
# One row for every value that a constraint names. A hard one always holds, else there would be
# no run; of the soft ones, those that missed come first here, then those that shaped the sample
# (`binding`).

# %%
constraints = scan_delta(f"{warehouse}/constraints").filter(mine).collect()
columns = [
    "side",
    "constraint",
    "value",
    "required_min",
    "required_max",
    "achieved",
    "pool",
    "met",
    "binding",
]
worst = constraints.sort(
    "met", "binding", "constraint", "side", "value", descending=[False, True, *[False] * 3]
)
print(worst.select(columns).head(10).with_columns(pl.selectors.float().round(3)))

# %% [markdown]
# ## What the run promised
#
# Before it published, the job checked the contract on its own tables. The evidence stays with the
# run.

# %%
checks = pl.DataFrame(json.loads(run["checks"]))
print(checks.select("name", "passed", "evidence").head(20))

# %% [markdown]
# ## And the rows themselves
#
# Published text is redacted: `<PERSON_1>` is the same person throughout one conversation and
# another person in another. `messages` is the conversation up to and including `prompt`.

# %%
shown = published.sort("sample_id").head(5)
print(shown.select("locale", "jtbd", "difficulty", "depth", pl.col("quality").round(3), "prompt"))
