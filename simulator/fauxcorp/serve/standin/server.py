"""A server in a thread of its own, on a socket of its own: the stand-in for tests, and for the command."""

from __future__ import annotations

import socket
from pathlib import Path
from threading import Thread
from types import TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette

from fauxcorp.errors import UserError
from fauxcorp.serve.standin.app import REPEATS, Player, model_app
from fauxcorp.serve.standin.proxy import proxy_app
from fauxcorp.serve.standin.report import Report
from fauxcorp.serve.standin.script import ModelScript

STOP_SECONDS = 3
"""How long open connections may go on when the server is stopped."""


class Served:
    """An application behind a loopback port, from `with` to its end."""

    def __init__(self, app: Starlette, host: str = "127.0.0.1", port: int = 0) -> None:
        """`port` 0: one that is free. Nothing is opened before `with`."""
        self._app, self._host, self._port = app, host, port
        self._socket: socket.socket | None = None
        self._server: uvicorn.Server | None = None
        self._thread: Thread | None = None

    @property
    def url(self) -> str:
        """The address, without a path. Raises UserError before the start."""
        if self._socket is None:
            raise UserError("the server has not been started; use it in a `with`")
        host = f"[{self._host}]" if ":" in self._host else self._host
        return f"http://{host}:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        """Start. Raises UserError if the address cannot be had."""
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        try:
            self._socket = socket.create_server((self._host, self._port), family=family, backlog=512)
        except (OSError, OverflowError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise UserError(f"cannot listen on {self._host} port {self._port}: {reason}") from None
        # Inherited by the connections: else a small answer waits some 40 ms for an acknowledgement.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        config = uvicorn.Config(
            self._app, log_config=None, log_level="error", access_log=False, lifespan="off", ws="none",
            server_header=False, date_header=False, timeout_graceful_shutdown=STOP_SECONDS,
        )  # fmt: skip
        self._server = uvicorn.Server(config)
        self._thread = Thread(target=self._server.run, args=([self._socket],), name="served", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and wait until it has."""
        if self._server is not None and self._thread is not None and self._socket is not None:
            self._server.should_exit = True
            self._thread.join(STOP_SECONDS + 2)
            self._socket.close()


class ModelServer(Served):
    """A script as a model: `with ModelServer(script) as server:`, then `server.url` is the base of all three APIs."""

    def __init__(self, script: ModelScript, *, host: str = "127.0.0.1", port: int = 0, repeats: int = REPEATS) -> None:
        """`repeats`: how often the same request may come in a row; 0 for any number."""
        self.player = Player(script, repeats)
        super().__init__(model_app(self.player), host, port)

    @property
    def report(self) -> Report:
        """What became of the script so far."""
        return self.player.report


class ProxyServer(Served):
    """A real provider behind a local address; what goes to and fro is written down, keys left out."""

    def __init__(self, base_url: str, record: Path, *, host: str = "127.0.0.1", port: int = 0) -> None:
        """`record` is appended to, one exchange a line. Raises UserError for a bad URL or file."""
        super().__init__(proxy_app(base_url, record), host, port)
