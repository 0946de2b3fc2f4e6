"""train and eval hold what every phase kept, on the side of the split, as samples say it."""

from collections.abc import Iterator

import polars as pl

from pipelines.auditing.findings import Finding, Invariant, find_ids, find_rows, show_id
from pipelines.auditing.night import SIDES, AuditedNight
from pipelines.outcomes import Outcome, Phase

_RERUN = "Run the night again by jobs/curate.py."
_TELL = "Run the night again by jobs/curate.py; who has read the row must be told."

INVARIANTS = (
    Invariant("published_on_both_sides", "No sample is in train and in eval.", _TELL),
    Invariant("not_kept_published", "Nothing that a phase did not keep is published.", _TELL),
    Invariant("kept_not_published", "Everything that every phase kept is published.", _RERUN),
    Invariant("side_wrong", "A published row is on the side that the split gave it.", _TELL),
    Invariant(
        "published_differs",
        "A published row says what samples and pruning say of it.",
        _RERUN,
    ),
    Invariant(
        "unanswered_published",
        "Every privacy, safety and language model answered about a published row, or a person did.",
        _TELL,
    ),
)


def check_published(night: AuditedNight) -> Iterator[Finding]:
    """Yield published rows that should not be, are not as they should be, or lack."""
    published = night.published
    train, held_out = (night.tables[side].select("sample_id") for side in SIDES)
    both = train.join(held_out, on="sample_id", how="semi").unique()
    yield from find_rows("published_on_both_sides", "eval", both)
    for phase in Phase:
        kept = night.decided(phase, Outcome.KEEP)
        wrong = published.join(kept, on="sample_id", how="anti")
        if wrong.height:
            yield from find_rows("not_kept_published", wrong["side"][0], wrong, note=f"by {phase}")
            break  # what a phase dropped no later one kept
    drawn = night.decided(Phase.SAMPLING, Outcome.KEEP)
    lost = drawn.join(published, on="sample_id", how="anti")
    split = night.decided(Phase.SPLIT, Outcome.KEEP).select("sample_id", given="reason")
    for side in SIDES:
        mine = split.filter(pl.col("given") == side)
        own = lost.join(mine, on="sample_id", how="semi")
        yield from find_rows("kept_not_published", side, own)
    placed = published.join(split, on="sample_id", how="inner")
    yield from find_rows(
        "side_wrong", "decisions", placed.filter(pl.col("given") != pl.col("side"))
    )
    yield from _check_columns(night, published)
    yield from _check_answers(night, published)


def _check_columns(night: AuditedNight, published: pl.DataFrame) -> Iterator[Finding]:
    """Compare every column that two tables share, extra ones of the traffic too."""
    samples = night.tables["samples"]
    clusters = night.tables["pruning"].select("sample_id", "cluster_id")
    said = samples.join(clusters, on="sample_id", how="left")
    skipped = {"sample_id", "run_id", "ds"}
    columns = [c for c in said.columns if c in published.columns and c not in skipped]
    joined = published.join(said, on="sample_id", how="inner", suffix=":said")
    differs = {c: joined[c].ne_missing(joined[f"{c}:said"]) for c in columns}
    wrong = [name for name, flags in differs.items() if flags.any()]
    if wrong:
        bad = joined.filter(
            pl.DataFrame({c: differs[c] for c in wrong})
            .select(pl.any_horizontal(pl.all()))
            .to_series()
        )
        note = ", ".join(map(show_id, wrong))
        yield find_ids("published_differs", bad["side"][0], bad["sample_id"].to_list(), note)


def _check_answers(night: AuditedNight, published: pl.DataFrame) -> Iterator[Finding]:
    asked = published.join(night.approved, on="sample_id", how="anti")
    limits = night.limits
    models = () if limits.models is None else limits.models.privacy
    required = () if limits.safety is None else limits.safety.required
    good = pl.col("unsafe").is_between(0.0, 1.0) & pl.col("unsafe").is_not_nan()
    answers = {
        "privacy": (pl.col("findings").is_not_null(), tuple(models)),
        "safety": (good.fill_null(value=False), tuple(required)),
        "language": (pl.col("language").is_not_null(), ()),
    }
    for name, (answered, wanted) in answers.items():
        rows = night.tables[name].filter(answered)
        if wanted:
            rows = rows.filter(pl.col("model").is_in(wanted))
        counted = rows.group_by("sample_id").agg(models=pl.col("model").n_unique())
        full = counted.filter(pl.col("models") >= max(1, len(wanted)))
        bare = asked.join(full, on="sample_id", how="anti")
        yield from find_rows("unanswered_published", name, bare)
