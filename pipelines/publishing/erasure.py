"""Which rows of which tables are a subject's, and what the rows of others hold of it.

A table is asked by the columns it has: a night and a sample, a night and a conversation, the hash
of a text. Rows of others stay; what they say of a subject (a witness, a key) becomes null.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.erased import ErasedSubjects
from pipelines.outcomes import Phase

NOBODY = ""
"""In place of a subject where rows go that nobody's sample names any more."""
BY_SAMPLE, BY_CONVERSATION = ("ds", "sample_id"), ("ds", "conversation_id")
BY_VALUE, BY_TEXT = ("ds", "value"), ("text_hash",)
KEYS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("privacy", "safety", "language", "review", "pruning"), BY_SAMPLE),
    "constraints": BY_VALUE,
    "decisions": BY_CONVERSATION,
    "embeddings": BY_TEXT,
    "prompt_safety": BY_TEXT,
    **dict.fromkeys(("representatives", "train", "eval"), BY_SAMPLE),
    "quarantine": BY_CONVERSATION,
    "samples": BY_SAMPLE,
}
"""Table → the columns that say whose a row is, in the order of erasure.

`samples` comes last, as it alone says which samples are a user's; `quarantine` says it of rows that
are none. Whatever is killed before them finds the same rows again.
"""
_FOUND = ("ds", "sample_id", "conversation_id", "user_key", "text_hash")
_WITNESS = ("witness_id", "witness_ds", "witness_hash")


@dataclass(frozen=True, slots=True)
class Rule:
    """What is erased of a table.

    Args:
        keys: columns that say whose a row is.
        theirs: these columns and `subject_key`, one row for each value.
        mend: returns `mended` of the rows of others without the subject; None = they hold nothing.
        mended: the columns that it changes.
    """

    keys: tuple[str, ...]
    theirs: pl.DataFrame
    mend: Callable[[pl.DataFrame], pl.DataFrame] | None = None
    mended: tuple[str, ...] = ()

    def tell(self, rows: pl.DataFrame) -> pl.Series:
        """Return the subject of each row, in their order; null = it is another's."""
        joined = rows.select(self.keys).join(
            self.theirs, on=self.keys, how="left", maintain_order="left"
        )
        return joined["subject_key"]


def find_names(
    rows: pl.LazyFrame, erased: ErasedSubjects, column: str, of: Callable[[str], str | None]
) -> pl.DataFrame:
    """Return `column` and its `subject_key`, of the values that belong to a subject.

    Args:
        rows: a frame with the column.
        erased: the subjects; without any nothing is read.
        column: `user_key` or `conversation_id`.
        of: names the subject of a value.
    """
    schema = {column: pl.String, "subject_key": pl.String}
    if not erased.names:
        return pl.DataFrame(schema=schema)
    values = rows.select(column).drop_nulls().unique().collect(engine="streaming")[column]
    named = ((value, of(value)) for value in values)
    return pl.DataFrame(
        [pair for pair in named if pair[1] is not None], schema=schema, orient="row"
    )


def find_rows(sources: Sequence[pl.LazyFrame], erased: ErasedSubjects) -> pl.DataFrame:
    """Return the subjects' rows: what is theirs in every other table follows from these.

    Args:
        sources: each with `ds`, `sample_id`, `conversation_id`, `user_key`, `text_hash`; all but
            `ds` may be null.
        erased: the subjects.

    Returns:
        These columns, `subject_key` and `is_user`, each row once, sorted.
    """
    rows = pl.concat([source.select(_FOUND) for source in sources])
    told = with_subjects(rows, erased).filter(pl.col("subject_key").is_not_null())
    return told.unique().collect(engine="streaming").sort([*_FOUND, "subject_key"])


def with_subjects(rows: pl.LazyFrame, erased: ErasedSubjects) -> pl.LazyFrame:
    """Add `subject_key` to rows with `user_key` and `conversation_id`; null = of none of them.

    And `is_user`: whether it is the user who is a subject, not the conversation alone.
    """
    users = find_names(rows, erased, "user_key", erased.of_user_key)
    talks = find_names(rows, erased, "conversation_id", erased.of_conversation)
    by_user = users.lazy().select("user_key", _user="subject_key")
    by_talk = talks.lazy().select("conversation_id", _talk="subject_key")
    joined = rows.join(by_user, on="user_key", how="left", maintain_order="left")
    joined = joined.join(by_talk, on="conversation_id", how="left", maintain_order="left")
    named = joined.with_columns(subject_key=pl.coalesce("_user", "_talk"))
    return named.with_columns(is_user=pl.col("_user").is_not_null()).drop("_user", "_talk")


def key_of_row(row: pl.Expr) -> pl.Expr:
    """Return the `user_key` in a row of quarantine, which is JSON."""
    return row.str.json_path_match("$.user_key")


def find_orphans(hashes: pl.LazyFrame, kept: pl.LazyFrame, found: pl.DataFrame) -> pl.DataFrame:
    """Return `text_hash`, `subject_key` of texts that no sample names once the subjects' are gone.

    Args:
        hashes: `text_hash` of a table.
        kept: `text_hash` of everything that stays.
        found: from `find_rows`.
    """
    gone = hashes.unique().join(kept.drop_nulls().unique(), on="text_hash", how="anti")
    own = _unique(found, BY_TEXT).lazy()
    named = gone.join(own, on="text_hash", how="left")
    return named.with_columns(pl.col("subject_key").fill_null(NOBODY)).collect(engine="streaming")


def make_rules(found: pl.DataFrame, orphans: Mapping[str, pl.DataFrame]) -> dict[str, Rule]:
    """Return the rule of each table of `KEYS`, in its order.

    Args:
        found: from `find_rows`.
        orphans: table → from `find_orphans`.
    """
    samples, talks = _unique(found, BY_SAMPLE), _unique(found, BY_CONVERSATION)
    theirs: dict[tuple[str, ...], pl.DataFrame] = {
        BY_SAMPLE: samples,
        BY_CONVERSATION: talks,
        BY_VALUE: _values_of(found),
    }
    rules = {
        name: Rule(keys, orphans[name] if keys == BY_TEXT else theirs[keys])
        for name, keys in KEYS.items()
    }
    users = found.filter("is_user").select("ds", "user_key").drop_nulls().unique()

    def lose_witness(rows: pl.DataFrame) -> pl.DataFrame:
        return mend_witnesses(rows, samples)

    def lose_key(rows: pl.DataFrame) -> pl.DataFrame:
        return mend_quarantine(rows, users)

    rules["pruning"] = Rule(BY_SAMPLE, samples, lose_witness, _WITNESS)
    rules["quarantine"] = Rule(BY_CONVERSATION, talks, lose_key, ("row",))
    return rules


def _unique(found: pl.DataFrame, keys: tuple[str, ...]) -> pl.DataFrame:
    rows = found.select(*keys, "subject_key").drop_nulls()
    return rows.unique(subset=keys, keep="first", maintain_order=True)


def _values_of(found: pl.DataFrame) -> pl.DataFrame:
    """Return `ds`, `value`, `subject_key`: a constraint may be of any column, of ids too."""
    own = {"sample_id": found, "conversation_id": found, "user_key": found.filter("is_user")}
    parts = [rows.select("ds", "subject_key", value=pl.col(name)) for name, rows in own.items()]
    return pl.concat(parts).drop_nulls().unique(subset=BY_VALUE, keep="first", maintain_order=True)


def mend_witnesses(rows: pl.DataFrame, samples: pl.DataFrame) -> pl.DataFrame:
    """Return the witness columns of `rows`, null where the witness is a subject's sample.

    Args:
        rows: `ds` and those of the witness columns that the table has.
        samples: `ds`, `sample_id` of the subjects.
    """
    names = [name for name in _WITNESS if name in rows.columns]
    night = pl.coalesce(pl.col("witness_ds"), pl.col("ds"))
    keys = rows.select(sample_id="witness_id", ds=night)
    gone = samples.select("sample_id", "ds", gone=pl.lit(value=True)).unique()
    found = keys.join(gone, on=["sample_id", "ds"], how="left", maintain_order="left")["gone"]
    lost = found.fill_null(value=False)
    return rows.select(
        pl.when(~lost).then(pl.col(name)).otherwise(None).alias(name) for name in names
    )


def mend_quarantine(rows: pl.DataFrame, users: pl.DataFrame) -> pl.DataFrame:
    """Return `row` without the key of a subject: a row without an id cannot be told by one.

    It stays, as the decision about it does, so that the account of its night holds.
    """
    keys = rows.select("ds", user_key=key_of_row(pl.col("row")))
    gone = users.with_columns(gone=pl.lit(value=True))
    found = keys.join(gone, on=["ds", "user_key"], how="left", maintain_order="left")["gone"]
    mended = [
        _without_key(row) if is_gone else row
        for row, is_gone in zip(rows["row"], found, strict=True)
    ]
    return pl.DataFrame({"row": mended}, schema={"row": pl.String})


def _without_key(row: str) -> str:
    shown = json.loads(row) | {"user_key": None}
    return json.dumps(shown, ensure_ascii=True, sort_keys=True)


def recount_clusters(
    clusters: pl.DataFrame, pruned: pl.DataFrame, least_users: int
) -> pl.DataFrame:
    """Return a night's `clusters` counted again from what is left of it.

    A name stays where its words are shown to be those of enough others: each row that left may have
    taken one of the users who wrote a word of it. A cluster without rows goes.

    Args:
        clusters: the table's rows of the night.
        pruned: `cluster_id`, `kept`, `user_key` of its rows that are left.
        least_users: a word that fewer users of a cluster wrote is never part of its name.
    """
    counts = pruned.group_by("cluster_id").agg(
        now=pl.len().cast(pl.Int64),
        now_kept=pl.col("kept").sum().cast(pl.Int64),
        now_users=pl.col("user_key").n_unique().cast(pl.Int64),
    )
    left = clusters.join(counts, on="cluster_id", how="inner", maintain_order="left")
    shown = pl.col("name_users") - (pl.col("rows") - pl.col("now"))
    stays = (pl.col("rows") == pl.col("now")) | (shown >= least_users)
    mended = left.with_columns(
        name=pl.when(stays).then("name"),
        name_users=pl.when(stays).then(shown),
        rows="now",
        kept="now_kept",
        users="now_users",
    )
    return mended.select(clusters.columns)


def recount_run(
    run: Mapping[str, object], decisions: pl.DataFrame, published: Mapping[str, int]
) -> dict[str, int]:
    """Return `counts` of a run's row, of what is left of its night.

    Args:
        run: the row of `runs`; what is counted nowhere else stays as it was.
        decisions: `phase`, `outcome`, `rows` of the night.
        published: side → rows.
    """
    before = dict(run["counts"])  # type: ignore[call-overload]  # a map of Arrow: pairs
    phases = {f"{phase}." for phase in Phase}
    stays = {
        name: rows
        for name, rows in before.items()
        if not any(name.startswith(phase) for phase in phases)
    }
    told = {f"{phase}.{outcome}": rows for phase, outcome, rows in decisions.iter_rows()}
    return told | stays | {f"published.{side}": rows for side, rows in published.items()}
