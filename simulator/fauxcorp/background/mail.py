"""Threads of mail out of shapes, and series of newsletters and notices."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from fauxcorp.background.casting import Casting, Slots
from fauxcorp.background.hours import Office
from fauxcorp.background.plan import Line, Material, Series, Shape
from fauxcorp.background.prose import Pen, Sent, shown_name
from fauxcorp.background.reading import Reading
from fauxcorp.core.rng import RandomSource
from fauxcorp.world.company import Person
from fauxcorp.world.message import bare

_PREFIXES = ("Re: ", "AW: ", "Fwd: ", "WG: ")


@dataclass(slots=True)
class Draft:
    """A message on its way to the file."""

    sender: str
    """User name or address."""
    to: list[str]
    cc: list[str]
    at: datetime
    subject: str
    body: str
    own: str
    line: Line | None = None
    answers: int | None = None
    kind: str = ""
    files: tuple[str, ...] = ()
    starred: tuple[str, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Written:
    """One thread."""

    name: str
    subject: str
    drafts: list[Draft]


class Postbox:
    """Writes the threads of a company."""

    def __init__(self, material: Material, office: Office, casting: Casting, pen: Pen, rng: RandomSource) -> None:
        self.material = material
        self.staff = material.staff
        self.plan = material.plan
        self.office = office
        self.casting = casting
        self.pen = pen
        self.reading = Reading(material, rng)
        self._rng = rng
        self._shift: dict[str, int] = {}

    def threads(self) -> list[Written]:
        """All threads, by the time of their first message."""
        out = [*self._shapes(), *(self._issue(s, n, day) for s in self.material.series for n, day in self._dates(s))]
        kept = [t for t in out if t.drafts and t.drafts[0].at < self.office.end]
        return sorted(kept, key=lambda t: (t.drafts[0].at.timestamp(), t.name))

    def _shapes(self) -> Iterator[Written]:
        for shape in self.material.shapes:
            if not self._possible(shape):
                continue
            turn = 0
            for n in range(shape.times):
                name = f"{shape.name}-{n + 1}" if shape.times > 1 else shape.name
                if self._rng.uniform(f"use/{name}", 0, 1) < (self.plan.volume if shape.on is None else 1.0):
                    thread = self._thread(shape, name, turn)
                    # Those that are not written use up no wording.
                    turn += bool(thread.drafts)
                    yield thread

    def _possible(self, shape: Shape) -> bool:
        """Whether the company has the people, lists and outsiders of a shape."""
        named = [a for line in shape.messages for a in (line.sender, *line.to, *line.cc)]
        lists = all(a[5:] in self.plan.lists for a in named if a.startswith("list:"))
        outside = all(a[4:] in self.plan.outside for a in named if a.startswith("out:"))
        return lists and outside and self.casting.can(shape.cast)

    def _thread(self, shape: Shape, name: str, turn: int) -> Written:
        cast, day = self._cast(shape, name)
        slots = self.casting.slots(shape.slots, cast, day, name)
        subject = self._worded(shape.subject, turn, shape.name).format_map(slots)
        written = Written(name, subject, [])
        for n, line in enumerate(shape.messages):
            draft = self._message(shape, line, n, written, cast, slots, turn)
            if draft.at >= self.office.end:
                break
            written.drafts.append(draft)
        return written

    def _cast(self, shape: Shape, name: str) -> tuple[dict[str, Person], date]:
        """People for the parts, and a first day on which they are there."""
        neighbours = any("list:building" in line.to for line in shape.messages)
        parts = {p: "any building" if neighbours and want == "any" else want for p, want in shape.cast.items()}
        low, high = shape.between or (self.plan.start, self.office.end.date())
        days = [shape.on] if shape.on else self.office.days(low, high, shape.weekdays)
        for turn in range(60):
            day = self._rng.choice(f"{name}/day", days) if days else low
            cast = self.casting.people_of(parts, day, f"{name}/cast{turn}")
            if cast is not None:
                return cast, day
        raise self.material.wrong(
            shape, f"{shape.name}: no day on which all of its people are there; see `absences`, or name others"
        )

    def _message(
        self, shape: Shape, line: Line, n: int, written: Written, cast: Mapping[str, Person], slots: Slots, turn: int
    ) -> Draft:
        label = f"{written.name}/{n}"
        sender = self._who(line.sender, cast)
        person = self.staff.people.get(sender) or self.staff.people.get(self.staff.by_email.get(bare(sender), ""))
        before = written.drafts[(line.answers or n) - 1] if n else None
        if before is None:
            at = self.office.first_time(slots.day, person, f"{label}/at", shape.at, shape.zone)
        else:
            last = written.drafts[-1].at
            # A program answers at once, whoever is away.
            hand = None if "Auto-Submitted" in line.headers else person
            at = self.office.later(max(before.at, last), line.after, hand, f"{label}/at")
            at = at if not shape.zone or person else at.astimezone(self._zone(shape.zone))
        to, cc = self._receivers(line, sender, before, cast)
        text = self._worded(line.text, turn, shape.name).format_map(slots).strip("\n")
        answers = line.answers if line.answers != n else None
        draft = Draft(sender, to, cc, at, written.subject, text, text, line, answers, shape.kind,
                      tuple(f.format_map(slots) for f in line.files),
                      tuple(cast[s].username for s in line.star), self._headers(line.headers, slots))  # fmt: skip
        draft.subject = self._subject(line, person, before, slots, written.subject, label)
        if not line.raw and person is not None:
            draft.body = draft.own = self.pen.slips(person, text, label)
            draft.body = self._dressed(person, draft, before, line, label)
        return draft

    def _dressed(self, person: Person, draft: Draft, before: Draft | None, line: Line, label: str) -> str:
        target = self._target(draft.to)
        body = self.pen.body(person, draft.body, target, first=before is None or line.forward, label=label)
        if before is None:
            return body
        to, cc = (tuple(map(self._header, who)) for who in (before.to, before.cc))
        sent = Sent(self._header(before.sender), to, cc, before.at, before.subject, before.body, before.own)
        if line.forward:
            return self.pen.forwarded(person, sent, body)
        return body if line.to and before.sender not in line.to and not line.all and line.subject else self.pen.quote(
            person, sent, body, f"{label}/quote")  # fmt: skip

    def _target(self, to: list[str]) -> Person | str:
        """Whom a greeting names."""
        user = self.staff.by_email.get(bare(to[0]), to[0])
        if len(to) == 1 and user in self.staff.people:
            return self.staff.people[user]
        if len(to) == 1 and not self.staff.own(to[0]):
            name = shown_name(to[0])
            return name if "@" not in name else "all"
        return "all"

    def _receivers(
        self, line: Line, sender: str, before: Draft | None, cast: Mapping[str, Person]
    ) -> tuple[list[str], list[str]]:
        to = [self._who(a, cast) for a in line.to]
        cc = [self._who(a, cast) for a in line.cc]
        if before is not None and not line.forward and (not to or line.all):
            crowd = any(bare(a) in self.staff.lists for a in before.to)
            kept = [before.sender, *(a for a in before.to if bare(a) not in self.staff.lists)]
            if line.all or (line.all is None and not crowd):
                kept = [before.sender, *before.to] if line.all else kept
                cc = [*before.cc, *cc]
            else:
                kept = [before.sender]
            to = [*to, *kept]
        own = {sender, self._address(sender), *self._aliases(sender)}
        to = [a for a in dict.fromkeys(to) if a not in own] or [before.to[0] if before else sender]
        return to, [a for a in dict.fromkeys(cc) if a not in own and a not in to]

    def _subject(
        self, line: Line, person: Person | None, before: Draft | None, slots: Slots, base: str, label: str
    ) -> str:
        if line.subject:
            return line.subject.format_map(slots)
        if before is None:
            return base
        prefix = person.habits.prefix if person is not None else "Re"
        if line.forward:
            return f"{'WG' if prefix == 'AW' else 'Fwd'}: {before.subject}"
        if before.subject.startswith(f"{prefix}: "):
            return before.subject
        plain = before.subject
        if self._rng.uniform(f"{label}/stack", 0, 1) < 0.7:
            while plain.startswith(_PREFIXES):
                plain = plain.partition(": ")[2]
        return f"{prefix}: {plain}"

    def _who(self, text: str, cast: Mapping[str, Person]) -> str:
        if text in cast:
            return cast[text].username
        if text.startswith("list:"):
            return self.plan.lists[text[5:]]
        if text.startswith("out:"):
            return self.plan.outside[text[4:]]
        return text

    def _worded(self, texts: tuple[str, ...], turn: int, shape: str) -> str:
        """One of the wordings: the same number for question and answers; a shape that is used again takes the next."""
        return texts[(self._first_of(shape) + turn) % len(texts)]

    def _first_of(self, shape: str) -> int:
        if shape not in self._shift:
            self._shift[shape] = self._rng.integer(f"{shape}/wording", 0, 11)
        return self._shift[shape]

    def _headers(self, headers: Mapping[str, str], slots: Slots) -> dict[str, str]:
        return {k: v.format_map(slots) for k, v in headers.items()}

    def _address(self, who: str) -> str:
        person = self.staff.people.get(who)
        return person.email if person is not None else who

    def _aliases(self, who: str) -> tuple[str, ...]:
        person = self.staff.people.get(who)
        return person.aliases if person is not None else ()

    def _header(self, who: str) -> str:
        return self.staff.address(who) or who

    def _zone(self, name: str) -> Any:
        return type(self.office.zone)(name)

    def _dates(self, series: Series) -> Iterator[tuple[int, date]]:
        """Number and day of each issue."""
        day = series.first or self.plan.start
        while series.weekday >= 0 and day.weekday() != series.weekday:
            day += timedelta(days=1)
        for n in range(len(series.issues)):
            due = day + timedelta(days=series.every * n)
            yield n, self.office.next_workday(due) if series.workdays else due

    def _issue(self, series: Series, n: int, day: date) -> Written:
        issue = series.issues[n]
        slots = self.casting.slots({}, {}, day, f"{series.name}-{n}")
        slots["n"] = str(n + 1)
        named = (series.sender, *series.to, *series.cc)
        if not self._possible(Shape.model_validate(
            {"name": series.name, "subject": "", "messages": [{"from": series.sender, "to": named[1:], "text": ""}]}
        )):  # fmt: skip
            return Written(series.name, "", [])
        at = self.office.first_time(day, None, f"{series.name}/{n}", series.at, series.zone)
        at += timedelta(minutes=self._rng.integer(f"{series.name}/{n}/late", 0, series.jitter))
        sender, *others = (self._who(a, {}) for a in named)
        subject, text = (t.format_map(slots) for t in (issue.subject, issue.text))
        text = text.strip("\n")
        draft = Draft(sender, others[: len(series.to)], others[len(series.to) :], at, subject, text, text,
                      kind=series.kind, files=issue.files,
                      headers=self._headers(series.headers, slots))  # fmt: skip
        return Written(f"{series.name}-{n + 1}", subject, [draft])
