"""A server of a model's API that answers as it is told to, and an episode with the agent on it."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from fauxcorp.agents.model.make import make_agent
from fauxcorp.agents.model.said import ModelSettings
from fauxcorp.content.library import Library
from fauxcorp.episode.episode import Episode
from fauxcorp.episode.runner import Done, Item, drive

KEY = "sk-not-for-anyone-0123456789"
KEYS = {"OPENAI_API_KEY": KEY, "ANTHROPIC_API_KEY": KEY}


class Answer(NamedTuple):
    """What a request is answered with: text as it is, anything else as JSON; None hangs up."""

    body: Any
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()


class Api:
    """Answers in turn; the last one for all that follow."""

    def __init__(self, answers: list[Answer]) -> None:
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        api = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                api.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                api.headers.append({k.lower(): v for k, v in self.headers.items()})
                answer = answers[min(len(api.asked), len(answers)) - 1]
                if answer.body is None:
                    self.close_connection = True
                    return
                data = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
                self.send_response(answer.status)
                for name, value in answer.headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data.encode())))
                self.end_headers()
                self.wfile.write(data.encode())

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def make_api() -> Iterator[Callable[..., Api]]:
    """Servers that end with the test."""
    made: list[Api] = []

    def make(*answers: Answer | dict[str, Any] | str | None) -> Api:
        made.append(Api([a if isinstance(a, Answer) else Answer(a) for a in answers]))
        return made[-1]

    yield make
    for api in made:
        api.close()


def asked(url: str, name: str, folder: Path | None = None, **settings: Any) -> Done:
    """What became of an episode of high-agency with a model as its agent."""
    agent = make_agent(name, ModelSettings(base_url=url, **settings), KEYS)
    play = Library().play("high-agency")
    return drive(Episode(play, agent=name, folder=folder), agent, Item(play, name, 1), folder or Path())
