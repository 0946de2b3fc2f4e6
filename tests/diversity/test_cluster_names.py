"""Names of clusters: words that many users share, and no word of a single user."""

import re
from collections import defaultdict

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pipelines.diversity.cluster_names import date_clusters, describe_clusters, name_clusters

PROMPT = ["cluster_id", "user_key", "prompt"]
WORDS = (
    "bread",
    "cats",
    "zebedee",
    "the",
    "नमस्ते",
    "<PERSON_1>",
    "<EMAIL_ADDRESS_12>",
    "ok",
    "www.nose.example",
)
TEXTS = st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join)
ROWS = st.lists(
    st.tuples(st.sampled_from("ab"), st.sampled_from("uvwxyz"), TEXTS), min_size=1, max_size=25
)


def prompts_of(*rows: tuple[str, str, str]) -> pl.DataFrame:
    """Return prompts as the kernel reads them."""
    return pl.DataFrame(rows, schema=PROMPT, orient="row")


def test_a_name_has_only_words_that_enough_users_share() -> None:
    """A word of one person may identify that person: it is never part of a name."""
    rows = [
        ("c0", "u1", "Bake bread, Zebedee"),
        ("c0", "u2", "bread bake now"),
        ("c0", "u2", "zebedee zebedee"),
        ("c1", "u1", "bread and cats"),
        ("c1", "u3", "Cats!"),
        ("c2", "u1", "alone"),
    ]
    prompts = prompts_of(*rows)
    without = prompts.filter(
        ~((pl.col("user_key") == "u2") & pl.col("prompt").str.contains("zebedee"))
    )

    assert name_clusters(without, 2).rows() == [
        ("c0", "bake bread", 2),
        ("c1", "cats", 2),
        ("c2", None, None),
    ]
    assert name_clusters(prompts, 3)["name"].to_list() == [None, None, None]


@given(rows=ROWS, least=st.integers(2, 4))
def test_every_word_of_a_name_has_its_users_and_is_a_word_of_a_prompt(
    rows: list[tuple[str, str, str]], least: int
) -> None:
    """Counted by hand: placeholders and links are not words, and `name_users` is the fewest."""
    users: dict[tuple[str, str], set[str]] = defaultdict(set)
    for cluster, user, prompt in rows:
        for word in prompt.split():
            users[cluster, word].add(user)

    for cluster, name, fewest in name_clusters(prompts_of(*rows), least).iter_rows():
        counts = [len(users[cluster, word]) for word in ([] if name is None else name.split())]
        assert (min(counts, default=least) >= least, fewest) == (True, min(counts, default=None))
        assert name is None or set(name.split()) <= {"bread", "cats", "zebedee", "the", "नमस्ते"}


@given(rows=ROWS, order=st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_no_name(
    rows: list[tuple[str, str, str]], order: object
) -> None:
    """Partitioning decides the order; ties are broken by the alphabet."""
    shuffled = list(rows)
    order.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random

    assert (
        name_clusters(prompts_of(*shuffled), 2).rows() == name_clusters(prompts_of(*rows), 2).rows()
    )


def test_a_word_of_all_clusters_names_none_of_them() -> None:
    """A list of stop words would cover a few languages, and the traffic has a hundred."""
    pans = [("c0", f"u{i}", "the pan") for i in range(6)]
    moons = [("c1", f"u{i}", "the moon" if i else "the pan") for i in range(6)]
    rest = [("c2", f"u{i}", "the") for i in range(9)]
    names = name_clusters(prompts_of(*pans, *moons, *rest), 2)["name"].to_list()

    assert names == ["pan", "moon", None]


def test_scripts_without_spaces_are_read_in_pairs() -> None:
    """Of 94 clusters of real prompts six had no name without it, two have none with it."""
    cats, rain = (
        ("我的猫喜欢鱼", "你喜欢猫咪吗", "猫喜欢什么"),
        ("今天下雨了", "明天下雨吗", "又下雨了"),
    )
    rows = [
        (c, f"u{i}", text)
        for c, texts in (("c0", cats), ("c1", rain))
        for i, text in enumerate(texts)
    ]

    assert name_clusters(prompts_of(*rows), 3)["name"].to_list() == ["喜欢", "下雨"]


def test_a_hostile_prompt_makes_no_hostile_name() -> None:
    """Names are shown on a page and in a terminal: they are letters with their marks, and short."""
    hostile = "<script>alert(1)</script> \u202e\x00 " + "a" * 10_000 + " ../../etc {{x}} Ωμέγα"
    rows = [
        (cluster, f"u{i}", text)
        for i in range(5)
        for cluster, text in (("c0", hostile), ("c1", "plain"))
    ]
    name = name_clusters(prompts_of(*rows), 5)["name"][0]

    assert re.fullmatch(r"[^\W\d_]{3,24}( [^\W\d_]{3,24}){2}", name)
    assert "script" not in name


def test_a_cluster_is_counted_and_dated() -> None:
    """The report says what is new; a cluster that an earlier night has is not."""
    rows = pl.DataFrame(
        [
            ("s1", "c0", True, "u1", "bake bread"),
            ("s2", "c0", False, "u2", "bake bread"),
            ("s3", "c1", True, "u2", None),
        ],
        schema=["sample_id", "cluster_id", "kept", "user_key", "prompt"],
        orient="row",
    )
    nights = [
        ("c0", "2026-01-01"),
        ("c0", "2026-01-02"),
        ("c9", "2026-01-02"),
        ("c1", "2026-01-03"),
    ]
    past = pl.LazyFrame(nights, schema=["cluster_id", "ds"], orient="row")
    known = date_clusters(past, "2026-01-03")

    assert known.rows() == [("c0", "2026-01-01"), ("c9", "2026-01-02")]
    assert describe_clusters(rows.lazy(), known, "2026-01-03", 2).rows() == [
        ("c0", "bake bread", 2, 2, 1, 2, "2026-01-01"),
        ("c1", None, None, 1, 1, 1, "2026-01-03"),
    ]
