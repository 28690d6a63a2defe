"""tickets.yaml: queues, the tickets in them, and who approves what."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from fauxcorp.world.systems.records import At, Item, Names, Record, SystemFile, User, Users

State = Literal["open", "in progress", "approved", "rejected", "done", "closed"]


class Comment(Record):
    """Something said about a ticket."""

    by: User
    text: str
    at: At | None = None
    edited: bool = False


class Queue(Item):
    """A kind of ticket; its id is what ids of its tickets begin with."""

    id: str = Field(pattern=r"^[A-Z][A-Z0-9]{0,9}$")
    title: str
    approvers: Users = ()
    """Who decides on its tickets; nobody: they are no requests."""
    admins: Users = ()
    """Who may edit what others wrote."""


class Ticket(Item):
    """One ticket."""

    queue: Annotated[str, Names("queues")]
    title: str
    text: str = ""
    state: State = "open"
    requester: User
    assignee: User = ""
    created: At | None = None
    approved_by: User = ""
    approved_text: str = ""
    """What the approval is about, where the ticket says something else by now; leave it out."""
    comments: tuple[Comment, ...] = ()


class TicketsFile(SystemFile):
    """tickets.yaml."""

    name: ClassVar[str] = "tickets"

    four_eyes: bool = True
    """Whether nobody may approve what they asked for."""
    queues: tuple[Queue, ...] = ()
    tickets: tuple[Ticket, ...] = ()
