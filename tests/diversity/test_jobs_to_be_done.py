"""Jobs to be done: a clear resemblance gives the label, everything else is `other`."""

import json
from pathlib import Path

import numpy as np
import pytest
import yaml
from pydantic import ValidationError

from pipelines.diversity.jobs_to_be_done import (
    Job,
    JobTaxonomy,
    TaxonomyVectors,
    assign_jobs,
    encode_taxonomy,
)
from pipelines.diversity.similarity import Vectors

JOBS = (
    Job(label="advice", description="x", examples=("a",)),
    Job(label="roleplay", description="y", examples=("b",)),
)
TAXONOMY = JobTaxonomy(jobs=JOBS, margin_from=0.1, similarity_from=0.3)


def encode_letters(texts: object) -> Vectors:
    """Advice points east, roleplay north."""
    east = {"x": 1.0, "a": 1.0, "y": 0.0, "b": 0.0}
    return np.array([[east[text], 1 - east[text]] for text in texts], dtype=np.float32)  # type: ignore[attr-defined]  # a sequence of texts


def encoded() -> TaxonomyVectors:
    """The two labels in two dimensions."""
    return encode_taxonomy(TAXONOMY, encode_letters)


def test_a_clear_lead_gives_the_label_and_a_tie_gives_other() -> None:
    """A label that rests on a hair would move with the model's next revision."""
    found = assign_jobs(
        np.array([[1, 0], [0, 1], [0.7, 0.7], [-1, 0]], dtype=np.float32), TAXONOMY, encoded()
    )

    assert found.labels == ["advice", "roleplay", "other", "other"]
    assert found.margins.round(6).tolist() == [1.0, 1.0, 0.0, 1.0]


def test_a_sentence_near_to_other_labels_counts_less() -> None:
    """Some sentences lie near everything; half of their mean cosine to the others' nearest is taken off."""
    roleplay = Job(label="roleplay", description="y", examples=("b", "c"))
    taxonomy = JobTaxonomy(jobs=(JOBS[0], roleplay), margin_from=0.1, similarity_from=0.3)
    places = {"x": (1.0, 0.0), "a": (1.0, 0.0), "y": (0.0, 1.0), "b": (0.0, 1.0), "c": (0.6, 0.8)}
    skewed = encode_taxonomy(taxonomy, lambda texts: np.array([places[t] for t in texts], dtype=np.float32))
    found = assign_jobs(np.array([[0, 1]], dtype=np.float32), taxonomy, skewed)

    assert skewed.nearness.round(6).tolist() == [0.15, 0.15, 0.0, 0.0, 0.3]
    # roleplay: 1, by y and b, which are near to no advice; advice: 0 - 0.15
    assert (found.labels, found.margins.round(6).tolist()) == (["roleplay"], [1.15])


def test_a_row_does_not_depend_on_its_batch() -> None:
    """The label of a prompt must be the same in every partition."""
    rows = np.random.default_rng(1).standard_normal((50, 2)).astype(np.float32)
    alone = [assign_jobs(rows[k : k + 1], TAXONOMY, encoded()).labels[0] for k in range(50)]

    assert assign_jobs(rows, TAXONOMY, encoded()).labels == alone


def test_labels_are_distinct_and_other_is_reserved() -> None:
    """Two rows of one name in a report cannot be told apart."""
    with pytest.raises(ValidationError, match="stand twice or are reserved: advice"):
        JobTaxonomy(jobs=(JOBS[0], JOBS[0]))
    with pytest.raises(ValidationError, match="stand twice or are reserved: other"):
        JobTaxonomy(jobs=(JOBS[0], Job(label="other", description="x", examples=("a",))))


def test_the_shipped_taxonomy_is_valid() -> None:
    """A typing error in the YAML would stop every night."""
    file = Path(__file__).parents[2] / "conf" / "jtbd.yaml"
    content = file.read_text(encoding="utf-8")
    taxonomy = JobTaxonomy.model_validate_json(yaml_to_json(content))

    sentences = [text for job in taxonomy.jobs for text in job.examples]

    assert "roleplay" in taxonomy.labels
    assert taxonomy.labels[-1] == "other"
    assert len(sentences) == len(set(sentences))
    assert min(len(job.examples) for job in taxonomy.jobs) >= 15


def yaml_to_json(content: str) -> str:
    """YAML as JSON: strict settings take JSON's lists for tuples."""
    return json.dumps(yaml.safe_load(content))
