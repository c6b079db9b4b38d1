"""The memo in a browser: nothing fetched, nothing complained of, no sideways scrolling on a telephone, everything open on paper."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from builders import devtools
from builders import dossier_example as example
from countermove.memo import render
from countermove.memo.contents import Dossier

pytestmark = pytest.mark.browser


def long_names(dossier: Dossier) -> Dossier:
    """A word without a break wherever one can stand."""
    word = "W" * 120
    return replace(
        dossier,
        title=word,
        question=word,
        bottom_line=(word,),
        warnings=(word,),
        strategies=tuple(replace(row, says=word, lines=(word,)) for row in dossier.strategies),
        assumptions=tuple(replace(row, note=word, source=word, prior=word, name=word) for row in dossier.assumptions),
        references=((word, word),),
        provenance=replace(dossier.provenance, scenario_hash=word, command=word),
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The memos, written."""
    folder = tmp_path_factory.mktemp("memo")
    dossier = example.dossier()
    for name, content in (("memo", dossier), ("hostile", example.hostile()), ("long", long_names(dossier))):
        (folder / f"{name}.html").write_text(render(content), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """One for all tests."""
    with devtools.Browser(chromium) as opened:
        yield opened


@pytest.mark.parametrize("name", ["memo", "hostile", "long"])
def test_nothing_is_fetched_and_nothing_complains(browser: Any, folder: Path, name: str) -> None:
    path = folder / f"{name}.html"
    browser.open(path)
    assert browser.requests == [path.as_uri()]
    assert browser.complaints == []
    assert browser.value("getComputedStyle(document.querySelector('.kicker')).fontSize") != "16px"  # the policy lets our style in


@pytest.mark.parametrize("width", [320, 400, 768, 1280])
@pytest.mark.parametrize("name", ["memo", "hostile", "long"])
def test_the_page_does_not_scroll_sideways(browser: Any, folder: Path, name: str, width: int) -> None:
    browser.open(folder / f"{name}.html", width)
    browser.value("document.querySelectorAll('details').forEach(d => { d.open = true })")
    assert browser.value("innerWidth") == width
    assert browser.value("document.documentElement.scrollWidth") <= width
    assert browser.value("document.body.scrollWidth") <= width


def test_wide_tables_scroll_in_their_own_box(browser: Any, folder: Path) -> None:
    browser.open(folder / "memo.html", 400)
    boxes = "[...document.querySelectorAll('.table:not(.stack) .scroll')]"
    assert browser.value(f"{boxes}.some(b => b.scrollWidth > b.clientWidth)")
    assert browser.value(f"{boxes}.every(b => getComputedStyle(b).overflowX === 'auto' && b.tabIndex === 0)")


@pytest.mark.parametrize("width", [400, 768, 1280])
def test_no_column_is_out_of_sight_without_a_hint(browser: Any, folder: Path, width: int) -> None:
    """Seven plans: on a telephone the table of regret showed two of them; at 1280 the last column was cut. The leader stands first."""
    base = example.dossier()
    more = tuple(
        replace(row, strategy=f"{row.strategy}-{n}") for n in (1, 2) for row in base.findings.regret if row.strategy == "javelins"
    )
    names = (*base.findings.strategies, "javelins-1", "javelins-2")
    seven = replace(base, findings=replace(base.findings, strategies=names, regret=(*base.findings.regret, *more)))
    path = folder / "seven.html"
    path.write_text(render(seven), encoding="utf-8")
    browser.open(path, width)
    browser.value("document.querySelectorAll('details').forEach(d => { d.open = true })")
    hidden = "[...document.querySelectorAll('.scroll')].filter(b => b.scrollWidth > b.clientWidth + 1)"
    hint = "getComputedStyle(b, '::before').content"
    assert browser.value(f"{hidden}.every(b => {hint}.includes('scroll sideways'))")
    regret = "document.querySelector('[aria-labelledby=table-regret]')"
    assert width == 768 or browser.value(f"{regret}.scrollWidth <= {regret}.clientWidth")
    assert browser.value(f"{regret}.querySelector('td').dataset.label") == "heavy-lethal"


def test_the_type_can_be_read_on_a_telephone(browser: Any, folder: Path) -> None:
    """Words in figures are at least 8 pixels high at 400 pixels' width."""
    browser.open(folder / "memo.html", 400)
    browser.value("document.querySelectorAll('details').forEach(d => { d.open = true })")
    sizes = "[...document.querySelectorAll('svg text')].map(t => t.getAttribute('font-size') * t.getCTM().a)"
    assert browser.value(f"Math.min(...{sizes})") >= 8


def test_a_script_in_a_title_is_text(browser: Any, folder: Path) -> None:
    browser.open(folder / "hostile.html")
    title = "Title <script>document.title='taken'</script><img src=x onerror=alert(1)>"
    assert browser.value("document.title") == title
    assert browser.value("document.querySelector('h1').textContent") == title
    assert browser.value("document.querySelectorAll('script, img').length") == 0


def test_a_script_could_not_run_if_it_got_in(browser: Any, folder: Path) -> None:
    """The second lock: with a script put in by hand, the policy stops it."""
    forced = (folder / "memo.html").read_text(encoding="utf-8").replace("</main>", "<script>document.title='taken'</script></main>")
    path = folder / "forced.html"
    path.write_text(forced, encoding="utf-8")
    browser.open(path)
    assert browser.value("document.title") == example.dossier().title
    assert any("Content Security Policy" in text for text in browser.complaints)


def test_paper_shows_what_the_screen_folds(browser: Any, folder: Path, tmp_path: Path) -> None:
    """Every folded part is in the PDF, heads of long tables come again, and page one is one page."""
    browser.open(folder / "memo.html")
    pdf = browser.print(tmp_path / "memo.pdf")
    assert pdf.read_bytes().startswith(b"%PDF")
    if shutil.which("pdftotext") is None:
        pytest.skip("NO PDFTOTEXT HERE: what the memo looks like on paper was not checked (apt-get install poppler-utils)")
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    pages = text.split("\f")
    assert "Before you rely on it" in pages[0]
    assert "Contents" not in pages[0]
    for part in ("Key measures if switching is true", "spread-unanswered", "alliance.readiness", "Figure 7.", "chosen on one half"):
        assert part in text, part
    assert len(re.findall(r"prior, unit", text)) > 3
    assert f"1 / {len(pages) - 1}" in pages[0]
