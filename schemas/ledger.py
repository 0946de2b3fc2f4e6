"""The account of a night: decisions, quarantine, review, constraints, runs (contract section 3)."""

import pyarrow as pa

from schemas.table import Table, column

DECISIONS = Table(
    name="decisions",
    version=1,
    key=("sample_id", "conversation_id", "phase"),
    columns=(
        column("sample_id", pa.string(), "null = quarantined, so never a sample", null=True),
        column("conversation_id", pa.string(), "null = the row had none, or is erased", null=True),
        column(
            "phase", pa.string(), "intake, privacy, safety, language, diversity, split, sampling"
        ),
        column(
            "outcome",
            pa.string(),
            "keep, drop, review; quarantine at intake only, where drop is erased",
        ),
        column("reason", pa.string(), "why; a code of pipelines.outcomes.Reason"),
        column("rule", pa.string(), "the setting that decided"),
        column("rule_fingerprint", pa.string(), "changes when the setting or a model does"),
    ),
)

QUARANTINE = Table(
    name="quarantine",
    version=1,
    key=(),
    columns=(
        column("conversation_id", pa.string(), "null = the row had none", null=True),
        column("reason", pa.string(), "the defect"),
        column("row", pa.string(), "the row as JSON, every text replaced by its length"),
    ),
)

REVIEW = Table(
    name="review",
    version=1,
    key=("sample_id",),
    columns=(
        column("sample_id", pa.string(), "the sample a person has to decide"),
        column("reason", pa.string(), "why it came here"),
        column(
            "scores",
            pa.map_(pa.string(), pa.float64()),
            "what the models said; null value = failed",
        ),
        column("status", pa.string(), "open, approved or rejected"),
        column("decided_at", pa.timestamp("us", "UTC"), "null = open", null=True),
        column("reviewer", pa.string(), "who decided; null = open", null=True),
    ),
)

CONSTRAINTS = Table(
    name="constraints",
    version=2,
    key=("side", "constraint", "value"),
    columns=(
        column("constraint", pa.string(), "its position from 0, and its text"),
        column("dimension", pa.string(), "the column it speaks of"),
        column("side", pa.string(), "train or eval"),
        column("value", pa.string(), "the value it bounds"),
        column("hard", pa.bool_(), "never relaxed"),
        column("required_min", pa.float64(), "share as written; null = open", null=True),
        column("required_max", pa.float64(), "share as written; null = open", null=True),
        column("achieved", pa.float64(), "share of the published rows"),
        column("pool", pa.int64(), "rows of this value in the pool"),
        column("met", pa.bool_(), "holds; soft: no miss"),
        column("binding", pa.bool_(), "one row more or less would break it"),
        column(
            "slack",
            pa.int64(),
            "rows to the nearer bound, negative = missed; null = open on both",
            null=True,
        ),
        column(
            "shadow_price",
            pa.float64(),
            "what one more row of the value adds to the total of maximise; null = nothing "
            "maximised",
            null=True,
        ),
    ),
)

RUNS = Table(
    name="runs",
    version=1,
    key=("run_id",),
    pinned=True,
    columns=(
        column("status", pa.string(), "published"),
        column("config", pa.string(), "the whole configuration, JSON"),
        column("config_hash", pa.string(), "sha-256 of it"),
        column("code_version", pa.string(), "version of this code"),
        column("train_version", pa.int64(), "Delta version of train that holds the night"),
        column("eval_version", pa.int64(), "Delta version of eval that holds the night"),
        column(
            "input_versions",
            pa.map_(pa.string(), pa.int64()),
            "Delta version per input; null = Parquet",
        ),
        column("model_revisions", pa.map_(pa.string(), pa.string()), "revision per model"),
        column(
            "counts",
            pa.map_(pa.string(), pa.int64()),
            "rows per phase.outcome; not_compared.NIGHT: its kept rows that were not; drift.KEY: "
            "what later nights are compared with, see pipelines.drift.profile",
        ),
        column("checks", pa.string(), "named checks with their evidence, JSON"),
        column("stages", pa.string(), "rows and seconds per stage, JSON"),
        column(
            "input_fingerprint",
            pa.string(),
            "digest (see fingerprint) of what Phase I saw: the rows of samples as sample_id, "
            "text_hash, user_key, character_id, locale, jtbd, round(quality * 1e9), and those of "
            "decisions of its phases as sample_id, conversation_id, phase, reason",
        ),
        column(
            "fingerprint",
            pa.string(),
            "digest of the published rows as sample_id, side, text_hash; equal runs, equal value. "
            "A row is its values one behind the other, each as its length in bytes of UTF-8, a "
            "colon and itself, null as a dash; its digest is the 128-bit BLAKE2b of that; the "
            "value is the sum of all, read big-endian, modulo 2^128 in 32 hex digits, a dash, and "
            "the number of rows. Empty, as input_fingerprint: rows of it were erased after "
            "another run had replaced it",
        ),
        column("started_at", pa.timestamp("us", "UTC"), "start of the run"),
        column("finished_at", pa.timestamp("us", "UTC"), "commit of the run"),
    ),
)

ERASURES = Table(
    name="erasures",
    version=2,
    key=("subject_key",),
    nightly=False,
    columns=(
        column("subject_key", pa.string(), "keyed hash of the subject, not its user_key"),
        column("kind", pa.string(), "user or conversation"),
        column("requested_at", pa.timestamp("us", "UTC"), "when erasure was asked for"),
        column("completed_at", pa.timestamp("us", "UTC"), "null = under way", null=True),
        column("rows", pa.map_(pa.string(), pa.int64()), "rows removed per table"),
        column("key_id", pa.string(), "tells which key made subject_key; says nothing of it"),
    ),
)
