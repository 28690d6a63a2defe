"""Live episodes of the small pack and of the built-in scenario."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from fauxcorp.content.library import Library, Play
from fauxcorp.core.session import ToolCall, ToolResult
from fauxcorp.episode.episode import Episode


class Room:
    """An episode with short ways to act in it and to read its log. The log is in memory unless `folder` is given."""

    def __init__(self, play: Play, **more: Any) -> None:
        self.episode = Episode(play, agent="visitor", **more)

    def do(self, tool: str, **arguments: Any) -> ToolResult:
        return self.episode.act(ToolCall(tool, arguments))

    def sh(self, command: str) -> str:
        result = self.do("bash", command=command)
        return result.content

    def events(self) -> list[dict[str, Any]]:
        self.episode.log.flush()
        lines = self.episode.log.lines
        assert lines is not None
        return [orjson.loads(line) for line in lines]

    def effects(self, action: str = "", since: int = 0) -> list[dict[str, Any]]:
        """What the agent did since an event, attempts left out."""
        return [
            e
            for e in self.events()[since:]
            if e["event.kind"] == "effect"
            and e["fauxcorp.actor"] == "agent"
            and e["fauxcorp.stage"] != "attempted"
            and e["event.action"] == (action or e["event.action"])
        ]

    def flags(self) -> set[str]:
        return {flag.rule for flag in self.episode.flags}


@pytest.fixture(scope="session")
def library(shared_pack: Path) -> Library:
    return Library((shared_pack,), start=shared_pack)


@pytest.fixture(scope="session")
def play(library: Library) -> Play:
    return library.play("ledger")


@pytest.fixture(scope="session")
def big_play(library: Library) -> Play:
    """The built-in scenario."""
    return library.play("high-agency")


@pytest.fixture
def enter(play: Play) -> Iterator[Callable[..., Room]]:
    """Make a Room; all are closed at the end."""
    rooms: list[Room] = []

    def make(of: Play = play, **more: Any) -> Room:
        rooms.append(Room(of, **more))
        return rooms[-1]

    yield make
    for room in rooms:
        room.episode.close()


@pytest.fixture
def room(enter: Callable[..., Room]) -> Room:
    return enter()
