"""Phase III: sides, and the constrained sample of each."""
