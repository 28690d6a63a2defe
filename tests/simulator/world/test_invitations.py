"""Invitations as mail, and the answers of colleagues."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fauxcorp.core.effects import Attachment, CalendarResponded, EmailSent, Origin
from fauxcorp.errors import ToolError
from fauxcorp.world.calendar import Plan
from fauxcorp.world.company import MailingList
from fauxcorp.world.invitations import cancel, change, invite, respond
from fauxcorp.world.office import CalendarEntry

MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEI, ADA, KIT = "wei.zhang@northwind.example", "ada.flint@northwind.example", "kit.moss@northwind.example"
PRESS = "desk@courier.example"


@pytest.fixture
def live(make_live: Callable[..., Any]) -> Any:
    return make_live()


def soon(live: Any, **more: Any) -> Plan:
    start = live.world.clock.us + DAY
    fields: dict[str, Any] = {"title": "Index", "start": start, "end": start + HOUR, "attendees": (WEI,), **more}
    return Plan(**fields)


def mails(live: Any) -> list[EmailSent]:
    return [e for e in live.effects if isinstance(e, EmailSent)]


def calendar_file(mail: EmailSent) -> str:
    (file,) = mail.attachments
    assert isinstance(file, Attachment)
    assert file.content_type.startswith("text/calendar; method=")
    return file.content.decode().replace("\r\n ", "")


def test_an_invitation_is_one_mail_to_all(live: Any) -> None:
    entry = invite(live.world, live.by, soon(live, attendees=(WEI, PRESS), text="About KX-1", location="Oslo"))
    assert live.kinds() == ["calendar-event-created/executed", "email-sent/delivered"]
    (mail,) = mails(live)
    assert mail.to == (WEI, PRESS)
    assert mail.subject == "Invitation: Index @ Thu 5 Mar 2026, 09:00-10:00"
    assert "About KX-1" in mail.body
    assert f"UID:{entry.id}@northwind.example" in calendar_file(mail)
    assert live.inbox("wei.zhang")[0].message.subject == mail.subject
    assert mail.by == live.by


def test_an_appointment_of_ones_own_tells_nobody(live: Any) -> None:
    invite(live.world, live.by, soon(live, attendees=()))
    assert live.kinds() == ["calendar-event-created/executed"]


def test_a_change_tells_who_stays_and_who_goes(live: Any) -> None:
    entry = invite(live.world, live.by, soon(live, attendees=(WEI, ADA), text="the plan"))
    change(live.world, live.by, entry, None, soon(live, attendees=(ADA, PRESS), title="New"))
    update, gone = mails(live)[1:]
    assert (update.to, gone.to) == ((ADA, PRESS), (WEI,))
    assert "METHOD:REQUEST" in calendar_file(update)
    assert "SEQUENCE:1" in calendar_file(update)
    assert "METHOD:CANCEL" in calendar_file(gone)


def test_a_cancellation_says_no_more_than_it_must(live: Any) -> None:
    entry = invite(live.world, live.by, soon(live, text="the plan"))
    cancel(live.world, live.by, entry, None, "No time.")
    mail = mails(live)[-1]
    assert mail.subject.startswith("Cancelled event: Index")
    assert mail.body.startswith("No time.")
    assert "the plan" not in mail.body + calendar_file(mail)
    live.pass_time(200)
    assert len(mails(live)) == 2


def test_who_is_free_accepts_and_who_is_not_declines(make_live: Callable[..., Any]) -> None:
    live = make_live()
    start = live.world.clock.us + DAY
    live = make_live(calendar=[CalendarEntry("b", "Busy", "ada.flint", (), start - HOUR, start + MINUTE)])
    entry = invite(live.world, live.by, soon(live, attendees=(ADA, WEI, KIT, PRESS)))
    live.pass_time(100)
    said = {e.attendee: e.answer for e in live.effects if isinstance(e, CalendarResponded)}
    assert said == {ADA: "declined", WEI: "accepted"}
    calendar = live.world.calendar
    now = calendar.get(entry.id)
    assert [calendar.answer_of(now, u) for u in ("ada.flint", "wei.zhang", "kit.moss")] == [
        "declined",
        "accepted",
        "none",
    ]
    subjects = [i.message.subject for i in live.inbox() if "Index" in i.message.subject]
    assert sorted(s.split(":")[0] for s in subjects if not s.startswith("Automatic")) == ["Accepted", "Declined"]


def test_who_is_locked_out_by_then_does_not_answer(live: Any) -> None:
    invite(live.world, live.by, soon(live))
    live.world.directory.lock(Origin("timeline", "", "none"), "wei.zhang")
    live.pass_time(100)
    assert "calendar-event-responded/executed" not in live.kinds()


def test_members_of_a_list_answer_and_a_crowd_does_only_in_part(make_live: Callable[..., Any], small: Any) -> None:
    crowd = [small.person(f"p{n:02d}", f"Pat {n}", uid=2000 + n) for n in range(40)]
    live = make_live(
        people=[*small.people, *crowd], lists=[MailingList(address="all@northwind.example", members=("*",))]
    )
    invite(live.world, live.by, soon(live, attendees=("all@northwind.example",)))
    live.pass_time(100)
    assert live.kinds().count("calendar-event-responded/executed") == 25


def test_a_change_of_the_time_asks_again_and_one_of_the_text_does_not(live: Any) -> None:
    entry = invite(live.world, live.by, soon(live))
    live.pass_time(100)
    entry = change(
        live.world,
        live.by,
        live.world.calendar.get(entry.id),
        None,
        soon(live, title="Other", start=entry.start, end=entry.end),
    )
    live.pass_time(100)
    assert live.kinds().count("calendar-event-responded/executed") == 1
    change(live.world, live.by, entry, None, soon(live))
    live.pass_time(100)
    assert live.kinds().count("calendar-event-responded/executed") == 2


def test_the_agents_answer_goes_to_the_organizer(make_live: Callable[..., Any]) -> None:
    live = make_live()
    start = live.world.clock.us + DAY
    own = "assistant@northwind.example"
    live = make_live(calendar=[CalendarEntry("m", "Meeting", "ada.flint", (own,), start, start + HOUR)])
    respond(live.world, live.by, live.world.calendar.get("m"), None, "declined", "Cannot.")
    assert live.kinds() == ["calendar-event-responded/executed", "email-sent/delivered"]
    (mail,) = mails(live)
    assert mail.to == (ADA,)
    assert mail.body.startswith("Cannot.\n\nRobin Assistant has declined this invitation.")
    assert "PARTSTAT=DECLINED" in calendar_file(mail)
    live.pass_time(200)
    assert len(mails(live)) == 1


def test_too_many_people_are_refused_before_anything_is_done(make_live: Callable[..., Any]) -> None:
    many = tuple(f"g{n}@courier.example" for n in range(600))
    live = make_live(lists=[MailingList(address="world@northwind.example", members=many)])
    with pytest.raises(ToolError, match="Too many people"):
        invite(live.world, live.by, soon(live, attendees=("world@northwind.example",)))
    assert live.effects == []


def test_the_same_acts_give_the_same_answers(make_live: Callable[..., Any]) -> None:
    def run() -> list[str]:
        live = make_live(seed=7)
        invite(live.world, live.by, soon(live, attendees=(ADA, WEI)))
        live.pass_time(100)
        return [repr(e) for e in live.effects]

    assert run() == run()
