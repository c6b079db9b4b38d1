"""The gap check on finite trees, where the answer can be counted by hand."""
