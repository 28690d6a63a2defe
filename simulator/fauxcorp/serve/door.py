"""The way into one session for programs that speak MCP: over HTTP, and by a small program over standard input."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import orjson
from starlette.applications import Starlette

from fauxcorp.core.session import Session
from fauxcorp.core.wall import monotonic, unguessable
from fauxcorp.errors import UserError
from fauxcorp.serve import bridge
from fauxcorp.serve.desk import Desk
from fauxcorp.serve.gate import Gate
from fauxcorp.serve.served import Served

TOKEN_BYTES = 16
BRIDGE = "bridge.py"


@dataclass(frozen=True, slots=True)
class Way:
    """How clients come to one session of a server that is running."""

    name: str
    """The server's, in clients' configurations."""
    mcp_url: str
    address: str
    """HOST:PORT for lines of text."""
    token: str

    def stdio(self, folder: Path) -> tuple[str, list[str], dict[str, str]]:
        """Command, arguments and environment of a server over standard input, which is put into the folder."""
        file = folder / BRIDGE
        try:
            source = Path(bridge.__file__).read_bytes()
            if not file.is_file() or file.read_bytes() != source:
                file.write_bytes(source)
        except OSError as error:
            raise UserError(f"cannot write {file}: {error.strerror}") from None
        # -I and -S: neither the client's folder nor the environment changes what runs, and it starts sooner.
        return sys.executable, ["-I", "-S", str(file), self.address, self.token], {}

    def servers(self, folder: Path | None) -> dict[str, Any]:
        """The configuration as most clients read it; over HTTP if there is no folder for a program."""
        if folder is None:
            return {"mcpServers": {self.name: {"type": "http", "url": self.mcp_url}}}
        command, arguments, environment = self.stdio(folder)
        return {"mcpServers": {self.name: {"command": command, "args": arguments, "env": environment}}}

    def mcp_config(self, folder: Path, *, http: bool = False) -> Path:
        """A file with that configuration, in the folder. Raises UserError if it cannot be written."""
        file = folder / ("mcp-http.json" if http else "mcp.json")
        try:
            file.write_bytes(orjson.dumps(self.servers(None if http else folder), option=orjson.OPT_INDENT_2) + b"\n")
            os.chmod(file, 0o600)
        except OSError as error:
            raise UserError(f"cannot write {file}: {error.strerror}") from None
        return file


class Door:
    """A session behind a server of its own, from `with` to its end. The session must be called by nobody else then."""

    def __init__(self, session: Session, name: str = "office", *, host: str = "127.0.0.1", port: int = 0) -> None:
        """`name`: of the server, as clients see it."""
        self.desk, self.name = Desk(session), name
        self._gate = Gate(host)
        self._token = unguessable(TOKEN_BYTES)
        self._seen, self._since = 0, monotonic()
        self._served = Served(Starlette(routes=self._gate.routes(), lifespan=self._gate.running), host, port)

    @property
    def way(self) -> Way:
        """How clients come to it. Raises UserError before the start."""
        address = self._served.url.removeprefix("http://").rpartition(":")[0]
        return Way(
            self.name, f"{self._served.url}/{self._token}/mcp", f"{address}:{self._gate.lines_port}", self._token
        )

    @property
    def mcp_url(self) -> str:
        """Its address over HTTP."""
        return self.way.mcp_url

    def mcp_config(self, folder: Path, *, http: bool = False) -> Path:
        """See `Way.mcp_config`."""
        return self.way.mcp_config(folder, http=http)

    def stdio(self, folder: Path) -> tuple[str, list[str], dict[str, str]]:
        """See `Way.stdio`."""
        return self.way.stdio(folder)

    @property
    def listed(self) -> int:
        """How often tools were listed."""
        return self.desk.listed

    @property
    def calls(self) -> int:
        """How many calls came."""
        return self.desk.calls

    @property
    def quiet(self) -> float:
        """Seconds since the last call, 0 while a client is connected by lines of text."""
        if self._gate.connected or self.desk.calls != self._seen:
            self._seen, self._since = self.desk.calls, monotonic()
            return 0.0
        return monotonic() - self._since

    def __enter__(self) -> Self:
        """Start. Raises UserError if the address cannot be had."""
        self._gate.open()
        self._gate.admit(self._token, self.desk, self.name)
        try:
            self._served.__enter__()
        except UserError:
            self._gate.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop. Raises what kept acts from being recorded, if anything did."""
        self._served.__exit__(kind, error, trace)
        self._gate.close()
        if self.desk.trouble is not None and error is None:
            raise self.desk.trouble
