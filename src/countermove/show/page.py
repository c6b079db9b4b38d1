"""Pages: one HTML file each that needs nothing else. Templates escape every text; markup enters only from our own charts."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from functools import lru_cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from countermove.show.charts.svg import minus
from countermove.world.words import capitalized


def page(template: str, **shown: object) -> str:
    """The page of a template. It forbids itself every request and every script; the one style sheet is named by its hash."""
    templates = environment()
    style = "".join(templates.get_template(name).render() for name in ("screen.css", "brief.css", "print.css"))
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    return numbered(templates.get_template(template).render(**shown, policy=policy, style=Markup(style)))


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
    templates.filters["capitalized"] = capitalized
    templates.filters["minus"] = minus
    templates.filters["together"] = together
    return templates
