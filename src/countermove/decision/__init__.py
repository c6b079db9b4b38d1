"""What to do: regret, comparison and the questions a plan leaves open."""
