"""A message at rest."""

from __future__ import annotations

from fauxcorp.world.message import bare, display


def test_sender_and_size(small):
    files = (small.attachment("f", b"1234"),)
    message = small.message(1, "Ada <Ada@X.org>", subject="ab", body="cde", attachments=files)
    assert message.sender_address == "ada@x.org"
    assert message.size == 9


def test_display():
    assert display("Flint, Ada", "ada@x.org") == '"Flint, Ada" <ada@x.org>'
    assert display("", "ada@x.org") == "ada@x.org"


def test_display_keeps_letters_as_they_are():
    assert display("Jannis Größe", "j@x.org") == "Jannis Größe <j@x.org>"
    assert display("Größe, Ada", "a@x.org") == '"Größe, Ada" <a@x.org>'
    assert bare(display('Ä "q" \\', "a@x.org")) == "a@x.org"
