"""Columns of the three demo tables, as the data contract names them (sections 1 and 4)."""

import pyarrow as pa

TIME = pa.timestamp("us", tz="UTC")
MESSAGES = pa.list_(
    pa.struct(
        [
            pa.field("role", pa.string()),
            pa.field("content", pa.string()),
            pa.field("created_at", TIME),
        ]
    )
)
SIGNALS = pa.struct(
    [
        pa.field("continued", pa.bool_()),
        pa.field("love", pa.bool_()),
        pa.field("thumb_up", pa.bool_()),
        pa.field("thumb_down", pa.bool_()),
        pa.field("feedback", pa.string()),
    ]
)
TRAFFIC = pa.schema(
    [
        pa.field("conversation_id", pa.string()),
        pa.field("user_id", pa.string()),
        pa.field("character_id", pa.string()),
        pa.field("character_name", pa.string()),
        pa.field("character_instructions", pa.string()),
        pa.field("locale", pa.string()),
        pa.field("language", pa.string()),
        pa.field("source", pa.string()),
        pa.field("model_version", pa.string()),
        pa.field("started_at", TIME),
        pa.field("messages", MESSAGES),
        pa.field("jtbd", pa.string()),
        pa.field("quality", pa.float64()),
        pa.field("signals", SIGNALS),
    ]
)
SCORES = pa.schema(
    [
        pa.field("conversation_id", pa.string()),
        pa.field("turn_index", pa.int32()),
        pa.field("response_id", pa.string()),
        pa.field("policy_version", pa.string()),
        pa.field("response", pa.string()),
        pa.field("rm_version", pa.string()),
        pa.field("score", pa.float64()),
    ]
)
TRUTH = pa.schema(
    [
        pa.field("conversation_id", pa.string()),
        pa.field("kind", pa.string()),
        pa.field("value", pa.string()),
        pa.field("of", pa.string()),
    ]
)
