"""Demo traffic with known truth."""
