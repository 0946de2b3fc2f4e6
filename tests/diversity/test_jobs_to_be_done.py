"""Jobs to be done: a clear resemblance gives the label, everything else is `other`."""

import json
from collections.abc import Sequence
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


PROMPTS = np.array([[1, 0], [0, 1], [0.8, 0.6], [0.1, 0.99]], dtype=np.float32)


def encode_letters(texts: Sequence[str]) -> Vectors:
    """Advice points east, roleplay north."""
    east = {"x": 1.0, "a": 1.0, "y": 0.0, "b": 0.0}
    return np.array([[east[text], 1 - east[text]] for text in texts], dtype=np.float32)


def narrow(vectors: Vectors) -> Vectors:
    """Add to all vectors the same long third part: cosines of 0 become .9."""
    long = np.hstack([vectors, np.full((len(vectors), 1), 3.0, np.float32)])
    return np.asarray(long / np.linalg.norm(long, axis=1, keepdims=True), dtype=np.float32)


def encoded() -> TaxonomyVectors:
    """The two labels in two dimensions."""
    return encode_taxonomy(TAXONOMY, encode_letters)


def test_a_clear_lead_gives_the_label_and_a_tie_gives_other() -> None:
    """A label with a tiny margin would change with the model's next revision."""
    found = assign_jobs(
        np.array([[1, 0], [0, 1], [0.7, 0.7]], dtype=np.float32), TAXONOMY, encoded()
    )

    assert found.labels == ["advice", "roleplay", "other"]
    assert found.margins[2] == 0.0


def test_the_lead_is_fit_plus_nearest_worked_out_by_hand() -> None:
    """Four sentences, two places: seen from their mean the labels are opposite, cosine -1."""
    kernel = np.exp(-4.0)  # of a squared distance of 4, the median of the six being 4
    fit = (2 - 2 * kernel) / (2 - 2 * kernel + 0.1)
    spread = np.std([1, 1, -1, -1, -1, -1])
    nearest = 2.0  # cosines 1 and -1; nearness is the same for all

    found = assign_jobs(np.array([[1, 0]], dtype=np.float32), TAXONOMY, encoded())

    assert found.margins.tolist() == [round(fit + 0.15 * nearest / spread, 6)]


def test_a_sentence_near_to_other_labels_counts_less() -> None:
    """Some sentences are near to most others; half of the mean of these cosines is subtracted."""
    roleplay = Job(label="roleplay", description="y", examples=("b", "c"))
    taxonomy = JobTaxonomy(jobs=(JOBS[0], roleplay), margin_from=0.1, similarity_from=0.3)
    places = {"x": (1.0, 0.0), "a": (-1.0, 0.0), "y": (0.0, 1.0), "b": (0.0, -1.0), "c": (0.0, 0.0)}
    turned = encode_taxonomy(
        taxonomy, lambda texts: np.array([places[t] for t in texts], dtype=np.float32)
    )

    # the mean is the origin; x is square to y, b and c, as they are to it
    assert turned.nearness.round(6).tolist() == [0.0] * 5
    assert encoded().nearness.round(6).tolist() == [-0.5] * 4


def test_narrow_cosines_are_read_like_wide_ones() -> None:
    """The cosines of e5 lie in .7 to 1; without the mean, one limit fits every encoder."""
    wide = encoded()

    def encode_narrow(texts: Sequence[str]) -> Vectors:
        return narrow(encode_letters(texts))

    found = assign_jobs(narrow(PROMPTS), TAXONOMY, encode_taxonomy(TAXONOMY, encode_narrow))

    assert found.labels == assign_jobs(PROMPTS, TAXONOMY, wide).labels


def test_examples_by_language_are_read_like_one_list() -> None:
    """A taxonomy of an earlier night has lists; the names of languages change no answer."""
    listed = Job(label="advice", description="x", examples=("a", "b"))
    by_language = Job(label="advice", description="x", examples={"en": ("a",), "de": ("b",)})

    assert listed.sentences == by_language.sentences == ("x", "a", "b")


def test_a_vector_at_the_mean_of_all_sentences_is_other() -> None:
    """It has no direction; it must not divide by zero, nor pass."""
    found = assign_jobs(np.array([[0.5, 0.5]], dtype=np.float32), TAXONOMY, encoded())

    assert (found.labels, found.margins.tolist()) == (["other"], [0.0])


def test_a_row_does_not_depend_on_its_batch() -> None:
    """The label of a prompt must be the same in every partition."""
    rows = np.random.default_rng(1).standard_normal((50, 2)).astype(np.float32)
    alone = [assign_jobs(rows[k : k + 1], TAXONOMY, encoded()).labels[0] for k in range(50)]

    assert assign_jobs(rows, TAXONOMY, encoded()).labels == alone


def test_labels_are_distinct_and_other_is_reserved() -> None:
    """Two rows of one name in a report cannot be distinguished."""
    with pytest.raises(ValidationError, match="occur twice or are reserved: advice"):
        JobTaxonomy(jobs=(JOBS[0], JOBS[0]))
    with pytest.raises(ValidationError, match="occur twice or are reserved: other"):
        JobTaxonomy(jobs=(JOBS[0], Job(label="other", description="x", examples=("a",))))


def test_the_shipped_taxonomy_is_valid() -> None:
    """A typing error in the YAML would stop every night."""
    file = Path(__file__).parents[2] / "conf" / "jtbd.yaml"
    content = file.read_text(encoding="utf-8")
    taxonomy = JobTaxonomy.model_validate_json(yaml_to_json(content))

    sentences = [text for job in taxonomy.jobs for text in job.sentences]
    languages = [set(job.examples) for job in taxonomy.jobs if isinstance(job.examples, dict)]

    assert "roleplay" in taxonomy.labels
    assert taxonomy.labels[-1] == "other"
    assert len(sentences) == len(set(sentences))
    assert languages == [{"en", "es", "hi-Latn", "hi", "de", "fr", "pt", "zh", "ar"}] * len(
        taxonomy.jobs
    )
    assert min(len(job.sentences) for job in taxonomy.jobs) >= 80


def test_no_prompt_of_the_bench_is_in_the_taxonomy() -> None:
    """Accuracy on the examples themselves would mean nothing."""
    root = Path(__file__).parents[2]
    taxonomy = JobTaxonomy.model_validate_json(
        yaml_to_json((root / "conf/jtbd.yaml").read_text("utf-8"))
    )
    rows = (root / "tests/bench/own_prompts.tsv").read_text("utf-8").splitlines()[1:]
    examples = {text.casefold().strip(".?!¿¡ ") for job in taxonomy.jobs for text in job.sentences}

    assert examples & {row.split("\t")[2].casefold().strip(".?!¿¡ ") for row in rows} == set()
    assert {row.split("\t")[1] for row in rows} == {job.label for job in taxonomy.jobs}


def yaml_to_json(content: str) -> str:
    """YAML as JSON: strict settings take JSON's lists for tuples."""
    return json.dumps(yaml.safe_load(content))
