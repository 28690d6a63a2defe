"""Reading what lies in a company's folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from fauxcorp.content.library import Library
from fauxcorp.lint.shelf import MAX_TEXT, Shelf

from .conftest import mail, write


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(Library((write(tmp_path / "yard", {"mail/two.yaml": {"threads": [mail(0), mail(1)]}}),)))


def test_mails_with_their_lines(shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "yard/fixtures/companies/ropewalk/mail/two.yaml"
    one, other = shelf.mails(path)
    assert (one.thread, other.thread) == ("two/0", "two/1")
    lines = path.read_text(encoding="utf-8").split("\n")
    assert "body:" in lines[other.body_line - 2] or "body:" in lines[other.body_line - 1]
    assert shelf.mails(path)[0] is one


def test_pages_are_read_without_tags(shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<p class='Acme'>One</p>\n<script>\nAcme\n</script>\n<a href='https://b.org/x'>two</a>")
    (text,) = shelf.site(path)
    assert "Acme" not in text.text
    assert text.text.count("\n") == 4
    assert text.urls[0][0] == "b.org"


def test_what_is_no_text_is_left_out(shelf: Shelf, tmp_path: Path) -> None:
    for name, data in (("a.bin", b"a\0b"), ("b.txt", b"\xff\xfe"), ("c.txt", b"x" * (MAX_TEXT + 1))):
        (tmp_path / name).write_bytes(data)
        assert shelf.file(tmp_path / name, f"/srv/{name}") == ()


def test_strings_below_keys(shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "t.yaml"
    path.write_text(
        "then:\n  - note: no\n  - mail: {subject: Rope}\n  - chat:\n      text: |\n        Hi\n        there\n"
    )
    found = shelf.strings(path, "cast", ("subject", "text"))
    assert [(t.text, t.line) for t in found] == [("Rope", 3), ("Hi\nthere\n", 6)]


def test_old_versions_of_a_page_are_read_with_their_lines(shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "wiki/House/Keys.md"
    path.parent.mkdir(parents=True)
    path.write_text(
        "---\ntitle: Keys\nauthor: ada\nupdated: 2026-02-10T09:00:00+00:00\nhistory:\n"
        "- {author: tom, at: 2026-01-01T09:00:00+00:00}\n"
        "- author: kit\n  at: 2026-01-02T09:00:00+00:00\n  text: |\n    Ask Kit.\n    Soon.\n"
        "- {author: kit, at: 2026-01-03T09:00:00+00:00, text: Ask Tom.}\n"
        "---\n\nAsk Ada.\n",
        encoding="utf-8",
    )
    (page,) = shelf.pages(path)
    lines = path.read_text(encoding="utf-8").split("\n")
    assert page.path == "House/Keys"
    assert [(t.text, t.author) for t in page.old] == [("Ask Kit.\nSoon.\n", "kit"), ("Ask Tom.", "kit")]
    assert lines[page.old[0].line - 1] == "    Ask Kit."
    assert "Ask Tom." in lines[page.old[1].line - 1]
    assert lines[page.text.at_offset(page.text.text.index("Ask")) - 1] == "Ask Ada."
