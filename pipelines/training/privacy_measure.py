"""Figures of an entity model on held-out sentences: precision, recall and F1 by exact span."""

from collections.abc import Mapping, Sequence

from spacy.language import Language

from pipelines.training.privacy import Sentence

Figures = dict[str, dict[str, float]]


def measure_entities(
    nlp: Language, sources: Mapping[tuple[str, bool], Sequence[Sentence]]
) -> dict[str, Figures]:
    """Return per held-out slice and type precision, recall, F1 in [0, 1] and the count of spans."""
    return {name: _measure(nlp, sentences) for (name, held), sentences in sources.items() if held}


def _measure(nlp: Language, sentences: Sequence[Sentence]) -> Figures:
    wanted = {(i, *span) for i, sentence in enumerate(sentences) for span in sentence.spans}
    docs = nlp.pipe(sentence.text for sentence in sentences)
    said = {
        (i, ent.start_char, ent.end_char, ent.label_)
        for i, doc in enumerate(docs)
        for ent in doc.ents
    }
    return {
        label: _figures({s for s in wanted if s[3] == label}, {s for s in said if s[3] == label})
        for label in sorted({s[3] for s in wanted})
    }


def _figures(
    wanted: set[tuple[int, int, int, str]], said: set[tuple[int, int, int, str]]
) -> dict[str, float]:
    right = len(wanted & said)
    precision, recall = right / max(1, len(said)), right / max(1, len(wanted))
    f1 = 2 * precision * recall / max(1e-9, precision + recall)
    return {
        "precision": round(precision, 3),
        "recall": round(recall, 3),
        "f1": round(f1, 3),
        "spans": len(wanted),
    }
