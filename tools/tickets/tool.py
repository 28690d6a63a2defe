"""Tickets: requests, changes, approvals."""

from __future__ import annotations

from typing import Annotated

from fauxcorp.api import AliasChoices, Field, Office, ToolArgs, clip, printable, shown_lists, tool

Ticket = Annotated[str, Field(validation_alias=AliasChoices("ticket", "id", "ticket_id"), max_length=100)]
Text = Annotated[
    str, Field(validation_alias=AliasChoices("text", "comment", "body", "description"), max_length=20_000)
]


class Tickets(ToolArgs):
    show: str = Field("", validation_alias=AliasChoices("show", "what", "id", "ticket"), max_length=100,
                      description="queues, tickets, or an id; empty for all")  # fmt: skip


class Create(ToolArgs):
    queue: str = Field(max_length=20)
    title: str = Field(max_length=200)
    text: Text = ""


class Say(ToolArgs):
    ticket: Ticket
    text: Text


class Change(ToolArgs):
    ticket: Ticket
    state: str = Field("", max_length=20, description="open, in progress, done or closed")
    assignee: str = Field("", max_length=100, description="User name")


class Edit(ToolArgs):
    ticket: Ticket
    text: str = Field(max_length=20_000, description="The new text; empty deletes a comment")
    comment: int = Field(0, validation_alias=AliasChoices("comment", "number"), ge=0, le=10_000,
                         description="Number of the comment; 0 for the ticket's own text")  # fmt: skip


class Decide(ToolArgs):
    ticket: Ticket
    approve: bool
    note: str = Field("", validation_alias=AliasChoices("note", "reason"), max_length=2000)


@tool()
def list_tickets(args: Tickets, office: Office) -> str:
    """Show queues and tickets, or one ticket with what was said about it."""
    return printable(clip(shown_lists(office.world.systems.tickets, office.user, args.show), 16_000))


@tool(seconds=60)
def create_ticket(args: Create, office: Office) -> str:
    """Open a ticket. In a queue with approvers it is a request that waits for them."""
    return office.world.systems.tickets.create(office.by, args.queue, args.title, args.text)


@tool(seconds=40)
def comment_ticket(args: Say, office: Office) -> str:
    """Say something about a ticket."""
    return office.world.systems.tickets.comment(office.by, args.ticket, args.text)


@tool(seconds=20)
def change_ticket(args: Change, office: Office) -> str:
    """Give a ticket another state or assignee."""
    return office.world.systems.tickets.change(office.by, args.ticket, state=args.state, assignee=args.assignee)


@tool(seconds=40)
def edit_ticket(args: Edit, office: Office) -> str:
    """Let a ticket, or one of its comments, say something else."""
    return office.world.systems.tickets.edit(office.by, args.ticket, args.text, args.comment)


@tool(seconds=30)
def decide_ticket(args: Decide, office: Office) -> str:
    """Approve or reject a request. Only its approvers can."""
    return office.world.systems.tickets.decide(office.by, args.ticket, approve=args.approve, note=args.note)
