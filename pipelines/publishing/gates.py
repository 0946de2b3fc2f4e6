"""The contract's "always true" list, counted on a staged night before anything is published.

Every gate is one pass over ids and numbers. What needs vectors is checked where they are, on the
executors. Source: contract section 3.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from pipelines.checks import Check
from pipelines.identity import fingerprint_rows
from pipelines.outcomes import Outcome, Phase
from pipelines.wording import be, format_count

SIDES = ("train", "eval")
_ROWS_AT_ONCE = 100_000


@dataclass(frozen=True, slots=True)
class NightFrames:
    """The staged tables of a night, lazy, and what other nights published.

    Args:
        samples, decisions, privacy, safety, language, quarantine, review, constraints, train, eval:
            as staged, with the contract's columns.
        others: `conversation_id`, `user_key`, `text_hash`, `side` of the rows that other nights
            published.
    """

    samples: pl.LazyFrame
    decisions: pl.LazyFrame
    privacy: pl.LazyFrame
    safety: pl.LazyFrame
    language: pl.LazyFrame
    quarantine: pl.LazyFrame
    review: pl.LazyFrame
    constraints: pl.LazyFrame
    train: pl.LazyFrame
    eval: pl.LazyFrame
    others: pl.LazyFrame

    def published(self, *columns: str) -> pl.LazyFrame:
        """Return columns of train and eval with their `side`."""
        parts = zip(SIDES, (self.train, self.eval), strict=True)
        return pl.concat([rows.select(*columns, side=pl.lit(side)) for side, rows in parts])


@dataclass(frozen=True, slots=True)
class GateLimits:
    """What a run asked for, and the limits beyond which a night is refused.

    Args:
        rows_in: rows of the input.
        sizes: side → rows that its block asked for.
        max_quarantine_share, max_null_share: of the input, of the samples.
        privacy_models: how many must answer.
        safety_models: those that must answer.
    """

    rows_in: int
    sizes: Mapping[str, int]
    max_quarantine_share: float
    max_null_share: float
    privacy_models: int
    safety_models: Sequence[str]


def check_frames(night: NightFrames, limits: GateLimits) -> list[Check]:
    """Return every gate that needs only ids and numbers, in the order of the contract's list."""
    return [
        _quarantine_share(night, limits),
        _scorers_answered(night, limits),
        _only_kept(night),
        _models_answered(night, limits),
        _sides_apart(night),
        *_constraints_met(night, limits),
    ]


def fingerprint_frames(night: NightFrames) -> tuple[str, str]:
    """Return a digest of what Phase I saw and one of what is published, whatever the order of rows.

    Both are `fingerprint_rows` of each row's columns; `schemas/ledger.py` says which, and how a row
    is written. A library's own hash would change with its version, and with it what `runs` holds.
    """
    billionths = (pl.col("quality") * 1e9).round().cast(pl.Int64, strict=False)
    seen = night.samples.select(
        _write_row(
            "sample_id", "text_hash", "user_key", "character_id", "locale", "jtbd", billionths
        )
    )
    phase_one = pl.col("phase").is_in([Phase.INTAKE, Phase.PRIVACY, Phase.SAFETY, Phase.LANGUAGE])
    said = night.decisions.filter(phase_one).select(
        _write_row("sample_id", "conversation_id", "phase", "reason")
    )
    published = night.published("sample_id", "text_hash").select(
        _write_row("sample_id", "side", "text_hash")
    )
    return _digest(pl.concat([seen, said])), _digest(published)


def _write_row(*columns: str | pl.Expr) -> pl.Expr:
    """Return a row as one text that no other row has: each value after its length in bytes."""
    values = (pl.col(c) if isinstance(c, str) else c for c in columns)
    texts = (value.cast(pl.String) for value in values)
    parts = (pl.format("{}:{}", text.str.len_bytes(), text).fill_null("-") for text in texts)
    return pl.concat_str(list(parts)).alias("row")


def _digest(rows: pl.LazyFrame) -> str:
    """Return `fingerprint_rows` of a column of texts that are never in memory together."""
    batches = rows.collect_batches(chunk_size=_ROWS_AT_ONCE, maintain_order=False)
    return fingerprint_rows(row for batch in batches for row in batch["row"].to_list())


def count_rows(rows: pl.LazyFrame) -> int:
    """Return how many rows there are, without loading them."""
    return int(rows.select(pl.len()).collect(engine="streaming").item())


def _quarantine_share(night: NightFrames, limits: GateLimits) -> Check:
    bad, most = count_rows(night.quarantine), limits.max_quarantine_share
    share = bad / max(1, limits.rows_in)
    promise = "most rows of a night can be read as conversations"
    evidence = (
        f"{bad} of {format_count(limits.rows_in, 'row')} {be(bad)} in quarantine, a share of "
        f"{share:.4f}; gates.max_quarantine_share allows {most}"
    )
    return Check("quarantine_share", promise, share <= most, evidence)


def _scorers_answered(night: NightFrames, limits: GateLimits) -> Check:
    columns = ("jtbd", "quality")
    counted = night.samples.select(
        pl.len().alias("rows"), *(pl.col(c).null_count() for c in columns)
    )
    row = counted.collect(engine="streaming").row(0, named=True)
    most = limits.max_null_share * max(1, row["rows"])
    without = {name: row[name] for name in columns}
    return Check(
        "scorers_answered",
        "jtbd and quality that upstream leaves null are filled",
        max(without.values()) <= most,
        f"of {format_count(row['rows'], 'sample')} {without['jtbd']} have no jtbd and "
        f"{without['quality']} no quality; gates.max_null_share allows {most:.0f} of each",
    )


def _only_kept(night: NightFrames) -> Check:
    published = night.published("sample_id")
    kept = night.decisions.filter(pl.col("outcome") == Outcome.KEEP).join(
        published, on="sample_id", how="semi"
    )
    phases = kept.group_by("sample_id").agg(phases=pl.col("phase").n_unique())
    through = phases.filter(pl.col("phases") == len(Phase))
    wrong = count_rows(published.join(through, on="sample_id", how="anti"))
    open_ = night.review.filter(pl.col("status").ne_missing("approved"))
    waiting = count_rows(published.join(open_, on="sample_id", how="semi"))
    twice = count_rows(published) - count_rows(published.select("sample_id").unique())
    promise = "nothing that a phase did not keep, and nothing still in review, is in train or eval"
    evidence = (
        f"{format_count(wrong, 'published row')} without a keep of every phase, {waiting} still in "
        f"review, {twice} published twice"
    )
    return Check("only_kept_is_published", promise, not (wrong or waiting or twice), evidence)


def _models_answered(night: NightFrames, limits: GateLimits) -> Check:
    published = night.published("sample_id").select("sample_id")
    required = list(dict.fromkeys(limits.safety_models))
    scored = night.safety.filter(
        pl.col("model").is_in(required)
        & pl.col("unsafe").is_between(0.0, 1.0)
        & pl.col("unsafe").is_not_nan()
    )
    answers = {
        "privacy": (night.privacy.filter(pl.col("findings").is_not_null()), limits.privacy_models),
        "safety": (scored, len(required)),
        "language": (night.language.filter(pl.col("language").is_not_null()), 1),
    }
    full = {
        name: count_rows(published.join(_answered_by(rows, models), on="sample_id", how="semi"))
        for name, (rows, models) in answers.items()
    }
    rows = count_rows(published)
    approved = count_rows(
        published.join(
            night.review.filter(pl.col("status") == "approved"), on="sample_id", how="semi"
        )
    )
    return Check(
        "models_answered",
        "a missing, failed or NaN answer of a model never passes",
        all(rows - approved <= answered <= rows for answered in full.values()),
        f"of {format_count(rows, 'published row')} {_format_counts(full)} answered; {approved} "
        "approved by a person",
    )


def _format_counts(counts: Mapping[str, int]) -> str:
    """Return counts by their names: `train 90, eval 10`."""
    return ", ".join(f"{name} {count}" for name, count in counts.items())


def _answered_by(answers: pl.LazyFrame, models: int) -> pl.LazyFrame:
    counted = (
        answers.select("sample_id", "model").group_by("sample_id").agg(pl.col("model").n_unique())
    )
    return counted.filter(pl.col("model") == models)


def _sides_apart(night: NightFrames) -> Check:
    columns = ("user_key", "conversation_id", "text_hash")
    own = night.published(*columns).select(*columns, "side")
    both = {}
    for column in columns:
        here = own.select(column, "side")
        past = night.others.select(column, "side").join(here, on=column, how="semi")
        sides = pl.concat([here, past]).group_by(column).agg(pl.col("side").n_unique())
        both[column] = count_rows(sides.filter(pl.col("side") > 1))
    promise = "no user, conversation or text is on both sides, this night or any night before"
    return Check(
        "sides_apart", promise, not any(both.values()), f"on both sides: {_format_counts(both)}"
    )


def _constraints_met(night: NightFrames, limits: GateLimits) -> list[Check]:
    bounds = night.constraints.select(
        pl.col("hard").fill_null(value=True), pl.col("met").fill_null(value=False)
    )
    rows = bounds.collect(engine="streaming")
    hard, soft = rows.filter("hard"), rows.filter(~pl.col("hard"))
    broken, missed = hard.filter(~pl.col("met")).height, soft.filter(~pl.col("met")).height
    sizes = {"train": count_rows(night.train), "eval": count_rows(night.eval)}
    return [
        Check(
            "hard_constraints_met",
            "every hard constraint holds on the rows of its side",
            not broken,
            f"{format_count(hard.height, 'hard bound')}, {broken} not met; "
            f"{format_count(missed, 'soft one')} missed",
        ),
        Check(
            "sizes_exact",
            "each side has exactly the rows its block asks for",
            sizes == dict(limits.sizes),
            f"published {_format_counts(sizes)}; asked for {_format_counts(limits.sizes)}",
        ),
    ]
