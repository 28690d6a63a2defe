"""The common form of requests: what counts as the same request, and results in wrappings."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.serve.standin.asked import digest_of, items, readings, squeeze, text_of


def test_the_same_request_sent_again() -> None:
    one = json.dumps({"model": "m", "messages": [1], "stream": True, "user": "a"}).encode()
    two = json.dumps({"messages": [1], "stream": False, "model": "m"}).encode()
    assert digest_of(one) == digest_of(two)
    assert digest_of(one) != digest_of(one.replace(b"1", b"2"))
    assert digest_of(b"no json") != digest_of(b"no JSON")


def test_text_of_blocks() -> None:
    assert text_of([{"type": "text", "text": "a"}, "b", {"content": [{"text": "c"}]}, 7, None]) == "a\nb\nc"
    deep: object = "x"
    for _ in range(100):
        deep = [deep]
    assert text_of(deep) == ""


def test_results_in_wrappings() -> None:
    blocks = json.dumps([{"type": "text", "text": "id=k7"}])
    assert "id=k7" in readings(blocks)
    assert "id=k7" in readings(f"Wall time: 0.1 seconds\nOutput:\n{blocks}")
    assert readings("plain [text") == ["plain [text"]
    assert "id=k7" in readings(json.dumps({"content": blocks}))


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    assert readings(text)[0] == text
    assert squeeze(text) == squeeze(squeeze(text))
    assert list(items(text)) == []
