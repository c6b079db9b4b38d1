"""What a memo looks like in Word: the styles that its paragraphs and cells are written in, put into pandoc's own pattern of a document."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Set

SHADES = {
    "shade-1": "E6EBF1",
    "shade-2": "C9D5E1",
    "shade-3": "A3B7CC",
    "shade-4": "466F98",
    "shade-5": "1C3F66",
    "borrowed": "F3EFE2",
}
WHITE_ON = ("shade-4", "shade-5")
FONT, SERIF = "Arial", "Georgia"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def cell_style(words: bool, head: bool, marks: Set[str]) -> str:
    """The name of the style of a cell: words from the left or numbers from the right, a head or not, shaded, framed."""
    shade = next((mark for mark in SHADES if mark in marks), "")
    parts = ["Cell", "text" if words else "number", "head" if head else "", shade, "framed" if "best" in marks else ""]
    return " ".join(part for part in parts if part)


def _style(name: str, paragraph: str = "", letters: str = "", kind: str = "paragraph") -> str:
    base = '<w:basedOn w:val="Normal"/>' if kind == "paragraph" else ""
    return (
        f'<w:style w:type="{kind}" w:customStyle="1" w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/>{base}<w:qFormat/>'
        f"{f'<w:pPr>{paragraph}</w:pPr>' if paragraph else ''}{f'<w:rPr>{letters}</w:rPr>' if letters else ''}</w:style>"
    )


def _cells() -> list[str]:
    """Every style that `cell_style` can name."""
    styles: list[str] = []
    for words in (True, False):
        for head in (True, False):
            for shade in ("", *SHADES):
                for best in ((), ("best",)):
                    marks = {shade, *best}
                    frame = "".join(f'<w:{side} w:val="single" w:sz="12" w:space="1" w:color="1A1A1A"/>' for side in _SIDES)
                    paragraph = (
                        (f"<w:pBdr>{frame}</w:pBdr>" if best else "")
                        + (f'<w:shd w:val="clear" w:color="auto" w:fill="{SHADES[shade]}"/>' if shade else "")
                        + '<w:spacing w:before="20" w:after="20"/>'
                        + f'<w:jc w:val="{"left" if words else "right"}"/>'
                    )
                    letters = _letters(15, bold=head or bool(best), colour="FFFFFF" if shade in WHITE_ON else "")
                    styles.append(_style(cell_style(words, head, marks), paragraph, letters))
    return styles


_SIDES = ("top", "left", "bottom", "right")


def _letters(half_points: int, *, font: str = FONT, bold: bool = False, colour: str = "") -> str:
    return (
        f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:cs="{font}"/>{"<w:b/>" if bold else ""}'
        f'{f"""<w:color w:val="{colour}"/>""" if colour else ""}<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'
    )


def _own() -> str:
    """Styles that pandoc's pattern has not."""
    small = _style("Small print", letters='<w:b w:val="0"/><w:sz w:val="13"/><w:szCs w:val="13"/>', kind="character")
    folded = _style("Folded", '<w:keepNext/><w:spacing w:before="240" w:after="80"/>', _letters(19, bold=True))
    return "".join([small, folded, *_cells()])


_CHANGED = {
    # the name of a style of pandoc's, its paragraph, its letters
    "BodyText": ('<w:spacing w:before="80" w:after="80"/>', _letters(21, font=SERIF)),
    "Compact": ('<w:spacing w:before="30" w:after="30"/>', _letters(21, font=SERIF)),
    "Title": ('<w:keepNext/><w:spacing w:before="0" w:after="120"/>', _letters(40, font=SERIF, bold=True)),
    "Subtitle": ('<w:keepNext/><w:spacing w:before="0" w:after="240"/>', _letters(18, colour="595959")),
    "Heading1": (
        '<w:keepNext/><w:spacing w:before="440" w:after="120"/><w:outlineLvl w:val="0"/>',
        _letters(30, font=SERIF, bold=True),
    ),
    "Heading2": (
        '<w:keepNext/><w:spacing w:before="320" w:after="80"/><w:outlineLvl w:val="1"/>',
        _letters(24, font=SERIF, bold=True),
    ),
    "Heading3": (
        '<w:keepNext/><w:spacing w:before="240" w:after="60"/><w:outlineLvl w:val="2"/>',
        _letters(21, bold=True, colour="1C4E80"),
    ),
    "TableCaption": ('<w:keepNext/><w:spacing w:before="240" w:after="80"/>', '<w:i w:val="0"/>' + _letters(17)),
}
_TABLE = (
    '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblBorders><w:top w:val="single" w:sz="8" w:color="1A1A1A"/>'
    '<w:bottom w:val="single" w:sz="8" w:color="1A1A1A"/><w:insideH w:val="single" w:sz="4" w:color="D4D4D4"/></w:tblBorders>'
    '<w:tblCellMar><w:left w:w="50" w:type="dxa"/><w:right w:w="50" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    '<w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders><w:bottom w:val="single" w:sz="8" w:color="1A1A1A"/></w:tcBorders>'
    '<w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>'
)
_FOOTER = (
    f'<?xml version="1.0" encoding="UTF-8"?><w:ftr xmlns:w="{_MAIN}"><w:p><w:pPr><w:jc w:val="right"/></w:pPr>'
    f'<w:r><w:rPr>{_letters(16, colour="595959")}</w:rPr><w:fldChar w:fldCharType="begin"/></w:r>'
    f"<w:r><w:rPr>{_letters(16, colour='595959')}</w:rPr><w:instrText>PAGE</w:instrText></w:r>"
    f'<w:r><w:rPr>{_letters(16, colour="595959")}</w:rPr><w:fldChar w:fldCharType="end"/></w:r></w:p></w:ftr>'
)
_PAGE = (
    '<w:sectPr><w:footerReference w:type="default" r:id="rIdFoot"/><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567" w:gutter="0"/></w:sectPr>'
)


def with_styles(pattern: bytes) -> bytes:
    """Pandoc's pattern of a document (`pandoc --print-default-data-file reference.docx`) in A4 with numbered pages and the memo's styles."""
    before, made = zipfile.ZipFile(io.BytesIO(pattern)), io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, _changed(name, before.read(name)))
        after.writestr("word/footer1.xml", _FOOTER)
    return made.getvalue()


def _changed(name: str, data: bytes) -> bytes:
    if name == "word/styles.xml":
        return _styles(data.decode()).encode()
    if name == "word/document.xml":
        text = re.sub(r"<w:sectPr ?/>", _PAGE, data.decode())
        return (text if "xmlns:r=" in text else text.replace("<w:document ", f'<w:document xmlns:r="{_RELATION}" ', 1)).encode()
    if name == "word/_rels/document.xml.rels":
        line = f'<Relationship Id="rIdFoot" Type="{_RELATION}/footer" Target="footer1.xml"/>'
        return data.decode().replace("</Relationships>", f"{line}</Relationships>").encode()
    if name == "[Content_Types].xml":
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
        return data.decode().replace("</Types>", f'<Override PartName="/word/footer1.xml" ContentType="{kind}"/></Types>').encode()
    return data


def _styles(text: str) -> str:
    def changed(found: re.Match[str]) -> str:
        style, name = found[0], found[1]
        if name == "Table":
            return re.sub(r"<w:tblPr>.*</w:tblStylePr>", _TABLE, style, flags=re.DOTALL)
        if name not in _CHANGED:
            return style
        paragraph, letters = _CHANGED[name]
        bare = re.sub(r"<w:(pPr|rPr)>.*?</w:\1>", "", style, flags=re.DOTALL)
        return bare.replace("</w:style>", f"<w:pPr>{paragraph}</w:pPr><w:rPr>{letters}</w:rPr></w:style>")

    known = re.sub(r'<w:style [^>]*w:styleId="([^"]*)".*?</w:style>', changed, text, flags=re.DOTALL)
    return known.replace("</w:styles>", f"{_own()}</w:styles>")
