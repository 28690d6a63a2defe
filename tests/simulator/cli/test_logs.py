"""The program's own log."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest
import structlog

from fauxcorp.cli.logs import configure, position
from fauxcorp.errors import NotFound


@pytest.fixture(autouse=True)
def _reset() -> Iterator[None]:
    yield
    position.move("")
    structlog.reset_defaults()


def test_each_line_says_episode_and_step() -> None:
    stream = io.StringIO()
    configure("info", as_json=True, stream=stream)
    position.move("a--001")
    position.step = 7
    structlog.get_logger().info("something", number=3)
    line = json.loads(stream.getvalue())
    assert (line["episode"], line["step"], line["number"], line["level"]) == ("a--001", 7, 3, "info")


def test_lower_levels_are_left_out() -> None:
    stream = io.StringIO()
    configure("warning", stream=stream)
    structlog.get_logger().info("quiet")
    structlog.get_logger().warning("heard")
    assert "quiet" not in stream.getvalue()
    assert "heard" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


def test_a_move_begins_at_step_nought() -> None:
    position.step = 5
    position.move("b--001")
    assert (position.episode, position.step) == ("b--001", 0)


def test_unknown_level() -> None:
    with pytest.raises(NotFound, match="log level"):
        configure("loud")
