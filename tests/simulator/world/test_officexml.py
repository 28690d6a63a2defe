# ruff: noqa: E501 - tables are easier to read wide
"""The XML of office documents."""

from __future__ import annotations

import pytest

from fauxcorp.world.officexml import MAX_COLUMNS, MAX_DEPTH, Part, read_part


def parts(kind: str, **members: bytes) -> tuple[list[Part], str]:
    held = {name.replace("__", "/") + ".xml": data for name, data in members.items()}
    return read_part(kind, {name: len(data) for name, data in held.items()}, held.__getitem__)


def test_breaks_tabs_and_runs() -> None:
    body = b"<d><p><r><t>one</t></r><r><t> two</t><tab/><t>three</t><br/><t>four</t></r></p></d>"
    assert parts("docx", word__document=body) == ([Part("", "one two\tthree\nfour")], "")


def test_notes_and_headers_follow_the_text() -> None:
    found, note = parts("docx", word__document=b"<d><p><t>text</t></p></d>", word__footnotes=b"<d><p><t>note</t></p></d>",
                        word__header1=b"<d><p><t>top</t></p></d>")  # fmt: skip
    assert found == [Part("Document", "text"), Part("Footnotes", "note"), Part("Header", "top")]
    assert note == ""


def test_slides_come_in_their_order() -> None:
    slide = b"<s><p><t>slide %d</t></p></s>"
    found, _ = parts(
        "pptx", ppt__slides__slide10=slide % 10, ppt__slides__slide2=slide % 2, ppt__slides__slide1=slide % 1
    )
    assert found == [Part("Slide 1", "slide 1"), Part("Slide 2", "slide 2"), Part("Slide 3", "slide 10")]


def test_cells_stand_in_their_columns() -> None:
    rows = b'<s><row><c r="B1"><v>1.5</v></c><c r="D1" t="b"><v>1</v></c><c r="E1" t="inlineStr"><is><t>in</t></is></c></row></s>'
    found, _ = parts("xlsx", xl__workbook=b'<w><sheet name="S"/></w>', xl__worksheets__sheet1=rows)
    assert found == [Part("Sheet S", "\t1.5\t\tTRUE\tin")]


def test_a_far_cell_and_a_number_of_no_string() -> None:
    rows = b'<s><row><c r="XFD1"><v>far</v></c></row><row><c t="s"><v>99</v></c><c><v>x</v></c></row></s>'
    found, _ = parts("xlsx", xl__workbook=b"<w/>", xl__worksheets__sheet1=rows)
    assert found[0].title == "Sheet 1"
    assert len(found[0].text.split("\n")[0].split("\t")) <= MAX_COLUMNS
    assert found[0].text.endswith("\tx")


@pytest.mark.parametrize("body", [b"<d><p><t>kept</t></p>", b"<d><p><t>kept</t></p>" + b"<x>" * (MAX_DEPTH + 1)])
def test_what_came_before_the_damage_stands(body: bytes) -> None:
    found, note = parts("docx", word__document=body)
    assert found[0].text == "kept"
    assert "damaged" in note


def test_a_document_without_its_main_part() -> None:
    with pytest.raises(KeyError):
        parts("docx", other=b"")
