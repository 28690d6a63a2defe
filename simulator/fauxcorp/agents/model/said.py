"""What a model's answer says, and the settings it is asked with, whichever API it came by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

import orjson

from fauxcorp.core.session import ToolCall, ToolResult

NOT_JSON = "Invalid arguments: not valid JSON text"
NO_OBJECT = "Invalid arguments: not a JSON object"
MAX_SHOWN = 2_000
"""Characters of arguments that are no call's which the log keeps."""
MAX_COUNT = 10**12
"""Tokens that an API is believed."""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """How a model is asked. Empty or None: as the API has it."""

    base_url: str = ""
    max_tokens: int | None = None
    """Tokens, in and out, that an episode may take."""
    max_seconds: float | None = None
    """Real seconds that an episode may wait for the model."""
    max_cost: float | None = None
    """USD that an episode may cost."""
    price: str = ""
    """USD for a million tokens: `IN,OUT`. Empty: what genai-prices knows, if a cost is asked for."""
    stream: bool = True
    """Whether answers are asked for as streams, as far as the API has them."""
    answer_tokens: int = 8_192
    """Tokens of one answer, where the API wants to be told."""
    timeout: float = 300.0
    """Seconds for each wait: for the beginning of an answer, and for each next piece."""
    answer_seconds: float = 1_800.0
    """Seconds for a whole answer."""
    retries: int = 6


@dataclass(frozen=True, slots=True)
class Tokens:
    """What an answer took, as its API counts. `read` and `written`: tokens of a cache, which `into` holds as well."""

    into: int = 0
    out: int = 0
    read: int = 0
    written: int = 0


class Answered(NamedTuple):
    """An answer as the API has it in one piece. `tokens` and `usd` None: not known."""

    body: Any
    tokens: Tokens | None
    usd: float | None


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
    """Why there is no more: in the model's words, which are its text then, or the provider's."""
    stop: str = ""
    cut: bool = False
    """It ended because it was too long."""


class Talk(Protocol):
    """A conversation in the form of one API."""

    def body(self) -> dict[str, Any]:
        """The next request."""
        ...

    def take(self, answer: Any) -> Said:
        """Take an answer into the conversation. Raises ModelError if it is none."""
        ...

    def results(self, results: Sequence[ToolResult]) -> None:
        """Take in what calls gave, in their order."""
        ...


class Line(Protocol):
    """The way to a model in one episode: over the network, or out of a recording."""

    def ask(self, body: Mapping[str, Any], seconds: float | None) -> Answered:
        """The answer to a request. `seconds`: real time that it may take, None for any. Raises Trouble."""
        ...


@dataclass(slots=True)
class Usage:
    """What an episode's model took so far."""

    tokens: int = 0
    usd: float = 0.0
    seconds: float = 0.0
    exchanges: int = 0

    def add(self, answered: Answered) -> None:
        """Count an answer."""
        if answered.tokens is not None:
            self.tokens += answered.tokens.into + answered.tokens.out
        self.usd += answered.usd or 0.0
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
    return value if isinstance(value, int) and 0 < value <= MAX_COUNT else 0


def inside(value: Any, key: str) -> dict[str, Any]:
    """The object at a key of an object, or an empty one in place of anything else."""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def sendable(text: str) -> str:
    """Text as UTF-8 can have it: halves of characters become question marks."""
    return text.encode("utf-8", "replace").decode()
