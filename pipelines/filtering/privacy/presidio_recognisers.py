"""Our identifier rules as Presidio's recognisers, so that any `AnalyzerEngine` can use them too.

They are apart because importing Presidio takes 6 processor seconds, and no night needs it.
"""

from collections.abc import Sequence

from presidio_analyzer import LocalRecognizer, RecognizerResult

from pipelines.filtering.privacy.prefilter import plain
from pipelines.filtering.privacy.recogniser import Rule
from pipelines.filtering.privacy.rules import RULES


class RuleRecognizer(LocalRecognizer):
    """A rule as Presidio knows it."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        super().__init__(
            supported_entities=[rule.entity_type], name=f"{rule.entity_type.title()}Rule"
        )

    def load(self) -> None:
        """Nothing to load: rules are code."""

    def analyze(
        self, text: str, entities: Sequence[str], nlp_artifacts: object = None
    ) -> list[RecognizerResult]:
        """Find the type in a text; `nlp_artifacts` is not read."""
        del nlp_artifacts
        if self.rule.entity_type not in entities:
            return []
        return [
            RecognizerResult(self.rule.entity_type, *span) for span in self.rule.spans(plain(text))
        ]


def presidio_recognisers(types: Sequence[str] = ()) -> list[RuleRecognizer]:
    """Return the rules that find these entity types; of none given, all."""
    return [RuleRecognizer(rule) for rule in RULES if not types or rule.entity_type in types]
