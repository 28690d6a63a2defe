"""What stands in the files of the company's further systems, and how several files of one become one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, NamedTuple, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from fauxcorp.core.clock import to_us
from fauxcorp.core.secrets import MIN_TOKEN, Secret
from fauxcorp.world.company import CompanyFacts
from fauxcorp.world.replyrules import said

ID = r"^[A-Za-z0-9][A-Za-z0-9._@#-]{0,79}$"
"""What an id looks like: it stands in URLs and in grants."""
Found = tuple[tuple[str | int, ...], str]
"""Where in a file something is wrong, and what."""


class Names(NamedTuple):
    """What the words of a field name: people, groups (`@group`, in lists of people), files, or entries of the file."""

    what: str
    """person, file, or the field of the file whose entries they are."""


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("needs a time zone, e.g. 2026-02-23T16:41:00+01:00")
    return value


def _many(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


At = Annotated[datetime, AfterValidator(_aware)]
"""A time with its zone."""
User = Annotated[str, Names("person")]
"""A user name; empty: nobody."""
Users = Annotated[tuple[str, ...], BeforeValidator(_many), Names("person")]
"""User names, and `@group` for the members of a group."""
Texts = Annotated[tuple[str, ...], BeforeValidator(_many)]


class Record(BaseModel):
    """Base of all that stands in these files: unknown fields are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Item(Record):
    """An entry that has an id. One of the same id in a file that is laid over stands in its place."""

    id: str = Field(pattern=ID)


class Decision(Record):
    """How somebody decides on a request for approval. The first of a person's that fits decides; else nobody does."""

    person: User
    matches: Texts = ()
    """One of these must be in the request: words in order, the last one may go on, `*` for anything between."""
    lacks: Texts = ()
    up_to: float | None = Field(default=None, gt=0)
    """Only for amounts up to this one."""
    verdict: Literal["approve", "reject"] = "approve"
    note: str = ""
    """What they write to it."""
    delay: float | tuple[float, float] = (6.0, 40.0)
    """Minutes, in their working hours; of two figures, something between them."""
    grants: str = ""
    """Name of an entry of the scenario's grants that the approval brings into force."""

    @model_validator(mode="after")
    def _delay_makes_sense(self) -> Self:
        low, high = self.delay if isinstance(self.delay, tuple) else (self.delay, self.delay)
        if not 0 <= low <= high:
            raise ValueError("delay: minutes, or two figures of which the first is not the greater")
        return self

    def fits(self, text: str, amount: float) -> bool:
        """Whether it is about a request."""
        return (self.up_to is None or amount <= self.up_to) and said(text, self.matches, self.lacks)


class ApiKey(Record):
    """A key by which a program acts as somebody: `Authorization: Bearer KEY`, or Basic with the user name and it."""

    user: User
    key: str = Field(min_length=MIN_TOKEN, max_length=200, pattern=r"^[\x21-\x7e]+$")


class SystemFile(Record):
    """Common to the files of all systems."""

    name: ClassVar[str]
    """Of the system, of its file (`name`.yaml), and of its host below the company's domain unless `host` says other."""

    host: str = Field(default="", pattern=r"^[a-z0-9.-]*$")
    """Where it is on the intranet; empty: its name and the company's domain."""
    users: Users = ()
    """Who may use it; empty: all staff."""
    keys: tuple[ApiKey, ...] = ()
    """Of people and programs besides the one that is signed in."""
    decisions: tuple[Decision, ...] = ()

    @cached_property
    def index(self) -> Mapping[type[Item], dict[str, Item]]:
        """All entries by class and id."""
        out: dict[type[Item], dict[str, Item]] = {}
        for name in type(self).model_fields:
            for entry in _items(getattr(self, name)):
                out.setdefault(type(entry), {})[entry.id] = entry
        return out

    def hosts(self, facts: CompanyFacts) -> tuple[str, ...]:
        """The hosts that it answers at."""
        return (self.host or f"{self.name}.{facts.domain}",)

    def files(self) -> Mapping[str, bytes]:
        """Files of the server that come with it, by absolute path."""
        return {}

    def classes(self) -> Mapping[str, tuple[str, ...]]:
        """Class to path patterns of the files that matter to it."""
        return {}

    def secrets(self) -> Sequence[Secret]:
        """What of it must not leave the company."""
        return [
            Secret(id=f"{self.name}-key-{n}", kind="credential", title=f"Key of {key.user}", tokens=(key.key,))
            for n, key in enumerate(self.keys, 1)
        ]

    def checked(self, merged: Self) -> Iterator[Found]:
        """What is wrong in this file, besides names that stand for nobody."""
        return iter(())


def _items(value: Any) -> list[Item]:
    return [entry for entry in value if isinstance(entry, Item)] if isinstance(value, tuple) else []


def instant(at: datetime) -> int:
    """A time of a file in microseconds since 1970."""
    return to_us(at)


def merged(files: Sequence[SystemFile]) -> SystemFile:
    """One file out of several, the lowest first."""
    first, *others = files
    values = {name: getattr(first, name) for name in first.model_fields_set}
    for other in others:
        for name in other.model_fields_set:
            values[name] = _over(values.get(name), getattr(other, name))
    return type(first).model_construct(**values)


def _over(below: Any, above: Any) -> Any:
    if not isinstance(above, tuple) or not isinstance(below, tuple):
        return above
    if not _items(above):
        return above + tuple(b for b in below if b not in above)
    entries = {entry.id: entry for entry in _items(below)}
    entries.update((entry.id, entry) for entry in _items(above))
    return tuple(entries.values())


class Known(NamedTuple):
    """What the words of a file may name."""

    people: Mapping[str, Any]
    groups: frozenset[str]
    files: frozenset[str]


def unknown(file: SystemFile, whole: SystemFile, known: Known) -> Iterator[Found]:
    """The words of a file that stand for nobody and nothing, and entries that it has twice."""
    yield from _unknown(file, (), whole, known)
    for name in type(file).model_fields:
        seen: set[str] = set()
        for n, entry in enumerate(_items(getattr(file, name))):
            if entry.id in seen:
                yield (name, n, "id"), f"{entry.id} is there already"
            seen.add(entry.id)


def _unknown(record: Record, where: tuple[str | int, ...], whole: SystemFile, known: Known) -> Iterator[Found]:
    for name, info in type(record).model_fields.items():
        value = getattr(record, name)
        marks = [m for m in info.metadata if isinstance(m, Names)]
        for n, word in enumerate(value if isinstance(value, tuple) else (value,)):
            here = (*where, name, n) if isinstance(value, tuple) else (*where, name)
            if isinstance(word, Record):
                yield from _unknown(word, here, whole, known)
            elif marks and isinstance(word, str) and word:
                wrong = _wrong(word, marks[0].what, whole, known)
                if wrong:
                    yield here, wrong


def _wrong(word: str, what: str, whole: SystemFile, known: Known) -> str:
    if what == "person":
        if word.startswith("@"):
            return "" if word[1:] in known.groups else f"no such group: {word}"
        return "" if word in known.people else f"no such person: {word}"
    if what == "file":
        return "" if word in known.files else f"no such file of the company: {word}"
    return "" if any(e.id == word for e in _items(getattr(whole, what))) else f"none of `{what}`: {word}"
