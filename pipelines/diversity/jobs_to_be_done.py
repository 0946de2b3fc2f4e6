"""Assign each prompt its job to be done: the label whose example sentences it resembles most.

Two scores are added. The *nearest* sentences find a prompt that is in the taxonomy almost word for
word. The *fit*, a kernel ridge regression on all sentences, learns what the sentences of a label
have in common, and recognises it in other words and other languages. The mean of the sentences is
subtracted first, so that the cosines of all encoders have one scale: raw ones of e5 lie between .7
and 1. Accuracy on tuning rows with e5, English intents: nearest .909, fit .904, both .920;
Hinglish: .796, .858, .862.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import Field, model_validator

from pipelines.diversity.similarity import Cosines, Rows, Vectors
from pipelines.identity import fingerprint
from pipelines.settings import Section

OTHER = "other"
# Increase with every change that can change an answer: it is part of the taxonomy's revision.
_RULE = 2
# The mean of so many nearest examples counts, so that one odd sentence of a label does not decide.
_BEST_EXAMPLES = 3
# Some sentences are near to most others. So half of a sentence's mean cosine to its nearest
# sentences of other labels is subtracted (CSLS, Conneau et al. 2018).
_NEAREST_OTHERS = 10
# Of the fit: how fast a sentence's influence falls with the squared distance (in units of the
# median of all pairs), and the ridge.
_STEEPNESS = 4.0
_RIDGE = 0.1
# Weight of one standard deviation of the sentences' cosines beside the fit, whose scores lie
# between 0 and 1.
_NEAREST_WEIGHT = 0.15
# A length or a spread below this counts as zero; nothing is divided by it.
_SMALLEST = 1e-9
_DECIMALS = 12
_BLOCK = 1024


class Job(Section):
    """One label, what it means, and sentences that show it."""

    label: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    description: Annotated[str, Field(min_length=1)]
    examples: (
        Annotated[tuple[str, ...], Field(min_length=1)]
        | Annotated[dict[str, Annotated[tuple[str, ...], Field(min_length=1)]], Field(min_length=1)]
    )
    """A list, or lists by language; the languages' names are for the reader only."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """The description and all examples."""
        parts = self.examples.values() if isinstance(self.examples, dict) else (self.examples,)
        return (self.description, *(text for part in parts for text in part))


class JobTaxonomy(Section):
    """All labels but `other`, and when a prompt is `other`.

    `margin_from` is the least lead in score over the second label, `similarity_from` the least
    cosine to a sentence after the mean is subtracted: both have one scale for all encoders.
    """

    jobs: Annotated[tuple[Job, ...], Field(min_length=2)]
    margin_from: Annotated[float, Field(ge=0, le=2)] = 0.005
    similarity_from: Annotated[float, Field(ge=-1, le=1)] = 0.28

    @model_validator(mode="after")
    def _check_labels(self) -> "JobTaxonomy":
        labels = [job.label for job in self.jobs]
        if again := sorted(
            {label for label in labels if labels.count(label) > 1 or label == OTHER}
        ):
            message = f"jobs: labels occur twice or are reserved: {', '.join(again)}"
            raise ValueError(message)
        return self

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels in their order, then `other`."""
        return (*(job.label for job in self.jobs), OTHER)

    @property
    def revision(self) -> str:
        """Twelve hex digits that change with any word or limit of the taxonomy."""
        return fingerprint(str(_RULE), self.model_dump_json())


@dataclass(frozen=True, slots=True)
class TaxonomyVectors:
    """The encoded taxonomy of e sentences, and what is computed from it once.

    Attributes:
        labels: in their order, then `other`.
        mean: [d], of the sentences' vectors; it is subtracted from every vector.
        vectors: [e, d], the sentences without the mean, scaled to length one.
        owner: [e], the number of each sentence's label.
        nearness: [e], half of a sentence's mean cosine to the ten nearest of other labels.
        spread: standard deviation of the sentences' cosines with each other.
        width: factor of the squared distance in the kernel.
        weights: [e, labels] of the fit.
    """

    labels: tuple[str, ...]
    mean: Cosines
    vectors: Vectors
    owner: Rows
    nearness: Cosines
    spread: float
    width: float
    weights: Cosines


@dataclass(frozen=True, slots=True)
class JobAnswers:
    """One label and margin per vector, [n]; a margin is the lead in score over the second label."""

    labels: list[str]
    margins: Cosines


def encode_taxonomy(
    taxonomy: JobTaxonomy, encode: Callable[[Sequence[str]], Vectors]
) -> TaxonomyVectors:
    """Encode all descriptions and examples with the encoder of the prompts, and fit the labels."""
    sentences = [(k, text) for k, job in enumerate(taxonomy.jobs) for text in job.sentences]
    encoded = encode([text for _, text in sentences])
    owner = np.array([k for k, _ in sentences], dtype=np.int64)
    mean = encoded.astype(np.float64).mean(axis=0)
    vectors = _subtract_mean(mean, encoded)
    cosines = _products(vectors, vectors)
    pairs = cosines[np.triu_indices(len(owner), 1)]
    width = _STEEPNESS / max(float(np.median(2 - 2 * pairs)), _SMALLEST)
    return TaxonomyVectors(
        labels=taxonomy.labels,
        mean=mean,
        vectors=vectors,
        owner=owner,
        nearness=_measure_nearness(cosines, owner),
        spread=max(float(pairs.std()), _SMALLEST),
        width=width,
        weights=_fit_labels(_kernel(cosines, width), owner),
    )


def assign_jobs(vectors: Vectors, taxonomy: JobTaxonomy, encoded: TaxonomyVectors) -> JobAnswers:
    """Give each vector the label it resembles most, or `other` where that is not clear.

    Args:
        vectors: [n, d] of unit rows, of the encoder that encoded the taxonomy.
        taxonomy: the limits of a clear answer.
        encoded: its sentences.

    Returns:
        [n] in input order. A row depends on no other row.
    """
    labels: list[str] = []
    margins = np.empty(len(vectors), dtype=np.float64)
    for start in range(0, len(vectors), _BLOCK):
        rows = _subtract_mean(encoded.mean, vectors[start : start + _BLOCK])
        cosines = _products(rows, encoded.vectors)
        scores = _score_labels(cosines, encoded)
        second, best = np.partition(scores, -2, axis=1)[:, -2:].T
        margin = np.round(best - second, 6)
        clear = (margin >= taxonomy.margin_from) & (cosines.max(axis=1) >= taxonomy.similarity_from)
        answer = np.where(clear, scores.argmax(axis=1), len(taxonomy.jobs))
        labels.extend(encoded.labels[k] for k in answer.tolist())
        margins[start : start + _BLOCK] = margin
    return JobAnswers(labels, margins)


def _subtract_mean(mean: Cosines, vectors: Vectors) -> Vectors:
    """Subtract the mean and scale to length one; a vector equal to the mean becomes zeros."""
    moved = vectors.astype(np.float64) - mean
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    return np.asarray(moved / np.maximum(lengths, _SMALLEST), dtype=np.float32)


def _products(left: Vectors, right: Vectors) -> Cosines:
    """Return cosines [m, k] of [m, d] and [k, d] to 12 decimals, the same in any order of sums."""
    return np.round(left.astype(np.float64) @ right.astype(np.float64).T, _DECIMALS)


def _kernel(cosines: Cosines, width: float) -> Cosines:
    """Return the kernel of cosines: 1 for equal vectors, falling to 0."""
    return np.asarray(np.exp(-width * (2 - 2 * cosines)), dtype=np.float64)


def _fit_labels(kernel: Cosines, owner: Rows) -> Cosines:
    """Return ridge weights [e, labels] that predict a sentence's label from its row of [e, e]."""
    wanted = np.eye(int(owner.max()) + 1)[owner]
    return np.asarray(
        np.linalg.solve(kernel + _RIDGE * np.eye(len(owner)), wanted), dtype=np.float64
    )


def _score_labels(cosines: Cosines, encoded: TaxonomyVectors) -> Cosines:
    """Return fit plus nearest of each label: [n, e] to [n, labels]."""
    nearest = np.empty((len(cosines), len(encoded.labels) - 1))
    closeness = cosines - encoded.nearness
    for label in range(nearest.shape[1]):
        own = np.sort(closeness[:, encoded.owner == label], axis=1)
        nearest[:, label] = own[:, -_BEST_EXAMPLES:].mean(axis=1)
    # einsum sums each row by itself; BLAS may round a row differently by its place in the block.
    fit = np.einsum("ne,ek->nk", _kernel(cosines, encoded.width), encoded.weights)
    return np.asarray(fit + _NEAREST_WEIGHT * nearest / encoded.spread, dtype=np.float64)


def _measure_nearness(cosines: Cosines, owner: Rows) -> Cosines:
    """Return half of each sentence's mean cosine to the nearest sentences of other labels: [e]."""
    others = np.where(owner[:, None] != owner[None, :], cosines, -np.inf)
    count = min(_NEAREST_OTHERS, len(owner) - int(np.bincount(owner).max()))
    return np.asarray(0.5 * np.sort(others, axis=1)[:, -count:].mean(axis=1), dtype=np.float64)
