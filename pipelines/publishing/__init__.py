"""The account of a night: reconciliation and gates."""
