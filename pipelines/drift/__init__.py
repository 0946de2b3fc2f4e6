"""Drift: whether a night is as the nights before it, told from counts alone."""
