"""Requests of the three protocols come out as the same thing."""

from __future__ import annotations

import pytest

from fauxcorp.serve.standin.reading import READERS
from fauxcorp.serve.standin.said import Answer, Made

from .conftest import DIALECTS, TEXT_SCHEMA, asked, read, tool

CALL = Made("x1", "a", '{"b":1}')
HISTORY = [("user", "Go."), ("said", Answer("t", 0, "Now.", (CALL,))), ("result", ("x1", "done"))]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_conversation(dialect: str) -> None:
    found = asked(dialect, HISTORY, ["a"], stream=True)
    prefix = "toolu_" if dialect == "messages" else "call_"
    (call,) = found.calls
    assert (call.id, call.name, call.result) == (f"{prefix}x1", "a", "done")
    assert found.talk == (("user", "Go."), ("assistant", "Now."), ("call", f"{prefix}x1"), ("tool", "done"))
    assert (found.model, found.stream, found.single, found.schema, found.forced) == ("any", True, False, None, "")
    assert [t.name for t in found.tools] == ["a"]


def test_forms_of_answers() -> None:
    chat = {"response_format": {"type": "json_schema", "json_schema": {"name": "x", "schema": TEXT_SCHEMA}}}
    assert asked("chat/completions", HISTORY, **chat).schema == TEXT_SCHEMA
    assert asked("chat/completions", HISTORY, response_format={"type": "json_object"}).schema is not None
    form = {"type": "json_schema", "schema": TEXT_SCHEMA}
    assert asked("responses", HISTORY, text={"format": form}).schema == TEXT_SCHEMA
    for place in ({"output_config": {"format": form}}, {"output_format": form}):
        assert asked("messages", HISTORY, **place).schema == TEXT_SCHEMA


def test_choices_of_tools() -> None:
    chosen = {"type": "function", "function": {"name": "a"}}
    assert asked("chat/completions", HISTORY, tool_choice=chosen).forced == "a"
    assert asked("chat/completions", HISTORY, tool_choice="required", parallel_tool_calls=False).single
    assert asked("responses", HISTORY, tool_choice={"type": "function", "name": "a"}).forced == "a"
    choice = {"type": "tool", "name": "a", "disable_parallel_tool_use": True}
    found = asked("messages", HISTORY, tool_choice=choice)
    assert (found.forced, found.single) == ("a", True)


def test_tools_of_responses() -> None:
    custom = {"type": "custom", "name": "patch", "format": {"type": "grammar"}}
    hosted = {"type": "tool_search"}
    space = {"type": "namespace", "name": "ns", "tools": [tool("responses", "a"), custom]}
    found = asked("responses", [], [custom, hosted, space, {"type": "web_search"}])
    assert [(t.namespace, t.name, t.kind) for t in found.tools] == [
        ("", "patch", "custom"), ("ns", "a", "function"), ("ns", "patch", "custom"),
    ]  # fmt: skip


def test_system_as_text_or_blocks() -> None:
    for system in ("Be good.", [{"type": "text", "text": "Be good.", "cache_control": {"type": "ephemeral"}}]):
        assert asked("messages", [], system=system).talk == (("system", "Be good."),)
    assert asked("responses", [], instructions="Be good.").talk == (("system", "Be good."),)
    assert read("responses", {"input": "Go."}).talk == (("user", "Go."),)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_nonsense(dialect: str) -> None:
    wrong = {"messages": [1, None, {"role": 7, "content": {"a": []}}], "input": {"x": 1}, "tools": "all", "stream": 1}
    found = read(dialect, {**wrong, "tool_choice": [], "response_format": "x", "text": 3, "system": 5, "model": None})
    assert (found.model, found.stream, found.tools, found.calls) == ("", False, (), ())
    assert READERS[dialect]({}, b"").talk == ()
