"""Assign sides: a component of users, conversations and shared texts is all train or all eval."""

from dataclasses import dataclass

import numpy as np
import polars as pl
import polars.selectors as cs
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pipelines.errors import InputError
from pipelines.identity import order_by_seed
from pipelines.outcomes import Reason
from pipelines.sampling.settings import SplitSettings

_HEX = 16.0**16
_SHOWN_KEYS = 3


@dataclass(frozen=True, slots=True)
class History:
    """Which side users and conversations are on already.

    Args:
        users: `user_key`, `side` of all other nights.
        conversations: `conversation_id`, `side` of all other nights.
        links: `sample_id`, `side` for each near-duplicate or shared run that a sample has in
            another night.
    """

    users: pl.DataFrame
    conversations: pl.DataFrame
    links: pl.DataFrame


def assign_sides(
    samples: pl.DataFrame, history: History, texts: pl.DataFrame, settings: SplitSettings
) -> pl.DataFrame:
    """Give every sample its side, so that no user, conversation or near-duplicate is on both.

    Five samples. User u1 is in eval since an earlier night and stays there. Users u2 and u3 wrote
    the same text, so they are one component; it is new, and by the seeded hash of its users
    it goes to train. User u4 is in train since an earlier night, but sample s4 is a near-duplicate
    of an eval row, so it is dropped. User u5 is new as well.

    >>> samples = pl.DataFrame({
    ...     "sample_id": ["s1", "s2", "s3", "s4", "s5"],
    ...     "user_key": ["u1", "u2", "u3", "u4", "u5"],
    ...     "conversation_id": ["c1", "c2", "c3", "c4", "c5"]})
    >>> history = History(
    ...     users=pl.DataFrame({"user_key": ["u1", "u4"], "side": ["eval", "train"]}),
    ...     conversations=pl.DataFrame(schema={"conversation_id": pl.String, "side": pl.String}),
    ...     links=pl.DataFrame({"sample_id": ["s4"], "side": ["eval"]}))
    >>> texts = pl.DataFrame({"sample_id": ["s2", "s3"], "text": [7, 7], "users": [2, 2]})
    >>> assign_sides(samples, history, texts, SplitSettings())["reason"].to_list()
    ['eval', 'train', 'train', 'split_conflict', 'train']

    Args:
        samples: [n] of `sample_id`, `user_key`, `conversation_id`, of one night.
        history: sides of earlier nights.
        texts: `sample_id`, `text`, `users`: what samples share (a text with its near-duplicates, or
            a run of words), and how many users of the night wrote it; a sample may have several.
        settings: share of eval, seed, and the number of users from which a text is common.

    Returns:
        [n] of `sample_id`, `reason`, `is_large` in the order of `samples`. The reason is one of:
        - `train`, `eval`: the side.
        - `split_conflict`: the row would link the two sides. It is dropped; no user changes sides.
        - `common_text`: its side is eval, and too many users share its words.

        Where a component links both sides, its side is the one with more rows of known users and
        conversations; without such rows, the one with more links; on a tie, train. Its rows that
        are known or linked to the other side get `split_conflict`. `is_large`: the component has no
        history and too many users for eval.

    Raises:
        InputError: the history has one key on two sides, or a side that is neither.

    Source: CharacterFlywheel §2.5.1.
    """
    users = _read_prior(history.users, "user_key")
    conversations = _read_prior(history.conversations, "conversation_id")
    is_common = pl.col("users") > settings.most_users
    rows = (
        samples.select("sample_id", "user_key", "conversation_id")
        .with_row_index("row")
        .join(users.rename({"is_eval": "user"}), on="user_key", how="left")
        .join(conversations.rename({"is_eval": "conversation"}), on="conversation_id", how="left")
        .join(_read_links(history.links), on="sample_id", how="left")
        .sort("row")
    )
    claims = pl.concat_list("user", "conversation", "linked_train", "linked_eval").list.drop_nulls()
    rows = rows.with_columns(
        own=claims.list.first(),
        is_torn=claims.list.n_unique() > 1,
        is_known=pl.coalesce("user", "conversation").is_not_null(),
        is_common=pl.col("sample_id").is_in(
            texts.filter(is_common)["sample_id"].unique().implode()
        ),
    )
    conflict = pl.lit(Reason.SPLIT_CONFLICT.value)
    torn = rows.filter("is_torn").select("row", reason=conflict, is_large=pl.lit(value=False))
    whole = _side_components(rows.filter(~pl.col("is_torn")), texts.filter(~is_common), settings)
    sided = pl.concat([torn, whole]).sort("row")
    return samples.select("sample_id").with_columns(sided["reason"], sided["is_large"])


def _read_prior(prior: pl.DataFrame, key: str) -> pl.DataFrame:
    sides = (
        prior.select(pl.col(key).cast(pl.String), pl.col("side").cast(pl.String)).unique().sort(key)
    )
    wrong = sides.filter(
        ~pl.col("side").is_in([Reason.TRAIN.value, Reason.EVAL.value]).fill_null(value=False)
    )
    if len(wrong):
        message = f"prior sides: {len(wrong)} of {key} have a side that is neither train nor eval"
        raise InputError(message)
    twice = sides.filter(pl.col(key).is_duplicated())[key].unique().sort()
    if len(twice):
        first = ", ".join(twice.head(_SHOWN_KEYS))
        message = f"prior sides: {len(twice)} of {key} are on both sides, first {first}"
        raise InputError(message)
    return sides.select(key, is_eval=pl.col("side") == Reason.EVAL.value)


def _read_links(links: pl.DataFrame) -> pl.DataFrame:
    """Return per linked sample `linked_train` (false or null) and `linked_eval` (true or null)."""
    is_eval = pl.col("side") == Reason.EVAL.value
    by_sample = (
        links.select(pl.col("sample_id").cast(pl.String), is_eval=is_eval)
        .group_by("sample_id")
        .agg("is_eval")
    )
    return by_sample.select(
        "sample_id",
        linked_train=pl.when(~pl.col("is_eval").list.all()).then(pl.lit(value=False)),
        linked_eval=pl.when(pl.col("is_eval").list.any()).then(pl.lit(value=True)),
    )


def _side_components(
    rows: pl.DataFrame, texts: pl.DataFrame, settings: SplitSettings
) -> pl.DataFrame:
    """Decide rows that do not link both sides themselves: return `row`, `reason`, `is_large`.

    The rows of a component vote for its side; a row known or linked to the other side is dropped.
    """
    said = rows.select("sample_id", "user_key").join(texts, on="sample_id", how="inner")
    component = number_components(rows["user_key"], rows["conversation_id"], said)
    hashes = {
        user: order_by_seed(settings.seed, user) for user in rows["user_key"].unique().to_list()
    }
    rows = rows.with_columns(
        component, root=pl.col("user_key").replace_strict(hashes, return_dtype=pl.String)
    )
    votes = _count_votes(rows, settings)
    sided = rows.join(votes, on="component", how="left")
    side = (
        pl.when(pl.col("is_eval"))
        .then(pl.lit(Reason.EVAL.value))
        .otherwise(pl.lit(Reason.TRAIN.value))
    )
    is_against = (pl.col("own") != pl.col("is_eval")).fill_null(value=False)
    is_cut = pl.col("is_common") & pl.col("is_eval")
    reason = (
        pl.when(is_against)
        .then(pl.lit(Reason.SPLIT_CONFLICT.value))
        .when(is_cut)
        .then(pl.lit(Reason.COMMON_TEXT.value))
        .otherwise(side)
        .alias("reason")
    )
    return sided.select("row", reason, "is_large")


def _count_votes(rows: pl.DataFrame, settings: SplitSettings) -> pl.DataFrame:
    """Return `component`, its side `is_eval`, and whether it `is_large` and without history."""
    votes = rows.group_by("component").agg(
        root=pl.col("root").min(),
        is_large=pl.col("user_key").n_unique() > settings.most_users,
        known_train=(pl.col("is_known") & ~pl.col("own")).sum(),
        known_eval=(pl.col("is_known") & pl.col("own")).sum(),
        linked_train=(~pl.col("is_known") & ~pl.col("own")).sum(),
        linked_eval=(~pl.col("is_known") & pl.col("own")).sum(),
    )
    draws = np.array([int(root, 16) for root in votes["root"].to_list()], float) / _HEX
    votes = votes.with_columns(drawn=pl.Series(draws < settings.eval_share, dtype=pl.Boolean))
    has_history = pl.sum_horizontal(cs.starts_with("known_") | cs.starts_with("linked_")) > 0
    is_eval = (
        pl.when(pl.col("known_train") + pl.col("known_eval") > 0)
        .then(pl.col("known_eval") > pl.col("known_train"))
        .when(pl.col("linked_train") + pl.col("linked_eval") > 0)
        .then(pl.col("linked_eval") > pl.col("linked_train"))
        .otherwise(pl.col("drawn") & ~pl.col("is_large"))
    )
    return votes.select("component", is_eval=is_eval, is_large=pl.col("is_large") & ~has_history)


def number_components(users: pl.Series, conversations: pl.Series, said: pl.DataFrame) -> pl.Series:
    """Return each row's component; rows that share a user, a conversation or a text are joined.

    Args:
        users: [n] keys.
        conversations: [n] ids.
        said: `user_key`, `text`: which user wrote which text.
    """
    if not len(users):
        return pl.Series("component", [], pl.Int32)
    user = users.rank("dense").to_numpy().astype(np.int64) - 1
    conversation = conversations.rank("dense").to_numpy().astype(np.int64) + user.max()
    place = pl.DataFrame({"user_key": users, "user": user}).unique("user_key")
    writers = said.join(place, on="user_key", how="inner", maintain_order="left")["user"].to_numpy()
    text = said["text"].rank("dense").to_numpy().astype(np.int64) + conversation.max()
    edges = (np.concatenate([user, writers]), np.concatenate([conversation, text]))
    nodes = int(edges[1].max()) + 1
    graph = coo_array((np.ones(len(edges[0])), edges), shape=(nodes, nodes))
    _, labels = connected_components(graph, directed=False)
    return pl.Series("component", labels[user], pl.Int32)
