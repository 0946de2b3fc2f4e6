"""Every invariant by its name, in the order in which findings are told: causes before effects."""

from collections.abc import Callable, Iterator, Mapping

from pipelines.auditing import (
    account,
    clusters,
    constraints,
    erasures,
    keys,
    policies,
    pruning,
    published,
    reviews,
    runs,
    sides,
    structure,
    texts,
    totals,
    vectors,
)
from pipelines.auditing.findings import Finding, Invariant
from pipelines.auditing.night import AuditedNight
from schemas.table import Table

Check = Callable[[AuditedNight], Iterator[Finding]]

_FAMILIES: tuple[tuple[tuple[Invariant, ...], Check], ...] = (
    (runs.INVARIANTS, runs.check_runs),
    (account.INVARIANTS, account.check_account),
    (reviews.INVARIANTS, reviews.check_reviews),
    (published.INVARIANTS, published.check_published),
    (policies.INVARIANTS, policies.check_policies),
    (texts.INVARIANTS, texts.check_texts),
    (pruning.INVARIANTS, pruning.check_pruning),
    (vectors.INVARIANTS, vectors.check_vectors),
    (clusters.INVARIANTS, clusters.check_clusters),
    (sides.INVARIANTS, sides.check_sides),
    (constraints.INVARIANTS, constraints.check_constraints),
    (totals.INVARIANTS, totals.check_totals),
    (erasures.INVARIANTS, erasures.check_erasures),
)
INVARIANTS: Mapping[str, Invariant] = {
    invariant.name: invariant
    for family in (structure.INVARIANTS, keys.INVARIANTS, *(f for f, _ in _FAMILIES))
    for invariant in family
}
"""Every invariant, in the order of findings."""


def audit_night(
    night: AuditedNight, tables: Mapping[str, Table]
) -> tuple[list[Finding], list[tuple[str, str]]]:
    """Return what a night breaks, in the order of `INVARIANTS`, and what could not be checked.

    Args:
        night: one whose tables have the columns and types of their schemas, by `check_structure`.
        tables: the schemas.

    Returns:
        Findings, none where the night is clean; the names of checks that were not made, with why.
    """
    found = list(keys.check_keys(night, tables))
    unmade = list(_list_unmade(night))
    for _, check in _FAMILIES:
        try:
            found += check(night)
        except Exception as error:
            if not found:  # of a night without a fault, this is one of the code
                raise
            why = f"what is broken keeps it from being made ({type(error).__name__})"
            unmade.append((check.__name__, why))
    order = {name: place for place, name in enumerate(INVARIANTS)}
    return sorted(found, key=lambda finding: order[finding.name]), unmade


def _list_unmade(night: AuditedNight) -> Iterator[tuple[str, str]]:
    """Yield the checks that could not be made about a night, each with why."""
    limits, why = night.limits, "its settings do not fit this code"
    if limits.privacy is None:
        yield "privacy_decision", why
    if limits.safety is None:
        yield "safety_decision", why
    if limits.safety is None or limits.language is None:
        yield "language_decision", why
    if limits.split is None:
        yield "word_run_on_both_sides", why
    if limits.pruning is None or limits.models is None:
        yield "witness_below_cut and all that compares vectors", why
    if "train" not in limits.maximise or "eval" not in limits.maximise:
        yield "size_wrong, constraint_lost, constraint_wrong", why
    elif night.is_mended:
        yield "size_wrong, constraint_lost, constraint_wrong", "rows were erased since"
    if night.is_mended:
        yield "weight_mean_wrong, budget_exceeded", "rows were erased since"
    if night.tables["representatives"].is_empty() and night.tables["pruning"]["kept"].any():
        yield "user_on_both_sides and others over nights", "the night is not in the index"
