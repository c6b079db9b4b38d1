"""A plan that does better."""
