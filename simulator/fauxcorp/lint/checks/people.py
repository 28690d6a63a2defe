"""People who do not fit: without manager, with somebody else's telephone, with an address of another pattern."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator

from fauxcorp.lint.desk import Desk
from fauxcorp.lint.finding import Check, Hit
from fauxcorp.lint.pieces import Member
from fauxcorp.world.company import Person

_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "o", "å": "a", "æ": "ae", "ł": "l", "ı": "i"}
)
_PLAIN_UMLAUTS = str.maketrans(
    {"ä": "a", "ö": "o", "ü": "u", "ß": "ss", "ø": "o", "å": "a", "æ": "ae", "ł": "l", "ı": "i"}
)
ENOUGH = 5
"""People that there must be before their addresses are held against each other."""


def _staff(desk: Desk) -> list[Member]:
    return [m for m in desk.members if not m.person.service]


def _managers(desk: Desk) -> Iterator[Hit]:
    top = [m for m in _staff(desk) if m.person.manager is None]
    for member in top[1:]:
        yield Hit(
            member.file,
            member.line,
            f"{member.person.username} has no manager, and {top[0].person.username} is the top",
        )
    for member in _staff(desk):
        if not member.person.department.strip():
            yield Hit(member.file, member.line, f"{member.person.username} is in no department")
        if _circle(desk, member.person):
            yield Hit(member.file, member.line, f"{member.person.username} is above and below the same people")


def _circle(desk: Desk, person: Person) -> bool:
    seen = {person.username}
    above = person.manager
    while above is not None and above in desk.staff.people:
        if above == person.username:
            return True
        if above in seen:
            return False
        seen.add(above)
        above = desk.staff.people[above].manager
    return False


def _phones(desk: Desk) -> Iterator[Hit]:
    seen: dict[str, str] = {}
    for member in _staff(desk):
        digits = re.sub(r"\D", "", member.person.phone)
        if digits and digits in seen:
            yield Hit(member.file, member.line, f"{member.person.username} has the telephone of {seen[digits]}")
        seen.setdefault(digits, member.person.username)


def _patterns(desk: Desk) -> Iterator[Hit]:
    found: dict[str, list[Member]] = defaultdict(list)
    for member in _staff(desk):
        if member.person.username != desk.agent:
            found[_pattern(member.person)].append(member)
    every = sum(map(len, found.values()))
    if every < ENOUGH:
        return
    usual = Counter({name: len(members) for name, members in found.items()}).most_common(1)[0][0]
    for name, members in found.items():
        if name != usual and len(members) <= 0.1 * every:
            for m in members:
                yield Hit(m.file, m.line, f"{m.person.email}: others' addresses are {usual}")


def _pattern(person: Person) -> str:
    local = person.email.partition("@")[0].lower()
    for table in (_UMLAUTS, _PLAIN_UMLAUTS):
        words = [
            w for w in re.split(r"[\s.]+", _ascii(person.name.lower().translate(table))) if w not in ("dr", "prof")
        ]
        if len(words) < 2:
            continue
        first, last = words[0], words[-1]
        whole = words[1:]
        for shown, value in (
            ("first.last", f"{first}.{last}"), ("first.last", f"{first}.{'-'.join(whole)}"),
            ("first.last", f"{first}.{''.join(whole)}"), ("flast", first[0] + last), ("f.last", f"{first[0]}.{last}"),
            ("first", first), ("last", last), ("firstl", first + last[0]), ("last.first", f"{last}.{first}"),
        ):  # fmt: skip
            if local == value:
                return shown
    return "of another kind"


def _ascii(text: str) -> str:
    """Letters without accents, apostrophes gone."""
    folded = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return folded.replace("'", "")


CHECKS = (
    Check("manager", "error", "People without a manager or a department, and circles of managers.",
          "name their manager and department", _managers),
    Check("telephone", "error", "Two people with one telephone.", "give each an extension", _phones),
    Check("address-pattern", "warning", "An address of another pattern than the others'.",
          "follow the pattern, or accept it with a reason", _patterns),
)  # fmt: skip
