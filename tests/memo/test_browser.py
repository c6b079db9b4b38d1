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

from builders import dossier_example as example
from builders.browser import Browser
from countermove.memo import render, render_annex
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
    (folder / "annex.html").write_text(render_annex(dossier), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Any]:
    """One for all tests."""
    with Browser(chromium) as opened:
        yield opened


@pytest.mark.parametrize("name", ["memo", "hostile", "long", "annex"])
def test_nothing_is_fetched_and_nothing_complains(browser: Any, folder: Path, name: str) -> None:
    path = folder / f"{name}.html"
    browser.open(path)
    assert browser.requests == [path.as_uri()]
    assert browser.complaints == []
    assert browser.value("getComputedStyle(document.querySelector('.kicker')).fontSize") != "16px"  # the policy lets our style in


@pytest.mark.parametrize("width", [320, 400, 768, 1280])
@pytest.mark.parametrize("name", ["memo", "hostile", "long", "annex"])
def test_the_page_does_not_scroll_sideways(browser: Any, folder: Path, name: str, width: int) -> None:
    browser.open(folder / f"{name}.html", width)
    browser.value("document.querySelectorAll('details').forEach(d => { d.open = true })")
    assert browser.value("innerWidth") == width
    assert browser.value("document.documentElement.scrollWidth") <= width
    assert browser.value("document.body.scrollWidth") <= width


@pytest.mark.parametrize("width", [400, 1280])
@pytest.mark.parametrize("name", ["memo", "annex"])
def test_no_paragraph_holds_a_blank_band(browser: Any, folder: Path, name: str, width: int) -> None:
    """The question on page one once had room below it for an answer by hand, as the same class has on the sheets of a table."""
    browser.open(folder / f"{name}.html", width)
    browser.value("document.querySelectorAll('details').forEach(d => { d.open = true })")
    sides = "(({paddingTop, paddingBottom}) => parseFloat(paddingTop) + parseFloat(paddingBottom))"
    assert browser.value(f"Math.max(...[...document.querySelectorAll('main p')].map(p => {sides}(getComputedStyle(p))))") < 48


def test_wide_tables_scroll_in_their_own_box(browser: Any, folder: Path) -> None:
    browser.open(folder / "memo.html", 400)
    boxes = "[...document.querySelectorAll('.table:not(.stack) .scroll')]"
    assert browser.value(f"{boxes}.some(b => b.scrollWidth > b.clientWidth)")
    assert browser.value(f"{boxes}.every(b => getComputedStyle(b).overflowX === 'auto' && b.tabIndex === 0)")


@pytest.mark.parametrize("width", [400, 768, 1280])
def test_a_hint_stands_where_a_column_is_out_of_sight(browser: Any, folder: Path, width: int) -> None:
    """And nowhere else. Seven plans: on a telephone the table of regret showed two; at 1280 the last column was cut. The leader stands first."""
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
    boxes, before = "[...document.querySelectorAll('.scroll')]", "getComputedStyle(b, '::before')"
    says = f"({before}.display !== 'none' && {before}.content.includes('scroll sideways'))"
    browser.until(f"{boxes}.filter(b => b.scrollWidth > b.clientWidth + 1).every(b => {says})")
    browser.until(f"{boxes}.filter(b => b.scrollWidth <= b.clientWidth).every(b => !{says})")
    regret = "document.querySelector('[aria-labelledby=table-regret]')"
    assert width == 768 or browser.value(f"{regret}.scrollWidth <= {regret}.clientWidth")
    assert browser.value(f"{regret}.querySelector('td').dataset.label") == "Heavy lethal"


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


def paper(browser: Any, page: Path, out: Path) -> list[str]:
    """The text of the printed pages."""
    browser.open(page)
    pdf = browser.print(out)
    assert pdf.read_bytes().startswith(b"%PDF")
    if shutil.which("pdftotext") is None:
        pytest.skip("NO PDFTOTEXT HERE: what the memo looks like on paper was not checked (apt-get install poppler-utils)")
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    return text.split("\f")[:-1]


@pytest.mark.parametrize("size", ["A4", "letter"])
def test_the_brief_is_one_printed_page_and_the_body_twelve(browser: Any, folder: Path, tmp_path: Path, size: str) -> None:
    """The annex is left out of print; whoever prints on Letter has the same layers."""
    page = (folder / "memo.html").read_text(encoding="utf-8").replace("size: A4; margin", f"size: {size}; margin")
    (tmp_path / "memo.html").write_text(re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page), encoding="utf-8")
    pages = paper(browser, tmp_path / "memo.html", tmp_path / "memo.pdf")
    assert "The answer at length" not in pages[0] and "The answer at length" in pages[1]
    assert len(pages) <= 1 + 12
    text = "\n".join(pages)
    assert "Before you rely on it" in text and "Contents" not in text and "alliance.readiness" not in text
    assert re.search(rf"\b1 ?/ ?{len(pages)}\b", pages[0])


def test_paper_shows_what_the_screen_folds(browser: Any, folder: Path, tmp_path: Path) -> None:
    """Every folded part is in the PDF of the annex, and heads of long tables come again."""
    text = "\n".join(paper(browser, folder / "annex.html", tmp_path / "annex.pdf"))
    for part in (
        "Key measures if “Switching” is true",
        "spread-unanswered",
        "alliance.readiness",
        "Figure A6.",
        "chosen on one half",
    ):
        assert part in text, part
    assert len(re.findall(r"prior, unit", text)) > 3


def test_a_link_opens_the_part_of_the_annex_that_it_leads_to(browser: Any, folder: Path) -> None:
    """Without a script: closed at first, open where a link leads into it, and back again."""
    browser.open(folder / "memo.html")
    assert browser.value("[...document.querySelectorAll('.fold')].length") > 8
    assert not browser.value("[...document.querySelectorAll('.fold')].some(d => d.open)")
    for link, target in (("#brief ~ #body .onward a", ""), ("a[href='#table-outside']", "table-outside")):
        place = target or browser.value(f'document.querySelector("{link}").hash.slice(1)')
        browser.page.click(f"{link} >> nth=0")
        shown = browser.value(
            f"new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(document.getElementById('{place}')"
            ".getBoundingClientRect().height))))"
        )
        assert browser.value(f"document.getElementById('{place}').closest('.fold').open") and shown > 0
    back = browser.value(
        "[...document.querySelectorAll('#annex .back a')].map(a => document.querySelector(a.hash).closest('#body') !== null)"
    )
    assert back and all(back)
