"""Address books: everybody's and people's own, as they started and as they are now."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING

from fauxcorp.core.effects import ContactAdded, ContactChanged, ContactDeleted, ContactEffect, Origin
from fauxcorp.errors import ToolError
from fauxcorp.world.addresses import bare, one_line, valid
from fauxcorp.world.mailindex import line, words
from fauxcorp.world.office import Contact
from fauxcorp.world.text import sound

if TYPE_CHECKING:
    from fauxcorp.world.world import World

MAX_ADDED = 5000
MAX_FIELD = 500
MAX_NOTE = 5000
_FIELDS = tuple(f.name for f in fields(Contact))


class Contacts:
    """The address books of one world: a shared base and this world's changes. Entries are known by a number."""

    __slots__ = ("_changed", "_count", "_world")

    def __init__(self, world: World) -> None:
        self._world = world
        self._changed: dict[str, Contact | None] = {}
        self._count = len(world.company.contacts)

    def get(self, user: str, number: str) -> Contact | None:
        """The entry of a number, if the person can see it."""
        found = self._entry(number)
        return found if found is not None and found.owner in ("", user) else None

    def all(self, user: str) -> list[tuple[str, Contact]]:
        """Number and entry of everything that a person can see, by name."""
        found = [(str(n), c) for n, c in enumerate(self._world.company.contacts, 1) if str(n) not in self._changed]
        found += [(n, c) for n, c in self._changed.items() if c is not None]
        seen = [(n, c) for n, c in found if c.owner in ("", user)]
        return sorted(seen, key=lambda f: (f[1].name.casefold(), f[1].email, int(f[0])))

    def search(self, user: str, query: str) -> list[tuple[str, Contact]]:
        """The entries that hold all words of a query, each of which may go on."""
        parts = [f" {word}" for word in words(query[:500])[:20]]
        return [(n, c) for n, c in self.all(user) if all(p in _text(c) for p in parts)]

    def find(self, user: str, who: str) -> tuple[str, Contact]:
        """The one entry of a number, an address or a name. Raises ToolError: none, or several."""
        wanted = who.strip().lstrip("#")
        found = self.get(user, wanted)
        if found is not None:
            return wanted, found
        address, name = bare(wanted), line(wanted)
        known = self.all(user)
        named = [(n, c) for n, c in known if c.email.lower() == address] or [
            (n, c) for n, c in known if name and line(c.name) == name
        ]
        if not named:
            raise ToolError(f"No contact {who[:100]}")
        if len(named) > 1:
            shown = ", ".join(f"{n} ({c.name}, {c.email or c.organisation})" for n, c in named[:10])
            raise ToolError(f"Several contacts are called {who[:100]}; give the number: {shown}")
        return named[0]

    def add(self, by: Origin, contact: Contact) -> str:
        """Make an entry; returns its number. One effect. Raises ToolError."""
        contact = _checked(contact)
        if self._count >= len(self._world.company.contacts) + MAX_ADDED:
            raise ToolError("The address book is full")
        for number, known in self.all(by.user):
            if contact.email and known.email.lower() == contact.email.lower() and known.owner == contact.owner:
                raise ToolError(f"There is a contact with this address already: {number} ({known.name})")
        number = str(self._count + 1)
        self._world.apply(ContactAdded(by=by, contact_id=number, **_values(contact)))
        return number

    def change(self, by: Origin, number: str, contact: Contact) -> None:
        """Let an entry be another one. One effect. Raises ToolError."""
        contact, before = _checked(contact), self._seen(by.user, number)
        if contact == before:
            raise ToolError("Nothing to change")
        previous = before.email if before.email != contact.email else ""
        effect = ContactChanged(by=by, contact_id=number, previous_email=previous, **_values(contact))
        self._world.apply(effect)

    def delete(self, by: Origin, number: str) -> Contact:
        """Take an entry out; returns it. One effect. Raises ToolError."""
        before = self._seen(by.user, number)
        self._world.apply(ContactDeleted(by=by, contact_id=number, **_values(before)))
        return before

    def apply(self, effect: ContactEffect) -> None:
        """Carry out an effect on an address book."""
        if isinstance(effect, ContactDeleted):
            self._changed[effect.contact_id] = None
            return
        self._changed[effect.contact_id] = Contact(**{name: getattr(effect, name) for name in _FIELDS})
        self._count = max(self._count, int(effect.contact_id))

    def fork(self, world: World) -> Contacts:
        """The same address books in another world."""
        other = Contacts(world)
        other._changed, other._count = dict(self._changed), self._count
        return other

    def _entry(self, number: str) -> Contact | None:
        if number in self._changed:
            return self._changed[number]
        base = self._world.company.contacts
        known = number.isascii() and number.isdecimal() and len(number) < 9 and not number.startswith("0")
        return base[int(number) - 1] if known and 0 < int(number) <= len(base) else None

    def _seen(self, user: str, number: str) -> Contact:
        found = self.get(user, number)
        if found is None:
            raise ToolError(f"No contact {number[:40]}")
        return found


def _text(contact: Contact) -> str:
    return line(" ".join((contact.name, contact.email, contact.organisation, contact.title, contact.phone,
                          contact.note)))  # fmt: skip


def _values(contact: Contact) -> dict[str, str]:
    return {name: getattr(contact, name) for name in _FIELDS}


def _checked(contact: Contact) -> Contact:
    single = {name: one_line(getattr(contact, name), MAX_FIELD + 1) for name in _FIELDS if name != "note"}
    note = sound(contact.note).strip()
    long = [name for name, value in single.items() if len(value) > MAX_FIELD]
    if long or len(note) > MAX_NOTE:
        limits = f"note {MAX_NOTE:,} characters, everything else {MAX_FIELD}"
        raise ToolError(f"Too long: {', '.join(long) or 'note'} (limits: {limits})")
    if not single["name"]:
        raise ToolError("A contact needs a name")
    email = bare(single["email"]) if single["email"] else ""
    if email and not valid(email):
        raise ToolError(f"Invalid address: {single['email'][:100]!r}")
    return replace(contact, **{**single, "email": email, "note": note})
