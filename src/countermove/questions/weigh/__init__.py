"""How far a record supports each theory."""
