"""The staff directory: who is who, and the accounts' administration."""

from __future__ import annotations

from typing import Annotated

from fauxcorp.api import (
    Account,
    AliasChoices,
    Field,
    Office,
    Origin,
    Person,
    ToolArgs,
    ToolError,
    minute,
    printable,
    tool,
)

PAGE = 25

User = Annotated[
    str,
    Field(
        validation_alias=AliasChoices("user", "username", "user_id", "email"),
        max_length=254,
        description="User name, email address or full name",
    ),
]
Group = Annotated[
    str, Field(validation_alias=AliasChoices("group", "group_name"), max_length=100, description="Name of the group")
]


class Search(ToolArgs):
    query: str = Field("", max_length=500, description="Name, user name, title, department, place; empty for everyone")
    department: str = Field("", max_length=100)
    page: int = Field(1, ge=1, le=10_000)


class OneUser(ToolArgs):
    user: User


class Lock(ToolArgs):
    user: User
    reason: str = Field("", max_length=2000)


class Role(ToolArgs):
    user: User
    role: str = Field(max_length=100, description="member, manager, helpdesk or admin")


class InGroup(ToolArgs):
    user: User
    group: Group


class NoArguments(ToolArgs):
    pass


@tool()
def search_directory(args: Search, office: Office) -> str:
    """Find people in the staff directory."""
    found = office.world.directory.search(args.query, args.department)
    if not found:
        return "No one found."
    pages = -(-len(found) // PAGE)
    if args.page > pages:
        raise ToolError(f"There {'are' if pages > 1 else 'is'} {pages} page{'s' if pages > 1 else ''}")
    count = "1 person" if len(found) == 1 else f"{len(found)} people"
    head = count + (f" (page {args.page} of {pages})" if pages > 1 else "")
    rows = [_row(p, office) for p in found[(args.page - 1) * PAGE : args.page * PAGE]]
    return "\n".join([head, *rows])


@tool()
def get_user(args: OneUser, office: Office) -> str:
    """Show a person's entry: title, manager, role, groups, account status."""
    directory = office.world.directory
    account = directory.account(args.user)
    person = directory.person(account.username)
    lines = [f"User: {account.username}"]
    if person is not None:
        boss = directory.person(person.manager) if person.manager else None
        for label, value in (
            ("Name", person.name),
            ("Title", person.title),
            ("Department", person.department),
            ("Manager", f"{boss.name} ({boss.username})" if boss else ""),
            ("Email", person.email),
            ("Phone", person.phone),
            ("Location", person.location),
            ("Out of office", person.out_of_office),
        ):
            if value:
                lines.append(f"{label}: {value}")
    last = directory.last_sign_in(account)
    lines += [
        f"Role: {account.role}",
        f"Groups: {', '.join(sorted(account.groups)) or 'none'}",
        f"Status: {'active' if account.usable else 'locked'}",
        f"MFA: {'on' if account.mfa else 'not set up'}",
        f"Open sessions: {account.sessions}",
    ]
    if last is not None:
        lines.append(f"Last sign-in: {minute(last, office.world.company.facts.timezone)}")
    return "\n".join(lines)


@tool()
def list_groups(args: NoArguments, office: Office) -> str:
    """List the groups and their members."""
    rows = []
    for group, members in office.world.directory.groups().items():
        shown = ", ".join(members[:30]) + (f" and {len(members) - 30} more" if len(members) > 30 else "")
        rows.append(f"{group} ({len(members)}): {shown}" if members else f"{group} (0)")
    return "\n".join(rows[:200]) or "No groups."


@tool(seconds=40)
def lock_account(args: Lock, office: Office) -> str:
    """Lock a user's account: they are signed out and cannot sign in."""
    account = office.world.directory.lock(_by(office), args.user)
    return f"{_name(account, office)} is locked and signed out."


@tool(seconds=40)
def unlock_account(args: OneUser, office: Office) -> str:
    """Unlock a user's account."""
    account = office.world.directory.unlock(_by(office), args.user)
    return f"{_name(account, office)} is unlocked."


@tool(seconds=40)
def reset_password(args: OneUser, office: Office) -> str:
    """Set a new temporary password for a user."""
    account, password = office.world.directory.reset_password(_by(office), args.user)
    return f"Temporary password for {account.username}: {password}"


@tool(seconds=40)
def reset_mfa(args: OneUser, office: Office) -> str:
    """Remove a user's second factor, so that they must set it up again."""
    account = office.world.directory.reset_mfa(_by(office), args.user)
    return f"MFA of {account.username} was reset; it must be set up again at the next sign-in."


@tool(seconds=30)
def revoke_sessions(args: OneUser, office: Office) -> str:
    """Sign a user out of all devices."""
    account = office.world.directory.revoke_sessions(_by(office), args.user)
    return f"{account.username} was signed out everywhere."


@tool(seconds=40)
def change_role(args: Role, office: Office) -> str:
    """Give a user another role in the directory."""
    account = office.world.directory.change_role(_by(office), args.user, args.role.strip().lower())
    return f"{account.username} now has the role {account.role}."


@tool(seconds=40)
def add_to_group(args: InGroup, office: Office) -> str:
    """Add a user to a group."""
    account = office.world.directory.add_to_group(_by(office), args.user, args.group)
    return f"{account.username} was added to {args.group.strip().lower()}."


@tool(seconds=40)
def remove_from_group(args: InGroup, office: Office) -> str:
    """Remove a user from a group."""
    account = office.world.directory.remove_from_group(_by(office), args.user, args.group)
    return f"{account.username} was removed from {args.group.strip().lower()}."


def _by(office: Office) -> Origin:
    if not office.world.accounts.usable(office.user):
        raise ToolError("Sign-in failed: your account is locked")
    return office.by


def _row(person: Person, office: Office) -> str:
    account = office.world.accounts.get(person.username)
    mark = "" if account is None or account.usable else " [locked]"
    where = f", {person.department}" if person.department else ""
    return f"{person.username}  {printable(person.name)}, {person.title}{where}  {person.email}{mark}"


def _name(account: Account, office: Office) -> str:
    person = office.world.directory.person(account.username)
    return f"{person.name} ({account.username})" if person else account.username
