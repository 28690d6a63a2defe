"""A script as the API of a model: Chat Completions, Responses and Messages at one address."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from fauxcorp.serve.standin import say_chat, say_messages, say_responses
from fauxcorp.serve.standin.asked import Asked, Seen
from fauxcorp.serve.standin.marks import SEARCH, SIDE
from fauxcorp.serve.standin.reading import READERS
from fauxcorp.serve.standin.report import Report
from fauxcorp.serve.standin.said import Answer
from fauxcorp.serve.standin.script import ModelScript
from fauxcorp.serve.standin.turns import choose
from fauxcorp.serve.standin.wire import Refused, body_of, error, in_json, parsed, stream

REPEATS = 20
"""How often the same request may come in a row."""
MAX_REMEMBERED = 10_000
AGAIN_SECONDS = 0.5
"""Before tools are searched for once more, a client gets time to connect to their server."""
MODEL = "script"

Body = Callable[[Answer, Asked], dict[str, Any]]
Events = Callable[[Answer, Asked], Iterator[tuple[str, Any]]]
SAYERS: dict[str, tuple[Body, Events]] = {
    "chat/completions": (say_chat.body, say_chat.events),
    "responses": (say_responses.body, say_responses.events),
    "messages": (say_messages.body, say_messages.events),
}


class Player:
    """Plays a script to all who ask. Only retries are counted; which turn is played is told by the request alone."""

    def __init__(self, script: ModelScript, repeats: int = REPEATS) -> None:
        """`repeats`: how often the same request may come in a row; 0 for any number."""
        self.script, self.repeats = script, repeats
        self.report = Report(script)
        self._row = ("", 0)
        self._failed: OrderedDict[str, int] = OrderedDict()
        self._before: OrderedDict[str, tuple[Seen, ...]] = OrderedDict()

    def play(self, dialect: str, raw: bytes) -> tuple[Asked, Answer]:
        """The request as read, and its answer. Raises Refused."""
        asked = READERS[dialect](parsed(raw), raw)
        self.report.asked(asked)
        if asked.previous:
            asked = replace(asked, calls=(*self._before.get(asked.previous, ()), *asked.calls))
        answer = choose(self.script, asked)
        self.report.held(answer)
        if answer.trouble:
            raise Refused(400, answer.trouble)
        if answer.why != SIDE:
            self._fail(answer)
            self._count(answer)
        self.report.answered(answer)
        if dialect == "responses":
            calls = tuple(Seen(call.id, call.name) for call in answer.calls)
            _remember(self._before, answer.id("resp_"), (*asked.calls, *calls))
        return asked, answer

    def _fail(self, answer: Answer) -> None:
        """Failures that the script wants before a turn."""
        turn = self.script.played[answer.turn]
        done = self._failed.get(answer.digest, 0)
        if turn.fail is None or done >= turn.fail.times:
            return
        _remember(self._failed, answer.digest, done + 1)
        raise Wanted(turn.fail.status, f"turn {answer.turn + 1} fails as its script says", turn.fail.retry_after)

    def _count(self, answer: Answer) -> None:
        digest, times = self._row
        self._row = (answer.digest, times + 1 if digest == answer.digest else 1)
        if self.repeats and self._row[1] > self.repeats:
            turn = f"it gets turn {answer.turn + 1} each time"
            raise Refused(400, f"the same request came more than {self.repeats} times in a row; {turn}")


class Wanted(Refused):
    """A failure that the script asks for. `retry_after` is in seconds."""

    def __init__(self, status: int, message: str, retry_after: int | None) -> None:
        self.retry_after = retry_after
        super().__init__(status, message)


def _remember(store: OrderedDict[str, Any], key: str, value: Any) -> None:
    store[key] = value
    store.move_to_end(key)
    if len(store) > MAX_REMEMBERED:
        store.popitem(last=False)


def model_app(player: Player) -> Starlette:
    """The player behind HTTP. Any path that ends in one of the protocols' will do, and any credentials."""

    async def entry(request: Request) -> Response:
        path = request.url.path.rstrip("/")
        if request.method in ("GET", "HEAD"):
            return _look(path)
        anthropic = path.endswith(("/messages", "/count_tokens"))
        try:
            return await _post(player, path, await body_of(request))
        except ClientDisconnect:
            return Response(status_code=400)
        except Refused as refused:
            player.report.refused(refused.status, str(refused))
            after = refused.retry_after if isinstance(refused, Wanted) else None
            return error(refused.status, str(refused), anthropic=anthropic, retry_after=after)

    return Starlette(routes=[Route("/{path:path}", entry, methods=["GET", "HEAD", "POST"])])


async def _post(player: Player, path: str, raw: bytes) -> Response:
    if path.endswith(("/count_tokens", "/input_tokens")):
        parsed(raw)
        kind = {"object": "response.input_tokens"} if path.endswith("/input_tokens") else {}
        return in_json({**kind, "input_tokens": len(raw) // 4 + 1})
    dialect = next((d for d in SAYERS if path.endswith(f"/{d}")), "")
    if not dialect:
        known = ", ".join(f"/v1/{d}" for d in SAYERS)
        raise Refused(404, f"nothing is served at {path[:200] or '/'}; there are {known}")
    asked, answer = player.play(dialect, raw)
    if answer.why == SEARCH and answer.again:
        await asyncio.sleep(AGAIN_SECONDS)
    body, events = SAYERS[dialect]
    name = f"req_{hashlib.sha256(raw).hexdigest()[:16]}"
    headers = {"x-request-id": name, "request-id": name}
    if not asked.stream:
        return in_json(body(answer, asked), headers=headers)
    return StreamingResponse(
        stream(events(answer, asked)), media_type="text/event-stream", headers={**headers, "cache-control": "no-cache"}
    )


def _look(path: str) -> Response:
    if path in ("", "/v1"):
        return in_json({"status": "ok"})
    head, _, name = path.rpartition("/models")
    if not head.endswith(("/v1", "")) or "/models" not in path:
        return error(404, f"nothing to get at {path[:200]}", anthropic=False)
    if name.strip("/"):
        return in_json(_model(name.strip("/")))
    listed = {"object": "list", "data": [_model(MODEL)], "has_more": False, "first_id": MODEL, "last_id": MODEL}
    return in_json(listed)


def _model(name: str) -> dict[str, Any]:
    """A model as both listings have it."""
    return {
        "id": name, "object": "model", "created": say_chat.CREATED, "owned_by": "script", "type": "model",
        "display_name": name, "created_at": "2026-01-01T00:00:00Z",
    }  # fmt: skip
