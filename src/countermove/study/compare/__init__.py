"""Two runs, or two strategies, compared: what differs, in which months, draws and mechanisms."""
