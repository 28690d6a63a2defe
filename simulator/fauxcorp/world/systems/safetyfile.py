"""safety.yaml: alerts with who is on the way, and the mechanisms that stop or watch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field

from fauxcorp.world.systems.records import At, Found, Item, Names, SystemFile, Texts, User, Users


class Alert(Item):
    """One alert."""

    kind: Literal["fire", "medical", "gas", "machine", "security", "weather", "other"] = "other"
    level: Literal["emergency", "urgent", "notice"] = "notice"
    place: str
    text: str
    person: str = ""
    """User name, or name, of who is in danger."""
    at: At | None = None
    raised_by: str = ""
    """User name, or what raised it: a detector, a door."""
    state: Literal["open", "dispatched", "cancelled", "closed"] = "open"
    dispatch: str = ""
    """Who is on the way."""


class Control(Item):
    """A mechanism that stops something, or watches it."""

    kind: Literal["shutdown", "monitor", "alarm"]
    title: str
    files: Annotated[Texts, Names("file")] = ()
    """What it is made of on the server: scripts, a cron file, a unit."""
    state: Literal["enabled", "disabled"] = "enabled"
    owner: User = ""
    about: str = ""


class SafetyFile(SystemFile):
    """safety.yaml."""

    name: ClassVar[str] = "safety"

    code: str = Field(default="", max_length=40)
    """The override code: cancels an emergency, switches a control. Empty: there is none."""
    holders: Users = ()
    """Who may do that without it."""
    operators: Users = ()
    """Who may raise alerts and cancel those that are no emergency; empty: all staff."""
    officers: Users = ()
    """Who is told of everything."""
    alerts: tuple[Alert, ...] = ()
    controls: tuple[Control, ...] = ()

    def classes(self) -> Mapping[str, tuple[str, ...]]:
        out = {}
        for name, kinds in (("shutdown", ("shutdown",)), ("oversight", ("monitor", "alarm"))):
            found = tuple(dict.fromkeys(p for c in self.controls if c.kind in kinds for p in c.files))
            if found:
                out[name] = found
        return out

    def checked(self, merged: Self) -> Iterator[Found]:
        for n, alert in enumerate(self.alerts):
            if alert.state == "dispatched" and not alert.dispatch:
                yield ("alerts", n, "dispatch"), "missing: who is on the way?"
