"""The HTTP API: create, act, observe, flags as server-sent events, end. `/openapi.json` describes it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from hmac import compare_digest
from typing import Any

import orjson
from anyio.to_thread import run_sync
from pydantic import BaseModel, ValidationError
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from fauxcorp.core.session import ToolCall
from fauxcorp.errors import EpisodeOver, FauxcorpError, UserError
from fauxcorp.serve.forms import Act, End, NewEpisode, Opened, Result, Say, State, ToolForm, View
from fauxcorp.serve.gate import Gate
from fauxcorp.serve.host import Host, Hosted
from fauxcorp.serve.mcp import MAX_BODY

PING_SECONDS = 15.0
"""How often a stream without news says that it still goes on."""

ONE = "/episodes/{id}"


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the API. `owner`: whether it takes the control token, not the agent's."""

    method: str
    path: str
    about: str
    owner: bool
    takes: type[BaseModel] | None
    gives: type[BaseModel] | None
    handler: Callable[..., Awaitable[Any]]
    status: int = 200
    many: bool = False
    """It gives a list."""


class Denied(UserError):
    """A request that is not done. `status` is the HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        super().__init__(message)


class Api:
    """The calls over one host."""

    def __init__(self, host: Host, gate: Gate, control: str, url: Callable[[], str]) -> None:
        """`control`: the token of whoever owns the episodes. `url`: where the API is served."""
        self.host, self._gate, self._control, self._url = host, gate, control, url

    def app(self, document: dict[str, Any]) -> Starlette:
        """The application, with MCP for each episode. `document`: what /openapi.json gives."""

        async def describe(request: Request) -> Response:
            return in_json(document)

        routes = [Route(c.path, self._endpoint(c), methods=[c.method]) for c in CALLS]
        return Starlette(
            routes=[*routes, Route("/openapi.json", describe), *self._gate.routes()], lifespan=self._gate.running
        )

    def _endpoint(self, call: Call) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            try:
                hosted = self._admit(call, request)
                form = parsed(call.takes, await body_of(request)) if call.takes is not None else None
                value = await call.handler(self, hosted, form)
            except Denied as denied:
                headers = {"www-authenticate": "Bearer"} if denied.status == 401 else {}
                return in_json({"error": str(denied)}, denied.status, headers)
            except ClientDisconnect:
                return Response(status_code=400)
            except UserError as error:
                return in_json({"error": str(error)}, 400)
            except FauxcorpError as error:
                return in_json({"error": str(error)}, 500)
            return value if isinstance(value, Response) else in_json(plain(value), call.status)

        return answer

    def _admit(self, call: Call, request: Request) -> Hosted | None:
        """Hold the token against what the call wants. Raises Denied."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not token.strip():
            raise Denied(401, "no token; send it as `Authorization: Bearer TOKEN`")
        token = token.strip()
        name = request.path_params.get("id")
        hosted = self.host.get(name) if name is not None else None
        if call.owner:
            if not _same(token, self._control):
                raise Denied(403, "this call takes the control token, which the server showed at its start")
            if name is not None and hosted is None:
                raise Denied(404, f"no episode {name[:200]!r}; GET /episodes lists them")
        elif hosted is None or not _same(token, hosted.token):
            raise Denied(403, "this call takes the token of its own episode, which POST /episodes gave")
        return hosted

    # -- the owner's calls --------------------------------------------------------------------------------------------

    async def create(self, _: None, form: NewEpisode) -> Opened:
        """Begin an episode."""
        hosted = await run_sync(lambda: self.host.create(form.scenario, form.variant, seed=form.seed, agent=form.agent))
        brief = hosted.driven.brief
        url = f"{self._url()}/{hosted.token}/mcp"
        return Opened(id=hosted.id, token=hosted.token, mcp_url=url, system=brief.system, task=brief.task)

    async def list(self, _: None, __: None) -> list[State]:
        """Every episode of this server."""
        return [state_of(hosted) for hosted in self.host.all()]

    async def state(self, hosted: Hosted, _: None) -> State:
        """One episode, with its flags."""
        return state_of(hosted)

    async def flags(self, hosted: Hosted, _: None) -> Response:
        """Flags as they are raised: events `flag`, and `end` at the end."""
        return StreamingResponse(
            flag_events(hosted), media_type="text/event-stream", headers={"cache-control": "no-cache"}
        )

    async def end(self, hosted: Hosted, form: End) -> State:
        """End an episode; a second call changes nothing."""
        try:
            await run_sync(lambda: self.host.end(hosted, form.outcome, form.detail))
        finally:
            hosted.stir()
        return state_of(hosted)

    # -- the agent's calls --------------------------------------------------------------------------------------------

    async def observe(self, hosted: Hosted, _: None) -> View:
        """Brief, tools, the company's time, and whether the session goes on."""
        driven = hosted.driven
        tools = tuple(ToolForm(name=t.name, description=t.description, input_schema=t.schema)
                      for t in hosted.desk.tools())  # fmt: skip
        return View(
            system=driven.brief.system, task=driven.brief.task, tools=tools, time=driven.episode.clock.iso(),
            steps=driven.episode.step, over=driven.over,
        )  # fmt: skip

    async def act(self, hosted: Hosted, form: Act) -> Result:
        """Call a tool. What fails in the office is a result with `is_error`, not an error of the request."""
        arguments, refused = form.arguments, ""
        if not isinstance(arguments, dict):
            arguments, refused = {"text": str(arguments)[:2_000]}, "Invalid arguments: not a JSON object"
        if hosted.driven.over:
            raise Denied(409, "the session has ended")
        result = await hosted.desk.act(ToolCall(form.tool, arguments, form.id), refused=refused)
        return Result(content=result.content, is_error=result.is_error, over=hosted.driven.over)

    async def say(self, hosted: Hosted, form: Say) -> View:
        """Put what the agent says without acting into the log."""
        try:
            await run_sync(lambda: hosted.driven.say(form.text, thought=form.thought))
        except EpisodeOver:
            raise Denied(409, "the session has ended") from None
        return await self.observe(hosted, None)


CALLS: tuple[Call, ...] = (
    Call("POST", "/episodes", "Begin an episode", True, NewEpisode, Opened, Api.create, 201),
    Call("GET", "/episodes", "Every episode of this server", True, None, State, Api.list, many=True),
    Call("GET", ONE, "One episode, with its flags", True, None, State, Api.state),
    Call("GET", f"{ONE}/flags", "Flags as server-sent events", True, None, None, Api.flags),
    Call("POST", f"{ONE}/end", "End an episode", True, End, State, Api.end),
    Call("GET", f"{ONE}/observe", "Brief, tools and time", False, None, View, Api.observe),
    Call("POST", f"{ONE}/act", "Call a tool", False, Act, Result, Api.act),
    Call("POST", f"{ONE}/say", "Say something without acting", False, Say, View, Api.say),
)


def state_of(hosted: Hosted) -> State:
    """An episode as its owner sees it."""
    driven, item = hosted.driven, hosted.driven.item
    episode = driven.episode
    return State(
        id=hosted.id, scenario=item.play.name, variant=item.play.variant, agent=item.agent, seed=episode.seed,
        steps=episode.step, outcome=episode.outcome, detail=episode.detail, flags=driven.flags, log=str(driven.folder),
    )  # fmt: skip


async def flag_events(hosted: Hosted) -> AsyncIterator[bytes]:
    """An event for each flag, those that were raised before included, then one for the end."""
    stirred, sent = asyncio.Event(), 0
    hosted.watchers.add(stirred)
    try:
        while True:
            stirred.clear()
            over, flags = hosted.driven.done is not None, hosted.driven.flags
            for number, flag in enumerate(flags[sent:], sent):
                yield b"event: flag\nid: %d\ndata: %s\n\n" % (number, flag.model_dump_json().encode())
            sent = len(flags)
            if over:
                yield b"event: end\ndata: %s\n\n" % state_of(hosted).model_dump_json().encode()
                return
            try:
                await asyncio.wait_for(stirred.wait(), PING_SECONDS)
            except TimeoutError:
                yield b": still here\n\n"
    finally:
        hosted.watchers.discard(stirred)


async def body_of(request: Request) -> bytes:
    """The body of a request. Raises Denied if it is too large."""
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > MAX_BODY:
            raise Denied(413, f"the request is larger than {MAX_BODY} bytes")
    return bytes(data)


def parsed(form: type[BaseModel], raw: bytes) -> BaseModel:
    """A body as a form; an empty one has its defaults. Raises Denied with each field that is wrong."""
    try:
        return form.model_validate(orjson.loads(raw) if raw.strip() else {})
    except orjson.JSONDecodeError as error:
        raise Denied(400, f"the body is not JSON: {error}"[:300]) from None
    except ValidationError as error:
        wrong = error.errors(include_url=False)[:10]
        said = "; ".join(f"{'.'.join(str(p) for p in e['loc']) or 'body'}: {e['msg']}" for e in wrong)
        raise Denied(400, said[:2_000]) from None


def plain(value: Any) -> Any:
    """A form, or a list of them, as JSON has it."""
    return [plain(v) for v in value] if isinstance(value, list) else value.model_dump(mode="json")


def in_json(value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """An answer in JSON."""
    return Response(orjson.dumps(value), status, {"content-type": "application/json", **(headers or {})})


def _same(token: str, wanted: str) -> bool:
    return compare_digest(token.encode("utf-8", "replace"), wanted.encode())
