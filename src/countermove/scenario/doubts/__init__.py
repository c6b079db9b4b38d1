"""Doubts about a scenario that reads well and may mean little: one file per family, and a written table of them all."""
