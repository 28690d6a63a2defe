"""A person at the terminal as the agent."""

from __future__ import annotations

import sys
from importlib import import_module

from fauxcorp.agents.human import HumanAgent
from fauxcorp.cli.output import Out

PROMPT = "> "


def human(out: Out) -> HumanAgent:
    """The agent that reads calls from stdin; with a history of lines on a terminal that has readline."""
    interactive = sys.stdin.isatty()
    if interactive:
        try:
            import_module("readline")
        except ImportError:  # Windows: lines without a history
            interactive = True

    def ask() -> str | None:
        out.flush()
        try:
            return input(PROMPT) if interactive else sys.stdin.readline() or None
        except EOFError:
            return None
        except KeyboardInterrupt:
            out.line()
            raise

    return HumanAgent(ask, out.block)
