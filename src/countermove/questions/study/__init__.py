"""What changes from case to case: a run of every war under everything that is varied."""
