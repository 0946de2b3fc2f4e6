"""The name tagger's training: marks are read, tokens tagged, and the same input gives the same."""

from pathlib import Path

import numpy as np
import torch

from pipelines.filtering.privacy.name_tagger import FACTS_FILE, WEIGHTS_FILE, NameTagger
from pipelines.training.head_states import States
from pipelines.training.name_tagger import (
    SHAPE,
    TaggerSettings,
    save_tagger,
    tag_tokens,
    train_tagger,
)
from pipelines.training.names_in_chat import read_written_chat
from pipelines.training.privacy import Sentence


def make_states(sizes: list[int], seed: int = 0) -> States:
    """Return states of texts in which the first component tells the names."""
    chance = np.random.default_rng(seed)
    layers = tuple(
        chance.normal(size=(sum(sizes), SHAPE.encoder_width)).astype(np.float16)
        for _ in SHAPE.layers
    )
    starts = np.cumsum([0, *sizes[:-1]])
    return States(starts, np.array(sizes), layers)


def test_tokens_that_touch_a_name_are_tagged() -> None:
    """Special tokens are no part of the text, and addresses are no names."""
    sentence = Sentence("Ann at 1 Elm St", ((0, 3, "PERSON"), (7, 15, "STREET_ADDRESS")))
    tags = tag_tokens([(0, 0), (0, 2), (2, 3), (4, 6), (7, 8), (9, 15), (0, 0)], sentence)

    assert tags.tolist() == [-1, 1, 1, 0, 0, 0, -1]


def test_training_learns_and_repeats() -> None:
    """Retraining must give the same weights, bit for bit."""
    sizes = [5, 9, 7, 4] * 40
    states = make_states(sizes)
    wanted = [
        (np.asarray(states.layers[0][start : start + size, 0]) > 0).astype(np.float32)
        for start, size in zip(states.starts, states.sizes, strict=True)
    ]
    repeats = np.where(np.arange(len(sizes)) % 4 == 0, 2, 1)
    first, second = (
        train_tagger(states, wanted, repeats, TaggerSettings(passes=20)) for _ in range(2)
    )
    rows = np.arange(4)
    seen, mask = states.batch(rows)
    with torch.inference_mode():
        said = (first(seen, mask) > 0).numpy()

    right = [(said[row, : sizes[row]] == wanted[row]).mean() for row in rows]
    assert np.mean(right) > 0.9
    assert all(
        torch.equal(one, other)
        for one, other in zip(
            first.state_dict().values(), second.state_dict().values(), strict=True
        )
    )


def test_what_is_saved_can_be_loaded(tmp_path: Path) -> None:
    """The folder names its encoder and the hash of its weights."""
    network = train_tagger(
        make_states([3, 4]),
        [np.ones(3, np.float32), np.zeros(4, np.float32)],
        np.array([1, 1]),
        TaggerSettings(passes=1),
    )
    save_tagger(network, tmp_path / "name_tagger")

    assert {file.name for file in (tmp_path / "name_tagger").iterdir()} == {
        FACTS_FILE,
        WEIGHTS_FILE,
    }
    assert NameTagger(tmp_path / "name_tagger").layers == SHAPE.layers


def test_written_chat_has_both_kinds() -> None:
    """Marks are balanced; each language has sentences with names and without, some held out."""
    taught, held = (read_written_chat(held=part) for part in (False, True))
    named, plain = (
        {one.language for one in taught if bool(one.sentence.spans) is spans}
        for spans in (True, False)
    )

    assert named == plain == {one.language for one in held}
    assert not [one for one in (*taught, *held) if "[[" in one.sentence.text]
    assert not {one.sentence.text for one in taught} & {one.sentence.text for one in held}
