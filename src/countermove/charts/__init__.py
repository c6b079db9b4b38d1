"""Figures from findings."""
