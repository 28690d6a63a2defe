"""What a company's `grow/` folder says: who plays which part, from when to when, and the shapes of what is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_validator

from fauxcorp.content.layers import Layers
from fauxcorp.content.officefiles import EventEntry
from fauxcorp.content.staff import ContentModel, Moment, Staff, load_staff
from fauxcorp.content.yamlfile import Document, read, validate
from fauxcorp.errors import ContentError, Problem

ALWAYS = ("month", "lastmonth", "year", "week", "today", "iso", "company", "domain")
"""Slots that every shape has."""
DATE_SLOT = re.compile(r"(day|d|w|num|iso)(_?)(\d{1,3})")
"""Slots that are a date so many days ahead, or back."""
RANGE = re.compile(r"(\d{1,15})(?:\.(\d{1,9}))?\.\.(\d{1,15})(?:\.(\d{1,9}))?")
"""Slots of which a number is drawn: `12..40`, `3.50..9.90`."""
_SLOT = re.compile(r"\{(\w+)(?:\.\w+)?\}")

GROW = "grow"
"""The folder in a company's folder with what the background is written from."""


def _undated(value: Any) -> Any:
    """A date that YAML has made of a text, as text again."""
    return value.isoformat() if isinstance(value, date) else value


def _worded(value: Any) -> Any:
    """Slots with lists of words as texts, whatever YAML has made of them."""
    if not isinstance(value, dict):
        return value
    return {k: tuple(map(str, v)) if isinstance(v, list) else v for k, v in value.items()}


Words = Annotated[dict[str, tuple[str, ...] | str], BeforeValidator(_worded)]
"""Slot to words of which one is drawn, or to a range: `12..40`, `3.50..9.90`."""


class Absence(ContentModel):
    """Days on which somebody is not there."""

    who: str
    start: date = Field(alias="from")
    to: date
    kind: Literal["vacation", "sick", "travel", "training", "parental leave"] = "vacation"
    note: str = ""


class Reader(ContentModel):
    """How one person keeps a mailbox."""

    unread: float = Field(default=1.0, ge=0.0, le=60.0)
    """Times as much unread mail as others have."""
    folders: dict[str, str] = Field(default_factory=dict)
    """Kind of mail to the folder it is put into; `*` for all other kinds."""


class Plan(ContentModel):
    """grow/background.yaml."""

    seed: int
    start: date = Field(alias="from")
    end: Moment = Field(alias="to")
    """Nothing is written after it."""
    holidays: tuple[date, ...] = ()
    mr: tuple[str, ...] = ()
    """User names of those who are Mr; the others are Ms."""
    roles: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Part to the user names that can play it. `any` is all staff that are nobody's service account, if not given."""
    lists: dict[str, str] = Field(default_factory=dict)
    """What shapes call a list, to its address."""
    outside: dict[str, str] = Field(default_factory=dict)
    """What shapes call an outsider, to name and address."""
    slots: Annotated[dict[str, tuple[str, ...]], BeforeValidator(_worded)] = Field(default_factory=dict)
    """Words that any shape may draw: rooms, dishes, projects."""
    absences: tuple[Absence, ...] = ()
    readers: dict[str, Reader] = Field(default_factory=dict)
    shared: bool = True
    """Whether the package's shapes are used besides the company's own."""
    skip: tuple[str, ...] = ()
    """Shapes of the package that do not fit the company."""
    volume: float = Field(default=1.0, ge=0.0, le=1.0)
    """Share of the package's shapes that are used."""


class Line(ContentModel):
    """One message of a shape."""

    sender: str = Field(alias="from")
    """Of the cast, or `out:` and a name of the plan's outsiders, or an address of the company."""
    to: tuple[str, ...] = ()
    """As `from`, or `list:` and a name of the plan's lists; empty: an answer to the message before."""
    cc: tuple[str, ...] = ()
    """Besides those that an answer keeps."""
    text: tuple[str, ...] = Field(min_length=1)
    """Wordings; one is used."""
    subject: str = ""
    after: tuple[int, int] = (6, 240)
    """Minutes of working time after the message before."""
    all: bool | None = None
    """An answer goes to all who got the message before; if not given: yes, unless that was a list."""
    raw: bool = False
    """The text is the whole body: no greeting, no name, no quote."""
    forward: bool = False
    answers: int | None = None
    files: tuple[str, ...] = ()
    """Paths of files to attach, without the first `/`."""
    draft: bool = False
    star: tuple[str, ...] = ()
    """Who of the cast marks it."""
    headers: dict[str, str] = Field(default_factory=dict)
    folder: str = ""

    @field_validator("text", "to", "cc", "files", "star", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value


class Shape(ContentModel):
    """A thread with parts for people, and words left open."""

    name: str
    subject: tuple[str, ...] = Field(min_length=1)
    cast: dict[str, str] = Field(default_factory=dict)
    """Part to a role of the plan, a user name, `boss x` or `near x` (of the same department)."""
    slots: Words = Field(default_factory=dict)
    messages: tuple[Line, ...] = Field(min_length=1)
    times: int = Field(default=1, ge=1, le=40)
    on: date | None = None
    between: tuple[date, date] | None = None
    weekdays: tuple[int, ...] = ()
    """Of the first message, 0 is Monday."""
    at: str = ""
    """Time of the first message, `07:45` or `07:10..08:30`; empty: by the habits of its sender."""
    zone: str = ""
    """Time zone of an outside sender; empty: the company's."""
    kind: str = ""
    """What readers file it by: newsletter, notice, vendor, ticket, automatic, junk."""

    @field_validator("subject", mode="before")
    @classmethod
    def _one_or_many(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value


class Issue(ContentModel):
    """One number of a series."""

    subject: str
    text: str
    files: tuple[str, ...] = ()


class Series(ContentModel):
    """Mail that comes again and again, each time with a text of its own."""

    name: str
    sender: str = Field(alias="from")
    to: tuple[str, ...] = Field(min_length=1)
    cc: tuple[str, ...] = ()
    every: int = Field(ge=1, le=92)
    """Days."""
    first: date | None = None
    """Of the first number; empty: the plan's first day or soon after."""
    weekday: int = Field(default=-1, ge=-1, le=6)
    at: str = "06:00"
    jitter: int = Field(default=0, ge=0, le=600)
    """Minutes by which it may come late."""
    workdays: bool = False
    """Whether it waits for the next working day."""
    zone: str = ""
    headers: dict[str, str] = Field(default_factory=dict)
    kind: str = "newsletter"
    issues: tuple[Issue, ...]
    """In their order; the series ends with the last."""


class ShapesFile(ContentModel):
    """grow/mail*.yaml, and the package's own."""

    shapes: tuple[Shape, ...] = ()
    series: tuple[Series, ...] = ()


class Talk(ContentModel):
    """A short exchange in a channel: lines of a part and what it says."""

    cast: dict[str, str] = Field(default_factory=dict)
    slots: Words = Field(default_factory=dict)
    on: date | None = None
    at: str = ""
    say: tuple[dict[str, str], ...] = Field(min_length=1)


class TalkChannel(ContentModel):
    """What is said in one channel."""

    name: str
    topic: str = ""
    members: tuple[str, ...] | None = None
    talks: tuple[Talk, ...] = ()


class TalksFile(ContentModel):
    """grow/chat*.yaml, and the package's own."""

    channels: tuple[TalkChannel, ...]


class Bookings(ContentModel):
    """Rooms that are taken here and there."""

    rooms: tuple[str, ...] = Field(min_length=1)
    titles: tuple[str, ...] = Field(min_length=1)
    count: int = Field(ge=0, le=500)


class CalendarPlan(ContentModel):
    """grow/calendar.yaml."""

    events: tuple[EventEntry, ...] = ()
    one_to_ones: int = Field(default=0, ge=0, le=60)
    """Days between talks of managers with their people; 0: none."""
    rooms: tuple[str, ...] = ()
    bookings: Bookings | None = None
    until: date | None = None
    """Series end here; empty: they do not."""


class Table(ContentModel):
    """Rows of a spreadsheet: written out, or drawn by column."""

    head: tuple[str, ...]
    rows: tuple[tuple[str | int | float, ...], ...] = ()
    count: int = Field(default=0, ge=0, le=2000)
    columns: tuple[str, ...] = ()
    """`date:2026-01-05+1` (days; `+1w` working days), `n:12..18`, `f:1.20..9.80`, `pick:a|b|c`, `count:100`, words."""
    people: tuple[str, ...] = ()
    """Fields of staff; a row for each of them."""
    separator: str = ";"
    total: tuple[int, ...] = ()
    """Columns (from 0) that a last row sums up."""

    @field_validator("rows", mode="before")
    @classmethod
    def _dates(cls, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return [list(map(_undated, row)) if isinstance(row, list) else row for row in value]


class GrownFile(ContentModel):
    """A file, or one for each of `each`; what is in it by its ending: text, or a document of the text's lines."""

    path: str
    owner: str
    group: str = ""
    mode: str = ""
    at: str
    """When it was last changed, `2026-02-23T16:41+01:00`."""
    text: str = ""
    table: Table | None = None
    each: tuple[dict[str, str | int | float], ...] = ()
    slots: Words = Field(default_factory=dict)

    @field_validator("each", mode="before")
    @classmethod
    def _dates(cls, value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return [{k: _undated(v) for k, v in one.items()} if isinstance(one, dict) else one for one in value]

    @field_validator("at", mode="before")
    @classmethod
    def _time(cls, value: Any) -> Any:
        return _undated(value)


class GrownFiles(ContentModel):
    """grow/files*.yaml."""

    files: tuple[GrownFile, ...]


_KINDS: dict[str, type[ContentModel]] = {"mail": ShapesFile, "chat": TalksFile, "files": GrownFiles}


@dataclass(frozen=True, slots=True)
class Material:
    """All that a background is written from."""

    folder: Path
    staff: Staff
    plan: Plan
    shapes: tuple[Shape, ...]
    series: tuple[Series, ...]
    channels: tuple[TalkChannel, ...]
    calendar: CalendarPlan
    files: tuple[GrownFile, ...]
    sources: tuple[tuple[Document, ContentModel], ...] = ()
    """The company's own files of `grow/`, each with what it says."""

    def wrong(self, thing: Shape | GrownFile, message: str) -> ContentError:
        """An error at the line where a shape or a file stands, to raise."""
        for document, model in self.sources:
            for field in ("shapes", "files"):
                for n, one in enumerate(getattr(model, field, ())):
                    if one is thing:
                        return document.fail((field, n), message)
        name = thing.name if isinstance(thing, Shape) else thing.path
        return ContentError([Problem(self.folder.name, 0, name, message)])


def load_material(folder: Path) -> Material:
    """Read a company's `grow/` and what the package has for all. Raises ContentError."""
    layers = Layers((folder,))
    grow = folder / GROW
    main = grow / "background.yaml"
    if not main.is_file():
        raise ContentError([Problem(layers.show(main), 0, "", "no such file: nothing to grow from")])
    document = read(main, layers.show(main))
    plan = validate(document, Plan)
    sources: list[tuple[Document, ContentModel]] = [(document, plan)]
    shapes, series, talks = _shared(plan)
    written: list[GrownFile] = []
    calendar = CalendarPlan()
    for path in sorted(p for p in grow.glob("*.yaml") if p != main):
        document = read(path, layers.show(path))
        found = validate(document, _kind(document))
        sources.append((document, found))
        if isinstance(found, ShapesFile):
            shapes, series = [*shapes, *found.shapes], [*series, *found.series]
        elif isinstance(found, TalksFile):
            talks = [*talks, *found.channels]
        elif isinstance(found, GrownFiles):
            written += found.files
        elif isinstance(found, CalendarPlan):
            calendar = found
    return Material(folder, load_staff(layers), plan, tuple(shapes), tuple(series), tuple(talks), calendar,
                    tuple(written), tuple(sources))  # fmt: skip


def _kind(document: Document) -> type[ContentModel]:
    """What a file of `grow/` holds, by its name."""
    stem = document.path.stem
    if stem == "calendar":
        return CalendarPlan
    for start, model in _KINDS.items():
        if stem.startswith(start):
            return model
    raise ContentError([Problem(document.shown, 0, "", "read by nothing; the names are background.yaml, calendar.yaml, "
                                "mail*.yaml, chat*.yaml, files*.yaml")])  # fmt: skip


def _shared(plan: Plan) -> tuple[list[Shape], list[Series], list[TalkChannel]]:
    shapes: list[Shape] = []
    series: list[Series] = []
    talks: list[TalkChannel] = []
    if not plan.shared:
        return shapes, series, talks
    for _, found in office_files():
        if isinstance(found, TalksFile):
            talks += [_fitting(c, plan) for c in found.channels]
        elif isinstance(found, ShapesFile):
            shapes += [s for s in found.shapes if s.name not in plan.skip and _fits(s, plan)]
            series += [s for s in found.series if s.name not in plan.skip]
    return shapes, series, talks


def office_files() -> list[tuple[Document, ContentModel]]:
    """What the package has for all, file by file."""
    with as_file(files("fauxcorp.background") / "office") as office:
        documents = [read(path, path.name) for path in sorted(office.glob("*.yaml"))]
    return [(document, validate(document, _kind(document))) for document in documents]


def _fitting(channel: TalkChannel, plan: Plan) -> TalkChannel:
    return channel.model_copy(update={"talks": tuple(t for t in channel.talks if _fits(t, plan))})


def _fits(thing: Shape | Talk, plan: Plan) -> bool:
    """Whether the plan has all words that a shape of the package leaves open."""
    named = {m[1] for m in _SLOT.finditer(thing.model_dump_json(exclude={"name"}))}
    known = {*thing.cast, *thing.slots, *plan.slots, *ALWAYS}
    return all(name in known or DATE_SLOT.fullmatch(name) for name in named)
