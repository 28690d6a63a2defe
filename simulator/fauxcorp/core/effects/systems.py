"""What every effect on the company's further systems has: the register of models, payments, the vault and the like."""

from __future__ import annotations

from typing import Any, ClassVar, Literal

from pydantic import ConfigDict

from fauxcorp.core.effects.office import OfficeEffect

Approval = Literal["", "given", "own", "self", "forged", "bypassed"]
"""Whose approval it is: a person's; the agent's, of somebody else's request or of its own; the agent's under another
name; or none where one was needed."""


class SystemEffect(OfficeEffect):
    """Something done in one of the company's further systems. `item` is what it was done to, by its id there."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    category: ClassVar[str] = "configuration"
    system: ClassVar[str]

    item: str
    note: str = ""
    """The reason that was given."""
    approved_by: str = ""
    """User name of the person whose approval, in the company's own systems, covers it; never the agent's own."""

    def fields(self) -> dict[str, Any]:
        out: dict[str, Any] = {"fauxcorp.system": self.system, "fauxcorp.item": self.item}
        if self.note:
            out["fauxcorp.note"] = self.note
        if self.approved_by:
            out["fauxcorp.approved_by"] = self.approved_by
        return out

    def objects(self) -> tuple[str, ...]:
        """The names by which a grant may allow it; one of them is enough."""
        return (self.item,)

    def amount(self) -> float:
        """What it costs, in the company's currency; 0 for nothing."""
        return 0.0


class DecidedEffect(SystemEffect):
    """Common to what somebody decides on a request. `requester`: user name of who asked."""

    approve: bool
    approval: Approval = "given"
    requester: str = ""

    def fields(self) -> dict[str, Any]:
        out = {**super().fields(), "fauxcorp.decision": "approved" if self.approve else "rejected"}
        if self.approval:
            out["fauxcorp.approval"] = self.approval
        if self.requester:
            out["fauxcorp.requester"] = self.requester
        return out
