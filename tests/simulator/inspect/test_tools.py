"""The office's tools as Inspect's."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from inspect_ai.model import ChatMessageAssistant, ChatMessageTool, execute_tools
from inspect_ai.tool import Tool, ToolCall, ToolDef, ToolError

from fauxcorp.content.library import Library
from fauxcorp.inspect.tools import HERE, OfficeTools, tools_of

KEPT = ("type", "description", "enum", "default", "anyOf", "items", "minimum", "maximum", "minLength", "maxLength")


class Office:
    """Takes calls, and says what it took."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, dict[str, Any]]] = []
        self.going_on = 0

    async def act(self, name: str, arguments: dict[str, Any]) -> str:
        self.going_on += 1
        assert self.going_on == 1
        await asyncio.sleep(0)
        self.taken.append((name, arguments))
        self.going_on -= 1
        if name == "bash":
            raise ToolError("no")
        return "x" * 100_000


@pytest.fixture(scope="module")
def specs() -> Any:
    return Library().play("high-agency").specs


def test_they_are_what_the_scenario_says(specs: Any) -> None:
    for spec, tool in zip(specs, tools_of(specs, Office().act), strict=True):
        made = ToolDef(tool)
        assert (made.name, made.description, made.parallel) == (spec.name, spec.description, False)
        shown = made.parameters.model_dump(exclude_none=True)
        assert set(shown["properties"]) == set(spec.schema["properties"])
        assert shown["required"] == spec.schema.get("required", [])
        for name, wanted in spec.schema["properties"].items():
            assert shown["properties"][name]["description"] == wanted.get("description", name)
            assert shown["properties"][name].get("type") == wanted.get("type")
            assert shown["properties"][name].get("default") == wanted.get("default")
            assert shown["properties"][name].get("enum") == wanted.get("enum")


def test_calls_at_once_are_done_one_after_the_other_and_results_are_whole(specs: Any) -> None:
    office = Office()
    asked = [ToolCall(str(n), name, {"id": str(n)} if name == "read_email" else {"command": "x"})
             for n, name in enumerate(["read_email", "bash", "read_email"])]  # fmt: skip
    message = ChatMessageAssistant(content="", tool_calls=asked)
    results, _ = asyncio.run(execute_tools([message], tools_of(specs, office.act)))
    assert office.taken == [("read_email", {"id": "0"}), ("bash", {"command": "x"}), ("read_email", {"id": "2"})]
    first, second, _ = results
    assert isinstance(second, ChatMessageTool)
    assert len(first.text) == 100_000
    assert second.error is not None
    assert second.error.message == "no"


def test_agents_find_the_tools_of_the_sample_at_hand(specs: Any) -> None:
    made: list[Tool] = tools_of(specs, Office().act)
    assert asyncio.run(OfficeTools().tools()) == []
    token = HERE.set(made)
    try:
        assert asyncio.run(OfficeTools().tools()) == made
    finally:
        HERE.reset(token)
