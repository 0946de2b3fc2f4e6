"""Compare answers with the queue: which are taken, and why each of the others is not."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import groupby

import polars as pl

from pipelines.reviewing.answers import ReviewAnswer


class Verdict(StrEnum):
    """What becomes of one answer."""

    TAKEN = "taken"
    KNOWN = "known: this was decided already"
    DOUBLE = "double: the file decides it alike, and earlier, on another line"
    CONTRADICTING = "refused: the file both approves and rejects it; no line of it counts"
    OVERTURNS = "refused: it was decided otherwise; only an approval can be withdrawn, later"
    LATE = "refused: late; the night was run again and has no question about it"
    OTHER_NIGHT = "refused: the question is of another night"
    UNKNOWN = "refused: no published night knows the sample"


TAKES = (Verdict.TAKEN, Verdict.KNOWN, Verdict.DOUBLE)
"""The verdicts that refuse nothing."""


@dataclass(frozen=True, slots=True)
class ReviewQueue:
    """What the warehouse knows of the samples that a file names.

    Args:
        review: `sample_id`, `ds`, `status`, `reviewer`, `decided_at` of the published nights.
        samples: `sample_id`, `ds` of the nights that the file names.
    """

    review: pl.DataFrame
    samples: pl.DataFrame


def judge_answers(
    answers: Iterable[ReviewAnswer], queue: ReviewQueue
) -> list[tuple[ReviewAnswer, Verdict]]:
    """Return the verdict on every answer, in the order of the file.

    A file that is judged again after it was taken changes nothing. A rejection that is later than
    an approval withdraws it; nothing lifts a rejection.
    """
    reviews = {(row["ds"], row["sample_id"]): row for row in queue.review.to_dicts()}
    in_any_night = set(queue.review["sample_id"].to_list())
    known = set(queue.samples.select("ds", "sample_id").iter_rows())
    judged: list[tuple[ReviewAnswer, Verdict]] = []
    for key, group in groupby(sorted(answers), key=lambda answer: (answer.ds, answer.sample_id)):
        same = list(group)
        row = reviews.get(key)
        if row is None:
            judged += [(answer, _explain_absence(key, known, in_any_night)) for answer in same]
        elif len({answer.status for answer in same}) > 1:
            judged += [(answer, Verdict.CONTRADICTING) for answer in same]
        else:
            judged.append((same[0], _judge_one(same[0], row)))
            judged += [(answer, Verdict.DOUBLE) for answer in same[1:]]
    return sorted(judged, key=lambda pair: pair[0].line)


def _explain_absence(
    key: tuple[str, str], known: set[tuple[str, ...]], in_any_night: set[str]
) -> Verdict:
    if key in known:
        return Verdict.LATE
    return Verdict.OTHER_NIGHT if key[1] in in_any_night else Verdict.UNKNOWN


def _judge_one(answer: ReviewAnswer, row: Mapping[str, object]) -> Verdict:
    if row["status"] == "open":
        return Verdict.TAKEN
    if row["status"] == answer.status:
        return Verdict.KNOWN
    decided_at = row["decided_at"]
    is_later = not isinstance(decided_at, datetime) or answer.decided_at > decided_at
    withdraws = row["status"] == "approved" and is_later
    return Verdict.TAKEN if withdraws else Verdict.OVERTURNS


def apply_answers(night: pl.DataFrame, taken: Sequence[ReviewAnswer]) -> pl.DataFrame:
    """Return rows of `review` with the taken answers in their places; other rows are unchanged.

    Args:
        night: whole rows.
        taken: at most one for a sample and night.
    """
    columns = ("ds", "sample_id", "status", "reviewer", "decided_at")
    given = pl.DataFrame(
        [{name: getattr(answer, name) for name in columns} for answer in taken],
        schema={name: night.schema[name] for name in columns},
    ).with_columns(_is_answered=pl.lit(value=True))
    joined = night.join(
        given, on=["ds", "sample_id"], how="left", suffix="_given", maintain_order="left"
    )
    changed = [
        pl.when("_is_answered").then(f"{name}_given").otherwise(name).alias(name)
        for name in columns[2:]
    ]
    return joined.with_columns(changed).select(night.columns)


def describe_verdicts(judged: Sequence[tuple[ReviewAnswer, Verdict]], still_open: int) -> list[str]:
    """Return what became of a file: a line for each outcome, then one for each line refused."""
    taken = Counter(answer.status for answer, verdict in judged if verdict is Verdict.TAKEN)
    lines = [f"Taken: {taken['approved']} approved, {taken['rejected']} rejected."]
    known = sum(verdict in {Verdict.KNOWN, Verdict.DOUBLE} for _, verdict in judged)
    lines += [f"Changed nothing: {known} decided already, or twice in the file."] if known else []
    lines += [f"Left open: {still_open}."] if still_open else []
    lines += [
        f"Line {answer.line}, {verdict.value}."
        for answer, verdict in judged
        if verdict not in TAKES
    ]
    nights = sorted({answer.ds for answer, verdict in judged if verdict is Verdict.TAKEN})
    if nights:
        lines.append(f"Applied by the next run of: {', '.join(nights)}.")
    return lines
