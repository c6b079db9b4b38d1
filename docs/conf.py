"""How Sphinx makes a site of these pages (`make docs`): the pages stay plain Markdown, and what Sphinx alone needs is put in here."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from countermove.scenario import json_schema
from countermove.scenario.study_jsonschema import study_json_schema

ROOT = Path(__file__).resolve().parents[1]

project = "countermove"
author = "The countermove authors"
extensions = ["myst_parser"]
include_patterns = ["*.md", "docs/*.md", "docs/**/*.md", "benchmarks/README.md", "records/README.md"]
exclude_patterns = [".*", "build", "dist", "src", "tests", "runs", "memos", "studies"]  # not looked through
root_doc = "README"
myst_enable_extensions = ["dollarmath"]
myst_heading_anchors = 4
html_theme = "furo"
html_title = "countermove"
html_show_sphinx = False
html_copy_source = False
html_show_search_summary = False  # they are fetched, which a browser forbids to a file
html_use_index = False
nitpicky = True

SHELVES = (
    ("Learn", "docs/tutorial"),
    ("Do", "docs/how-to"),
    ("Wars", "docs/wars"),
    ("Understand", "docs/explanation"),
    ("Look up", "docs/reference"),
    ("Why it is so", "docs/decisions"),
    ("Beside them", ""),
)
BESIDE = ("docs/index", "CHANGELOG", "CONTRIBUTING", "SECURITY", "CODE_OF_CONDUCT", "benchmarks/README", "records/README")


def contents() -> str:
    """What stands at the side of every page, as Sphinx wants it."""
    parts = ["\n"]
    for caption, folder in SHELVES:
        pages = [str(path.relative_to(ROOT).with_suffix("")) for path in sorted((ROOT / folder).glob("*.md"))] if folder else BESIDE
        if pages:
            parts += ["```{toctree}", ":hidden:", f":caption: {caption}", "", *(f"/{page}" for page in pages), "```", ""]
    return "\n".join(parts)


def add_contents(_app: Any, page: str, source: list[str]) -> None:
    """Put the contents behind the first page."""
    if page == root_doc:
        source[0] += contents()


def put_beside(app: Any, error: Exception | None) -> None:
    """Whoever opens the folder comes to the first page; and the schemas that editors read."""
    if error is None and app.builder.name == "html":
        for name, schema in (("scenario", json_schema()), ("study", study_json_schema())):
            (Path(app.outdir) / f"{name}.schema.json").write_text(json.dumps(schema, indent=1) + "\n", encoding="utf-8")
        to = f"{root_doc}.html"
        page = f'<meta http-equiv="refresh" content="0; url={to}"><a href="{to}">countermove</a>'
        head = '<!doctype html><meta charset="utf-8"><title>countermove</title>'
        (Path(app.outdir) / "index.html").write_text(f"{head}{page}\n", encoding="utf-8")


def setup(app: Any) -> None:
    """Called by Sphinx."""
    app.connect("source-read", add_contents)
    app.connect("build-finished", put_beside)
