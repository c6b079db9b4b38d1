"""The search for a better strategy within the language."""
