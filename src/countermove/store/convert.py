"""A page as PDF and as a document for Word, by programs of this computer: Chromium, pandoc, rsvg-convert.

None of them comes with countermove. Where one is missing a StoreError says in one line what to install.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from countermove.errors import StoreError
from countermove.store.disk import explained, write_whole

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SECONDS = 300.0
ZOOM = "2.5"  # dots of a picture for each unit of its SVG
_QUIET = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)


def program(names: Sequence[str], package: str, what: str) -> str:
    """The path of the first of these programs that is here. Raises StoreError that names Debian's `package`."""
    found = next((path for name in names if (path := shutil.which(name)) is not None), None)
    if found is None:
        raise StoreError(f"{what} needs {names[0]}, which is not on this computer", next=f"Install it: apt-get install {package}")
    return found


def _done(command: Sequence[str], what: str, given: bytes | None = None) -> bytes:
    """What the program prints. Raises StoreError with the last line of what it complains of."""
    try:
        done = subprocess.run(command, input=given, capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise StoreError(f"{what}: {Path(command[0]).name} was not done after {SECONDS:.0f} seconds") from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise StoreError(f"{what}: {Path(command[0]).name} failed{': ' + said[-1][:200] if said else ''}")
    return done.stdout


def write_pdf(page: Path, path: Path) -> Path:
    """Print an HTML file to `path`, whole or not at all. Nothing is fetched from anywhere. Raises StoreError."""
    browser = program(BROWSERS, "chromium", "A PDF")
    with tempfile.TemporaryDirectory(prefix="countermove-") as home:
        made = Path(home) / "page.pdf"
        root = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()  # Chromium has no sandbox for root
        asked = [browser, *_QUIET, *root, f"--user-data-dir={home}/user", "--no-pdf-header-footer", f"--print-to-pdf={made}"]
        _done([*asked, page.resolve().as_uri()], "the PDF was not made")
        if not made.is_file():
            raise StoreError("the PDF was not made: the browser printed nothing", where=str(path))
        return _kept(path, made.read_bytes())


def write_word(html: str, pictures: Mapping[str, str], styled: Callable[[bytes], bytes], path: Path) -> Path:
    """A document for Word at `path`, whole or not at all. Raises StoreError.

    Args:
        html: the page; a picture NAME.png in it is the SVG `pictures[NAME]`.
        pictures: SVG by name.
        styled: from pandoc's pattern of a document to ours.
        path: where it goes.
    """
    pandoc = program(("pandoc",), "pandoc librsvg2-bin", "A document for Word")
    painter = program(("rsvg-convert",), "librsvg2-bin", "A document for Word")
    for name, svg in pictures.items():
        png = _done([painter, "--zoom", ZOOM], "a figure was not painted", svg.encode())
        html = html.replace(f'src="{name}.png"', f'src="data:image/png;base64,{base64.b64encode(png).decode()}"')
    with tempfile.TemporaryDirectory(prefix="countermove-") as home:
        pattern, made = Path(home) / "pattern.docx", Path(home) / "page.docx"
        pattern.write_bytes(styled(_done([pandoc, "--print-default-data-file", "reference.docx"], "the styles were not found")))
        asked = ["--from=html", "--to=docx", "--shift-heading-level-by=-1", f"--reference-doc={pattern}", f"--output={made}"]
        _done([pandoc, *asked], "the document was not made", html.encode())
        return _kept(path, made.read_bytes())


def _kept(path: Path, data: bytes) -> Path:
    with explained(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, data)
    return path
