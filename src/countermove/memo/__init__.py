"""Renders a Dossier: page, tables, citations."""

from countermove.memo.page import render, render_annex
from countermove.world.words import likelihood

__all__ = ["likelihood", "render", "render_annex"]
