"""Facts about samples: what models answered, what pruning found (contract section 3)."""

import pyarrow as pa

from schemas.table import Table, column

FINDING = pa.struct(
    [
        ("message_index", pa.int32()),
        ("entity_type", pa.string()),
        ("start", pa.int32()),
        ("end", pa.int32()),
        ("score", pa.float32()),
    ]
)

_MODEL = (
    column("sample_id", pa.string(), "the sample that was scored"),
    column("model", pa.string(), "scorer, as named in conf/models.yaml"),
    column("model_revision", pa.string(), "pinned revision; never 'latest'"),
)

PRIVACY = Table(
    name="privacy",
    version=1,
    key=("sample_id", "model"),
    columns=(
        *_MODEL,
        column(
            "findings",
            pa.list_(FINDING),
            "code-point offsets into a message; the index behind the last message of the "
            "conversation is the character's instructions; empty = none found; null = the model "
            "failed",
            null=True,
        ),
    ),
)

SAFETY = Table(
    name="safety",
    version=1,
    key=("sample_id", "model"),
    columns=(
        *_MODEL,
        column(
            "unsafe",
            pa.float64(),
            "worst of the sample's texts, in [0, 1]; null = it failed",
            null=True,
        ),
        column(
            "labels",
            pa.map_(pa.string(), pa.float64()),
            "worst per label; null = it failed",
            null=True,
        ),
    ),
)

LANGUAGE = Table(
    name="language",
    version=3,
    key=("sample_id", "model"),
    columns=(
        *_MODEL,
        column("language", pa.string(), "ISO 639-1, und = uncertain; null = it failed", null=True),
        column("confidence", pa.float64(), "in [0, 1]; null = it failed", null=True),
        column(
            "romanised",
            pa.bool_(),
            "in Latin letters, not its own script; null = it failed",
            null=True,
        ),
        column("mixed", pa.bool_(), "more than one language; null = it failed", null=True),
        column(
            "declared_language",
            pa.string(),
            "match or mismatch with what the client declared; unknown (null too) = one of them "
            "says nothing",
            null=True,
        ),
        column(
            "script",
            pa.string(),
            "that most of the prompt is written in, as Unicode names it, or emoji, no letters, "
            "other; null = no prompt, or a night of an earlier version",
            null=True,
        ),
    ),
)

EMBEDDINGS = Table(
    name="embeddings",
    version=1,
    key=("text_hash", "model", "model_revision"),
    nightly=False,
    columns=(
        column("text_hash", pa.string(), "sha-256 of the redacted prompt"),
        column("model", pa.string(), "encoder, as named in conf/models.yaml"),
        column(
            "model_revision",
            pa.string(),
            "content hash of the encoder and its precision; of models.unread also of the"
            " encoder that cannot read the prompt, and of the rule by which it cannot",
        ),
        column(
            "embedding", pa.list_(pa.float32()), "unit length; each model has a length of its own"
        ),
    ),
)

PROMPT_SAFETY = Table(
    name="prompt_safety",
    version=1,
    key=("text_hash", "model", "model_revision"),
    nightly=False,
    columns=(
        column("text_hash", pa.string(), "sha-256 of the redacted prompt"),
        column(
            "model",
            pa.string(),
            "a safety layer that reads the encoder's pass, as in conf/models.yaml",
        ),
        column("model_revision", pa.string(), "content hash of the layer and of its code"),
        column("unsafe", pa.float64(), "in [0, 1]"),
        column("labels", pa.map_(pa.string(), pa.float64()), "in [0, 1] per label"),
    ),
)

PRUNING = Table(
    name="pruning",
    version=3,
    key=("sample_id",),
    columns=(
        column("sample_id", pa.string(), "a sample that reached Phase II"),
        column("text_hash", pa.string(), "sha-256 of its redacted prompt"),
        column(
            "model",
            pa.string(),
            "whose vectors compared it, as named in conf/models.yaml: models.encoder, or "
            "models.unread where that cannot read it; null = of a night before version 2, which "
            "had the first alone",
            null=True,
        ),
        column("cluster_id", pa.string(), "cluster; its id goes on over nights"),
        column("kept", pa.bool_(), "kept by Phase II"),
        column("reason", pa.string(), "leader, near_duplicate or budget"),
        column(
            "witness_id",
            pa.string(),
            "kept row of its model nearest to a dropped one; null = kept, or its model kept none, "
            "or the witness was erased since, where similarity stays",
            null=True,
        ),
        column("witness_ds", pa.string(), "night of the witness; null = it has none", null=True),
        column("similarity", pa.float64(), "cosine to the witness; null = it has none", null=True),
        column("novelty", pa.float64(), "1 - cosine to the nearest kept row visited earlier"),
        column(
            "witness_hash",
            pa.string(),
            "sha-256 of the witness's prompt; null = none, or of a night before version 3",
            null=True,
        ),
    ),
)

CLUSTERS = Table(
    name="clusters",
    version=1,
    key=("cluster_id",),
    columns=(
        column("cluster_id", pa.string(), "cluster of prompts; its id goes on over nights"),
        column(
            "name",
            pa.string(),
            "words that its users share and others do not; null = none",
            null=True,
        ),
        column(
            "name_users",
            pa.int64(),
            "fewest users who wrote one of these words; null = no name",
            null=True,
        ),
        column("rows", pa.int64(), "samples of the night that reached Phase II"),
        column("kept", pa.int64(), "of these, kept by Phase II"),
        column("users", pa.int64(), "users who wrote them"),
        column("first_ds", pa.string(), "first night that has the cluster"),
    ),
)
