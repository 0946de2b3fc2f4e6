"""Train or eval for good: no user or conversation on both sides, and no user changes sides."""

from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import InputError
from pipelines.sampling.settings import SplitSettings
from pipelines.sampling.sides import History, assign_sides

SETTINGS = SplitSettings(eval_share=0.5, seed=7)
NO_TEXTS = pl.DataFrame(schema={"sample_id": pl.String, "text": pl.String, "users": pl.UInt32})


def sides_of(
    samples: list[tuple[str, str, str]],
    users: dict[str, str] | None = None,
    conversations: dict[str, str] | None = None,
    links: list[tuple[str, str]] | None = None,
) -> list[str]:
    """Return the reason of every sample (id, user, conversation)."""
    named = pl.DataFrame(
        samples,
        schema=dict.fromkeys(("sample_id", "user_key", "conversation_id"), pl.String),
        orient="row",
    )
    history = history_of(users or {}, conversations or {}, links or [])
    return assign_sides(named, history, NO_TEXTS, SETTINGS)["reason"].to_list()


def history_of(
    users: dict[str, str], conversations: dict[str, str], links: list[tuple[str, str]]
) -> History:
    """Return the sides of earlier nights."""
    rows = {"user_key": users.items(), "conversation_id": conversations.items(), "sample_id": links}
    frames = (
        pl.DataFrame(list(pairs), schema={key: pl.String, "side": pl.String}, orient="row")
        for key, pairs in rows.items()
    )
    return History(*frames)


PLACES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12)
SIDES = st.dictionaries(st.integers(0, 5), st.sampled_from(["train", "eval"]))


@settings(deadline=None)
@given(
    PLACES,
    SIDES,
    SIDES,
    st.lists(st.tuples(st.integers(0, 11), st.sampled_from(["train", "eval"])), max_size=4),
)
def test_nothing_is_ever_on_both_sides(
    places: list[tuple[int, int]],
    users: dict[int, str],
    conversations: dict[int, str],
    links: list[tuple[int, str]],
) -> None:
    """Leakage of one user makes the eval of every later night worthless."""
    samples = [
        (f"s{row}", f"u{user}", f"c{conversation}")
        for row, (user, conversation) in enumerate(places)
    ]
    prior = {f"u{user}": side for user, side in users.items()} | {
        f"c{c}": side for c, side in conversations.items()
    }
    reasons = sides_of(
        samples,
        {key: side for key, side in prior.items() if key[0] == "u"},
        {key: side for key, side in prior.items() if key[0] == "c"},
        [(f"s{row}", side) for row, side in links],
    )

    taken: dict[str, set[str]] = {key: {side} for key, side in prior.items()}
    for (name, user, conversation), reason in zip(samples, reasons, strict=True):
        if reason != "split_conflict":
            for key in (user, conversation):
                taken.setdefault(key, set()).add(reason)
            assert {side for row, side in links if f"s{row}" == name} <= {reason}
    assert [key for key, sides in taken.items() if len(sides) > 1] == []
    if not prior and not links:
        assert "split_conflict" not in reasons


def test_a_row_that_would_join_two_sides_goes_and_the_others_stay() -> None:
    """Only the newer row is dropped for a link between sides."""
    samples = [("s0", "u0", "c0"), ("s1", "u0", "c1"), ("s2", "u1", "c2")]

    assert sides_of(samples, users={"u0": "train", "u1": "eval"}, links=[("s1", "eval")]) == [
        "train",
        "split_conflict",
        "eval",
    ]


def test_new_components_split_by_the_configured_share_whatever_the_night() -> None:
    """A user without links is on the same side every night, in eval with the share asked."""
    samples = [(f"s{number}", f"u{number}", f"c{number}") for number in range(2000)]
    reasons = sides_of(samples)

    assert 900 < reasons.count("eval") < 1100
    assert sides_of(samples[::-1]) == reasons[::-1]
    assert sides_of(samples[:1]) == reasons[:1]


def test_a_prior_key_on_two_sides_is_refused() -> None:
    """A history that leaks already must be corrected, not continued."""
    samples = pl.DataFrame({"sample_id": ["s"], "user_key": ["u"], "conversation_id": ["c"]})
    torn = pl.DataFrame({"user_key": ["u", "u"], "side": ["train", "eval"]})
    none = history_of({}, {}, [])

    with pytest.raises(InputError, match="1 of user_key are on both sides, first u"):
        assign_sides(samples, History(torn, none.conversations, none.links), NO_TEXTS, SETTINGS)


def split(
    rows: Sequence[tuple[str, str]], most_users: int, eval_share: float = 1.0
) -> list[tuple[str, bool]]:
    """Return (reason, is_large) of rows (user, letters), no history; letters are shared texts."""
    samples = pl.DataFrame(
        [(f"s{n:03}", user, f"c{n:03}", list(said)) for n, (user, said) in enumerate(rows)],
        schema={
            "sample_id": pl.String,
            "user_key": pl.String,
            "conversation_id": pl.String,
            "text": pl.List(pl.String),
        },
        orient="row",
    )
    said = samples.explode("text").drop_nulls("text")
    texts = said.select("sample_id", "text", users=pl.col("user_key").n_unique().over("text"))
    settings = SplitSettings(eval_share=eval_share, seed=7, most_users=most_users)
    return (
        assign_sides(samples, history_of({}, {}, []), texts, settings)
        .select("reason", "is_large")
        .rows()
    )


def test_a_greeting_links_no_users_and_is_never_in_eval() -> None:
    """Thousands say hello: joined they would be one component, and unjoined they would leak."""
    greetings = [(f"u{n}", "h") for n in range(4)]
    own = [("u0", "s"), ("u9", "s"), ("u8", "")]

    assert split([*greetings, *own], most_users=3) == [
        *[("common_text", False)] * 4,
        *[("eval", False)] * 3,
    ]
    assert split([*greetings, *own], most_users=3, eval_share=0.0) == [("train", False)] * 7


def test_a_component_of_too_many_users_is_trains_whatever_is_drawn() -> None:
    """One draw for half of the night would make an eval of one component, or an empty one."""
    chain = [(f"u{n // 2}", "abcde"[(n + 1) // 2]) for n in range(8)]

    assert split([*chain, ("v", "")], most_users=3) == [*[("train", True)] * 8, ("eval", False)]
    assert {reason for reason, _ in split(chain, most_users=4)} == {"eval"}


@given(
    st.lists(
        st.tuples(st.integers(0, 6), st.sets(st.sampled_from("abcde"), max_size=3)), max_size=14
    ),
    st.integers(1, 4),
)
def test_no_text_is_on_both_sides_and_eval_is_of_small_components(
    rows: list[tuple[int, set[str]]], most_users: int
) -> None:
    """Whatever is cut, what two sides share must be nothing."""
    found = split([(f"u{user}", "".join(sorted(said))) for user, said in rows], most_users, 0.5)
    sides: dict[object, set[str]] = {}
    for (user, said), (reason, _) in zip(rows, found, strict=True):
        if reason in {"train", "eval"}:
            for key in (user, *said):
                sides.setdefault(key, set()).add(reason)

    assert [key for key, of_key in sides.items() if len(of_key) > 1] == []
    for letter in "abcde":
        if len({user for user, said in rows if letter in said}) > most_users:
            assert "eval" not in sides.get(letter, set())


def test_a_greeting_still_goes_where_its_user_goes() -> None:
    """A train row that says hello is worth keeping; only eval must not repeat train."""
    samples = pl.DataFrame({"sample_id": ["s"], "user_key": ["u"], "conversation_id": ["c"]})
    common = pl.DataFrame({"sample_id": ["s"], "text": ["hello"], "users": [99]})
    for side, reason in (("train", "train"), ("eval", "common_text")):
        found = assign_sides(samples, history_of({"u": side}, {}, []), common, SETTINGS)
        assert found["reason"].to_list() == [reason]
