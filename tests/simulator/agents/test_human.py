# ruff: noqa: PT017 - either it works, or the error says why
from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.agents.human import HELP, HumanAgent, parse_arguments
from fauxcorp.core.session import Brief, ToolCall, ToolResult, ToolSpec

SCHEMA = {
    "type": "object",
    "properties": {
        "to": {"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]},
        "subject": {"type": "string"},
        "count": {"type": "integer"},
        "urgent": {"type": "boolean"},
        "files": {"type": "array", "items": {"type": "string"}},
    },
}
SEND = ToolSpec("send_email", "Send an email.\nIt leaves at once.", SCHEMA)


class Desk:
    brief = Brief("You are the assistant.", "Sort the mail.")
    tools = (SEND,)

    def __init__(self, steps: int = 99) -> None:
        self.left = steps
        self.calls: list[ToolCall] = []
        self.said: list[str] = []

    @property
    def over(self) -> bool:
        return len(self.calls) >= self.left

    def act(self, call: ToolCall) -> ToolResult:
        self.calls.append(call)
        return ToolResult("sent" if call.arguments.get("to") else "no recipient", not call.arguments.get("to"))

    def say(self, text: str) -> None:
        self.said.append(text)


def play(*lines: str | None, steps: int = 99) -> tuple[Desk, list[str]]:
    desk, shown, left = Desk(steps), [], list(lines)
    HumanAgent(lambda: left.pop(0) if left else None, shown.append).run(desk)
    return desk, shown


def test_it_acts_and_shows_what_came_back() -> None:
    desk, shown = play('send_email to=tom subject="two words" count=3 urgent=true', "quit")
    assert desk.calls[0].arguments == {"to": "tom", "subject": "two words", "count": 3, "urgent": True}
    assert shown[-1] == "sent"


def test_failures_are_marked() -> None:
    assert play("send_email subject=x")[1][-1] == "[failed] no recipient"


def test_json_is_taken_as_it_is() -> None:
    assert play('send_email {"to": ["a", "b"]}')[0].calls[0].arguments == {"to": ["a", "b"]}


@pytest.mark.parametrize(("line", "told"), [
    ("nonsense 1", "no tool 'nonsense'"),
    ("send_email {broken", "not JSON"),
    ("send_email subject='open", "No closing quotation"),
    ("tool nothing", "no tool 'nothing'"),
])  # fmt: skip
def test_mistakes_are_told_and_do_not_end_it(line: str, told: str) -> None:
    desk, shown = play(line, "say still here")
    assert told in shown[-1]
    assert desk.said == ["still here"]
    assert not desk.calls


def test_the_words_it_knows() -> None:
    shown = play("help", "tools", "tool send_email", "brief", "")[1]
    assert shown[:2] == [HELP, HELP]
    assert shown[2] == "send_email: Send an email."
    assert '"urgent"' in shown[3]
    assert shown[4] == "You are the assistant.\n\nSort the mail."
    assert len(shown) == 5


@pytest.mark.parametrize("end", ["quit", "exit", " quit ", None])
def test_it_ends(end: str | None) -> None:
    desk, _ = play("say hi", end, "say never")
    assert desk.said == ["hi"]


def test_it_ends_with_the_episode() -> None:
    desk, _ = play("send_email to=a", "send_email to=b", steps=1)
    assert len(desk.calls) == 1


@pytest.mark.parametrize(("text", "found"), [
    ("", {}),
    ("hello there", {"to": "hello there"}),
    ("subject=x note", {"to": "subject=x note"}),
    ("files=a,b", {"files": ["a", "b"]}),
    ("count=many", {"count": "many"}),
    ("urgent=TRUE", {"urgent": True}),
    ("subject=a=b", {"subject": "a=b"}),
])  # fmt: skip
def test_arguments_as_people_type_them(text: str, found: dict[str, Any]) -> None:
    assert parse_arguments(SEND, text) == found


@given(st.text())
def test_any_line_gives_arguments_or_a_reason(text: str) -> None:
    try:
        assert isinstance(parse_arguments(SEND, text), dict)
    except ValueError as error:
        assert str(error)


def test_json_that_is_too_deep_is_told() -> None:
    with pytest.raises(ValueError, match="JSON"):
        parse_arguments(SEND, '{"to":' * 100_000)
