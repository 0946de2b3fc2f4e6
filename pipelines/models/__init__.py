"""Whatever loads a model file, and the registry that names them."""
