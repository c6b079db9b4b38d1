"""The table in a browser and for programs: one way to observe and to act, by links that are used once."""
