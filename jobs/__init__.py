"""Command-line jobs: parse, open, compose, exit code."""
