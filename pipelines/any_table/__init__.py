"""Single phases on any table: score, prune, sample."""
