"""Train the head on the encoder's states: how often it reads which texts, and for how long."""

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
from torch import Tensor
from torch.nn import functional

from pipelines.filtering.safety.encoder_head import WEIGHTS_FILE
from pipelines.models.fasttext_file import FACTS_FILE, hash_file
from pipelines.models.head_network import HeadNetwork
from pipelines.models.ladder import HeadShape
from pipelines.training.head_states import States

# Rows of a set are drawn by these weights: small and hard sets often, templates and clean chat
# seldom.
DRAWN = MappingProxyType({
    "davidson_tweets": 0.3, "edos_sexism": 0.6, "identity_templates": 0.25,
    "multilingual_hatecheck": 0.5, "stormfront_sentences": 0.6, "hatemojibuild": 3.0,
    "hatecheck": 1.2, "hatemojicheck": 1.2,
    "openai_moderation": 1.5, "surge_toxicity": 2.0, "xstest_completions": 3.0,
    "unsafe_and_safe_prompts": 0.6, "jailbreak_prompts": 1.5, "wikipedia_comments": 1.2,
    "convabuse": 0.7,
    "written_chat": 0.4, "written_clean": 0.7, "written_harm": 0.7,
    "written_identity": 1.0, "hatecheck_devanagari": 0.5, "joined": 0.35,
    "phrases_harm": 0.6, "phrases_clean": 1.0,
    "tatoeba": 1.0, "leipzig_short": 1.0, "xquad_en_es_hi": 0.6,
})  # fmt: skip
_OTHERS_DRAWN = 0.3
# Times as often: languages that are served and of which there are few cases.
_SERVED_DRAWN = MappingProxyType({"es": 2.0, "hi": 5.0, "hi-Latn": 5.0})


@dataclass(frozen=True, slots=True)
class HeadSettings:
    """How the head is trained; each pass draws `rows` texts."""

    rows: int = 65_000
    rounds: tuple[int, ...] = (3, 2, 2)
    """Passes of each round; in each round the rate rises and falls anew, from 0 in the first."""
    batch: int = 64
    rates: tuple[float, ...] = (1e-3, 7e-4, 5e-4)
    averaged: int = 2
    """Rounds, from the last, whose weights are averaged: that is steadier than any one of them."""
    dropout: float = 0.15
    decay: float = 0.05
    seed: int = 7


def train_head(
    rows: pl.DataFrame,
    states: States,
    labels: Sequence[str],
    settings: HeadSettings,
    shape: HeadShape,
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
    chance = np.random.default_rng(settings.seed)
    ends: list[dict[str, Tensor]] = []
    for passes, rate in zip(settings.rounds, settings.rates, strict=True):
        batches = list(_draw(rows, states, settings, passes, chance))
        optimiser = torch.optim.AdamW(
            network.parameters(), lr=rate, weight_decay=settings.decay, betas=(0.9, 0.98)
        )
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimiser, rate, len(batches), pct_start=0.1, cycle_momentum=False
        )
        network.train()
        for chosen in batches:
            loss = functional.cross_entropy(network(*states.batch(chosen)), answers[chosen])
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # reason: torch has no type for it
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
        ends.append({name: weight.clone() for name, weight in network.state_dict().items()})
    network.load_state_dict(_average(ends[-settings.averaged :]))
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


def as_shipped(network: HeadNetwork) -> HeadNetwork:
    """Return the network with weights of 16 bits, so that what is calibrated is what ships."""
    network.load_state_dict(
        {name: tensor.to(torch.float16).float() for name, tensor in network.state_dict().items()}
    )
    return network


def save_head(network: HeadNetwork, facts: Mapping[str, Any], folder: Path) -> None:
    """Write the weights in 16 bits and their facts, with the hash that a load checks."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = {
        name: tensor.to(torch.float16).contiguous() for name, tensor in network.state_dict().items()
    }
    save_file(tensors, folder / WEIGHTS_FILE)
    whole = dict(facts) | {"sha256": hash_file(folder / WEIGHTS_FILE)}
    (folder / FACTS_FILE).write_text(
        json.dumps(whole, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )


def _average(ends: Sequence[Mapping[str, Tensor]]) -> dict[str, Tensor]:
    return {name: torch.stack([end[name] for end in ends]).mean(dim=0) for name in ends[0]}


def _draw(
    rows: pl.DataFrame,
    states: States,
    settings: HeadSettings,
    passes: int,
    chance: np.random.Generator,
) -> Iterator[npt.NDArray[np.int64]]:
    """Yield batches of training rows of about one length each, pass after pass."""
    train = np.flatnonzero((rows["part"] == "train").to_numpy())
    served = np.array([_SERVED_DRAWN.get(name, 1.0) for name in rows["language"]])
    weight = (np.array([DRAWN.get(name, _OTHERS_DRAWN) for name in rows["dataset"]]) * served)[
        train
    ]
    for _ in range(passes):
        drawn = chance.choice(
            train, min(settings.rows, len(train)), replace=False, p=weight / weight.sum()
        )
        parts = np.array_split(drawn, max(1, len(drawn) // 4096))
        together = np.concatenate(
            [part[np.argsort(states.sizes[part], kind="stable")] for part in parts]
        )
        batches = [
            together[start : start + settings.batch]
            for start in range(0, len(together), settings.batch)
        ]
        chance.shuffle(batches)
        yield from batches
