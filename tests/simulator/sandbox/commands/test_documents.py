# ruff: noqa: E501 - tables are easier to read wide
"""What documents say, and what files are."""

from __future__ import annotations

import io

import docx
import fpdf
import pytest

from fauxcorp.sandbox.commands.documents import described


def pdf(*pages: str) -> bytes:
    made = fpdf.FPDF()
    for text in pages:
        made.add_page()
        made.set_font("helvetica", size=12)
        made.cell(text=text)
    return bytes(made.output())


def word(text: str) -> bytes:
    made, out = docx.Document(), io.BytesIO()
    made.add_paragraph(text)
    made.save(out)
    return out.getvalue()


@pytest.fixture
def room(desk):
    desk.sandbox.write("/srv/share/minutes.pdf", pdf("First page.", "Second page."), desk.tool)
    desk.sandbox.write("/srv/share/letter.docx", word("Dear all."), desk.tool)
    return desk


def test_pdftotext(room) -> None:
    assert room.out("pdftotext /srv/share/minutes.pdf -") == "First page.\n\n\fSecond page.\n\n\f"
    assert room.out("pdftotext -layout -f 2 -l 2 -nopgbrk /srv/share/minutes.pdf - | head -1") == "Second page.\n"
    room.run("cd /tmp && cp /srv/share/minutes.pdf . && pdftotext minutes.pdf")
    assert room.out("grep -c page /tmp/minutes.txt") == "2\n"
    assert room.out("cat /srv/share/minutes.pdf | pdftotext - - | grep -c page") == "2\n"


def test_pdftotext_of_what_is_none(room) -> None:
    assert "May not be a PDF file" in room.run("pdftotext /srv/share/plan.txt -").stderr
    assert "Couldn't open file" in room.run("pdftotext /nowhere.pdf -").stderr
    assert "Usage" in room.run("pdftotext").stderr


def test_docx2txt(room) -> None:
    assert room.out("docx2txt /srv/share/letter.docx -") == "Dear all.\n"
    room.run("cd /tmp && docx2txt /srv/share/letter.docx out.txt")
    assert room.out("cat /tmp/out.txt") == "Dear all.\n"
    assert room.run("docx2txt /srv/share/plan.txt -").exit_code == 1


def test_file(room) -> None:
    assert room.out("cd /srv/share; file minutes.pdf letter.docx plan.txt trial") == (
        "minutes.pdf: PDF document, version 1.3, 2 page(s)\nletter.docx: Microsoft Word 2007+\n"
        "plan.txt:    ASCII text\ntrial:       directory\n"
    )
    assert room.out("file -b --mime-type /srv/share/minutes.pdf") == "application/pdf\n"
    assert "cannot open `/nowhere'" in room.out("file /nowhere")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"), (b"\x89PNG\r\n\x1a\n..", "PNG image data"), (b"a,b\n1,2\n", "CSV ASCII text"),
        ("größer".encode(), "UTF-8 Unicode text"), (b"#!/bin/bash\necho\n", "Bourne-Again shell script, ASCII text executable"),
        (b'{"a": 1}', "JSON text data"), (b"a\r\nb\r\n", "ASCII text, with CRLF line terminators"), (b"\x00\x01", "data"),
    ],
)  # fmt: skip
def test_kinds(content: bytes, words: str) -> None:
    assert described(content) == words
