"""What became of a subject, read from the files of one night; no session is needed for it.

Which nights hold it is looked for in narrow columns of `samples` and `quarantine`, newest first, a
few nights at a time; the other tables are read of one night alone.
"""

import json
from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from pipelines.cli import read_former_keys, read_key
from pipelines.config import RunConfig
from pipelines.errors import ConfigurationError, CurationError, InputError
from pipelines.explanation.account import (
    SubjectAccount,
    explain_erasures,
    explain_quarantine,
    explain_samples,
)
from pipelines.explanation.evidence import Subject, SubjectEvidence, SubjectKind
from pipelines.explanation.limits import RunLimits, read_limits
from pipelines.identity import key_subject, key_user
from pipelines.lake import scan_night, scan_table
from pipelines.outcomes import Outcome, Phase, Reason
from pipelines.published import RUN_ORDER
from pipelines.stores.files import is_folder
from pipelines.stores.location import Location, Place, require_store
from pipelines.table_columns import polars_schema
from pipelines.wording import format_count
from schemas.ledger import CONSTRAINTS, DECISIONS, ERASURES, QUARANTINE, REVIEW, RUNS
from schemas.samples import EVAL, SAMPLES, TRAIN
from schemas.sidecars import LANGUAGE, PRIVACY, PRUNING, SAFETY
from schemas.table import Table

_NIGHTS_AT_ONCE = 16
"""So many nights' files are open together; a warehouse may hold hundreds."""


def find_warehouse(place: str) -> Location:
    """Return the folder of a warehouse that is read; it is not made where it is missing.

    Raises:
        InputError: no folder of that name is there.
        ConfigurationError: it is in no store that is known.
    """
    root = require_store(place, "warehouse")
    if not is_folder(root):
        message = f"warehouse: {place} is no folder; give that which jobs/curate.py wrote to."
        raise InputError(message)
    return root


def name_subject(kind: str, name: str, config: RunConfig) -> Subject:
    """Return whom a question is about; a raw user id goes no further than this.

    Under every key: nights from before a change of key know the user by the former one.

    Raises:
        ConfigurationError: the subject is a user, and a key is missing.
    """
    subject_kind = SubjectKind(kind)
    if subject_kind is SubjectKind.SAMPLE:
        return Subject(subject_kind, name)
    identity = config.identity
    try:
        keys = (read_key(identity.key_file), *read_former_keys(identity.former_key_files))
    except ConfigurationError:
        if subject_kind is SubjectKind.USER:
            raise
        return Subject(subject_kind, name)
    is_user = subject_kind is SubjectKind.USER
    names = [key_user(name, key) if is_user else name for key in keys]
    pairs = zip(names, keys, strict=True)
    return Subject(
        subject_kind,
        names[0],
        former_names=tuple(names[1:]) if is_user else (),
        erasure_keys=tuple(key_subject(kind, known, key) for known, key in pairs),
    )


def explain_subject(
    root: Place, subject: Subject, ds: str | None, *, with_text: bool
) -> SubjectAccount:
    """Return what became of a conversation, a sample or a user.

    Args:
        root: the warehouse.
        subject: whom it is about.
        ds: the night; None = the newest that holds the subject.
        with_text: the redacted prompts of published samples, too.

    Raises:
        InputError: no published night holds the subject, or not that one; says what was searched.
        CurationError: the night is being replaced.
    """
    runs = scan_table(root, RUNS).filter(pl.col("status") == "published")
    narrow = runs.select("ds", "run_id", *RUN_ORDER).collect().sort(RUN_ORDER)
    if narrow.is_empty():
        message = f"warehouse: {root} holds no published run; run jobs/curate.py first."
        raise InputError(message)
    nights = sorted(narrow["ds"].unique().to_list(), reverse=True)
    erasures = explain_erasures(_find_erasures(root, subject))
    notes = [] if subject.erasure_keys else [_describe_unsearched(subject)]
    holding = _find_nights(root, subject, nights)
    if not holding and erasures:
        return SubjectAccount(subject, "", "", (), (), (), erasures, notes)
    chosen = _choose(subject, ds, holding, nights, notes)
    evidence = _gather(root, subject, chosen, narrow, with_text=with_text)
    return SubjectAccount(
        subject,
        chosen,
        evidence.run_id,
        [night for night in holding if night != chosen],
        explain_samples(evidence),
        explain_quarantine(evidence),
        erasures,
        notes,
    )


def _choose(
    subject: Subject,
    ds: str | None,
    holding: Sequence[str],
    nights: Sequence[str],
    notes: Sequence[str],
) -> str:
    """Return the night to explain: the one given, else the newest that holds the subject."""
    if holding and (ds is None or ds in holding):
        return ds or holding[0]
    searched = (
        f"searched were samples and quarantine of {format_count(len(nights), 'published night')} "
        f"({nights[-1]} to {nights[0]})"
    )
    where = f"No published night holds this {subject.kind}"
    if holding:
        where = f"{ds} does not hold this {subject.kind}; these nights do: {', '.join(holding)}"
    also = "" if notes else " and erasures"
    message = f"{where}; {searched}{also}."
    raise InputError(message, *notes)


def _describe_unsearched(subject: Subject) -> str:
    if subject.kind is SubjectKind.SAMPLE:
        return "Erasures were not searched: they know users and conversations, not samples."
    return "Erasures were not searched: that needs the key, by CURATION_KEY or identity.key_file."


def _find_erasures(root: Place, subject: Subject) -> pl.DataFrame:
    erasures = scan_table(root, ERASURES)
    is_mine = pl.col("subject_key").is_in(subject.erasure_keys)
    return erasures.filter(is_mine & (pl.col("kind") == subject.kind.value)).collect()


def _find_nights(root: Place, subject: Subject, nights: Sequence[str]) -> list[str]:
    """Return the nights that hold a subject, newest first."""
    found: list[str] = []
    for few in batch_nights(nights):
        parts = [
            scan_table(root, table, nights=frozenset(few).__contains__).filter(rows).select("ds")
            for table, rows in _holds(subject)
        ]
        held = pl.concat(part.collect(engine="streaming") for part in parts)["ds"]
        found += sorted(held.unique().to_list(), reverse=True)
    return found


def batch_nights(nights: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield nights a few at a time, so that not all their files are open together."""
    for start in range(0, len(nights), _NIGHTS_AT_ONCE):
        yield nights[start : start + _NIGHTS_AT_ONCE]


def _holds(subject: Subject) -> Iterator[tuple[Table, pl.Expr]]:
    """Yield the tables that know a subject, each with what its rows have in common."""
    if subject.kind is SubjectKind.SAMPLE:
        yield SAMPLES, pl.col("sample_id") == subject.name
    elif subject.kind is SubjectKind.CONVERSATION:
        yield SAMPLES, pl.col("conversation_id") == subject.name
        yield QUARANTINE, pl.col("conversation_id") == subject.name
    else:
        yield SAMPLES, pl.col("user_key").is_in(subject.names)
        keys = [f'"user_key": {json.dumps(name)}' for name in subject.names]
        yield (
            QUARANTINE,
            pl.any_horizontal(pl.col("row").str.contains(k, literal=True) for k in keys),
        )


def _gather(
    root: Place, subject: Subject, ds: str, runs: pl.DataFrame, *, with_text: bool
) -> SubjectEvidence:
    own = runs.filter(pl.col("ds") == ds)
    run_id = own["run_id"][-1]
    rows = dict(_holds(subject))
    samples = scan_night(root, SAMPLES, ds).filter(rows[SAMPLES]).collect()
    _require_whole(samples, ds, run_id)
    of_run = (pl.col("run_id") == run_id) & (pl.col("ds") == ds)
    run = scan_night(root, RUNS, ds).filter(of_run).collect().row(0, named=True)
    limits = read_limits(json.loads(run["config"]), json.loads(run["checks"]))
    quarantine = (
        _scan(root, QUARANTINE, ds).filter(rows.get(QUARANTINE, pl.lit(value=False))).collect()
    )
    constraints = _scan(root, CONSTRAINTS, ds).collect()
    mine = _is_in("sample_id", samples)
    defects = (pl.col("outcome") == Outcome.QUARANTINE.value) & _is_in("reason", quarantine)
    before = runs.slice(0, runs["run_id"].index_of(run_id)).filter(pl.col("ds") != ds)
    return SubjectEvidence(
        ds=ds,
        run_id=run_id,
        limits=limits,
        samples=samples,
        decisions=_scan(root, DECISIONS, ds).filter(mine | defects).collect(),
        quarantine=quarantine,
        privacy=_scan(root, PRIVACY, ds).filter(mine).collect(),
        safety=_scan(root, SAFETY, ds).filter(mine).collect(),
        language=_scan(root, LANGUAGE, ds).filter(mine).collect(),
        pruning=_scan(root, PRUNING, ds).filter(mine).collect(),
        review=_scan(root, REVIEW, ds).filter(mine).collect(),
        published=_read_published(root, ds, run, mine, with_text=with_text),
        echoes=_count_echoes(root, ds, samples),
        pruned=_count_pruned(root, ds),
        pool=_read_pool(root, ds, constraints, limits),
        constraints=constraints,
        elsewhere=_find_elsewhere(root, samples, before["ds"].unique().to_list()),
        is_rerun=own.height > 1,
    )


def _require_whole(samples: pl.DataFrame, ds: str, run_id: str) -> None:
    """Refuse to read a night whose tables are of another run than its newest commit record."""
    if any(other != run_id for other in samples["run_id"].to_list()):
        message = (
            f"warehouse: the night {ds} is being published anew, or a publication of it was cut "
            "short; ask again when that run has ended, or run jobs/curate.py, which completes it."
        )
        raise CurationError(message)


def _scan(root: Place, table: Table, ds: str, version: int | None = None) -> pl.LazyFrame:
    """Return one night of a table; columns that an earlier version of it lacks are null."""
    rows = scan_night(root, table, ds, version)
    there = rows.collect_schema().names()
    missing = {name: kind for name, kind in polars_schema(table).items() if name not in there}
    return rows.with_columns(pl.lit(None, kind).alias(name) for name, kind in missing.items())


def _is_in(column: str, rows: pl.DataFrame) -> pl.Expr:
    return pl.col(column).is_in(rows[column].drop_nulls().unique().implode())


def _read_published(
    root: Place, ds: str, run: dict[str, Any], mine: pl.Expr, *, with_text: bool
) -> pl.DataFrame:
    columns = ["sample_id", "weight", "cluster_id", *(["prompt"] if with_text else [])]
    sides = [
        scan_night(root, table, ds, run[f"{table.name}_version"])
        .filter(mine)
        .select(*columns, side=pl.lit(table.name))
        for table in (TRAIN, EVAL)
    ]
    return pl.concat(sides).collect()


def _count_echoes(root: Place, ds: str, samples: pl.DataFrame) -> pl.DataFrame:
    """Return per sample how many near-duplicates name it as witness, and who wrote it or them."""
    near = _scan(root, PRUNING, ds).filter(
        (pl.col("reason") == Reason.NEAR_DUPLICATE.value)
        & (pl.col("witness_ds") == ds)
        & pl.col("witness_id").is_in(samples["sample_id"].implode())
    )
    near = near.select("sample_id", witness="witness_id")
    if (found := near.collect()).is_empty():
        return pl.DataFrame(schema={"sample_id": pl.String, "rows": pl.UInt32, "users": pl.UInt32})
    writers = scan_night(root, SAMPLES, ds).select("sample_id", "user_key")
    theirs = found.lazy().join(writers, on="sample_id", how="inner")
    own = samples.lazy().select("sample_id", "user_key", witness="sample_id")
    both = pl.concat([theirs, own.select("sample_id", "witness", "user_key")])
    counted = both.group_by(sample_id="witness").agg(
        rows=pl.len() - 1, users=pl.col("user_key").n_unique()
    )
    return counted.filter(pl.col("rows") > 0).collect()


def _count_pruned(root: Place, ds: str) -> tuple[int, int]:
    counted = scan_night(root, PRUNING, ds).select(kept=pl.col("kept").sum(), rows=pl.len())
    kept, rows = counted.collect().row(0)
    return int(kept or 0), int(rows)


def _read_pool(root: Place, ds: str, constraints: pl.DataFrame, limits: RunLimits) -> pl.DataFrame:
    """Return every sample of the night that had a side, with the columns that its draw knew."""
    sides = (Reason.TRAIN.value, Reason.EVAL.value)
    decisions = scan_night(root, DECISIONS, ds)
    split = decisions.filter((pl.col("phase") == Phase.SPLIT.value) & pl.col("reason").is_in(sides))
    drawn = decisions.filter(
        (pl.col("phase") == Phase.SAMPLING.value) & (pl.col("reason") == Reason.SELECTED.value)
    ).select("sample_id", selected=pl.lit(value=True))
    samples = scan_night(root, SAMPLES, ds)
    wanted = {part for name in constraints["dimension"].to_list() for part in name.split(", ")}
    wanted |= {name for name in limits.maximise.values() if name is not None}
    wanted |= {"sample_id", "user_key"}
    known = [name for name in samples.collect_schema().names() if name in wanted]
    return (
        split.select("sample_id", side="reason")
        .join(drawn, on="sample_id", how="left")
        .with_columns(pl.col("selected").fill_null(value=False))
        .join(samples.select(known), on="sample_id", how="inner")
        .collect()
        .sort("sample_id")
    )


def _find_elsewhere(root: Place, samples: pl.DataFrame, nights: Sequence[str]) -> pl.DataFrame:
    """Return the sides that earlier publications gave to the samples' users and conversations.

    A side is for good, so the newest few nights that have one say it all.
    """
    found = pl.DataFrame(
        schema=dict.fromkeys(("user_key", "conversation_id", "ds", "side"), pl.String)
    )
    kin = _is_in("user_key", samples) | _is_in("conversation_id", samples)
    for few in batch_nights(sorted(nights, reverse=True)):
        chosen = frozenset(few).__contains__
        who = scan_table(root, SAMPLES, nights=chosen).filter(kin)
        known = who.select("ds", "sample_id", "user_key", "conversation_id").collect(
            engine="streaming"
        )
        if known.is_empty():
            continue
        sides = scan_table(root, DECISIONS, nights=frozenset(known["ds"]).__contains__).filter(
            (pl.col("phase") == Phase.SPLIT.value)
            & (pl.col("outcome") == Outcome.KEEP.value)
            & _is_in("sample_id", known)
        )
        given = sides.select("ds", "sample_id", side="reason").collect(engine="streaming")
        joined = known.join(given, on=["ds", "sample_id"], how="inner").select(found.columns)
        found = pl.concat([found, joined])
        if not set(samples["user_key"].to_list()) - set(found["user_key"].to_list()):
            break
    return found.sort("ds", descending=True)
