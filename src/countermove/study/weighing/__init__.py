"""Weights of the theories from one record or from many, by readers and by filters, and what was kept of them."""
