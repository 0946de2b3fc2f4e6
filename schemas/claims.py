"""Who holds a warehouse: one row, replaced by each step of a run."""

import pyarrow as pa

from schemas.table import Table, column

_TEXT, _WHEN = pa.string(), pa.timestamp("us", "UTC")

FENCE = "curation"
"""The application under whose transaction numbers a run that holds a claim writes to the tables."""
WRITES_PER_EPOCH = 1_000_000
"""A write's number is its epoch, times this, plus how many writes came before it."""

CLAIMS = Table(
    name="_claims",
    version=1,
    key=(),
    nightly=False,
    columns=(
        column("epoch", pa.int64(), "fencing number: one more with every claim"),
        column("run_id", _TEXT, "the run that claimed"),
        column("ds", _TEXT, "its night; empty where it writes no night"),
        column(
            "status", _TEXT, "claimed, publishing, published, undone, released, or released early"
        ),
        column("host", _TEXT, "where it runs"),
        column("process", pa.int64(), "its process there"),
        column("since", _WHEN, "when it claimed, by its own clock"),
        column("at", _WHEN, "when it wrote this row, by its own clock"),
        column("lease_seconds", pa.float64(), "so long after `at` it counts as alive"),
        column("intent_run_id", _TEXT, "the run whose publication is open; null = none", null=True),
        column("intent_ds", _TEXT, "the night of that run; null = none", null=True),
        column("tables", pa.list_(_TEXT), "what it publishes, in order; null = nothing", null=True),
        column(
            "versions_before",
            pa.list_(pa.int64()),
            "version of each table before; null = none",
            null=True,
        ),
    ),
)
