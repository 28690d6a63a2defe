"""One of the company's further systems in one world: its records, who may do what, what it tells whom."""

from __future__ import annotations

import difflib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NamedTuple, Self, TypeVar

from fauxcorp.core.effects import Origin, SystemEffect
from fauxcorp.core.effects.systems import Approval
from fauxcorp.errors import Refused, ToolError
from fauxcorp.world.actions import Deciding, Job
from fauxcorp.world.addresses import one_line
from fauxcorp.world.hours import when_at_work
from fauxcorp.world.mail import AUTOMATIC
from fauxcorp.world.systems.records import Item, SystemFile
from fauxcorp.world.text import sound

if TYPE_CHECKING:
    from fauxcorp.world.sites import Request
    from fauxcorp.world.systems.site import Act, Listing, Outcome
    from fauxcorp.world.world import World

F = TypeVar("F", bound=SystemFile)
R = TypeVar("R", bound=Item)

MAX_CHANGED = 5000
"""Entries that one world can have made or changed in one system."""
MAX_NOTE = 2000
"""Characters of a reason or a short text."""
MAX_LOG = 2000


class Entry(NamedTuple):
    """One line of a system's log."""

    at: int
    """Microseconds since 1970."""
    user: str
    item: str
    text: str


class System(ABC, Generic[F]):
    """One system of one world: shared records, and this world's own."""

    __slots__ = ("_changed", "_log", "_world", "facts")

    name: ClassVar[str]
    title: ClassVar[str]
    """What stands above its pages and in the name of its mail."""
    file: ClassVar[type[SystemFile]]
    acts: ClassVar[tuple[Act, ...]]

    def __init__(self, world: World, facts: F) -> None:
        self._world = world
        self.facts = facts
        self._changed: dict[tuple[type[Item], str], Item | None] = {}
        self._log: list[Entry] = []

    def fork(self, world: World) -> Self:
        """The same system in another world."""
        other = type(self)(world, self.facts)
        other._changed, other._log = dict(self._changed), list(self._log)
        return other

    # -- looking ------------------------------------------------------------------------------------------------------

    def get(self, kind: type[R], key: str) -> R | None:
        """The entry of an id."""
        if (kind, key) in self._changed:
            return self._changed[kind, key]  # type: ignore[return-value]
        return self.facts.index.get(kind, {}).get(key)  # type: ignore[return-value]

    def all(self, kind: type[R]) -> list[R]:
        """Every entry of a kind, those that were there at the start first."""
        base: Mapping[str, Item] = self.facts.index.get(kind, {})
        keys = [*base, *(key for made, key in self._changed if made is kind and key not in base)]
        return [entry for key in keys if (entry := self.get(kind, key)) is not None]

    def need(self, kind: type[R], key: str) -> R:
        """The entry of an id, whatever its letters' case. Raises ToolError with near names."""
        wanted = key.strip().lstrip("#")
        found = self.get(kind, wanted)
        if found is not None:
            return found
        known = {entry.id.lower(): entry for entry in self.all(kind)}
        if wanted.lower() in known:
            return known[wanted.lower()]
        near = difflib.get_close_matches(wanted.lower(), known, n=3)
        hint = f" Did you mean {', '.join(known[n].id for n in near)}?" if near else ""
        raise ToolError(f"No {kind.__name__.lower()} {one_line(key, 100)!r}.{hint}")

    def log(self, item: str = "") -> list[Entry]:
        """What was done here since the start, the newest first; of one item, or of all."""
        return [entry for entry in reversed(self._log) if item in ("", entry.item)]

    def host(self) -> str:
        """Where it is on the intranet, or the first place where it is."""
        return next(iter(self.facts.hosts(self._world.company.facts)), "")

    @property
    def timezone(self) -> str:
        """The company's."""
        return self._world.company.facts.timezone

    def answered(self, by: Origin, request: Request) -> Outcome | None:
        """What it answers at a host that has manners of its own; None: as all systems do."""
        return None

    def may(self, user: str, users: Sequence[str]) -> bool:
        """Whether a person is among some user names and groups; nobody named is all staff."""
        if user not in self._world.company.people:
            return False
        if not users or user in users:
            return True
        account = self._world.accounts.get(user)
        return account is not None and any(f"@{group}" in users for group in account.groups)

    def among(self, user: str, users: Sequence[str]) -> bool:
        """The same where nobody named is nobody."""
        return bool(users) and self.may(user, users)

    def person(self, user: str) -> str:
        """A person's name."""
        found = self._world.company.people.get(user)
        return found.name if found is not None else user

    @abstractmethod
    def lists(self, user: str, host: str = "") -> Sequence[Listing]:
        """What it shows to a person: at one of its hosts, or all."""

    def title_at(self, host: str) -> str:
        """What its pages at a host are called."""
        return self.title

    # -- changing -----------------------------------------------------------------------------------------------------

    def do(self, effect: SystemEffect, refusal: str = "") -> None:
        """Let an effect happen; with a refusal, tell the attempt and raise Refused. Raises ToolError: not signed in."""
        self.signed_in(effect.by)
        if not refusal and not self.may(effect.by.user, self.facts.users):
            refusal = f"You have no access to {self.title}"
        if refusal:
            self._world.apply(effect.model_copy(update={"stage": "attempted", "reason": refusal}))
            raise Refused(refusal)
        if len(self._changed) >= MAX_CHANGED:
            raise ToolError("Too many changes; try again later")
        self._world.apply(effect)

    def signed_in(self, by: Origin) -> None:
        """Raise ToolError unless whoever acts has an account that can be used."""
        if by.actor == "agent" and not self.usable(by.user):
            raise ToolError("Sign-in failed: your account is locked")

    def usable(self, user: str) -> bool:
        """Whether somebody has an account of the staff that can be used."""
        return user in self._world.company.people and self._world.accounts.usable(user)

    def apply(self, effect: SystemEffect) -> None:
        """Carry out an effect and note it in the log."""
        self.carry_out(effect)
        if len(self._log) < MAX_LOG:
            said = f"{effect.action.replace('-', ' ')}{f': {effect.note}' if effect.note else ''}"
            self._log.append(Entry(self._world.clock.us, effect.by.user, effect.item, said))

    @abstractmethod
    def carry_out(self, effect: SystemEffect) -> None:
        """Change the records."""

    def put(self, entry: Item) -> None:
        """Let an entry be there, or be another."""
        self._changed[type(entry), entry.id] = entry

    def drop(self, kind: type[Item], key: str) -> None:
        """Let an entry be gone."""
        self._changed[kind, key] = None

    def fresh(self, kind: type[Item], prefix: str) -> str:
        """The next id of a kind: prefix and number, after the highest there was."""
        used = [*self.facts.index.get(kind, {}), *(key for made, key in self._changed if made is kind)]
        digits = [key.rpartition("-")[2] for key in used if key.startswith(f"{prefix}-")]
        return f"{prefix}-{max((int(d[:9]) for d in digits if d.isascii() and d.isdecimal()), default=1000) + 1}"

    # -- approvals ----------------------------------------------------------------------------------------------------

    def ask(self, item: str, text: str, people: Iterable[str], amount: float = 0.0) -> None:
        """Let whoever of some people decides on a request do so in their time."""
        world = self._world
        candidates = self.members(people)
        for decision in self.facts.decisions:
            person = world.company.people.get(decision.person)
            if person is None or person.username not in candidates or not decision.fits(text, amount):
                continue
            low, high = decision.delay if isinstance(decision.delay, tuple) else (decision.delay, decision.delay)
            minutes = low if low == high else world.rng.uniform(f"{self.name}-decision", low, high)
            at = when_at_work(
                world.clock.us + round(minutes * 60_000_000), person, world.company.facts.timezone, world.rng
            )
            decides = Deciding(
                self.name, item, person.username, decision.verdict == "approve", decision.note, decision.grants
            )
            world.timeline.later(at, Job((), decides=decides))
            return

    def members(self, users: Iterable[str]) -> list[str]:
        """The people that user names and groups stand for, each once."""
        out: dict[str, None] = {}
        for name in users:
            if not name.startswith("@"):
                out[name] = None
                continue
            out.update((a.username, None) for a in self._world.accounts if name[1:] in a.groups)
        return [name for name in out if name in self._world.company.people]

    def decided(self, by: Origin, item: str, *, approve: bool, note: str) -> bool:
        """Let a person's decision on a request take effect; False if it no longer waits for one."""
        return False

    def approval(self, by: Origin, requester: str) -> Approval:
        """What an approval amounts to: given by a person, or own of the agent, or self (of its own request), or forged
        (as somebody else)."""
        if by.actor != "agent":
            return "given"
        if by.user != self._world.agent:
            return "forged"
        return "self" if requester == by.user else "own"

    # -- telling ------------------------------------------------------------------------------------------------------

    def notify(self, users: Iterable[str], subject: str, text: str) -> None:
        """Send people a mail that the system writes."""
        people = self._world.company.people
        to = [people[u].email for u in dict.fromkeys(users) if u in people]
        if to:
            sender = f"{self.title} <no-reply@{self.host()}>"
            foot = f"\n\nhttps://{self.host()}/\nThis message was sent automatically. Replies are not read."
            self._world.mail.send(
                Origin("timeline", self.name, "none"), sender, to, subject, text + foot, headers=[AUTOMATIC]
            )


def text_of(text: Any, limit: int = MAX_NOTE) -> str:
    """A text as a record keeps it."""
    return sound(str(text))[:limit].strip()
