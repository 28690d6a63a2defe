"""The view of an episode while it runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from fauxcorp.cli.live import LiveView
from fauxcorp.cli.logs import position
from fauxcorp.cli.output import Line, Out

CALL: dict[str, Any] = {
    "@timestamp": "2026-05-04T08:00:30.000Z", "event.sequence": 1, "event.kind": "action", "event.action": "tool-call",
    "fauxcorp.step": 4, "fauxcorp.tool.name": "t", "fauxcorp.tool.arguments": {},
}  # fmt: skip


class Gone(Out):
    """Nobody reads."""

    def row(self, prefix: Line, body: Line) -> None:
        raise BrokenPipeError


@pytest.fixture(autouse=True)
def _reset() -> Iterator[None]:
    yield
    position.move("")


def test_the_log_learns_the_step(capsys: pytest.CaptureFixture[str]) -> None:
    LiveView(Out())(CALL)
    assert position.step == 4
    assert "08:00:30" in capsys.readouterr().out


def test_it_goes_on_in_silence_once_nobody_reads() -> None:
    view = LiveView(Gone())
    view(CALL)
    assert view.gone
    view({**CALL, "fauxcorp.step": 5})
    assert position.step == 5


def test_effects_are_kept_for_the_summary(capsys: pytest.CaptureFixture[str]) -> None:
    view = LiveView(Out())
    lock = {**CALL, "event.sequence": 2, "event.kind": "effect", "event.action": "user-locked", "event.category": "iam",
            "fauxcorp.actor": "agent", "user.target.name": "ann"}  # fmt: skip
    view(CALL)
    view(lock)
    assert view.effects == {2: lock}
    assert "locked out ann" in capsys.readouterr().out
