"""Single phases on a table of anybody's: score, prune, sample."""
