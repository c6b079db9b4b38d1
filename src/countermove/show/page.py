"""Pages: one HTML file each that needs nothing else. Templates escape every text; markup enters only from our own charts, and scripts from files."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from functools import lru_cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from countermove.show.charts.svg import minus
from countermove.world.words import capitalized

SCRIPTS = ("bend_numbers.js", "bend.js", "bend_controls.js", "whence.js")
"""The one script of a page whose numbers move, in parts that follow each other."""


def page(template: str, *, moves: bool = False, **shown: object) -> str:
    """The page of a template. It forbids itself every request and every script but its own; that and the one style sheet are named by their hashes.

    Main arguments: `template`, with what it shows. Other arguments: `moves`, whether the page has the script by which its numbers move.
    """
    templates = environment()
    styles = ("screen.css", "brief.css", "print.css", *(("bend.css",) if moves else ()))
    style = "".join(templates.get_template(name).render() for name in styles)
    script = script_text() if moves else ""
    allowed = f"script-src {hashed(script)}; " if moves else ""
    policy = f"default-src 'none'; {allowed}style-src {hashed(style)}; base-uri 'none'; form-action 'none'"
    given = {"policy": policy, "style": Markup(style), "script": Markup(script)}
    return numbered(templates.get_template(template).render(**shown, **given))


def script_text() -> str:
    """The script, whole."""
    folder = resources.files("countermove.show") / "templates"
    return "\n".join(['"use strict";', *((folder / name).read_text(encoding="utf-8") for name in SCRIPTS)])


def hashed(text: str) -> str:
    """A text as a policy names it."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def fragment(template: str, prefix: str = "", **shown: object) -> Markup:
    """A part of a page, with its own numbers: `Table A1` with the prefix A. It reads the same in whichever page it stands."""
    return Markup(numbered(environment().get_template(template).render(**shown), prefix))


def numbered(page: str, prefix: str = "") -> str:
    """The page with its tables and figures numbered in their order: a fold that is opened or shut changes no number, as a style's count would.

    The mark is an attribute, which no text of a file can be: quotes are escaped there.
    """
    counts: Counter[str] = Counter()

    def number(found: re.Match[str]) -> str:
        counts[found[1]] += 1
        return f'data-number="{found[1]} {prefix}{counts[found[1]]}. "'

    return re.sub(r'data-count="(Table|Figure)"', number, page)


def together(text: str) -> str:
    """With no break between a number and its error."""
    return text.replace(" ± ", "\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}")


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates of all pages: what is unknown is an error, and every text is escaped."""
    templates = Environment(
        loader=PackageLoader("countermove.show"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters["svg"] = Markup  # for figures of countermove.show.charts only, which escape their own texts
    templates.filters["json_script"] = Markup  # for memo/bend.py only, which leaves no letter that could end a script
    templates.filters["capitalized"] = capitalized
    templates.filters["minus"] = minus
    templates.filters["together"] = together
    return templates
