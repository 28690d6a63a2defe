"""A server of a model's API that answers as it is told to, and an episode with the agent on it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from fauxcorp.agents.model.make import make_agent
from fauxcorp.agents.model.recording import Recorder, Recording
from fauxcorp.agents.model.said import ModelSettings
from fauxcorp.content.library import Library, Play
from fauxcorp.episode.episode import Episode
from fauxcorp.episode.runner import Done, Item, drive

KEY = "sk-not-for-anyone-0123456789"
KEYS = {"OPENAI_API_KEY": KEY, "ANTHROPIC_API_KEY": KEY}


class Answer(NamedTuple):
    """What a request is answered with: text and bytes as they are, anything else as JSON; None hangs up."""

    body: Any
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


class Stream(NamedTuple):
    """Pieces of an answer, sent one after the other. Not `whole`: then the connection is simply gone."""

    pieces: tuple[bytes, ...]
    whole: bool = True
    chunked: bool = True
    """Otherwise the end of the connection is the end of the answer."""
    pause: float = 0.0
    """Seconds between pieces; the server ends its waiting when the test does."""
    kind: str = "text/event-stream"


def sse(*events: Mapping[str, Any] | str, named: bool = True) -> tuple[bytes, ...]:
    """Events as a stream has them, with the name that their type is."""
    out = []
    for event in events:
        kind = event.get("type") if named and isinstance(event, Mapping) else None
        head = f"event: {kind}\n" if kind else ""
        out.append(f"{head}data: {event if isinstance(event, str) else json.dumps(event)}\n\n".encode())
    return tuple(out)


class Api:
    """Answers in turn; the last one for all that follow."""

    def __init__(self, answers: list[Answer | Stream]) -> None:
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.connections = 0
        self.over = threading.Event()
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self) -> None:
                super().setup()
                api.connections += 1

            def do_POST(self) -> None:
                api.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                api.headers.append({k.lower(): v for k, v in self.headers.items()})
                answer = answers[min(len(api.asked), len(answers)) - 1]
                if isinstance(answer, Stream):
                    return self._stream(answer)
                if answer.body is None:
                    self.close_connection = True
                    return None
                data = answer.body if isinstance(answer.body, str | bytes) else json.dumps(answer.body)
                data = data.encode() if isinstance(data, str) else data
                self.send_response(answer.status)
                for name, value in answer.headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)
                return None

            def _stream(self, answer: Stream) -> None:
                self.send_response(200)
                self.send_header("Content-Type", answer.kind)
                self.send_header(*(("Transfer-Encoding", "chunked") if answer.chunked else ("Connection", "close")))
                self.end_headers()
                try:
                    for piece in answer.pieces:
                        self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece) if answer.chunked else piece)
                        if answer.pause:
                            api.over.wait(answer.pause)
                    if answer.whole and answer.chunked:
                        self.wfile.write(b"0\r\n\r\n")
                except OSError:
                    self.close_connection = True
                if not (answer.whole and answer.chunked):
                    self.close_connection = True

            def log_message(self, *_: object) -> None:
                return

        class Server(ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                return  # a client that went away

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def make_api() -> Iterator[Callable[..., Api]]:
    """Servers that end with the test."""
    made: list[Api] = []

    def make(*answers: Answer | Stream | dict[str, Any] | str | None) -> Api:
        made.append(Api([a if isinstance(a, Answer | Stream) else Answer(a) for a in answers]))
        return made[-1]

    yield make
    for api in made:
        api.close()


@cache
def the_play() -> tuple[Library, Play]:
    """High-agency, compiled once."""
    library = Library()
    return library, library.play("high-agency")


def asked(
    url: str,
    name: str,
    folder: Path | None = None,
    *,
    epoch: int = 1,
    tape: Recorder | Recording | None = None,
    keys: Mapping[str, str] = KEYS,
    **settings: Any,
) -> Done:
    """What became of an episode of high-agency with a model as its agent."""
    agent = make_agent(name, ModelSettings(base_url=url, **settings), keys, tape)
    _, play = the_play()
    return drive(
        Episode(play, agent=name, epoch=epoch, folder=folder), agent, Item(play, name, epoch), folder or Path()
    )
