"""The numbers behind the sentences, as JSON values: each model's scores beside its cuts."""

import math
from typing import Any

from pipelines.explanation.evidence import SampleCase, TableRow

_LANGUAGE = ("model", "model_revision", "language", "confidence", "romanised", "mixed")
_PRUNING = ("model", "cluster_id", "witness_id", "witness_ds", "similarity", "novelty")
_PUBLISHED = ("side", "weight", "cluster_id")


def list_numbers(case: SampleCase) -> dict[str, Any]:
    """Return the scores of a sample by table; null = a model failed or never ran."""
    return {
        "privacy": [_found(row) for row in case.privacy],
        "safety": [_judged(case, row) for row in case.safety],
        "language": _pick(case.language, _LANGUAGE),
        "pruning": _pick(case.pruning, _PRUNING, cut=_cut(case)),
        "published": _pick(case.published, _PUBLISHED),
    }


def _found(row: TableRow) -> dict[str, Any]:
    findings = row["findings"]
    types = None if findings is None else [_finding(finding) for finding in findings]
    return {"model": row["model"], "model_revision": row["model_revision"], "findings": types}


def _finding(finding: TableRow) -> dict[str, Any]:
    return {"entity_type": finding["entity_type"], "score": _plain(finding["score"])}


def _judged(case: SampleCase, row: TableRow) -> dict[str, Any]:
    cut = case.night.limits.safety_cut(row["model"])
    return {
        "model": row["model"],
        "model_revision": row["model_revision"],
        "unsafe": _plain(row["unsafe"]),
        "review_from": None if cut is None else cut.review_from,
        "drop_from": None if cut is None else cut.drop_from,
    }


def _cut(case: SampleCase) -> float | None:
    return None if case.pruning is None else case.night.limits.cut_of(case.pruning["model"])


def _pick(row: TableRow | None, names: tuple[str, ...], **more: object) -> dict[str, Any] | None:
    return None if row is None else {name: _plain(row[name]) for name in names} | more


def _plain(value: object) -> object:
    """Return a value as JSON has it: no number that is not finite."""
    return None if isinstance(value, float) and not math.isfinite(value) else value
