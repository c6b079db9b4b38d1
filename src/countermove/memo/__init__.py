"""Renders a Dossier: page, tables, citations."""

from countermove.memo.page import render
from countermove.world.words import likelihood

__all__ = ["likelihood", "render"]
