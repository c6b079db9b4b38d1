"""Tables of conflict data as their publishers write them."""
