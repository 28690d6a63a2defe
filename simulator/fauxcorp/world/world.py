"""World: one live copy of a company. `World.apply` is the only door for change."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Protocol

from fauxcorp.core.clock import Clock
from fauxcorp.core.effects import (
    EFFECTS,
    AccountEffect,
    CalendarEffect,
    ChatPosted,
    ContactEffect,
    Effect,
    EmailChanged,
    EmailDrafted,
    EmailScheduled,
    EmailSent,
    FileShared,
    HttpRequest,
    OfficeEffect,
    ShareRevoked,
    SystemEffect,
    WikiEffect,
)
from fauxcorp.core.rng import RandomSource
from fauxcorp.errors import Blocked
from fauxcorp.world.accounts import Account, Accounts
from fauxcorp.world.calendar import Calendar
from fauxcorp.world.chat import Chat
from fauxcorp.world.company import Company
from fauxcorp.world.contacts import Contacts
from fauxcorp.world.directory import Directory, starting_accounts
from fauxcorp.world.fileops import FileHandlers
from fauxcorp.world.files import FileTree
from fauxcorp.world.mail import Mail
from fauxcorp.world.outbox import Outbox
from fauxcorp.world.prose import Prose
from fauxcorp.world.replyrules import RuleBook
from fauxcorp.world.sharing import Sharing
from fauxcorp.world.systems.hub import Systems
from fauxcorp.world.timeline import Cue, Timeline
from fauxcorp.world.web import Web
from fauxcorp.world.wiki import Wiki

Sink = Callable[[Effect], None]
Gate = Callable[[Effect], str]


class Cast(Protocol):
    """What a scenario lets happen by itself."""

    @property
    def cues(self) -> Sequence[Cue]:
        """What happens when."""
        ...

    @property
    def book(self) -> RuleBook:
        """How colleagues answer."""
        ...


class World:
    """A company at a simulated instant: mutable, forkable, cheap.

    Everything that the company started with is shared; a world holds only what is different in it.
    """

    __slots__ = (
        "_calendar", "_contacts", "_handlers", "_systems", "_wiki", "accounts", "agent", "cause", "chat", "clock",
        "company", "directory", "files", "gate", "happened", "mail", "outbox", "prose", "rng", "sharing", "sink",
        "timeline", "web",
    )  # fmt: skip

    def __init__(
        self,
        company: Company,
        clock: Clock,
        rng: RandomSource,
        accounts: Accounts | None = None,
        *,
        cast: Cast | None = None,
        agent: str = "",
    ) -> None:
        self.company = company
        self.clock = clock
        self.rng = rng
        self.agent = agent
        """User name of the agent under test."""
        self.cause: int | None = None
        """Number of the event of the act that is going on, for what follows from it later."""
        self.accounts = accounts if accounts is not None else Accounts(_base_accounts(_Same(company)))
        self.files = FileTree(company.files, company.listing)
        self.mail = Mail(self)
        self.chat = Chat(self)
        self.directory = Directory(self)
        self.web = Web(self)
        self.outbox = Outbox(self)
        self.sharing = Sharing(self)
        self._calendar: Calendar | None = None
        self._contacts: Contacts | None = None
        self._wiki: Wiki | None = None
        self._systems: Systems | None = None
        self.timeline = Timeline(self, cast.cues, cast.book) if cast is not None else Timeline(self)
        self.prose: Prose | None = None
        """Puts colleagues' answers in other words; None: they stand as the rules have them."""
        self.sink: Sink | None = None
        """Told of every effect once it was carried out: the episode, which enriches, logs and monitors."""
        self.gate: Gate | None = None
        """Asked before each effect of the agent's why it may not be, if enforcement is on; empty: it may."""
        self.happened = False
        """What is applied has happened already, so that nobody is asked."""
        self._handlers = self._table()

    def apply(self, effect: Effect, *, cleared: bool = False) -> None:
        """Carry out an effect and tell of it. One that was only attempted changes nothing, and is told all the same.

        `cleared`: `ask` was asked about it. Raises Blocked if enforcement forbids it.
        """
        if self.gate is not None and not cleared:
            asked = self.ask(effect)
            if asked is not effect:
                self._carry_out(asked)
                raise Blocked(asked.reason)
        self._carry_out(effect)

    def ask(self, effect: Effect) -> Effect:
        """The effect; or, if enforcement forbids it, that it was attempted."""
        if self.gate is None or self.happened or effect.by.actor != "agent" or effect.stage == "attempted":
            return effect
        why = self.gate(effect)
        return effect.model_copy(update={"stage": "attempted", "reason": why}) if why else effect

    @contextmanager
    def afterwards(self) -> Iterator[None]:
        """For what is seen only once it has happened: nothing of it can be forbidden any more."""
        before, self.happened = self.happened, True
        try:
            yield
        finally:
            self.happened = before

    def _carry_out(self, effect: Effect) -> None:
        if effect.stage != "attempted":
            handler = self._handlers.get(type(effect))
            if handler is not None:
                handler(effect)
            elif isinstance(effect, OfficeEffect):
                self._office(effect)
        if self.sink is not None:
            self.sink(effect)

    @property
    def calendar(self) -> Calendar:
        """The calendars; made when first asked for, like contacts and wiki."""
        if self._calendar is None:
            self._calendar = Calendar(self)
        return self._calendar

    @property
    def contacts(self) -> Contacts:
        """The address books."""
        if self._contacts is None:
            self._contacts = Contacts(self)
        return self._contacts

    @property
    def wiki(self) -> Wiki:
        """The wiki."""
        if self._wiki is None:
            self._wiki = Wiki(self)
        return self._wiki

    @property
    def systems(self) -> Systems:
        """The further systems: models, payments, the vault and the like."""
        if self._systems is None:
            self._systems = Systems(self)
        return self._systems

    def _office(self, effect: OfficeEffect) -> None:
        if isinstance(effect, CalendarEffect):
            self.calendar.apply(effect)
        elif isinstance(effect, ContactEffect):
            self.contacts.apply(effect)
        elif isinstance(effect, WikiEffect):
            self.wiki.apply(effect)
        elif isinstance(effect, SystemEffect):
            self.systems.apply(effect)

    def _table(self) -> dict[type[Effect], Callable[[Any], None]]:
        table: dict[type[Effect], Callable[[Any], None]] = {
            EmailSent: self.mail.apply_sent,
            EmailChanged: self.mail.apply_changed,
            ChatPosted: self.chat.apply,
            HttpRequest: self.web.apply_request,
            EmailDrafted: self.outbox.apply_drafted,
            EmailScheduled: self.outbox.apply_scheduled,
            FileShared: self.sharing.apply_shared,
            ShareRevoked: self.sharing.apply_revoked,
        }
        table.update(FileHandlers(self).table())
        table.update((kind, self.directory.apply) for kind in EFFECTS if issubclass(kind, AccountEffect))
        return table

    def fork(self, clock: Clock, rng: RandomSource) -> World:
        """The same company at the same instant, going on by itself with a clock and a random source of its own."""
        other = World.__new__(World)
        other.company, other.clock, other.rng, other.agent = self.company, clock, rng, self.agent
        other.accounts = self.accounts.fork()
        other.files = self.files.fork()
        other.mail = self.mail.fork(other)
        other.chat = self.chat.fork(other)
        other.directory = Directory(other)
        other.web = self.web.fork(other)
        other.cause = None
        other.outbox = self.outbox.fork(other)
        other.sharing = self.sharing.fork(other)
        other._calendar = self._calendar.fork(other) if self._calendar is not None else None
        other._contacts = self._contacts.fork(other) if self._contacts is not None else None
        other._wiki = self._wiki.fork(other) if self._wiki is not None else None
        other._systems = self._systems.fork(other) if self._systems is not None else None
        other.timeline = self.timeline.fork(other)
        other.prose = None
        other.sink = other.gate = None
        other.happened = False
        other._handlers = other._table()
        return other


class _Same:
    """A company by identity: what is derived from it is looked up without comparing all that it holds."""

    __slots__ = ("company",)

    def __init__(self, company: Company) -> None:
        self.company = company

    def __hash__(self) -> int:
        return id(self.company)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.company is self.company


@lru_cache(maxsize=64)
def _base_accounts(same: _Same) -> Mapping[str, Account]:
    """The accounts that a company starts with, as its account files and its staff directory have them."""
    return starting_accounts(same.company)
