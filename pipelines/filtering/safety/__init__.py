"""Harm in text: rules, fastText, a head on the encoder; how disguises are read; the policy."""
