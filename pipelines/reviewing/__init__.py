"""Reviews by people: open rows are exported to files, files are read back as decisions."""
