from __future__ import annotations

from fauxcorp.core.session import Agent, Brief, Session, ToolCall, ToolResult, ToolSpec


class Room:
    """The least that an agent can drive."""

    brief = Brief("You work here.", "Say hello.")
    tools = (ToolSpec("greet", "Say hello.", {"type": "object", "properties": {}}),)

    def __init__(self) -> None:
        self.calls: list[ToolCall] = []
        self.said: list[str] = []

    @property
    def over(self) -> bool:
        return len(self.calls) >= 2

    def act(self, call: ToolCall, *, refused: str = "") -> ToolResult:
        self.calls.append(call)
        return ToolResult("hello", id=call.id)

    def say(self, text: str, *, thought: bool = False) -> None:
        self.said.append(text)


class Greeter:
    name = "greeter"

    def run(self, session: Session) -> None:
        while not session.over:
            session.act(ToolCall(session.tools[0].name))


def test_an_agent_needs_the_protocol_and_nothing_else() -> None:
    room, agent = Room(), Greeter()
    typed: Agent = agent
    typed.run(room)
    assert [c.name for c in room.calls] == ["greet", "greet"]


def test_calls_do_not_share_their_arguments() -> None:
    first, second = ToolCall("a"), ToolCall("b")
    first.arguments["x"] = 1
    assert second.arguments == {}
