# %% [markdown]
# # Why was this row dropped?
#
# Every row that does not reach `train` or `eval` has left a trail: a decision of each phase that
# saw it, the scores that the decision rests on, and for a near-duplicate the row that stands in its
# place. This notebook follows the trail of three rows. Nothing here shows what anybody wrote; put
# an id of your own in `sample_id` to follow another.
#
# Set `CURATION_WAREHOUSE` to the warehouse; the default is what `make demo` leaves behind.

# %%
import json
import os

import numpy as np
import polars as pl

from pipelines.diversity.pruning import prune
from pipelines.diversity.settings import PruneSettings
from pipelines.lake import scan_delta
from pipelines.published import newest_run
from pipelines.settings import CONF

warehouse = os.environ.get("CURATION_WAREHOUSE", str(CONF.parent / "demo" / "warehouse"))
pl.Config.set_tbl_rows(30).set_tbl_cols(12).set_fmt_str_lengths(70).set_tbl_width_chars(140)
pl.Config.set_tbl_hide_dataframe_shape(active=True).set_tbl_hide_column_data_types(active=True)

run = newest_run(warehouse).row
config = json.loads(run["config"])


def read_night(table: str) -> pl.LazyFrame:
    """Return the run's own rows of a table."""
    mine = (pl.col("ds") == run["ds"]) & (pl.col("run_id") == run["run_id"])
    return scan_delta(f"{warehouse}/{table}").filter(mine)


phases = pl.Enum(["intake", "privacy", "safety", "language", "diversity", "split", "sampling"])
decisions = read_night("decisions").with_columns(pl.col("phase").cast(phases)).collect()
print(
    f"night {run['ds']}, run {run['run_id']}: {decisions['sample_id'].drop_nulls().n_unique():,} "
    "samples"
)

# %% [markdown]
# ## A near-duplicate
#
# Phase II visits prompts by priority and lets a prompt lead unless an earlier leader is too
# similar. We take the row that was dropped by the narrowest margin: just at the cut, where a doubt
# is worth most.

# %%
pruning = read_night("pruning").collect()
dropped = pruning.filter(~pl.col("kept")).sort("similarity", "sample_id")
if dropped.is_empty():
    message = (
        f"Phase II dropped nothing in the night {run['ds']}: set CURATION_WAREHOUSE to another."
    )
    raise SystemExit(message)
echoes = dropped.filter(pl.col("reason") == "near_duplicate")
row = (dropped if echoes.is_empty() else echoes).row(0, named=True)
sample_id = row["sample_id"]

print(
    decisions.filter(pl.col("sample_id") == sample_id)
    .sort("phase")
    .select("phase", "outcome", "reason", "rule")
)

# %% [markdown]
# Its **witness** is the kept row nearest to it, perhaps of an earlier night. The pair's cosine
# is in the same row, and can be checked: vectors are unit length and stored once for each
# distinct prompt, and a dot product gives the same number again.

# %%
print(f"reason {row['reason']}, similarity {row['similarity']:.6f}, cut {config['pruning']['cut']}")
print(f"witness {row['witness_id']} of the night {row['witness_ds']}, cluster {row['cluster_id']}")

everyone = scan_delta(f"{warehouse}/pruning")
is_witness = (pl.col("sample_id") == row["witness_id"]) & (pl.col("ds") == row["witness_ds"])
witness = everyone.filter(is_witness).collect().row(0, named=True)

encoder = config["models"]["encoder"]
is_own = (pl.col("model") == encoder) & (
    pl.col("model_revision") == dict(run["model_revisions"])[encoder]
)
is_theirs = pl.col("text_hash").is_in([row["text_hash"], witness["text_hash"]])
vectors = scan_delta(f"{warehouse}/embeddings").filter(is_own & is_theirs).collect()
of_hash = dict(vectors.select("text_hash", "embedding").iter_rows())
pair = np.array([of_hash[row["text_hash"]], of_hash[witness["text_hash"]]], dtype=np.float64)
print(f"cosine from the stored vectors: {pair[0] @ pair[1]:.6f}")

# %% [markdown]
# Same hash, same text after redaction; another hash, another text that the encoder finds alike.
# Where the two samples differ otherwise is in `samples`:

# %%
samples = read_night("samples").collect()
both = samples.filter(pl.col("sample_id").is_in([sample_id, row["witness_id"]]))
both = both.select(
    "sample_id",
    "locale",
    "jtbd",
    "depth",
    pl.col("quality").round(4),
    pl.col("text_hash").str.head(12),
)
print(both.sort("sample_id"))

# %% [markdown]
# The higher priority won: here that is `pruning.priority`, by default the prompt's quality. To keep
# both, raise `pruning.cut`. How many rows a cut would bring back can be read off the table at once:

# %%
for cut in (0.95, 0.96, 0.97, 0.98, 0.99):
    count = echoes.filter(pl.col("similarity") < cut).height
    print(f"cut {cut:.2f}: at most {count:4} of {echoes.height} near-duplicates would lead")

# %% [markdown]
# ## The budget: what each share keeps
#
# `pruning.retain` is a ceiling. Below it the leaders that add least go first, and the set at a
# smaller share lies inside the one at a larger. The kernel that the night ran says what another
# share would have kept, and how near every prompt of the night stays to one that is kept.

# %%
is_all = pl.col("text_hash").is_in(pruning["text_hash"].unique().implode())
stored = scan_delta(f"{warehouse}/embeddings").filter(is_own & is_all).collect()
night = pruning.join(stored, on="text_hash", how="inner").join(
    samples.select("sample_id", "quality"), on="sample_id", how="left"
)
unit = np.array(night["embedding"].to_list(), dtype=np.float32)
quality = night["quality"].cast(pl.Float64).fill_null(float("nan")).to_numpy()
before: set[int] = set()
for share in (0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 1.0):
    settings = PruneSettings(retain=share, cut=config["pruning"]["cut"])
    found = prune(unit, night["sample_id"].to_list(), quality, settings)
    nearest = np.where(found.kept, 1.0, found.similarity)
    kept = set(np.flatnonzero(found.kept).tolist())
    bar = "#" * round(40 * len(kept) / len(unit))
    print(
        f"p {share:.2f}: kept {len(kept):5}, mean cosine to the nearest kept {nearest.mean():.4f}, "
        f"first percentile {np.percentile(nearest, 1):.4f}, nested {before <= kept}  {bar}"
    )
    before = kept

# %% [markdown]
# ## The two ends of what was dropped
#
# The closest pair should be copies of each other; the least similar one is where a reader may
# disagree. Under a budget it is a row that went although nothing is near it.

# %%
ends = dropped.select("sample_id", "reason", "witness_id", "witness_ds", "similarity", "cluster_id")
print("closest dropped pair:", ends.row(-1, named=True))
print("least similar dropped pair:", ends.row(0, named=True))

# %% [markdown]
# ## The map of clusters
#
# Clusters organise what a person reads and decide nothing. Each number below is a cluster, at its
# place on the two directions in which the clusters vary most; near ones share a topic. The table
# `pruning` lists the rows that each of them lost; the table `clusters` has their names.

# %%
clusters = night.group_by("cluster_id").agg(
    rows=pl.len(),
    kept=pl.col("kept").sum(),
    near_duplicates=(pl.col("reason") == "near_duplicate").sum(),
)
names = read_night("clusters").select("cluster_id", "name").collect()
clusters = clusters.join(names, on="cluster_id", how="left").sort(
    "rows", "cluster_id", descending=[True, False]
)
centres = np.array(
    [unit[(night["cluster_id"] == name).to_numpy()].mean(axis=0) for name in clusters["cluster_id"]]
)
_, _, directions = np.linalg.svd(centres - centres.mean(axis=0), full_matrices=False)
places = np.zeros((len(centres), 2))
places[:, : len(directions[:2])] = (centres - centres.mean(axis=0)) @ directions[:2].T
grid = [[" "] * 100 for _ in range(18)]
scaled = (places - places.min(axis=0)) / np.maximum(np.ptp(places, axis=0), 1e-9)
for name, (across, up) in list(zip(clusters["cluster_id"], scaled.tolist(), strict=True))[::-1]:
    label = name.removeprefix("c").lstrip("0") or "0"
    column = round(across * (99 - len(label)))
    grid[round((1 - up) * 17)][column : column + len(label)] = label
print("\n".join("".join(line).rstrip() for line in grid))
print(clusters.head(12))

# %% [markdown]
# ## A row that privacy stopped
#
# `privacy` has one row for every sample and model: the kind of each identifier, its position,
# how sure the model was. Never the identifier itself. The configuration says which kinds drop a
# sample; all others are redacted.

# %%
stopped = decisions.filter((pl.col("phase") == "privacy") & (pl.col("outcome") != "keep"))
print(stopped.group_by("outcome", "reason").len("rows").sort("reason"))

findings = (
    read_night("privacy")
    .filter(pl.col("sample_id").is_in(stopped["sample_id"].sort().head(1).implode()))
    .select("sample_id", "model", "model_revision", "findings")
    .collect()
    .explode("findings")
    .unnest("findings")
)
print(findings.sort("model", "message_index", "start").drop("sample_id").head(12))
print("these kinds drop a sample:", ", ".join(sorted(config["privacy"]["drop"])))

# %% [markdown]
# ## A row that safety sent to a person
#
# Each layer gives a probability. The limits below are the run's own; a layer that failed has
# `null`, which never passes. A row in review waits: a person's answer takes effect in the next run
# of this night.

# %%
doubted = decisions.filter((pl.col("phase") == "safety") & (pl.col("outcome") != "keep"))
print(doubted.group_by("outcome", "reason").len("rows").sort("reason"))

scores = (
    read_night("safety").filter(pl.col("sample_id").is_in(doubted["sample_id"].implode())).collect()
)
table = (
    scores.join(doubted.select("sample_id", "outcome", "reason"), on="sample_id", how="inner")
    .pivot("model", index=["sample_id", "outcome", "reason"], values="unsafe")
    .sort("outcome", "sample_id")
)
print(table.with_columns(pl.selectors.float().round(3)).head(12))
print(json.dumps(config["safety"], indent=1))

# %% [markdown]
# ## The whole account
#
# The last decision about a sample is where its trail ends. Counting these ends gives every sample
# one place, and the places sum to the night.

# %%
last = decisions.drop_nulls("sample_id").sort("phase").group_by("sample_id").last()
ends = last.group_by("phase", "reason", "outcome").len("rows").sort("phase", "rows", "reason")
print(ends)
print(f"{ends['rows'].sum():,} ends for {samples.height:,} samples")
