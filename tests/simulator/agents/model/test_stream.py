"""Streams are read whatever way they are cut up, within limits, and are whole or are not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.agents.model import stream
from fauxcorp.agents.model.stream import Event, Gathering, events, gather, lines
from fauxcorp.agents.model.trouble import Again, Trouble

from .conftest import sse

ENDS = st.sampled_from([b"\n", b"\r", b"\r\n"])
LINE = st.binary(max_size=12).map(lambda b: b.replace(b"\r", b"").replace(b"\n", b""))


def cut(data: bytes, sizes: list[int]) -> Iterator[bytes]:
    """The data in pieces of these sizes, the rest in one."""
    for size in sizes:
        yield data[:size]
        data = data[size:]
    yield data


@given(parts=st.lists(st.tuples(LINE, ENDS), max_size=8), sizes=st.lists(st.integers(0, 5), max_size=40))
def test_lines_are_the_same_however_they_come(parts: list[tuple[bytes, bytes]], sizes: list[int]) -> None:
    data = b"".join(line + end for line, end in parts)
    expected = [line.rstrip(b"\r\n") for line in data.removeprefix(b"\xef\xbb\xbf").splitlines(keepends=True)]
    assert list(lines(cut(data, sizes))) == expected


@given(sizes=st.lists(st.integers(0, 7), max_size=60))
def test_events_are_the_same_however_they_come(sizes: list[int]) -> None:
    data = (
        b"\xef\xbb\xbf: hello\n\nevent: a\r\ndata: one\r\ndata:two\r\nid: 7\r\nretry: 3\r\n\r\ndata\rdata:  x\r\r"
        b"event: lost\n\nwhatever\ndata: last\n\ndata: not ended\n"
    )
    assert list(events(cut(data, sizes))) == [Event("a", b"one\ntwo"), Event("", b"\n x"), Event("", b"last")]


def test_there_are_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stream, "MAX_LINE", 100)
    monkeypatch.setattr(stream, "MAX_STREAM", 1_000)
    monkeypatch.setattr(stream, "MAX_EVENTS", 20)
    for chunks, said in (
        ([b"data: " + b"x" * 40] * 9, "a line of the stream is too long"),
        ([b"data: " + b"x" * 40 + b"\n"] * 9, "an event of the stream is too long"),
        ([b": keep alive\n\n"] * 999, "answer too long"),
        ([b"data:\n\n"] * 21, "more than 20 events"),
    ):
        with pytest.raises(Trouble, match=said) as raised:
            list(events(chunks))
        assert raised.value.kind == "nonsense"
    assert len(list(events([b"data:\n\n"] * 20))) == 20


class Words(Gathering):
    """Gathers words until the end."""

    def __init__(self) -> None:
        self.words: list[str] = []

    def take(self, kind: str, event: dict[str, Any]) -> None:
        self.words.append(event["word"] + kind)
        self.over = event.get("last", False)

    def whole(self) -> dict[str, Any] | None:
        return {"words": self.words} if self.over else None


def test_an_answer_is_gathered_and_nothing_read_behind_it() -> None:
    chunks = iter([*sse({"word": "a", "type": "x"}, {"word": "b", "last": True}), b"data: <html>\n\n"])
    assert gather(chunks, Words()) == {"words": ["ax", "b"]}
    assert list(chunks) == [b"data: <html>\n\n"]
    assert gather(sse({"word": "a"}, "[DONE]"), Words()) == {"words": ["a"]}


@pytest.mark.parametrize(
    ("sent", "kind", "said"),
    [
        (("<html>",), "nonsense", "not JSON"),
        (("[1]",), "nonsense", "no JSON object"),
        (({"other": 1},), "nonsense", "not as the API has it"),
        (({"word": 1},), "nonsense", "not as the API has it"),
        (({"error": {"message": "no", "code": 400}},), "unreached", "error: no"),
    ],
)
def test_nonsense_is_told_from_errors(sent: tuple[Any, ...], kind: str, said: str) -> None:
    with pytest.raises(Trouble, match=said) as raised:
        gather(sse(*sent), Words())
    assert (raised.value.kind, isinstance(raised.value, Again)) == (kind, False)


def test_a_stream_that_breaks_off_may_be_whole_the_next_time() -> None:
    for chunks, said in (((), "an empty stream"), (sse({"word": "a"}), "the stream broke off")):
        with pytest.raises(Again, match=said) as raised:
            gather(chunks, Words())
        assert raised.value.kind == "nonsense"
