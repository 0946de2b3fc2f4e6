"""The only package that imports pyspark: session, tables, adapters, one module per phase."""
