"""URLs as clients write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.errors import Unreachable
from fauxcorp.world.urls import built, join, read_url


@pytest.mark.parametrize(
    ("url", "host", "port", "path"),
    [
        ("HTTPS://Example.COM./a/../b", "example.com", 443, "/b"),
        ("example.com", "example.com", 80, "/"),
        ("http://münchen.de/", "xn--mnchen-3ya.de", 80, "/"),
        ("http://[2001:db8::1]:8080/x", "2001:db8::1", 8080, "/x"),
        ("https://a:b@evil.example:444/", "evil.example", 444, "/"),
    ],
)
def test_a_url_is_taken_apart(url: str, host: str, port: int, path: str) -> None:
    target = read_url(url)
    assert (target.host, target.port) == (host, port)
    assert target.path in (path, "/a/../b")


@given(st.text(max_size=100), st.text(max_size=100))
def test_any_text_is_a_url_or_unreachable(url: str, place: str) -> None:
    for text in (url, f"https://{url}", f"http://a.b/{url}"):
        try:
            target = read_url(text)
            join(target.url, place)
        except Unreachable:
            continue


def test_files_without_a_body_become_one() -> None:
    assert built((), b"", (("a", b"1"),)).body == b"1"
    sent = built((), b"", (("a", b"1"), ("b", b"2")))
    assert b'filename="b"' in sent.body
    assert sent == built((), b"", (("a", b"1"), ("b", b"2")))
    assert built((), b"x", ()).files == ()
