"""People in the loop: a war at a table, played month by month by the engine's own step."""
