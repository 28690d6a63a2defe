"""Words for a program of the agent's that runs on the company's own server, beside the acts of its session."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from fauxcorp.core.session import Session

Headers = tuple[tuple[str, str], ...]


class Asked(NamedTuple):
    """A request to a place of the program's own wiring. `target`: path and query."""

    method: str
    target: str
    headers: Headers
    body: bytes


class Answered(NamedTuple):
    """What a request is answered with."""

    status: int
    headers: Headers = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a program reaches its model or its tools: no part of the company, and no way to anywhere else.

    A request is for it only if all of this fits. What is not goes to the company's network, as any other.
    """

    host: str
    """The name by which the server knows it."""
    methods: frozenset[str]
    path: str
    """A regular expression, which the whole path must fit."""
    tokens: frozenset[str]
    """A header of each request is one of them, alone or behind `Bearer`; none: the path has the token in it."""
    answer: Callable[[Asked], Answered]
    """Called in threads, several at a time. Raises nothing."""


@dataclass(frozen=True, slots=True)
class Launch:
    """What is started on the server, as the agent's user and in the user's home."""

    words: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    """Added to what the user's shell has."""
    files: Mapping[str, str] = field(default_factory=dict)
    """Written before the start, by full path: the program's own, and no change of the company."""
    places: Sequence[Place] = ()


class Lodging(Protocol):
    """A session on whose server a program can be started, and what becomes of that. One thread calls it."""

    session: Session
    """The same session, for others to act in while the program runs."""
    home: str
    """The user's home folder on the server."""
    folder: str
    """A folder on the server for what is written before the start; the user cannot write in it."""

    @property
    def over(self) -> bool:
        """Whether the session has ended."""
        ...

    @property
    def deeds(self) -> int:
        """Effects of the agent's so far; what any program reads or keeps for itself apart."""
        ...

    def host(self, label: str) -> str:
        """A name within the company's domain that nothing has yet, made from a label."""
        ...

    def start(self, launch: Launch) -> None:
        """Start the program. Raises SandboxError if the server is lost."""
        ...

    def turn(self) -> bool:
        """Wait for something to take in, at most for a look's time, and take it in; False once it has ended."""
        ...

    def read(self) -> list[tuple[int, bytes]]:
        """What the program wrote since the last call: 1 and 2 for its streams, and the bytes."""
        ...

    def stop(self) -> int | None:
        """End what is left of it, take in the rest, close its places; its exit code, None if it had to be ended."""
        ...
