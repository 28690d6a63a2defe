"""Events as the calendar shows them."""

from __future__ import annotations

from fauxcorp.api import CalendarEntry, Occurrence, Office, display, said_repeat, said_when


def users_of(addresses: tuple[str, ...], office: Office) -> list[str]:
    """User names of those of some addresses that are colleagues, lists expanded."""
    known = office.world.company.by_email
    return [known[a] for a in office.world.mail.expand(addresses) if a in known]


def hidden(entry: CalendarEntry, office: Office) -> bool:
    """Whether a person sees only that the time is taken."""
    return entry.private and office.user not in office.world.calendar.participants(entry)


def row(found: Occurrence, user: str, office: Office) -> str:
    """One line of a list."""
    entry, world = found.entry, office.world
    if hidden(entry, office):
        return f"{said_when(world, found)}  busy"
    marks: list[str] = []
    answer = world.calendar.answer_of(entry, user) if user else "accepted"
    if answer != "accepted":
        marks.append("not answered" if answer == "none" else answer)
    marks += ["repeats"] if entry.repeat else []
    marks += ["private"] if entry.private else []
    where = f", {entry.location}" if entry.location else ""
    by = "" if entry.organizer == user else f", by {organizer(entry, office)}"
    noted = f" [{', '.join(marks)}]" if marks else ""
    return f"{said_when(world, found)}  {entry.title}{where}{by}{noted}  id {world.calendar.id_of(found)}"


def organizer(entry: CalendarEntry, office: Office) -> str:
    """The name of who made an event."""
    person = office.world.company.people.get(entry.organizer)
    return person.name if person is not None else entry.organizer


def named(address: str, office: Office) -> str:
    """An address with the name of a colleague."""
    user = office.world.company.by_email.get(address)
    return display(office.world.company.people[user].name, address) if user else address


def details(entry: CalendarEntry, of: Occurrence | None, office: Office) -> list[str]:
    """All of one event, line by line."""
    world = office.world
    lines = [f"Title: {entry.title}", f"When: {said_when(world, of or entry)} ({office.world.company.facts.timezone})"]
    lines += [f"Repeats: {said_repeat(world, entry.repeat)}"] if entry.repeat else []
    lines += [f"Where: {entry.location}"] if entry.location else []
    lines.append(f"Organizer: {organizer(entry, office)} ({entry.organizer})")
    said = dict(entry.answers)
    words = {"none": "not answered"}
    answers = [f"  {named(a, office)}: {words.get(s := said.get(a, 'none'), s)}" for a in entry.attendees]
    answers += [f"  {named(a, office)}: {s}" for a, s in entry.answers if a not in entry.attendees]
    lines += ["Attendees:", *answers[:250]] if answers else []
    lines += ["Private"] if entry.private else []
    lines.append(f"Id: {world.calendar.id_of(of) if of else entry.id}")
    return [*lines, "", entry.text] if entry.text else lines


def conflicts(entry: CalendarEntry, office: Office) -> list[str]:
    """Who is busy at the time, and whether the room is taken."""
    if entry.all_day:
        return []
    calendar, out = office.world.calendar, []
    for user in list(dict.fromkeys([office.user, *users_of(entry.attendees, office)]))[:50]:
        if any(o.entry.id != entry.id for o in calendar.busy(user, entry.start, entry.end)):
            who = "You have" if user == office.user else f"{office.world.company.people[user].name} has"
            out.append(f"Note: {who} something else at that time.")
    taken = [o for o in calendar.in_room(entry.location, entry.start, entry.end) if o.entry.id != entry.id]
    if taken:
        what = "a private event" if hidden(taken[0].entry, office) else taken[0].entry.title
        out.append(f"Note: {entry.location} is taken at that time ({what}, {organizer(taken[0].entry, office)}).")
    return out[:10]
