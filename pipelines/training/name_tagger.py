"""Train the name tagger on the encoder's states of sentences with marked names, and write it."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import save_file
from torch.nn import functional

from pipelines.filtering.privacy.name_tagger import FACTS_FILE, WEIGHTS_FILE
from pipelines.models.encoder import Encoder
from pipelines.models.fasttext_file import hash_file
from pipelines.models.ladder import HeadShape
from pipelines.models.tagger_network import TaggerNetwork
from pipelines.training.head_states import States, collect_states
from pipelines.training.privacy import Sentence

SHAPE = HeadShape(layers=(3, 6), width=192, heads=6, labels=1, most_tokens=160)
_NO_TOKEN = -1.0


@dataclass(frozen=True, slots=True)
class TaggerSettings:
    """How the tagger is trained."""

    passes: int = 3
    own_repeats: int = 3
    """Times that a sentence of our own chat is read in a pass."""
    batch: int = 32
    rate: float = 1e-3
    dropout: float = 0.1
    decay: float = 0.01
    smoothing: float = 0.01
    """Taken off each answer, so that no share is driven to 0 or 1."""
    seed: int = 7


def train_names(
    sentences: Sequence[Sentence], own: frozenset[str], states: Path, settings: TaggerSettings
) -> TaggerNetwork:
    """Return the trained network; the same sentences and seed give the same one.

    Args:
        sentences: [n], no text twice.
        own: texts of our own chat among them.
        states: folder in which the encoder's states are kept.
        settings: how.
    """
    texts = [sentence.text for sentence in sentences]
    found = collect_states(texts, SHAPE.layers, states, SHAPE.most_tokens, read=list)
    encoder = Encoder(max_tokens=SHAPE.most_tokens)
    wanted = [
        tag_tokens(spans, sentence)
        for spans, sentence in zip(encoder.token_spans(texts), sentences, strict=True)
    ]
    repeats = np.array([settings.own_repeats if text in own else 1 for text in texts])
    return train_tagger(found, wanted, repeats, settings)


def tag_tokens(spans: Sequence[tuple[int, int]], sentence: Sentence) -> npt.NDArray[np.float32]:
    """Return [n] of 1 where a token touches a person's name, 0 elsewhere, -1 for special tokens."""
    named = [(start, end) for start, end, kind in sentence.spans if kind == "PERSON"]
    return np.array(
        [
            _NO_TOKEN if start == end else float(any(start < b and a < end for a, b in named))
            for start, end in spans
        ],
        np.float32,
    )


def train_tagger(
    states: States,
    wanted: Sequence[npt.NDArray[np.float32]],
    repeats: npt.NDArray[np.int64],
    settings: TaggerSettings,
    shape: HeadShape = SHAPE,
) -> TaggerNetwork:
    """Return a network trained on n sentences.

    Args:
        states: of the n sentences.
        wanted: [n] of what `tag_tokens` says.
        repeats: [n] of how often a sentence is read in a pass.
        settings: how.
        shape: of the network.
    """
    torch.manual_seed(settings.seed)
    torch.set_num_threads(1)
    network = TaggerNetwork(shape, settings.dropout)
    batches = list(_draw(states.sizes, repeats, settings))
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=settings.rate, weight_decay=settings.decay
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, settings.rate, len(batches), pct_start=0.05, cycle_momentum=False
    )
    network.train()
    for chosen in batches:
        seen, mask = states.batch(chosen)
        answers = torch.full(mask.shape, _NO_TOKEN)
        for row, number in enumerate(chosen):
            answers[row, : len(wanted[number])] = torch.from_numpy(wanted[number])
        counted = answers != _NO_TOKEN
        soft = answers[counted] * (1 - 2 * settings.smoothing) + settings.smoothing
        loss = functional.binary_cross_entropy_with_logits(network(seen, mask)[counted], soft)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # reason: torch has no type for it
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
    return network.eval()


def save_tagger(network: TaggerNetwork, folder: Path) -> None:
    """Write the weights in 16 bits and their facts, with the hash that a load checks."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {
        name: tensor.to(torch.float16).contiguous() for name, tensor in network.state_dict().items()
    }
    save_file(tensors, folder / WEIGHTS_FILE)
    facts = {
        "encoder": Encoder().revision.partition("-")[0],
        "shape": asdict(network.shape),
        "sha256": hash_file(folder / WEIGHTS_FILE),
    }
    text = json.dumps(facts, indent=1, sort_keys=True) + "\n"
    (folder / FACTS_FILE).write_text(text, encoding="utf-8")


def _draw(
    sizes: npt.NDArray[np.int64], repeats: npt.NDArray[np.int64], settings: TaggerSettings
) -> Iterator[npt.NDArray[np.int64]]:
    """Yield batches of rows of about one length each, pass after pass."""
    chance = np.random.default_rng(settings.seed)
    rows = np.repeat(np.arange(len(sizes)), repeats)
    for _ in range(settings.passes):
        near = sizes[rows] + 4 * chance.random(len(rows))
        ordered = rows[np.argsort(near, kind="stable")]
        batches = [
            ordered[start : start + settings.batch]
            for start in range(0, len(ordered), settings.batch)
        ]
        chance.shuffle(batches)
        yield from batches
