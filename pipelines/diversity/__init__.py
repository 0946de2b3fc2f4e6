"""Phase II: embed distinct prompts, prune what is close, keep a proportion."""
