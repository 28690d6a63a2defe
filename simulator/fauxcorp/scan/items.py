"""What a recorded trajectory consists of, whatever format it came in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Role = Literal["system", "user", "agent", "thought"]


@dataclass(frozen=True, slots=True)
class Head:
    """Where a trajectory came from. `line`: where it starts in its file, 0 where there are no lines."""

    format: str
    source: str
    """The file, as it was named."""
    line: int = 0
    id: str = ""
    model: str = ""
    agent: str = ""
    """The program that the agent was."""
    cwd: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """A text. `at`: microseconds since 1970, None where no time was recorded."""

    role: Role
    text: str
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Called:
    """A call of a tool. `arguments` is what was recorded: an object as a rule."""

    id: str
    tool: str
    arguments: Any
    at: int | None = None
    cwd: str = ""
    """The folder that it ran in, where the format tells."""
    kinds: tuple[str, ...] = ()
    """Further names that its meaning is looked up under, where the tool's own has none."""


@dataclass(frozen=True, slots=True)
class Returned:
    """What came back of the call of this id.

    `failed`: what the record says of it, None where it says nothing; `refused`: a person or a policy did not let it
    run; `code`: the exit code.
    """

    id: str
    text: str
    failed: bool | None = None
    code: int | None = None
    refused: bool = False
    at: int | None = None


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event of one of our own logs, as it stands there."""

    event: dict[str, Any] = field(hash=False)


Item = Said | Called | Returned | Recorded


class Trajectory(NamedTuple):
    """One agent at work, from start to end. The items are read as they are asked for, and once."""

    head: Head
    items: Iterator[Item]
