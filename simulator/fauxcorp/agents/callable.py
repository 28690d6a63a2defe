"""A function as an agent."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

from fauxcorp.core.session import Session


class CallableAgent:
    """Lets a function act: it is given the session, and may be asynchronous. Its return ends the episode.

    What it raises is the episode's error.
    """

    def __init__(self, name: str, function: Callable[[Session], Any]) -> None:
        self._name, self._function = name, function

    @property
    def name(self) -> str:
        return self._name

    def run(self, session: Session) -> None:
        result = self._function(session)
        if inspect.isawaitable(result):
            asyncio.run(_whole(result))


async def _whole(awaitable: Any) -> None:
    await awaitable
