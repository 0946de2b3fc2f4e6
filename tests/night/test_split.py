"""The split of a night reads what other nights published; no session is needed for it."""

from pathlib import Path

import polars as pl

from pipelines.night.drawing import split_night
from pipelines.sampling.settings import SplitSettings
from pipelines.sampling.shingles import hash_shingles
from schemas.index import REPRESENTATIVES

NIGHT, BEFORE = "2026-02-02", "2026-02-01"
STORY = "the old keeper of the lighthouse told us how the storm had taken the bridge away"


def split(
    root: Path, prompts: dict[str, str | None], dropped: dict[str, str], settings: SplitSettings
) -> dict[str, str]:
    """Return the reason of every kept sample; each has its own user, `dropped` names leaders."""
    ids = [*prompts, *dropped]
    samples = pl.LazyFrame(
        {
            "sample_id": ids,
            "user_key": [f"u-{name}" for name in ids],
            "conversation_id": [f"c-{name}" for name in ids],
            "text": [*prompts.values(), *dropped],
        }
    )
    pruning = pl.LazyFrame(
        {
            "sample_id": ids,
            "kept": [name in prompts for name in ids],
            "reason": ["leader" if name in prompts else "near_duplicate" for name in ids],
            "witness_id": [dropped.get(name) for name in ids],
            "witness_ds": [NIGHT if name in dropped else None for name in ids],
            "sides": pl.Series([None] * len(ids), dtype=pl.List(pl.String)),
        }
    )
    found = split_night(root, NIGHT, samples, pruning, settings)
    return dict(found.select("sample_id", "reason").iter_rows())


def publish(root: Path, side: str, ds: str, prompt: str) -> None:
    """Publish one prompt on a side."""
    texts = pl.DataFrame({"sample_id": [f"{side}-{ds}"], "text": [prompt]})
    runs = hash_shingles(texts, 13)["shingle"].reinterpret(signed=True).to_list()
    row = pl.DataFrame(
        {
            "sample_id": [f"{side}-{ds}"],
            "user_key": ["u"],
            "conversation_id": ["c"],
            "side": [side],
            "published": [True],
            "word_runs": pl.Series([runs], dtype=pl.List(pl.Int64)),
            "ds": [ds],
        }
    )
    how = {"partition_by": ["ds"]}
    row.write_delta(root / REPRESENTATIVES.name, mode="append", delta_write_options=how)


def test_a_prompt_takes_the_side_that_holds_its_words_since_another_night(tmp_path: Path) -> None:
    """Eval must not hold what train has seen, nor train what is in eval, except of this night."""
    publish(tmp_path, "train", BEFORE, f"Once more: {STORY.upper()}!")
    publish(
        tmp_path,
        "eval",
        BEFORE,
        "one two three four five six seven eight nine ten eleven twelve thirteen",
    )
    publish(tmp_path, "eval", NIGHT, "a b c d e f g h i j k l m")
    prompts = {
        "story": f"{STORY} and we wept",
        "count": "I say one two three four five six seven eight nine ten eleven twelve thirteen",
        "both": f"{STORY}, one two three four five six seven eight nine ten eleven twelve thirteen",
        "again": "a b c d e f g h i j k l m",
        "none": None,
    }
    all_eval, all_train = SplitSettings(eval_share=1.0), SplitSettings(eval_share=0.0)

    assert split(tmp_path, prompts, {}, all_eval) == {
        "story": "train",
        "count": "eval",
        "both": "split_conflict",
        "again": "eval",
        "none": "eval",
    }
    assert split(tmp_path, prompts, {}, all_train)["count"] == "eval"
    blind = SplitSettings(eval_share=1.0, shared_words=0)
    assert set(split(tmp_path, prompts, {}, blind).values()) == {"eval"}


def test_a_greeting_is_counted_with_the_near_duplicates_that_went(tmp_path: Path) -> None:
    """Pruning keeps one hello of a thousand: its own users alone do not show how common it is."""
    settings = SplitSettings(eval_share=1.0, most_users=3)
    rare = {"h1": "hello", "h2": "hello"}

    assert split(tmp_path, {"hello": "Hello", "other": "x"}, rare, settings)["hello"] == "eval"
    found = split(tmp_path, {"hello": "Hello", "other": "x"}, rare | {"h3": "hello"}, settings)
    assert found == {"hello": "common_text", "other": "eval"}
