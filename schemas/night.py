"""Tables that pass between the phases of a running night; they are staged, never published."""

import pyarrow as pa

from schemas.inputs import MESSAGE
from schemas.samples import SAMPLES
from schemas.sidecars import EMBEDDINGS, FINDING, PROMPT_SAFETY, PRUNING
from schemas.table import Column, Table, column

_MODEL = [("model", pa.string()), ("model_revision", pa.string())]
_FOUND = pa.list_(pa.struct([("entity_type", pa.string()), ("score", pa.float64())]))
_PRIVACY = pa.list_(pa.struct([*_MODEL, ("findings", pa.list_(FINDING))]))
_SAFETY = pa.list_(
    pa.struct([*_MODEL, ("unsafe", pa.float64()), ("labels", pa.map_(pa.string(), pa.float64()))])
)
_JUDGED = pa.list_(pa.struct([f for f in PROMPT_SAFETY.arrow if f.name != "text_hash"]))


def _of_samples(*names: str) -> tuple[Column, ...]:
    """Return columns of `samples`; each is null where the row is no conversation."""
    known = {own.name: own for own in SAMPLES.columns}
    absent = "; null too = the row is no conversation"
    return tuple(
        column(name, known[name].type, known[name].meaning + absent, null=True) for name in names
    )


FACTS = Table(
    name="facts",
    version=1,
    key=(),
    nightly=False,
    columns=(
        column("conversation_id", pa.string(), "of the input row; null = it had none", null=True),
        column(
            "defect", pa.string(), "why the row is no conversation; null = it is one", null=True
        ),
        column(
            "quarantined",
            pa.string(),
            "the defective row without its texts; null = none",
            null=True,
        ),
        *_of_samples(
            "sample_id", "turn_index", "user_key", "character_id", "locale", "language", "source"
        ),
        *_of_samples("model_version"),
        column(
            "started_at", pa.int64(), "start, Unix microseconds; null = no conversation", null=True
        ),
        *_of_samples("is_first_turn", "depth"),
        column("jtbd", pa.string(), "as upstream gives it; null = to be found", null=True),
        column(
            "quality", pa.float64(), "upstream's in [0, 1], else ours; null = it failed", null=True
        ),
        *_of_samples(
            "reward_count", "reward_variance", "best_reward", "reward_mean", "reward_model"
        ),
        *_of_samples("text_hash"),
        column("prompt", pa.string(), "the redacted prompt; null = not redacted", null=True),
        column(
            "messages", pa.list_(MESSAGE), "the redacted prefix; null = not redacted", null=True
        ),
        column(
            "found",
            _FOUND,
            "highest score per type of identifier; null = a model failed",
            null=True,
        ),
        column(
            "redacted", pa.bool_(), "a second scan found nothing; null = no conversation", null=True
        ),
        column(
            "privacy",
            _PRIVACY,
            "what each privacy model found; null findings = it failed",
            null=True,
        ),
        column("safety", _SAFETY, "what each safety layer said; null = it failed", null=True),
        column("identified", pa.string(), "language of the prompt; null = it failed", null=True),
        column(
            "confidence", pa.float64(), "of that answer, in [0, 1]; null = it failed", null=True
        ),
        column(
            "romanised",
            pa.bool_(),
            "in Latin letters, not its own script; null = it failed",
            null=True,
        ),
        column("mixed", pa.bool_(), "more than one language; null = it failed", null=True),
        column("content", pa.string(), "sha-256 of the input row: equal content has equal facts"),
        column(
            "cleared",
            pa.list_(pa.string()),
            "columns made null for an identifier; null = none",
            null=True,
        ),
    ),
)
"""One row per input row; then `extra`, a struct of the traffic's own columns."""

ENCODED = Table(
    name="encoded",
    version=1,
    key=("text_hash",),
    nightly=False,
    columns=(
        *EMBEDDINGS.columns,
        column(
            "judged", _JUDGED, "what each safety layer on the encoder's pass says of the prompt"
        ),
    ),
)
"""Distinct prompts that the encoder had no vector of before this run."""

READINGS = Table(
    name="readings",
    version=1,
    key=("text_hash",),
    nightly=False,
    columns=(
        column("text_hash", pa.string(), "of a distinct prompt of the night"),
        column(
            "model",
            pa.string(),
            "the encoder that compares it; null = not known in time",
            null=True,
        ),
        column(
            "embedding", pa.list_(pa.float32()), "of an unread prompt; null = it is read", null=True
        ),
    ),
)

LEVELS = Table(
    name="levels",
    version=1,
    key=("sample_id",),
    nightly=False,
    columns=(
        column("sample_id", pa.string(), "a sample of the night"),
        column(
            "difficulty", pa.string(), "low, medium, high or unknown, by the spread of its rewards"
        ),
        column("hardness", pa.string(), "easy, hard, noisy or unknown"),
    ),
)

DECIDED = Table(
    name="decided",
    version=1,
    key=("sample_id", "conversation_id", "phase"),
    nightly=False,
    columns=(
        column("sample_id", pa.string(), "null = quarantined", null=True),
        column("conversation_id", pa.string(), "null = the row had none", null=True),
        column("phase", pa.string(), "as in pipelines.outcomes.Phase"),
        column("outcome", pa.string(), "keep, drop, review or quarantine"),
        column("reason", pa.string(), "a code of pipelines.outcomes.Reason"),
    ),
)
"""The ledger of the running night: each phase adds its decisions to it."""

VECTORS = Table(
    name="vectors",
    version=1,
    key=("text_hash",),
    nightly=False,
    columns=EMBEDDINGS.columns,
)
"""The vector by which each distinct prompt of the night is compared."""

PROMPT_SCORES = Table(
    name="prompt_scores",
    version=1,
    key=PROMPT_SAFETY.key,
    nightly=False,
    columns=PROMPT_SAFETY.columns,
)
"""What the layers that read the encoder's pass say of the night's prompts."""

CANDIDATES = Table(
    name="candidates",
    version=1,
    key=("sample_id",),
    nightly=False,
    columns=(
        column("sample_id", pa.string(), "a sample that Phase I kept, whose prompt has a vector"),
        column("text_hash", pa.string(), "sha-256 of its redacted prompt"),
        column("priority", pa.float64(), "who is visited first; null = last", null=True),
        column("stratum", pa.string(), "of pruning.keep_at_least; null is one too", null=True),
        column("model", pa.string(), "whose vector it is"),
        column("embedding", pa.list_(pa.float32()), "the vector of its prompt"),
    ),
)

NEAREST_KEPT = Table(
    name="nearest_kept",
    version=1,
    key=(),
    nightly=False,
    columns=(
        column("text_hash", pa.string(), "of a prompt of the night"),
        column(
            "similarity",
            pa.float64(),
            "cosine to the nearest kept row of the earlier nights that one task read; null = none",
            null=True,
        ),
        column("witness_id", pa.string(), "that row; null = none", null=True),
        column("witness_ds", pa.string(), "its night; null = none", null=True),
        column("witness_hash", pa.string(), "sha-256 of its prompt; null = none", null=True),
        column(
            "sides",
            pa.list_(pa.string()),
            "sides of kept rows of later nights or before the window, at the cut or above",
        ),
    ),
)
"""What one task found: the prompts of one file of `candidates` against some files of the index."""

PRUNED = Table(
    name="pruned",
    version=1,
    key=("sample_id",),
    nightly=False,
    columns=(
        *PRUNING.columns,
        column(
            "sides",
            pa.list_(pa.string()),
            "sides of kept rows of other nights that it is near, though the rule does not compare"
            " it with them; null = none",
            null=True,
        ),
    ),
)

SIDED = Table(
    name="sided",
    version=1,
    key=("sample_id",),
    nightly=False,
    columns=(
        column("sample_id", pa.string(), "a sample that has a side"),
        column("text_hash", pa.string(), "sha-256 of its redacted prompt"),
        column("side", pa.string(), "train or eval"),
        column("model", pa.string(), "whose vector it is"),
        column("embedding", pa.list_(pa.float32()), "the vector of its prompt"),
    ),
)

ACROSS = Table(
    name="across",
    version=1,
    key=(),
    nightly=False,
    columns=(
        column("sample_id", pa.string(), "a sample that has a side"),
        column("model", pa.string(), "whose vectors were compared"),
        column(
            "similarity",
            pa.float64(),
            "cosine to the nearest row that other nights published on the other side, of those that"
            " one task read; rows far from all are not told",
        ),
    ),
)

RECHECKED = Table(
    name="rechecked",
    version=1,
    key=("sample_id",),
    nightly=False,
    columns=(
        column("sample_id", pa.string(), "a sample that reached Phase II"),
        column("kept", pa.bool_(), "as `pruning` says"),
        column("reason", pa.string(), "as `pruning` says"),
        column("witness_id", pa.string(), "as `pruning` says; null = none", null=True),
        column("witness_ds", pa.string(), "as `pruning` says; null = none", null=True),
        column("similarity", pa.float64(), "as `pruning` says; null = none", null=True),
        column("compares_kept", pa.bool_(), "it is compared with all kept rows of earlier nights"),
        column("side", pa.string(), "train or eval; null = not published", null=True),
        column("model", pa.string(), "whose vector it is"),
        column("embedding", pa.list_(pa.float32()), "the vector of its prompt"),
    ),
)
"""The answers of Phase II and the sides, with the vectors from which they are counted again."""

EARLIER = Table(
    name="earlier",
    version=1,
    key=(),
    nightly=False,
    columns=(
        column("sample_id", pa.string(), "a sample that reached Phase II"),
        column(
            "best",
            pa.float32(),
            "of a dropped row, cosine to the nearest kept row of earlier nights that a task read; "
            "null = not asked",
            null=True,
        ),
        column("near", pa.int64(), "of a kept row, how many of them are at the cut or above"),
        column(
            "witness",
            pa.float64(),
            "exact cosine to its witness, where that is one of them; null = it is not",
            null=True,
        ),
        column(
            "across",
            pa.float64(),
            "of a published row, as `across` says, in a row of its own; null = not told",
            null=True,
        ),
    ),
)
"""What one task counted again, against some files of the index."""

SIDES = Table(
    name="sides",
    version=1,
    key=("sample_id",),
    nightly=False,
    columns=(
        column("sample_id", pa.string(), "a sample that Phase II kept"),
        column("reason", pa.string(), "train, eval, or why it is on neither side"),
        column(
            "is_large", pa.bool_(), "in train, as its component has more users than eval may hold"
        ),
    ),
)

DRAWN = Table(
    name="drawn",
    version=1,
    key=("sample_id",),
    nightly=False,
    columns=(
        column("sample_id", pa.string(), "a sample that is published"),
        column("side", pa.string(), "train or eval"),
        column(
            "weight",
            pa.float64(),
            "mean 1; restores the traffic's shares of the matched dimensions",
        ),
    ),
)
