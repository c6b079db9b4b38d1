"""The vocabulary: what can be seen, measured, believed and said, as types without science."""
