"""Calendars: what a company starts with, and what was made, changed, cancelled and answered since."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from fauxcorp.core.effects import (
    CalendarCancelled,
    CalendarCreated,
    CalendarEffect,
    CalendarResponded,
    CalendarUpdated,
    CalendarWritten,
    Origin,
)
from fauxcorp.errors import ToolError
from fauxcorp.world.addresses import one_line
from fauxcorp.world.mailindex import line
from fauxcorp.world.office import Answer, CalendarEntry, Repeat
from fauxcorp.world.recurrence import Occurrence, occurrences, on_day
from fauxcorp.world.text import sound
from fauxcorp.world.when import local

if TYPE_CHECKING:
    from fauxcorp.world.company import Company
    from fauxcorp.world.world import World

MAX_ATTENDEES = 200
MAX_TITLE = 300
MAX_LOCATION = 300
MAX_TEXT = 20_000
MAX_MADE = 2000
"""Appointments that one world can have besides those that it started with."""
MAX_SHOWN = 2000
"""Occurrences that one look gives at most."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an appointment is to be. Times in microseconds since 1970, attendees as bare addresses."""

    title: str
    start: int
    end: int
    attendees: tuple[str, ...] = ()
    location: str = ""
    text: str = ""
    repeat: Repeat | None = None
    private: bool = False
    all_day: bool = False


class Calendar:
    """The calendars of one world: a shared base and this world's changes."""

    __slots__ = ("_changed", "_world")

    def __init__(self, world: World) -> None:
        self._world = world
        self._changed: dict[str, tuple[CalendarEntry, frozenset[str]] | None] = {}

    # -- looking ------------------------------------------------------------------------------------------------------

    def get(self, event_id: str) -> CalendarEntry | None:
        """The appointment or series of an id."""
        if event_id in self._changed:
            found = self._changed[event_id]
            return found[0] if found is not None else None
        return self._world.company.calendar.get(event_id)

    def find(self, event_id: str) -> tuple[CalendarEntry, Occurrence | None]:
        """The appointment of an id, and the occurrence if the id is of one (`id_20260414`). Raises ToolError."""
        wanted = event_id.strip().lower()
        entry = self.get(wanted)
        if entry is not None:
            return entry, None
        series, _, digits = wanted.rpartition("_")
        entry = self.get(series)
        if entry is not None and entry.repeat is not None and len(digits) == 8 and digits.isascii():
            try:
                found = on_day(entry, date.fromisoformat(digits), self._zone)
            except ValueError:
                found = None
            if found is not None:
                return entry, found
        raise ToolError(f"No event {event_id[:40]}. Use list_events for the ids.")

    def id_of(self, found: Occurrence) -> str:
        """The id of an occurrence; the appointment's own if it is the only one."""
        if found.entry.repeat is None:
            return found.entry.id
        return f"{found.entry.id}_{local(found.start, self._zone):%Y%m%d}"

    def agenda(self, user: str, start: int, end: int) -> list[Occurrence]:
        """What a person takes part in, in order, declined things too; at most MAX_SHOWN."""
        base = _by_user(_Base(self._world.company)).get(user, ())
        entries = [e for e in base if e.id not in self._changed]
        entries += [made[0] for made in self._changed.values() if made is not None and user in made[1]]
        return self._within(entries, start, end)

    def busy(self, user: str, start: int, end: int) -> list[Occurrence]:
        """What takes a person's time. Not what they declined, nor what is marked for a whole day for several."""
        return [o for o in self.agenda(user, start, end) if self._takes_time(o.entry, user)]

    def in_room(self, room: str, start: int, end: int) -> list[Occurrence]:
        """What takes place in rooms whose name holds all words of a text."""
        parts = [f"{word} " for word in line(room).split()]
        if not parts:
            return []
        entries = [e for e in self._all() if e.location and _holds(e.location, tuple(parts))]
        return self._within(entries, start, end)

    def rooms(self) -> list[str]:
        """The places of appointments, each once, sorted."""
        return sorted({e.location for e in self._all() if e.location}, key=str.casefold)

    def participants(self, entry: CalendarEntry) -> frozenset[str]:
        """User names of who has an appointment in the calendar; members of lists too."""
        if self._world.company.calendar.get(entry.id) is not entry:
            made = self._changed.get(entry.id)
            if made is not None and made[0] is entry:
                return made[1]
        return _users(self._world.company, entry)

    def answer_of(self, entry: CalendarEntry, user: str) -> Answer:
        """What a person said to an appointment; its organiser comes."""
        if entry.organizer == user:
            return "accepted"
        person = self._world.company.people.get(user)
        own = {a.lower() for a in (person.email, *person.aliases)} if person is not None else set()
        return next((said for address, said in reversed(entry.answers) if address in own), "none")

    # -- changing -----------------------------------------------------------------------------------------------------

    def create(self, by: Origin, plan: Plan) -> CalendarEntry:
        """Make an appointment of one's own. One effect. Raises ToolError for what no calendar takes."""
        plan = _checked(plan)
        if len(self._changed) >= MAX_MADE:
            raise ToolError("Your calendar is full")
        event_id = self._world.rng.token("calendar-event", 10)
        self._world.apply(CalendarCreated(by=by, event_id=event_id, organizer=by.user, **_written(plan)))
        made = self.get(event_id)
        assert made is not None
        return made

    def update(self, by: Origin, entry: CalendarEntry, of: Occurrence | None, plan: Plan) -> CalendarEntry:
        """Change an appointment, or with `of` one occurrence of a series. One effect.

        Raises ToolError: not the organiser, nothing changed, or what no calendar takes.
        """
        plan = _checked(plan)
        now = of or Occurrence(entry, entry.start, entry.end)
        before = Plan(entry.title, now.start, now.end, entry.attendees, entry.location, entry.text,
                      None if of else entry.repeat, entry.private, entry.all_day)  # fmt: skip
        changed = tuple(n for n in Plan.__slots__ if getattr(plan, n) != getattr(before, n))
        if not changed:
            raise ToolError("Nothing to change")
        event_id = self.id_of(of) if of else entry.id
        effect = CalendarUpdated(
            by=by, event_id=event_id, organizer=entry.organizer, changed=changed, occurrence=self._day(of),
            **self._stage(by, entry), **_written(plan),
        )  # fmt: skip
        self._do(effect)
        made = self.get(event_id)
        assert made is not None
        return made

    def cancel(self, by: Origin, entry: CalendarEntry, of: Occurrence | None) -> None:
        """Take an appointment, or one occurrence of a series, out of all calendars. Raises ToolError."""
        now = of or Occurrence(entry, entry.start, entry.end)
        effect = CalendarCancelled(
            by=by, event_id=entry.id, title=entry.title, organizer=entry.organizer, attendees=entry.attendees,
            start=now.start, end=now.end, occurrence=self._day(of), **self._stage(by, entry),
        )  # fmt: skip
        self._do(effect)

    def respond(self, by: Origin, entry: CalendarEntry, of: Occurrence | None, answer: Answer) -> CalendarEntry:
        """Answer an invitation, for one occurrence of a series only with `of`. One effect. Raises ToolError."""
        person = self._world.company.people.get(by.user)
        if person is None or by.user not in self.participants(entry):
            raise ToolError("You are not invited to this event")
        if entry.organizer == by.user:
            raise ToolError("You organize this event; use cancel_event to call it off")
        now = of or Occurrence(entry, entry.start, entry.end)
        effect = CalendarResponded(
            by=by, event_id=self.id_of(of) if of else entry.id, title=entry.title, organizer=entry.organizer,
            attendees=entry.attendees, start=now.start, end=now.end, occurrence=self._day(of),
            attendee=person.email.lower(), answer=answer,
        )  # fmt: skip
        self._world.apply(effect)
        made = self.get(effect.event_id)
        assert made is not None
        return made

    def apply(self, effect: CalendarEffect) -> None:
        """Carry out an effect on calendars."""
        match effect:
            case CalendarCreated():
                self._put(_entry(effect))
            case CalendarUpdated():
                before = self._taken_out(effect)
                if before is not None:
                    self._put(_updated(before, effect))
            case CalendarCancelled():
                if effect.occurrence:
                    self._skip(effect.event_id, effect.occurrence)
                else:
                    single = f"{effect.event_id}_"
                    for event_id in [effect.event_id, *(i for i in self._changed if i.startswith(single))]:
                        self._changed[event_id] = None
            case CalendarResponded():
                before = self._taken_out(effect)
                if before is not None:
                    others = tuple(a for a in before.answers if a[0] != effect.attendee)
                    said = cast(Answer, effect.answer)
                    self._put(replace(before, answers=(*others, (effect.attendee, said))))

    def fork(self, world: World) -> Calendar:
        """The same calendars in another world."""
        other = Calendar(world)
        other._changed = dict(self._changed)
        return other

    # -- inside -------------------------------------------------------------------------------------------------------

    @property
    def _zone(self) -> str:
        return self._world.company.facts.timezone

    def _day(self, of: Occurrence | None) -> str:
        return local(of.start, self._zone).date().isoformat() if of else ""

    def _all(self) -> Iterator[CalendarEntry]:
        yield from (e for e in self._world.company.calendar.values() if e.id not in self._changed)
        yield from (made[0] for made in self._changed.values() if made is not None)

    def _within(self, entries: Iterable[CalendarEntry], start: int, end: int) -> list[Occurrence]:
        found = [o for e in entries for o in occurrences(e, start, end, self._zone)]
        found.sort(key=lambda o: (o.start, not o.entry.all_day, o.entry.title, o.entry.id))
        return found[:MAX_SHOWN]

    def _takes_time(self, entry: CalendarEntry, user: str) -> bool:
        if entry.all_day and len(self.participants(entry)) > 1:
            return False
        return self.answer_of(entry, user) != "declined"

    def _put(self, entry: CalendarEntry) -> None:
        self._changed[entry.id] = (entry, _users(self._world.company, entry))

    def _skip(self, series_id: str, day: str) -> None:
        series = self.get(series_id)
        if series is not None and series.repeat is not None:
            self._put(replace(series, repeat=replace(series.repeat, skip=series.repeat.skip | {day})))

    def _taken_out(self, effect: CalendarUpdated | CalendarResponded) -> CalendarEntry | None:
        """The appointment that is changed; one occurrence is taken out of its series and stands by itself."""
        known = self.get(effect.event_id)
        if known is not None or not effect.occurrence:
            return known
        series_id = effect.event_id.rpartition("_")[0]
        series = self.get(series_id)
        found = on_day(series, date.fromisoformat(effect.occurrence), self._zone) if series is not None else None
        if series is None or found is None:
            return None
        self._skip(series_id, effect.occurrence)
        return replace(series, id=effect.event_id, start=found.start, end=found.end, repeat=None, replaces=found.start)

    def _stage(self, by: Origin, entry: CalendarEntry) -> dict[str, str]:
        """Who did not make an appointment gets no further than the attempt."""
        if by.user == entry.organizer:
            return {}
        return {"stage": "attempted", "reason": "only the organizer can change this event"}

    def _do(self, effect: CalendarEffect) -> None:
        self._world.apply(effect)
        if effect.stage == "attempted":
            person = self._world.company.people.get(effect.organizer)
            name = person.name if person is not None else effect.organizer
            raise ToolError(f"Only the organizer ({name}) can change or cancel this event")


def _checked(plan: Plan) -> Plan:
    title = one_line(plan.title, MAX_TITLE + 1)
    location = one_line(plan.location, MAX_LOCATION + 1)
    text = sound(plan.text).strip()
    if not title:
        raise ToolError("The event needs a title")
    if len(title) > MAX_TITLE or len(location) > MAX_LOCATION or len(text) > MAX_TEXT:
        raise ToolError(f"Too long (limits: title {MAX_TITLE}, location {MAX_LOCATION}, text {MAX_TEXT:,} characters)")
    if len(plan.attendees) > MAX_ATTENDEES:
        raise ToolError(f"Too many attendees ({len(plan.attendees)}; the limit is {MAX_ATTENDEES})")
    if plan.end <= plan.start:
        raise ToolError("The event ends before it begins")
    if plan.end - plan.start > 31 * 86_400_000_000:
        raise ToolError("An event may take 31 days at most")
    return replace(plan, title=title, location=location, text=text)


def _written(plan: Plan) -> dict[str, object]:
    """The fields of an effect that writes a plan down."""
    repeat = plan.repeat
    return {
        "title": plan.title, "start": plan.start, "end": plan.end, "attendees": plan.attendees,
        "location": plan.location, "text": plan.text, "private": plan.private, "all_day": plan.all_day,
        "every": repeat.every if repeat else "", "interval": repeat.interval if repeat else 1,
        "until": repeat.until if repeat else 0,
    }  # fmt: skip


def _entry(effect: CalendarWritten) -> CalendarEntry:
    return CalendarEntry(
        id=effect.event_id, title=effect.title, organizer=effect.organizer, attendees=effect.attendees,
        start=effect.start, end=effect.end, location=effect.location, text=effect.text, repeat=_repeat(effect),
        private=effect.private, all_day=effect.all_day,
    )  # fmt: skip


def _repeat(effect: CalendarWritten, skip: frozenset[str] = frozenset()) -> Repeat | None:
    return Repeat(effect.every, effect.interval, effect.until, skip) if effect.every else None


def _updated(before: CalendarEntry, effect: CalendarUpdated) -> CalendarEntry:
    """The appointment as it is now. Another time asks everybody again."""
    moved = (before.start, before.end) != (effect.start, effect.end)
    invited = set(effect.attendees)
    kept = () if moved else tuple(a for a in before.answers if a[0] in invited or a[0] not in before.attendees)
    made = _entry(effect)
    repeat = _repeat(effect, before.repeat.skip if before.repeat else frozenset())
    return replace(made, repeat=repeat, answers=kept, sequence=before.sequence + 1, replaces=before.replaces)


class _Base:
    """A company by identity."""

    __slots__ = ("company",)

    def __init__(self, company: Company) -> None:
        self.company = company

    def __hash__(self) -> int:
        return id(self.company)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Base) and other.company is self.company


@lru_cache(maxsize=64)
def _by_user(base: _Base) -> dict[str, tuple[CalendarEntry, ...]]:
    """User name to what they take part in when an episode starts; made by the first look into a calendar."""
    out: dict[str, list[CalendarEntry]] = {}
    for entry in base.company.calendar.values():
        for user in sorted(_users(base.company, entry)):
            out.setdefault(user, []).append(entry)
    return {user: tuple(entries) for user, entries in out.items()}


def _users(company: Company, entry: CalendarEntry) -> frozenset[str]:
    """Who takes part: the organiser, and attendees that are colleagues, lists expanded."""
    out = {entry.organizer}
    seen: set[str] = set()
    waiting = list(entry.attendees)
    while waiting:
        address = waiting.pop()
        members = company.lists.get(address)
        user = company.by_email.get(address)
        if user is not None:
            out.add(user)
        elif members is not None and address not in seen:
            seen.add(address)
            known = company.people
            waiting += [known[m].email.lower() if m in known else _full(m, company) for m in members]
    return frozenset(out)


def _full(member: str, company: Company) -> str:
    return member.lower() if "@" in member else f"{member.lower()}@{company.facts.domain}"


@lru_cache(maxsize=4096)
def _holds(location: str, parts: tuple[str, ...]) -> bool:
    text = f"{line(location)} "
    return all(f" {part}" in text for part in parts)
