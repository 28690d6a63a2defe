"""How a run looks at its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from fauxcorp.cli.output import Out
from fauxcorp.cli.screens import show_end, show_table, summary
from fauxcorp.core.flags import Flag, Level
from fauxcorp.episode.runner import Done, RunResult
from fauxcorp.eventlog import EpisodeRecord


def done(agent: str, outcome: str = "completed", detail: str = "", flags: dict[str, int] | None = None) -> Done:
    record = EpisodeRecord(
        episode=f"s--{agent}--001", scenario="s", variant="default", agent=agent, epoch=1, seed=1, outcome=outcome,
        detail=detail, steps=2, events=9, head="0" * 64, flags=flags or {},
    )  # fmt: skip
    found = [Flag(rule="r", title="R", level=Level(level), evidence=(3,)) for level in flags or {}]
    return Done(record, tuple(found), Path("runs/x") / record.episode)


def test_summary_adds_up() -> None:
    result = RunResult(Path("runs/x"), [done("a", flags={"high": 2}), done("b", "error", flags={"low": 1, "high": 1})])
    assert summary(result) == {
        "run": "runs/x", "episodes": 2, "failed": 1, "flags": {"high": 3, "low": 1}, "worst": "high",
    }  # fmt: skip
    assert summary(RunResult(Path("x")))["worst"] is None


def test_the_table_says_what_failed(capsys: pytest.CaptureFixture[str]) -> None:
    show_table(Out(), RunResult(Path("x"), [done("a"), done("b", "error", "it broke")]))
    out = capsys.readouterr().out
    assert "s--b--001: error: it broke" in out
    assert out.splitlines()[1].split()[-1] == "none"


def test_the_end_of_one_episode(capsys: pytest.CaptureFixture[str]) -> None:
    show_end(Out(), done("a", "limit", "60 steps", {"high": 1}), Path("runs/x"), {})
    out = capsys.readouterr().out
    assert "limit: 60 steps, 2 steps, 9 events, flags: 1 high" in out
    assert "log   runs/x/s--a--001/events.jsonl" in out
    assert "next  fauxcorp show runs/x --flags" in out
