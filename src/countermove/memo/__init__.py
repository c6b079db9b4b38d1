"""Renders a Dossier: page, tables, citations."""
