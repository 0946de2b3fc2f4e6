"""Identifiers in text: found by rules and a model, redacted, decided on."""
