"""Arrow schemas of every table: version, key, meaning per column."""
