"""Calendars: rooms taken twice, guests whom nobody knows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise

from fauxcorp.lint.desk import Desk
from fauxcorp.lint.finding import Check, Hit
from fauxcorp.lint.pieces import Event
from fauxcorp.world.message import bare

NO_ROOM = (
    "",
    "online",
    "phone",
    "telephone",
    "teams",
    "video",
    "call",
    "zoom",
    "tbd",
    "canteen",
    "kantine",
    "off-site",
)
MOST = 400
"""Occurrences of one series that are looked at."""
AHEAD = timedelta(days=60)
"""How far after the start rooms are looked at."""


def _rooms(desk: Desk) -> Iterator[Hit]:
    taken: dict[str, list[tuple[datetime, datetime, Event]]] = defaultdict(list)
    for event in desk.events:
        room = event.entry.location.strip().lower()
        if room.startswith(tuple(n for n in NO_ROOM if n)) or not room or event.entry.all_day:
            continue
        length = timedelta(minutes=event.entry.minutes)
        taken[room] += [(at, at + length, event) for at in _occurrences(desk, event)]
    told = set()
    for room, times in taken.items():
        times.sort(key=lambda t: (t[0], t[1], t[2].file, t[2].line))
        for (_, end, one), (begins, _, other) in pairwise(times):
            if begins < end and one is not other and (one, other) not in told:
                told.add((one, other))
                both = f"{one.entry.title!r} ({one.file}:{one.line})"
                yield Hit(other.file, other.line, f"{room} is taken by {both} on {begins:%Y-%m-%d %H:%M}")


def _occurrences(desk: Desk, event: Event) -> Iterator[datetime]:
    """Starts of an appointment, in the company's zone."""
    at = event.entry.start.astimezone(desk.zone)
    repeat = event.entry.repeat
    yield at
    if repeat is None:
        return
    first = at
    for n in range(1, MOST):
        if repeat.every == "month":
            month = first.month - 1 + n * repeat.interval
            try:
                at = first.replace(year=first.year + month // 12, month=month % 12 + 1)
            except ValueError:
                continue
        else:
            at = first + timedelta(days=n * repeat.interval * (7 if repeat.every == "week" else 1))
        if at > desk.start + AHEAD or (repeat.until is not None and at.date() > repeat.until):
            return
        if at.date() not in repeat.skip:
            yield at


def _guests(desk: Desk) -> Iterator[Hit]:
    for event in desk.events:
        for guest in event.entry.attendees:
            if guest in desk.staff.people:
                continue
            address = bare(guest)
            if desk.staff.own(address):
                if address not in desk.staff.by_email and address not in desk.staff.lists:
                    yield Hit(event.file, event.line, f"nobody is at {guest}")
            elif "@" not in address or (
                desk.outside.party(address) is None and not desk.outside.exists(address.rpartition("@")[2])
            ):
                yield Hit(event.file, event.line, f"nobody is at {guest}")


def _answers(desk: Desk) -> Iterator[Hit]:
    for event in desk.events:
        guests = {*event.entry.attendees, event.entry.organizer}
        lists = {bare(g) for g in guests if bare(g) in desk.staff.lists}
        members = {user for name in lists for user in desk.staff.lists[name]}
        for who in event.entry.answers:
            if who not in guests and who not in members:
                yield Hit(event.file, event.line, f"{who} answers, and was not asked")


CHECKS = (
    Check("room", "error", "Two appointments in one room at one time.", "move one of them", _rooms),
    Check("guest", "error", "Guests whom nobody knows.", "name a member of staff or an address that exists", _guests),
    Check("answer-of-uninvited", "warning", "Answers of people who were not asked.",
          "add them to the attendees", _answers),
)  # fmt: skip
