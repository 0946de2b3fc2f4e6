"""Train the head on the encoder's states: which texts how often, for how long, to what end."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import torch
from safetensors.torch import save_file
from torch.nn import functional

from pipelines.filtering.encoder_head import WEIGHTS_FILE
from pipelines.filtering.fasttext_file import FACTS_FILE, hash_file
from pipelines.filtering.head_network import HeadNetwork, HeadShape
from pipelines.training.head_states import States

# Rows of a set are drawn by these weights: small and hard sets often, templates and clean chat seldom.
DRAWN = MappingProxyType({
    "davidson_tweets": 0.3, "edos_sexism": 0.6, "identity_templates": 0.25, "multilingual_hatecheck": 0.5,
    "stormfront_sentences": 0.6, "hatemojibuild": 2.2, "hatecheck": 1.2, "hatemojicheck": 1.2,
    "openai_moderation": 1.5, "surge_toxicity": 2.0, "xstest_completions": 3.0,
    "unsafe_and_safe_prompts": 0.6, "jailbreak_prompts": 1.5, "wikipedia_comments": 1.2, "convabuse": 0.7,
    "written_chat": 0.4, "written_harm": 0.7, "joined": 0.35,
    "tatoeba": 0.6, "leipzig_short": 0.6, "xquad_en_es_hi": 0.6,
})  # fmt: skip
_OTHERS_DRAWN = 0.3
_SERVED_DRAWN = 1.6  # times as often: the languages that are served and that the encoder hardly knows
_SERVED = ("es", "hi", "hi-Latn")


@dataclass(frozen=True, slots=True)
class HeadSettings:
    """How the head is trained; a pass draws `rows` texts anew."""

    rows: int = 30_000
    passes: int = 6
    batch: int = 64
    rate: float = 1e-3
    dropout: float = 0.15
    decay: float = 0.05
    seed: int = 7


def train_head(
    rows: pl.DataFrame, states: States, labels: Sequence[str], settings: HeadSettings, shape: HeadShape
) -> HeadNetwork:
    """Return a network trained on the rows of the part `train`.

    Args:
        rows: [n] of `label`, `dataset`, `language`, `part`.
        states: of the same rows.
        labels: in the order of the network's answers.
        settings: how.
        shape: of the network.
    """
    torch.manual_seed(settings.seed)
    torch.set_num_threads(1)
    network = HeadNetwork(shape, settings.dropout)
    answers = torch.tensor([labels.index(label) for label in rows["label"]])
    batches = list(_draw(rows, states, settings))
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=settings.rate, weight_decay=settings.decay, betas=(0.9, 0.98)
    )
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, settings.rate, len(batches), pct_start=0.1, cycle_momentum=False
    )
    network.train()
    for chosen in batches:
        loss = functional.cross_entropy(network(*states.batch(chosen)), answers[chosen])
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # reason: torch has no type for it
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
    return network.eval()


def predict_head(
    network: HeadNetwork, states: States, rows: npt.NDArray[np.int64]
) -> npt.NDArray[np.float32]:
    """Return log-shares [rows, labels] of some rows."""
    out = np.empty((len(rows), network.shape.labels), dtype=np.float32)
    order = np.argsort(states.sizes[rows], kind="stable")
    with torch.inference_mode():
        for start in range(0, len(order), 64):
            part = order[start : start + 64]
            out[part] = network(*states.batch(rows[part])).log_softmax(dim=-1).numpy()
    return out


def save_head(network: HeadNetwork, facts: Mapping[str, Any], folder: Path) -> None:
    """Write the weights in 16 bits and their facts, with the hash by which a load finds them whole."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.to(torch.float16).contiguous() for name, tensor in network.state_dict().items()}
    save_file(tensors, folder / WEIGHTS_FILE)
    whole = dict(facts) | {"sha256": hash_file(folder / WEIGHTS_FILE)}
    (folder / FACTS_FILE).write_text(json.dumps(whole, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def _draw(rows: pl.DataFrame, states: States, settings: HeadSettings) -> Iterator[npt.NDArray[np.int64]]:
    """Yield batches of training rows of about one length each, pass after pass."""
    chance = np.random.default_rng(settings.seed)
    train = np.flatnonzero((rows["part"] == "train").to_numpy())
    served = np.where(rows["language"].is_in(_SERVED).to_numpy(), _SERVED_DRAWN, 1.0)
    weight = (np.array([DRAWN.get(name, _OTHERS_DRAWN) for name in rows["dataset"]]) * served)[train]
    for _ in range(settings.passes):
        drawn = chance.choice(train, min(settings.rows, len(train)), replace=False, p=weight / weight.sum())
        parts = np.array_split(drawn, max(1, len(drawn) // 4096))
        together = np.concatenate([part[np.argsort(states.sizes[part], kind="stable")] for part in parts])
        batches = [
            together[start : start + settings.batch] for start in range(0, len(together), settings.batch)
        ]
        chance.shuffle(batches)
        yield from batches
