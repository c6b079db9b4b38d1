"""Claims of an argument: the runs that they are asked on, their verdicts, and the words for them."""
