"""Which setting a reason depends on, and a fingerprint that changes with it."""

import json
from collections.abc import Mapping
from typing import Any

from pipelines.config import RunConfig
from pipelines.identity import fingerprint
from pipelines.outcomes import Phase, Reason

RULE_OF: Mapping[Reason, str] = {
    Reason.MISSING_ID: "contract.traffic.conversation_id",
    Reason.ID_TOO_LONG: "intake.max_id_chars",
    Reason.DUPLICATE_ID: "contract.traffic.conversation_id",
    Reason.MISSING_FIELD: "contract.traffic",
    Reason.FIELD_TOO_LONG: "intake.max_id_chars",
    Reason.UNKNOWN_SOURCE: "contract.traffic.source",
    Reason.IMPLAUSIBLE_TIME: "intake.latest_year_seconds",
    Reason.TOO_MANY_MESSAGES: "intake.max_messages",
    Reason.MESSAGE_TOO_LONG: "intake.max_message_chars",
    Reason.ERASED: "contract.erasures",
    Reason.HIGH_RISK_IDENTIFIER: "privacy.drop",
    Reason.PRIVACY_UNCERTAIN: "privacy.review",
    Reason.PRIVACY_UNSCORED: "models.privacy",
    Reason.REDACTION_INCOMPLETE: "models.privacy",
    Reason.CRITICAL_RULE: "safety.critical",
    Reason.UNSAFE: "safety.cuts.drop_from",
    Reason.SAFETY_UNCERTAIN: "safety.cuts.review_from",
    Reason.SAFETY_UNSCORED: "safety.required",
    Reason.LANGUAGE_NOT_SERVED: "language.served",
    Reason.LANGUAGE_UNCERTAIN: "language.confidence_from",
    Reason.LANGUAGE_UNSCORED: "models.language",
    Reason.LANGUAGE_UNPROVEN: "safety.unproven",
    Reason.NEAR_DUPLICATE: "pruning.cut",
    Reason.BUDGET: "pruning.retain",
    Reason.NOT_EMBEDDED: "models.encoder",
    Reason.TRAIN: "split.eval_share",
    Reason.EVAL: "split.eval_share",
    Reason.SPLIT_CONFLICT: "split",
    Reason.COMMON_TEXT: "split.most_users",
    Reason.SELECTED: "sampling",
    Reason.NOT_SELECTED: "sampling",
    Reason.APPROVED: "review",
    Reason.REJECTED: "review",
}

_SECTIONS: Mapping[Phase, tuple[str, ...]] = {
    Phase.INTAKE: ("intake",),
    Phase.PRIVACY: ("privacy", "models"),
    Phase.SAFETY: ("safety", "models"),
    Phase.LANGUAGE: ("language", "safety.unproven", "models"),
    Phase.DIVERSITY: ("pruning", "models"),
    Phase.SPLIT: ("split", "pruning"),
    Phase.SAMPLING: ("sampling", "evaluation"),
}


def fingerprint_rules(config: RunConfig, revisions: Mapping[str, str]) -> dict[Phase, str]:
    """Return per phase a fingerprint of its settings and, where it asks models, their revisions."""
    written = config.as_written()
    models = json.dumps(dict(revisions), sort_keys=True)
    return {
        phase: fingerprint(
            phase.value,
            json.dumps({name: written_under(written, name) for name in sections}, sort_keys=True),
            models if "models" in sections else "",
        )
        for phase, sections in _SECTIONS.items()
    }


def written_under(written: Mapping[str, Any], path: str) -> object:
    """Return the value of a setting, `safety.unproven`, or of a whole section."""
    value: Any = written
    for name in path.split("."):
        value = value[name]
    return value
