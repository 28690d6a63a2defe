"""Whether a company's `grow/` folder holds together: people, parts, lists, slots, dates; with file, line and field."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time, timedelta
from string import Formatter
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fauxcorp.background.casting import Face
from fauxcorp.background.plan import (
    ALWAYS,
    DATE_SLOT,
    RANGE,
    CalendarPlan,
    GrownFile,
    GrownFiles,
    Line,
    Material,
    Plan,
    Series,
    Shape,
    ShapesFile,
    Talk,
    TalkChannel,
    TalksFile,
    office_files,
)
from fauxcorp.background.shelf import moment
from fauxcorp.content.staff import ContentModel, bare
from fauxcorp.content.yamlfile import Path_, read
from fauxcorp.errors import ContentError, Problem
from fauxcorp.world.company import Person

FACE = tuple(Face.__dataclass_fields__)
"""What may stand behind the dot of a part."""
YEARS = range(1990, 2100)
"""Of the days that a plan may name."""
LONGEST = 366 * 10
"""Days from a plan's first to its last."""
_YEAR_OF_MINUTES = 366 * 1440
_ADDRESS = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_MODE = re.compile(r"[0-7]{3,4}")
_CHANNEL = re.compile(r"\w[\w.-]*")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_Found = Iterator[tuple[Path_, str]]


def check(material: Material) -> None:
    """Raises ContentError with all that is wrong in a company's own files."""
    found = [*material.staff.problems, *_habits(material)]
    for document, model in material.sources:
        found += [document.problem(where, message) for where, message in wrong(model, material)]
    if found:
        raise ContentError(found)


def wrong(model: ContentModel, material: Material) -> _Found:
    """What is wrong in one file: the place in it, and a message."""
    if isinstance(model, Plan):
        yield from _plan(model, material)
    elif isinstance(model, ShapesFile):
        for n, shape in enumerate(model.shapes):
            yield from _below(_shape(shape, material), "shapes", n)
        for n, series in enumerate(model.series):
            yield from _below(_series(series, material), "series", n)
    elif isinstance(model, TalksFile):
        for n, channel in enumerate(model.channels):
            yield from _below(_channel(channel, material), "channels", n)
    elif isinstance(model, GrownFiles):
        for n, file in enumerate(model.files):
            yield from _below(_file(file, material), "files", n)
    elif isinstance(model, CalendarPlan):
        yield from _calendar(model, material)


def _below(found: _Found, *above: str | int) -> _Found:
    return (((*above, *where), message) for where, message in found)


def _habits(material: Material) -> Iterator[Problem]:
    path = material.folder / "people.yaml"
    document = read(path, f"{material.folder.name}/{path.name}")
    for n, entry in enumerate(document.data["people"]):
        habits = Person.model_validate(entry).habits
        where = ("people", n, "habits")
        try:
            habits.greeting.format(first="", last="", name="", title="")
        except (KeyError, IndexError, ValueError, AttributeError, TypeError):
            message = "may hold {first}, {last}, {name} and {title}, and no other braces"
            yield document.problem((*where, "greeting"), message)
        if not 0 <= habits.hours[0] < habits.hours[1] <= 24:
            yield document.problem((*where, "hours"), "must be two hours of a day, the earlier first, e.g. [8, 16.5]")


def _plan(plan: Plan, material: Material) -> _Found:
    staff = material.staff
    last = plan.end.date()
    if last <= plan.start:
        yield ("to",), "must be after `from`"
    elif plan.start.year not in YEARS or (last - plan.start).days > LONGEST:
        yield ("from",), f"must lie in {YEARS.start} to {YEARS.stop - 1}, and at most ten years before `to`"
    elif not any(d.weekday() < 5 and d not in plan.holidays for d in _days(plan.start, last)):
        yield ("holidays",), "leave no working day between `from` and `to`"
    yield from _people(plan.mr, material, "mr")
    for role, users in plan.roles.items():
        yield from _people(users, material, "roles", role)
    for name, address in plan.lists.items():
        if address.lower() not in (*staff.lists, *staff.by_email):
            yield ("lists", name), _unknown("list", address, staff.lists)
    for name, address in plan.outside.items():
        yield from _address(address, material, "outside", name)
    for n, absence in enumerate(plan.absences):
        yield from _people((absence.who,), material, "absences", n, "who")
        if absence.to < absence.start:
            yield ("absences", n, "to"), "must not be before `from`"
        elif {absence.start.year, absence.to.year} - set(YEARS):
            yield ("absences", n, "from"), f"must lie in {YEARS.start} to {YEARS.stop - 1}"
    for user in plan.readers:
        yield from _people((user,), material, "readers", user)
    yield from _words(plan.slots)
    known: list[str] = []
    for _, model in office_files():
        if isinstance(model, ShapesFile):
            known += [*(s.name for s in model.shapes), *(s.name for s in model.series)]
    for n, name in enumerate(plan.skip):
        if name not in known:
            yield ("skip", n), _unknown("shape of the package", name, known)


def _shape(shape: Shape, material: Material) -> _Found:
    plan = material.plan
    yield from _cast(shape.cast, material)
    yield from _words(shape.slots)
    yield from _when(shape, plan)
    if set(shape.weekdays) - set(range(7)):
        yield ("weekdays",), "must be numbers from 0 (Monday) to 6"
    if shape.between:
        if shape.between[1] < shape.between[0]:
            yield ("between",), "the second day must not be before the first"
        elif not plan.start <= shape.between[0] <= shape.between[1] <= plan.end.date():
            yield ("between",), f"must lie between {plan.start} and {plan.end.date()}, as the plan does"
    holes = Holes(plan, shape.cast, shape.slots)
    yield from holes.of(shape.subject, "subject")
    if not shape.messages[0].to:
        yield ("messages", 0), "needs `to`: there is no message before it that it could answer"
    for n, line in enumerate(shape.messages):
        yield from _below(_line(line, n, shape, material, holes), "messages", n)


def _line(line: Line, n: int, shape: Shape, material: Material, holes: Holes) -> _Found:
    for name, whom in (("from", (line.sender,)), ("to", line.to), ("cc", line.cc)):
        yield from _who(whom, shape.cast, material, name)
    for part in line.star:
        if part not in shape.cast:
            yield ("star",), _unknown("part", part, shape.cast)
    if line.answers is not None and not 1 <= line.answers <= n:
        yield ("answers",), f"there is no message {line.answers} before it; the first is 1"
    if not 0 <= line.after[0] <= line.after[1] <= _YEAR_OF_MINUTES:
        yield ("after",), "must be two numbers of minutes, the smaller first, at most a year"
    for name in ("text", "subject", "files", "headers"):
        yield from holes.of(getattr(line, name), name)


def _series(series: Series, material: Material) -> _Found:
    for name, whom in (("from", (series.sender,)), ("to", series.to), ("cc", series.cc)):
        yield from _who(whom, {}, material, name)
    yield from _clock(series.at)
    yield from _zone(series.zone)
    if series.first and series.first.year not in YEARS:
        yield ("first",), f"must lie in {YEARS.start} to {YEARS.stop - 1}"
    holes = Holes(material.plan, (), ("n",))
    yield from holes.of(series.headers, "headers")
    for n, issue in enumerate(series.issues):
        yield from holes.of(issue.subject, "issues", n, "subject")
        yield from holes.of(issue.text, "issues", n, "text")


def _channel(channel: TalkChannel, material: Material) -> _Found:
    if not _CHANNEL.fullmatch(channel.name):
        yield ("name",), "must be letters, digits, `-`, `_` and `.`: a file is called by it"
    members = None if not channel.members or "*" in channel.members else channel.members
    yield from _people(members or (), material, "members")
    for n, talk in enumerate(channel.talks):
        yield from _below(_talk(talk, members, material), "talks", n)


def _talk(talk: Talk, members: tuple[str, ...] | None, material: Material) -> _Found:
    yield from _cast(talk.cast, material)
    yield from _words(talk.slots)
    yield from _when(talk, material.plan)
    people = material.staff.people
    for part, want in talk.cast.items():
        if want in people and members and want not in members:
            yield ("cast", part), f"{want} is not a member of the channel"
    holes = Holes(material.plan, talk.cast, talk.slots)
    for n, line in enumerate(talk.say):
        if len(line) != 1:
            yield ("say", n), "must be one part and what it says, no more"
        for part, words in line.items():
            if part not in talk.cast and part not in people:
                yield ("say", n, part), _unknown("part", part, (*talk.cast, *people))
            elif part not in talk.cast and members and part not in members:
                yield ("say", n, part), f"{part} is not a member of the channel"
            yield from holes.of(words, "say", n, part)


def _calendar(calendar: CalendarPlan, material: Material) -> _Found:
    for n, event in enumerate(calendar.events):
        yield from _people((event.organizer,), material, "events", n, "organizer")
        for who in event.attendees:
            if who not in material.staff.people:
                yield from _address(who, material, "events", n, "attendees")
    if calendar.bookings and all(p.service for p in material.staff.people.values()):
        yield ("bookings",), "there is nobody who could book a room"


def _file(file: GrownFile, material: Material) -> _Found:
    yield from _words(file.slots)
    if file.mode and not _MODE.fullmatch(file.mode):
        yield ("mode",), 'must be octal digits in quotes, e.g. "0640"'
    table = file.table
    cells = [c for row in (table.head, table.columns, *table.rows) for c in row] if table else []
    if any(_CONTROL.search(str(text)) for text in (file.text, *cells, *(v for g in file.each for v in g.values()))):
        yield (), "must not hold control characters"
    for given in file.each or ({},):
        holes = Holes(material.plan, (), file.slots, given)
        wanting = [*holes.of(file.path, "path"), *holes.of(file.owner, "owner"), *holes.of(file.text, "text"),
                   *Holes(None, (), (), given).of(file.at, "at")]  # fmt: skip
        yield from wanting
        if wanting:
            continue
        try:
            found = moment(file.at.format_map(given)).year in range(1980, 2100)
        except ValueError:
            found = False
        if not found:
            yield ("at",), "must be a time with its zone, e.g. 2026-02-23T16:41+01:00"
        owner = holes.filled(file.owner)
        if owner not in material.staff.people and owner != "root":
            yield ("owner",), _unknown("person", owner, material.staff.people)
        if {"", ".", ".."} & set(file.path.split("/")) or ".." in holes.filled(file.path).split("/"):
            yield ("path",), "must be a path without the first `/` and without `..`"


def _people(users: Iterable[str], material: Material, *where: str | int) -> _Found:
    for user in users:
        if user not in material.staff.people:
            yield where, _unknown("person", user, material.staff.people)


def _address(text: str, material: Material, *where: str | int) -> _Found:
    if not _ADDRESS.fullmatch(bare(text)):
        yield where, f"must be an address, `name <a@b.de>` or `a@b.de`: {text}"
    elif material.staff.address(text) is None:
        yield where, f"no such person or list in the company: {text}"


def _cast(cast: Mapping[str, str], material: Material) -> _Found:
    people = material.staff.people
    roles = {"any": ("*",), **material.plan.roles}
    for part, want in cast.items():
        kind, _, other = want.partition(" ")
        if kind not in ("boss", "near"):
            if want not in people and not roles.get(want):
                yield ("cast", part), _unknown("role or person", want, (*roles, *people))
            continue
        seen = [part]
        while other in cast and other not in seen:
            seen.append(other)
            kind, _, other = cast[other].partition(" ")
        if len(seen) == 1 or (kind in ("boss", "near") and other in seen):
            yield ("cast", part), f"must be `{want.split()[0]}` and another part of {', '.join(cast)}"


def _who(whom: Iterable[str], cast: Mapping[str, str], material: Material, field: str) -> _Found:
    plan, people = material.plan, material.staff.people
    for who in whom:
        if who.startswith("list:"):
            if who[5:] not in plan.lists:
                yield (field,), _unknown("list in the plan", who[5:], plan.lists)
        elif who.startswith("out:"):
            if who[4:] not in plan.outside:
                yield (field,), _unknown("outsider in the plan", who[4:], plan.outside)
        elif "@" in who:
            yield from _address(who, material, field)
        elif who not in cast and who not in people:
            yield (field,), _unknown("part", who, (*cast, *people))


def _words(slots: Mapping[str, Any]) -> _Found:
    for name, words in slots.items():
        if not words:
            yield ("slots", name), "has no words to draw from"
        found = RANGE.fullmatch(words) if isinstance(words, str) else None
        if found and float(f"{found[3]}.{found[4] or 0}") < float(f"{found[1]}.{found[2] or 0}"):
            yield ("slots", name), "the range must not end before it begins"


def _when(thing: Shape | Talk, plan: Plan) -> _Found:
    yield from _clock(thing.at)
    if isinstance(thing, Shape):
        yield from _zone(thing.zone)
    if thing.on and not plan.start <= thing.on <= plan.end.date():
        yield ("on",), f"must lie between {plan.start} and {plan.end.date()}, as the plan does"


def _clock(at: str) -> _Found:
    times = at.split("..") if at else []
    if len(times) > 2 or not all(_CLOCK.fullmatch(t) for t in times):
        yield ("at",), "must be a time, e.g. 07:45 or 07:10..08:30"
    elif times and time.fromisoformat(times[-1]) < time.fromisoformat(times[0]):
        yield ("at",), "the second time must not be before the first"


def _zone(name: str) -> _Found:
    try:
        ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        yield ("zone",), f"no such time zone: {name}; e.g. Europe/Berlin"


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))


def _unknown(kind: str, name: str, known: Iterable[str]) -> str:
    names = sorted(set(known))
    near = difflib.get_close_matches(name, names, n=3)
    some = f"known: {', '.join(names[:12]) or 'none'}{', ...' if len(names) > 12 else ''}"
    return f"no such {kind}: {name}; {'did you mean ' + ', '.join(near) + '?' if near else some}"


class Holes:
    """Finds the braces of texts that nothing fills."""

    def __init__(self, plan: Plan | None, cast: Iterable[str], slots: Iterable[str],
                 given: Mapping[str, Any] | None = None) -> None:  # fmt: skip
        always = (*ALWAYS, *plan.slots) if plan is not None else ()
        self._dates = plan is not None
        self._parts = frozenset(cast)
        self._trial: dict[str, Any] = dict.fromkeys((*always, *slots), "")
        self._trial |= dict.fromkeys(self._parts, Face(*("",) * len(FACE))) | dict(given or {})

    def of(self, texts: Any, *where: str | int) -> _Found:
        """The holes of one text or of several."""
        several = [texts] if isinstance(texts, str) else texts.values() if isinstance(texts, Mapping) else texts
        for text in several:
            try:
                message = next(self._wrong(text), "")
                if not message:
                    self.filled(text)
            except (KeyError, IndexError, ValueError, AttributeError, TypeError) as error:
                message = f"{error}; braces that are meant are doubled: {{{{ }}}}"
            if message:
                yield where, f"{message}, in: {text.strip()[:60]}"

    def filled(self, text: str) -> str:
        """The text with nothing in its slots, but with what was given."""
        dates = {name: "" for _, name, _, _ in Formatter().parse(text) if name and self._date(name)}
        return text.format_map({**dates, **self._trial})

    def _date(self, name: str) -> bool:
        return self._dates and DATE_SLOT.fullmatch(name) is not None

    def _wrong(self, text: str) -> Iterator[str]:
        for _, name, spec, _ in Formatter().parse(text):
            slot, dot, field = (name or "").partition(".")
            if name is None:
                continue
            if slot not in self._trial and not self._date(slot):
                near = difflib.get_close_matches(slot, sorted(self._trial), n=3)
                yield f"nothing fills {{{name}}}; {'did you mean ' + ', '.join(near) if near else 'name it in slots'}"
            elif dot and (slot not in self._parts or field not in FACE):
                yield f"{{{name}}}: only a part has a field, one of {', '.join(FACE)}"
            elif spec and "{" in spec:
                yield f"{{{name}}}: no braces in braces"
