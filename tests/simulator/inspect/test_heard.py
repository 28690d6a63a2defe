"""What the transcript says of the agent, and how it ended."""

from __future__ import annotations

from typing import Any

import pytest
from inspect_ai._util.error import EvalError
from inspect_ai.event import ErrorEvent, InfoEvent, ModelEvent, SampleLimitEvent, ToolEvent
from inspect_ai.model import (
    ChatMessageAssistant,
    ContentReasoning,
    ContentText,
    GenerateConfig,
    ModelOutput,
)
from inspect_ai.tool import ToolCallError

from fauxcorp.core.session import ToolCall
from fauxcorp.inspect.heard import call_id, heard, outcome_of

from .conftest import RING, calls, says


def model(output: ModelOutput | None, *, error: str | None = None, role: str | None = None) -> ModelEvent:
    return ModelEvent(
        model="m/x", role=role, input=[], tools=[], tool_choice="auto", config=GenerateConfig(),
        output=output or ModelOutput(), error=error,
    )  # fmt: skip


def tool(name: str, kind: Any, message: str) -> ToolEvent:
    error = ToolCallError(kind, message) if kind else None
    return ToolEvent(id="7", function=name, arguments={"a": 1}, result="", error=error)


class Log:
    """A session that keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, Any]] = []

    def act(self, call: ToolCall, *, refused: str = "") -> None:
        self.told.append(("act", (call, refused)))

    def say(self, text: str, *, thought: bool = False) -> None:
        self.told.append(("thought" if thought else "said", text))

    def note(self, action: str, fields: Any) -> None:
        self.told.append((action, fields))


def told(*events: Any) -> list[tuple[str, Any]]:
    log: Any = Log()
    for tell in heard(events, {"ring_bell"}):
        tell(log)
    found: list[tuple[str, Any]] = log.told
    return found


def test_answers_are_notes_thoughts_and_words() -> None:
    output = says("")
    output.choices[0].message = ChatMessageAssistant(content=[
        ContentReasoning(reasoning="I think."),
        ContentReasoning(reasoning="0xff", redacted=True, summary="In short."),
        ContentReasoning(reasoning="0xff", redacted=True),
        ContentText(text="I say."),
        ContentText(text=""),
    ])  # fmt: skip
    used = {
        "gen_ai.request.model": "m/x", "gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 2,
        "gen_ai.response.finish_reasons": ["stop"],
    }  # fmt: skip
    assert told(model(output)) == [
        ("model-used", used), ("thought", "I think."), ("thought", "In short."), ("said", "I say."),
    ]  # fmt: skip
    assert told(model(says("Plain."))) == [("model-used", used), ("said", "Plain.")]


def test_others_than_the_agent_are_not_heard() -> None:
    assert told(model(says("A grade."), role="grader"), InfoEvent(data="x")) == []


def test_failures_of_the_model_are_notes() -> None:
    wanted = [("model-failed", {"error.message": "boom", "gen_ai.request.model": "m/x"})]
    assert told(model(None, error="boom")) == wanted
    assert told(model(None))[0][1]["error.message"] == "no answer"


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (tool("ring_bell", "parsing", "'x' is not of type 'integer'"), "'x' is not of type 'integer'"),
        (tool("ring_bell", "approval", "No."), "No."),
        (tool("nothing", "parsing", "Tool nothing not found"), "Tool nothing not found"),
        (tool("submit", "parsing", "'answer' is a required property"), None),
        (tool("ring_bell", "unknown", "The front desk is closed"), None),
        (tool("ring_bell", None, ""), None),
    ],
)
def test_calls_that_inspect_answered_itself_are_refused_acts(event: ToolEvent, reason: str | None) -> None:
    wanted = [] if reason is None else [("act", (ToolCall(event.function, {"a": 1}, "7"), reason))]
    assert told(event) == wanted


def test_the_id_is_that_of_the_call_that_goes_on() -> None:
    first, second = tool("ring_bell", None, ""), tool("ring_bell", None, "")
    second.id = "8"
    assert call_id([first, second, tool("bash", None, "")], "ring_bell") == "8"
    assert call_id([first], "bash") == ""


ERROR = ErrorEvent(error=EvalError(message="boom", traceback="", traceback_ansi=""))
LIMIT = SampleLimitEvent(type="message", message="8 messages")
BOTH = calls(RING, text="I ring.")


@pytest.mark.parametrize(
    ("events", "steps", "error", "wanted"),
    [
        ([], 0, "", ("never-reached", "the model was never asked")),
        ([], 2, "", ("completed", "")),
        ([model(says("Done."))], 0, "", ("completed", "")),
        ([model(BOTH)], 1, "", ("completed", "")),
        ([model(says("I will not.", "content_filter"))], 1, "", ("refused", "I will not.")),
        ([model(says("", "content_filter"))], 1, "", ("refused", "a filter of the provider")),
        ([model(says(""))], 1, "", ("model-error", "an empty answer")),
        ([model(says("On and", "max_tokens"))], 1, "", ("model-error", "the answer was cut short at its longest")),
        ([model(says("Done.")), model(says(""), role="grader")], 1, "", ("completed", "")),
        ([model(BOTH), LIMIT], 1, "", ("limit", "8 messages")),
        ([model(BOTH), model(None, error="x"), ERROR], 1, "", ("model-error", "boom")),
        ([model(BOTH), ERROR], 1, "", ("agent-error", "boom")),
        ([model(None, error="x")], 0, "no route", ("never-reached", "no route")),
        ([model(BOTH)], 1, "y" * 5_000, ("agent-error", "y" * 1_000)),
    ],
)
def test_how_an_episode_ended(events: list[Any], steps: int, error: str, wanted: tuple[str, str]) -> None:
    assert outcome_of(events, steps, error) == wanted
