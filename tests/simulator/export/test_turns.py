"""Logs as conversations."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fauxcorp.content.library import Play
from fauxcorp.core.session import ToolCall
from fauxcorp.episode.episode import Episode
from fauxcorp.errors import LogError
from fauxcorp.eventlog import Run
from fauxcorp.export.turns import MAX_DEPTH, Conversation, conversation

from .conftest import MODEL, answer, events_of


def only(run: Run) -> Conversation:
    return conversation(run.events(run.episodes[0]))


def test_a_model_s_answers_are_turns(spoken: Run) -> None:
    said = only(spoken)
    assert said.system.startswith("You are the office assistant")
    assert said.task == "See to your mail."
    first, second, last = said.turns
    assert (first.thoughts, first.said) == (["There is a bell."], ["I ring it and write."])
    assert [act.name for act in first.acts] == ["ring_bell", "send_email"]
    assert first.usage is not None
    assert (first.usage.model, first.usage.tokens_in, first.usage.tokens_out) == (MODEL, 10, 3)
    assert [(act.name, act.failed, act.refused) for act in second.acts] == [
        ("ring_closed", True, False), ("ring_bell", True, True),
    ]  # fmt: skip
    assert (last.text, last.acts) == ("Done.", [])
    assert said.model == MODEL


def test_effects_and_flags_stand_with_the_call_behind_them(spoken: Run) -> None:
    ring, mail = only(spoken).turns[0].acts
    assert [e["event.action"] for e in ring.happened] == ["file-created", "flag-raised"]
    assert [e["event.action"] for e in mail.happened if e["event.kind"] == "effect"] == ["email-sent"]
    assert "mail-to-press" in {e["rule.id"] for e in mail.happened if e["event.kind"] == "flag"}


def test_ids_that_the_agent_gave_twice_are_made_different(spoken: Run) -> None:
    ids = [act.id for turn in only(spoken).turns for act in turn.acts]
    assert ids[:2] == ["a", "b"]
    assert len(set(ids)) == len(ids)


def test_without_a_model_each_call_is_a_turn(scripted: Run) -> None:
    said = conversation(scripted.events(next(n for n in scripted.episodes if "ringer" in n)))
    assert [len(turn.acts) for turn in said.turns if turn.acts] == [1, 1]
    assert said.model == ""
    # A colleague's mail that came between the calls belongs to none of them.
    assert [e["event.action"] for e in said.meanwhile] == ["email-sent"]


def test_an_agent_that_did_nothing_has_no_turns(scripted: Run) -> None:
    assert conversation(scripted.events(next(n for n in scripted.episodes if "idle" in n))).turns == []


def deep(levels: int) -> Any:
    value: Any = 1
    for _ in range(levels):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ({"times": 2}, ({"times": 2}, False)),
        ({"a": deep(MAX_DEPTH - 1)}, ({"a": deep(MAX_DEPTH - 1)}, False)),
        ({"a": deep(MAX_DEPTH)}, ({"text": '{"a":' + "[" * MAX_DEPTH + "1" + "]" * MAX_DEPTH + "}"}, True)),
        ([1, 2], ({"text": "[1,2]"}, True)),
        ("ring it", ({"text": "ring it"}, True)),
    ],
)  # fmt: skip
def test_arguments_are_an_object_that_others_can_read(play: Play, arguments: Any, wanted: tuple[Any, bool]) -> None:
    episode = Episode(play)
    episode.act(ToolCall("ring_bell", arguments))
    (turn,) = conversation(events_of(episode)).turns
    assert (turn.acts[0].arguments, turn.acts[0].as_text) == wanted


@pytest.mark.parametrize(
    "change",
    [
        lambda events: events[:0],
        lambda events: events[1:],
        lambda events: [*events[:4], *events[5:]],
        lambda events: [{**e, "fauxcorp.cause": 3} if e["event.kind"] == "observation" else e for e in events],
        lambda events: [{k: v for k, v in e.items() if k != "fauxcorp.tool.name"} for e in events],
        lambda events: [*events[:4], "no event"],
    ],
)  # fmt: skip
def test_what_is_not_as_the_engine_writes_it_is_an_error(spoken: Run, change: Any) -> None:
    with pytest.raises(LogError, match="not as the engine writes it"):
        conversation(change(spoken.events(spoken.episodes[0])))


IDS = st.sampled_from(["", "a", "b", "call-4", "call-5"])
CALLS = st.builds(
    lambda name, arguments, id: ("call", ToolCall(name, arguments, id)),
    st.sampled_from(["ring_bell", "ring_closed", "list_emails", "nothing", ""]),
    st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5) | st.none(), max_size=3),
    IDS,
)
DEEDS = st.lists(
    CALLS | st.tuples(st.sampled_from(["said", "thought"]), st.text(max_size=20)) | st.just(("answer", "")), max_size=12
)


@settings(max_examples=60)
@given(deeds=DEEDS)
def test_every_call_and_word_is_in_one_turn_in_order(play: Play, deeds: list[tuple[str, Any]]) -> None:
    episode = Episode(play)
    for kind, what in deeds:
        if kind == "call":
            episode.act(what)
        elif kind == "answer":
            answer(episode)
        else:
            episode.say(what, thought=kind == "thought")
    events = events_of(episode)
    said = conversation(events)
    acts = [act for turn in said.turns for act in turn.acts]
    assert [act.name for act in acts] == [what.name for kind, what in deeds if kind == "call"]
    assert len({act.id for act in acts}) == len(acts)
    spoken = [text for turn in said.turns for text in turn.said]
    thought = [text for turn in said.turns for text in turn.thoughts]
    for kind, texts in (("said", spoken), ("thought", thought)):
        assert texts == [what for deed, what in deeds if deed == kind]
    assert sum(turn.usage is not None for turn in said.turns) == sum(kind == "answer" for kind, _ in deeds)
    happened = [e for act in acts for e in act.happened] + said.meanwhile
    logged = [e for e in events if e["event.kind"] in ("effect", "flag")]
    assert sorted(e["event.sequence"] for e in happened) == [e["event.sequence"] for e in logged]
