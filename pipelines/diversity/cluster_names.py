"""Describe clusters to a person: a name from frequent words, the size, the first night."""

import polars as pl

_WORDS_IN_NAME = 3
# So many rows of a cluster, and characters of a prompt, are read for a name: the rest adds little,
# and the driver holds the texts.
_ROWS_READ = 200
_CHARS_READ = 400
# Placeholders of identifiers, tags and links are not words that a user wrote.
_NO_WORDS = r"<[^<>\s]*>|(?:https?://|www\.)\S+"
# In scripts that write no spaces, or hardly any, every pair of neighbours counts as a word.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}"
_PAIR, _FIRST_OF_RUN = rf"[{_UNSPACED}]{{2}}", rf"[{_UNSPACED}]([{_UNSPACED}]*)"
# Words of any other script: three letters or more, with their marks. Longer than 24, they are taken
# for random keys.
_WORD = rf"[\p{{L}}&&[^{_UNSPACED}]][\p{{L}}\p{{M}}&&[^{_UNSPACED}]]{{2,}}"
_LONGEST_WORD = 24


def describe_clusters(
    rows: pl.LazyFrame, known: pl.DataFrame, ds: str, least_users: int
) -> pl.DataFrame:
    """Count, date and name the clusters of a night.

    Args:
        rows: those that reached Phase II, [n] of `sample_id`, `cluster_id`, `kept`, `user_key`,
            `prompt` (redacted).
        known: `cluster_id`, `first_ds` of the clusters of earlier nights.
        ds: the night.
        least_users: a word that fewer users of a cluster wrote is never part of its name.

    Returns:
        One row for each cluster, sorted: `cluster_id`, `name` (null where no word qualifies),
        `name_users` (the fewest users who wrote one of its words; null likewise), `rows`, `kept`,
        `users`, `first_ds`.
    """
    ids = rows.select("sample_id", "cluster_id", "user_key").collect(engine="streaming")
    read = ids.sort("sample_id").group_by("cluster_id", maintain_order=True).head(_ROWS_READ)
    texts = rows.select("sample_id", pl.col("prompt").str.head(_CHARS_READ))
    prompts = texts.join(read.lazy(), on="sample_id", how="inner").collect(engine="streaming")
    counts = rows.group_by("cluster_id").agg(
        rows=pl.len().cast(pl.Int64),
        kept=pl.col("kept").sum().cast(pl.Int64),
        users=pl.col("user_key").n_unique().cast(pl.Int64),
    )
    named = counts.collect(engine="streaming").join(
        name_clusters(prompts, least_users), on="cluster_id", how="left"
    )
    columns = ("cluster_id", "name", "name_users", "rows", "kept", "users")
    since = named.select(columns).join(known, on="cluster_id", how="left")
    return since.with_columns(pl.col("first_ds").fill_null(ds)).sort("cluster_id")


def date_clusters(pruning: pl.LazyFrame, ds: str) -> pl.DataFrame:
    """Return `cluster_id`, `first_ds` of every cluster that has rows in a night before `ds`.

    Args:
        pruning: `cluster_id`, `ds` of the pruned rows of any nights.
        ds: the night.
    """
    before = pruning.filter(pl.col("ds") < ds)
    since = before.group_by("cluster_id").agg(first_ds=pl.col("ds").min())
    return since.sort("cluster_id").collect(engine="streaming")


def name_clusters(prompts: pl.DataFrame, least_users: int) -> pl.DataFrame:
    """Name each cluster by the words that many of its users share and other clusters hardly use.

    Args:
        prompts: `cluster_id`, `user_key`, `prompt` (redacted; null = no text).
        least_users: a word that fewer users of a cluster wrote is never part of its name.

    Returns:
        One row for each cluster, sorted: `cluster_id`, `name`, `name_users` (the fewest users who
        wrote one of its words); both null where no word qualifies.
    """
    users = _count_users(prompts)
    inside = prompts.group_by("cluster_id").agg(pl.col("user_key").n_unique().alias("inside"))
    # The score is the log of the lift (how much likelier the word is in this cluster than in all),
    # times its users in this cluster, times their share of all its users. The last factor lowers
    # the common words of a language that only some clusters use.
    everywhere = pl.col("users").sum().over("word")
    lift = (pl.col("users") / pl.col("inside")) / (everywhere / inside["inside"].sum())
    named = (
        users.join(inside, on="cluster_id", how="left")
        .with_columns(score=lift.log() * pl.col("users") ** 2 / everywhere)
        .filter((pl.col("users") >= max(1, least_users)) & (pl.col("score") > 0))
        .sort("cluster_id", -pl.col("score"), "word")
        .group_by("cluster_id", maintain_order=True)
        .head(_WORDS_IN_NAME)
        .group_by("cluster_id", maintain_order=True)
        .agg(name=pl.col("word").str.join(" "), name_users=pl.col("users").min())
    )
    clusters = inside.select("cluster_id").sort("cluster_id")
    return clusters.join(named, on="cluster_id", how="left", maintain_order="left")


def _count_users(prompts: pl.DataFrame) -> pl.DataFrame:
    """Return `cluster_id`, `word` and the number of `users` of the cluster who wrote it."""
    text = pl.col("prompt").str.replace_all(_NO_WORDS, " ").str.to_lowercase()
    # extract_all does not overlap: without this, every second pair is lost
    shifted = text.str.replace_all(_FIRST_OF_RUN, " $1")
    found = pl.concat_list(
        text.str.extract_all(_WORD), text.str.extract_all(_PAIR), shifted.str.extract_all(_PAIR)
    )
    words = prompts.select("cluster_id", "user_key", word=found).explode("word").drop_nulls()
    short = words.filter(pl.col("word").str.len_chars() <= _LONGEST_WORD)
    return short.group_by("cluster_id", "word").agg(
        users=pl.col("user_key").n_unique().cast(pl.Int64)
    )
