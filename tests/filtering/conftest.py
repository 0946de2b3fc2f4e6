"""The models that many tests ask: each is loaded once, and only where a test that runs needs it."""

from typing import cast

import pytest

from pipelines.filtering.privacy.entities import EntityModel
from pipelines.filtering.privacy.rules import IdentifierRules
from pipelines.filtering.quality import QualityScorer
from pipelines.filtering.safety.critical_rules import CriticalRules
from pipelines.models.registry import load_model, read_registry
from pipelines.places import SHIPPED


@pytest.fixture(scope="session")
def identifier_rules() -> IdentifierRules:
    """The rules of privacy, as they run at night; texts are long ones sooner, so that more are."""
    return IdentifierRules(long=1_000)


@pytest.fixture(scope="session")
def unscreened_rules() -> IdentifierRules:
    """The same, each of them over every text."""
    return IdentifierRules(screened=False)


@pytest.fixture(scope="session")
def entity_model() -> EntityModel:
    """The entity model that ships with us, as conf/models.yaml has it."""
    return cast("EntityModel", load_model(read_registry(None)["ner"]))


@pytest.fixture(scope="session")
def unscreened_entities() -> EntityModel:
    """The same, which reads every sentence."""
    return EntityModel(SHIPPED / "privacy_ner", tagger="shipped/name_tagger", screened=False)


@pytest.fixture(scope="session")
def critical_rules() -> CriticalRules:
    """The frames of every language."""
    return CriticalRules()


@pytest.fixture(scope="session")
def quality_scorer() -> QualityScorer:
    """The scorer of prompts."""
    return QualityScorer()
