"""Bodies and dialogues as clients build them."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.world.urls import encode_form
from fauxcorp.world.wire import MAX_FIELDS, Response, read_form, read_http, read_mail, read_smtp

NAMES = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=10)


@given(st.dictionaries(NAMES, st.text(st.characters(codec="utf-8"), max_size=30), max_size=4))
def test_a_form_is_read_as_it_was_filled_in(fields: dict[str, str]) -> None:
    kind, body = encode_form(fields)
    assert dict(read_form((("Content-Type", kind),), body).fields) == fields


@given(NAMES, NAMES, st.binary(max_size=200), st.text(st.characters(codec="ascii", categories=["L"]), max_size=20))
def test_files_are_read_as_they_were_sent(field: str, name: str, content: bytes, value: str) -> None:
    kind, body = encode_form({"note": value}, [(field, name, content)])
    form = read_form((("content-type", kind),), body)
    assert form.files == ((name, content),)
    assert form.get("note") == value
    assert encode_form({"note": value}, [(field, name, content)]) == (kind, body)


def test_json_and_query() -> None:
    body = json.dumps({"text": "a", "n": 1}).encode()
    form = read_form((("Content-Type", "application/json"),), body, "q=1")
    assert form.fields == (("q", "1"), ("text", "a"), ("n", "1"))
    assert read_form((("Content-Type", "application/json"),), b"[" * 100_000).fields == ()


def test_the_count_of_parts_is_bounded() -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="f"; filename="a"\r\n\r\nx\r\n'
    form = read_form((("Content-Type", "multipart/form-data; boundary=b"),), part * (MAX_FIELDS * 3))
    assert len(form.files) <= MAX_FIELDS
    assert read_form((), b"a=1&" * (MAX_FIELDS * 2)).fields == ()


@given(st.binary(max_size=300), st.text(max_size=60))
def test_nothing_raises(data: bytes, kind: str) -> None:
    for head in ("", "multipart/form-data; boundary=b", "application/json", kind):
        read_form((("Content-Type", head),), data)
        read_form((("Content-Type", head),), b"--b\r\n" + data + b"\r\n\r\nx--b")
    read_http(data)
    read_smtp(data)
    read_mail(data)


def test_smtp() -> None:
    talk = b"HELO a\nmail from: <a@b.c>\nRCPT TO:<d@e.f> NOTIFY=NEVER\nrcpt to:g@h.i\nDATA\nSubject: x\n\ny\n.\nQUIT\n"
    found = read_smtp(talk)
    assert found is not None
    assert (found.sender, found.recipients, found.data) == ("a@b.c", ("d@e.f", "g@h.i"), b"Subject: x\n\ny")
    assert read_smtp(b"DATA\nx\n.\n") is None
    assert read_smtp(b"RCPT TO:<a@b.c>\n") is None


def test_http() -> None:
    found = read_http(b"PUT /x?y=1 HTTP/1.1\r\nHost: a\r\nX: b\r\n\r\nbody")
    assert found == ("PUT", "/x?y=1", (("Host", "a"), ("X", "b")), b"body")
    assert read_http(b"hello") is None


def test_a_response_gives_headers_in_any_case() -> None:
    assert Response(200, "OK", (("Content-Type", "text/html"),), b"").header("content-type") == "text/html"
