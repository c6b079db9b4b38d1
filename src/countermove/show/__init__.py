"""How findings are shown: words, tables, charts, pages."""
