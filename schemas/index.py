"""The index of what earlier nights kept: the only tables through which a night looks back."""

import pyarrow as pa

from schemas.table import Table, column

REPRESENTATIVES = Table(
    name="representatives",
    version=1,
    key=("sample_id",),
    columns=(
        column("sample_id", pa.string(), "a sample that Phase II kept"),
        column("text_hash", pa.string(), "sha-256 of its redacted prompt"),
        column("model", pa.string(), "whose vector compares it, as named in conf/models.yaml"),
        column(
            "model_revision", pa.string(), "of that model, as in `embeddings`; empty = no vector"
        ),
        column("cluster_id", pa.string(), "cluster of the prompt"),
        column("user_key", pa.string(), "keyed hash of the user"),
        column("conversation_id", pa.string(), "the conversation"),
        column("side", pa.string(), "train or eval, by the split; null = neither", null=True),
        column("published", pa.bool_(), "it stands in the table of its side"),
        column(
            "word_runs",
            pa.list_(pa.int64()),
            "hashes of the runs of words of its prompt; null = not published",
            null=True,
        ),
        column("run_words", pa.int32(), "words in such a run: split.shared_words"),
        column(
            "embedding",
            pa.list_(pa.float32()),
            "its vector, of unit length; null = there is none of the revision of its time",
            null=True,
        ),
    ),
)

CENTROIDS = Table(
    name="centroids",
    version=1,
    key=("model", "cluster_id"),
    columns=(
        column("model", pa.string(), "whose vectors the cluster holds"),
        column("model_revision", pa.string(), "of that model, as in `embeddings`"),
        column("cluster_id", pa.string(), "cluster of prompts; its id goes on over nights"),
        column("first_ds", pa.string(), "first night that has the cluster"),
        column("rows", pa.int64(), "kept rows of this night and those before it, of this revision"),
        column("sum", pa.list_(pa.float64()), "of the unit vectors of these rows; empty = none"),
    ),
)
"""A night's clusters and those of all nights before: the next night goes on from the newest."""
