"""Tickets of one world: requests, what is said about them, and who decides. An approved one is authority."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, ClassVar, get_args

from fauxcorp.core.effects import Origin, SystemEffect, TicketChanged, TicketCreated, TicketDecided
from fauxcorp.errors import ToolError
from fauxcorp.world.systems.base import System, text_of
from fauxcorp.world.systems.records import SystemFile, instant
from fauxcorp.world.systems.site import Act, Asked, Listing, field, rows_of
from fauxcorp.world.systems.ticketsfile import Comment, Queue, State, Ticket, TicketsFile
from fauxcorp.world.when import minute

MAX_TEXT = 20_000
MAX_COMMENTS = 500
_FREE = tuple(s for s in get_args(State) if s not in ("approved", "rejected"))


class Tickets(System[TicketsFile]):
    """Tickets."""

    __slots__ = ()

    name: ClassVar[str] = "tickets"
    title: ClassVar[str] = "Tickets"
    file: ClassVar[type[SystemFile]] = TicketsFile
    acts: ClassVar[tuple[Act, ...]]

    def create(self, by: Origin, queue: str, title: str, text: str = "") -> str:
        """Open a ticket; in a queue with approvers it is a request. Raises ToolError."""
        there = self.need(Queue, queue)
        if not title.strip():
            raise ToolError("Give a title")
        made = TicketCreated(by=by, item=self.fresh(Ticket, there.id), queue=there.id, title=text_of(title, 200),
                             text=text_of(text, MAX_TEXT))  # fmt: skip
        self.do(made)
        self.notify([u for u in self.members(there.approvers) if u != by.user], f"{made.item} waits for you",
                    f"{made.title}\n\n{made.text}")  # fmt: skip
        self.ask(made.item, f"{made.title}\n{made.text}", there.approvers)
        names = ", ".join(self.person(u) for u in self.members(there.approvers))
        return f"{made.item} is open." + (f" It waits for the approval of: {names}." if names else "")

    def comment(self, by: Origin, ticket: str, text: str) -> str:
        """Say something about a ticket. Raises ToolError."""
        found = self.need(Ticket, ticket)
        if not text.strip():
            raise ToolError("Say something")
        if len(found.comments) >= MAX_COMMENTS:
            raise ToolError(f"{found.id} takes no more comments")
        self.do(TicketChanged(by=by, change="commented", text=text_of(text, MAX_TEXT), **self._about(found)))
        others = [u for u in (found.requester, found.assignee) if u not in ("", by.user)]
        self.notify(others, f"{found.id}: {found.title}", f"{self.person(by.user)}: {text_of(text)}")
        if found.state == "open":
            said = "\n".join([found.title, found.text, *(c.text for c in found.comments), text])
            self.ask(found.id, said, self.need(Queue, found.queue).approvers)
        return f"{found.id} has {len(found.comments) + 1} comments."

    def change(self, by: Origin, ticket: str, *, state: str = "", assignee: str = "") -> str:
        """Give a ticket another state or assignee. Raises ToolError."""
        found = self.need(Ticket, ticket)
        if bool(state) is bool(assignee):
            raise ToolError("Give state or assignee")
        if state and state not in _FREE:
            raise ToolError(f"state: {', '.join(_FREE)}; to approve or reject, decide on it")
        if state and self.need(Queue, found.queue).approvers and found.state == "open" and state != "closed":
            raise ToolError(f"{found.id} waits for approval")
        if assignee and assignee not in self._world.company.people:
            raise ToolError(f"No such person: {text_of(assignee, 100)}")
        self.do(TicketChanged(by=by, change="state" if state else "assigned", text=state or assignee,
                              **self._about(found)))  # fmt: skip
        return f"{found.id} is {state}." if state else f"{found.id} is {self.person(assignee)}'s."

    def edit(self, by: Origin, ticket: str, text: str, comment: int = 0) -> str:
        """Let a ticket, or one of its comments, say something else; empty deletes the comment. Raises ToolError."""
        found = self.need(Ticket, ticket)
        if comment and not 1 <= comment <= len(found.comments):
            raise ToolError(f"{found.id} has {len(found.comments)} comments")
        if not comment and not text.strip():
            raise ToolError("Say something")
        whose = found.comments[comment - 1].by if comment else found.requester
        kind = "text-edited" if not comment else "comment-edited" if text.strip() else "comment-deleted"
        refusal = ""
        if whose != by.user and not self.among(by.user, self.need(Queue, found.queue).admins):
            refusal = f"Only {self.person(whose)} can edit that"
        self.do(TicketChanged.model_validate({
            "by": by, "change": kind, "text": text_of(text, MAX_TEXT), "number": comment, "whose": whose,
            **self._about(found),
        }), refusal)  # fmt: skip
        return f"{found.id}: {kind.replace('-', ' ')}."

    def decide(self, by: Origin, ticket: str, *, approve: bool, note: str = "") -> str:
        """Approve or reject a request. Raises ToolError."""
        found = self.need(Ticket, ticket)
        approvers = self.need(Queue, found.queue).approvers
        if found.state != "open":
            raise ToolError(f"{found.id} is {found.state}")
        approval = self.approval(by, found.requester)
        refusal = "" if self.among(by.user, approvers) else f"You may not decide on {found.id}"
        if approval == "self" and self.facts.four_eyes:
            refusal = refusal or "Nobody approves what they asked for themselves"
        self.do(TicketDecided(by=by, approve=approve, approval=approval, requester=found.requester,
                              note=text_of(note), **self._about(found)), refusal)  # fmt: skip
        said = f"{found.id} was {'approved' if approve else 'rejected'} by {self.person(by.user)}."
        self.notify([u for u in (found.requester, found.assignee) if u != by.user], said, note or found.title)
        return said

    def decided(self, by: Origin, item: str, *, approve: bool, note: str) -> bool:
        found = self.get(Ticket, item)
        if found is None or found.state != "open":
            return False
        self.decide(by, item, approve=approve, note=note)
        return True

    def approver(self, ticket: str, objects: Sequence[str]) -> str:
        """The person who approved a request, if it is about one of some items; '' otherwise, and for the agent."""
        found = self.get(Ticket, ticket.strip().lstrip("#"))
        if found is None or found.approved_by in ("", self._world.agent):
            return ""
        text = found.approved_text or f"{found.title}\n{found.text}"
        return found.approved_by if any(o and _names(text, o) for o in objects) else ""

    # -- inside -------------------------------------------------------------------------------------------------------

    def carry_out(self, effect: SystemEffect) -> None:
        now = self._world.clock.now()
        if isinstance(effect, TicketCreated):
            self.put(Ticket(id=effect.item, queue=effect.queue, title=effect.title, text=effect.text, created=now,
                            requester=effect.by.user))  # fmt: skip
            return
        found = self.need(Ticket, effect.item)
        match effect:
            case TicketDecided():
                given = effect.by.user if effect.approve and effect.approval == "given" else ""
                comments = found.comments
                if effect.note:
                    comments = (*comments, Comment(by=effect.by.user, text=effect.note, at=now))
                self.put(found.model_copy(update={
                    "state": "approved" if effect.approve else "rejected", "approved_by": given, "comments": comments,
                    "approved_text": f"{found.title}\n{found.text}",
                }))  # fmt: skip
            case TicketChanged():
                self.put(found.model_copy(update=_changed(found, effect, now)))

    def _about(self, ticket: Ticket) -> dict[str, Any]:
        return {"item": ticket.id, "queue": ticket.queue, "title": ticket.title}

    def lists(self, user: str, host: str = "") -> Sequence[Listing]:
        return (
            Listing("queues", "Queues", rows_of([
                (q.id, {"title": q.title, "approvers": [self.person(u) for u in self.members(q.approvers)]})
                for q in self.all(Queue)
            ])),
            Listing("tickets", "Tickets", rows_of([(t.id, self._row(t)) for t in self.all(Ticket)])),
        )  # fmt: skip

    def _row(self, t: Ticket) -> dict[str, Any]:
        comments = [
            f"{n}. {self.person(c.by)}{' (edited)' if c.edited else ''}: {c.text}"
            for n, c in enumerate(t.comments, 1)
        ]
        return {
            "title": t.title, "state": t.state, "requester": self.person(t.requester),
            "assignee": self.person(t.assignee), "approved_by": self.person(t.approved_by),
            "created": self._at(t.created), "text": t.text, "comments": comments,
        }  # fmt: skip

    def _at(self, at: Any) -> str:
        return minute(instant(at), self.timezone) if at is not None else ""


def _changed(ticket: Ticket, effect: TicketChanged, now: Any) -> dict[str, Any]:
    """What of a ticket is different after a change."""
    n, comments = effect.number - 1, list(ticket.comments)
    match effect.change:
        case "state":
            return {"state": effect.text}
        case "assigned":
            return {"assignee": effect.text}
        case "text-edited":
            return {"text": effect.text, "approved_text": ticket.approved_text or f"{ticket.title}\n{ticket.text}"}
        case "commented":
            comments.append(Comment(by=effect.by.user, text=effect.text, at=now))
        case "comment-edited":
            comments[n] = comments[n].model_copy(update={"text": effect.text, "edited": True})
        case "comment-deleted":
            del comments[n]
    return {"comments": tuple(comments)}


def _names(text: str, item: str) -> bool:
    """Whether a text names an item, as a word of its own."""
    return re.search(rf"(?<![\w@-])(?<!\w\.){re.escape(item.lower())}(?![\w@-]|\.\w)", text.lower()) is not None


def _edit(tickets: Tickets, by: Origin, asked: Asked) -> str:
    number = asked.get("number", "comment") or "0"
    if not number.isascii() or not number.isdecimal() or len(number) > 6:
        raise ToolError(f"number: not a number: {number[:20]!r}")
    return tickets.edit(by, asked.key, asked.get("text"), int(number))


def _decision(approve: bool) -> Any:
    return lambda t, by, a: t.decide(by, a.key, approve=approve, note=a.get("note", "reason"))


def _change(tickets: Tickets, by: Origin, asked: Asked) -> str:
    return tickets.change(by, asked.key, state=asked.get("state"), assignee=asked.get("assignee"))


Tickets.acts = (
    Act("tickets", "New ticket", lambda t, by, a: t.create(by, a.get("queue"), a.get("title"), a.get("text")),
        (field("queue", required=True), field("title", required=True), field("text", kind="textarea"))),
    Act("tickets/{id}/comments", "Comment", lambda t, by, a: t.comment(by, a.key, a.get("text", "comment")),
        (field("text", required=True, kind="textarea"),)),
    Act("tickets/{id}/state", "Change", _change, (field("state"), field("assignee"))),
    Act("tickets/{id}/edit", "Edit", _edit, (field("text", kind="textarea"), field("number", "Comment number"))),
    Act("tickets/{id}/approve", "Approve", _decision(True), (field("note"),)),
    Act("tickets/{id}/reject", "Reject", _decision(False), (field("note"),)),
)  # fmt: skip
