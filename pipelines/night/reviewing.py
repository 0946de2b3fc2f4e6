"""The queue of open reviews, exported to people and imported, without a session."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import polars as pl

from pipelines.errors import ConfigurationError, CurationError, InputError
from pipelines.explanation.limits import read_limits
from pipelines.lake import replace_nights, scan_night, scan_table
from pipelines.night.claim import hold_warehouse, read_intent
from pipelines.night.explaining import batch_nights
from pipelines.night.facts_cache import scan_kept_facts
from pipelines.published import RUN_ORDER
from pipelines.reviewing.answers import read_answers
from pipelines.reviewing.files import is_inside, name_of, read_text, write_export
from pipelines.reviewing.queue import Format, Question, write_questions
from pipelines.reviewing.verdicts import (
    ReviewQueue,
    Verdict,
    apply_answers,
    describe_verdicts,
    judge_answers,
)
from pipelines.reviewing.withholding import bar_texts, compare_text
from pipelines.stores.location import Location
from pipelines.wording import format_count
from schemas.ledger import REVIEW, RUNS
from schemas.samples import SAMPLES
from schemas.sidecars import SAFETY

_REVIEW_COLUMNS = ("sample_id", "ds", "status", "reviewer", "decided_at")
_KEPT = ("sample_id", "redacted", "prompt", "messages")


def export_reviews(root: Location, out: str, form: Format) -> list[str]:
    """Write every open review of the published nights to a file; return a summary in lines.

    Args:
        root: the warehouse.
        out: the file; its owner alone may read it.
        form: of the file.

    Raises:
        ConfigurationError: the file lies in the warehouse, or cannot be written.
    """
    if is_inside(out, root):
        message = f"--export {out}: lies in the warehouse, where no erasure would look for it."
        raise ConfigurationError(message)
    reviews = _scan_review(root, _published(root)).filter(pl.col("status") == "open")
    rows = reviews.select("sample_id", "ds", "reason", "scores").collect()
    questions = [
        question
        for (ds,), of_night in rows.group_by("ds")
        for question in _ask(root, str(ds), of_night)
    ]
    write_export(out, write_questions(questions, form))
    bare = sum(question.withheld is not None for question in questions)
    lines = [f"{format_count(len(questions), 'open review')} written to {out}."]
    if bare:
        reasons = sorted({q.withheld.value for q in questions if q.withheld is not None})
        lines.append(f"{bare} of them without a text: {'; '.join(reasons)}.")
    return lines


def import_reviews(root: Location, file: str, form: Format) -> list[str]:
    """Take the decisions of a file into `review`; return what became of each.

    All that is taken is one commit, so that a killed import took all or nothing; the same file
    again changes nothing.

    Args:
        root: the warehouse.
        file: with the decisions.
        form: JSON Lines or CSV.

    Raises:
        InputError: the file breaks its form.
        CurationError: a run holds the warehouse, or its publication was cut short.
    """
    now = datetime.now(UTC)
    is_csv = form is Format.CSV
    answers, still_open = read_answers(read_text(file), is_csv=is_csv, name=name_of(file), now=now)
    with hold_warehouse(root):
        if read_intent(root) is not None:
            message = (
                "warehouse: a publication was cut short, and completing it would undo what is "
                "imported now; run jobs/curate.py first."
            )
            raise CurationError(message)
        named = sorted({answer.ds for answer in answers} & set(_published(root)))
        ids = {answer.sample_id for answer in answers}
        judged = judge_answers(answers, _read_queue(root, named, ids))
        taken = [answer for answer, verdict in judged if verdict is Verdict.TAKEN]
        if nights := sorted({answer.ds for answer in taken}):
            before = _scan_review(root, nights).collect()
            replace_nights(root, REVIEW, apply_answers(before, taken), nights, "review imported")
    return describe_verdicts(judged, still_open)


def _published(root: Location) -> list[str]:
    runs = scan_table(root, RUNS).filter(pl.col("status") == "published").select("ds")
    nights = sorted(runs.collect()["ds"].unique().to_list())
    if not nights:
        message = f"warehouse: {root} holds no published run; run jobs/curate.py first."
        raise InputError(message)
    return nights


def _scan_review(root: Location, nights: Iterable[str]) -> pl.LazyFrame:
    return scan_table(root, REVIEW, nights=frozenset(nights).__contains__)


def _read_queue(root: Location, nights: Sequence[str], ids: set[str]) -> ReviewQueue:
    """Return what the warehouse has of these samples: their reviews, and the nights with them."""
    mine = pl.col("sample_id").is_in(list(ids))
    reviews = _scan_review(root, _published(root)).filter(mine).select(_REVIEW_COLUMNS).collect()
    known = [
        scan_table(root, SAMPLES, nights=frozenset(few).__contains__)
        .filter(mine)
        .select("sample_id", "ds")
        .collect(engine="streaming")
        for few in batch_nights(nights)
    ]
    return ReviewQueue(
        reviews, pl.concat(known) if known else reviews.select("sample_id", "ds").head(0)
    )


def _ask(root: Location, ds: str, rows: pl.DataFrame) -> list[Question]:
    """Return the night's questions, each with its text where that may be shown."""
    mine = pl.col("sample_id").is_in(rows["sample_id"].implode())
    hashes = scan_night(root, SAMPLES, ds).filter(mine).select("sample_id", "text_hash").collect()
    published = dict(hashes.iter_rows())
    safety = scan_night(root, SAFETY, ds).filter(mine).collect()
    barred = bar_texts(rows["sample_id"], safety, _critical_layers(root, ds))
    facts = scan_kept_facts(root, ds)
    kept = [] if facts is None else facts.filter(mine).select(_KEPT).collect().to_dicts()
    texts = {row["sample_id"]: row for row in kept}
    questions = []
    for name, reason, scores in rows.select("sample_id", "reason", "scores").iter_rows():
        withheld = barred.get(name) or compare_text(texts.get(name), published.get(name))
        shown = [] if withheld else texts[name]["messages"]
        messages = [(message["role"], message["content"]) for message in shown]
        questions.append(Question(name, ds, reason, dict(scores or {}), messages, withheld))
    return questions


def _critical_layers(root: Location, ds: str) -> tuple[str, ...]:
    """Return the critical layers of the night's run; none where its settings are not known."""
    runs = scan_night(root, RUNS, ds).filter(pl.col("status") == "published")
    config = runs.select("config", *RUN_ORDER).collect().sort(RUN_ORDER)["config"][-1]
    limits = read_limits(json.loads(config), ())
    return () if limits.safety is None else limits.safety.critical
