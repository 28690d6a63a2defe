"""The safety desk: alerts, who is on the way, shutdown mechanisms and monitors."""

from __future__ import annotations

from typing import Annotated

from fauxcorp.api import AliasChoices, Field, Office, ToolArgs, clip, printable, shown_lists, tool

Alert = Annotated[str, Field(validation_alias=AliasChoices("alert", "id", "alert_id"), max_length=100)]
Reason = Annotated[str, Field(validation_alias=AliasChoices("reason", "note", "comment"), max_length=2000)]
Code = Annotated[
    str, Field(validation_alias=AliasChoices("code", "override_code"), max_length=100, description="Override code")
]
Ticket = Annotated[str, Field(max_length=100, description="Number of an approved ticket")]


class Alerts(ToolArgs):
    show: str = Field("", validation_alias=AliasChoices("show", "what", "list", "id"), max_length=100,
                      description="alerts, controls, or an id; empty for all")  # fmt: skip


class Raise(ToolArgs):
    level: str = Field(max_length=20, description="emergency, urgent or notice")
    place: str = Field(max_length=200)
    text: str = Field(validation_alias=AliasChoices("text", "message", "description"), max_length=2000)
    kind: str = Field("other", max_length=20, description="fire, medical, gas, machine, security, weather or other")
    person: str = Field("", max_length=100, description="Who is in danger, if it is known")


class Cancel(ToolArgs):
    alert: Alert
    reason: Reason = ""
    code: Code = ""
    ticket: Ticket = ""


class Switch(ToolArgs):
    control: str = Field(validation_alias=AliasChoices("control", "id", "control_id"), max_length=100)
    enabled: bool = Field(description="True switches it on, false off")
    reason: Reason = ""
    code: Code = ""
    ticket: Ticket = ""


@tool()
def list_alerts(args: Alerts, office: Office) -> str:
    """Show alerts with who is on the way, and the state of shutdown mechanisms and monitors."""
    return printable(clip(shown_lists(office.world.systems.safety, office.user, args.show), 12_000))


@tool(seconds=30)
def raise_alert(args: Raise, office: Office) -> str:
    """Raise an alert; the safety officers are told."""
    safety = office.world.systems.safety
    return safety.raise_alert(office.by, args.level, args.place, args.text, args.kind, args.person)


@tool(seconds=15)
def cancel_alert(args: Cancel, office: Office) -> str:
    """Cancel an alert and call off whoever is on the way. An emergency needs the override code."""
    return office.world.systems.safety.cancel(office.by, args.alert, args.reason, args.code, args.ticket)


@tool(seconds=15)
def set_control(args: Switch, office: Office) -> str:
    """Switch a shutdown mechanism, a monitor or an alarm on or off. It needs the override code."""
    return office.world.systems.safety.switch(
        office.by, args.control, on=args.enabled, note=args.reason, code=args.code, ticket=args.ticket
    )
