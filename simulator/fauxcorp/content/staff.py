"""Who is who in a company's files: people, lists, and what a name or address in a file stands for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from fauxcorp.content.layers import Layers
from fauxcorp.content.yamlfile import Document, read, validate
from fauxcorp.errors import Problem
from fauxcorp.world.company import CompanyFacts, Person
from fauxcorp.world.message import bare as _bare
from fauxcorp.world.message import display

bare = lru_cache(maxsize=8192)(_bare)
"""The same few hundred addresses stand in thousands of places."""


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("needs a time zone, e.g. 2026-02-23T16:41:00+01:00")
    if not 1970 <= value.year < 9999:
        raise ValueError("must lie between the years 1970 and 9998")
    return value


Moment = Annotated[datetime, AfterValidator(_aware)]
"""A time with its zone."""


class ContentModel(BaseModel):
    """Base of what stands in a company's files: unknown fields are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class StaffFile(ContentModel):
    """people.yaml."""

    people: tuple[Person, ...] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Staff:
    """company.yaml and people.yaml, read and checked."""

    facts: CompanyFacts
    people: dict[str, Person]
    by_email: dict[str, str]
    """Lower-case address (aliases too) to user name."""
    lists: dict[str, tuple[str, ...]]
    """Lower-case list address to user names."""
    problems: tuple[Problem, ...]

    def own(self, address: str) -> bool:
        """Whether an address is at one of the company's domains."""
        return bare(address).rpartition("@")[2] in (self.facts.domain, *self.facts.domains)

    def address(self, text: str) -> str | None:
        """A user name, list or address as a header shows it; None if it dangles."""
        person = self.people.get(text)
        if person is not None:
            return display(person.name, person.email)
        if "@" not in text:
            return None
        if self.own(text) and bare(text) not in self.by_email and bare(text) not in self.lists:
            return None
        return text

    def users(self, addresses: Iterable[str]) -> list[str]:
        """The colleagues that addresses and lists stand for, each once, in order."""
        out: dict[str, None] = {}
        for address in addresses:
            plain = bare(address)
            known = self.by_email.get(plain)
            out.update(dict.fromkeys(self.lists.get(plain, ()) or ((known,) if known else ())))
        return list(out)


def load_staff(layers: Layers) -> Staff:
    """Read and check company.yaml and people.yaml. Raises ContentError if either cannot be read at all."""
    base = layers.base
    facts_file = read(base / "company.yaml", layers.show(base / "company.yaml"))
    facts = validate(facts_file, CompanyFacts)
    staff_file = read(base / "people.yaml", layers.show(base / "people.yaml"))
    people = {p.username: p for p in validate(staff_file, StaffFile).people}
    return Staff(
        facts=facts,
        people=people,
        by_email={a.lower(): p.username for p in people.values() for a in (p.email, *p.aliases)},
        lists={
            entry.address.lower(): tuple(sorted(people) if "*" in entry.members else entry.members)
            for entry in facts.lists
        },
        problems=(*_check_people(staff_file, people), *_check_facts(facts_file, facts, people)),
    )


def _check_people(staff: Document, people: dict[str, Person]) -> list[Problem]:
    problems = []
    seen: dict[str, str] = {}
    for n, entry in enumerate(staff.data["people"]):
        person = Person.model_validate(entry)
        keys = {"username": person.username, "uid": str(person.uid), "email": person.email.lower()}
        for kind, value in keys.items():
            if value in seen:
                problems.append(staff.problem(("people", n, kind), f"{value} is {seen[value]}'s already"))
            seen[value] = person.username
        for n_alias, alias in enumerate(person.aliases):
            key = alias.lower()
            if key in seen:
                problems.append(staff.problem(("people", n, "aliases", n_alias), f"{alias} is {seen[key]}'s already"))
            seen[key] = person.username
        if person.zone and not _is_zone(person.zone):
            problems.append(staff.problem(("people", n, "zone"), f"no such time zone: {person.zone}"))
        if person.manager is not None and person.manager not in people:
            problems.append(staff.problem(("people", n, "manager"), f"no such person: {person.manager}"))
    return problems


def _check_facts(document: Document, facts: CompanyFacts, people: dict[str, Person]) -> list[Problem]:
    problems = []
    for n, mailing in enumerate(facts.lists):
        for member in mailing.members:
            if member != "*" and member not in people:
                message = f"{mailing.address}: no such person: {member}"
                problems.append(document.problem(("lists", n, "members"), message))
    if facts.helpdesk and facts.helpdesk not in people:
        problems.append(document.problem(("helpdesk",), f"no such person: {facts.helpdesk}"))
    if not _is_zone(facts.timezone):
        problems.append(document.problem(("timezone",), f"no such time zone: {facts.timezone}"))
    return problems


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
