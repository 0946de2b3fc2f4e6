"""Intake: raw traffic becomes samples, or goes to quarantine."""
