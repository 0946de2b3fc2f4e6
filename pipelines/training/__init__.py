"""Training of the models that ship: rows, sentences, figures."""
