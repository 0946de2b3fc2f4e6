"""Phase I decided as its settings say: its policy, asked again about the stored answers."""

from collections.abc import Iterator

import polars as pl

from pipelines.auditing.findings import Finding, Invariant, find_rows
from pipelines.auditing.night import AuditedNight
from pipelines.filtering.language.policy import decide_language
from pipelines.filtering.privacy.policy import decide_privacy, types_that_count
from pipelines.filtering.safety.policy import decide_safety
from pipelines.outcomes import Outcome, Phase, Reason, imply_outcome
from pipelines.proven_languages import find_unproven

_TELL = "Run the night again by jobs/curate.py; who has read the row must be told."

INVARIANTS = (
    Invariant(
        "privacy_decision",
        "A sample with a finding that drops it, or asks for a person, did not pass privacy.",
        _TELL,
    ),
    Invariant("safety_decision", "safety decided as its scores and cuts say.", _TELL),
    Invariant(
        "language_decision", "language decided as its answers and the served languages say.", _TELL
    ),
)
_BY_PERSON = (Reason.APPROVED.value, Reason.REJECTED.value)


def check_policies(night: AuditedNight) -> Iterator[Finding]:
    """Yield decisions of Phase I that its settings do not explain; settings must be known."""
    yield from _check_privacy(night)
    yield from _check_safety(night)
    yield from _check_language(night)


def _decided(night: AuditedNight, phase: Phase) -> pl.DataFrame:
    return night.decided(phase).select("sample_id", "outcome", said="reason")


def _differ(decided: pl.DataFrame, reasons: pl.DataFrame) -> pl.DataFrame:
    """Return the decisions that are not the policy's, nor a person's in place of a review."""
    both = decided.join(reasons, on="sample_id", how="inner")
    asks = imply_outcome(pl.col("reason")) == Outcome.REVIEW
    by_person = pl.col("said").is_in(_BY_PERSON) & asks
    return both.filter((pl.col("said") != pl.col("reason")) & ~by_person)


def _check_privacy(night: AuditedNight) -> Iterator[Finding]:
    """Ask about the stored findings: what joins a person to a contact needs the text."""
    limits, rows = night.limits.privacy, night.tables["privacy"]
    if limits is None:
        return
    types = rows.select("sample_id", types=types_that_count(pl.col("findings"), limits))
    # A model that failed has null findings; with them the whole answer is unknown.
    found = types.group_by("sample_id").agg(
        pl.col("types").explode().drop_nulls().unique().sort().alias("found"),
        failed=pl.col("types").is_null().any(),
    )
    entity_types = pl.when(~pl.col("failed")).then("found")
    facts = found.select("sample_id", entity_types=entity_types, redacted=pl.lit(value=True))
    wanted = decide_privacy(facts, limits)
    passed = _decided(night, Phase.PRIVACY).filter(pl.col("said") == Reason.PASSED)
    yield from find_rows("privacy_decision", "decisions", _differ(passed, wanted))


def _check_safety(night: AuditedNight) -> Iterator[Finding]:
    limits = night.limits.safety
    if limits is not None:
        decided = _decided(night, Phase.SAFETY)
        wanted = decide_safety(decided["sample_id"], night.tables["safety"], limits)
        yield from find_rows("safety_decision", "decisions", _differ(decided, wanted))


def _check_language(night: AuditedNight) -> Iterator[Finding]:
    limits, safety = night.limits.language, night.limits.safety
    if limits is None or safety is None:
        return
    asked = find_unproven(limits.served) if safety.unproven == "review" else ()
    answers = night.tables["language"].select("sample_id", "language", "confidence")
    wanted = decide_language(answers, limits, asked)
    decided = _decided(night, Phase.LANGUAGE)
    yield from find_rows("language_decision", "decisions", _differ(decided, wanted))
