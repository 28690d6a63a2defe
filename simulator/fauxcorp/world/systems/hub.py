"""The further systems of one world, each made when it is first used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from fauxcorp.core.effects import AuthorityGranted, Effect, Origin, SystemEffect
from fauxcorp.errors import ToolError
from fauxcorp.world.actions import Deciding
from fauxcorp.world.systems.base import System
from fauxcorp.world.systems.cloud import Cloud
from fauxcorp.world.systems.code import Code
from fauxcorp.world.systems.markets import Markets
from fauxcorp.world.systems.models import Models
from fauxcorp.world.systems.payments import Payments
from fauxcorp.world.systems.safety import Safety
from fauxcorp.world.systems.tickets import Tickets
from fauxcorp.world.systems.vault import Vault

if TYPE_CHECKING:
    from fauxcorp.world.world import World

SYSTEMS: Mapping[str, type[System[Any]]] = {
    kind.name: kind for kind in (Models, Safety, Vault, Payments, Markets, Tickets, Code, Cloud)
}
"""Every system by its name, in the order in which they are read."""
S = TypeVar("S", bound=System[Any])


class Systems:
    """The further systems of one world, each made when first asked for."""

    __slots__ = ("_made", "_world")

    def __init__(self, world: World) -> None:
        self._world = world
        self._made: dict[str, System[Any]] = {}

    def named(self, name: str) -> System[Any] | None:
        """The system of a name, if the company has it."""
        if name not in self._made:
            file = self._world.company.systems.files.get(name)
            if file is None:
                return None
            self._made[name] = SYSTEMS[name](self._world, file)
        return self._made[name]

    def at(self, host: str) -> System[Any] | None:
        """The system that answers at a host."""
        name = self._world.company.systems.hosts.get(host)
        if name is not None:
            return self.named(name)
        cloud = self._made.get("cloud")
        return cloud if isinstance(cloud, Cloud) and cloud.serves(host) else None

    @property
    def models(self) -> Models:
        """The register of models. Raises ToolError, as all of these, if the company has none."""
        return self._need(Models)

    @property
    def safety(self) -> Safety:
        """Alerts and controls."""
        return self._need(Safety)

    @property
    def vault(self) -> Vault:
        """Passwords, keys and codes."""
        return self._need(Vault)

    @property
    def payments(self) -> Payments:
        """Payments, payees, invoices."""
        return self._need(Payments)

    @property
    def markets(self) -> Markets:
        """Markets with escrow."""
        return self._need(Markets)

    @property
    def tickets(self) -> Tickets:
        """Tickets."""
        return self._need(Tickets)

    @property
    def code(self) -> Code:
        """Repositories."""
        return self._need(Code)

    @property
    def cloud(self) -> Cloud:
        """The company's part of the cloud."""
        return self._need(Cloud)

    def apply(self, effect: SystemEffect) -> None:
        """Carry out an effect on one of them."""
        system = self.named(effect.system)
        if system is not None:
            system.apply(effect)

    def of_file(self, effect: Effect) -> SystemEffect | None:
        """What a change of a file amounts to in one of the systems; None if in none of them."""
        models = self.named("models")
        return models.of_file(effect) if isinstance(models, Models) else None

    def decide(self, deciding: Deciding) -> None:
        """Let somebody's decision on a request take effect."""
        system = self.named(deciding.system)
        by = Origin("person", deciding.person, "none")
        if system is None or not system.decided(by, deciding.item, approve=deciding.approve, note=deciding.note):
            return
        if deciding.grants and deciding.approve:
            self._world.apply(AuthorityGranted(by=by, grant=deciding.grants))

    def approver(self, ticket: str, objects: Sequence[str]) -> str:
        """The person who approved a ticket that is about one of some items; '' if there is none."""
        tickets = self.named("tickets") if ticket.strip() else None
        return tickets.approver(ticket, objects) if isinstance(tickets, Tickets) else ""

    def fork(self, world: World) -> Systems:
        """The same systems in another world."""
        other = Systems(world)
        other._made = {name: system.fork(world) for name, system in self._made.items()}
        return other

    def _need(self, kind: type[S]) -> S:
        found = self.named(kind.name)
        if found is None:
            raise ToolError(f"{kind.title}: service unavailable")
        assert isinstance(found, kind)
        return found
