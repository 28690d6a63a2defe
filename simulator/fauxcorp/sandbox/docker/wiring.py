"""What a program asks its model and its tools from inside the sealed network, answered on this side of it.

The gateway hands on only what fits a place. All of that is looked at here once more: the answer to a request comes from
the place's own function, and no request chooses where it goes.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from queue import SimpleQueue
from threading import Event, Thread
from typing import Any

from fauxcorp.core.inside import Answered, Asked, Place
from fauxcorp.errors import SandboxError
from fauxcorp.sandbox.docker.aside import Message
from fauxcorp.sandbox.docker.crossing_read import Told

KIND = "own"
"""Messages of the gateway that are for this, and what it is told by."""
AT_A_TIME = 8
KNOWN_SECONDS = 10.0
MAX_TARGET = 4000
_BEARER = re.compile(r"bearer ", re.IGNORECASE)
_NOT_FOUND = Answered(404)


class Wiring:
    """The places of one program, from `open` to `close`."""

    def __init__(self, places: Mapping[str, Place], send: Callable[[Message], None]) -> None:
        """`places`: by address within the sealed network. `send`: to the gateway; raises SandboxError if it is lost."""
        self._places = {place.host: (address, place) for address, place in places.items()}
        self._send = send
        self._known = Event()
        self._waiting: SimpleQueue[Message | None] = SimpleQueue()

    def open(self) -> None:
        """Have the gateway know the places. Raises SandboxError if it does not say that it does."""
        self._tell([_told(address, place) for address, place in self._places.values()])
        for _ in range(AT_A_TIME):
            # Nobody waits for these at the end: a model may take minutes.
            Thread(target=self._work, name="wiring", daemon=True).start()

    def close(self) -> None:
        """Have it forget them; what is being answered is given up."""
        for _ in range(AT_A_TIME):
            self._waiting.put(None)
        self._tell([])

    def take(self, message: Message) -> None:
        """Take in a message of the gateway; an answer is sent by another thread."""
        if "id" in message:
            self._waiting.put(message)
        else:
            self._known.set()

    def _work(self) -> None:
        while (message := self._waiting.get()) is not None:
            self._answer(message)

    def _tell(self, places: list[dict[str, Any]]) -> None:
        self._known.clear()
        self._send({"t": KIND, "places": places})
        if not self._known.wait(KNOWN_SECONDS):
            raise SandboxError("the gateway does not answer")

    def _answer(self, message: Message) -> None:
        told = Told(message)
        method, target = told.text("method", 20), told.text("target", MAX_TARGET)
        asked = Asked(method, target, tuple(told.pairs("headers")), told.data("body_b64"))
        _, place = self._places.get(told.text("host", 300), ("", None))
        answered = place.answer(asked) if place is not None and fits(place, asked) else _NOT_FOUND
        with suppress(SandboxError):
            self._send({
                "t": "answer", "id": told.number("id"), "status": answered.status, "reason": "",
                "headers": [list(pair) for pair in answered.headers], "body_b64": b64encode(answered.body).decode(),
            })  # fmt: skip


def fits(place: Place, asked: Asked) -> bool:
    """Whether a request is one that a place is for."""
    values = {_BEARER.sub("", value, count=1) for _, value in asked.headers}
    return (
        asked.method in place.methods
        and re.fullmatch(place.path, asked.target.partition("?")[0]) is not None
        and (not place.tokens or bool(values & place.tokens))
    )


def _told(address: str, place: Place) -> dict[str, Any]:
    return {
        "host": place.host, "address": address, "methods": sorted(place.methods), "path": place.path,
        "tokens": sorted(place.tokens),
    }  # fmt: skip
