"""Train or eval: whole components of users and conversations take one side, for good."""

from typing import Annotated

import numpy as np
import polars as pl
from pydantic import Field
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pipelines.errors import InputError
from pipelines.identity import order_by_seed
from pipelines.outcomes import Reason
from pipelines.settings import Section

_HEX = 16.0**16
_SHOWN_KEYS = 3


class SplitSettings(Section):
    """How new components are split.

    `eval_share` (0 to 1) is the chance that a component without history belongs to eval;
    `seed` shuffles. Components that have history keep their side whatever stands here.
    """

    eval_share: Annotated[float, Field(ge=0, le=1)] = 0.1
    seed: int = 7


def assign_sides(
    samples: pl.DataFrame,
    prior_users: pl.DataFrame,
    prior_conversations: pl.DataFrame,
    links: pl.DataFrame,
    settings: SplitSettings,
) -> pl.DataFrame:
    """Give every sample its side, so that no user, conversation or near-duplicate stands on both.

    Args:
        samples: [n] of `sample_id`, `user_key`, `conversation_id`, of one night.
        prior_users: `user_key`, `side` of all nights before.
        prior_conversations: `conversation_id`, `side` of all nights before.
        links: `sample_id`, `side` for each near-duplicate that a sample has in another night.
        settings: share of eval and seed of what is new.

    Returns:
        [n] of `sample_id`, `reason` in the order of `samples`: `train`, `eval`, or `split_conflict`
        where a row would join two sides that stand; then the row goes, nobody changes side. Where a
        component still joins two, the side of a known user or conversation wins over links, then
        the side with more rows, then train.

    Raises:
        InputError: a prior table has one key on two sides, or a side that is neither.

    Source: CharacterFlywheel §2.5.1.
    """
    users = _read_prior(prior_users, "user_key")
    conversations = _read_prior(prior_conversations, "conversation_id")
    rows = (
        samples.select("sample_id", "user_key", "conversation_id")
        .with_row_index("row")
        .join(users.rename({"is_eval": "user"}), on="user_key", how="left")
        .join(conversations.rename({"is_eval": "conversation"}), on="conversation_id", how="left")
        .join(_read_links(links), on="sample_id", how="left")
        .sort("row")
    )
    claims = pl.concat_list("user", "conversation", "linked_train", "linked_eval").list.drop_nulls()
    rows = rows.with_columns(
        own=claims.list.first(),
        is_torn=claims.list.n_unique() > 1,
        is_known=pl.coalesce("user", "conversation").is_not_null(),
    )
    torn = rows.filter("is_torn").select("row", reason=pl.lit(Reason.SPLIT_CONFLICT.value))
    whole = _side_components(rows.filter(~pl.col("is_torn")), settings)
    return samples.select("sample_id").with_columns(reason=pl.concat([torn, whole]).sort("row")["reason"])


def _read_prior(prior: pl.DataFrame, key: str) -> pl.DataFrame:
    sides = prior.select(pl.col(key).cast(pl.String), pl.col("side").cast(pl.String)).unique().sort(key)
    wrong = sides.filter(
        ~pl.col("side").is_in([Reason.TRAIN.value, Reason.EVAL.value]).fill_null(value=False)
    )
    if len(wrong):
        message = f"prior sides: {len(wrong)} of {key} have a side that is neither train nor eval"
        raise InputError(message)
    twice = sides.filter(pl.col(key).is_duplicated())[key].unique().sort()
    if len(twice):
        first = ", ".join(twice.head(_SHOWN_KEYS))
        message = f"prior sides: {len(twice)} of {key} stand on both sides, first {first}"
        raise InputError(message)
    return sides.select(key, is_eval=pl.col("side") == Reason.EVAL.value)


def _read_links(links: pl.DataFrame) -> pl.DataFrame:
    """Return per linked sample `linked_train` (false) and `linked_eval` (true), null where not so."""
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


def _side_components(rows: pl.DataFrame, settings: SplitSettings) -> pl.DataFrame:
    """Return `row`, `reason` of rows not torn themselves; a row against its component's side drops."""
    component = number_components(rows["user_key"], rows["conversation_id"])
    hashes = {user: order_by_seed(settings.seed, user) for user in rows["user_key"].unique().to_list()}
    rows = rows.with_columns(
        component, root=pl.col("user_key").replace_strict(hashes, return_dtype=pl.String)
    )
    votes = rows.group_by("component").agg(
        root=pl.col("root").min(),
        known_train=(pl.col("is_known") & ~pl.col("own")).sum(),
        known_eval=(pl.col("is_known") & pl.col("own")).sum(),
        linked_train=(~pl.col("is_known") & ~pl.col("own")).sum(),
        linked_eval=(~pl.col("is_known") & pl.col("own")).sum(),
    )
    draws = np.array([int(root, 16) for root in votes["root"].to_list()], float) / _HEX
    votes = votes.with_columns(drawn=pl.Series(draws < settings.eval_share, dtype=pl.Boolean))
    is_eval = (
        pl.when(pl.col("known_train") + pl.col("known_eval") > 0)
        .then(pl.col("known_eval") > pl.col("known_train"))
        .when(pl.col("linked_train") + pl.col("linked_eval") > 0)
        .then(pl.col("linked_eval") > pl.col("linked_train"))
        .otherwise(pl.col("drawn"))
    )
    side = pl.when(pl.col("is_eval")).then(pl.lit(Reason.EVAL.value)).otherwise(pl.lit(Reason.TRAIN.value))
    is_against = (pl.col("own") != pl.col("is_eval")).fill_null(value=False)
    reason = pl.when(is_against).then(pl.lit(Reason.SPLIT_CONFLICT.value)).otherwise(side)
    sided = rows.join(votes.select("component", is_eval=is_eval), on="component", how="left")
    return sided.select("row", reason=reason)


def number_components(users: pl.Series, conversations: pl.Series) -> pl.Series:
    """Return the component of each row; rows that share a user or a conversation are joined."""
    if not len(users):
        return pl.Series("component", [], pl.Int32)
    user = users.rank("dense").to_numpy().astype(np.int64) - 1
    conversation = conversations.rank("dense").to_numpy().astype(np.int64) + user.max()
    nodes = int(conversation.max()) + 1
    graph = coo_array((np.ones(len(user)), (user, conversation)), shape=(nodes, nodes))
    _, labels = connected_components(graph, directed=False)
    return pl.Series("component", labels[user], pl.Int32)
