"""Phase I: facts about privacy, safety and language, then policy."""
