"""Bodies and dialogues as clients build them."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.world.urls import encode_form
from fauxcorp.world.wire import (
    MAX_FIELDS,
    MAX_UNPACKED,
    Response,
    read_form,
    read_http,
    read_mail,
    read_smtp,
    shown_header,
    unpacked,
)

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
    assert (found.sender, found.recipients, found.data) == ("a@b.c", ("d@e.f", "g@h.i"), b"Subject: x\n\ny\n")
    assert read_smtp(b"DATA\nx\n.\n") is None
    assert read_smtp(b"RCPT TO:<a@b.c>\n") is None


def test_http() -> None:
    found = read_http(b"PUT /x?y=1 HTTP/1.1\r\nHost: a\r\nX: b\r\n\r\nbody")
    assert found == ("PUT", "/x?y=1", (("Host", "a"), ("X", "b")), b"body")
    assert read_http(b"hello") is None


def test_a_response_gives_headers_in_any_case() -> None:
    assert Response(200, "OK", (("Content-Type", "text/html"),), b"").header("content-type") == "text/html"


def test_a_body_is_read_without_its_encodings() -> None:
    text = b"message=hello"
    raw = zlib.compressobj(wbits=-15)
    bare = raw.compress(text) + raw.flush()
    for coding, body in (
        ("gzip", gzip.compress(text)),
        ("X-Gzip", gzip.compress(text)),
        ("deflate", zlib.compress(text)),
        ("deflate", bare),
        ("deflate, gzip", gzip.compress(zlib.compress(text))),
        ("identity", text),
        ("", text),
    ):
        assert unpacked((("Content-Encoding", coding),), body) == text, coding
    for coding in ("gzip", "deflate", "br", "gzip,gzip,gzip,gzip,gzip"):
        assert unpacked((("content-encoding", coding),), b"no such thing") == b"no such thing"
    bomb = gzip.compress(b"\0" * (MAX_UNPACKED + 1000))
    assert len(unpacked((("content-encoding", "gzip"),), bomb)) == MAX_UNPACKED


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=?utf-8?q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        ("=?iso-8859-1?b?U2No9m4=?= und gut", "Schön und gut"),
        ("a\r\n b", "a  b"),
        ("=?nosuch?q?x?=", "=?nosuch?q?x?="),
        ("=?utf-8?b?//8=?=", "=?utf-8?b?//8=?="),
    ],
)
def test_headers_as_a_reader_sees_them(value: str, shown: str) -> None:
    assert shown_header(value) == shown


def test_texts_of_a_mail_are_read_in_their_letters() -> None:
    head = b"Subject: x\r\nContent-Type: text/plain; charset="
    assert read_mail(head + b"iso-8859-1\r\n\r\nSch\xf6n\r\n")[1] == "Schön\n"
    assert read_mail(head + b"nosuch\r\n\r\nSch\xc3\xb6n\r\n")[1] == "Schön\n"
