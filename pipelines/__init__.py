"""Nightly curation of conversation logs into training and evaluation tables."""
