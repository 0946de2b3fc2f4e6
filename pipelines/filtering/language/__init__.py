"""The language of a text, and which languages are served."""
