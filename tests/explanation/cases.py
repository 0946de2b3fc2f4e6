"""A handmade night about one sample, of which each test changes a part."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import polars as pl

from pipelines.config import RunConfig
from pipelines.explanation.account import explain_samples
from pipelines.explanation.evidence import SampleCase, SubjectEvidence
from pipelines.explanation.limits import RunLimits, read_limits
from pipelines.outcomes import OUTCOME_OF, Phase, Reason
from pipelines.table_columns import polars_schema
from schemas.ledger import CONSTRAINTS, DECISIONS, QUARANTINE, REVIEW
from schemas.samples import SAMPLES
from schemas.sidecars import LANGUAGE, PRIVACY, PRUNING, SAFETY
from schemas.table import Table

DS, RUN = "2026-01-31", "2026-01-31-run"
DECIDED_AT = datetime(2026, 2, 1, 9, 30, tzinfo=UTC)
SAMPLE = {
    "sample_id": "s1",
    "conversation_id": "c1",
    "turn_index": 1,
    "user_key": "u1",
    "character_id": "ann",
    "locale": "hi-IN",
    "language": "hi",
    "depth": "2-3",
    "quality": 0.5,
    "reward_count": 4,
    "difficulty": "low",
    "hardness": "easy",
    "run_id": RUN,
    "ds": DS,
}
PASSES = dict.fromkeys(("intake", "privacy", "safety", "language"), Reason.PASSED)
WHOLE_WAY = PASSES | {
    "diversity": Reason.LEADER,
    "split": Reason.TRAIN,
    "sampling": Reason.SELECTED,
}
MODELS = {"critical_rules": 0.0, "encoder_head": 0.61, "fasttext_safety": 0.1}
SETTINGS: dict[str, Any] = {
    "safety": {"cuts": {"encoder_head": {"review_from": 0.55, "drop_from": 0.9}}},
    "pruning": {"retain": 0.5, "cut": 0.97, "unread_cut": 0.9},
    "sampling": {"size": 2, "maximise": "quality"},
}


def limits(**changes: Any) -> RunLimits:  # noqa: ANN401 settings of any kind
    """Return the settings of a run as its row of `runs` has them; train's draw is exact."""
    config = RunConfig.model_validate_json(json.dumps(SETTINGS | changes))
    proof = "proven relative gaps {'train': 0.0, 'eval': 0.004}; at most 0.01"
    return read_limits(config.as_written(), [{"name": "optimum_proven", "evidence": proof}])


def rows(table: Table, *given: Mapping[str, Any]) -> pl.DataFrame:
    """Return rows of a table; what a row leaves out is null."""
    schema = polars_schema(table)
    return pl.DataFrame([dict.fromkeys(schema.names()) | dict(row) for row in given], schema=schema)


def decisions(way: Mapping[str, Reason], sample_id: str = "s1") -> pl.DataFrame:
    """Return the decisions of a way through the phases."""
    return rows(
        DECISIONS,
        *(
            {
                "sample_id": sample_id,
                "conversation_id": "c1",
                "phase": phase,
                "outcome": OUTCOME_OF[reason].value,
                "reason": reason.value,
                "rule": "a.rule",
                "rule_fingerprint": "f1",
            }
            for phase, reason in way.items()
        ),
    )


def findings(**scores: float) -> list[dict[str, Any]]:
    """Return findings of these entity types."""
    return [
        {"message_index": 0, "entity_type": name, "start": 0, "end": 4, "score": score}
        for name, score in scores.items()
    ]


def pool(*members: tuple[str, str, bool, float | None], side: str = "train") -> pl.DataFrame:
    """Return a pool of `sample_id`, `locale`, `selected`, `quality`, each row of its own user."""
    names, locales, selected, quality = zip(*members, strict=True)
    return pl.DataFrame(
        {
            "sample_id": names,
            "user_key": [name.replace("s", "u") for name in names],
            "side": [side] * len(names),
            "selected": selected,
            "locale": locales,
            "quality": pl.Series(quality, dtype=pl.Float64),
        }
    )


def bound(**changes: object) -> dict[str, Any]:
    """Return a row of `constraints` about Hindi, full to its cap."""
    row = {
        "constraint": "0: locale each_at_most 0.5",
        "dimension": "locale",
        "side": "train",
        "value": "hi-IN",
        "hard": True,
        "required_min": None,
        "required_max": 0.5,
        "achieved": 0.5,
        "pool": 3,
        "met": True,
        "binding": True,
        "slack": 0,
        "shadow_price": 0.1,
    }
    return row | changes


def evidence(
    way: Mapping[str, Reason],
    **changes: Any,  # noqa: ANN401 any frame
) -> SubjectEvidence:
    """Return a night in which the sample went this way."""
    pruned = {"sample_id": "s1", "text_hash": "h", "model": "e5", "cluster_id": "c0001"}
    night: dict[str, Any] = {
        "ds": DS,
        "run_id": RUN,
        "limits": limits(),
        "samples": rows(SAMPLES, SAMPLE),
        "decisions": decisions(way),
        "quarantine": rows(QUARANTINE),
        "privacy": rows(PRIVACY, *({"sample_id": "s1", "model": m, "findings": []} for m in "ab")),
        "safety": rows(
            SAFETY, *({"sample_id": "s1", "model": m, "unsafe": u} for m, u in MODELS.items())
        ),
        "language": rows(
            LANGUAGE, {"sample_id": "s1", "model": "lid", "language": "hi", "confidence": 0.75}
        ),
        "pruning": rows(PRUNING, pruned | {"kept": True, "reason": "leader", "novelty": 0.25}),
        "review": rows(REVIEW),
        "published": pl.DataFrame(
            schema=dict.fromkeys(("sample_id", "side", "cluster_id"), pl.String)
            | {"weight": pl.Float64}
        ),
        "echoes": pl.DataFrame(
            schema={"sample_id": pl.String, "rows": pl.UInt32, "users": pl.UInt32}
        ),
        "pruned": (2, 4),
        "pool": pool(("s1", "hi-IN", True, 0.5), ("s2", "hi-IN", False, 0.4)),
        "constraints": rows(CONSTRAINTS, bound()),
        "elsewhere": pl.DataFrame(
            schema=dict.fromkeys(("user_key", "conversation_id", "ds", "side"), pl.String)
        ),
    }
    return SubjectEvidence(**(night | changes))


def case(way: Mapping[str, Reason], **changes: Any) -> SampleCase:  # noqa: ANN401 any frame
    """Return the night's one sample."""
    (only,) = evidence(way, **changes).cases()
    return only


def up_to(phase: Phase, reason: Reason) -> dict[str, Reason]:
    """Return the way of a sample that every phase before one kept."""
    before = [name for name in WHOLE_WAY if [*Phase].index(Phase(name)) < [*Phase].index(phase)]
    return {name: WHOLE_WAY[name] for name in before} | {phase.value: reason}


def explained(
    phase: Phase,
    reason: Reason,
    **changes: Any,  # noqa: ANN401 any frame
) -> tuple[str, str]:
    """Return the sentences about the last decision, and what would have changed it."""
    (sample,) = explain_samples(evidence(up_to(phase, reason), **changes))
    last = sample.steps[-1]
    assert (last.phase, last.reason) == (phase.value, reason.value)
    return " ".join(last.explanation.sentences), " ".join(last.explanation.otherwise)
