"""How well the model would have forecast."""
