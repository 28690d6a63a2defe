"""Appointments: those that the plan names, talks of managers with their people, absences, booked rooms."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from fauxcorp.background.hours import Office
from fauxcorp.background.plan import Material
from fauxcorp.core.rng import RandomSource
from fauxcorp.world.company import Person

_AWAY = {"vacation": "Vacation", "sick": "Absent", "travel": "Travel", "training": "Training",
         "parental leave": "Parental leave"}  # fmt: skip


class Diary:
    """Writes the calendars of a company."""

    def __init__(self, material: Material, office: Office, rng: RandomSource) -> None:
        self.material = material
        self.plan = material.calendar
        self.office = office
        self._rng = rng

    def files(self) -> dict[str, list[dict[str, Any]]]:
        """Name of file to its events."""
        known = [e.model_dump(mode="python", exclude_defaults=True) for e in self.plan.events]
        out = {"team": known, "one-to-one": self._talks(), "absences": self._absences(), "rooms": self._rooms()}
        return {name: events for name, events in out.items() if events}

    def _talks(self) -> list[dict[str, Any]]:
        people = self.material.staff.people
        if not self.plan.one_to_ones:
            return []
        taken: dict[tuple[str, int, int], int] = {}
        out = []
        for person in people.values():
            boss = people.get(person.manager or "")
            if person.service or boss is None or boss.service:
                continue
            out.append(self._talk(person, boss, taken))
        return out

    def _talk(self, person: Person, boss: Person, taken: dict[tuple[str, int, int], int]) -> dict[str, Any]:
        label = f"one/{person.username}"
        low = min(22.5, max(person.habits.hours[0], boss.habits.hours[0]))
        high = max(low + 1.5, min(person.habits.hours[1], boss.habits.hours[1]))
        for _ in range(30):
            weekday = self._rng.integer(label, 0, 4)
            half = self._rng.integer(label, int(low * 2 + 1), int(high * 2 - 1))
            if (boss.username, weekday, half) not in taken:
                break
        taken[boss.username, weekday, half] = 1
        day = self.office.first
        while day.weekday() != weekday:
            day += timedelta(days=1)
        day += timedelta(days=7 * self._rng.integer(label, 0, max(0, self.plan.one_to_ones // 7 - 1)))
        start = datetime.combine(day, time(half // 2, 30 * (half % 2)), self.office.zone)
        repeat: dict[str, Any] = {"every": "week", "interval": max(1, self.plan.one_to_ones // 7)}
        if self.plan.until:
            repeat["until"] = self.plan.until
        title = self._rng.choice(label, ("Jour fixe {a} / {b}", "1:1 {a}", "{b} - {a}", "Catch-up {a}, {b}", "JF {a}"))
        return {
            "title": title.format(a=person.name.split()[0], b=boss.name.split()[0]), "organizer": boss.username,
            "attendees": [person.username], "start": start, "minutes": self._rng.choice(label, (30, 30, 45)),
            "location": boss.location, "repeat": repeat, "answers": {person.username: "accepted"},
        }  # fmt: skip

    def _absences(self) -> list[dict[str, Any]]:
        out = []
        for absence in self.material.plan.absences:
            days = (absence.to - absence.start).days + 1
            out.append({
                "title": absence.note or _AWAY[absence.kind], "organizer": absence.who,
                "start": datetime.combine(absence.start, time(0), self.office.zone), "minutes": min(days, 31) * 1440,
                "all_day": True,
            })  # fmt: skip
        return out

    def _rooms(self) -> list[dict[str, Any]]:
        found = self.plan.bookings
        if found is None:
            return []
        staff = [p for p in self.material.staff.people.values() if not p.service]
        last = self.office.end.date() + timedelta(days=14)
        days = self.office.days(self.office.first, last)
        out = []
        taken: set[tuple[Any, ...]] = set()
        for n in range(found.count):
            label = f"room/{n}"
            host = self._rng.choice(label, staff)
            near = [p.username for p in staff if p.department == host.department and p is not host]
            room, day, half = (self._rng.choice(label, found.rooms), self._rng.choice(label, days),
                               self._rng.integer(label, 16, 32))  # fmt: skip
            if {(room, day, half), (room, day, half + 1)} & taken or self.office.away(host.username, day):
                continue
            long = self._rng.choice(label, (30, 30, 60, 60, 60))
            taken |= {(room, day, half), (room, day, half + long // 30 - 1)}
            event: dict[str, Any] = {
                "title": self._rng.choice(label, found.titles), "organizer": host.username,
                "start": datetime.combine(day, time(half // 2, 30 * (half % 2)), self.office.zone), "minutes": long,
                "location": room,
            }  # fmt: skip
            if near:
                guests = sorted({self._rng.choice(label, near) for _ in range(3)})
                event["attendees"] = guests
                said = {g: self._rng.choice(label, ("accepted", "accepted", "tentative", "none")) for g in guests}
                event["answers"] = {g: a for g, a in said.items() if a != "none"}
            out.append(event)
        return sorted(out, key=lambda e: e["start"])
