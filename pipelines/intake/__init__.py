"""Intake: raw traffic becomes samples, or quarantine."""
