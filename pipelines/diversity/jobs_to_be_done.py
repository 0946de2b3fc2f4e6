"""The job to be done of a prompt, from its vector: the label whose example sentences it resembles most."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from pydantic import Field, model_validator

from pipelines.diversity.similarity import Cosines, Rows, Vectors, exact_products
from pipelines.identity import fingerprint
from pipelines.settings import Section

OTHER = "other"
# Mean of so many best examples: one odd sentence of a label shall not decide.
_BEST_EXAMPLES = 2
# Some sentences lie near everything, above all those in a language that the encoder reads badly; what a
# sentence has in common with its nearest ones of other labels says nothing for its own, so half of it is
# taken off (CSLS, Conneau et al. 2018). Hinglish with it 0.84, without it 0.79; English 0.92, 0.91.
_NEAREST_OTHERS = 10
_BLOCK = 8192


class Job(Section):
    """One label, what it means, and sentences that show it."""

    label: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    description: Annotated[str, Field(min_length=1)]
    examples: (
        Annotated[tuple[str, ...], Field(min_length=1)]
        | Annotated[dict[str, Annotated[tuple[str, ...], Field(min_length=1)]], Field(min_length=1)]
    )
    """A list, or lists by language; what a language is called matters to the reader alone."""

    @property
    def sentences(self) -> tuple[str, ...]:
        """The description and all examples."""
        parts = self.examples.values() if isinstance(self.examples, dict) else (self.examples,)
        return (self.description, *(text for part in parts for text in part))


class JobTaxonomy(Section):
    """All labels but `other`, and when a prompt is `other`: both limits are cosines."""

    jobs: Annotated[tuple[Job, ...], Field(min_length=2)]
    margin_from: Annotated[float, Field(ge=0, le=2)] = 0.005
    similarity_from: Annotated[float, Field(ge=-1, le=1)] = 0.2

    @model_validator(mode="after")
    def _check_labels(self) -> "JobTaxonomy":
        labels = [job.label for job in self.jobs]
        if again := sorted({label for label in labels if labels.count(label) > 1 or label == OTHER}):
            message = f"jobs: labels stand twice or are reserved: {', '.join(again)}"
            raise ValueError(message)
        return self

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels in their order, then `other`."""
        return (*(job.label for job in self.jobs), OTHER)

    @property
    def revision(self) -> str:
        """Twelve hex digits that change with any word or limit of the taxonomy."""
        return fingerprint(self.model_dump_json())


@dataclass(frozen=True, slots=True)
class TaxonomyVectors:
    """The encoded taxonomy: unit vectors [e, d] of all sentences, the number of each one's label [e].

    `nearness` [e] is half of a sentence's mean cosine to the ten nearest of other labels.
    """

    labels: tuple[str, ...]
    vectors: Vectors
    owner: Rows
    nearness: Cosines


@dataclass(frozen=True, slots=True)
class JobAnswers:
    """One label and margin per vector, [n]: the margin is the lead over the second label, in cosines."""

    labels: list[str]
    margins: Cosines


def encode_taxonomy(taxonomy: JobTaxonomy, encode: Callable[[Sequence[str]], Vectors]) -> TaxonomyVectors:
    """Encode every description and example, with the encoder that encodes the prompts."""
    sentences = [(k, text) for k, job in enumerate(taxonomy.jobs) for text in job.sentences]
    vectors = encode([text for _, text in sentences])
    owner = np.array([k for k, _ in sentences], dtype=np.int64)
    return TaxonomyVectors(taxonomy.labels, vectors, owner, _measure_nearness(vectors, owner))


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
        cosines = exact_products(vectors[start : start + _BLOCK], encoded.vectors)
        scores = _score_labels(cosines - encoded.nearness, encoded)
        second, best = np.partition(scores, -2, axis=1)[:, -2:].T
        margin = np.round(best - second, 6)
        clear = (margin >= taxonomy.margin_from) & (cosines.max(axis=1) >= taxonomy.similarity_from)
        answer = np.where(clear, scores.argmax(axis=1), len(taxonomy.jobs))
        labels.extend(encoded.labels[k] for k in answer.tolist())
        margins[start : start + _BLOCK] = margin
    return JobAnswers(labels, margins)


def _score_labels(closeness: Cosines, encoded: TaxonomyVectors) -> Cosines:
    """Return the mean closeness of each label's two nearest sentences: [n, e] to [n, labels]."""
    scores = np.empty((len(closeness), len(encoded.labels) - 1))
    for label in range(scores.shape[1]):
        own = np.sort(closeness[:, encoded.owner == label], axis=1)
        scores[:, label] = own[:, -_BEST_EXAMPLES:].mean(axis=1)
    return scores


def _measure_nearness(vectors: Vectors, owner: Rows) -> Cosines:
    """Return half of each sentence's mean cosine to the nearest sentences of other labels: [e]."""
    others = np.where(owner[:, None] != owner[None, :], exact_products(vectors, vectors), -np.inf)
    count = min(_NEAREST_OTHERS, len(owner) - int(np.bincount(owner).max()))
    return np.asarray(0.5 * np.sort(others, axis=1)[:, -count:].mean(axis=1), dtype=np.float64)
