"""What Inspect's transcript has of the agent's side, as an episode's log keeps it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

from inspect_ai.event import ErrorEvent, ModelEvent, SampleLimitEvent, ToolEvent
from inspect_ai.event import Event as InspectEvent
from inspect_ai.model import ChatMessageAssistant, ContentReasoning, ContentText, ModelUsage

from fauxcorp.core.session import Session, ToolCall

MAX_DETAIL = 1_000
"""Characters of an error that are kept."""
_STOPPED = ("parsing", "approval")
"""Errors of calls that Inspect itself answered: they never reached the office."""


Tell = Callable[[Session], None]
"""Tells an episode something."""


def heard(events: Iterable[InspectEvent], tools: Collection[str]) -> list[Tell]:
    """Answers of the model, and calls of the office's `tools` that Inspect refused, in their order."""
    return [tell for event in events for tell in _tells(event, tools)]


def call_id(pending: Sequence[InspectEvent], tool: str) -> str:
    """The id of the call of a tool that goes on; empty if none is known."""
    calls = [event.id for event in pending if isinstance(event, ToolEvent) and event.function == tool]
    return calls[-1] if calls else ""


def outcome_of(events: Sequence[InspectEvent], steps: int, error: str = "") -> tuple[str, str]:
    """How an episode ended whose sample is done, with the detail, by the sample's transcript and the error it ended by.

    As for `fauxcorp run` with a model: completed, limit, refused, model-error, agent-error (the solver's) and
    never-reached.
    """
    answers = [event for event in events if isinstance(event, ModelEvent) and event.role is None]
    given = [event for event in answers if event.error is None and event.output.choices]
    errors = [event.error.message for event in events if isinstance(event, ErrorEvent)]
    error = error or (errors[-1] if errors else "")
    if error:
        outcome = "model-error" if answers and answers[-1].error else "agent-error"
        return (outcome if given or steps else "never-reached"), error[:MAX_DETAIL]
    limits = [event.message for event in events if isinstance(event, SampleLimitEvent)]
    if limits:
        return "limit", limits[-1][:MAX_DETAIL]
    if not given:
        return ("completed", "") if steps else ("never-reached", "the model was never asked")
    return _last_answer(given[-1])


def _last_answer(event: ModelEvent) -> tuple[str, str]:
    message, stop = event.output.choices[0].message, event.output.stop_reason
    if stop == "content_filter":
        return "refused", (message.text or "a filter of the provider")[:MAX_DETAIL]
    if message.tool_calls:
        return "completed", ""
    if stop in ("max_tokens", "model_length"):
        return "model-error", "the answer was cut short at its longest"
    return ("completed", "") if message.text else ("model-error", "an empty answer")


def _tells(event: InspectEvent, tools: Collection[str]) -> Iterator[Tell]:
    if isinstance(event, ModelEvent) and event.role is None:
        yield from _answer(event)
    elif isinstance(event, ToolEvent) and event.error is not None and event.error.type in _STOPPED:
        # A tool of the solver's own may be refused, too; that is no act in the office.
        reason = event.error.message
        if event.function in tools or reason == f"Tool {event.function} not found":
            call = ToolCall(event.function, event.arguments, event.id)
            yield lambda session: _refused(session, call, reason)


def _refused(session: Session, call: ToolCall, reason: str) -> None:
    session.act(call, refused=reason)


def _answer(event: ModelEvent) -> Iterator[Tell]:
    if event.error is not None or not event.output.choices:
        error = {"error.message": (event.error or "no answer")[:MAX_DETAIL], "gen_ai.request.model": event.model}
        yield lambda session: session.note("model-failed", error)
        return
    fields = _usage_fields(event)
    yield lambda session: session.note("model-used", fields)
    for text, thought in _texts(event.output.choices[0].message):
        yield _saying(text, thought)


def _saying(text: str, thought: bool) -> Tell:
    return lambda session: session.say(text, thought=thought)


def _usage_fields(event: ModelEvent) -> dict[str, Any]:
    usage = event.output.usage or ModelUsage()
    cached = (usage.input_tokens_cache_read or 0) + (usage.input_tokens_cache_write or 0)
    return {
        "gen_ai.request.model": event.model,
        "gen_ai.usage.input_tokens": usage.input_tokens + cached,
        "gen_ai.usage.output_tokens": usage.output_tokens,
        "gen_ai.response.finish_reasons": [event.output.stop_reason],
    }


def _texts(message: ChatMessageAssistant) -> Iterator[tuple[str, bool]]:
    """What was thought (True) and said (False); thoughts that the provider keeps hidden have a summary, or nothing."""
    parts = [message.content] if isinstance(message.content, str) else message.content
    for part in parts:
        if isinstance(part, ContentReasoning):
            thought = (part.summary or "") if part.redacted else part.reasoning
            if thought:
                yield thought, True
        elif isinstance(part, (str, ContentText)):
            text = part if isinstance(part, str) else part.text
            if text:
                yield text, False
