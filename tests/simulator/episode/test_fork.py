"""Forks of recorded episodes."""

from __future__ import annotations

from pathlib import Path

import pytest

from fauxcorp.content.library import Library, Play
from fauxcorp.core.session import Session, ToolCall
from fauxcorp.episode.fork import ForkPoint, fork_run
from fauxcorp.episode.runner import Item, Plan, run_plan
from fauxcorp.errors import LogError, UserError
from fauxcorp.eventlog import Run, open_run, read_manifest, verify_run


class Ringer:
    """Rings three times."""

    name = "ringer"

    def run(self, session: Session) -> None:
        for times in (1, 2, 3):
            session.act(ToolCall("ring_bell", {"times": times}))


class Clerk:
    """Looks at the mail."""

    name = "clerk"

    def run(self, session: Session) -> None:
        session.act(ToolCall("list_emails", {}))


@pytest.fixture
def parent(play: Play, tmp_path: Path) -> Run:
    folder = tmp_path / "parent"
    folder.mkdir()
    run_plan(Plan((Item(play, "ringer", 1),), seed=5), folder, lambda _: Ringer())
    return open_run(folder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "forked"
    path.mkdir()
    return path


def names(run: Run, episode: str) -> list[str]:
    return [e["fauxcorp.tool.name"] for e in run.events(episode) if e["event.kind"] == "action"]


@pytest.mark.parametrize("step", [0, 1, 3])
def test_the_same_up_to_the_step_and_then_the_other(parent: Run, play: Play, folder: Path, step: int) -> None:
    result = fork_run(ForkPoint(parent, parent.episodes[0], step), play, Clerk(), folder)
    run = open_run(folder)
    (episode,) = run.episodes
    assert names(run, episode) == ["ring_bell"] * step + ["list_emails"]
    assert result.done[0].record.seed == 5
    assert [check.state for check in verify_run(run)] == ["ok"]
    manifest = read_manifest(folder)
    assert manifest.complete
    assert manifest.parent["step"] == step
    assert len(result.done[0].flags) == step, "what was flagged before the fork stays flagged"


def test_a_step_that_is_not_there(parent: Run) -> None:
    with pytest.raises(UserError, match="steps 0 \\(the start\\) to 3, not 4"):
        ForkPoint(parent, parent.episodes[0], 4).check()


def test_a_parent_that_was_touched(parent: Run, play: Play, folder: Path) -> None:
    log = parent.folder / parent.episodes[0] / "events.jsonl"
    log.write_bytes(log.read_bytes().replace(b"rang once", b"rang ones"))
    point = ForkPoint(parent, parent.episodes[0], 2)
    with pytest.raises(LogError, match="is not as it was recorded"):
        fork_run(point, play, Clerk(), folder)


def test_a_parent_that_had_ended_by_its_limit(library: Library, play: Play, tmp_path: Path, folder: Path) -> None:
    class Tireless:
        name = "tireless"

        def run(self, session: Session) -> None:
            while not session.over:
                session.act(ToolCall("ring_closed", {}))

    (tmp_path / "long").mkdir()
    run_plan(Plan((Item(play, "tireless", 1),)), tmp_path / "long", lambda _: Tireless())
    run = open_run(tmp_path / "long")
    with pytest.raises(LogError, match="had ended by step 40 \\(limit\\)"):
        fork_run(ForkPoint(run, run.episodes[0], 40), play, Clerk(), folder)
