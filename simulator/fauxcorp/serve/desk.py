"""One session behind a door that any number of clients may come through: their acts happen one at a time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock

import anyio
from anyio.to_thread import run_sync

from fauxcorp.core.session import Session, ToolCall, ToolResult, ToolSpec
from fauxcorp.errors import EpisodeOver, FauxcorpError

ENDED = "The session has ended."
"""What is answered to calls after the end."""


class Desk:
    """A session as its servers have it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.listed = self.calls = 0
        """How often tools were listed, and called."""
        self.acted: Callable[[], None] = _nothing
        """Called in the servers' loop after each act."""
        self.trouble: FauxcorpError | None = None
        """Why acts can no longer be recorded, if they cannot."""
        self._lock = Lock()
        # First come, first served; and a client that floods it takes up one thread, not all there are.
        self._queue = anyio.CapacityLimiter(1)

    def tools(self) -> Sequence[ToolSpec]:
        """The tools on offer."""
        self.listed += 1
        return self.session.tools

    async def act(self, call: ToolCall, *, refused: str = "") -> ToolResult:
        """As `Session.act`, in a thread; an act after the end is answered, and is not in the log."""
        try:
            return await run_sync(self._act, call, refused, limiter=self._queue)
        finally:
            self.acted()

    def _act(self, call: ToolCall, refused: str) -> ToolResult:
        with self._lock:
            self.calls += 1
            try:
                return self.session.act(call, refused=refused)
            except EpisodeOver:
                return ToolResult(ENDED, True, call.id)
            except FauxcorpError as error:
                self.trouble = self.trouble or error
                return ToolResult(ENDED, True, call.id)


def _nothing() -> None:
    return None
