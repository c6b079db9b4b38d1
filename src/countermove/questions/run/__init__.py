"""What each plan brings under each theory, and which is best."""
