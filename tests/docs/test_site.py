"""The pages as a site: nothing to complain about for Sphinx, a search without a server, room on a telephone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from builders.browser import Browser
from countermove.scenario import json_schema

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README", "docs/index", "docs/tutorial/first-war", "docs/how-to/run-on-a-cluster", "docs/explanation/model", "docs/reference/parameters",
         "docs/decisions/0002-chunks-on-threads", "benchmarks/README")  # fmt: skip

pytestmark = pytest.mark.slow


def built(pages: Path, out: Path) -> subprocess.CompletedProcess[str]:
    """As `make docs` does."""
    command = [sys.executable, "-m", "sphinx", "-q", "-E", "-W", "--keep-going", "-n", "-c", "docs", "-b", "html", ".", str(out)]
    return subprocess.run(command, cwd=pages, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as `make docs` does: a link to nowhere, or a page that nothing leads to, is an error."""
    pytest.importorskip("sphinx", reason="NO SPHINX HERE: the site was not built (pip install 'countermove[docs]')")
    out = tmp_path_factory.mktemp("site")
    done = built(ROOT, out)
    assert done.returncode == 0 and done.stderr == "", done.stderr[-4000:]
    return out


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """One for all tests."""
    with Browser(chromium) as opened:
        yield opened


def test_every_page_is_there(site: Path) -> None:
    """And whoever opens the folder comes to the first."""
    pages = [path.relative_to(ROOT).with_suffix(".html") for path in (ROOT / "docs").rglob("*.md")]
    assert len(pages) > 90 and [page for page in pages if not (site / page).is_file()] == []
    assert "README.html" in (site / "index.html").read_text(encoding="utf-8")
    assert json.loads((site / "scenario.schema.json").read_text(encoding="utf-8")) == json_schema()


def test_a_broken_link_stops_it(site: Path, tmp_path: Path) -> None:
    """The command of the fixture says where it stands."""
    for name, text in (("conf.py", (ROOT / "docs" / "conf.py").read_text()), ("README.md", "# One\n[two](docs/nowhere.md)\n")):
        place = tmp_path / ("docs" if name == "conf.py" else ".") / name
        place.parent.mkdir(exist_ok=True)
        place.write_text(text, encoding="utf-8")
    done = built(tmp_path, tmp_path / "out")
    assert site.is_dir() and done.returncode != 0 and "README.md:2: WARNING" in done.stderr and "nowhere.md" in done.stderr


@pytest.mark.browser
@pytest.mark.parametrize("width", [400, 1280])
def test_pages_fit_and_fetch_nothing(site: Path, browser: Any, width: int) -> None:
    """Opened as files: no request to anywhere, no complaint, nothing to scroll sideways."""
    for page in PAGES:
        browser.open(site / f"{page}.html", width)
        assert browser.value("document.documentElement.scrollWidth") <= width, page
        assert browser.complaints == [], page
        assert all(request.startswith(site.as_uri()) for request in browser.requests), page


@pytest.mark.browser
def test_the_search_needs_no_server(site: Path, browser: Any) -> None:
    """It finds a page by a word in it."""
    browser.page.goto(f"{(site / 'search.html').as_uri()}?q=dask-jobqueue")
    browser.page.wait_for_selector("#search-results li a")
    assert "Run on a cluster" in browser.page.locator("#search-results li a").all_inner_texts()
