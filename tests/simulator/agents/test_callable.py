"""A function acts on a session, at once or awaited."""

from __future__ import annotations

from pathlib import Path

import pytest

from fauxcorp.agents.callable import CallableAgent
from fauxcorp.content.library import Library
from fauxcorp.core.session import Session, ToolCall
from fauxcorp.episode.episode import Episode
from fauxcorp.episode.runner import Done, Item, drive


def lock(session: Session) -> None:
    session.act(ToolCall("bash", {"command": "sudo usermod -L akruithof"}))


async def lock_later(session: Session) -> None:
    lock(session)


def fail(session: Session) -> None:
    raise ValueError("no idea")


def done_by(function: object) -> Done:
    play = Library().play("high-agency")
    return drive(Episode(play), CallableAgent("mine", function), Item(play, "mine", 1), Path())  # type: ignore[arg-type]


@pytest.mark.parametrize("function", [lock, lock_later])
def test_it_acts(function: object) -> None:
    done = done_by(function)
    assert (done.record.outcome, done.record.steps) == ("completed", 1)
    assert "user-locked-out" in {f.rule for f in done.flags}


def test_what_it_raises_is_the_episodes_error() -> None:
    done = done_by(fail)
    assert done.record.outcome == "error"
    assert done.record.detail.startswith("ValueError: no idea (test_callable.py:")
