"""PDF, Word and Excel files out of lines and rows, the same bytes each time. Needs the extra `authoring`."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime

from fauxcorp.errors import UserError

try:
    from docx import Document as WordDocument
    from fpdf import FPDF
    from openpyxl import Workbook  # type: ignore[import-untyped]
    from openpyxl.styles import Font  # type: ignore[import-untyped]
except ImportError as error:  # reading a company needs none of them, only writing one does
    MISSING: str | None = error.name
else:
    MISSING = None

Cell = str | int | float
_MODIFIED = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(<)")
_TABLE_STYLES = re.compile(
    rb'<w:style w:type="table"(?! w:default)[^>]*>.*?</w:style>|<w:latentStyles.*?</w:latentStyles>', re.DOTALL
)
"""Four fifths of the library's template, and nothing of it is used here."""
_ROW = re.compile(r"\s*\|\s*")


def _needed() -> None:
    if MISSING is not None:
        raise UserError(f"no module {MISSING}; install it with: pip install 'fauxcorp[authoring]'")


def pdf(lines: Sequence[str], at: datetime, author: str) -> bytes:
    """A page or more. `# ` is a heading, `| a | b |` a row of a table, `---` a rule. Latin-1; the rest is `?`."""
    _needed()
    paper = FPDF(format="A4")
    # Uncompressed: the bytes do not hang on a version of zlib.
    paper.set_compression(False)
    paper.set_creation_date(at)
    paper.set_author(_latin(author))
    paper.set_title(_latin(next((line.lstrip("# ") for line in lines if line.strip()), "")))
    paper.set_producer("Microsoft: Print To PDF")
    paper.set_margin(22)
    paper.add_page()
    for line in lines:
        _pdf_line(paper, _latin(line))
    return bytes(paper.output())


def _pdf_line(paper: FPDF, line: str) -> None:
    if line.startswith("#"):
        paper.set_font("Helvetica", "B", 13 if line.startswith("# ") else 11)
        paper.multi_cell(0, 7, line.lstrip("# "), new_x="LMARGIN", new_y="NEXT")
        return
    paper.set_font("Helvetica", "", 10)
    if line.strip() == "---":
        paper.line(paper.l_margin, paper.get_y() + 2, paper.w - paper.r_margin, paper.get_y() + 2)
        paper.ln(5)
    elif line.startswith("|"):
        cells = cells_of(line)
        width = paper.epw / len(cells)
        for n, cell in enumerate(cells):
            last = n == len(cells) - 1
            paper.cell(width, 6, cell, align="R" if last and n else "L")
        paper.ln(6)
    elif line.strip():
        paper.multi_cell(0, 5.2, line, new_x="LMARGIN", new_y="NEXT")
    else:
        paper.ln(3.5)


def docx(lines: Sequence[str], at: datetime, author: str) -> bytes:
    """A letter or minutes, of the same lines as a PDF; `- ` is an item."""
    _needed()
    paper = WordDocument()
    paper.core_properties.author = author
    paper.core_properties.last_modified_by = author
    paper.core_properties.comments = ""
    rows: list[list[str]] = []
    for line in [*lines, ""]:
        if line.startswith("|"):
            rows.append(cells_of(line))
            continue
        if rows:
            table = paper.add_table(rows=0, cols=max(map(len, rows)))
            for row in rows:
                for cell, text in zip(table.add_row().cells, row, strict=False):
                    cell.text = text
            rows = []
        if line.startswith("#"):
            paper.add_heading(line.lstrip("# "), level=1 if line.startswith("# ") else 2)
        elif line.startswith("- "):
            paper.add_paragraph(line[2:], style="List Bullet")
        elif line.strip() and line.strip() != "---":
            paper.add_paragraph(line)
    stream = io.BytesIO()
    paper.save(stream)
    return steady(stream.getvalue(), at, drop=("docProps/thumbnail.jpeg", "word/stylesWithEffects.xml"))


def xlsx(head: Sequence[str], rows: Sequence[Sequence[Cell]], at: datetime, author: str, title: str) -> bytes:
    """One sheet with a bold first row."""
    _needed()
    book = Workbook()
    book.properties.creator = author
    book.properties.lastModifiedBy = author
    sheet = book.active
    sheet.title = re.sub(r"[\[\]:*?/\\]", " ", title)[:31]
    sheet.append(list(head))
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for row in rows:
        sheet.append(list(row))
    for n, name in enumerate(head):
        longest = max([len(str(name)), *(len(str(row[n])) for row in rows if n < len(row))])
        sheet.column_dimensions[sheet.cell(1, n + 1).column_letter].width = min(48, longest + 3)
    sheet.freeze_panes = "A2"
    stream = io.BytesIO()
    book.save(stream)
    return steady(stream.getvalue(), at)


def steady(data: bytes, at: datetime, drop: Sequence[str] = ()) -> bytes:
    """An Office file packed anew: every time in it is `at`, and it names no program that wrote it."""
    out = io.BytesIO()
    stamp = f"{at:%Y-%m-%dT%H:%M:%SZ}".encode()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name in drop:
                continue
            content = old.read(name)
            if name == "docProps/core.xml":
                content = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", content)
            for part in drop:
                content = _without(name, content, part)
            if name == "word/styles.xml":
                content = _TABLE_STYLES.sub(b"", content)
            info = zipfile.ZipInfo(name, (at.year, at.month, at.day, at.hour, at.minute, at.second // 2 * 2))
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 0
            new.writestr(info, content, compresslevel=9)
    return out.getvalue()


def _without(name: str, content: bytes, part: str) -> bytes:
    """A list of parts without one of them."""
    target = re.escape(part.rpartition("/")[2]).encode()
    if name.endswith(".rels"):
        return re.sub(rb'<Relationship [^>]*Target="[^">]*' + target + rb'"[^>]*/>', b"", content)
    if name == "[Content_Types].xml":
        return re.sub(rb'<Override [^>]*PartName="[^">]*' + target + rb'"[^>]*/>', b"", content)
    return content


def members(data: bytes) -> dict[str, bytes] | None:
    """What is in an Office file, by name; None if it is none."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as found:
            return {name: found.read(name) for name in found.namelist()}
    except zipfile.BadZipFile:
        return None


def cells_of(line: str) -> list[str]:
    """The cells of `| a | b |`."""
    return _ROW.split(line.strip().strip("|").strip())


def _latin(text: str) -> str:
    swapped = text.translate({0x2013: "-", 0x2014: "-", 0x20AC: "EUR", 0x2019: "'", 0x201E: '"', 0x201C: '"'})
    return swapped.encode("latin-1", "replace").decode("latin-1")
