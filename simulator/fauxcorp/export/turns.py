"""An episode's log as a conversation: turns, what each call brought about, and what happened meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from fauxcorp.core.events import ACTION, CAUSE, KIND, SEQUENCE, Event
from fauxcorp.errors import LogError

MAX_DEPTH = 60
"""Levels of lists and objects in arguments; readers of other formats refuse deeper ones, which go as text."""


@dataclass(frozen=True, slots=True)
class Usage:
    """One answer of a model: which, its tokens, and why it stopped."""

    model: str
    tokens_in: int
    tokens_out: int
    stop: str


@dataclass(slots=True)
class Act:
    """One call of a tool. `began` and `ended` are the sequence numbers of action and observation."""

    began: int
    id: str
    """As the agent gave it where that is unique in the episode, else made up."""
    name: str
    arguments: dict[str, Any]
    as_text: bool
    """The arguments were no object, or too deep: what was sent stands under `text`."""
    refused: bool
    ended: int = -1
    result: str = ""
    failed: bool = False
    happened: list[Event] = field(default_factory=list)
    """Effects and flags: those that it caused, and those of others while it went on."""


@dataclass(slots=True)
class Turn:
    """What the agent said, thought and called at a time; its model's usage where the log has it."""

    began: int
    usage: Usage | None = None
    thoughts: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    acts: list[Act] = field(default_factory=list)

    @property
    def text(self) -> str:
        """All that was said."""
        return "\n\n".join(self.said)


@dataclass(frozen=True, slots=True)
class Conversation:
    """An episode from its brief to its end. `parts`: turns, and events outside of any call, in the order of the log."""

    header: Event
    system: str
    task: str
    parts: tuple[Turn | Event, ...]
    events: tuple[Event, ...]

    @property
    def turns(self) -> list[Turn]:
        """The agent's turns."""
        return [part for part in self.parts if isinstance(part, Turn)]

    @property
    def meanwhile(self) -> list[Event]:
        """Effects, flags and notes outside of any call."""
        return [part for part in self.parts if not isinstance(part, Turn)]

    @property
    def flags(self) -> list[Event]:
        """Every flag."""
        return [event for event in self.events if event[KIND] == "flag"]

    @property
    def model(self) -> str:
        """The first model that answered; empty if none did."""
        return next((turn.usage.model for turn in self.turns if turn.usage), "")


def conversation(events: Sequence[Event]) -> Conversation:
    """Read an episode's events. Raises LogError if they are not as the engine writes them."""
    try:
        return _Reader(events).read()
    except (AttributeError, IndexError, KeyError, TypeError, ValueError) as error:
        raise LogError(f"its log is not as the engine writes it ({error!r}); run `fauxcorp verify`") from None


class _Reader:
    """Goes through a log once."""

    def __init__(self, events: Sequence[Event]) -> None:
        self._events = tuple(events)
        self._parts: list[Turn | Event] = []
        self._acts: dict[int, Act] = {}
        self._ids: set[str] = set()
        self._turn: Turn | None = None
        self._open: Act | None = None
        self._home: list[Event] | None = None
        """Where the last effect went; its flags go there, too."""

    def read(self) -> Conversation:
        header = self._events[0]
        if header[ACTION] != "episode-started":
            raise ValueError("it does not begin with the start of an episode")
        briefs = {"brief-system": "", "brief-user": ""}
        for number, event in enumerate(self._events):
            if event[SEQUENCE] != number:
                raise ValueError(f"event {number} is missing")
            if event[ACTION] in briefs:
                briefs[event[ACTION]] = str(event["fauxcorp.text"])
            else:
                self._take(event)
        return Conversation(header, briefs["brief-system"], briefs["brief-user"], tuple(self._parts), self._events)

    def _take(self, event: Event) -> None:
        match event[KIND], event[ACTION]:
            case "action", _:
                self._act(event)
            case "observation", _:
                self._observed(event)
            case "effect" | "flag", _:
                self._happened(event)
            case "message", action:
                turn = self._speaking(event)
                (turn.thoughts if action == "agent-thought" else turn.said).append(str(event["fauxcorp.text"]))
            case "note", "model-used":
                self._turn = None
                self._speaking(event).usage = _usage(event)
            case "note", "episode-started" | "episode-ended":
                pass
            case _:
                self._parts.append(event)

    def _speaking(self, event: Event) -> Turn:
        """The turn in which nothing has been called yet, or a new one."""
        if self._turn is None or self._turn.acts:
            self._turn = self._begin(event)
        return self._turn

    def _begin(self, event: Event) -> Turn:
        turn = Turn(int(event[SEQUENCE]))
        self._parts.append(turn)
        return turn

    def _act(self, event: Event) -> None:
        number = int(event[SEQUENCE])
        arguments, as_text = _arguments(event["fauxcorp.tool.arguments"])
        refused = bool(event.get("fauxcorp.tool.refused"))
        act = Act(number, self._id(event), str(event["fauxcorp.tool.name"]), arguments, as_text, refused)
        # Of a model's answer the log says where it begins; without a model each call is a turn of its own.
        if self._turn is None or (self._turn.acts and self._turn.usage is None):
            self._turn = self._begin(event)
        self._turn.acts.append(act)
        self._acts[number] = self._open = act

    def _id(self, event: Event) -> str:
        given = str(event["fauxcorp.tool.call_id"])
        number = f"call-{event[SEQUENCE]}"
        while not given or given in self._ids:
            given, number = number, f"{number}-"
        self._ids.add(given)
        return given

    def _observed(self, event: Event) -> None:
        act = self._acts[event[CAUSE]]
        act.ended, act.result = int(event[SEQUENCE]), str(event["fauxcorp.tool.result"])
        act.failed = event["event.outcome"] == "failure"
        self._open = None

    def _happened(self, event: Event) -> None:
        if event[KIND] == "effect" or self._home is None:
            act = self._acts.get(event.get(CAUSE, -1), self._open)
            self._home = act.happened if act is not None else None
        if self._home is None:
            self._parts.append(event)
        else:
            self._home.append(event)


def _usage(event: Event) -> Usage:
    stops = event.get("gen_ai.response.finish_reasons") or [""]
    return Usage(
        str(event["gen_ai.request.model"]),
        int(event.get("gen_ai.usage.input_tokens", 0)),
        int(event.get("gen_ai.usage.output_tokens", 0)),
        str(stops[0]),
    )


def _arguments(value: Any) -> tuple[dict[str, Any], bool]:
    """Arguments as an object, and whether what was sent had to be put into one as text."""
    if isinstance(value, dict) and _depth(value) <= MAX_DEPTH:
        return value, False
    return {"text": value if isinstance(value, str) else orjson.dumps(value).decode()}, True


def _depth(value: Any) -> int:
    """Levels of lists and objects, counted no further than needed."""
    level, depth = [value], 0
    while (level := [item for item in level if isinstance(item, (dict, list))]) and depth <= MAX_DEPTH:
        depth += 1
        level = [part for item in level for part in (item.values() if isinstance(item, dict) else item)]
    return depth
