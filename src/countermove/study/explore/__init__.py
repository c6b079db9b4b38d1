"""What would change the answer of a study."""
