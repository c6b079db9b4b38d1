"""What a scenario would do to whoever runs it."""
