"""OpenTelemetry traces by the conventions for generative AI, as OTLP in JSON lines: one trace an episode, one a line.

A span `invoke_agent` for the episode; below it `chat` for each answer of a model, and `execute_tool` for each call,
with effects and flags as events of the span that brought them about. Needs the extra `otel`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, InstrumentationScope, KeyValue
from opentelemetry.proto.resource.v1.resource_pb2 import Resource
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, ScopeSpans, Span, Status, TracesData

from fauxcorp.core.events import ACTION, KIND, Event
from fauxcorp.export.files import new_file
from fauxcorp.export.source import Source, Told
from fauxcorp.export.turns import Act, Conversation, Turn
from fauxcorp.export.verdict import NOT_SCORED, Words, effect_facts, flag_facts

SCOPE = "fauxcorp.export"
EFFECT, NOTE = "fauxcorp.effect", "fauxcorp.note"
FLAG = "gen_ai.evaluation.result"
"""Flags are results of an evaluation, in the words of the conventions."""
GAPS = (
    "an effect goes along as a sentence, with its stage, owner and authority; its other fields, such as the text of a "
    "mail, are in the log only",
    "`chat` spans hold what is new since the one before, not the whole conversation again",
    "how long a model or a tool took, unless --times real: simulated calls take no time of their own",
    "the chain of hashes: `fauxcorp verify` needs the log",
)
_ID_FIELDS = ("traceId", "spanId", "parentSpanId")


def write_otlp(source: Source, target: Path, *, force: bool) -> list[Path]:
    """Write every episode as a line of a file. Raises UserError, LogError."""
    with new_file(target, force=force) as draft, draft.open("wb") as file:
        for told in source.tell():
            file.write(orjson.dumps(_json(trace(told, source)), option=orjson.OPT_APPEND_NEWLINE))
    return [target]


def trace(told: Told, source: Source) -> TracesData:
    """An episode as a trace."""
    spans = _Spans(told, source).all()
    header = told.conversation.header
    resource = Resource(attributes=_attributes({
        "service.name": "fauxcorp",
        "service.version": header["fauxcorp.engine"],
        "fauxcorp.run": source.id,
        "fauxcorp.not_carried": GAPS,
    }))  # fmt: skip
    scope = InstrumentationScope(name=SCOPE, version=header["fauxcorp.engine"])
    return TracesData(
        resource_spans=[ResourceSpans(resource=resource, scope_spans=[ScopeSpans(scope=scope, spans=spans)])]
    )


class _Spans:
    """The spans of one episode."""

    def __init__(self, told: Told, source: Source) -> None:
        self._told, self._words, self._times = told, source.words, source.times
        self._name = f"{source.id}/{told.name}"
        self._trace = sha256(self._name.encode()).digest()[:16]
        self._root = self._id("root")
        self._provider = told.conversation.model.partition("/")[0] or "fauxcorp"

    def all(self) -> list[Span]:
        """The root, then its children in the order of the log."""
        spans = [self._episode()]
        results: list[Act] = []
        for turn in self._told.conversation.turns:
            if turn.usage is not None:
                spans.append(self._chat(turn, results))
            spans += [self._call(act) for act in turn.acts]
            results = turn.acts
        return spans

    def _episode(self) -> Span:
        told, said = self._told, self._told.conversation
        failed = told.ending.outcome in NOT_SCORED
        return self._span(
            f"invoke_agent {told.agent}".strip(), "root", 0, len(told.times) - 1,
            {
                "gen_ai.operation.name": "invoke_agent",
                "gen_ai.provider.name": self._provider,
                "gen_ai.agent.name": told.agent,
                "gen_ai.conversation.id": str(said.header["fauxcorp.episode"]),
                "gen_ai.request.model": said.model.partition("/")[2],
                "gen_ai.system_instructions": _text([_part("text", said.system)] if said.system else []),
                "gen_ai.input.messages": _text([{"role": "user", "parts": [_part("text", said.task)]}]),
                "gen_ai.output.messages": _text(_last_words(said)),
                **_tokens(said),
                **self._about(),
                **({"error.type": told.ending.outcome} if failed else {}),
            },
            events=said.meanwhile,
            status=Status(code=Status.STATUS_CODE_ERROR, message=told.ending.detail) if failed else None,
        )  # fmt: skip

    def _about(self) -> dict[str, Any]:
        told = self._told
        header, verdict = told.conversation.header, told.verdict
        return {
            "fauxcorp.scenario": header["fauxcorp.scenario"],
            "fauxcorp.variant": header["fauxcorp.variant"],
            "fauxcorp.seed": header["fauxcorp.seed"],
            "fauxcorp.epoch": told.epoch,
            "fauxcorp.outcome": told.ending.outcome,
            "fauxcorp.times": self._times.value,
            "fauxcorp.log.head": told.record.head if told.record else "",
            "fauxcorp.not_scored": verdict.reason,
            **{f"fauxcorp.score.{name}": value for name, value in (verdict.values or {}).items()},
        }

    def _chat(self, turn: Turn, results: Sequence[Act]) -> Span:
        assert turn.usage is not None
        usage = turn.usage
        provider, _, model = usage.model.rpartition("/")
        parts = [
            *(_part("reasoning", thought) for thought in turn.thoughts),
            *(_part("text", text) for text in turn.said),
            *({"type": "tool_call", "id": act.id, "name": act.name, "arguments": act.arguments} for act in turn.acts),
        ]
        answer = {"role": "assistant", "parts": parts, "finish_reason": usage.stop}
        given = [
            {"role": "tool", "parts": [{"type": "tool_call_response", "id": act.id, "response": act.result}]}
            for act in results
        ]
        return self._span(
            f"chat {model}", f"chat {turn.began}", turn.began - 1, turn.began,
            {
                "gen_ai.operation.name": "chat",
                "gen_ai.provider.name": provider or self._provider,
                "gen_ai.request.model": model,
                "gen_ai.usage.input_tokens": usage.tokens_in,
                "gen_ai.usage.output_tokens": usage.tokens_out,
                "gen_ai.response.finish_reasons": [usage.stop],
                "gen_ai.input.messages": _text(given),
                "gen_ai.output.messages": _text([answer]),
            },
            kind=Span.SPAN_KIND_CLIENT,
        )  # fmt: skip

    def _call(self, act: Act) -> Span:
        last = act.ended if act.ended >= 0 else act.began
        return self._span(
            f"execute_tool {act.name}", f"call {act.began}", act.began, last,
            {
                "gen_ai.operation.name": "execute_tool",
                "gen_ai.tool.name": act.name,
                "gen_ai.tool.call.id": act.id,
                "gen_ai.tool.type": "function",
                "gen_ai.tool.call.arguments": orjson.dumps(act.arguments).decode(),
                "gen_ai.tool.call.result": act.result,
                "fauxcorp.event": act.began,
                "fauxcorp.refused": act.refused,
                **({"error.type": "tool_error"} if act.failed else {}),
            },
            events=act.happened,
            status=Status(code=Status.STATUS_CODE_ERROR, message=act.result[:200]) if act.failed else None,
        )  # fmt: skip

    def _span(
        self, name: str, key: str, first: int, last: int, attributes: Mapping[str, Any],
        *, kind: Span.SpanKind.ValueType = Span.SPAN_KIND_INTERNAL, events: Iterable[Event] = (),
        status: Status | None = None,
    ) -> Span:  # fmt: skip
        return Span(
            trace_id=self._trace,
            span_id=self._id(key),
            parent_span_id=b"" if key == "root" else self._root,
            name=name,
            kind=kind,
            start_time_unix_nano=self._told.at(first),
            end_time_unix_nano=self._told.at(last),
            attributes=_attributes(attributes),
            events=[self._event(event) for event in events],
            status=status,
        )

    def _event(self, event: Event) -> Span.Event:
        sequence = int(event["event.sequence"])
        name, attributes = _told_event(event, self._words)
        return Span.Event(
            time_unix_nano=self._told.at(sequence),
            name=name,
            attributes=_attributes({"fauxcorp.event": sequence, **attributes}),
        )

    def _id(self, key: str) -> bytes:
        return sha256(f"{self._name}\0{key}".encode()).digest()[:8]


def _told_event(event: Event, words: Words) -> tuple[str, dict[str, Any]]:
    """Name and attributes of an effect, a flag or a note."""
    if event[KIND] == "effect":
        facts = effect_facts(event, words)
        del facts["event"]
        return EFFECT, {f"fauxcorp.effect.{name}": value for name, value in facts.items()}
    if event[KIND] != "flag":
        return NOTE, {"fauxcorp.note.action": event[ACTION]}
    flag = flag_facts(event)
    return FLAG, {
        "gen_ai.evaluation.name": flag["rule"],
        "gen_ai.evaluation.score.label": flag["level"],
        "gen_ai.evaluation.explanation": flag["summary"] or flag["title"],
        "fauxcorp.flag.title": flag["title"],
        "fauxcorp.flag.evidence": flag["evidence"],
        "fauxcorp.flag.finding": flag["finding"],
        "fauxcorp.flag.tags": flag["tags"],
    }


def _last_words(said: Conversation) -> list[dict[str, Any]]:
    last = next((turn for turn in reversed(said.turns) if turn.said), None)
    if last is None:
        return []
    stop = last.usage.stop if last.usage is not None else "stop"
    return [{"role": "assistant", "parts": [_part("text", last.text)], "finish_reason": stop}]


def _tokens(said: Conversation) -> dict[str, int]:
    usages = [turn.usage for turn in said.turns if turn.usage is not None]
    if not usages:
        return {}
    return {
        "gen_ai.usage.input_tokens": sum(usage.tokens_in for usage in usages),
        "gen_ai.usage.output_tokens": sum(usage.tokens_out for usage in usages),
    }


def _part(kind: str, content: str) -> dict[str, str]:
    return {"type": kind, "content": content}


def _text(messages: Sequence[Any]) -> str:
    """Messages as JSON text, as the conventions have them on spans; empty if there is none."""
    return orjson.dumps(messages).decode() if messages else ""


def _attributes(values: Mapping[str, Any]) -> list[KeyValue]:
    """Attributes, empty ones left out."""
    return [KeyValue(key=name, value=_any(value)) for name, value in values.items() if value not in (None, "", [])]


def _any(value: Any) -> AnyValue:
    match value:
        case bool():
            return AnyValue(bool_value=value)
        case int() if -(2**63) <= value < 2**63:
            return AnyValue(int_value=value)
        case float():
            return AnyValue(double_value=value)
        case list() | tuple():
            return AnyValue(array_value=ArrayValue(values=[_any(part) for part in value]))
    return AnyValue(string_value=str(value))


def _json(data: TracesData) -> Any:
    """OTLP's JSON: ids in hexadecimal where protobuf's own JSON has base64, and enums as numbers."""
    out = MessageToDict(data, use_integers_for_enums=True)
    (group,), (shown_group,) = data.resource_spans[0].scope_spans, out["resourceSpans"][0]["scopeSpans"]
    for shown, span in zip(shown_group["spans"], group.spans, strict=True):
        for name, value in zip(_ID_FIELDS, (span.trace_id, span.span_id, span.parent_span_id), strict=True):
            if value:
                shown[name] = value.hex()
    return out
