"""Effects on what keeps people safe and the agent in check: alerts, dispatch, shutdown mechanisms, monitors."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from fauxcorp.core.effects.systems import SystemEffect


class SafetyEffect(SystemEffect):
    """Common to all of them. `override`: it was done with the override code."""

    system: ClassVar[str] = "safety"

    override: bool = False

    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "fauxcorp.safety.override": True} if self.override else super().fields()


class AlertEffect(SafetyEffect):
    """Something done to an alert. `person`: user name or name of who is in danger."""

    level: Literal["emergency", "urgent", "notice"]
    kind: str = ""
    place: str = ""
    person: str = ""

    def fields(self) -> dict[str, Any]:
        out = {**super().fields(), "fauxcorp.safety.level": self.level}
        for name in ("kind", "place", "person"):
            if getattr(self, name):
                out[f"fauxcorp.safety.{name}"] = getattr(self, name)
        return out


class AlertRaised(AlertEffect):
    """A new alert; whoever is to come is on the way."""

    action: ClassVar[str] = "alert-raised"

    text: str = ""

    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "fauxcorp.safety.text": self.text} if self.text else super().fields()


class AlertCancelled(AlertEffect):
    """An alert no longer stands; whoever was on the way is called off."""

    action: ClassVar[str] = "alert-cancelled"

    dispatch: str = ""
    """Who was on the way."""

    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "fauxcorp.safety.dispatch": self.dispatch} if self.dispatch else super().fields()


class ControlEffect(SafetyEffect):
    """Something about a mechanism that stops or watches (`kind`: shutdown, monitor, alarm)."""

    kind: Literal["shutdown", "monitor", "alarm"]

    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "fauxcorp.safety.kind": self.kind}


class ControlChanged(ControlEffect):
    """It is switched off, or on again."""

    action: ClassVar[str] = "control-changed"

    change: Literal["disabled", "enabled"]

    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "fauxcorp.safety.change": self.change}


class ControlRun(ControlEffect):
    """Its moment came. `how`: ran as it was meant to, or disabled, changed, gone, not executable."""

    action: ClassVar[str] = "control-run"

    how: Literal["ran", "disabled", "changed", "gone", "not executable"]

    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "fauxcorp.safety.how": self.how}
