"""Episodes as samples of Inspect."""

from __future__ import annotations

from dataclasses import replace

import pytest
from inspect_ai.event import InfoEvent, ModelEvent, ScoreEvent, SpanBeginEvent, SpanEndEvent, ToolEvent
from inspect_ai.log import EvalSample
from inspect_ai.model import ChatMessageAssistant, ChatMessageTool

from fauxcorp.content.library import Play
from fauxcorp.core.session import ToolCall
from fauxcorp.episode.episode import Episode
from fauxcorp.eventlog import Run
from fauxcorp.export.evalsample import sample_of

from .conftest import MODEL, MakeSource, answer, events_of, told_of


@pytest.fixture
def sample(spoken: Run, source_of: MakeSource) -> EvalSample:
    (told,) = source_of(spoken).tell()
    return sample_of(told, "default", source_of(spoken))


def test_messages_are_the_conversation(sample: EvalSample) -> None:
    assert [m.role for m in sample.messages] == [
        "system", "user", "assistant", "tool", "tool", "assistant", "tool", "tool", "assistant",
    ]  # fmt: skip
    first = sample.messages[2]
    assert isinstance(first, ChatMessageAssistant)
    assert first.text == "I ring it and write."
    assert not isinstance(first.content, str)
    assert first.content[0].type == "reasoning"
    assert [(c.id, c.function) for c in first.tool_calls or ()] == [("a", "ring_bell"), ("b", "send_email")]
    closed, refused = sample.messages[6:8]
    assert isinstance(closed, ChatMessageTool)
    assert isinstance(refused, ChatMessageTool)
    assert closed.error is not None
    assert refused.error is not None
    assert (closed.error.type, refused.error.type) == ("unknown", "parsing")
    assert sample.output.completion == "Done."
    assert sample.output.stop_reason == "stop"
    assert sample.model_usage[MODEL].total_tokens == 50


def test_the_transcript_has_answers_calls_and_what_happened(sample: EvalSample) -> None:
    answers = [e for e in sample.events if isinstance(e, ModelEvent)]
    assert [len(e.input) for e in answers] == [2, 5, 8]
    assert [e.output.stop_reason for e in answers] == ["tool_calls", "tool_calls", "stop"]
    calls = [e for e in sample.events if isinstance(e, ToolEvent)]
    assert [e.function for e in calls] == ["ring_bell", "send_email", "ring_closed", "ring_bell"]
    assert calls[0].result == "The bell rang twice."
    assert {m.id for m in sample.messages if isinstance(m, ChatMessageTool)} == {e.message_id for e in calls}
    infos = [e.source for e in sample.events if isinstance(e, InfoEvent)]
    assert infos[:2] == ["effects", "medium flag"]
    (score,) = [e for e in sample.events if isinstance(e, ScoreEvent)]
    assert sample.scores is not None
    assert score.score == sample.scores["flags"]


def test_spans_are_closed_and_what_happened_is_not_folded_away(sample: EvalSample) -> None:
    begun = {e.id: e for e in sample.events if isinstance(e, SpanBeginEvent)}
    assert sorted(begun) == sorted(e.id for e in sample.events if isinstance(e, SpanEndEvent))
    for event in sample.events:
        if isinstance(event, ToolEvent):
            assert event.span_id is not None
            assert begun[event.span_id].type == "tool"
        if isinstance(event, InfoEvent):
            assert event.span_id is not None
            assert begun[event.span_id].name == "solvers"


def test_names_are_the_same_every_time(spoken: Run, source_of: MakeSource, sample: EvalSample) -> None:
    (told,) = source_of(spoken).tell()
    again = sample_of(told, "default", source_of(spoken))
    assert [e.uuid for e in again.events] == [e.uuid for e in sample.events]
    assert len({e.uuid for e in sample.events}) == len(sample.events)
    assert again.model_dump() == sample.model_dump()


def test_failures_are_errors_and_limits_limits(play: Play, spoken: Run, source_of: MakeSource) -> None:
    unfinished = sample_of(told_of(events_of(Episode(play))), "x", source_of(spoken))
    assert unfinished.error is not None
    assert unfinished.error.message == "unfinished: no end was recorded"
    (name,) = spoken.episodes
    record = spoken.records[name].model_copy(update={"outcome": "limit", "detail": "40 steps"})
    (told,) = source_of(replace(spoken, records={name: record})).tell()
    limited = sample_of(told, "x", source_of(spoken))
    assert limited.limit is not None
    assert (limited.limit.type, limited.limit.reason) == ("custom", "40 steps")
    assert limited.error is None


STOPS = [("length", "max_tokens"), ("refusal", "content_filter"), ("", "unknown")]


@pytest.mark.parametrize(("given", "wanted"), STOPS)
def test_reasons_to_stop_are_told_in_inspect_s_words(
    play: Play, spoken: Run, source_of: MakeSource, given: str, wanted: str
) -> None:
    episode = Episode(play)
    answer(episode, given)
    episode.act(ToolCall("ring_bell"))
    assert sample_of(told_of(events_of(episode)), "x", source_of(spoken)).output.stop_reason == wanted
