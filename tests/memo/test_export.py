"""The memo for others: a PDF by Chromium, a document by pandoc. Where a tool is missing the tests that need it are skipped, and say so."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from functools import lru_cache
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from builders import dossier_example as example
from builders.dossier_example import dossier
from builders.places import SMALL_FILE
from countermove.cli.main import main
from countermove.errors import MemoError, StoreError
from countermove.memo import render, render_annex
from countermove.memo.contents import Dossier
from countermove.memo.export import write_copy
from countermove.memo.page import figures_of
from countermove.memo.word_copy import HEIGHT, WIDTH, WordPage, word_page
from countermove.memo.word_styles import cell_style, with_styles
from countermove.show.figure import Figure
from countermove.store import convert

SMALL = str(SMALL_FILE)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
needs_word = pytest.mark.skipif(
    shutil.which("pandoc") is None or shutil.which("rsvg-convert") is None,
    reason="NO PANDOC OR RSVG-CONVERT HERE: the memo for Word was not made (apt-get install pandoc librsvg2-bin)",
)


@lru_cache(maxsize=1)
def html() -> str:
    return render(dossier())


@lru_cache(maxsize=1)
def copy() -> WordPage:
    return word_page(html(), figures_of(dossier()))


def brief_and_body(page: str) -> str:
    """A page as the copies carry it."""
    return page[: page.index('<div id="annex"')]


class Tags(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


# --- the page for Word ------------------------------------------------------------------------------------------------


def test_every_word_of_the_page_goes_along() -> None:
    """But those that the page folds away on paper too, and the title, which stands over the document."""
    page, ours = (re.sub(r"<(style|svg).*?</\1>", " ", text, flags=re.DOTALL) for text in (brief_and_body(html()), copy().html))
    page = re.sub(
        r'<summary class="told">.*?</summary>|<p class="panel-title">.*?</p>|<h4>if .*?</h4>',
        " ",
        page[page.index("<main>") :],
        flags=re.DOTALL,
    )

    def words(text: str) -> set[str]:
        return set(unescape(re.sub(r"<[^>]*>", " ", text)).split())

    lost = words(page) - words(ours)
    assert {word for word in lost if word not in " ".join(copy().pictures.values())} == set()


def test_tables_figures_and_marks_are_counted_and_named() -> None:
    """As many tables, each cell in a style that the document has; figures by number, as the page counts them."""
    page = brief_and_body(html())
    assert copy().html.count("<table>") == page.count("<table ") > 3
    numbers = [int(n) for n in re.findall(r"<strong>Table (\d+)\. ", copy().html)]
    assert numbers == list(range(1, len(numbers) + 1)) and len(numbers) == page.count('<figure class="table')
    charts = [int(n) for n in re.findall(r"<strong>Figure (\d+)\. ", copy().html)]
    assert charts == list(range(1, page.count('<figure class="chart') + 1)) and len(charts) > 1
    styles = set(re.findall(r'data-custom-style="([^"]*)"', copy().html))
    known = {w for w in styles if w.startswith("Cell")}
    assert {"Cell number", "Cell text head", "Cell number shade-5", "Cell number framed"} <= known
    assert cell_style(True, False, {"shade-2", "best", "total"}) == "Cell text shade-2 framed"
    for columns in re.findall(r"<colgroup>(.*?)</colgroup>", copy().html):
        assert sum(float(share) for share in re.findall(r"width: ([\d.]+)%", columns)) == pytest.approx(100, abs=0.6)


def test_pictures_fit_the_page_and_can_be_read() -> None:
    """None wider or taller than what a page has; a figure of many rows is several pictures, with all its panels."""
    assert len(copy().pictures) > brief_and_body(html()).count('<figure class="chart')
    for name, svg in copy().pictures.items():
        root = ElementTree.fromstring(svg)
        wide, high = float(root.get("width") or 0), float(root.get("height") or 0)
        (shown,) = re.findall(rf'src="{name}\.png"[^>]*width="([\d.]+)cm"', copy().html)
        assert float(shown) <= WIDTH and float(shown) * high / wide <= HEIGHT + 0.1 and wide <= 760
        assert 8 * float(shown) / 2.54 * 72 / wide > 5  # the smallest letters, in points
    panels = sum(svg.count("<svg ") - 1 for svg in copy().pictures.values())
    assert panels == brief_and_body(html()).count("<svg ") - 1  # the brief's picture has no panels


def test_markup_in_texts_is_text_there_too() -> None:
    strange = example.hostile()
    made = word_page(render(strange), figures_of(strange))
    for text in (made.html, *made.pictures.values()):
        for tag, attributes in Tags(text).found:
            assert tag not in ("script", "iframe", "object") and not any(name.startswith("on") for name in attributes)
            assert tag != "img" or (attributes["src"] or "").removesuffix(".png") in made.pictures
    assert "<script>document.title='taken'</script>" in unescape(made.html)


def test_a_figure_that_is_not_ours_keeps_its_panels() -> None:
    """A page whose figures are not given: each small figure is a picture of its own."""
    made = word_page(html(), ())
    assert len(made.pictures) == brief_and_body(html()).count("<svg ") and made.html.count("<img ") == len(made.pictures)
    assert all(ElementTree.fromstring(svg).get("viewBox") for svg in made.pictures.values())


LAYERS = """<!DOCTYPE html><html><head><title>A war</title></head><body><main>
<section id="brief"><h1>A war</h1><p>The answer. <a href="#deep">All of it</a>, <a href="#plans">the plans</a>.</p>
<section id="bend" hidden><input><p>Bend it.</p></section><script>let x = 1;</script></section>
<div id="body"><h2 id="plans">The plans</h2><p>Said in the body.</p>
<figure class="chart"><figcaption id="f1">A drawing.</figcaption>
<svg viewbox="0 0 10 10" width="10" height="10"><circle r="2"></circle></svg></figure></div>
<div id="annex"><h2 id="deep">The tables</h2><p>Said in the annex.</p>
<figure class="chart"><figcaption id="f2">Fans.</figcaption>
<svg viewbox="0 0 10 10" width="10" height="10"></svg></figure></div>Behind it.
</main></body></html>"""


def test_brief_and_body_go_along_and_the_annex_does_not() -> None:
    """With their pictures; what no paper shows is left out too, and a link into the annex is its text alone."""
    made = word_page(LAYERS, ())
    for text in ("The answer.", "All of it", "Said in the body.", "A drawing.", "Behind it."):
        assert text in made.html
    for text in ("Said in the annex", "The tables", "Fans.", "Bend it", "let x", "<input", 'href="#deep"', 'id="annex"'):
        assert text not in made.html
    assert 'href="#plans"' in made.html and list(made.pictures) == ["figure-1"] and "<circle" in made.pictures["figure-1"]


@needs_word
def test_a_document_of_brief_and_body(tmp_path: Path) -> None:
    """As Word has it: read back by pandoc."""
    path = write_copy(dossier(), LAYERS, tmp_path / "a.html", tmp_path / "a.docx")
    text = subprocess.run(["pandoc", "--from=docx", "--to=plain", str(path)], capture_output=True, text=True, check=True).stdout
    assert "Said in the body." in text and "The answer. All of it, the plans." in text and "annex" not in text
    with zipfile.ZipFile(path) as whole:
        assert len([name for name in whole.namelist() if name.startswith("word/media/")]) == 1


# --- the programs -----------------------------------------------------------------------------------------------------


def test_what_is_missing_is_said_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What to install, and 2; by then the page and the forecasts are written. Another ending is refused before anything is run."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("countermove.memo.write.dossier_of", lambda *_, **__: (dossier(), None))
    monkeypatch.setattr("countermove.store.convert.shutil.which", lambda _: None)
    for name, package in (("a.pdf", "chromium"), ("a.docx", "pandoc librsvg2-bin")):
        assert main(["memo", SMALL, "--to", name, "--figures", "f"]) == 2
        said = capsys.readouterr().err
        said = "".join(line for line in said.splitlines(keepends=True) if not line.startswith("stage "))
        assert said.count("\n") == 1 and f"apt-get install {package}\n" in said and "which is not on this computer" in said
        assert Path("memos/small.html").read_text(encoding="utf-8") == html() and Path("f/figures.csv").is_file()
        Path("memos/small.html").unlink()
    assert main(["memo", SMALL, "--to", "a.doc"]) == 2
    assert (
        "--to takes FILE.pdf, FILE.docx or FILE.xlsx, and not a.doc" in capsys.readouterr().err
        and not Path("memos/small.html").exists()
    )
    with pytest.raises(MemoError, match=r"cannot be written as \.odt"):
        write_copy(dossier(), html(), tmp_path / "a.html", tmp_path / "a.odt")


def test_the_command_says_what_it_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("countermove.memo.write.dossier_of", lambda *_, **__: (dossier(), None))
    monkeypatch.setattr("countermove.memo.write.write_copy", lambda *given: given[-1])
    assert main(["memo", SMALL, "--to", "a.pdf", "--to", "b.DOCX", "--figures", "f"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "The memo is in memos/small.html",
        "Its figures and their numbers are in f; figures.csv lists them",
        "A copy is in a.pdf",
        "A copy is in b.DOCX",
    ]
    assert main(["memo", SMALL, "--figures", "f", "--json"]) == 0
    assert '"figures": "f"' in capsys.readouterr().out


def test_the_annex_is_written_beside_the_memo(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Only where it is asked for; the same bytes each time."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("countermove.memo.write.dossier_of", lambda *_, **__: (dossier(), None))
    assert main(["memo", SMALL, "--quiet"]) == 0 and [one.name for one in Path("memos").iterdir()] == ["small.html"]
    capsys.readouterr()
    assert main(["memo", SMALL, "--annex"]) == 0
    assert capsys.readouterr().out.splitlines() == ["The memo is in memos/small.html", "Its annex is in memos/small.annex.html"]
    assert Path("memos/small.annex.html").read_text(encoding="utf-8") == render_annex(dossier())
    assert main(["memo", SMALL, "--annex", "--json"]) == 0
    assert '"annex": "memos/small.annex.html"' in capsys.readouterr().out


def test_a_program_that_fails_or_hangs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its last complaint in one line; nothing is left where the copy should be."""
    bad = tmp_path / "chromium"
    bad.write_text("#!/bin/sh\necho first >&2\necho no display >&2\nexit 3\n")
    bad.chmod(0o755)
    monkeypatch.setattr("countermove.store.convert.shutil.which", lambda _: str(bad))
    with pytest.raises(StoreError, match="the PDF was not made: chromium failed: no display"):
        convert.write_pdf(tmp_path / "a.html", tmp_path / "a.pdf")
    bad.write_text("#!/bin/sh\nexit 0\n")
    with pytest.raises(StoreError, match="printed nothing"):
        convert.write_pdf(tmp_path / "a.html", tmp_path / "a.pdf")
    bad.write_text("#!/bin/sh\nexec sleep 60\n")
    monkeypatch.setattr(convert, "SECONDS", 0.2)
    with pytest.raises(StoreError, match="was not done after"):
        convert.write_pdf(tmp_path / "a.html", tmp_path / "a.pdf")
    assert [path.name for path in tmp_path.iterdir()] == ["chromium"]


@pytest.mark.browser
def test_the_pdf(tmp_path: Path, chromium: str) -> None:
    """Brief and body, without the annex, on numbered pages."""
    assert chromium
    (tmp_path / "a.html").write_text(html(), encoding="utf-8")
    path = write_copy(dossier(), html(), tmp_path / "a.html", tmp_path / "out" / "a.pdf")
    assert path.read_bytes().startswith(b"%PDF") and [one.name for one in path.parent.iterdir()] == ["a.pdf"]
    if shutil.which("pdftotext") is None:
        pytest.skip("NO PDFTOTEXT HERE: what the PDF says was not read (apt-get install poppler-utils)")
    text = subprocess.run(["pdftotext", "-layout", str(path), "-"], capture_output=True, text=True, check=True).stdout
    pages = text.split("\f")
    assert (
        "Before you rely on it" in text
        and re.search(rf"\b1 ?/ ?{len(pages) - 1}\b", pages[0])
        and "Key measures if “Switching” is true" not in text
    )


@lru_cache(maxsize=1)
def document() -> bytes:
    """A memo of few figures, for Word."""
    keep = {figure.caption for figure in figures_of(small())}
    assert len(keep) == 6
    folder = Path(__import__("tempfile").mkdtemp(prefix="countermove-test-"))
    try:
        return write_copy(small(), render(small()), folder / "a.html", folder / "a.docx").read_bytes()
    finally:
        shutil.rmtree(folder)


@lru_cache(maxsize=1)
def small() -> Dossier:
    """The example with one quantity, no offset, no record."""
    found = dossier().findings
    some = tuple(band for band in found.bands if band.what == "deaths" and band.theory in ("inertia", "spigot"))
    return replace(
        dossier(), records=dossier().records[:1], assumptions=(), findings=replace(found, bands=some, omega=(), sweep=())
    )


def part(name: str) -> Any:
    with zipfile.ZipFile(io.BytesIO(document())) as whole:
        return ElementTree.fromstring(whole.read(name))


@needs_word
def test_the_document_has_the_words_and_the_tables() -> None:
    """Title, headings, the bottom line, every table with its rows, in A4 with numbered pages."""
    root = part("word/document.xml")
    styles = [(p.find(f"{W}pPr/{W}pStyle"), "".join(p.itertext())) for p in root.iter(f"{W}p")]
    named = [("" if style is None else style.get(f"{W}val"), text) for style, text in styles]
    assert ("Title", dossier().title) in named and ("Heading1", "The answer at length") in named
    text = " ".join(" ".join(text for _, text in named).split())
    assert all(" ".join(sentence.split()) in text for sentence in dossier().bottom_line)
    assert len(list(root.iter(f"{W}tbl"))) == brief_and_body(render(small())).count("<table ") > 3
    size = root.find(f".//{W}pgSz")
    assert (size.get(f"{W}w"), size.get(f"{W}h")) == ("11906", "16838") and root.find(f".//{W}footerReference") is not None


@needs_word
def test_figures_arrive_as_pictures() -> None:
    """One PNG for each picture of the page, each shown."""
    pictures = word_page(render(small()), figures_of(small())).pictures
    with zipfile.ZipFile(io.BytesIO(document())) as whole:
        media = [name for name in whole.namelist() if name.startswith("word/media/")]
        assert len(media) == len(pictures) and all(whole.read(name).startswith(b"\x89PNG") for name in media)
    assert len(list(part("word/document.xml").iter("{http://schemas.openxmlformats.org/drawingml/2006/main}blip"))) == len(pictures)


@needs_word
def test_shades_frames_and_sides_arrive() -> None:
    """A cell keeps its shade, its frame, its side; every style of a cell that is used is one that the document defines with it."""
    used = {style.get(f"{W}val") for style in part("word/document.xml").iter(f"{W}pStyle")}
    defined = {style.get(f"{W}styleId"): style for style in part("word/styles.xml").iter(f"{W}style")}
    assert used <= set(defined)
    dark = defined["Cellnumbershade-5"]
    assert dark.find(f"{W}pPr/{W}shd").get(f"{W}fill") == "1C3F66" and dark.find(f"{W}rPr/{W}color").get(f"{W}val") == "FFFFFF"
    assert defined["Cellnumberframed"].find(f"{W}pPr/{W}pBdr") is not None
    sides = {
        jc.get(f"{W}val")
        for p in part("word/document.xml").iter(f"{W}p")
        for jc in p.findall(f"{W}pPr/{W}jc")
        if p.find(f"{W}pPr/{W}pStyle") is not None and p.find(f"{W}pPr/{W}pStyle").get(f"{W}val", "").startswith("Cellnumber")  # type: ignore[union-attr]
    }
    assert sides == {"right"}


@needs_word
def test_styles_go_into_the_pattern_once() -> None:
    """Names are unique, the parts of a package are named where they must be, and every part is XML."""
    pattern = subprocess.run(["pandoc", "--print-default-data-file", "reference.docx"], capture_output=True, check=True).stdout
    with zipfile.ZipFile(io.BytesIO(with_styles(pattern))) as whole:
        names = whole.namelist()
        assert len(names) == len(set(names)) and "word/footer1.xml" in names
        for name in names:
            if name.endswith((".xml", ".rels")):
                ElementTree.fromstring(whole.read(name))
        ids = re.findall(r'w:styleId="([^"]*)"', whole.read("word/styles.xml").decode())
        assert len(ids) == len(set(ids)) and b"footer1.xml" in whole.read("[Content_Types].xml")


def test_figure_is_what_the_page_has() -> None:
    assert all(isinstance(figure, Figure) for figure in figures_of(small()))
