"""A demo night is the showcase: it must be what the contract says, and its truth must be true."""

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache

import polars as pl
import pytest

from pipelines.demo.columns import SCORES, TRAFFIC, TRUTH
from pipelines.demo.traffic import DemoNight, generate_traffic

SIZE = 1_500
RARE = {"id_too_long", "implausible_time", "too_many_messages"}


@cache
def night(seed: int = 7, ds: str = "2026-03-01") -> DemoNight:
    """One night, made once."""
    return generate_traffic(SIZE, seed, ds)


def frames(made: DemoNight) -> list[list[str]]:
    """Rows as text, in their order: there NaN equals NaN."""
    return [
        [str(row) for row in table.to_pylist()] for table in (made.traffic, made.scores, made.truth)
    ]


def planted(kind: str) -> pl.DataFrame:
    """Truth about one kind of plant."""
    return pl.DataFrame(night().truth).filter(pl.col("kind") == kind)


@cache
def chats() -> Mapping[str, list[dict[str, str]]]:
    """Messages of the well-formed conversations."""
    malformed = planted("malformed")["conversation_id"].implode()
    rows = pl.DataFrame(night().traffic).filter(~pl.col("conversation_id").is_in(malformed))
    return dict(rows.select("conversation_id", "messages").iter_rows())


def last_user_turn(conversation_id: str) -> int:
    """Index of the last user turn."""
    return sum(message["role"] == "user" for message in chats()[conversation_id]) - 1


def prefix(conversation_id: str) -> list[str]:
    """Texts up to and including the prompt: the scored user turn, else the last."""
    scored = dict(pl.DataFrame(night().scores).select("conversation_id", "turn_index").iter_rows())
    turns = scored.get(conversation_id, last_user_turn(conversation_id)) + 1
    messages = chats()[conversation_id]
    places = [place for place, message in enumerate(messages) if message["role"] == "user"]
    return [message["content"] for message in messages[: places[turns - 1] + 1]]


def test_the_same_arguments_give_the_same_night() -> None:
    """Every figure of the demo rests on a night that can be made again."""
    again = generate_traffic(SIZE, 7, "2026-03-01")

    assert frames(again) == frames(night())


@pytest.mark.parametrize(("seed", "ds"), [(8, "2026-03-01"), (7, "2026-03-02")])
def test_another_seed_or_night_shares_no_conversation(seed: int, ds: str) -> None:
    """A conversation that came twice would be taken for a re-run of the first night."""
    other = generate_traffic(200, seed, ds).traffic["conversation_id"].to_pylist()

    assert set(other) & set(night().traffic["conversation_id"].to_pylist()) == set()


def test_users_come_back_on_the_next_night() -> None:
    """Sides that are stable over nights can only be seen where users return."""
    tomorrow = night(ds="2026-03-02").traffic["user_id"].to_pylist()

    assert len(set(tomorrow) & set(night().traffic["user_id"].to_pylist())) > SIZE // 10


def test_tables_have_the_columns_of_the_contract() -> None:
    """Other packages read these names and types."""
    assert (night().traffic.schema, night().scores.schema, night().truth.schema) == (
        TRAFFIC,
        SCORES,
        TRUTH,
    )


@pytest.mark.parametrize("size", [1, 2, 13, 100])
def test_a_night_has_as_many_rows_as_were_asked_for(size: int) -> None:
    """Small nights are what people try first; no plant may need more room than there is."""
    assert generate_traffic(size, 3, "2026-03-01").traffic.num_rows == size


def test_a_night_without_conversations_is_refused() -> None:
    """An empty table would be an empty night much later, and exit 3."""
    with pytest.raises(ValueError, match="at least 1 conversation, not 0"):
        generate_traffic(0, 3, "2026-03-01")


def test_planted_shares_are_as_promised() -> None:
    """Rates in the report are compared with these."""
    rows_of = Counter(
        pl.DataFrame(night().truth).unique(["conversation_id", "kind"])["kind"].to_list()
    )

    assert (rows_of["privacy"], rows_of["unsafe"], rows_of["near_duplicate"]) == (45, 45, 120)
    assert rows_of["difficulty"] == round(0.6 * (SIZE - 22))


def test_every_planted_identifier_is_in_the_sample() -> None:
    """An identifier after the prompt is not judged; the truth would then blame the pipeline."""
    lost = [
        row["conversation_id"]
        for row in planted("privacy").iter_rows(named=True)
        if not any(row["value"] in text for text in prefix(row["conversation_id"]))
    ]

    assert lost == []


def test_a_planted_identifier_is_in_no_other_conversation() -> None:
    """A test that searches the published night for it must not be fooled by a chance copy."""
    values = [
        value for value in planted("privacy")["value"] if any(sign.isdigit() for sign in value)
    ]
    texts = {
        name: "\n".join(message["content"] for message in chat) for name, chat in chats().items()
    }

    assert [sum(value in text for text in texts.values()) for value in values] == [1] * len(values)


def test_a_near_duplicate_says_what_its_original_says() -> None:
    """Only case, spaces, characters and a greeting may differ, or it is another question."""

    def letters(name: str) -> str:
        return re.sub(r"[^\w]", "", prefix(name)[-1].lower()).removeprefix("hey")

    pairs = list(planted("near_duplicate").select("conversation_id", "of").iter_rows())

    assert [letters(echo) == letters(original) for echo, original in pairs] == [True] * len(pairs)
    assert [prefix(echo)[-1] == prefix(original)[-1] for echo, original in pairs] == [False] * len(
        pairs
    )


def test_malformed_rows_are_malformed_as_the_truth_says() -> None:
    """Each defect has its own reason in quarantine; a row with another defect tests nothing."""
    rows = (
        pl.DataFrame(night().traffic).group_by("conversation_id", maintain_order=True).agg(pl.all())
    )
    broken = planted("malformed").join(rows, on="conversation_id", how="left")
    seen: set[str] = set()
    for row in broken.iter_rows(named=True):
        assert has_defect(row), row["value"]
        seen.add(row["value"])

    assert seen >= RARE | {
        "duplicate_id",
        "unknown_role",
        "null_content",
        "no_messages",
        "no_user_turn",
    }


def has_defect(row: dict[str, list[object]]) -> bool:
    """Say whether the rows of one id have the defect that the truth names."""
    messages = row["messages"][0]
    assert isinstance(messages, list)
    roles = {message["role"] for message in messages}
    found = {
        "unknown_role": roles - {"system", "user", "assistant"} != set(),
        "null_content": any(message["content"] is None for message in messages),
        "empty_content": any(message["content"] == "" for message in messages),
        "no_messages": messages == [],
        "no_user_turn": "user" not in roles,
        "duplicate_id": len(row["messages"]) == 2 and row["messages"][0] != row["messages"][1],
        "unknown_source": row["source"][0] not in {"user", "internal"},
        "id_too_long": len(str(row["conversation_id"])) == 1_048_576,
        "implausible_time": "9999" in str(row["started_at"][0]),
        "too_many_messages": len(messages) == 10_000,
    }
    return found[str(row["value"])]


def test_scores_belong_to_a_user_turn_of_a_well_formed_chat() -> None:
    """A score of a turn that does not exist would choose a prompt that does not exist."""
    scored = pl.DataFrame(night().scores).select("conversation_id", "turn_index").unique()

    assert scored["conversation_id"].n_unique() == scored.height == planted("difficulty").height
    assert all(0 <= turn <= last_user_turn(name) for name, turn in scored.iter_rows())


def test_spread_follows_the_planted_difficulty() -> None:
    """Difficulty is the spread of the rewards; without it there is nothing to find."""
    scores = pl.DataFrame(night().scores).filter(pl.col("score").is_finite())
    levels = planted("difficulty").select("conversation_id", "value")
    spread = (
        scores.join(levels, on="conversation_id")
        .group_by("conversation_id", "value")
        .agg(pl.col("score").std())
        .group_by("value")
        .agg(pl.col("score").median())
    )
    medians = dict(spread.iter_rows())

    assert medians["low"] < 0.35 < medians["medium"] < 0.75 < medians["high"]


def test_users_characters_and_first_turns_leave_room_for_the_constraints() -> None:
    """The demo's own sample has a cap per character and a floor of first turns; both must hold."""
    rows = pl.DataFrame(night().traffic)
    half, per_character = SIZE // 2, rows["character_id"].value_counts()["count"]
    first_turns = sum(last_user_turn(name) == 0 for name in chats())

    assert rows["user_id"].n_unique() > 0.3 * SIZE
    assert per_character.len() >= 60
    assert per_character.clip(upper_bound=int(0.03 * half)).sum() > half
    assert first_turns / len(chats()) > 0.15


def test_most_prompts_are_distinct() -> None:
    """On a night of copies any pruning would look good."""
    prompts = [prefix(name)[-1] for name in chats()]

    assert len(set(prompts)) / len(prompts) > 0.85
