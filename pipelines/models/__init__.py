"""All that loads a model file, and the registry that names the models."""
