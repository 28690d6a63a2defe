"""Documents: readable, and the same bytes each time."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

from docx import Document
from openpyxl import load_workbook  # type: ignore[import-untyped]
from pypdf import PdfReader

from fauxcorp.background.documents import docx, members, pdf, xlsx

AT = datetime(2026, 2, 3, 10, 5, tzinfo=UTC)
LINES = ("# Boiler", "", "| Pressure | 1.8 bar |", "---", "No remarks, Lübeck.")


def test_a_pdf_can_be_read_and_is_the_same_twice() -> None:
    data = pdf(LINES, AT, "Bogdan Matuschek")
    assert data == pdf(LINES, AT, "Bogdan Matuschek")
    text = PdfReader(io.BytesIO(data)).pages[0].extract_text()
    assert "1.8 bar" in text
    assert "Lübeck" in text
    assert b"20260203" in data


def test_a_letter_can_be_read_and_is_the_same_twice() -> None:
    data = docx(LINES, AT, "Bogdan Matuschek")
    assert data == docx(LINES, AT, "Bogdan Matuschek")
    paper = Document(io.BytesIO(data))
    assert [p.text for p in paper.paragraphs] == ["Boiler", "No remarks, Lübeck."]
    assert paper.tables[0].rows[0].cells[1].text == "1.8 bar"
    assert paper.core_properties.author == "Bogdan Matuschek"
    assert len(data) < 15 * 1024


def test_a_sheet_can_be_read_and_its_times_are_given() -> None:
    data = xlsx(["Article", "EUR"], [["Zinc", 2.31]], AT, "Ines Kuźnik", "prices/2026")
    assert data == xlsx(["Article", "EUR"], [["Zinc", 2.31]], AT, "Ines Kuźnik", "prices/2026")
    book = load_workbook(io.BytesIO(data))
    assert book.active.title == "prices 2026"
    assert [c.value for c in book.active[2]] == ["Zinc", 2.31]
    assert book.properties.modified == AT.replace(tzinfo=None)
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        assert {i.date_time for i in found.infolist()} == {(2026, 2, 3, 10, 5, 0)}


def test_members_of_what_is_no_office_file() -> None:
    assert members(b"PK but not really") is None
