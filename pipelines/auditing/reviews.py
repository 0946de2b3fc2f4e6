"""What waits for a person is not published; what a person decided has its effect."""

from collections.abc import Iterator

import polars as pl

from pipelines.auditing.findings import Finding, Invariant, find_rows
from pipelines.auditing.night import AuditedNight
from pipelines.outcomes import Outcome, Phase, Reason

_RERUN = "Run the night again by jobs/curate.py."
_UNHEARD = (Reason.PRIVACY_UNSCORED.value, Reason.NOT_EMBEDDED.value)
"""Reasons that an approval does not change: there is no redacted text, or no vector."""

INVARIANTS = (
    Invariant(
        "review_published",
        "Nothing whose review is open or rejected is in train or eval.",
        "Run the night again by jobs/curate.py; who has read the row must be told.",
    ),
    Invariant("review_lost", "Every sample that was sent to review stands there.", _RERUN),
    Invariant("review_stray", "No open review is of a sample that no phase sent there.", _RERUN),
    Invariant(
        "review_unheard",
        "A decision that was there when the run began has its effect.",
        "Run the night again by jobs/curate.py: it hears what people decided.",
    ),
    Invariant(
        "review_unsigned",
        "A review that a person decided has reviewer and time, an open one neither.",
        "Import the decision again by jobs/review.py.",
    ),
    Invariant(
        "approval_unknown",
        "Nothing passes as approved that no person approved.",
        "Run the night again by jobs/curate.py.",
    ),
)


def check_reviews(night: AuditedNight) -> Iterator[Finding]:
    """Yield what breaks a promise about reviews."""
    review, published = night.tables["review"], night.published
    barred = review.filter(pl.col("status").ne_missing("approved"))
    out = published.join(barred, on="sample_id", how="semi")
    yield from find_rows("review_published", "review", out.unique("sample_id"))
    asked = night.tables["decisions"].filter(pl.col("outcome") == Outcome.REVIEW)
    yield from find_rows("review_lost", "review", asked.join(review, on="sample_id", how="anti"))
    is_open = pl.col("status") == "open"
    stray = review.filter(is_open).join(asked, on="sample_id", how="anti")
    yield from find_rows("review_stray", "review", stray)
    decided = review.filter(~is_open)
    heard = decided.filter(pl.col("decided_at") < night.run["started_at"])
    still = asked.filter(~pl.col("reason").is_in(_UNHEARD) & (pl.col("phase") != Phase.DIVERSITY))
    yield from find_rows("review_unheard", "review", still.join(heard, on="sample_id", how="semi"))
    signed = pl.col("decided_at").is_not_null() & pl.col("reviewer").is_not_null()
    nobody = pl.col("decided_at").is_null() & pl.col("reviewer").is_null()
    unsigned = review.filter(~pl.when(is_open).then(nobody).otherwise(signed))
    yield from find_rows("review_unsigned", "review", unsigned)
    for reason, status in ((Reason.APPROVED, "approved"), (Reason.REJECTED, "rejected")):
        claimed = night.tables["decisions"].filter(pl.col("reason") == reason.value)
        known = review.filter(pl.col("status") == status)
        bare = claimed.join(known, on="sample_id", how="anti").unique("sample_id")
        yield from find_rows("approval_unknown", "decisions", bare, note=reason.value)
