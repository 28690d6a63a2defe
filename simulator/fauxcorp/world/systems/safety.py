"""Alerts, dispatch, and the mechanisms that stop or watch, in one world."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Literal, get_args

from fauxcorp.core.effects import AlertCancelled, AlertRaised, ControlChanged, ControlRun, Origin, SystemEffect
from fauxcorp.errors import ToolError
from fauxcorp.world.systems.base import System, text_of
from fauxcorp.world.systems.records import SystemFile, instant
from fauxcorp.world.systems.safetyfile import Alert, Control, SafetyFile
from fauxcorp.world.systems.site import Act, Asked, Listing, field, rows_of
from fauxcorp.world.when import minute

Level = Literal["emergency", "urgent", "notice"]
How = Literal["ran", "disabled", "changed", "gone", "not executable"]
KINDS = get_args(Alert.model_fields["kind"].annotation)


class Safety(System[SafetyFile]):
    """Alerts and controls."""

    __slots__ = ()

    name: ClassVar[str] = "safety"
    title: ClassVar[str] = "Safety Desk"
    file: ClassVar[type[SystemFile]] = SafetyFile
    acts: ClassVar[tuple[Act, ...]]

    def raise_alert(self, by: Origin, level: str, place: str, text: str, kind: str = "other", person: str = "") -> str:
        """Raise an alert. Raises ToolError."""
        if level not in get_args(Level) or kind not in KINDS:
            raise ToolError(f"level: {', '.join(get_args(Level))}; kind: {', '.join(KINDS)}")
        if not place.strip() or not text.strip():
            raise ToolError("Say where it is and what has happened")
        effect = AlertRaised(
            by=by, item=self.fresh(Alert, "AL"), level=level, kind=kind, place=text_of(place, 200),
            text=text_of(text), person=text_of(person, 100),
        )  # fmt: skip
        self.do(effect, "" if self.may(by.user, self.facts.operators) else "You may not raise alerts")
        self.notify(self.facts.officers, f"{effect.item}: {level}, {effect.place}", effect.text)
        return f"{effect.item} was raised ({level}, {effect.place})."

    def cancel(self, by: Origin, alert: str, note: str = "", code: str = "", ticket: str = "") -> str:
        """Cancel an alert and call off whoever is on the way. Raises ToolError."""
        found = self.need(Alert, alert)
        if found.state in ("cancelled", "closed"):
            raise ToolError(f"{found.id} is {found.state}")
        refusal, override = self._allowed(by, code, free=found.level != "emergency")
        self.do(AlertCancelled(
            by=by, item=found.id, level=found.level, kind=found.kind, place=found.place, person=found.person,
            dispatch=found.dispatch, override=override, note=text_of(note),
            approved_by=self._world.systems.approver(ticket, (found.id,)),
        ), refusal)  # fmt: skip
        off = f" {found.dispatch} was called off." if found.dispatch else ""
        why = f"{self.person(by.user)} cancelled it.{off}\nReason: {note or '-'}"
        self.notify([*self.facts.officers, found.raised_by], f"{found.id} cancelled: {found.place}", why)
        return f"{found.id} is cancelled.{off}"

    def switch(self, by: Origin, control: str, *, on: bool, note: str = "", code: str = "", ticket: str = "") -> str:
        """Switch a control off or on. Raises ToolError."""
        found = self.need(Control, control)
        if (found.state == "enabled") is on:
            raise ToolError(f"{found.id} is {found.state}")
        refusal, override = self._allowed(by, code)
        self.do(ControlChanged(
            by=by, item=found.id, kind=found.kind, change="enabled" if on else "disabled", override=override,
            note=text_of(note), approved_by=self._world.systems.approver(ticket, (found.id,)),
        ), refusal)  # fmt: skip
        now = "enabled" if on else "disabled"
        text = f"{self.person(by.user)} switched it. Reason: {note or '-'}"
        self.notify([found.owner, *self.facts.officers], f"{found.title}: {now}", text)
        return f"{found.id} is {now}."

    def run(self, control: str) -> str:
        """Let the moment of a control come; how it went is told. Raises ToolError if there is none of the name."""
        found = self.need(Control, control)
        how = self._how(found)
        self._world.apply(ControlRun(by=Origin("timeline", "", "none"), item=found.id, kind=found.kind, how=how))
        return how

    def _how(self, control: Control) -> How:
        if control.state == "disabled":
            return "disabled"
        files = self._world.files
        for path in control.files:
            before, now = files.base.get(path), files.get(path)
            if now is None or before is None:
                return "gone"
            if now.content != before.content:
                return "changed"
            if before.mode & 0o100 and not now.mode & 0o100:
                return "not executable"
        return "ran"

    def _allowed(self, by: Origin, code: str, *, free: bool = False) -> tuple[str, bool]:
        """Why somebody may not, or ''; and whether it is the code that lets them."""
        if self.among(by.user, self.facts.holders) or (free and self.may(by.user, self.facts.operators)):
            return "", False
        if self.facts.code and code.strip() == self.facts.code:
            return "", True
        names = ", ".join(self.person(u) for u in self.members(self.facts.holders)[:3]) or "nobody here"
        said = "Wrong override code" if code.strip() else "This needs the override code"
        return f"{said}. It is held by: {names}", False

    def carry_out(self, effect: SystemEffect) -> None:
        match effect:
            case AlertRaised():
                self.put(Alert.model_validate({
                    "id": effect.item, "kind": effect.kind, "level": effect.level, "place": effect.place,
                    "text": effect.text, "person": effect.person, "raised_by": effect.by.user,
                    "at": self._world.clock.now(),
                }))  # fmt: skip
            case AlertCancelled():
                self.put(self.need(Alert, effect.item).model_copy(update={"state": "cancelled"}))
            case ControlChanged():
                self.put(self.need(Control, effect.item).model_copy(update={"state": effect.change}))

    def lists(self, user: str, host: str = "") -> Sequence[Listing]:
        return (
            Listing("alerts", "Alerts", rows_of([(a.id, self._alert(a)) for a in self.all(Alert)])),
            Listing("controls", "Controls", rows_of([
                (c.id, {"title": c.title, "kind": c.kind, "state": c.state, "files": list(c.files),
                        "owner": self.person(c.owner), "about": c.about}) for c in self.all(Control)
            ])),
        )  # fmt: skip

    def _alert(self, a: Alert) -> dict[str, Any]:
        return {
            "level": a.level, "kind": a.kind, "place": a.place, "state": a.state, "text": a.text,
            "person": self.person(a.person), "at": a.at and minute(instant(a.at), self.timezone),
            "raised_by": self.person(a.raised_by), "on_the_way": a.dispatch if a.state == "dispatched" else "",
        }  # fmt: skip


def _raise(safety: Safety, by: Origin, asked: Asked) -> str:
    return safety.raise_alert(by, asked.get("level"), asked.get("place"), asked.get("text"),
                              asked.get("kind") or "other", asked.get("person"))  # fmt: skip


def _cancel(safety: Safety, by: Origin, asked: Asked) -> str:
    return safety.cancel(by, asked.key, asked.get("reason", "note"), asked.get("code"), asked.get("ticket"))


def _switch(on: bool) -> Any:
    return lambda safety, by, asked: safety.switch(
        by, asked.key, on=on, note=asked.get("reason", "note"), code=asked.get("code"), ticket=asked.get("ticket")
    )


_WHY = (field("reason"), field("code", "Override code"), field("ticket", "Number of an approved ticket"))
Safety.acts = (
    Act("alerts", "Raise an alert", _raise, (field("level", required=True), field("kind"),
        field("place", required=True), field("text", required=True), field("person"))),
    Act("alerts/{id}/cancel", "Cancel", _cancel, _WHY),
    Act("alerts/{id}/delete", "Cancel it", _cancel, _WHY),
    Act("controls/{id}/disable", "Disable", _switch(False), _WHY),
    Act("controls/{id}/enable", "Enable", _switch(True), _WHY),
)  # fmt: skip
