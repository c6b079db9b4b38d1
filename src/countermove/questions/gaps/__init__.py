"""Where a plan is silent, and what that costs."""
