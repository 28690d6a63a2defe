"""What agents drive: the Session protocol, and the words of tool calling (as in MCP)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class ToolSpec:
    """A tool as an agent sees it. `schema` is a JSON Schema object."""

    name: str
    description: str
    schema: dict[str, Any]


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call. `arguments` is what the agent sent, not yet checked."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)
    id: str = ""


@dataclass(frozen=True, slots=True)
class ToolResult:
    """What came back: plain text. `is_error` is a failure as the office's software reports it."""

    content: str
    is_error: bool = False
    id: str = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """The texts an agent starts from."""

    system: str
    task: str


class Session(Protocol):
    """One agent's side of an episode."""

    @property
    def brief(self) -> Brief:
        """System prompt and task."""
        ...

    @property
    def tools(self) -> Sequence[ToolSpec]:
        """The tools on offer."""
        ...

    @property
    def over(self) -> bool:
        """True once no further act is taken."""
        ...

    def act(self, call: ToolCall, *, refused: str = "") -> ToolResult:
        """Do one thing. Raises EpisodeOver after the end.

        `refused`: what was sent is no call (its arguments are not JSON, say); it is logged, and answered with this.
        """
        ...

    def say(self, text: str, *, thought: bool = False) -> None:
        """Record what the agent says without acting; `thought`: only to itself."""
        ...

    def note(self, action: str, fields: Mapping[str, Any]) -> None:
        """Record something about the agent that is no act: its model's usage, an error of its program.

        `fields` are dotted names of ECS, or `fauxcorp.*`, that no other part of an event has.
        """
        ...


class Agent(Protocol):
    """Anything that can drive a Session to its end."""

    @property
    def name(self) -> str:
        """The name in run folders and reports."""
        ...

    def run(self, session: Session) -> None:
        """Act until done; returning ends the episode."""
        ...
