"""The search for a better strategy, as it is asked for and told."""
