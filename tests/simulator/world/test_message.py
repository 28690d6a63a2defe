"""A message at rest."""

from __future__ import annotations

from fauxcorp.world.message import display


def test_sender_and_size(small):
    files = (small.attachment("f", b"1234"),)
    message = small.message(1, "Ada <Ada@X.org>", subject="ab", body="cde", attachments=files)
    assert message.sender_address == "ada@x.org"
    assert message.size == 9


def test_display():
    assert display("Flint, Ada", "ada@x.org") == '"Flint, Ada" <ada@x.org>'
    assert display("", "ada@x.org") == "ada@x.org"
