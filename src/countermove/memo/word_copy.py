"""The page of a memo, made ready for Word: the same text and numbers, figures as pictures, cells of tables by named styles.

It carries the brief and the body; the annex is a page of its own. Word knows no folding, no panels side by side and no style sheet. `pandoc`
turns what stands here into a document.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from xml.etree.ElementTree import Element, SubElement, TreeBuilder, tostring

from countermove.memo.word_styles import cell_style
from countermove.show.charts.sheet import sheet
from countermove.show.figure import Figure
from countermove.show.picture import rows_of, title_of

WIDTH, HEIGHT = 17.0, 22.0  # what a picture may take of an A4 page, in centimetres
BROAD = 730.0  # user units side by side: what stands in a picture of that width can still be read
VOID = {"meta", "br", "img", "hr"}
DROPPED = {"h1", "style", "script", "title", "meta", "img"}  # the title stands over the document by itself; pictures are ours alone
ANNEX = "annex"  # what is no part of a copy, by the name of its place on the page
PLACE = "svg"  # a figure that has no caption of ours keeps its panels, each a picture; so does one that stands in no figure


@dataclass(frozen=True)
class WordPage:
    """HTML for pandoc; a picture NAME.png in it is the SVG of `pictures[NAME]`."""

    html: str
    pictures: Mapping[str, str]


class _Tree(HTMLParser):
    """HTML as a tree; SVG is kept as text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._builder = TreeBuilder()
        self._builder.start("page", {})
        self.feed(text)
        self.close()
        self._builder.end("page")
        self.root: Element = self._builder.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open it; void elements are closed at once."""
        self._builder.start(tag, {name: value or "" for name, value in attrs})
        if tag in VOID:
            self._builder.end(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """As it says."""
        self._builder.start(tag, {name: value or "" for name, value in attrs})
        self._builder.end(tag)

    def handle_endtag(self, tag: str) -> None:
        """Close it."""
        if tag not in VOID:
            self._builder.end(tag)

    def handle_data(self, data: str) -> None:
        """A text."""
        self._builder.data(data)


def word_page(html: str, figures: Sequence[Figure]) -> WordPage:
    """The page `html` of a memo for pandoc, without its annex; `figures` are those in it, found by their captions."""
    root = _Tree(html).root
    lost = {part.get("id", "") for annex in root.iter() if annex.get("id") == ANNEX for part in annex.iter()} - {""}
    copy = _Copy({_words(figure.caption): figure for figure in figures}, frozenset(lost))
    body = Element("body")
    main = root.find(".//main")
    for part in root if main is None else main:
        copy.put(body, part)
    title = next((_text(node) for node in root.iter("title")), "")
    head = Element("head")
    SubElement(head, "title").text = title
    whole = Element("html", {"lang": "en"})
    whole.extend((head, body))
    return WordPage("<!DOCTYPE html>\n" + tostring(whole, encoding="unicode", method="html"), copy.pictures)


def _text(node: Element) -> str:
    return _words("".join(node.itertext()))


def _words(text: str) -> str:
    return " ".join(text.split())


@dataclass
class _Copy:
    """Builds the other page, part by part; tables and figures are counted as the style sheet counts them."""

    figures: Mapping[str, Figure]
    lost: frozenset[str] = frozenset()  # places that the copy does not have: a link to one is its text alone
    pictures: dict[str, str] = field(default_factory=dict[str, str])
    tables: int = 0
    charts: int = 0

    def put(self, parent: Element, node: Element) -> None:
        """A copy of `node` at the end of `parent`, with the text behind it."""
        kinds = node.get("class", "").split()
        if node.get("id") == ANNEX or "hidden" in node.attrib:
            pass
        elif node.tag == "figure":
            self._figure(parent, node, kinds)
        elif node.tag == "summary":
            if "told" not in kinds:
                SubElement(_styled(parent, "Folded"), "p").text = _text(node)
        elif node.tag == "small":
            SubElement(parent, "br")
            self._inside(SubElement(parent, "span", {"data-custom-style": "Small print"}), node)
        elif node.tag == PLACE:  # the picture of the brief stands by itself, without a caption
            self._picture(parent, _svg(node), node.get("aria-label", ""))
        elif node.tag == "dl":
            self._list(parent, node)
        elif node.tag == "p" and "kicker" in kinds:
            SubElement(_styled(parent, "Subtitle"), "p").text = _text(node)
        elif node.tag not in DROPPED:
            attributes = {name: value for name, value in node.attrib.items() if name in ("id", "href")}
            if attributes.get("href", "").removeprefix("#") in self.lost:
                del attributes["href"]
            self._inside(SubElement(parent, node.tag, attributes), node)
        if node.tail:
            _append(parent, node.tail)

    def _inside(self, there: Element, node: Element) -> None:
        there.text = node.text
        for part in node:
            self.put(there, part)

    def _list(self, parent: Element, node: Element) -> None:
        for entry in node:
            line = SubElement(parent, "p", {name: value for name, value in entry.attrib.items() if name == "id"})
            SubElement(line, "strong").text = _text(entry[0])
            _append(line, f". {' '.join(_text(part) for part in entry[1:])}")

    def _figure(self, parent: Element, node: Element, kinds: Sequence[str]) -> None:
        caption = node.find("figcaption")
        said = "" if caption is None else _text(caption)
        name = {} if caption is None else {"id": caption.get("id", "")}
        if "table" in kinds:
            self.tables += 1
            _caption(parent, f"Table {self.tables}", said, name)
            for table in node.iter("table"):
                self._table(parent, table, "prose" in kinds)
            return
        self.charts += 1
        _caption(parent, f"Figure {self.charts}", said, name)
        figure = self.figures.get(said)
        if figure is not None:
            for svg in _sheets(figure):
                self._picture(parent, svg, said)
            return
        for svg in node.iter(PLACE):
            self._picture(parent, _svg(svg), svg.get("aria-label", said))

    def _picture(self, parent: Element, svg: str, says: str) -> None:
        name = f"figure-{len(self.pictures) + 1}"
        self.pictures[name] = svg
        wide, high = _size(svg)
        width = min(WIDTH, HEIGHT * wide / high)
        line = SubElement(parent, "p")
        SubElement(line, "img", {"src": f"{name}.png", "alt": says, "width": f"{width:.1f}cm"})

    def _table(self, parent: Element, node: Element, prose: bool) -> None:
        table = SubElement(parent, "table")
        rows = list(node.iter("tr"))
        columns = SubElement(table, "colgroup")
        for share in _shares(rows):
            SubElement(columns, "col", {"style": f"width: {share:.1f}%"})
        for part in ("thead", "tbody"):
            there = SubElement(table, part)
            for group in node.iter(part):
                for row in group.iter("tr"):
                    self._row(there, row, prose)

    def _row(self, there: Element, row: Element, prose: bool) -> None:
        line = SubElement(there, "tr")
        for place, cell in enumerate(row):
            marks = {*cell.get("class", "").split(), *row.get("class", "").split()}
            words = prose or place == 0 or "text" in marks
            style = cell_style(words, cell.tag == "th", marks)
            box = SubElement(line, cell.tag, {"style": f"text-align: {'left' if words else 'right'}"})
            self._inside(SubElement(_styled(box, style), "p"), cell)


def _sheets(figure: Figure) -> list[str]:
    """The figure as one picture, or as several where one would be too tall for a page."""
    rows = rows_of(figure)
    column = max(leaf.size[0] for _, row in rows for leaf in row)
    across = max(min(figure.across, int(BROAD / column)), 1)
    sheets: list[str] = []
    for count in range(1, len(rows) + 1):
        each = -(-len(rows) // count)
        sheets = [
            sheet("" if start else title_of(figure), figure.caption, rows[start : start + each], across)
            for start in range(0, len(rows), each)
        ]
        if all(high * WIDTH <= wide * HEIGHT for wide, high in map(_size, sheets)):
            return sheets
    return sheets


def _styled(parent: Element, style: str) -> Element:
    return SubElement(parent, "div", {"data-custom-style": style})


def _caption(parent: Element, label: str, said: str, name: Mapping[str, str]) -> None:
    line = SubElement(SubElement(parent, "div", {**name, "data-custom-style": "Table Caption"}), "p")
    SubElement(line, "strong").text = f"{label}. "
    _append(line, said)


def _append(parent: Element, text: str) -> None:
    if len(parent):
        parent[-1].tail = (parent[-1].tail or "") + text
    else:
        parent.text = (parent.text or "") + text


def _shares(rows: Sequence[Element]) -> list[float]:
    """The width of each column in percent: room for its longest word, more where cells are long."""
    needed = [0.0] * max((len(row) for row in rows), default=0)
    for row in rows:
        for place, cell in enumerate(row):
            lines = [_words(text) for text in _lines(cell)]
            word = max((len(word) for line in lines for word in line.replace("-", "- ").split()), default=1)
            needed[place] = max(needed[place], word + 2.0, min(max(map(len, lines), default=0), 90) ** 0.75)
    return [100 * width / sum(needed) for width in needed]


def _lines(cell: Element) -> Iterator[str]:
    """The text of a cell, and each line of its small print."""
    yield (cell.text or "") + "".join(_text(part) for part in cell if part.tag != "small")
    yield from (_text(part) for part in cell.iter("small"))


def _size(svg: str) -> tuple[float, float]:
    head = _Tree(svg[: svg.index(">") + 1].removesuffix(">") + "/>").root[0]
    return float(head.get("width", "1")), float(head.get("height", "1"))


def _svg(node: Element) -> str:
    """An SVG that was read with the page, as text again."""
    text = tostring(node, encoding="unicode").removesuffix(node.tail or "")
    return text.replace("viewbox=", "viewBox=")  # HTML knows no capitals in names
