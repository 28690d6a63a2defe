from __future__ import annotations

import anyio
import pytest

from fauxcorp.core.session import Session, ToolCall, ToolResult
from fauxcorp.episode.driven import Driven
from fauxcorp.errors import LogError
from fauxcorp.serve.desk import ENDED, Desk


def bash(command: str) -> ToolCall:
    return ToolCall("bash", {"command": command}, "c1")


def test_acts_happen_in_the_order_they_came(driven: Driven) -> None:
    desk, got, stirred = Desk(driven), list[str](), list[int]()
    desk.acted = lambda: stirred.append(desk.calls)

    async def one(number: int) -> None:
        got.append((await desk.act(bash(f"n=${{n}}{number}; echo $n"))).content)

    async def main() -> None:
        async with anyio.create_task_group() as group:
            for number in range(5):
                group.start_soon(one, number)

    anyio.run(main)
    assert got == ["0", "01", "012", "0123", "01234"]
    assert (desk.calls, desk.listed, len(stirred)) == (5, 0, 5)
    assert desk.tools() == driven.tools
    assert desk.listed == 1


def test_after_the_end(driven: Driven) -> None:
    desk = Desk(driven)
    driven.end()
    assert anyio.run(desk.act, bash("true")) == ToolResult(ENDED, True, "c1")
    assert desk.trouble is None


def test_what_cannot_be_recorded_is_kept_for_the_owner(driven: Driven, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(driven)

    def full(self: Session, call: ToolCall, *, refused: str = "") -> ToolResult:
        raise LogError("events.jsonl: No space left on device")

    monkeypatch.setattr(Driven, "act", full)
    assert anyio.run(desk.act, bash("true")).is_error
    assert isinstance(desk.trouble, LogError)
