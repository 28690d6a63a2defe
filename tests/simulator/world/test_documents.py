"""The text of documents, honest and hostile."""

from __future__ import annotations

import io
import zipfile
import zlib

import docx
import fpdf
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fauxcorp.world.documents import MAX_DRAWN, MAX_FILE, MAX_PAGES, MAX_TEXT, kind_of, read_document


def pdf(*pages: str) -> bytes:
    made = fpdf.FPDF()
    for text in pages:
        made.add_page()
        made.set_font("helvetica", size=12)
        made.multi_cell(0, 8, text)
    return bytes(made.output())


def word(*paragraphs: str) -> bytes:
    made, out = docx.Document(), io.BytesIO()
    for text in paragraphs:
        made.add_paragraph(text)
    table = made.add_table(2, 2)
    for n in range(4):
        table.cell(n // 2, n % 2).text = f"cell {n}"
    made.save(out)
    return out.getvalue()


def workbook() -> bytes:
    made, out = openpyxl.Workbook(), io.BytesIO()
    made.active.title = "Trial"
    made.active.append(["case", "event"])
    made.active.append([1, None, "hidden"])
    made.create_sheet("Notes").append(["the second sheet"])
    made.save(out)
    return out.getvalue()


def packed(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, data in members.items():
            pack.writestr(name.replace("__", "/").replace("_xml", ".xml"), data)
    return out.getvalue()


def open_text(body: str, kind: str = "text") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as pack:
        pack.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        pack.writestr("content.xml", f'<o:d xmlns:o="o" xmlns:text="t">{body}</o:d>')
    return out.getvalue()


def drawing(*contents: bytes) -> bytes:
    """A PDF of one page whose drawing commands are these, each but the last a form that the next draws."""
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"]
    last = 3 + len(contents)
    objects.append(b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents %d 0 R/Resources<</XObject<</F %d 0 R>>>>>>"
                   % (last, last - 1))  # fmt: skip
    for n, data in enumerate(contents):
        raw = zlib.compress(data)
        form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F %d 0 R>>>>" % (3 + n) if n else b""
        form = form or b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]"
        objects.append(b"<<%s/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (form, len(raw), raw))
    out, places = bytearray(b"%PDF-1.4\n"), []
    for n, held in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (n, held)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, start))


def test_a_pdf_has_its_pages() -> None:
    found = read_document(pdf("The first page.", "The second.\nWith two lines."))
    assert found is not None
    assert found.kind == "pdf"
    assert found.text == "[Page 1 of 2]\nThe first page.\n\n[Page 2 of 2]\nThe second.\nWith two lines."
    assert found.plain == "The first page.\nThe second.\nWith two lines."


def test_a_word_document_has_its_paragraphs_and_tables() -> None:
    found = read_document(word("Minutes", "Nothing was agreed & all <went> home."))
    assert found is not None
    assert found.text == "Minutes\nNothing was agreed & all <went> home.\ncell 0 | cell 1\ncell 2 | cell 3"


def test_a_workbook_has_its_sheets() -> None:
    found = read_document(workbook())
    assert found is not None
    assert found.text == "[Sheet Trial]\ncase\tevent\n1\t\thidden\n\n[Sheet Notes]\nthe second sheet"


def test_an_open_document_has_its_text() -> None:
    found = read_document(open_text("<text:p>One<text:s text:c='3'/>two</text:p><text:h>Head</text:h>"))
    assert found is not None
    assert (found.kind, found.text) == ("odt", "One   two\nHead")
    assert kind_of(open_text("", "spreadsheet")) == "ods"


@pytest.mark.parametrize("data", [b"", b"plain text", b"PK\x03\x04", b"\x89PNG\r\n", packed(readme=b"x")])
def test_what_is_no_document_is_none(data: bytes) -> None:
    assert read_document(data) is None


@pytest.mark.parametrize("cut", [10, 200, 700, -1, -40, -300])
@pytest.mark.parametrize("make", [lambda: pdf("Some words."), lambda: word("Some words."), workbook])
def test_damaged_ones_say_so_or_give_what_is_left(make, cut: int) -> None:
    found = read_document(make()[:cut])
    assert found is None or found.parts or "damaged" in found.note


def test_too_large_is_not_looked_into() -> None:
    found = read_document(b"%PDF-1.4" + b" " * MAX_FILE)
    assert found is not None
    assert "too large" in found.note


def test_entities_are_not_expanded() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE w [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">]><w><t>&b;</t></w>'
    found = read_document(packed(word__document_xml=bomb))
    assert found is not None
    assert "lol" not in found.text
    assert "damaged" in found.note


def test_nothing_outside_is_read() -> None:
    xml = b'<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]><w><t>&a;</t></w>'
    found = read_document(packed(word__document_xml=xml))
    assert found is not None
    assert "root:" not in found.text


def test_a_zip_bomb_stops_early() -> None:
    found = read_document(packed(word__document_xml=b"<w><t>" + b"a" * 40_000_000))
    assert found is not None
    assert len(found.text) <= MAX_TEXT + 200


def test_deep_nesting_stops() -> None:
    found = read_document(packed(word__document_xml=b"<t>" * 100_000))
    assert found is not None
    assert "damaged" in found.note


def test_one_long_string_in_many_cells_stops() -> None:
    strings = b"<sst><si><t>" + b"x" * 1_000_000 + b"</t></si></sst>"
    cell = b'<c t="s"><v>0</v></c>' * 500
    found = read_document(packed(
        xl__workbook_xml=b'<w><sheet name="A"/></w>', xl__sharedStrings_xml=strings,
        xl__worksheets__sheet1_xml=b"<w>" + (b"<row>" + cell + b"</row>") * 100 + b"</w>",
    ))  # fmt: skip
    assert found is not None
    assert len(found.text) <= MAX_TEXT + 200


def test_forms_that_draw_forms_without_end_stop() -> None:
    found = read_document(drawing(b"q Q " * 50, *[b"/F Do " * 50] * 6, b"/F Do"))
    assert found is not None
    assert found.plain == ""
    assert MAX_DRAWN < 50**6


def test_too_many_drawing_commands_stop() -> None:
    found = read_document(drawing(b"q Q", b"q Q " * (MAX_DRAWN // 2 + 5)))
    assert found is not None
    assert found.note == "Page 1 cannot be shown"


def test_a_huge_page_is_passed_over() -> None:
    found = read_document(drawing(b"q Q", b"q Q " * 1_000_000))
    assert found is not None
    assert found.note == "Page 1 cannot be shown"


def test_many_pages_are_cut() -> None:
    found = read_document(pdf(*[f"p{n}" for n in range(MAX_PAGES + 3)]))
    assert found is not None
    assert len(found.parts) == MAX_PAGES
    assert found.note == f"Only the first {MAX_PAGES} of {MAX_PAGES + 3} pages are shown"


def test_a_locked_pdf_says_so() -> None:
    made = fpdf.FPDF()
    made.add_page()
    made.set_encryption(owner_password="a", user_password="b")
    found = read_document(bytes(made.output()))
    assert found is not None
    assert "password" in found.note


@settings(max_examples=60)
@given(st.data())
def test_bytes_changed_anywhere_never_raise(data) -> None:
    whole = bytearray(data.draw(st.sampled_from([_PDF, _WORD, _BOOK])))
    for _ in range(data.draw(st.integers(1, 8))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    found = read_document(bytes(whole))
    assert found is None or isinstance(found.text, str)


_PDF, _WORD, _BOOK = pdf("Some words.", "More."), word("Some words."), workbook()
