"""Who plays which part of a shape, and the words that are put into its slots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from fauxcorp.background.hours import Office
from fauxcorp.background.plan import DATE_SLOT, RANGE, Material
from fauxcorp.core.rng import RandomSource
from fauxcorp.world.company import Person


@dataclass(frozen=True, slots=True)
class Face:
    """A person as texts name them."""

    user: str
    first: str
    last: str
    name: str
    title: str
    email: str
    job: str
    department: str
    phone: str
    room: str

    def __str__(self) -> str:
        return self.first


class Slots(dict[str, Any]):
    """What stands in for the words in braces; days are counted from the thread's first: `{day3}`, `{num_14}`."""

    def __init__(self, values: Mapping[str, Any], day: date, office: Office) -> None:
        last = day.replace(day=1) - timedelta(days=1)
        super().__init__(
            month=f"{day:%B}",
            lastmonth=f"{last:%B}",
            year=str(day.year),
            week=str(day.isocalendar().week),
            today=spoken(day),
            iso=day.isoformat(),
        )
        self.update(values)
        self.day = day
        self.office = office

    def __missing__(self, key: str) -> str:
        found = DATE_SLOT.fullmatch(key)
        if found is None:
            raise KeyError(key)
        ahead = int(found[3]) * (-1 if found[2] else 1)
        day = self.day + timedelta(days=ahead)
        while not self.office.workday(day):
            day += timedelta(days=-1 if ahead < 0 else 1)
        kinds = {"day": f"{day:%A} {spoken(day)}", "d": spoken(day), "w": f"{day:%A}", "num": f"{day:%d.%m.}",
                 "iso": day.isoformat()}  # fmt: skip
        return kinds[found[1]]


def spoken(day: date) -> str:
    """9 March."""
    return f"{day.day} {day:%B}"


def steps(cast: Mapping[str, str], part: str) -> int:
    """How many other parts stand between a part and somebody drawn from a role: 1 for the boss of that one."""
    count = 0
    while cast[part].startswith(("boss ", "near ")) and count <= len(cast):
        part = cast[part].partition(" ")[2]
        count += 1
    return count


class Casting:
    """Draws people and words for shapes."""

    def __init__(self, material: Material, office: Office, rng: RandomSource) -> None:
        self.material = material
        self.people = material.staff.people
        self.office = office
        self._rng = rng
        plan = material.plan
        staff = tuple(u for u, p in self.people.items() if not p.service)
        self._roles: dict[str, tuple[str, ...]] = {"any": staff, **plan.roles}
        self._mr = frozenset(plan.mr)
        self._played: dict[str, int] = {}

    def can(self, cast: Mapping[str, str]) -> bool:
        """Whether the company has people for all parts."""
        return all(
            want.split()[0] in ("boss", "near") or want in self.people or self._roles.get(want)
            for want in cast.values()
        )  # fmt: skip

    def people_of(self, cast: Mapping[str, str], day: date, label: str) -> dict[str, Person] | None:
        """Part to person, each another, all at work that day; None if that cannot be."""
        out: dict[str, Person] = {}
        # Whose boss or neighbour it is has to be known first.
        for part, want in sorted(cast.items(), key=lambda item: steps(cast, item[0])):
            user = self._draw(want, out, day, f"{label}/{part}")
            if user is None:
                return None
            out[part] = self.people[user]
        for person in out.values():
            self._played[person.username] = self._played.get(person.username, 0) + 1
        return out

    def slots(self, drawn: Mapping[str, Any], cast: Mapping[str, Person], day: date, label: str) -> Slots:
        """The words of a shape."""
        values: dict[str, Any] = {
            k: self._rng.choice(f"{label}/slot/{k}", v) for k, v in self.material.plan.slots.items()
        }
        for name, words in drawn.items():
            values[name] = self.word(words, f"{label}/slot/{name}")
        values.update({part: self.face(person) for part, person in cast.items()})
        values["company"] = self.material.staff.facts.name
        values["domain"] = self.material.staff.facts.domain
        return Slots(values, day, self.office)

    def word(self, words: Any, label: str) -> str:
        """One of several words, or a number of a range."""
        if not isinstance(words, str):
            return str(self._rng.choice(label, words))
        found = RANGE.fullmatch(words)
        if found is None:
            return words
        places = max(len(found[2] or ""), len(found[4] or ""))
        scale = 10**places
        low = int(found[1] + (found[2] or "").ljust(places, "0"))
        high = int(found[3] + (found[4] or "").ljust(places, "0"))
        value = self._rng.integer(label, low, high)
        return f"{value / scale:,.{places}f}" if places else str(value)

    def face(self, person: Person) -> Face:
        """A person as texts name them."""
        first, _, last = person.name.partition(" ")
        title = "Mr" if person.username in self._mr else "Ms"
        return Face(person.username, first, last or first, person.name, title, person.email, person.title,
                    person.department, person.phone, person.location)  # fmt: skip

    def _draw(self, want: str, taken: Mapping[str, Person], day: date, label: str) -> str | None:
        names = {p.username for p in taken.values()}
        kind, _, part = want.partition(" ")
        if kind == "boss":
            boss = taken[part].manager
            return boss if boss and boss not in names and not self.office.away(boss, day) else None
        if want == "any building":
            house = self.material.staff.lists.get(self.material.plan.lists["building"].lower(), ())
            pool = [u for u in self._roles["any"] if u in house]
        elif kind == "near":
            home = taken[part].department
            pool = [u for u, p in self.people.items() if p.department == home and not p.service]
        elif want in self.people and want not in self._roles:
            return want if not self.office.away(want, day) and want not in names else None
        else:
            pool = list(self._roles[want])
        free = [u for u in pool if u not in names and not self.office.away(u, day)]
        if not free:
            return None
        # Of two drawn, the one who was seen less: nobody is in every thread.
        pair = [self._rng.choice(label, free), self._rng.choice(label, free)]
        return min(pair, key=lambda u: self._played.get(u, 0))
