"""One request, whatever the server does: real servers, most of them ill-mannered."""

from __future__ import annotations

import gzip
import os
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from fauxcorp.agents.model import wire
from fauxcorp.agents.model.chat import ChatGathering
from fauxcorp.agents.model.trouble import Again, Trouble
from fauxcorp.agents.model.wire import Reply, Wire
from fauxcorp.core.wall import monotonic

from .conftest import Answer, Api, Stream, sse

MakeApi = Callable[..., Api]
DELTA = {"choices": [{"delta": {"content": "Hel"}}]}
END = {"choices": [{"delta": {"content": "lo"}, "finish_reason": "stop"}]}
LONG = 60.0


def post(api: Api | str, seconds: float = LONG, timeout: float = LONG, to: Wire | None = None) -> Reply:
    url = api if isinstance(api, str) else api.url
    return (to or Wire({"x-key": "k"}, timeout)).post(url, b'{"q": 1}', ChatGathering(), seconds)


def text(reply: Reply) -> str:
    assert reply.answer is not None
    return str(reply.answer["choices"][0]["message"]["content"])


@contextmanager
def raw_server(serve: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that does with its one connection what it likes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65_536)
                serve(connection)

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/v1"
        thread.join()


@pytest.mark.parametrize("chunked", [True, False])
def test_streams(make_api: MakeApi, chunked: bool) -> None:
    assert text(post(make_api(Stream(sse(DELTA, END, "[DONE]"), chunked=chunked)))) == "Hello"


def test_answers_in_one_piece_to_who_asked_for_a_stream(make_api: MakeApi) -> None:
    api = make_api({"a": 1}, Answer(b"".join(sse(DELTA, END))), Answer({"a": 2}, 503))
    to = Wire({}, LONG)
    assert post(api, to=to).answer == {"a": 1}
    assert text(post(api, to=to)) == "Hello"  # a stream that does not say that it is one
    reply = post(api, to=to)
    assert (reply.status, reply.data, reply.answer) == (503, b'{"a": 2}', None)
    assert api.headers[0]["accept-encoding"] == "identity"


def test_one_connection_serves_them_all(make_api: MakeApi) -> None:
    api = make_api({"a": 1}, Stream(sse(DELTA, END, "[DONE]")), Stream(sse(DELTA, END, "[DONE]")), {"a": 1})
    to = Wire({}, LONG)
    for _ in range(4):
        post(api, to=to)
    assert api.connections == 1
    thread = threading.Thread(target=post, args=(api, LONG, LONG, to))
    thread.start()
    thread.join()
    assert api.connections == 2


def test_a_process_has_a_connection_of_its_own(make_api: MakeApi) -> None:
    api, to = make_api({"a": 1}), Wire({}, LONG)
    post(api, to=to)
    child = os.fork()
    if not child:
        os._exit(0 if post(api, to=to).answer == {"a": 1} else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert post(api, to=to).answer == {"a": 1}
    assert api.connections == 2


def test_a_server_that_goes_on_behind_the_end_is_not_waited_for(
    make_api: MakeApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "LAST_SECONDS", 0.05)
    api = make_api(Stream((b"".join(sse(DELTA, END, "[DONE]")), b": still here\n\n"), pause=LONG), {"a": 1})
    to = Wire({}, LONG)
    assert text(post(api, to=to)) == "Hello"
    assert post(api, to=to).answer == {"a": 1}
    assert api.connections == 2


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (None, "unreached", r"no connection \(RemoteProtocolError\)"),
        (Stream(sse(DELTA), whole=False), "nonsense", "the stream broke off"),
        (Stream(sse(DELTA)), "nonsense", "the stream broke off"),
        (Stream(sse(DELTA), chunked=False), "nonsense", "the stream broke off"),
        (Stream((b"data: {",), whole=False), "unreached", "no connection"),
        (Stream((b'{"choices": [', b"{"), whole=False, kind="application/json"), "unreached", "no connection"),
        (Stream(()), "nonsense", "an empty stream"),
    ],
    ids=str,
)
def test_what_breaks_off_may_pass(make_api: MakeApi, answer: Stream | None, kind: str, said: str) -> None:
    with pytest.raises(Again, match=said) as raised:
        post(make_api(answer))
    assert raised.value.kind == kind


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("<html>no</html>", "not JSON"),
        ("", "not JSON"),
        ('{"choices": [', "not JSON"),
        ("[1]", "no JSON object"),
        (Answer(b"xx", 200, (("Content-Encoding", "br"),)), "packed by br"),
        (Stream((b"data: <html>\n\n",)), "not JSON"),
        ({"error": {"message": "no"}}, "error: no"),
    ],
    ids=str,
)
def test_nonsense_stays(make_api: MakeApi, answer: Answer | Stream | str, said: str) -> None:
    with pytest.raises(Trouble, match=said) as raised:
        post(make_api(answer))
    assert not isinstance(raised.value, Again)


def test_what_is_packed_without_being_asked_for(make_api: MakeApi) -> None:
    packed = Answer(gzip.compress(b'{"a": 1}'), 200, (("Content-Encoding", "gzip"),))
    assert post(make_api(packed)).answer == {"a": 1}


def test_a_long_answer(make_api: MakeApi, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MAX_ANSWER", 1_000)
    with pytest.raises(Trouble, match="answer too long"):
        post(make_api("x" * 1_001))


@pytest.mark.parametrize("seconds", [0.3, LONG])
def test_a_server_that_says_nothing(seconds: float, make_api: MakeApi) -> None:
    """In its whole time, or in one wait."""
    silent = Stream((b"", b""), pause=LONG, kind="application/json", chunked=False)
    began = monotonic()
    with pytest.raises(Again, match="timeout") as raised:
        post(make_api(silent), seconds=seconds, timeout=0.3 if seconds == LONG else LONG)
    assert raised.value.kind == "unreached"
    assert monotonic() - began < LONG / 2


@pytest.mark.parametrize("piece", [b": keep alive\n\n", sse(DELTA)[0], b" "])
@pytest.mark.parametrize("chunked", [True, False])
def test_a_server_that_goes_on_for_ever(make_api: MakeApi, piece: bytes, chunked: bool) -> None:
    """Each wait is short; the sum is what ends it."""
    kind = "application/json" if piece == b" " else "text/event-stream"
    api = make_api(Stream((piece,) * 100_000, pause=0.01, chunked=chunked, kind=kind))
    with pytest.raises(Again, match="timeout") as raised:
        post(api, seconds=0.4)
    assert raised.value.kind == ("nonsense" if b"data" in piece else "unreached")


def test_headers_that_never_end() -> None:
    def serve(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nx-header: ")
        for _ in range(10_000):
            try:
                connection.sendall(b"x")
            except OSError:
                return
            threading.Event().wait(0.01)

    with raw_server(serve) as url, pytest.raises(Again, match="timeout"):
        post(url, seconds=0.3)


def test_an_answer_that_was_cut_is_not_taken_for_a_whole(make_api: MakeApi) -> None:
    """Where the end of the connection is the end of the answer, what came so far looks complete."""
    api = make_api(Stream((b'{"a": 1}', b" "), pause=LONG, kind="application/json", chunked=False))
    with pytest.raises(Again, match="timeout"):
        post(api, seconds=0.3)


def test_nobody_there() -> None:
    with pytest.raises(Again, match=r"no connection \(ConnectError\)"):
        post("http://127.0.0.1:1/v1")
    with pytest.raises(Again, match="no connection"):
        post(f"http://{'a' * 64}.example/v1")
