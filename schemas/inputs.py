"""The inputs: traffic and reward scores (contract section 1)."""

import pyarrow as pa

from schemas.table import Table, column

MESSAGE = pa.struct([("role", pa.string()), ("content", pa.string())])
SIGNALS = pa.struct(
    [
        ("continued", pa.bool_()),
        ("love", pa.bool_()),
        ("thumb_up", pa.bool_()),
        ("thumb_down", pa.bool_()),
        ("feedback", pa.string()),
    ]
)

TRAFFIC = Table(
    name="traffic",
    version=1,
    key=("conversation_id",),
    nightly=False,
    columns=(
        column("conversation_id", pa.string(), "unique in one night's input"),
        column("user_id", pa.string(), "raw identifier; leaves intake only as user_key"),
        column("character_id", pa.string(), "the character that answered"),
        column("character_name", pa.string(), "name shown; null = unknown", null=True),
        column(
            "character_instructions",
            pa.string(),
            "persona shown to the model; null = none",
            null=True,
        ),
        column("locale", pa.string(), "BCP-47, e.g. hi-IN; null = unknown", null=True),
        column(
            "language",
            pa.string(),
            "what the client declared, ISO 639-1; null = nothing",
            null=True,
        ),
        column("source", pa.string(), "user or internal"),
        column("model_version", pa.string(), "the chat model; null = unknown", null=True),
        column("started_at", pa.timestamp("us", "UTC"), "start of the conversation"),
        column("messages", pa.list_(MESSAGE), "roles system, user, assistant, in order"),
        column("jtbd", pa.string(), "job-to-be-done label; null = upstream has none", null=True),
        column(
            "quality", pa.float64(), "prompt quality in [0, 1]; null = upstream has none", null=True
        ),
        column(
            "signals", SIGNALS, "user signals on the last response, §2.3.2; null = none", null=True
        ),
    ),
)

SCORES = Table(
    name="scores",
    version=1,
    key=("conversation_id", "turn_index", "response_id", "rm_version"),
    nightly=False,
    columns=(
        column("conversation_id", pa.string(), "the conversation that was answered"),
        column("turn_index", pa.int32(), "0-based index of the user turn that is answered"),
        column("response_id", pa.string(), "the response"),
        column("policy_version", pa.string(), "the model that wrote the response"),
        column("response", pa.string(), "its text; null = not kept", null=True),
        column("rm_version", pa.string(), "the reward model"),
        column("score", pa.float64(), "null or NaN = the reward model failed", null=True),
    ),
)
