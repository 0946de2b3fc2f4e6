"""Ids never change: another hash would separate users from their history."""

import hashlib
import hmac

from hypothesis import given
from hypothesis import strategies as st

from pipelines.identity import (
    fingerprint,
    fingerprint_rows,
    hash_text,
    key_user,
    name_sample,
    order_by_seed,
)

ANY = st.text(st.characters(codec=None, categories=None), max_size=20)
KEY = b"secret"


def test_names_are_those_of_the_first_release() -> None:
    """Written out: rows of earlier nights have these, in warehouses that we cannot rewrite."""
    assert name_sample("c-1", 0) == "816da3ca7f541a647925c7e8ce9333fc"
    assert order_by_seed(7, "a") == "7ca82ddf93883b17"
    assert fingerprint("a", "b") == "f04cdced9736"
    assert fingerprint_rows(["a", "b"]) == "bdda89bae6aab45039933ec86a444c96-2"
    assert fingerprint_rows([]) == "00000000000000000000000000000000-0"


def test_public_hashes_are_what_their_names_say() -> None:
    """Others compute them too: a notebook joins on text_hash, an erasure on user_key."""
    assert hash_text("añ") == hashlib.sha256("añ".encode()).hexdigest()
    assert key_user("u", KEY) == hmac.new(KEY, b"u", "sha256").hexdigest()[:32]


@given(st.lists(st.tuples(ANY, st.integers(0, 20)), unique=True, max_size=20))
def test_no_two_samples_share_a_name(pairs: list[tuple[str, int]]) -> None:
    """Also where an id ends in what looks like another id's turn."""
    tricky = [*pairs, ("1:a", 1), ("a", 11), ("a", 1), ("1:a", 11)]
    distinct = list(dict.fromkeys(tricky))

    assert len({name_sample(*pair) for pair in distinct}) == len(distinct)


@given(ANY, ANY)
def test_a_user_key_depends_on_user_and_key(one: str, other: str) -> None:
    """Without the key no user can be looked up, and two warehouses cannot be joined."""
    keys = [key_user(user, key) for user in (one, other) for key in (KEY, b"other")]

    assert len(set(keys)) == (2 if one == other else 4)
    assert all(len(key) == 32 and set(key) <= set("0123456789abcdef") for key in keys)


@given(ANY)
def test_any_text_has_a_hash(text: str) -> None:
    """Lone surrogates and NUL too: a text that cannot be hashed would stop its batch."""
    assert [len(hash_text(text)), len(order_by_seed(3, text)), len(name_sample(text, 1))] == [
        64,
        16,
        32,
    ]


def test_a_seed_is_another_shuffle() -> None:
    """The order must not follow the ids, nor be the same under every seed."""
    ids = [f"id-{number:03d}" for number in range(200)]
    orders = [
        [i for _, i in sorted((order_by_seed(seed, i), i) for i in ids)] for seed in (1, 1, 2)
    ]

    assert orders[0] == orders[1]
    assert ids not in orders
    assert orders[0] != orders[2]


@given(st.lists(st.text(max_size=5), min_size=1, max_size=4), st.data())
def test_a_fingerprint_changes_with_any_part(parts: list[str], data: st.DataObject) -> None:
    """Twelve digits that stay the same promise that nothing changed."""
    place = data.draw(st.integers(0, len(parts) - 1))
    other = [*parts[:place], parts[place] + "x", *parts[place + 1 :]]

    assert fingerprint(*parts) != fingerprint(*other)
    assert len(fingerprint(*parts)) == 12


@given(st.lists(ANY, max_size=8), st.data())
def test_rows_are_a_bag(rows: list[str], data: st.DataObject) -> None:
    """Order means nothing; a row that occurs twice does not cancel itself."""
    shuffled = data.draw(st.permutations(rows))
    row = data.draw(ANY)
    numbers = [
        int(hashlib.blake2b(r.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest(), 16)
        for r in rows
    ]

    assert fingerprint_rows(shuffled) == f"{sum(numbers) % 2**128:032x}-{len(rows)}"
    assert len({fingerprint_rows([*rows, *[row] * times]) for times in range(4)}) == 4
