"""An office to call the tools in: a small company, the virtual sandbox, and time that passes as in an episode."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import ValidationError

from fauxcorp.content.roots import find_roots
from fauxcorp.content.tools import load_tools
from fauxcorp.core.effects import ChatPosted, Effect, EmailSent
from fauxcorp.sandbox.virtual import VirtualSandbox

_MAKERS = Path(__file__).parents[1] / "simulator" / "world" / "conftest.py"
_SPEC = importlib.util.spec_from_file_location("world_makers", _MAKERS)
assert _SPEC is not None
assert _SPEC.loader is not None
makers = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(makers)

TOOLS = {tool.name: tool for tools in load_tools(find_roots()[0]).values() for tool in tools}


class Office:
    """What a tool acts on, and a way to call tools by name as an agent does."""

    def __init__(self, user: str = "assistant", **company: Any) -> None:
        cast = {name: company.pop(name, ()) for name in ("cues", "replies")}
        self.live = makers.Live(makers.build_company(**company), **cast)
        self.live.world.agent = user
        self.world = self.live.world
        self.user = user
        self.by = self.live.by._replace(user=user)
        self.person = self.world.company.people[user]
        self.sandbox = VirtualSandbox(self.world, user)
        self._arrived = False
        self._told = self.world.sink
        self.world.sink = self._sink

    def _sink(self, effect: Effect) -> None:
        self._told(effect)
        if effect.by.actor != "agent" and isinstance(effect, EmailSent | ChatPosted):
            self._arrived = True

    def wait(self, seconds: float, *, until_mail: bool = False) -> float:
        """As an episode lets time pass."""
        timeline, clock = self.world.timeline, self.world.clock
        begin, self._arrived = clock.us, False
        until = begin + round(seconds * 1_000_000)
        timeline.run(1)
        while not (until_mail and self._arrived):
            due = timeline.next_at()
            if due is None or due > until:
                clock.advance_to(until)
                break
            clock.advance_to(due)
            timeline.run(1)
        return (clock.us - begin) / 1_000_000

    def call(self, name: str, /, **arguments: Any) -> str:
        """Call a tool. Raises ToolError, and ValidationError for arguments that it does not take."""
        tool = TOOLS[name]
        return tool.handler(tool.args.model_validate(arguments), self)

    def effects(self) -> list[str]:
        """Action and stage of every effect so far."""
        return self.live.kinds()


@pytest.fixture(scope="session")
def make() -> SimpleNamespace:
    """The makers of small companies."""
    return SimpleNamespace(message=makers.message, attachment=makers.attachment, channel=makers.channel)


@pytest.fixture
def make_office() -> Callable[..., Office]:
    """Make an office from what `build_company` takes, and `user`, `cues`, `replies`."""
    return Office


@pytest.fixture
def refused() -> type[ValidationError]:
    """What arguments of the wrong shape raise."""
    return ValidationError
