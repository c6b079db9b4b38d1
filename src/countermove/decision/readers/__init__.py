"""Readers who disagree: what they part over."""
