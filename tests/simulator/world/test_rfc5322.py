"""Messages on the wire are read back by the standard library as what they were."""

from __future__ import annotations

import email
import email.policy

from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.world.rfc5322 import as_rfc5322


def read(raw: bytes):
    return email.message_from_bytes(raw, policy=email.policy.default)


def test_headers_thread_and_attachments(small):
    message = small.message(
        1, sender="Zoë Müller <z@x.org>", subject="Grüße", body="ä\nend", cc=("c@x.org",), in_reply_to="<p@x>",
        headers=(("References", "<o@x> <p@x>"), ("Auto-Submitted", "auto-replied"), ("X-Folder", "y")),
        attachments=(small.attachment("a.pdf", b"%PDF\0"), small.attachment("ü.txt", b"text")),
    )  # fmt: skip
    got = read(as_rfc5322(message, "Europe/Berlin"))
    assert got["subject"] == "Grüße"
    assert got["from"] == "Zoë Müller <z@x.org>"
    assert got["date"].endswith("+0100")
    assert got["message-id"] == "<m1@northwind.example>"
    assert (got["in-reply-to"], got["references"]) == ("<p@x>", "<o@x> <p@x>")
    assert got["auto-submitted"] == "auto-replied"
    assert got.get_body().get_content() == "ä\nend"
    files = [(a.get_filename(), a.get_content()) for a in got.iter_attachments()]
    assert files == [("a.pdf", b"%PDF\0"), ("ü.txt", b"text")]
    assert not got.defects


def test_the_same_message_gives_the_same_bytes(small):
    message = small.message(1, attachments=(small.attachment("a"),))
    assert as_rfc5322(message) == as_rfc5322(message)


hostile = st.text(alphabet=st.sampled_from('ab@<>,"\r\n\0 :;é=?\u2028'), max_size=30)


@given(hostile, hostile, hostile, hostile, st.text(max_size=50))
def test_nothing_hostile_makes_a_header(small, subject, address, name, value, body):
    message = small.message(
        1, subject=f"{subject}\nX-Evil: 1", sender=f"{address}\r\nX-Evil: 1", to=(f"{address}\nX-Evil: 1",),
        headers=((name, f"{value}\nX-Evil: 1"),), in_reply_to=f"{value}\nX-Evil: 1", body=body,
        attachments=(small.attachment(f"{name}\nX-Evil: 1"),),
    )  # fmt: skip
    got = email.message_from_bytes(as_rfc5322(message))
    assert [n for n in got.keys() if n.lower() == "x-evil"] == []  # noqa: SIM118 - messages have more than one of a name
    assert [n for part in got.walk() for n in part.keys() if n.lower() == "x-evil"] == []  # noqa: SIM118
