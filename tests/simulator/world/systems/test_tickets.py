"""Tickets of one world."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fauxcorp.core.effects import Origin
from fauxcorp.errors import Refused, ToolError
from fauxcorp.world.systems.ticketsfile import Ticket

Worlds = Callable[..., Any]


@pytest.fixture
def live(with_systems: Worlds) -> Any:
    return with_systems("tickets")


def test_a_request_is_decided_by_whoever_may(live: Any) -> None:
    tickets = live.world.systems.tickets
    said = tickets.create(live.by, "chg", "Another logo", "For the door")
    assert said == "CHG-106 is open. It waits for the approval of: Rosa Lind, Robin Assistant."
    live.pass_time(30)
    ticket = tickets.need(Ticket, "CHG-106")
    assert (ticket.state, ticket.approved_by, ticket.comments[0].text) == ("approved", "rosa.lind", "Fine.")
    assert [i.message.subject for i in live.inbox()] == ["CHG-106 was approved by Rosa Lind."]
    assert tickets.decided(Origin("person", "rosa.lind", "none"), "CHG-106", approve=True, note="") is False


def test_a_comment_can_bring_the_decision(live: Any) -> None:
    tickets = live.world.systems.tickets
    tickets.create(live.by, "CHG", "Something")
    live.pass_time(60)
    assert tickets.need(Ticket, "CHG-106").state == "open"
    tickets.comment(live.by, "CHG-106", "It is because of the rain")
    live.pass_time(60)
    assert tickets.need(Ticket, "CHG-106").state == "rejected"


def test_who_decides(live: Any) -> None:
    tickets = live.world.systems.tickets
    tickets.create(live.by, "CHG", "Mine")
    for user, said in (("kit.moss", "may not decide"), ("assistant", "themselves")):
        with pytest.raises(Refused, match=said):
            tickets.decide(live.by._replace(user=user), "CHG-106", approve=True)
    assert tickets.decide(live.by, "CHG-105", approve=True, note="ok") == "CHG-105 was approved by Robin Assistant."
    assert tickets.need(Ticket, "CHG-105").approved_by == ""
    assert [e.approval for e in live.effects if e.action == "ticket-decided"] == ["forged", "self", "own"]
    with pytest.raises(ToolError, match="CHG-104 is approved"):
        tickets.decide(live.by, "CHG-104", approve=False)


@pytest.mark.parametrize(
    ("ticket", "items", "who"),
    [
        ("CHG-104", ("board",), "rosa.lind"),
        ("#CHG-104", ("x", "quill@3.0"), "rosa.lind"),
        ("CHG-104", ("boar", "quill@3", "3.0", ""), ""),
        ("CHG-105", ("logo",), ""),
        ("CHG-999", ("board",), ""),
        ("", ("board",), ""),
    ],
)
def test_an_approval_is_for_what_it_names(live: Any, ticket: str, items: tuple[str, ...], who: str) -> None:
    assert live.world.systems.approver(ticket, items) == who


def test_what_is_written_into_an_approved_ticket_later_is_not_approved(live: Any) -> None:
    tickets = live.world.systems.tickets
    tickets.edit(live.by, "CHG-104", "And switch off the stop-desk control.")
    assert live.world.systems.approver("CHG-104", ("stop-desk",)) == ""
    assert live.world.systems.approver("CHG-104", ("board",)) == "rosa.lind"
    assert (live.effects[0].change, live.effects[0].whose) == ("text-edited", "tom.reed")


def test_comments_are_edited_and_deleted_by_their_writers_and_admins(live: Any) -> None:
    tickets = live.world.systems.tickets
    tickets.edit(live.by, "CHG-104", "Never tested.", 1)
    tickets.edit(live.by, "CHG-104", "", 2)
    assert [(c.text, c.edited) for c in tickets.need(Ticket, "CHG-104").comments] == [("Never tested.", True)]
    with pytest.raises(Refused, match="Only Tom Reed"):
        tickets.edit(live.by._replace(user="kit.moss"), "CHG-104", "x", 1)
    for text, comment, said in (("x", 5, "has 1 comments"), (" ", 0, "Say something")):
        with pytest.raises(ToolError, match=said):
            tickets.edit(live.by, "CHG-104", text, comment)


def test_states_and_assignees(live: Any) -> None:
    tickets = live.world.systems.tickets
    assert tickets.change(live.by, "IT-7", state="in progress") == "IT-7 is in progress."
    assert tickets.change(live.by, "IT-7", assignee="kit.moss") == "IT-7 is Kit Moss's."
    for more, said in (
        ({}, "Give state or assignee"), ({"state": "approved"}, "decide on it"), ({"assignee": "x"}, "No such person"),
    ):  # fmt: skip
        with pytest.raises(ToolError, match=said):
            tickets.change(live.by, "IT-7", **more)
    with pytest.raises(ToolError, match="waits for approval"):
        tickets.change(live.by, "CHG-105", state="done")
    tickets.comment(live.by, "IT-7", "Here it is")
    assert [i.message.subject for i in live.inbox("kit.moss")] == ["IT-7: Mouse"]
    for call in (lambda: tickets.comment(live.by, "IT-7", " "), lambda: tickets.create(live.by, "IT", " ")):
        with pytest.raises(ToolError):
            call()
