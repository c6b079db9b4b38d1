"""What was written: the shape of a scenario, reading, checking and writing it."""
