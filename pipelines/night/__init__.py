"""A night as a flow of named tables: its phases, its plan, its publication."""
