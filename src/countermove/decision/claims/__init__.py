"""Claims of an argument: what the record says, what the model says, and what turns the verdict."""
