"""Every decision names its setting, with a fingerprint that changes exactly when it may differ."""

from typing import Any

import pytest

from pipelines.config import RunConfig
from pipelines.config_files import load_config
from pipelines.outcomes import OUTCOME_OF, Outcome, Phase, Reason
from pipelines.publishing.rules import RULE_OF, fingerprint_rules

REVISIONS = {"rules": "r1", "ner": "r2"}


def fingerprints(*overrides: str, **revisions: str) -> dict[Phase, str]:
    """Return the fingerprints of the default configuration with changes."""
    return fingerprint_rules(load_config(None, overrides), REVISIONS | revisions)


def changed(*overrides: str, **revisions: str) -> set[str]:
    """Return the phases whose fingerprint differs from the default's."""
    before, after = fingerprints(), fingerprints(*overrides, **revisions)
    return {str(phase) for phase in before if before[phase] != after[phase]}


def exists(rule: str) -> bool:
    """Say whether a dotted path leads to a setting of the configuration."""
    values: Any = RunConfig().as_written()
    for name in rule.split("."):
        if name == "cuts":
            return True
        if not isinstance(values, dict) or name not in values:
            return False
        values = values[name]
    return True


def test_a_reason_that_a_setting_decides_names_that_setting() -> None:
    """`explain` names this key, so it must exist."""
    named = {
        rule for rule in RULE_OF.values() if not rule.startswith("contract") and rule != "review"
    }

    assert {rule for rule in named if not exists(rule)} == set()


def test_every_reason_that_is_not_a_plain_pass_has_a_rule() -> None:
    """A row that was not kept needs more than the name of a phase."""
    stopped = {reason for reason, outcome in OUTCOME_OF.items() if outcome is not Outcome.KEEP}
    shape = {
        "no_messages",
        "null_content",
        "empty_content",
        "unknown_role",
        "unread_part",
        "no_user_turn",
        "broken_unicode",
        "unreadable",
    }

    assert {str(reason) for reason in stopped - set(RULE_OF)} == shape
    assert RULE_OF.get(Reason.PASSED) is None
    assert RULE_OF[Reason.UNSAFE] == "safety.cuts.drop_from"


@pytest.mark.parametrize(
    ("override", "phases"),
    [
        ("intake.max_messages=7", {"intake"}),
        ("privacy.review=[PERSON]", {"privacy"}),
        ("safety.other.drop_from=0.8", {"safety"}),
        ("language.served=[en]", {"language"}),
        ("safety.unproven=review", {"safety", "language"}),
        ("pruning.cut=0.9", {"diversity", "split"}),
        ("split.eval_share=0.2", {"split"}),
        ("sampling.seed=8", {"sampling"}),
        ("evaluation={size: 0.5}", {"sampling"}),
        ("models.rescan=ner", {"privacy", "safety", "language", "diversity"}),
        ("traffic=/elsewhere", set()),
        ("spark.partitions=3", set()),
        ("gates.max_null_share=0.1", set()),
    ],
)
def test_a_setting_changes_the_fingerprint_of_its_phase_alone(
    override: str, phases: set[str]
) -> None:
    """Two nights with one fingerprint were decided alike; with another, maybe not."""
    assert changed(override) == phases


def test_a_models_revision_changes_the_phases_that_ask_models() -> None:
    """A model that was trained again decides otherwise under the same settings."""
    assert changed(ner="r3") == {"privacy", "safety", "language", "diversity"}


def test_the_order_of_revisions_changes_nothing() -> None:
    """A dictionary's order must not change the fingerprint."""
    config = load_config(None, [])

    assert fingerprint_rules(config, REVISIONS) == fingerprint_rules(
        config, dict(reversed(REVISIONS.items()))
    )
    assert set(fingerprint_rules(config, REVISIONS)) == set(Phase)
