"""Train or eval for good: no user or conversation on both sides, nobody changes side."""

from collections.abc import Sequence

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import InputError
from pipelines.sampling.sides import SplitSettings, assign_sides

SETTINGS = SplitSettings(eval_share=0.5, seed=7)


def sides_of(
    samples: list[tuple[str, str, str]],
    users: dict[str, str] | None = None,
    conversations: dict[str, str] | None = None,
    links: list[tuple[str, str]] | None = None,
) -> list[str]:
    """Return the reason of every sample (id, user, conversation)."""
    text = pl.String
    return assign_sides(
        pl.DataFrame(
            samples, schema={"sample_id": text, "user_key": text, "conversation_id": text}, orient="row"
        ),
        pl.DataFrame(list((users or {}).items()), schema={"user_key": text, "side": text}, orient="row"),
        pl.DataFrame(
            list((conversations or {}).items()), schema={"conversation_id": text, "side": text}, orient="row"
        ),
        pl.DataFrame(links or [], schema={"sample_id": text, "side": text}, orient="row"),
        SETTINGS,
    )["reason"].to_list()


PLACES = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12)
SIDES = st.dictionaries(st.integers(0, 5), st.sampled_from(["train", "eval"]))


@settings(deadline=None)
@given(
    PLACES,
    SIDES,
    SIDES,
    st.lists(st.tuples(st.integers(0, 11), st.sampled_from(["train", "eval"])), max_size=4),
)
def test_nothing_ever_stands_on_both_sides(
    places: list[tuple[int, int]],
    users: dict[int, str],
    conversations: dict[int, str],
    links: list[tuple[int, str]],
) -> None:
    """Leakage of one user makes the eval of every later night worthless."""
    samples = [(f"s{row}", f"u{user}", f"c{conversation}") for row, (user, conversation) in enumerate(places)]
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
    """Only the newer row may pay for a link between sides."""
    samples = [("s0", "u0", "c0"), ("s1", "u0", "c1"), ("s2", "u1", "c2")]

    assert sides_of(samples, users={"u0": "train", "u1": "eval"}, links=[("s1", "eval")]) == [
        "train",
        "split_conflict",
        "eval",
    ]


def test_new_components_split_by_the_configured_share_whatever_the_night() -> None:
    """A user alone must land on one side on any night, about as often in eval as asked."""
    samples = [(f"s{number}", f"u{number}", f"c{number}") for number in range(2000)]
    reasons = sides_of(samples)

    assert 900 < reasons.count("eval") < 1100
    assert sides_of(samples[::-1]) == reasons[::-1]
    assert sides_of(samples[:1]) == reasons[:1]


def test_a_prior_key_on_two_sides_is_refused() -> None:
    """A history that leaks already must be mended, not carried on."""
    samples = pl.DataFrame({"sample_id": ["s"], "user_key": ["u"], "conversation_id": ["c"]})
    torn = pl.DataFrame({"user_key": ["u", "u"], "side": ["train", "eval"]})
    none = pl.DataFrame(schema={"conversation_id": pl.String, "side": pl.String})
    links = pl.DataFrame(schema={"sample_id": pl.String, "side": pl.String})

    with pytest.raises(InputError, match="1 of user_key stand on both sides, first u"):
        assign_sides(samples, torn, none, links, SETTINGS)


def split(
    rows: Sequence[tuple[str, str | None]], most_users: int, eval_share: float = 1.0
) -> list[tuple[str, str | None]]:
    """Return (reason, note) of rows (user, text), each a conversation of its own, none with history."""
    text = pl.String
    samples = pl.DataFrame(
        [(f"s{n:03}", user, f"c{n:03}", said) for n, (user, said) in enumerate(rows)],
        schema={"sample_id": text, "user_key": text, "conversation_id": text, "text_group": text},
        orient="row",
    )
    return (
        assign_sides(
            samples,
            pl.DataFrame(schema={"user_key": text, "side": text}),
            pl.DataFrame(schema={"conversation_id": text, "side": text}),
            pl.DataFrame(schema={"sample_id": text, "side": text}),
            SplitSettings(eval_share=eval_share, seed=7, most_users=most_users),
        )
        .select("reason", "note")
        .rows()
    )


def test_a_greeting_joins_nobody_and_never_stands_in_eval() -> None:
    """Thousands say hello: joined they would be one component, and unjoined they would leak."""
    greetings = [(f"u{n}", "hello") for n in range(4)]
    own = [("u0", "a long story"), ("u9", "a long story"), ("u8", None)]

    assert split([*greetings, *own], most_users=3) == [
        *[("split_conflict", "common_text")] * 4,
        *[("eval", None)] * 3,
    ]
    assert split([*greetings, *own], most_users=3, eval_share=0.0) == [
        *[("train", "common_text")] * 4,
        *[("train", None)] * 3,
    ]


def test_a_component_of_too_many_users_is_trains_whatever_is_drawn() -> None:
    """One drawn chance for half of the night would make an eval of one clique, or none at all."""
    chain = [(f"u{n // 2}", f"t{(n + 1) // 2}") for n in range(8)]

    assert split([*chain, ("v", None)], most_users=3) == [
        *[("train", "large_component")] * 8,
        ("eval", None),
    ]
    assert {reason for reason, _ in split(chain, most_users=4)} == {"eval"}


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 6), st.none() | st.integers(0, 4)), max_size=14), st.integers(1, 4))
def test_no_text_stands_on_both_sides_and_eval_is_of_small_components(
    rows: list[tuple[int, int | None]], most_users: int
) -> None:
    """Whatever is cut, what two sides share must be nothing."""
    found = split([(f"u{u}", None if t is None else f"t{t}") for u, t in rows], most_users, 0.5)
    sides: dict[object, set[str]] = {}
    for (user, said), (reason, _) in zip(rows, found, strict=True):
        if reason != "split_conflict":
            for key in (f"u{user}",) if said is None else (f"u{user}", f"t{said}"):
                sides.setdefault(key, set()).add(reason)

    assert [key for key, of_key in sides.items() if len(of_key) > 1] == []
    for user, said in rows:
        users = {u for u, t in rows if said is not None and t == said}
        if len(users) > most_users:
            assert "eval" not in sides.get(f"t{said}", set()), user
