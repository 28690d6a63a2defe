"""An office as an MCP server, by the official SDK: both eras of the protocol, over HTTP and over lines of text."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping
from contextvars import ContextVar
from dataclasses import replace
from typing import Any

import mcp_types as types
import orjson
from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.server.lowlevel.server import Server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.server.transport_security import TransportSecuritySettings

from fauxcorp.core.session import ToolCall
from fauxcorp.serve.desk import Desk

Context = ServerRequestContext[Any, Any]

# Else what the SDK has to say of bad requests would be printed on stderr.
logging.getLogger("mcp").addHandler(logging.NullHandler())

MAX_BODY = 4 * 1024 * 1024
"""Bytes of one request."""
MAX_SHOWN = 2_000
"""Characters of arguments that are no call's which the log keeps."""
_problem: ContextVar[str] = ContextVar("problem", default="")
"""Why the call that is being answered is none."""

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


class OfficeServer(Server[dict[str, Any]]):
    """The tools of a desk. It keeps nothing of a connection: each request stands for itself."""

    def __init__(self, desk: Desk, name: str) -> None:
        """`name`: what clients see as the server's name."""
        self.desk = desk
        super().__init__(
            name,
            version="1.0",
            get_tool_input_schema=self._schema,
            on_list_tools=self._list_tools,
            on_call_tool=self._call_tool,
            on_list_prompts=self._no_prompts,
            on_list_resources=self._no_resources,
            on_list_resource_templates=self._no_templates,
        )
        # The SDK's own middleware is for its telemetry.
        self.middleware = [self._keep_malformed]

    def get_capabilities(self, *options: Any, **more: Any) -> types.ServerCapabilities:
        """Tools only: some clients give an agent tools for resources if there may be any."""
        full = super().get_capabilities(*options, **more)
        return types.ServerCapabilities(tools=full.tools)

    def _shape(self, name: str) -> tuple[Collection[str], Collection[str]]:
        """The names of a tool's arguments, and of those that must be given."""
        schema = self._schema(name) or {}
        return schema.get("properties", {}), schema.get("required", ())

    def _schema(self, name: str) -> dict[str, Any] | None:
        return next((t.schema for t in self.desk.session.tools if t.name == name), None)

    async def _list_tools(self, context: Context, params: Any) -> types.ListToolsResult:
        tools = [
            types.Tool(name=t.name, description=t.description, input_schema=lenient(t.schema))
            for t in self.desk.tools()
        ]
        return types.ListToolsResult(tools=tools)

    async def _call_tool(self, context: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        number = "" if context.request_id is None else str(context.request_id)
        given = params.arguments or {}
        properties, required = self._shape(params.name)
        # What was declared nullable may come as null, and is left out then.
        arguments = {k: v for k, v in given.items() if v is not None or k not in properties or k in required}
        call = ToolCall(params.name, arguments, number)
        result = await self.desk.act(call, refused=_problem.get())
        text = types.TextContent(type="text", text=result.content)
        return types.CallToolResult(content=[text], is_error=result.is_error)

    async def _no_prompts(self, context: Context, params: Any) -> types.ListPromptsResult:
        return types.ListPromptsResult(prompts=[])

    async def _no_resources(self, context: Context, params: Any) -> types.ListResourcesResult:
        return types.ListResourcesResult(resources=[])

    async def _no_templates(self, context: Context, params: Any) -> types.ListResourceTemplatesResult:
        return types.ListResourceTemplatesResult(resource_templates=[])

    async def _keep_malformed(self, ctx: Context, call_next: CallNext) -> HandlerResult:
        """Let calls that are none reach the log, too; arguments that are an object as text are taken."""
        params = ctx.params
        if ctx.method != "tools/call" or not isinstance(params, Mapping):
            return await call_next(ctx)
        name, arguments, problem = params.get("name"), params.get("arguments"), ""
        if isinstance(arguments, str):
            arguments = _object(arguments)
        if not isinstance(arguments, dict | None):
            arguments, problem = {"text": str(arguments)[:MAX_SHOWN]}, "Invalid arguments: not a JSON object"
        if not isinstance(name, str):
            name, problem = "", "Invalid request: it names no tool"
        token = _problem.set(problem)
        try:
            return await call_next(replace(ctx, params={**params, "name": name, "arguments": arguments or {}}))
        finally:
            _problem.reset(token)


def lenient(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema in which what may be left out says so once more: some clients ask for all that is not `nullable`."""
    required = schema.get("required", ())
    properties = {
        name: value if name in required else {**value, "nullable": True} for name, value in schema["properties"].items()
    }
    return {**schema, "properties": properties}


def manager_of(server: OfficeServer, *, loopback: bool) -> StreamableHTTPSessionManager:
    """Streamable HTTP for a server. `loopback`: only for names of this machine, which keeps browsers' pages out."""
    security = TransportSecuritySettings(
        enable_dns_rebinding_protection=loopback,
        allowed_hosts=[*LOOPBACK, *(f"{name}:*" for name in LOOPBACK)],
        allowed_origins=[f"http://{name}{port}" for name in LOOPBACK for port in ("", ":*")],
    )
    return StreamableHTTPSessionManager(
        server, json_response=True, stateless=True, security_settings=security, max_request_body_size=MAX_BODY
    )


def _object(text: str) -> Any:
    """What is behind arguments that were sent as text; the text itself if that is no object."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    return value if isinstance(value, dict) else text
