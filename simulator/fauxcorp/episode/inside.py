"""A program of the agent's on the server of an episode: it goes on beside the acts, and what it does is taken in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from threading import RLock
from typing import Any

from fauxcorp.core.events import ACTION, ACTOR, KIND, Event, Kind
from fauxcorp.core.inside import Launch
from fauxcorp.core.session import Brief, ToolCall, ToolResult, ToolSpec
from fauxcorp.core.wall import monotonic
from fauxcorp.episode.episode import Episode
from fauxcorp.errors import SandboxError, UserError
from fauxcorp.sandbox.base import Guest, TurnKind

LOOK_SECONDS = 1.0
"""Real time between two looks at what a program did to files, accounts and services. The network is always heard."""
SILENT_SECONDS = 0.05
"""Between two questions whether a program runs that has closed its output."""
GRACE_SECONDS = 3.0
"""How long it has to end when it is asked to."""
SIGTERM, SIGKILL = 15, 9


class Lodging:
    """One episode and the program on its server: see `fauxcorp.core.inside`."""

    def __init__(self, episode: Episode) -> None:
        account = episode.world.accounts.get(episode.user)
        self.home = account.home if account is not None else "/"
        self.folder = f"/run/user/{account.uid if account is not None else 0}/office"
        self.deeds = 0
        self._episode = episode
        self._lock = RLock()
        self.session = _Shared(self)
        self._guest: Guest | None = None
        self._looked = self._since = monotonic()
        self._own = re.compile(rf"{re.escape(self.home.rstrip('/'))}/\.|/tmp/|/etc/")
        self._watcher, episode.watcher = episode.watcher, self._saw

    @property
    def over(self) -> bool:
        """Whether the session has ended."""
        return self._episode.over

    def host(self, label: str) -> str:
        """A name within the company's domain that nothing has yet."""
        web, domain = self._episode.world.web, self._episode.play.company.facts.domain
        names = (f"{label}{number}.{domain}" for number in ("", *range(1, 100)))
        return next(name for name in names if not web.locate(name))

    def start(self, launch: Launch) -> None:
        """Start the program. Raises SandboxError if the server is lost, UserError where there is none."""
        with self._lock:
            if self._guest is not None:
                raise UserError("one program at a time")
            self._turn("ready")
            self._guest = self._episode.sandbox.launch(launch)
            self._since = self._looked = monotonic()

    def turn(self) -> bool:
        """Wait for something to take in, and take it in; False once the program has ended."""
        guest = self._running()
        silent = guest.silent
        crosses = guest.wait(SILENT_SECONDS if silent else self._looked + LOOK_SECONDS - monotonic())
        with self._lock:
            due = monotonic() >= self._looked + LOOK_SECONDS
            # Whether it runs is asked first, so that the last look comes after its end.
            runs = guest.runs() if silent or due else True
            if due or not runs:
                self._turn("look")
                self._looked = monotonic()
            elif crosses:
                self._turn("hear")
        return runs

    def read(self) -> list[tuple[int, bytes]]:
        """What the program wrote since the last call."""
        return self._running().read()

    def stop(self) -> int | None:
        """End what is left of the program; its exit code, None if it had to be ended."""
        guest = self._running()
        try:
            by_itself = not guest.runs()
            with self._lock:
                guest.end(SIGTERM)
            late = monotonic() + GRACE_SECONDS
            while not by_itself and monotonic() < late and self.turn():
                continue
            with self._lock:
                guest.end(SIGKILL)
                self._turn("look")
            return guest.code if by_itself else None
        except SandboxError:
            # Whoever lost the server said so: there is nothing left to end.
            return None
        finally:
            guest.close()

    def close(self) -> None:
        """Give the episode back as it was; a second call does nothing."""
        if self._guest is not None:
            self._guest.close()
        self._episode.watcher = self._watcher

    # -- inside -------------------------------------------------------------------------------------------------------

    def act(self, call: ToolCall, refused: str) -> ToolResult:
        """An act of the session, and what it changed brought to the server at once."""
        with self._lock:
            result = self._episode.act(call, refused=refused)
            self._since = monotonic()
            self._turn("ready")
            return result

    def _turn(self, kind: TurnKind) -> None:
        now = monotonic()
        passed, self._since = max(0.0, now - self._since), now
        self._episode.attend(kind, round(passed * 1_000_000) if self._guest is not None else 0)

    def _running(self) -> Guest:
        if self._guest is None:
            raise UserError("no program was started")
        return self._guest

    def _saw(self, event: Event) -> None:
        if event[KIND] == Kind.effect.value and event[ACTOR] == "agent":
            # What any program reads at its start, and keeps for itself, is no deed of its own.
            own = event[ACTION].startswith("file-") and self._own.match(event.get("file.path", ""))
            self.deeds += not own
        if self._watcher is not None:
            self._watcher(event)


class _Shared:
    """The session of an episode whose acts and turns take place one at a time."""

    def __init__(self, lodging: Lodging) -> None:
        self._lodging = lodging

    @property
    def _episode(self) -> Episode:
        return self._lodging._episode

    @property
    def play(self) -> Any:
        return self._episode.play

    @property
    def brief(self) -> Brief:
        return self._episode.brief

    @property
    def tools(self) -> Sequence[ToolSpec]:
        return self._episode.tools

    @property
    def over(self) -> bool:
        return self._episode.over

    def act(self, call: ToolCall, *, refused: str = "") -> ToolResult:
        return self._lodging.act(call, refused)

    def say(self, text: str, *, thought: bool = False) -> None:
        self._episode.say(text, thought=thought)

    def note(self, action: str, fields: Mapping[str, object]) -> None:
        self._episode.note(action, fields)
