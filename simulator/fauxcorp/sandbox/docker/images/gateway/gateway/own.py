"""Places of a program's own wiring, its model and its tools: what goes to them is handed to the host as it is.

The host names them while such a program runs. A request is one of them only if its name, address, method, path and
token all fit; everything else that goes to the same name is told as what it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import h11

from gateway.host import Message

if TYPE_CHECKING:
    from gateway.gate import Connection

SECONDS = 660.0
"""How long a model may think."""
PORTS = frozenset({80, 443})
_QUERY = re.compile(r"[\w=&.:-]{0,500}")
_SCHEME = re.compile(r"(?:bearer )?", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """One of them. `path` fits the whole path; `tokens`: one is in a header of each request, unless the path has it."""

    host: str
    address: str
    methods: frozenset[str]
    path: re.Pattern[str]
    tokens: frozenset[str]

    @classmethod
    def read(cls, given: dict[str, Any]) -> Place:
        """A place as the host tells it."""
        return cls(
            str(given["host"]).lower(), str(given["address"]), frozenset(given["methods"]), re.compile(given["path"]),
            frozenset(given["tokens"]),
        )  # fmt: skip

    def takes(self, request: h11.Request, target: str) -> bool:
        """Whether a request is for it, its name and address apart."""
        path, _, query = target.partition("?")
        if request.method.decode("latin-1") not in self.methods or not self.path.fullmatch(path):
            return False
        if not _QUERY.fullmatch(query):
            return False
        said = (_SCHEME.sub("", v.decode("latin-1"), count=1) for _, v in request.headers)
        return not self.tokens or any(value in self.tokens for value in said)


class Own:
    """The places that are known just now."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}

    def know(self, message: Message) -> None:
        """Take over what the host says of them; what was known before is forgotten."""
        places = map(Place.read, message.get("places") or [])
        self._places = {place.host: place for place in places}

    def address(self, name: str) -> str:
        """The address of a name that is one of them; empty for any other."""
        place = self._places.get(name.lower().rstrip("."))
        return place.address if place is not None else ""

    def name(self, address: str) -> str:
        """The name of an address; empty for any other."""
        return next((place.host for place in self._places.values() if place.address == address), "")

    def takes(self, connection: Connection, host: str, request: h11.Request, target: str) -> bool:
        """Whether a request goes to one of them, over a connection that was made to it and leads nowhere else."""
        place = self._reached(connection, host, request)
        return place is not None and place.takes(request, target)

    def probes(self, connection: Connection, host: str, request: h11.Request) -> bool:
        """Whether a request only asks whether one of them is there, as some clients do first: it goes no further."""
        bare = request.method in (b"HEAD", b"GET") and request.target == b"/"
        sizes = [v for k, v in request.headers if k in (b"content-length", b"transfer-encoding")]
        empty = all(size == b"0" for size in sizes)
        return bare and empty and self._reached(connection, host, request) is not None

    def _reached(self, connection: Connection, host: str, request: h11.Request) -> Place | None:
        place = self._places.get(host)
        fits = (
            place is not None
            and connection.ip == place.address
            and connection.port in PORTS
            and (not connection.tls or connection.host == host)
            and "via" not in connection.notes
            and "://" not in request.target[:12].decode("latin-1")
        )
        return place if fits else None
