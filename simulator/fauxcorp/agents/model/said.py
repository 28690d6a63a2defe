"""What a model's answer says, and the settings it is asked with, whichever API it came by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import orjson

from fauxcorp.core.session import ToolCall, ToolResult

NOT_JSON = "Invalid arguments: not valid JSON text"
NO_OBJECT = "Invalid arguments: not a JSON object"
MAX_SHOWN = 2_000
"""Characters of arguments that are no call's which the log keeps."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """How a model is asked. Empty or None: as the API has it."""

    base_url: str = ""
    max_tokens: int | None = None
    """Tokens, in and out, that an episode may take."""
    answer_tokens: int = 8_192
    """Tokens of one answer, where the API wants to be told."""
    timeout: float = 300.0
    """Seconds for an answer."""
    retries: int = 6


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a tool. `problem`: why it is none, its arguments then being what was sent."""

    call: ToolCall
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One answer."""

    text: str = ""
    thoughts: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()
    refusal: str = ""
    stop: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    cut: bool = False
    """It ended because it was too long."""


class Talk(Protocol):
    """A conversation in the form of one API."""

    path: str
    """Behind the base URL."""

    def body(self) -> dict[str, Any]:
        """The next request."""
        ...

    def take(self, answer: Any) -> Said:
        """Take an answer into the conversation. Raises ModelError if it is none."""
        ...

    def results(self, results: Sequence[ToolResult]) -> None:
        """Take in what calls gave, in their order."""
        ...


@dataclass(slots=True)
class Usage:
    """Tokens of an episode so far."""

    tokens_in: int = 0
    tokens_out: int = 0
    exchanges: int = field(default=0)

    def add(self, said: Said) -> None:
        """Count an answer."""
        self.tokens_in += said.tokens_in
        self.tokens_out += said.tokens_out
        self.exchanges += 1


def call_of(name: Any, arguments: Any, id: Any) -> Call:
    """A call as it was sent: arguments as JSON text, or as an object already."""
    problem = ""
    if isinstance(arguments, str):
        sent = arguments
        try:
            arguments = orjson.loads(arguments) if arguments.strip() else {}
        except orjson.JSONDecodeError:
            arguments, problem = {"text": sent[:MAX_SHOWN]}, NOT_JSON
    if not isinstance(arguments, dict):
        arguments, problem = {"text": str(arguments)[:MAX_SHOWN]}, NO_OBJECT
    return Call(ToolCall(str(name), arguments, str(id)), problem)


def count(value: Any) -> int:
    """A number of tokens, 0 for anything else."""
    return value if isinstance(value, int) and value > 0 else 0


def sendable(text: str) -> str:
    """Text as UTF-8 can have it: halves of characters become question marks."""
    return text.encode("utf-8", "replace").decode()
