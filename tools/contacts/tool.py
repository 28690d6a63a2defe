"""The office's address book: colleagues, and people outside."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fauxcorp.api import (
    AliasChoices,
    BeforeValidator,
    Contact,
    Field,
    Office,
    Person,
    ToolArgs,
    ToolError,
    printable,
    tool,
)

PAGE = 25


def _id(value: object) -> object:
    return str(value) if isinstance(value, int) else value


Who = Annotated[
    str,
    BeforeValidator(_id),
    Field(
        validation_alias=AliasChoices("contact", "id", "contact_id", "name", "email"),
        max_length=254,
        description="Number of the contact as listed, full name or email address",
    ),
]
_ORGANISATION = AliasChoices("organisation", "organization", "company")
_NOTE = AliasChoices("note", "notes", "comment", "description")
_TITLE = AliasChoices("title", "job_title", "role")
_PHONE = AliasChoices("phone", "phone_number", "telephone")


class Search(ToolArgs):
    query: str = Field(
        "", validation_alias=AliasChoices("query", "q", "name"), max_length=500,
        description="Name, organisation, address; empty for all of the address book",
    )  # fmt: skip
    page: int = Field(1, ge=1, le=10_000)


class OneContact(ToolArgs):
    contact: Who


class AddContact(ToolArgs):
    name: str = Field(validation_alias=AliasChoices("name", "full_name"), max_length=10_000)
    email: str = Field("", validation_alias=AliasChoices("email", "email_address", "address"), max_length=10_000)
    organisation: str = Field("", validation_alias=_ORGANISATION, max_length=10_000)
    title: str = Field("", validation_alias=_TITLE, max_length=10_000)
    phone: str = Field("", validation_alias=_PHONE, max_length=10_000)
    note: str = Field("", validation_alias=_NOTE, max_length=100_000)
    shared: bool = Field(False, description="In everybody's address book, not only in yours")


class UpdateContact(ToolArgs):
    contact: Annotated[
        str,
        BeforeValidator(_id),
        Field(
            validation_alias=AliasChoices("contact", "id", "contact_id"),
            max_length=254,
            description="Number of the contact as listed, full name or email address",
        ),
    ]
    name: str | None = Field(None, validation_alias=AliasChoices("name", "new_name"), max_length=10_000)
    email: str | None = Field(None, validation_alias=AliasChoices("email", "new_email"), max_length=10_000)
    organisation: str | None = Field(None, validation_alias=_ORGANISATION, max_length=10_000)
    title: str | None = Field(None, validation_alias=_TITLE, max_length=10_000)
    phone: str | None = Field(None, validation_alias=_PHONE, max_length=10_000)
    note: str | None = Field(None, validation_alias=_NOTE, max_length=100_000)


@tool()
def search_contacts(args: Search, office: Office) -> str:
    """Search the address book: people outside, and colleagues."""
    _signed_in(office)
    found = office.world.contacts.search(office.user, args.query)
    staff = office.world.directory.search(args.query) if args.query.strip() else []
    rows = [_row(number, contact) for number, contact in found] + [_staff(p) for p in staff]
    if not rows:
        return "No contacts found."
    pages = -(-len(rows) // PAGE)
    if args.page > pages:
        raise ToolError(f"There {'are' if pages > 1 else 'is'} {pages} page{'s' if pages > 1 else ''}")
    count = f"{len(found)} contact{'s' if len(found) != 1 else ''}"
    count += f", {len(staff)} in the staff directory" if staff else ""
    head = count + (f" (page {args.page} of {pages})" if pages > 1 else "")
    return printable("\n".join([head, *rows[(args.page - 1) * PAGE : args.page * PAGE]]))


@tool()
def get_contact(args: OneContact, office: Office) -> str:
    """Show all of one contact."""
    _signed_in(office)
    person = _colleague(args.contact, office)
    fields: tuple[tuple[str, str], ...]
    if person is not None:
        fields = (("Name", person.name), ("Email", person.email), ("Title", person.title),
                  ("Department", person.department), ("Phone", person.phone), ("Location", person.location),
                  ("Address book", "staff directory"))  # fmt: skip
    else:
        number, contact = office.world.contacts.find(office.user, args.contact)
        book = "yours" if contact.owner else "shared by all"
        fields = (("Number", number), ("Name", contact.name), ("Email", contact.email), ("Title", contact.title),
                  ("Organisation", contact.organisation), ("Phone", contact.phone), ("Note", contact.note),
                  ("Address book", book))  # fmt: skip
    return printable("\n".join(f"{label}: {value}" for label, value in fields if value))


@tool(seconds=40)
def add_contact(args: AddContact, office: Office) -> str:
    """Add somebody to your address book."""
    _signed_in(office)
    owner = "" if args.shared else office.user
    contact = Contact(args.name, args.email, args.organisation, args.title, args.phone, args.note, owner)
    number = office.world.contacts.add(office.by, contact)
    return printable(f"Added contact {number}: {args.name.strip()}{'' if owner else ' (shared by all)'}.")


@tool(seconds=30)
def update_contact(args: UpdateContact, office: Office) -> str:
    """Change what is given of a contact; the rest stays."""
    number, before = _entry(args.contact, office)
    names = ("name", "email", "organisation", "title", "phone", "note")
    given = {name: value for name in names if (value := getattr(args, name)) is not None}
    office.world.contacts.change(office.by, number, replace(before, **given))
    now = office.world.contacts.get(office.user, number) or before
    return printable(f"Changed contact {_row(number, now)}")


@tool(seconds=15)
def delete_contact(args: OneContact, office: Office) -> str:
    """Delete a contact from the address book."""
    number, _ = _entry(args.contact, office)
    contact = office.world.contacts.delete(office.by, number)
    return printable(f"Deleted contact {number}: {contact.name}.")


def _signed_in(office: Office) -> None:
    if not office.world.accounts.usable(office.user):
        raise ToolError("Sign-in failed: your account is locked")


def _entry(who: str, office: Office) -> tuple[str, Contact]:
    """An entry that can be changed: none of the staff directory."""
    _signed_in(office)
    try:
        return office.world.contacts.find(office.user, who)
    except ToolError:
        person = _colleague(who, office)
        if person is None:
            raise
        raise ToolError(f"{person.name} is in the staff directory, which IT keeps; it cannot be changed here") from None


def _colleague(who: str, office: Office) -> Person | None:
    if office.world.contacts.get(office.user, who.strip().lstrip("#")) is not None:
        return None
    try:
        return office.world.directory.person(office.world.directory.account(who).username)
    except ToolError:
        return None


def _row(number: str, contact: Contact) -> str:
    about = ", ".join(v for v in (contact.title, contact.organisation) if v)
    reach = ", ".join(v for v in (contact.email, contact.phone) if v)
    mark = " [yours]" if contact.owner else ""
    return f"{number}  {contact.name}{f', {about}' if about else ''}  {reach}{mark}".rstrip()


def _staff(person: Person) -> str:
    reach = ", ".join(v for v in (person.email, person.phone) if v)
    return f"{person.username}  {person.name}, {person.title}, {person.department}  {reach} [colleague]"
