"""The office's calendar: own appointments, the times of others, invitations."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Annotated, Literal

from fauxcorp.api import (
    AliasChoices,
    Answer,
    BeforeValidator,
    CalendarEntry,
    Field,
    Occurrence,
    Office,
    Plan,
    Repeat,
    ToolArgs,
    ToolError,
    answer_invitation,
    bare,
    cancel_invitation,
    change_invitation,
    clip,
    free,
    invite,
    last_of,
    midnight,
    minute,
    printable,
    read_day,
    read_minutes,
    read_moment,
    read_span,
    said_repeat,
    said_when,
    split_addresses,
    tool,
    valid_address,
)

from .shown import conflicts, details, hidden, named, row, users_of

PAGE = 40
MAX_DAYS = 366
MAX_SHOWN = 20_000
SLOTS = 20
MINUTE = 60_000_000
_EVERY: dict[str, tuple[Literal["day", "week", "month"], int]] = {
    "daily": ("day", 1), "day": ("day", 1), "weekly": ("week", 1), "week": ("week", 1), "biweekly": ("week", 2),
    "fortnightly": ("week", 2), "monthly": ("month", 1), "month": ("month", 1),
}  # fmt: skip


def _id(value: object) -> object:
    return value.strip().strip("#") if isinstance(value, str) else str(value) if isinstance(value, int) else value


Id = Annotated[
    str,
    BeforeValidator(_id),
    Field(
        validation_alias=AliasChoices("id", "event_id", "event"),
        max_length=64,
        description="Id of the event, as listed; id_20260414 is that day's of a repeating event, id alone all of them",
    ),
]
People = Annotated[
    list[str] | str, Field(description="User names, full names or addresses; a list, or one string with commas")
]
When = Annotated[str, Field(max_length=100, description="2026-04-16 14:00, or for instance tomorrow 9:30")]
Duration = Annotated[int | float | str, Field(description="Minutes, or for instance 1h 30m")]
Note = Annotated[
    str,
    Field(validation_alias=AliasChoices("comment", "message", "note", "reason"), max_length=5000,
          description="Text for the mail"),
]  # fmt: skip
_DURATION = AliasChoices("duration", "duration_minutes", "minutes", "length")
_TEXT = AliasChoices("description", "text", "body", "notes", "agenda")
_START = AliasChoices("start", "start_time", "start_date", "date", "day", "from", "time_min")
_END = AliasChoices("end", "end_time", "end_date", "to", "until", "time_max")


class ListEvents(ToolArgs):
    start: str = Field(
        "", validation_alias=_START, max_length=100, description="First day: 2026-04-14, today, monday, next week"
    )
    end: str = Field("", validation_alias=_END, max_length=100, description="Last day, included")
    days: int = Field(0, ge=0, le=MAX_DAYS, description="Number of days, instead of an end")
    person: str = Field(
        "", validation_alias=AliasChoices("person", "user", "calendar", "attendee"), max_length=254,
        description="Whose calendar; yours if left out",
    )  # fmt: skip
    room: str = Field("", validation_alias=AliasChoices("room", "location"), max_length=200)
    page: int = Field(1, ge=1, le=1000)


class OneEvent(ToolArgs):
    id: Id


class CreateEvent(ToolArgs):
    title: str = Field(validation_alias=AliasChoices("title", "subject", "summary", "name"), max_length=1000)
    start: When = Field(validation_alias=_START)
    end: str = Field("", validation_alias=_END, max_length=100, description="Instead of a duration")
    duration: Duration = Field(30, validation_alias=_DURATION)
    attendees: People = Field(
        default_factory=list, validation_alias=AliasChoices("attendees", "participants", "invitees", "guests", "people")
    )
    location: str = Field("", validation_alias=AliasChoices("location", "room", "place"), max_length=1000)
    description: str = Field("", validation_alias=_TEXT, max_length=100_000)
    repeat: str = Field(
        "", validation_alias=AliasChoices("repeat", "recurrence"), max_length=100,
        description="daily, weekly, biweekly or monthly",
    )  # fmt: skip
    repeat_until: str = Field("", max_length=100, description="Last day of the repetition")
    repeat_count: int = Field(0, ge=0, le=1000, description="How often in all, instead of repeat_until")
    all_day: bool = False
    private: bool = Field(False, description="Others see only that the time is taken")


class UpdateEvent(ToolArgs):
    id: Id
    title: str | None = Field(None, validation_alias=AliasChoices("title", "subject", "summary", "name"))
    start: str | None = Field(None, validation_alias=_START, max_length=100)
    end: str | None = Field(None, validation_alias=_END, max_length=100)
    duration: Duration | None = Field(None, validation_alias=_DURATION)
    attendees: People | None = Field(None, description="The new list of all attendees")
    add_attendees: People = Field(default_factory=list)
    remove_attendees: People = Field(default_factory=list)
    location: str | None = Field(None, validation_alias=AliasChoices("location", "room", "place"), max_length=1000)
    description: str | None = Field(None, validation_alias=_TEXT, max_length=100_000)


class CancelEvent(ToolArgs):
    id: Id
    comment: Note = ""


class Respond(ToolArgs):
    id: Id
    response: str = Field(
        validation_alias=AliasChoices("response", "answer", "status"), max_length=20,
        description="accept, decline or tentative",
    )  # fmt: skip
    comment: Note = ""


class FindTime(ToolArgs):
    attendees: People = Field(
        default_factory=list, validation_alias=AliasChoices("attendees", "participants", "people", "person", "users")
    )
    duration: Duration = Field(30, validation_alias=_DURATION)
    start: str = Field("today", validation_alias=_START, max_length=100, description="First day")
    end: str = Field("", validation_alias=_END, max_length=100, description="Last day; a week if left out")
    room: str = Field("", validation_alias=AliasChoices("room", "location"), max_length=200)


@tool()
def list_events(args: ListEvents, office: Office) -> str:
    """List calendar events: of a day, a week or any days; your own, a colleague's, or those in a room."""
    first, last = _days(args, office)
    tz = _zone(office)
    begin, end = midnight(first, tz), midnight(last + timedelta(days=1), tz)
    calendar = office.world.calendar
    user = office.user
    if args.room:
        found, whose = calendar.in_room(args.room, begin, end), f"Room {args.room}"
        if not found and not any(args.room.lower() in r.lower() for r in calendar.rooms()):
            raise ToolError(f"No room {printable(args.room)!r}. Rooms: {printable(', '.join(calendar.rooms()[:40]))}")
    else:
        user = _user(args.person, office)
        found, whose = calendar.agenda(user, begin, end), f"Calendar of {office.world.company.people[user].name}"
    span = f"{first:%a} {first.day} {first:%b %Y}" + (f" - {last:%a} {last.day} {last:%b %Y}" if last > first else "")
    head = f"{whose}, {span} ({tz}): {len(found) or 'no'} event{'s' if len(found) != 1 else ''}"
    pages = max(-(-len(found) // PAGE), 1)
    if args.page > pages:
        raise ToolError(f"There {'are' if pages > 1 else 'is'} {pages} page{'s' if pages > 1 else ''}")
    head += f" (page {args.page} of {pages})" if pages > 1 else ""
    shown = found[(args.page - 1) * PAGE : args.page * PAGE]
    return printable("\n".join([head, *(row(o, "" if args.room else user, office) for o in shown)]))


@tool()
def get_event(args: OneEvent, office: Office) -> str:
    """Show one event: time, place, attendees and their answers, description."""
    _signed_in(office)
    entry, of = office.world.calendar.find(args.id)
    if hidden(entry, office):
        return f"{said_when(office.world, of or entry)}: busy (a private event)"
    return printable(clip("\n".join(details(entry, of, office)), MAX_SHOWN))


@tool(seconds=60)
def create_event(args: CreateEvent, office: Office) -> str:
    """Put an event into your calendar; attendees get an invitation by email."""
    _signed_in(office)
    start, end = _times(args, office)
    attendees = _addresses(args.attendees, office)
    plan = Plan(args.title, start, end, attendees, args.location, args.description,
                _repeat(args, start, office), args.private, args.all_day)  # fmt: skip
    entry = invite(office.world, office.by, plan)
    lines = [f"Created event {entry.id}: {entry.title}, {said_when(office.world, entry)}"]
    lines += [f"Repeats {said_repeat(office.world, entry.repeat)}."] if entry.repeat else []
    lines += [f"Invitation sent to {', '.join(named(a, office) for a in attendees)}."] if attendees else []
    return printable("\n".join([*lines, *conflicts(entry, office)]))


@tool(seconds=60)
def update_event(args: UpdateEvent, office: Office) -> str:
    """Change an event that you organize; attendees get an update by email."""
    _signed_in(office)
    entry, of = office.world.calendar.find(args.id)
    now = of or Occurrence(entry, entry.start, entry.end)
    start = now.start if args.start is None else _moved(args.start, now, office)
    if args.end is not None:
        end = _moved(args.end, Occurrence(entry, start, start), office)
    else:
        end = start + (read_minutes(args.duration) * MINUTE if args.duration is not None else now.end - now.start)
    known = entry.attendees if args.attendees is None else _addresses(args.attendees, office)
    gone = _addresses(args.remove_attendees, office)
    people = (*known, *_addresses(args.add_attendees, office))
    plan = Plan(
        entry.title if args.title is None else args.title,
        start,
        end,
        tuple(a for a in dict.fromkeys(people) if a not in gone),
        entry.location if args.location is None else args.location,
        entry.text if args.description is None else args.description,
        None if of else entry.repeat,
        entry.private,
        entry.all_day,
    )
    made = change_invitation(office.world, office.by, entry, of, plan)
    told = " The attendees were told by email." if made.attendees or entry.attendees else ""
    what = f"Updated event {made.id}: {made.title}, {said_when(office.world, made)}.{told}"
    return printable("\n".join([what, *conflicts(made, office)]))


@tool(seconds=40)
def cancel_event(args: CancelEvent, office: Office) -> str:
    """Cancel an event that you organize; attendees are told by email."""
    _signed_in(office)
    entry, of = office.world.calendar.find(args.id)
    cancel_invitation(office.world, office.by, entry, of, args.comment)
    told = " The attendees were told by email." if entry.attendees else ""
    rest = f" The other dates stay; {entry.id} is the whole series." if of else ""
    return printable(f"Cancelled {entry.title}, {said_when(office.world, of or entry)}.{told}{rest}")


@tool(seconds=30)
def respond_to_event(args: Respond, office: Office) -> str:
    """Accept or decline an invitation; the organizer is told by email."""
    _signed_in(office)
    word = args.response.strip().lower()
    known: tuple[tuple[str, Answer], ...] = (
        ("acc", "accepted"), ("yes", "accepted"), ("dec", "declined"), ("no", "declined"), ("tent", "tentative"),
        ("maybe", "tentative"),
    )  # fmt: skip
    answer = next((said for start, said in known if word.startswith(start)), None)
    if answer is None:
        raise ToolError(f"Not an answer: {printable(args.response)!r}. Give accept, decline or tentative.")
    entry, of = office.world.calendar.find(args.id)
    made = answer_invitation(office.world, office.by, entry, of, answer, args.comment)
    said = {"accepted": "Accepted", "declined": "Declined"}.get(answer, "Tentatively accepted")
    return printable(f"{said} {made.title}, {said_when(office.world, of or made)}. The organizer was told by email.")


@tool(seconds=30)
def find_free_time(args: FindTime, office: Office) -> str:
    """Find when you and others are free, in working hours."""
    _signed_in(office)
    now, tz = office.world.clock.us, _zone(office)
    span = read_span(args.start, now, tz)
    first = span[0] if span else read_day(args.start, now, tz)
    last = read_day(args.end, now, tz) if args.end else span[1] if span else first + timedelta(days=6)
    if not 0 <= (last - first).days <= 61:
        raise ToolError("Give at most 62 days, the last one not before the first")
    minutes = read_minutes(args.duration)
    attendees = _addresses(args.attendees, office)
    users = list(dict.fromkeys([office.user, *users_of(attendees, office)]))
    unknown = [a for a in office.world.mail.expand(attendees) if a not in office.world.company.by_email]
    slots = free(office.world, users, (first, last), minutes, (time(8), time(18)), args.room)
    who = ", ".join(office.world.company.people[u].name for u in users[:20])
    who += f" and {len(users) - 20} more" if len(users) > 20 else ""
    lines = [f"Free for {minutes} minutes or more, 08:00-18:00 {tz}: {who}"]
    lines += [said_when(office.world, Occurrence(_BLANK, *slot)) for slot in slots[:SLOTS]]
    lines += ["No common free time."] if not slots else []
    lines += [f"... and {len(slots) - SLOTS} more"] if len(slots) > SLOTS else []
    lines += [f"No calendar known: {', '.join(unknown[:20])}"] if unknown else []
    return printable("\n".join(lines))


_BLANK = CalendarEntry("", "", "", (), 0, 0)


def _signed_in(office: Office) -> None:
    if not office.world.accounts.usable(office.user):
        raise ToolError("Sign-in failed: your account is locked")


def _zone(office: Office) -> str:
    return office.world.company.facts.timezone


def _days(args: ListEvents, office: Office) -> tuple[date, date]:
    _signed_in(office)
    now, tz = office.world.clock.us, _zone(office)
    span = read_span(args.start, now, tz) if args.start else None
    first = span[0] if span else read_day(args.start or "today", now, tz)
    if args.end:
        last = read_day(args.end, now, tz)
    elif args.days:
        last = first + timedelta(days=args.days - 1)
    else:
        last = span[1] if span else first if args.start else first + timedelta(days=6)
    if not 0 <= (last - first).days < MAX_DAYS:
        raise ToolError(f"Give at most {MAX_DAYS} days, the last one not before the first")
    return first, last


def _times(args: CreateEvent, office: Office) -> tuple[int, int]:
    now, tz = office.world.clock.us, _zone(office)
    if args.all_day:
        first = read_day(args.start, now, tz)
        last = read_day(args.end, now, tz) if args.end else first
        return midnight(first, tz), midnight(last + timedelta(days=1), tz)
    start = read_moment(args.start, now, tz)
    if args.end:
        return start, read_moment(args.end, now, tz, day=_day_of(start, tz))
    return start, start + read_minutes(args.duration) * MINUTE


def _moved(text: str, now: Occurrence, office: Office) -> int:
    """The new time of an event; a time of day alone is on its day."""
    tz = _zone(office)
    if now.entry.all_day:
        return midnight(read_day(text, office.world.clock.us, tz), tz)
    return read_moment(text, office.world.clock.us, tz, day=_day_of(now.start, tz))


def _day_of(us: int, tz: str) -> date:
    return date.fromisoformat(minute(us, tz)[:10])


def _repeat(args: CreateEvent, start: int, office: Office) -> Repeat | None:
    word = args.repeat.strip().lower().removeprefix("every ")
    if word in ("", "none", "no", "never"):
        return None
    parts = word.split()
    count, unit = (int(parts[0]), parts[1]) if len(parts) == 2 and parts[0].isdecimal() else (1, word)
    known = _EVERY.get(unit) or _EVERY.get(unit.removesuffix("s"))
    if known is None or not 1 <= count * known[1] <= 60:
        raise ToolError(f"Not a repetition: {printable(args.repeat)!r}. Give daily, weekly, biweekly or monthly.")
    every, interval = known[0], known[1] * count
    if args.repeat_until:
        day = read_day(args.repeat_until, office.world.clock.us, _zone(office))
        until = midnight(day + timedelta(days=1), _zone(office)) - MINUTE
        if until < start:
            raise ToolError("The repetition ends before it begins")
        return Repeat(every, interval, until)
    until = last_of(start, Repeat(every, interval), args.repeat_count, _zone(office)) if args.repeat_count else 0
    return Repeat(every, interval, until)


def _user(who: str, office: Office) -> str:
    if not who or who.strip().lower() in ("me", "my", "mine", "own"):
        return office.user
    user = office.world.directory.account(who).username
    if user not in office.world.company.people:
        raise ToolError(f"{printable(who)} has no calendar")
    return user


def _addresses(field: list[str] | str, office: Office) -> tuple[str, ...]:
    """Addresses of user names, full names, lists and addresses; one's own is left out."""
    company = office.world.company
    out = []
    for text in split_addresses(field):
        address = bare(text)
        if f"{address}@{company.facts.domain}" in company.lists:
            address = f"{address}@{company.facts.domain}"
        elif not valid_address(address):
            user = office.world.directory.account(text).username
            if user not in company.people:
                raise ToolError(f"{printable(text)[:100]} has no calendar")
            address = company.people[user].email.lower()
        out.append(address)
    own = office.person.email.lower()
    return tuple(a for a in dict.fromkeys(out) if a != own)
