"""A server in a thread of its own, on a socket of its own: for tests, and for commands."""

from __future__ import annotations

import socket
from threading import Thread
from types import TracebackType
from typing import Self

import uvicorn
from starlette.applications import Starlette

from fauxcorp.errors import UserError

STOP_SECONDS = 3
"""How long open connections may go on when the server is stopped."""


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens; port 0 takes a free one. Raises UserError if the address cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        opened = socket.create_server((host, port), family=family, backlog=512)
    except (OSError, OverflowError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UserError(f"cannot listen on {host} port {port}: {reason}") from None
    # Inherited by the connections: else a small answer waits some 40 ms for an acknowledgement.
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return opened


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
        self._socket = listen(self._host, self._port)
        config = uvicorn.Config(
            self._app, log_config=None, log_level="error", access_log=False, lifespan="on", ws="none",
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
