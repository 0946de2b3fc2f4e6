"""What a reader of a report has to know first: each alarm with its evidence and its remedy."""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import islice
from statistics import median

import polars as pl

from pipelines.checks import DRIFT_ACCEPTED
from pipelines.outcomes import Outcome, Phase
from pipelines.proven_languages import find_unproven
from pipelines.report.alarm import Alarm, Severity
from pipelines.report.alarms_pruning import PRUNING_RULES, name_slice
from pipelines.report.facts import ReportFacts
from pipelines.report.measures import (
    PHASE_ONE,
    compare_stages,
    count_outcomes,
    design_effects,
    is_outlier,
    keep_ledgers,
    language_mismatch,
    measure_slices,
    order_constraints,
)
from pipelines.report.settings import AlarmLimits, read_limits
from pipelines.report.values import (
    share_of,
    show_bounds,
    show_count,
    show_counted,
    show_number,
    show_share,
    show_value,
)

# Values of a constraint that its alarm names.
_NAMED = 3


def find_alarms(facts: ReportFacts) -> list[Alarm]:
    """Return every alarm by the run's own limits: critical ones first, then in the order of phases.

    Of one kind at most `alarms.listed` are listed; one more alarm says how many were not.
    """
    limits = read_limits(facts.run.config)
    found = [alarm for rule in RULES for alarm in _shorten(rule(facts, limits), limits.listed)]
    return sorted(found, key=lambda alarm: list(Severity).index(alarm.severity))


def _shorten(alarms: Iterable[Alarm], listed: int) -> list[Alarm]:
    found = list(alarms)
    if len(found) <= listed:
        return found
    rest = found[listed:]
    title = f"{len(rest)} more of the same kind: {found[0].title.split(':')[0]}"
    return [
        *found[:listed],
        Alarm(rest[0].severity, title, "The tables below list them all.", found[0].remedy),
    ]


def _status(facts: ReportFacts, _: AlarmLimits) -> Iterator[Alarm]:
    if facts.run.status != "published":
        yield Alarm(
            Severity.CRITICAL,
            f"This run is not published: its status is {show_value(facts.run.status)}",
            "`train` and `eval` are as they were before this run.",
            "Read the checks below, correct the cause, run the night again: it replaces itself.",
        )


def _checks(facts: ReportFacts, _: AlarmLimits) -> Iterator[Alarm]:
    for check in facts.run.checks:
        if not check.passed:
            yield Alarm(
                Severity.CRITICAL,
                f"Check failed: {show_value(check.name, 80)}",
                f"Promised: {show_value(check.promise, 300)} Found: "
                f"{show_value(check.evidence, 300)}",
                "Do not train on this night. The table `decisions` says what each phase did with a "
                "sample.",
            )


def _accepted(facts: ReportFacts, _: AlarmLimits) -> Iterator[Alarm]:
    for check in facts.run.checks:
        if check.passed and check.evidence.startswith(DRIFT_ACCEPTED):
            yield Alarm(
                Severity.WARNING,
                f"Published though it drifted: {show_value(check.name, 80)}",
                f"{show_value(check.evidence, 300)}.",
                "A person accepted it by --accept-drift; nights to come are compared with it.",
            )


def _ledgers(facts: ReportFacts, _: AlarmLimits) -> Iterator[Alarm]:
    for ledger in keep_ledgers(facts):
        if not ledger.balanced:
            yield Alarm(
                Severity.CRITICAL,
                f"Rows do not add up: {ledger.phase}",
                f"{show_counted(ledger.expected, 'row')} should have come, "
                f"{show_count(ledger.came)} did.",
                "A phase lost or repeated rows: a defect. Keep the run and report it.",
            )


def _published(facts: ReportFacts, _: AlarmLimits) -> Iterator[Alarm]:
    for side, rows in (("train", facts.train_rows), ("eval", facts.eval_rows)):
        if rows == 0:
            yield Alarm(
                Severity.CRITICAL if side == "train" else Severity.WARNING,
                f"Nothing was published: {side}",
                f"The night has no row in `{side}`.",
                "See in the funnel which phase let nothing through; or lower the size of the other "
                "side.",
            )


def _constraints(facts: ReportFacts, _: AlarmLimits) -> Iterator[Alarm]:
    missed = facts.constraints.filter(~pl.col("met").fill_null(value=False))
    for (side, text), rows in order_constraints(missed):
        hard = bool(rows["hard"].fill_null(value=True).any())
        named = ", ".join(
            f"{show_value(row['value'])} has {show_share(row['achieved'])} "
            f"(asked: {show_bounds(row['required_min'], row['required_max'])})"
            for row in islice(rows.iter_rows(named=True), _NAMED)
        )
        yield Alarm(
            Severity.CRITICAL if hard else Severity.WARNING,
            f"{'Hard' if hard else 'Soft'} constraint missed on {side}: {show_value(text, 90)}",
            f"{rows.height} of its values: {named}{' …' if rows.height > _NAMED else ''}.",
            "A hard miss is a defect: do not train on it."
            if hard
            else "Ask for less, or for a smaller size.",
        )


def _quarantine(facts: ReportFacts, limits: AlarmLimits) -> Iterator[Alarm]:
    rows = count_outcomes(facts).get(Phase.INTAKE, {}).get(Outcome.QUARANTINE, 0)
    share = share_of(rows, facts.in_rows)
    if share is not None and share >= limits.quarantine_from:
        worst = facts.quarantine.sort("rows", "reason", descending=[True, False])
        named = f" Most often: {show_value(worst['reason'][0])}." if worst.height else ""
        yield Alarm(
            Severity.WARNING,
            f"Many input rows could not be read: {show_share(share)}",
            f"{show_count(rows)} of {show_count(facts.in_rows)} went to quarantine.{named}",
            "Look at the table `quarantine`; correct the source that writes such rows.",
        )


def _cleared(facts: ReportFacts, _: AlarmLimits) -> Iterator[Alarm]:
    for column, rows in facts.cleared.sort("rows", "column", descending=[True, False]).iter_rows():
        yield Alarm(
            Severity.WARNING,
            f"Identifiers in a column: {show_value(column, 80)}",
            f"In {show_count(rows)} of {show_counted(facts.in_rows, 'row')} a value held one; it "
            "is null.",
            "Correct the source that writes it there, or name in `intake.carry` the columns that "
            "are carried.",
        )


def _review(facts: ReportFacts, limits: AlarmLimits) -> Iterator[Alarm]:
    rows = sum(counts.get(Outcome.REVIEW, 0) for counts in count_outcomes(facts).values())
    share = share_of(rows, facts.in_rows)
    if share is not None and share >= limits.review_from:
        yield Alarm(
            Severity.WARNING,
            f"Many samples wait for a person: {show_share(share)}",
            f"{show_counted(rows, 'sample')} in review; none is published until somebody decides.",
            "`jobs/review.py --export` hands them out and `--import` takes the answers, which the "
            "next run of that night applies; or move the cut from which review begins.",
        )


def _review_queue(facts: ReportFacts, limits: AlarmLimits) -> Iterator[Alarm]:
    """Warn of the whole queue, not of this night's part in it: its size, and its age."""
    waiting = facts.open_reviews.filter(pl.col("rows") > 0)
    if waiting.is_empty():
        return
    rows, oldest = int(waiting["rows"].sum()), str(waiting["ds"].min())
    days = (date.fromisoformat(facts.run.ds) - date.fromisoformat(oldest)).days
    remedy = "`jobs/review.py --export` hands them out; nothing of them is published before."
    if rows >= limits.review_open_from:
        yield Alarm(
            Severity.WARNING,
            f"The queue of reviews is long: {show_counted(rows, 'sample')}",
            f"They wait in {show_counted(waiting.height, 'night')}, from {oldest} on.",
            remedy,
        )
    if days >= limits.review_days_from:
        yield Alarm(
            Severity.WARNING,
            f"The queue of reviews is old: {show_counted(days, 'day')}",
            f"The longest waiting sample is of the night {oldest}.",
            remedy,
        )


def _unproven(facts: ReportFacts, _: AlarmLimits) -> Iterator[Alarm]:
    served = _section(facts, "language").get("served")
    unproven = find_unproven([str(code) for code in served]) if isinstance(served, list) else ()
    if unproven:
        answer = show_value(str(_section(facts, "safety").get("unproven")), 20)
        yield Alarm(
            Severity.WARNING,
            f"Languages served in which safety is not shown to find harm: {', '.join(unproven)}",
            f"safety.unproven is {answer}: review = a person sees each sample, accept = no "
            "person does.",
            "Measure them (tests/bench/phase_one.py), or take them out of `language.served`.",
        )


def _section(facts: ReportFacts, name: str) -> Mapping[str, object]:
    section = facts.run.config.get(name)
    return section if isinstance(section, Mapping) else {}


def _unscored(facts: ReportFacts, limits: AlarmLimits) -> Iterator[Alarm]:
    failed = pl.col("reason").str.ends_with("_unscored") | (pl.col("reason") == "not_embedded")
    for phase, _, reason, rows in facts.outcomes.filter(failed).iter_rows():
        share = share_of(rows, sum(count_outcomes(facts)[phase].values())) or 0.0
        if rows:
            yield Alarm(
                Severity.WARNING if share >= limits.unscored_from else Severity.NOTE,
                f"A model gave no answer: {reason}",
                f"{show_counted(rows, 'sample')} ({show_share(share)}) in {phase}; all wait for "
                "review.",
                "Look for that model in the log of the run; run the night again when it is "
                "corrected.",
            )


def _slices(facts: ReportFacts, limits: AlarmLimits) -> Iterator[Alarm]:
    hit = measure_slices(facts).filter(
        pl.col("phase").is_in([*PHASE_ONE, Phase.DIVERSITY]) & is_outlier(limits)
    )
    for row in hit.sort("z", "dimension", "value", descending=[True, False, False]).iter_rows(
        named=True
    ):
        yield Alarm(
            Severity.WARNING,
            f"A slice loses far more than the rest: {name_slice(row)} in {row['phase']}",
            f"It loses {show_share(row['share'])} of {show_counted(row['came'], 'sample')}, the "
            f"others {show_share(row['others_share'])} ({row['z']:.0f} standard errors apart).",
            "Read samples of it: the traffic may be so, or the model unfair to it.",
        )


def _languages(facts: ReportFacts, limits: AlarmLimits) -> Iterator[Alarm]:
    differs, known = language_mismatch(facts)
    share = share_of(differs, known)
    if share is not None and share >= limits.mismatch_from:
        yield Alarm(
            Severity.WARNING,
            f"Declared and identified language differ: {show_share(share)}",
            f"{show_count(differs)} of {show_counted(known, 'sample')} that declare one and were "
            "recognised.",
            "Clients may declare the language of their surface; trust the identified one.",
        )


def _difficulty(facts: ReportFacts, limits: AlarmLimits) -> Iterator[Alarm]:
    level = pl.col("level").fill_null("unknown")
    unknown = int(facts.difficulty.filter(level == "unknown")["rows"].sum())
    share = share_of(unknown, int(facts.difficulty["rows"].sum()))
    if share is not None and share >= limits.unknown_difficulty_from:
        yield Alarm(
            Severity.NOTE,
            f"Difficulty is unknown for {show_share(share)} of the samples",
            f"{show_counted(unknown, 'sample')} with too few reward scores.",
            "Score more responses per prompt, or leave difficulty out of the constraints.",
        )


def _balance(facts: ReportFacts, limits: AlarmLimits) -> Iterator[Alarm]:
    for dimension, value, traffic, _, *sides in compare_stages(facts).iter_rows():
        for side, far in zip(("train", "eval"), sides, strict=True):
            if far is not None and far >= limits.imbalance_from and math.isfinite(far):
                yield Alarm(
                    Severity.NOTE,
                    f"Not as the traffic: {show_value(dimension)} = {show_value(value)} in {side}",
                    f"Standardised difference {show_number(far)}; {show_share(traffic)} of the "
                    "traffic.",
                    "Meant so by a target? Then use `weight`. Else match it to the traffic.",
                )


def _weights(facts: ReportFacts, limits: AlarmLimits) -> Iterator[Alarm]:
    for side, effect in sorted(design_effects(facts).items()):
        if effect >= limits.design_effect_from:
            yield Alarm(
                Severity.NOTE,
                f"Weights of {side} have a design effect of {show_number(effect)}",
                f"Weighted means over {side} are as sure as over {show_share(1 / effect)} of its "
                "rows.",
                "Ask for target shares nearer to the traffic, or train without `weight`.",
            )


def _drift(facts: ReportFacts, limits: AlarmLimits) -> Iterator[Alarm]:
    now = {"in_rows": facts.in_rows, "train": facts.train_rows, "eval": facts.eval_rows}
    for name, rows in now.items():
        earlier = facts.history.filter(pl.col("ds") != facts.run.ds)[name].drop_nulls().to_list()
        usual = median(earlier) if earlier else 0
        if usual and rows and max(rows / usual, usual / rows) >= limits.drift_ratio_from:
            words = "rows of traffic" if name == "in_rows" else f"rows in `{name}`"
            yield Alarm(
                Severity.WARNING,
                f"Not a usual night: {show_count(rows)} {words}",
                f"The median of {len(earlier)} earlier nights is {show_count(usual)}.",
                "Look for an incomplete or repeated load before you train on it.",
            )


RULES: tuple[Callable[[ReportFacts, AlarmLimits], Iterator[Alarm]], ...] = (
    _status,
    _checks,
    _accepted,
    _ledgers,
    _published,
    _constraints,
    _quarantine,
    _cleared,
    _review,
    _review_queue,
    _unproven,
    _unscored,
    _slices,
    *PRUNING_RULES,
    _languages,
    _difficulty,
    _balance,
    _weights,
    _drift,
)
"""Every rule, in the order of the phases; a new alarm is one more entry."""
