"""One room for each question that can be asked of a war."""
