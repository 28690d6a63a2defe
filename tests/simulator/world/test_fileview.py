"""Files as they are shown."""

from __future__ import annotations

import io

import docx
import pytest

from fauxcorp.errors import ToolError
from fauxcorp.world.fileview import MAX_SHOWN, shown_file


def test_text_by_lines() -> None:
    assert shown_file(b"a\nb\nc\n", "x.txt") == "a\nb\nc"
    assert shown_file(b"a\nb\nc\n", "x.txt", 2, 1) == "b\n[lines 2-2 of 3; go on with offset=3]"
    assert shown_file(b"", "x") == "(empty file)"
    assert (
        shown_file(b"\x00\x01", "x.bin") == "Binary file (application/octet-stream, 2 B); it cannot be shown as text."
    )
    with pytest.raises(ToolError, match="has 1 lines"):
        shown_file(b"a", "x", 2)


def test_a_long_line_is_cut() -> None:
    assert shown_file(b"a" * (MAX_SHOWN * 2), "x").endswith("[... line cut]")


def test_a_document_by_the_lines_of_its_text() -> None:
    made, out = docx.Document(), io.BytesIO()
    for n in range(5):
        made.add_paragraph(f"Paragraph {n}.")
    made.save(out)
    size = f"{len(out.getvalue()) / 1024:.1f} KB"
    assert shown_file(out.getvalue(), "x.docx", 2, 2) == (
        f"[Word document, {size}]\nParagraph 1.\nParagraph 2.\n[lines 2-3 of 5; go on with offset=4]"
    )


def test_a_damaged_document() -> None:
    assert shown_file(b"%PDF-1.4 x", "x.pdf") == "PDF, 10 B: The document is damaged and cannot be shown."
