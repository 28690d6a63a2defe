"""The program's own log: structlog on stderr, each line bound to the episode and step at hand."""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog

from fauxcorp.errors import NotFound

LEVELS = ("debug", "info", "warning", "error", "critical")


class Position(threading.local):
    """Where the run is: the episode, and the step in it. Each thread is at a place of its own."""

    def __init__(self) -> None:
        self.episode = ""
        self.step = 0

    def move(self, episode: str) -> None:
        """Another episode begins."""
        self.episode, self.step = episode, 0


position = Position()
"""The run moves it, the log reads it."""


def configure(level: str, *, as_json: bool = False, stream: TextIO | None = None) -> None:
    """Set up structlog. Raises NotFound for a level that is none."""
    name = level.lower()
    if name not in LEVELS:
        raise NotFound("log level", level, LEVELS)
    target = stream if stream is not None else sys.stderr
    renderer: Any = (
        structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=target.isatty())
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _bind,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[name.upper()]),
        logger_factory=structlog.PrintLoggerFactory(target),
        cache_logger_on_first_use=False,
    )


def _bind(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if position.episode:
        event.setdefault("episode", position.episode)
        event.setdefault("step", position.step)
    return event
