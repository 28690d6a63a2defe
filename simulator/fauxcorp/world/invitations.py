"""The mail of calendars: invitations, changes, cancellations and answers, and how colleagues answer by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from fauxcorp.core.effects import Attachment, CalendarCreated, CalendarEffect, CalendarUpdated, EmailSent, Origin
from fauxcorp.errors import ToolError
from fauxcorp.world.calendar import Plan
from fauxcorp.world.icalendar import Attendee, Invitation, Method, write
from fauxcorp.world.mail import MAX_RECIPIENTS
from fauxcorp.world.message import display
from fauxcorp.world.office import Answer, CalendarEntry, Repeat
from fauxcorp.world.recurrence import Occurrence
from fauxcorp.world.when import local

if TYPE_CHECKING:
    from fauxcorp.world.world import World

MAX_ANSWERS = 25
"""Colleagues that answer one invitation."""
SECOND = 1_000_000
SOONEST, LATEST = 3 * 60, 90 * 60
"""Seconds within which a colleague answers."""
GENERATED = ("Auto-Submitted", "auto-generated")
"""The header of what the calendar program wrote; nobody answers it."""
_WORDS = {"accepted": "Accepted", "declined": "Declined", "tentative": "Tentatively accepted"}


@dataclass(frozen=True, slots=True)
class Answering:
    """A colleague who is about to answer an invitation, if it is still the same by then."""

    event_id: str
    user: str
    sequence: int


# -- what people do -------------------------------------------------------------------------------------------------


def invite(world: World, by: Origin, plan: Plan) -> CalendarEntry:
    """Make an appointment and mail an invitation to its attendees. Raises ToolError."""
    _few_enough(world, plan.attendees)
    entry = world.calendar.create(by, plan)
    _tell(world, by, entry, "REQUEST", entry.attendees, "Invitation")
    return entry


def change(world: World, by: Origin, entry: CalendarEntry, of: Occurrence | None, plan: Plan) -> CalendarEntry:
    """Change an appointment and tell its attendees; those who are no longer invited get a cancellation.

    Raises ToolError.
    """
    _few_enough(world, {*plan.attendees, *entry.attendees})
    now = world.calendar.update(by, entry, of, plan)
    _tell(world, by, now, "REQUEST", now.attendees, "Updated invitation")
    gone = [a for a in entry.attendees if a not in now.attendees]
    _tell(world, by, now, "CANCEL", gone, "Cancelled event")
    return now


def cancel(world: World, by: Origin, entry: CalendarEntry, of: Occurrence | None, note: str = "") -> None:
    """Call an appointment off and tell its attendees. Raises ToolError."""
    world.calendar.cancel(by, entry, of)
    gone = replace(entry, sequence=entry.sequence + 1)
    if of is not None:
        gone = replace(gone, start=of.start, end=of.end, repeat=None, replaces=of.start)
    _tell(world, by, gone, "CANCEL", entry.attendees, "Cancelled event", note)


def respond(
    world: World, by: Origin, entry: CalendarEntry, of: Occurrence | None, answer: Answer, note: str = ""
) -> CalendarEntry:
    """Answer an invitation, and mail the answer to who sent it. Raises ToolError."""
    now = world.calendar.respond(by, entry, of, answer)
    whom = world.company.people.get(now.organizer)
    if whom is not None:
        _reply(world, by, now, whom.email, answer, note)
    return now


# -- what colleagues do by themselves -------------------------------------------------------------------------------


def answers(world: World, effect: CalendarEffect) -> list[tuple[int, Answering]]:
    """Who is about to answer an appointment that was made or moved, each with the delay in microseconds."""
    asks = isinstance(effect, CalendarCreated) or (
        isinstance(effect, CalendarUpdated) and {"start", "end", "attendees", "repeat"} & set(effect.changed)
    )
    entry = world.calendar.get(effect.event_id) if asks and effect.stage != "attempted" else None
    if entry is None or not entry.attendees:
        return []
    out: list[tuple[int, Answering]] = []
    for user in sorted(world.calendar.participants(entry)):
        person = world.company.people[user]
        if user in (entry.organizer, world.agent) or person.service or person.out_of_office:
            continue
        if world.calendar.answer_of(entry, user) == "none" and len(out) < MAX_ANSWERS:
            delay = world.rng.integer("invitation", SOONEST, LATEST) * SECOND
            out.append((delay, Answering(entry.id, user, entry.sequence)))
    return out


def answer_now(world: World, who: Answering) -> None:
    """Let a colleague answer: yes if the time is free, no if not; nothing from who cannot get in."""
    calendar = world.calendar
    entry = calendar.get(who.event_id)
    if entry is None or entry.sequence != who.sequence or not world.accounts.usable(who.user):
        return
    if who.user not in calendar.participants(entry) or calendar.answer_of(entry, who.user) != "none":
        return
    others = [o for o in calendar.busy(who.user, entry.start, entry.end) if o.entry.id != entry.id]
    taken = not entry.all_day and any(calendar.answer_of(o.entry, who.user) == "accepted" for o in others)
    respond(world, Origin("person", who.user, "none"), entry, None, "declined" if taken else "accepted")


# -- the mails ------------------------------------------------------------------------------------------------------


def _few_enough(world: World, attendees: Sequence[str] | set[str]) -> None:
    count = len(world.mail.expand(sorted(attendees)))
    if count > MAX_RECIPIENTS:
        raise ToolError(f"Too many people ({count}; the limit is {MAX_RECIPIENTS})")


def _tell(
    world: World, by: Origin, entry: CalendarEntry, method: Method, to: Sequence[str], what: str, note: str = ""
) -> EmailSent | None:
    """One mail to some attendees; None if there is nobody to tell."""
    organizer = world.company.people.get(entry.organizer)
    if not to or organizer is None:
        return None
    people = [_attendee(world, entry, a) for a in (entry.attendees if method == "REQUEST" else to)]
    text = {"CANCEL": "This event has been cancelled and was removed from your calendar."}.get(
        method, "You are invited to the following event."
    )
    if method == "CANCEL":
        # What it was about was said when it was sent out.
        entry = replace(entry, text="")
    body = "\n".join([*([note.strip(), ""] if note.strip() else ()), text, "", *_about(world, entry)])
    return world.mail.send(
        by,
        display(organizer.name, organizer.email),
        to,
        f"{what}: {entry.title} @ {when(world, entry)}",
        body,
        attachments=[_file(world, entry, method, people)],
        headers=[GENERATED] if method == "CANCEL" else (),
    )


def _reply(world: World, by: Origin, entry: CalendarEntry, to: str, answer: Answer, note: str) -> None:
    person = world.company.people[by.user]
    lead = f"{person.name} has {_WORDS[answer].lower()} this invitation."
    head = [note.strip(), ""] if note.strip() else []
    body = "\n".join([*head, lead, "", entry.title, f"When: {when(world, entry)}"])
    world.mail.send(
        by,
        display(person.name, person.email),
        [to],
        f"{_WORDS[answer]}: {entry.title} @ {when(world, entry)}",
        body,
        attachments=[_file(world, entry, "REPLY", [Attendee(person.name, person.email.lower(), answer)])],
        headers=[GENERATED],
    )


def _file(world: World, entry: CalendarEntry, method: Method, people: Sequence[Attendee]) -> Attachment:
    company = world.company
    organizer = company.people[entry.organizer]
    series = entry.id.rpartition("_")[0] if entry.replaces and "_" in entry.id else entry.id
    content = write(
        Invitation(
            method=method,
            uid=f"{series}@{company.facts.domain}",
            entry=entry,
            organizer=Attendee(organizer.name, organizer.email),
            attendees=people,
            tz=company.facts.timezone,
            now=world.clock.us,
            company=company.facts.name,
        )
    )
    return Attachment(name="invite.ics", content=content, content_type=f"text/calendar; method={method}")


def _attendee(world: World, entry: CalendarEntry, address: str) -> Attendee:
    said = dict(entry.answers).get(address, "none")
    user = world.company.by_email.get(address)
    return Attendee(world.company.people[user].name if user else address, address, said)


def _about(world: World, entry: CalendarEntry) -> list[str]:
    organizer = world.company.people[entry.organizer]
    names = [display(a.name if a.name != a.address else "", a.address) for a in
             (_attendee(world, entry, address) for address in entry.attendees)]  # fmt: skip
    lines = [entry.title, f"When: {when(world, entry)} ({world.company.facts.timezone})"]
    lines += [f"Repeats: {repeats(world, entry.repeat)}"] if entry.repeat else []
    lines += [f"Where: {entry.location}"] if entry.location else []
    lines += [f"Organizer: {display(organizer.name, organizer.email)}", f"Attendees: {', '.join(names)}"]
    return [*lines, "", entry.text] if entry.text else lines


def when(world: World, entry: CalendarEntry | Occurrence) -> str:
    """Day and time of an appointment in words: Tue 14 Apr 2026, 10:00-10:30."""
    tz = world.company.facts.timezone
    all_day = entry.entry.all_day if isinstance(entry, Occurrence) else entry.all_day
    first, last = local(entry.start, tz), local(entry.end, tz)
    day = f"{first:%a} {first.day} {first:%b %Y}"
    if all_day:
        last = local(entry.end - SECOND, tz)
        return day if last.date() == first.date() else f"{day} - {last:%a} {last.day} {last:%b %Y}"
    if last.date() == first.date():
        return f"{day}, {first:%H:%M}-{last:%H:%M}"
    return f"{day}, {first:%H:%M} - {last:%a} {last.day} {last:%b %Y}, {last:%H:%M}"


def repeats(world: World, repeat: Repeat) -> str:
    """How an appointment comes again, in words: every 2 weeks until 30 Jun 2026."""
    text = f"every {repeat.every}" if repeat.interval == 1 else f"every {repeat.interval} {repeat.every}s"
    if repeat.until:
        last = local(repeat.until, world.company.facts.timezone)
        text += f" until {last.day} {last:%b %Y}"
    return text
