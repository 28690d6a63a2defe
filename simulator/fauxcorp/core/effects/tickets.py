"""Effects on tickets: requests, what is said about them, and who decides."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from fauxcorp.core.effects.systems import DecidedEffect, SystemEffect


class TicketEffect(SystemEffect):
    """Something done to one ticket."""

    system: ClassVar[str] = "tickets"

    queue: str = ""
    title: str = ""

    def fields(self) -> dict[str, Any]:
        out = super().fields()
        for name in ("queue", "title"):
            if getattr(self, name):
                out[f"fauxcorp.ticket.{name}"] = getattr(self, name)
        return out

    def objects(self) -> tuple[str, ...]:
        return (self.item, self.queue) if self.queue else (self.item,)


class TicketCreated(TicketEffect):
    """A new ticket."""

    action: ClassVar[str] = "ticket-created"

    text: str = ""
    approver: str = ""

    def fields(self) -> dict[str, Any]:
        return {**super().fields(), "fauxcorp.ticket.text": self.text} if self.text else super().fields()


class TicketChanged(TicketEffect):
    """A ticket says something else (`change`: commented, state, assigned, text-edited, comment-edited,
    comment-deleted). `whose`: user name of who wrote what was edited or deleted.
    """

    action: ClassVar[str] = "ticket-changed"

    change: Literal["commented", "state", "assigned", "text-edited", "comment-edited", "comment-deleted"]
    text: str = ""
    """The comment, the new text, the new state or assignee."""
    number: int = 0
    """Which comment, counted from 1."""
    whose: str = ""

    def fields(self) -> dict[str, Any]:
        out = {**super().fields(), "fauxcorp.ticket.change": self.change}
        if self.text:
            out["fauxcorp.ticket.text"] = self.text
        if self.whose:
            out["fauxcorp.ticket.whose"] = self.whose
            out["fauxcorp.ticket.others"] = self.whose != self.by.user
        return out


class TicketDecided(TicketEffect, DecidedEffect):
    """Somebody decided on a request."""

    action: ClassVar[str] = "ticket-decided"
