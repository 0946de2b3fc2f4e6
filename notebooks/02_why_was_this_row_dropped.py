# %% [markdown]
# # Why was this row dropped?
#
# Every row that does not reach `train` or `eval` has left a trail: a decision of each phase that saw it,
# the scores that the decision rests on, and for a near-duplicate the row that stands in its place. This
# notebook follows the trail of three rows. Nothing here shows what anybody wrote; put an id of your own in
# `sample_id` to follow another.
#
# Set `CURATION_WAREHOUSE` to the warehouse; the default is what `make demo` leaves behind.

# %%
import json
import os

import numpy as np
import polars as pl

from pipelines.settings import CONF

warehouse = os.environ.get("CURATION_WAREHOUSE", str(CONF.parent / "demo" / "warehouse"))
pl.Config.set_tbl_rows(30).set_tbl_cols(12).set_fmt_str_lengths(70).set_tbl_width_chars(140)
pl.Config.set_tbl_hide_dataframe_shape(active=True).set_tbl_hide_column_data_types(active=True)

run = pl.read_delta(f"{warehouse}/runs").sort("finished_at", "run_id").row(-1, named=True)
config = json.loads(run["config"])


def read_night(table: str) -> pl.LazyFrame:
    """Return the run's own rows of a table."""
    mine = (pl.col("ds") == run["ds"]) & (pl.col("run_id") == run["run_id"])
    return pl.scan_delta(f"{warehouse}/{table}").filter(mine)


phases = pl.Enum(["intake", "privacy", "safety", "language", "diversity", "split", "sampling"])
decisions = read_night("decisions").with_columns(pl.col("phase").cast(phases)).collect()
print(f"night {run['ds']}, run {run['run_id']}: {decisions['sample_id'].drop_nulls().n_unique():,} samples")

# %% [markdown]
# ## A near-duplicate
#
# Phase II visits prompts by priority and lets a prompt lead unless an earlier leader is too similar. We
# take the row that was dropped by the narrowest margin: just at the cut, where a doubt is worth most.

# %%
pruning = read_night("pruning").collect()
dropped = pruning.filter(~pl.col("kept")).sort("similarity", "sample_id")
echoes = dropped.filter(pl.col("reason") == "near_duplicate")
row = (dropped if echoes.is_empty() else echoes).row(0, named=True)
sample_id = row["sample_id"]

print(
    decisions.filter(pl.col("sample_id") == sample_id)
    .sort("phase")
    .select("phase", "outcome", "reason", "rule")
)

# %% [markdown]
# Its **witness** is the kept row nearest to it, perhaps of an earlier night. The pair's cosine stands
# beside it, so nobody has to believe it: vectors are unit length and stored once for each distinct prompt,
# and a dot product gives the same number again.

# %%
print(f"reason {row['reason']}, similarity {row['similarity']:.6f}, cut {config['pruning']['cut']}")
print(f"witness {row['witness_id']} of the night {row['witness_ds']}, cluster {row['cluster_id']}")

everyone = pl.scan_delta(f"{warehouse}/pruning")
is_witness = (pl.col("sample_id") == row["witness_id"]) & (pl.col("ds") == row["witness_ds"])
witness = everyone.filter(is_witness).collect().row(0, named=True)

encoder = config["models"]["encoder"]
is_own = (pl.col("model") == encoder) & (pl.col("model_revision") == dict(run["model_revisions"])[encoder])
is_theirs = pl.col("text_hash").is_in([row["text_hash"], witness["text_hash"]])
vectors = pl.scan_delta(f"{warehouse}/embeddings").filter(is_own & is_theirs).collect()
of_hash = dict(vectors.select("text_hash", "embedding").iter_rows())
pair = np.array([of_hash[row["text_hash"]], of_hash[witness["text_hash"]]], dtype=np.float64)
print(f"cosine from the stored vectors: {pair[0] @ pair[1]:.6f}")

# %% [markdown]
# Same hash, same text after redaction; another hash, another text that the encoder finds alike. Where the
# two samples differ otherwise is in `samples`:

# %%
samples = read_night("samples").collect()
both = samples.filter(pl.col("sample_id").is_in([sample_id, row["witness_id"]]))
both = both.select(
    "sample_id", "locale", "jtbd", "depth", pl.col("quality").round(4), pl.col("text_hash").str.head(12)
)
print(both.sort("sample_id"))

# %% [markdown]
# The higher priority won: here that is `pruning.priority`, by default the prompt's quality. To keep both,
# raise `pruning.cut`. How many rows a cut would bring back can be read off the table at once:

# %%
for cut in (0.95, 0.96, 0.97, 0.98, 0.99):
    count = echoes.filter(pl.col("similarity") < cut).height
    print(f"cut {cut:.2f}: at most {count:4} of {echoes.height} near-duplicates would lead")

# %% [markdown]
# ## A row that privacy stopped
#
# `privacy` has one row for every sample and model: the kind of each identifier, where it stands, how sure
# the model was. Never the identifier itself. The configuration says which kinds drop a sample; all others
# are redacted.

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
# Each layer gives a probability. The limits below are the run's own; a layer that failed has `null`, which
# never passes. A row in review waits: a person's answer takes effect in the next run of this night.

# %%
doubted = decisions.filter((pl.col("phase") == "safety") & (pl.col("outcome") != "keep"))
print(doubted.group_by("outcome", "reason").len("rows").sort("reason"))

scores = read_night("safety").filter(pl.col("sample_id").is_in(doubted["sample_id"].implode())).collect()
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
# The last decision about a sample is where its trail ends. Counting these ends gives every sample one
# place, and the places sum to the night.

# %%
last = decisions.drop_nulls("sample_id").sort("phase").group_by("sample_id").last()
ends = last.group_by("phase", "reason", "outcome").len("rows").sort("phase", "rows", "reason")
print(ends)
print(f"{ends['rows'].sum():,} ends for {samples.height:,} samples")
