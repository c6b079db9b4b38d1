"""Pages that are served: one file each as every page of ours, with a style and a script of its own, that ask nobody but the server they came from."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import resources

from markupsafe import Markup

from countermove.show.page import environment, hashed, numbered


def live_page(template: str, *, styles: Sequence[str], scripts: Sequence[str], **shown: object) -> tuple[str, str]:
    """The page of a template, and the policy that it is to be served with.

    The policy forbids it every style and script but its own, by their hashes, and every request but to where it came from.

    Args:
        template: of `show/templates`.
        styles: the files of its style there, one after the other.
        scripts: those of its script.
        shown: what the template shows.
    """
    templates = environment()
    style = "".join(templates.get_template(name).render() for name in styles)
    folder = resources.files("countermove.show") / "templates"
    script = "\n".join(['"use strict";', *((folder / name).read_text(encoding="utf-8") for name in scripts)])
    policy = "; ".join(
        (
            f"default-src 'none'; script-src {hashed(script)}; style-src {hashed(style)}",
            "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        )
    )
    given = {"style": Markup(style), "script": Markup(script)}  # both ours: files of this package
    return numbered(templates.get_template(template).render(**shown, **given)), policy
