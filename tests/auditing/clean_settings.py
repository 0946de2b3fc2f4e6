"""The settings of the clean warehouse."""

from datetime import UTC, datetime

from pipelines.config import NightPruneSettings, RunConfig
from pipelines.sampling.constraints import parse_block

KEY = b"0123456789abcdef"
FIRST = datetime(2026, 1, 1, tzinfo=UTC)
ROWS, CLUSTERS_N, WIDTH = 60, 4, 16
SAFETY_MODELS = ("critical_rules", "fasttext_safety", "encoder_head")
REVISIONS = dict.fromkeys(
    ("rules", "ner", *SAFETY_MODELS, "language", "e5", "char_ngrams", "quality"), "r1"
)
CONFIG = RunConfig(
    pruning=NightPruneSettings(retain=0.7, cut=0.95, unread_cut=0.9),
    sampling=parse_block(
        {
            "size": 0.7,
            "constraints": [
                {"dimension": "is_first_turn", "equals": True, "at_least": 0.1},
                {"dimension": "character_id", "each_at_most": 0.9},
                {"dimension": "locale", "match": "traffic", "tolerance": 0.1, "soft": True},
                {"dimension": "difficulty", "shares": {"low": 0.5, "high": 0.2}, "soft": True},
            ],
            "maximise": "quality",
        }
    ),
    evaluation=parse_block({"size": 0.8, "constraints": [
        {"dimension": "locale", "match": "traffic", "tolerance": 0.2, "soft": True}]}),
)  # fmt: skip
