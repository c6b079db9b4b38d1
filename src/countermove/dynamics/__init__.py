"""How the world moves: one mechanism per file."""
