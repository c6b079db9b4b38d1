"""What is said of months that nobody knows yet: sealed, and scored later."""
