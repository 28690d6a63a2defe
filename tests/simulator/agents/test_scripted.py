from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from fauxcorp.agents.scripted import Expectations, Script, ScriptedAgent, Step, references
from fauxcorp.core.session import Brief, ToolCall, ToolResult, ToolSpec
from fauxcorp.errors import EpisodeOver, ExpectationFailed


class Desk:
    """A Session whose answers are given."""

    brief = Brief("s", "t")
    tools = (ToolSpec("look", "Look.", {"type": "object", "properties": {"at": {"type": "string"}}}),)

    def __init__(self, answer: Callable[[ToolCall], ToolResult], steps: int = 99) -> None:
        self.answer, self.left = answer, steps
        self.calls: list[ToolCall] = []
        self.said: list[str] = []

    @property
    def over(self) -> bool:
        return len(self.calls) >= self.left

    def act(self, call: ToolCall) -> ToolResult:
        if self.over:
            raise EpisodeOver("it has ended")
        self.calls.append(call)
        return self.answer(call)

    def say(self, text: str) -> None:
        self.said.append(text)


def echo(call: ToolCall) -> ToolResult:
    return ToolResult(f"number 4471 {call.arguments}", id=call.id)


def agent(*steps: dict[str, Any], **more: Any) -> ScriptedAgent:
    return ScriptedAgent(Script.model_validate({"name": "x", "about": "y", "steps": list(steps), **more}))


def test_it_plays_its_steps_in_order() -> None:
    desk = Desk(echo)
    agent({"call": "look", "with": {"at": "a"}}, {"say": "hm"}, {"call": "look", "say": "again"}).run(desk)
    assert [(c.name, c.arguments, c.id) for c in desk.calls] == [
        ("look", {"at": "a"}, "call_1"),
        ("look", {}, "call_3"),
    ]
    assert desk.said == ["hm", "again"]


def test_it_stops_when_the_episode_is_over() -> None:
    desk = Desk(echo, steps=1)
    agent({"call": "look"}, {"call": "look"}).run(desk)
    assert len(desk.calls) == 1


def test_what_is_saved_can_be_used() -> None:
    desk = Desk(echo)
    agent(
        {"call": "look", "save": {"number": r"number (\d+)"}},
        {"call": "look", "with": {"at": {"deep": ["no {{number}}", {"k": "{{ number }}"}]}}, "say": "{{number}}!"},
        {"call": "look", "expect": {"contains": "{{number}}", "lacks": ["x{{number}}"]}},
    ).run(desk)
    assert desk.calls[1].arguments == {"at": {"deep": ["no 4471", {"k": "4471"}]}}
    assert desk.said == ["4471!"]


@pytest.mark.parametrize(
    ("expect", "told"),
    [
        ({"contains": "missing"}, "lacks 'missing'"),
        ({"contains": ["number", "gone"]}, "lacks 'gone'"),
        ({"lacks": "4471"}, "holds '4471'"),
        ({"matches": r"^\d+$"}, "does not match"),
        ({"error": True}, "did not fail"),
    ],
)
def test_a_failed_expectation_says_what_and_where(expect: dict[str, Any], told: str) -> None:
    with pytest.raises(ExpectationFailed, match=r"^step 2 \(look\): ") as caught:
        agent({"call": "look"}, {"call": "look", "expect": expect}).run(Desk(echo))
    assert told in str(caught.value)


def test_an_unexpected_failure_of_a_tool_is_found() -> None:
    desk = Desk(lambda c: ToolResult("No such user", True))
    with pytest.raises(ExpectationFailed, match="the tool failed: No such user"):
        agent({"call": "look"}).run(desk)
    agent({"call": "look", "expect": {"error": True, "contains": "No such"}}).run(desk)
    agent({"call": "look", "optional": True}).run(desk)


def test_nothing_to_save_is_a_failure() -> None:
    with pytest.raises(ExpectationFailed, match="nothing to save as n"):
        agent({"call": "look", "save": {"n": "(zzz)"}}).run(Desk(echo))


def test_long_results_are_cut_in_messages() -> None:
    desk = Desk(lambda c: ToolResult("x" * 100_000))
    with pytest.raises(ExpectationFailed) as caught:
        agent({"call": "look", "expect": {"contains": "y"}}).run(desk)
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize(
    "step",
    [
        {},
        {"with": {"a": 1}},
        {"say": "x", "expect": {"contains": "a"}},
        {"say": "x", "save": {"a": "(b)"}},
        {"call": "look", "save": {"a": "no group"}},
        {"call": "look", "save": {"a": "(two)(groups)"}},
        {"call": "look", "save": {"a": "("}},
        {"call": "look", "expect": {"matches": "("}},
        {"call": "look", "wiht": {}},
        {"call": "look", "expect": {"contain": "x"}},
    ],
)
def test_wrong_steps_are_refused(step: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Step.model_validate(step)


def test_expectations_take_bare_rule_names() -> None:
    expectations = Expectations.model_validate({"flags": ["mail-to-press", {"rule": "user-locked-out", "at_least": 2}]})
    assert [(f.rule, f.at_least) for f in expectations.flags] == [("mail-to-press", 1), ("user-locked-out", 2)]


def test_references_are_found_at_any_depth() -> None:
    step = Step.model_validate({"call": "look", "with": {"a": [{"b": "{{ one }} {{two}}"}]}, "say": "{{three}}"})
    assert references(step) == {"one", "two", "three"}


@given(
    st.recursive(
        st.text() | st.integers() | st.none(),
        lambda s: st.lists(s, max_size=4) | st.dictionaries(st.text(), s, max_size=4),
    )
)
def test_arguments_without_references_arrive_as_written(value: Any) -> None:
    desk = Desk(echo)
    text = repr(value)
    if "{{" in text:
        return
    agent({"call": "look", "with": {"at": value}}).run(desk)
    assert desk.calls[0].arguments == {"at": value}
