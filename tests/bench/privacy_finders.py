"""What tests/bench/privacy.py compares: our rules and entity model, and Presidio's analyzer."""

from collections.abc import Callable, Sequence
from pathlib import Path

import spacy
from presidio_analyzer import AnalyzerEngine, LocalRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.nlp_engine import SpacyNlpEngine

from pipelines.filtering.privacy.entities import EntityModel
from pipelines.filtering.privacy.findings import Finding, merge_findings
from pipelines.filtering.privacy.presidio_recognisers import presidio_recognisers
from pipelines.filtering.privacy.rules import IdentifierRules

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "pipelines" / "shipped" / "privacy_ner"
Spans = list[tuple[int, int, str]]
Find = Callable[[str], Spans]
# It has no type for streets: its places count as streets
_AS_PRESIDIO = {"LOCATION": "STREET_ADDRESS"}


def presidio_defaults(language: str) -> Find:
    """Return Presidio's analyzer with its default recognisers for one language."""
    engine = SpacyNlpEngine()
    # Presidio's type says None until it loads one.
    engine.nlp = {language: spacy.load(SHIPPED)}  # type: ignore[assignment]
    registry = RecognizerRegistry(supported_languages=[language])
    registry.load_predefined_recognizers(languages=[language], nlp_engine=engine)
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=[language])

    def find(text: str) -> Spans:
        results = analyzer.analyze(text, language=language)
        return [(r.start, r.end, _AS_PRESIDIO.get(r.entity_type, r.entity_type)) for r in results]

    return find


class ModelRecognizer(LocalRecognizer):
    """Our entity model as a recogniser of Presidio."""

    def __init__(self, model: EntityModel) -> None:
        self.model = model
        super().__init__(supported_entities=["PERSON", "STREET_ADDRESS"], name="EntityModel")

    def load(self) -> None:
        """Nothing to load: the model is loaded."""

    def analyze(
        self, text: str, entities: Sequence[str], nlp_artifacts: object
    ) -> list[RecognizerResult]:
        """Find persons and streets in one text."""
        del entities, nlp_artifacts
        (found,) = self.model.find([text])
        return [RecognizerResult(f.entity_type, f.start, f.end, f.score) for f in found or ()]


def presidio_with_ours() -> Callable[[str], list[Finding]]:
    """Return Presidio's `analyze()` with our recognisers, without prefilter, as merged findings."""
    engine = SpacyNlpEngine()
    engine.nlp = {"en": spacy.blank("en")}  # type: ignore[assignment]  # None until it loads one
    recognizers = [
        *presidio_recognisers(),
        ModelRecognizer(EntityModel(SHIPPED, screened=False)),
    ]
    registry = RecognizerRegistry(recognizers=recognizers, supported_languages=["en"])
    analyzer = AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])

    def find(text: str) -> list[Finding]:
        results = analyzer.analyze(text, language="en")
        return merge_findings([[Finding(r.entity_type, r.start, r.end, r.score) for r in results]])

    return find


def ours() -> Callable[[Sequence[str]], list[list[Finding]]]:
    """Return the shipped rules and model over a batch, united."""
    rules, model = IdentifierRules(), EntityModel(SHIPPED)

    def find(texts: Sequence[str]) -> list[list[Finding]]:
        distinct = list(dict.fromkeys(texts))
        pairs = zip(rules.find(distinct), model.find(distinct), strict=True)
        known = dict(
            zip(distinct, (merge_findings([a or [], b or []]) for a, b in pairs), strict=True)
        )
        return [known[text] for text in texts]

    return find
