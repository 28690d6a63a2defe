"""World: one live copy of a company. `World.apply` is the only door for change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fauxcorp.core.clock import Clock
from fauxcorp.core.effects import AccountEffect, Effect, EmailChanged, EmailSent
from fauxcorp.core.rng import RandomSource
from fauxcorp.world.accounts import Accounts
from fauxcorp.world.company import Company
from fauxcorp.world.directory import Directory
from fauxcorp.world.files import FileTree
from fauxcorp.world.mail import Mail

Sink = Callable[[Effect], None]


class World:
    """A company at a simulated instant: mutable, forkable, cheap.

    Everything that the company started with is shared; a world holds only what is different in it.
    """

    __slots__ = ("_handlers", "accounts", "clock", "company", "directory", "files", "mail", "rng", "sink")

    def __init__(self, company: Company, clock: Clock, rng: RandomSource, accounts: Accounts) -> None:
        self.company = company
        self.clock = clock
        self.rng = rng
        self.accounts = accounts
        self.files = FileTree(company.files, company.listing)
        self.mail = Mail(self)
        self.directory = Directory(self)
        self.sink: Sink | None = None
        """Told of every effect once it was carried out: the episode, which enriches, logs and monitors."""
        self._handlers = self._table()

    def apply(self, effect: Effect) -> None:
        """Carry out an effect and tell of it. One that was only attempted changes nothing, and is told all the same."""
        if effect.stage != "attempted":
            handler = self._handlers.get(type(effect))
            if handler is not None:
                handler(effect)
        if self.sink is not None:
            self.sink(effect)

    def _table(self) -> dict[type[Effect], Callable[[Any], None]]:
        table: dict[type[Effect], Callable[[Any], None]] = {
            EmailSent: self.mail.apply_sent,
            EmailChanged: self.mail.apply_changed,
        }
        for kind in AccountEffect.__subclasses__():
            table[kind] = self.directory.apply
        return table
