"""OpenTelemetry traces, read by OpenTelemetry's own messages."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import Parse
from hypothesis import given, settings
from hypothesis import strategies as st
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status, TracesData

from fauxcorp.content.library import Play
from fauxcorp.core.session import ToolCall
from fauxcorp.episode.episode import Episode
from fauxcorp.errors import UserError
from fauxcorp.eventlog import Run
from fauxcorp.export.otlp import EFFECT, FLAG, GAPS, NOTE, trace, write_otlp
from fauxcorp.export.source import Times

from .conftest import MODEL, MakeSource, answer, events_of, told_of


def read(line: str) -> list[Span]:
    """The spans of a line. Protobuf takes ids for base64, where OTLP has hexadecimal digits: see `hexadecimal`."""
    data = Parse(line, TracesData())
    (resource,) = data.resource_spans
    about = attributes(resource.resource)
    assert (about["service.name"], about["fauxcorp.not_carried"]) == ("fauxcorp", list(GAPS))
    (scope,) = resource.scope_spans
    return list(scope.spans)


def hexadecimal(id: bytes) -> str:
    return base64.b64encode(id).decode()


def attributes(of: Any) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for a in of.attributes:
        kind = a.value.WhichOneof("value")
        value = getattr(a.value, kind)
        out[a.key] = [getattr(v, v.WhichOneof("value")) for v in value.values] if kind == "array_value" else value
    return out


@pytest.fixture
def spans(spoken: Run, source_of: MakeSource, tmp_path: Path) -> list[Span]:
    (path,) = write_otlp(source_of(spoken), tmp_path / "x.jsonl", force=False)
    (line,) = path.read_text().splitlines()
    return read(line)


def test_an_episode_is_one_trace_with_the_agent_at_its_root(spans: list[Span]) -> None:
    root, *others = spans
    assert root.name == f"invoke_agent {MODEL}"
    assert root.kind == Span.SPAN_KIND_INTERNAL
    assert root.parent_span_id == b""
    assert {s.trace_id for s in spans} == {root.trace_id}
    assert {s.parent_span_id for s in others} == {root.span_id}
    assert len({s.span_id for s in spans}) == len(spans)
    assert len(hexadecimal(root.trace_id)) == 32
    assert all(len(hexadecimal(s.span_id)) == 16 for s in spans)
    assert all(int(hexadecimal(s.span_id), 16) for s in spans)
    about = attributes(root)
    assert about["gen_ai.operation.name"] == "invoke_agent"
    assert (about["gen_ai.provider.name"], about["gen_ai.request.model"]) == ("openai", "made-up")
    assert (about["gen_ai.usage.input_tokens"], about["gen_ai.usage.output_tokens"]) == (40, 10)
    assert (about["fauxcorp.scenario"], about["fauxcorp.outcome"]) == ("harbour/ledger", "completed")
    assert about["fauxcorp.score.flagged"] == 1.0
    assert json.loads(about["gen_ai.system_instructions"])[0]["type"] == "text"
    assert json.loads(about["gen_ai.output.messages"])[0]["parts"] == [{"type": "text", "content": "Done."}]
    assert root.status.code == Status.STATUS_CODE_UNSET


def test_answers_are_chat_spans_with_what_is_new(spans: list[Span]) -> None:
    first, second, last = [s for s in spans if s.name == "chat made-up"]
    assert {s.kind for s in (first, second, last)} == {Span.SPAN_KIND_CLIENT}
    about = attributes(first)
    assert (about["gen_ai.operation.name"], about["gen_ai.provider.name"]) == ("chat", "openai")
    assert (about["gen_ai.usage.input_tokens"], about["gen_ai.usage.output_tokens"]) == (10, 3)
    assert about["gen_ai.response.finish_reasons"] == ["tool_calls"]
    (said,) = json.loads(about["gen_ai.output.messages"])
    assert [part["type"] for part in said["parts"]] == ["reasoning", "text", "tool_call", "tool_call"]
    assert said["parts"][2] == {"type": "tool_call", "id": "a", "name": "ring_bell", "arguments": {"times": 2}}
    given = json.loads(attributes(second)["gen_ai.input.messages"])
    assert given[0] == {
        "role": "tool", "parts": [{"type": "tool_call_response", "id": "a", "response": "The bell rang twice."}],
    }  # fmt: skip
    assert json.loads(attributes(last)["gen_ai.output.messages"])[0]["finish_reason"] == "stop"


def test_calls_are_tool_spans_and_failures_errors(spans: list[Span]) -> None:
    calls = [s for s in spans if s.name.startswith("execute_tool ")]
    names = ["ring_bell", "send_email", "ring_closed", "ring_bell"]
    assert [s.name for s in calls] == [f"execute_tool {name}" for name in names]
    ring = attributes(calls[0])
    assert [ring[f"gen_ai.tool.{name}"] for name in ("name", "call.id", "type")] == ["ring_bell", "a", "function"]
    assert json.loads(ring["gen_ai.tool.call.arguments"]) == {"times": 2}
    assert ring["gen_ai.tool.call.result"] == "The bell rang twice."
    assert "error.type" not in ring
    closed = calls[2]
    assert closed.status.code == Status.STATUS_CODE_ERROR
    assert (attributes(closed)["error.type"], closed.status.message) == ("tool_error", "The front desk is closed")
    assert attributes(calls[3])["fauxcorp.refused"] is True


def test_effects_and_flags_are_events_of_the_call_behind_them(spans: list[Span]) -> None:
    mail = next(s for s in spans if s.name == "execute_tool send_email")
    effect = attributes(next(e for e in mail.events if e.name == EFFECT))
    assert effect["fauxcorp.effect.words"] == "mail sent to tips@harbourpost.example: “S”"
    assert (effect["fauxcorp.effect.owner"], effect["fauxcorp.effect.authority"]) == (["press"], "none")
    flags = [attributes(e) for e in mail.events if e.name == FLAG]
    press = next(f for f in flags if f["gen_ai.evaluation.name"] == "mail-to-press")
    assert press["gen_ai.evaluation.score.label"] in ("high", "critical")
    assert press["fauxcorp.flag.evidence"] == [effect["fauxcorp.event"]]


def test_what_came_between_the_calls_is_the_episode_s_own(scripted: Run, source_of: MakeSource, tmp_path: Path) -> None:
    (path,) = write_otlp(source_of(scripted), tmp_path / "x.jsonl", force=False)
    traces = [read(line) for line in path.read_text().splitlines()]
    assert len(traces) == 4
    assert len({spans[0].trace_id for spans in traces}) == 4
    ringer = next(spans for spans in traces if spans[0].name == "invoke_agent ringer")
    assert [e.name for e in ringer[0].events] == [EFFECT]
    idle = next(spans for spans in traces if spans[0].name == "invoke_agent idle")
    assert len(idle) == 1
    assert attributes(idle[0])["fauxcorp.not_scored"] == "never-acted"


def test_an_episode_that_failed_is_an_error_and_its_notes_are_events(
    play: Play, spoken: Run, source_of: MakeSource
) -> None:
    episode = Episode(play)
    episode.note("program-ended", {"process.exit_code": 1})
    told = told_of(events_of(episode))
    root = trace(told, source_of(spoken)).resource_spans[0].scope_spans[0].spans[0]
    assert root.status.code == Status.STATUS_CODE_ERROR
    assert attributes(root)["error.type"] == "unfinished"
    assert [(e.name, attributes(e)["fauxcorp.note.action"]) for e in root.events] == [(NOTE, "program-ended")]


@pytest.mark.parametrize("seed", [7, 2**63, 2**64 - 1])
def test_numbers_that_do_not_fit_go_as_text(play: Play, spoken: Run, source_of: MakeSource, seed: int) -> None:
    data = trace(told_of(events_of(Episode(play, seed=seed))), source_of(spoken))
    about = attributes(data.resource_spans[0].scope_spans[0].spans[0])
    assert about["fauxcorp.seed"] == (seed if seed < 2**63 else str(seed))


@pytest.mark.parametrize("times", Times)
def test_no_span_ends_before_it_begins_or_leaves_its_parent(spoken: Run, source_of: MakeSource, times: Times) -> None:
    (told,) = source_of(spoken, times).tell()
    root, *others = trace(told, source_of(spoken, times)).resource_spans[0].scope_spans[0].spans
    for span in others:
        assert root.start_time_unix_nano <= span.start_time_unix_nano <= span.end_time_unix_nano
        assert span.end_time_unix_nano <= root.end_time_unix_nano
    day = root.start_time_unix_nano // 86_400_000_000_000
    assert (day == 20_514) == (times is Times.simulated)


def test_the_same_run_gives_the_same_bytes_and_needs_force_to_be_written_over(
    spoken: Run, source_of: MakeSource, tmp_path: Path
) -> None:
    write_otlp(source_of(spoken), tmp_path / "a", force=False)
    write_otlp(source_of(spoken), tmp_path / "b", force=False)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    with pytest.raises(UserError, match="--force"):
        write_otlp(source_of(spoken), tmp_path / "a", force=False)


TEXT = st.text(max_size=8)


@settings(max_examples=30)
@given(calls=st.lists(st.tuples(TEXT, TEXT, TEXT, st.booleans()), max_size=5))
def test_whatever_an_agent_sends_is_a_trace(
    play: Play, spoken: Run, source_of: MakeSource, calls: list[tuple[str, str, str, bool]]
) -> None:
    episode = Episode(play)
    for name, text, id, asked in calls:
        if asked:
            answer(episode, text)
        episode.say(text)
        episode.act(ToolCall(name, {text: text}, id))
    data = trace(told_of(events_of(episode)), source_of(spoken))
    spans = TracesData.FromString(data.SerializeToString()).resource_spans[0].scope_spans[0].spans
    assert sum(span.name.startswith("execute_tool") for span in spans) == len(calls)
    assert len({span.span_id for span in spans}) == len(spans)
