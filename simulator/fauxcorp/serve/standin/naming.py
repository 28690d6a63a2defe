"""Which of a client's tools is meant by a tool's bare name: clients put the server's name before it in several ways."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson

from fauxcorp.serve.standin.asked import Offered, obj

_SEARCH = re.compile(r"(?:.*_)?(?:tools?_?search|(?:search|find|discover|load)_?(?:mcp_)?tools?)(?:_tool)?")
_LAST = ("final_answer", "submit", "final_result", "submit_answer", "structuredoutput", "attempt_completion")
_NAME_FIELDS = ("tool_name", "toolName", "tool", "name")
_ARGUMENT_FIELDS = ("arguments", "args", "tool_args", "tool_arguments", "input", "params", "parameters")
_SERVER_FIELDS = ("server_name", "serverName", "server", "mcp_server")


@lru_cache(maxsize=8_192)
def plain(name: str) -> str:
    """A name in small letters, anything but letters and digits as one underscore."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def prefix_of(name: str, tool: str) -> str | None:
    """What a client's name has before the tool's own; None if it is not of this tool."""
    full, bare = plain(name), plain(tool)
    if full == bare:
        return ""
    return full[: -len(bare)].strip("_") if bare and full.endswith(f"_{bare}") else None


@dataclass(frozen=True, slots=True)
class Proxy:
    """A tool of the client by which others are called."""

    tool: Offered
    name: str
    arguments: str
    server: str

    def wrap(self, name: str, arguments: dict[str, Any], server: str) -> dict[str, Any]:
        """The proxy's arguments for a call of another tool."""
        kind = obj(obj(self.tool.schema.get("properties")).get(self.arguments)).get("type")
        inner = orjson.dumps(arguments).decode() if kind == "string" else arguments
        return {**({self.server: server} if self.server and server else {}), self.name: name, self.arguments: inner}


class Naming:
    """The tools of one request, held against the names of a script."""

    def __init__(self, wanted: Iterable[str], server: str, tools: tuple[Offered, ...]) -> None:
        self.tools = tools
        self._server = plain(server)
        self._wanted = tuple(wanted)
        self._found: dict[str, list[tuple[str, Offered]]] = {}
        for tool in self._wanted:
            found = [(p, o) for o in tools if (p := self._prefix(o, tool)) is not None]
            # A script that says `Bash` means the client's own, where the server has a `bash`.
            self._found[tool] = [(p, o) for p, o in found if o.name.endswith(tool)] or found
        self._shares: dict[str, int] = {}
        for found in self._found.values():
            for prefix in {p for p, _ in found}:
                self._shares[prefix] = self._shares.get(prefix, 0) + 1

    @property
    def any(self) -> bool:
        """Whether one of the wanted tools is offered."""
        return any(self._found.values())

    def get(self, tool: str) -> Offered | None:
        """The client's tool for a bare name. The server's own wins over one of the client's of the same name."""
        found = self._found.get(tool)
        if not found:
            return None
        return max(found, key=lambda f: self._rank(f[0]))[1]

    def search(self) -> Offered | None:
        """The tool that must be asked for those that the client has not loaded."""
        for tool in self.tools:
            if tool.kind == "search" or (_SEARCH.fullmatch(plain(tool.name)) and tool.name not in self._wanted):
                return tool
        return None

    def last(self) -> Offered | None:
        """The tool by which the client wants its last answer."""
        wanted = {plain(w) for w in self._wanted}
        by_name = {plain(t.name): t for t in self.tools if plain(t.name) not in wanted}
        return next((by_name[name] for name in _LAST if name in by_name), None)

    def proxy(self) -> Proxy | None:
        """The tool that calls others by name."""
        for tool in self.tools:
            fields = obj(tool.schema.get("properties"))
            name = next((f for f in _NAME_FIELDS if f in fields), "")
            arguments = next((f for f in _ARGUMENT_FIELDS if f in fields), "")
            if name and arguments and re.search(r"tool|mcp|call", plain(tool.name)):
                return Proxy(tool, name, arguments, next((f for f in _SERVER_FIELDS if f in fields), ""))
        return None

    def _prefix(self, offered: Offered, tool: str) -> str | None:
        prefix = prefix_of(offered.name, tool)
        if prefix == "" and not offered.namespace and offered.name.replace("-", "_") != tool.replace("-", "_"):
            # A client's own `Bash` is not the server's `bash`.
            return None
        if prefix is None or not offered.namespace:
            return prefix
        return "_".join(filter(None, (plain(offered.namespace), prefix)))

    def _rank(self, prefix: str) -> tuple[bool, int, bool, int]:
        named = bool(self._server) and f"_{self._server}_" in f"_{prefix}_"
        return named, self._shares.get(prefix, 0), bool(prefix), -len(prefix)


def spelled(tool: str, text: str) -> str:
    """How a tool that is not offered is written in the request's text, prefix and all; the bare name if nowhere."""
    spellings = re.findall(
        rf"(?<![A-Za-z0-9_.-])((?:mcp__|mcp_)[A-Za-z0-9_-]{{1,80}}_{re.escape(tool)})(?![A-Za-z0-9_])", text
    )
    return spellings[0] if spellings else tool
