"""Sentences about diversity: witness and similarity, the budget, what repeats a kept row."""

from collections.abc import Mapping

from pipelines.explanation.evidence import SampleCase
from pipelines.explanation.sentences import Explainer, Explanation, explain, show_score, show_text
from pipelines.outcomes import Reason
from pipelines.wording import format_count


def _cut(case: SampleCase) -> float | None:
    model = None if case.pruning is None else case.pruning.get("model")
    return case.night.limits.cut_of(model)


def _compared_by(case: SampleCase) -> str:
    model = None if case.pruning is None else case.pruning.get("model")
    return "" if model is None else f" by {show_text(model)}"


def _describe_witness(case: SampleCase) -> str:
    row = case.pruning
    if row is None or row["witness_id"] is None:
        return "Its model kept no row, so there is none that it is near to."
    night = "this night" if row["witness_ds"] == case.night.ds else f"the night {row['witness_ds']}"
    return (
        f"The kept row nearest to it{_compared_by(case)} is sample {show_text(row['witness_id'])} "
        f"of {night}, with cosine {show_score(row['similarity'])}."
    )


def _leader(case: SampleCase) -> Explanation:
    row, echoes = case.pruning, case.echoes
    cut = show_score(_cut(case))
    near = ""
    if row is not None and row["novelty"] < 1.0:
        near = f" The nearest of them has cosine {show_score(1.0 - row['novelty'])}."
    cluster = "" if row is None else f"Its cluster is {show_text(row['cluster_id'])}."
    repeated = ""
    if echoes is not None:
        rows = format_count(
            echoes["rows"],
            "near-duplicate of this night names",
            "near-duplicates of this night name",
        )
        users = format_count(echoes["users"], "user")
        repeated = f"{rows} it as witness; {users} wrote it or one of them."
    return explain(
        f"No row that was kept before it is at or above the cut {cut}{_compared_by(case)}.{near}",
        cluster,
        repeated,
        otherwise=f"A kept row at cosine {cut} or more, visited before it, would have dropped it.",
    )


def _near_duplicate(case: SampleCase) -> Explanation:
    cut = show_score(_cut(case))
    return explain(
        _describe_witness(case),
        f"That is at or above the cut {cut}, so it is a near-duplicate.",
        otherwise=f"Below {cut} to every leader it would have been one, kept while there is room.",
    )


def _budget(case: SampleCase) -> Explanation:
    kept, rows = case.night.pruned
    pruning = case.night.limits.pruning
    share = "pruning.retain" if pruning is None else f"pruning.retain {pruning.retain:g}"
    return explain(
        f"{share} leaves room for {format_count(kept, 'row')} of {rows}; of the leaders those that "
        "add least to what is covered went, and rows near only to one of these.",
        _describe_witness(case),
        otherwise="A greater pruning.retain has room for more rows; from which value on this one "
        "would have stayed, no table holds.",
    )


def _not_embedded(_: SampleCase) -> Explanation:
    return explain(
        "Its prompt has no vector, so nothing could compare it.",
        otherwise="A run of this night with a vector of it decides it; an approval does not.",
    )


PHASE_TWO: Mapping[Reason, Explainer] = {
    Reason.LEADER: _leader,
    Reason.NEAR_DUPLICATE: _near_duplicate,
    Reason.BUDGET: _budget,
    Reason.NOT_EMBEDDED: _not_embedded,
}
"""Reason → what it means."""
