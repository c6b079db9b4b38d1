"""Where people part, and why."""
