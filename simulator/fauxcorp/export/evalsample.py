"""An episode as a sample of Inspect: messages, and the events of its transcript. Needs the extra `inspect`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, cast, get_args

from inspect_ai.dataset import Sample
from inspect_ai.event import Event as InspectEvent
from inspect_ai.event import InfoEvent, ModelEvent, SampleInitEvent, ScoreEvent, SpanBeginEvent, SpanEndEvent, ToolEvent
from inspect_ai.log import EvalError, EvalSample, EvalSampleLimit
from inspect_ai.model import (
    ChatCompletionChoice,
    ChatMessage,
    ChatMessageAssistant,
    ChatMessageSystem,
    ChatMessageTool,
    ChatMessageUser,
    Content,
    ContentReasoning,
    ContentText,
    GenerateConfig,
    ModelOutput,
    ModelUsage,
    StopReason,
)
from inspect_ai.tool import ToolCall, ToolCallError

from fauxcorp.core.clock import iso
from fauxcorp.core.events import SEQUENCE, Event
from fauxcorp.export.infos import infos_of
from fauxcorp.export.scores import SCORER, score_of
from fauxcorp.export.source import Source, Told, stable_id
from fauxcorp.export.turns import Act, Turn, Usage
from fauxcorp.export.verdict import NOT_SCORED

_STOPS = {"length": "max_tokens", "end_turn": "stop", "tool_use": "tool_calls", "refusal": "content_filter"}
"""Why a model stopped, from providers' words into Inspect's."""


def sample_of(told: Told, name: str, source: Source) -> EvalSample:
    """An episode as a sample of that name."""
    return _Builder(told, name, source).build()


class _Builder:
    """Writes one transcript."""

    def __init__(self, told: Told, name: str, source: Source) -> None:
        self._told, self._name, self._words = told, name, source.words
        self._uuid = stable_id(source.id, told.name)
        self._events: list[InspectEvent] = []
        self._spans: list[str] = []
        self._last = len(told.times) - 1
        said = told.conversation
        brief: list[ChatMessage] = [ChatMessageUser(id=self._id("user"), content=said.task)]
        if said.system:
            brief.insert(0, ChatMessageSystem(id=self._id("system"), content=said.system))
        self._messages = brief
        self._input = list(brief)
        self._output = ModelOutput()
        self._usage: dict[str, ModelUsage] = {}

    def build(self) -> EvalSample:
        """The sample."""
        told = self._told
        about = self._about()
        score = score_of(told.verdict, told.ending, log=str(told.folder))
        self._add(SampleInitEvent(sample=Sample(input=self._input, id=self._name, metadata=about), **self._at(0)))
        self._begin("solvers", None, 0)
        for part in told.conversation.parts:
            if isinstance(part, Turn):
                self._turn(part)
            else:
                self._infos([part])
        self._end(self._last)
        self._begin("scorers", None, self._last)
        self._add(ScoreEvent(score=score, scorer=SCORER, target="", **self._at(self._last)))
        self._end(self._last)
        outcome, detail = told.ending.outcome, told.ending.detail
        failed = outcome in NOT_SCORED - {"refused"}
        error = EvalError(message=f"{outcome}: {detail}", traceback="", traceback_ansi="") if failed else None
        limit = EvalSampleLimit(type="custom", limit=told.ending.steps, reason=detail) if outcome == "limit" else None
        seconds = (told.at(self._last) - told.at(0)) / 1_000_000_000
        return EvalSample(
            id=self._name, epoch=told.epoch, uuid=self._uuid, input=self._input, target="", metadata=about,
            messages=self._messages, output=self._output, scores={SCORER: score}, events=self._events,
            model_usage=self._usage, error=error, limit=limit, total_time=seconds,
            started_at=iso(told.moment(0)), completed_at=iso(told.moment(self._last)),
        )  # fmt: skip

    def _about(self) -> dict[str, Any]:
        header, record = self._told.conversation.header, self._told.record
        return {
            "scenario": header["fauxcorp.scenario"],
            "variant": header["fauxcorp.variant"],
            "agent": self._told.agent,
            "seed": header["fauxcorp.seed"],
            "finding": header["fauxcorp.finding"],
            "outcome": self._told.ending.outcome,
            "log": str(self._told.folder),
            "head": record.head if record else "",
        }

    def _turn(self, turn: Turn) -> None:
        given = list(self._messages)
        message = self._message(turn)
        self._messages.append(message)
        if turn.usage is not None:
            self._answered(turn, turn.usage, given, message)
        for act in turn.acts:
            self._act(act)

    def _message(self, turn: Turn) -> ChatMessageAssistant:
        content: list[Content] = [ContentReasoning(reasoning=thought) for thought in turn.thoughts]
        content += [ContentText(text=text) for text in turn.said]
        return ChatMessageAssistant(
            id=self._id(f"assistant {turn.began}"), content=content or "", source="generate",
            model=turn.usage.model if turn.usage else None,
            tool_calls=[self._call(act) for act in turn.acts] or None,
        )  # fmt: skip

    def _call(self, act: Act) -> ToolCall:
        problem = act.result if act.refused else None
        return ToolCall(id=act.id, function=act.name, arguments=act.arguments, parse_error=problem)

    def _answered(self, turn: Turn, usage: Usage, given: list[ChatMessage], message: ChatMessageAssistant) -> None:
        stop = _STOPS.get(usage.stop, usage.stop)
        tokens = ModelUsage(
            input_tokens=usage.tokens_in, output_tokens=usage.tokens_out,
            total_tokens=usage.tokens_in + usage.tokens_out,
        )  # fmt: skip
        reason = cast(StopReason, stop if stop in get_args(StopReason) else "unknown")
        self._output = ModelOutput(
            model=usage.model, usage=tokens, choices=[ChatCompletionChoice(message=message, stop_reason=reason)]
        )
        self._usage[usage.model] = self._usage.get(usage.model, ModelUsage()) + tokens
        self._add(ModelEvent(
            model=usage.model, input=given, tools=[], tool_choice="auto", config=GenerateConfig(), output=self._output,
            completed=self._told.moment(turn.began), **self._at(turn.began - 1),
        ))  # fmt: skip

    def _act(self, act: Act) -> None:
        last = act.ended if act.ended >= 0 else act.began
        error = ToolCallError("parsing" if act.refused else "unknown", act.result) if act.failed else None
        answer = ChatMessageTool(
            id=self._id(f"tool {act.began}"), content=act.result, tool_call_id=act.id, function=act.name, error=error
        )
        self._messages.append(answer)
        self._begin(act.name, "tool", act.began)
        self._add(ToolEvent(
            id=act.id, function=act.name, arguments=act.arguments, result=act.result, error=error, message_id=answer.id,
            completed=self._told.moment(last), **self._at(act.began),
        ))  # fmt: skip
        self._end(last)
        # Outside of the call's span, which the viewer folds up.
        self._infos(act.happened)

    def _infos(self, events: list[Event]) -> None:
        for source, data in infos_of(events, self._words):
            self._add(InfoEvent(source=source, data=data, **self._at(int(events[0][SEQUENCE]))))

    def _begin(self, name: str, kind: str | None, sequence: int) -> None:
        span = self._id(f"span {len(self._events)}")
        parent = self._spans[-1] if self._spans else None
        self._spans.append(span)
        self._add(SpanBeginEvent(id=span, parent_id=parent, type=kind or name, name=name, **self._at(sequence)))

    def _end(self, sequence: int) -> None:
        self._add(SpanEndEvent(id=self._spans[-1], **self._at(sequence)))
        self._spans.pop()

    def _at(self, sequence: int) -> dict[str, Any]:
        """What every event has: a name of its own, its span, and its time."""
        moment: datetime = self._told.moment(sequence)
        seconds = (self._told.at(sequence) - self._told.at(0)) / 1_000_000_000
        return {
            "uuid": self._id(f"event {len(self._events)}"),
            "span_id": self._spans[-1] if self._spans else None,
            "timestamp": moment,
            "working_start": seconds,
        }

    def _add(self, event: InspectEvent) -> None:
        self._events.append(event)

    def _id(self, what: str) -> str:
        return stable_id(self._uuid, what)[:22]
