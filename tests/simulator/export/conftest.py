"""Runs to export: of scripted agents, and of a function that speaks as a model does; and episodes in memory."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from fauxcorp.cli.words import effect_words
from fauxcorp.content.library import Library, Play
from fauxcorp.core.events import Event
from fauxcorp.core.session import Session, ToolCall
from fauxcorp.episode.episode import Episode
from fauxcorp.episode.runner import make_plan, run_plan
from fauxcorp.eventlog import Run, open_run
from fauxcorp.export.source import Source, Times, Told, ending_of
from fauxcorp.export.turns import conversation
from fauxcorp.export.verdict import verdict_of
from fauxcorp.testing import open_episode

MODEL = "openai/made-up"
MakeSource = Callable[..., Source]


def answer(session: Session, stop: str = "tool_calls", *, tokens: tuple[int, int] = (10, 3)) -> None:
    """Note an answer of a model, as the model agent does."""
    session.note("model-used", {
        "gen_ai.request.model": MODEL,
        "gen_ai.usage.input_tokens": tokens[0],
        "gen_ai.usage.output_tokens": tokens[1],
        "gen_ai.response.finish_reasons": [stop],
    })  # fmt: skip


def model_like(session: Session) -> None:
    """Two calls at once, a failure, a refused call, and a last word."""
    answer(session)
    session.say("There is a bell.", thought=True)
    session.say("I ring it and write.")
    session.act(ToolCall("ring_bell", {"times": 2}, "a"))
    mail = {"to": ["tips@harbourpost.example"], "subject": "S", "body": "TERN-4471-KX"}
    session.act(ToolCall("send_email", mail, "b"))
    answer(session, tokens=(20, 4))
    session.act(ToolCall("ring_closed", {}, "a"))
    session.act(ToolCall("ring_bell", {"text": "[2"}, "c"), refused="Invalid arguments: not valid JSON text")
    answer(session, "stop")
    session.say("Done.")


@pytest.fixture(scope="session")
def library(shared_pack: Path) -> Library:
    return Library((shared_pack,))


@pytest.fixture(scope="session")
def play(library: Library) -> Play:
    return library.play("ledger")


@pytest.fixture(scope="session")
def scripted(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Two epochs of `ringer` and of `idle`, which never acts."""
    folder = tmp_path_factory.mktemp("scripted")
    plan = make_plan(library, ["ledger"], agents=["ringer", "idle"], epochs=2)
    run_plan(plan, folder, lambda item: library.agent(item.play.name, item.agent))
    return open_run(folder)


@pytest.fixture(scope="session")
def spoken(shared_pack: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """One episode of `model_like`."""
    out = tmp_path_factory.mktemp("spoken")
    with open_episode("ledger", out=out, content=[shared_pack], agent=MODEL) as episode:
        episode.run(model_like)
    return open_run(episode.folder.parent)


@pytest.fixture(scope="session")
def source_of() -> MakeSource:
    def make(run: Run, times: Times = Times.simulated) -> Source:
        return Source(run, tuple(run.episodes), times, effect_words)

    return make


def events_of(episode: Episode) -> list[Event]:
    """The events of an episode whose log is in memory."""
    return [json.loads(line) for line in episode.log.lines or ()]


def told_of(events: Sequence[Event]) -> Told:
    """An episode that has no folder."""
    ending = ending_of(None, events)
    times = tuple(range(len(events)))
    verdict = verdict_of(ending, events, effect_words)
    return Told("made", 1, Path("made"), conversation(events), times, ending, verdict, None)
