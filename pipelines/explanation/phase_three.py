"""Sentences about split and sampling: the side and why, the stratum, what holds its values."""

from collections.abc import Iterator, Mapping

import polars as pl

from pipelines.explanation.evidence import SampleCase, TableRow
from pipelines.explanation.sentences import (
    Explainer,
    Explanation,
    explain,
    join_words,
    show_score,
    show_text,
)
from pipelines.explanation.stratum import Stratum, find_stratum
from pipelines.identity import order_by_seed
from pipelines.outcomes import Reason
from pipelines.report.values import show_bounds, show_share, show_value
from pipelines.wording import be, format_count

_HEX = 16.0**16
_SHOWN_NIGHTS = 3
_CONSTRAINT_CHARS = 240
_OTHER_SIDE = {"train": "eval", "eval": "train"}


def _describe_elsewhere(case: SampleCase) -> list[str]:
    """Return which nights put its user or its conversation on a side, one sentence for each."""
    sentences = []
    for what, column in (("user", "user_key"), ("conversation", "conversation_id")):
        rows = case.night.elsewhere.filter(pl.col(column) == case.sample[column])
        for (side,), of_side in rows.group_by("side", maintain_order=True):
            nights = sorted(of_side["ds"].unique().to_list())
            shown = join_words(nights[-_SHOWN_NIGHTS:])
            sentences.append(f"Its {what} is in {side} by the published {shown}.")
    return sentences


def _describe_chance(case: SampleCase) -> str:
    split = case.night.limits.split
    if split is None:
        return ""
    drawn = int(order_by_seed(split.seed, str(case.sample["user_key"])), 16) / _HEX
    return (
        f"The seeded hash of its user is {drawn:.4f}; below split.eval_share {split.eval_share:g} "
        "a new user alone goes to eval."
    )


def _describe_company(case: SampleCase) -> str:
    pool = case.night.pool
    mine = pool.filter(pl.col("user_key") == case.sample["user_key"])
    others = mine.height - 1
    if others < 1:
        return "Its user has no other sample on a side in this night."
    sides = join_words(sorted(mine["side"].unique().to_list()))
    return f"Its user has {format_count(others, 'other sample')} in this night, on {sides}."


def _sided(case: SampleCase) -> Explanation:
    """Explain the side of a sample: history, else the hash of a user of its component."""
    side = str(case.by_phase["split"]["reason"])
    history = _describe_elsewhere(case)
    split = case.night.limits.split
    words = 13 if split is None else split.shared_words
    joined = (
        f"What shares a run of {words} words with its prompt is joined to its user too, which no "
        "table records."
        if words
        else ""
    )
    before = (
        "This night was run before; who had a side then kept it." if case.night.is_rerun else ""
    )
    why = [*history, "A side is for good."] if history else [_describe_chance(case), joined, before]
    return explain(
        f"Its side is {side}.",
        *why,
        _describe_company(case),
        otherwise=""
        if history
        else f"In a component that goes to {_OTHER_SIDE[side]} it would have been there; a side "
        "once published does not change.",
    )


def _conflict(case: SampleCase) -> Explanation:
    history = _describe_elsewhere(case)
    return explain(
        "It would have joined train and eval: its user, its conversation, a near-duplicate or a "
        "shared run of words is on the other side.",
        *(
            history
            or ["No other night has its user or conversation on a side, so it is by its words."]
        ),
        otherwise="With all of these on one side it would have gone there.",
    )


def _common(case: SampleCase) -> Explanation:
    split = case.night.limits.split
    most = "split.most_users" if split is None else f"{split.most_users} (split.most_users)"
    users = 0 if case.echoes is None else int(case.echoes["users"])
    by_text = split is not None and users > split.most_users
    users_of_it = (
        f"{format_count(users, 'user')} of the night wrote it or nearly so"
        if by_text
        else f"More than {most} users wrote it, or share a run of words with it"
    )
    return explain(
        f"Its component belongs to eval, but it is common: {users_of_it}.",
        otherwise=f"Written by {most} users or fewer, or on train's side, it would have stayed.",
    )


def _describe_bound(row: TableRow) -> str:
    """Return what a constraint requires of a value, and the share that it has."""
    kind = "hard" if row["hard"] else "soft"
    required = show_bounds(row["required_min"], row["required_max"])
    return (
        f"{kind} constraint {show_value(row['constraint'], _CONSTRAINT_CHARS)}: "
        f"{show_text(row['value'])} {required}, has "
        f"{show_share(row['achieved'])}, {format_count(row['pool'], 'row')} of the pool"
    )


def _holding(stratum: Stratum) -> Iterator[str]:
    for row, edge in stratum.bounds:
        if edge == "upper":
            yield f"Full: {_describe_bound(row)}; one row more would {_break(row)}."
        elif edge == "lower":
            yield f"Needed: {_describe_bound(row)}; one row fewer would {_break(row)}."
        elif edge == "both":
            yield f"Exact: {_describe_bound(row)}; one row more or fewer would {_break(row)}."


def _break(row: TableRow) -> str:
    return "break it" if row["hard"] else "miss it"


def _describe_stratum(stratum: Stratum) -> list[str]:
    values = "; ".join(f"{name} = {show_text(value)}" for name, value in stratum.values.items())
    where = f"Its stratum is {values}." if values else "No constraint applies to it."
    count = stratum.selected or "none"
    were = be(stratum.selected, "was", "were")
    drawn = f"Of {format_count(stratum.rows, 'row')} in it {count} {were} drawn."
    own = ""
    if stratum.maximised is not None:
        own = (
            f"Its {show_text(stratum.maximised)}, which the draw maximises, is "
            f"{show_score(stratum.own)}; the lowest that was drawn in the stratum has "
            f"{show_score(stratum.lowest)}."
        )
    return [where, drawn, own if stratum.selected else ""]


def _selected(case: SampleCase) -> Explanation:
    stratum = find_stratum(case)
    if stratum is None:
        return explain("It was drawn.")
    return explain(
        *_describe_stratum(stratum),
        *_holding(stratum),
        otherwise="" if stratum.rows > stratum.selected else "Every row of its stratum was drawn.",
    )


def _not_selected(case: SampleCase) -> Explanation:
    stratum = find_stratum(case)
    if stratum is None:
        return explain("It was not drawn.")
    return explain(
        *_describe_stratum(stratum), *_holding(stratum), otherwise=_what_would_draw(stratum)
    )


def _what_would_draw(stratum: Stratum) -> str:
    """Return what would have drawn it, where a swap with a drawn row of its stratum proves it.

    A swap within a stratum breaks no bound. With a value above the lowest drawn one the swap would
    have a greater total than the best draw without the sample, so the best draw would hold it.
    """
    if not stratum.is_known:
        return "What its draw maximised is not known to this version."
    if stratum.maximised is None or not stratum.selected or stratum.lowest is None:
        return (
            "Which other size or bound would have drawn it, no table holds; rows of a stratum are "
            "ordered by the seeded hash alone."
            if stratum.maximised is None
            else "No row of its stratum was drawn; which other bound would have, no table holds."
        )
    name, lowest = show_text(stratum.maximised), show_score(stratum.lowest)
    if stratum.own_number == stratum.lowest:
        return (
            f"Rows with the same {name} are ordered by the seeded hash; above {lowest} it would "
            "have been drawn."
            if stratum.is_exact
            else f"Rows with the same {name} are ordered by the seeded hash."
        )
    if not stratum.is_exact or stratum.own_number > stratum.lowest:
        return "The draw is not proven to be the best there is, so no value is named here."
    return (
        f"With {name} above {lowest} the draw, which is proven to be the best there is, would have "
        "taken it in place of a row of its stratum."
    )


PHASE_THREE: Mapping[Reason, Explainer] = {
    Reason.TRAIN: _sided,
    Reason.EVAL: _sided,
    Reason.SPLIT_CONFLICT: _conflict,
    Reason.COMMON_TEXT: _common,
    Reason.SELECTED: _selected,
    Reason.NOT_SELECTED: _not_selected,
}
"""Reason → what it means."""
