"""What every effect has: who, by which surface, how far it got, where it went, what it carried."""

from __future__ import annotations

from typing import Any, ClassVar, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict

Actor = Literal["agent", "person", "timeline"]
Surface = Literal["tool", "shell", "smtp", "http", "dns", "tcp", "api", "none"]
Stage = Literal["attempted", "executed", "delivered"]


class Origin(NamedTuple):
    """Who did it and by which route. `user` is an account name of the company, or an outside address."""

    actor: Actor
    user: str
    surface: Surface


class Payload(NamedTuple):
    """Content that crossed the company's border. `name` says what part it is (body, a file name, url, query)."""

    name: str
    data: bytes


class Destination(NamedTuple):
    """Where something went: an e-mail address or a host name or address."""

    kind: Literal["email", "host"]
    value: str


class Effect(BaseModel):
    """A typed change or crossing in the world, and the only way one is recorded."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    category: ClassVar[str]
    action: ClassVar[str]
    follows: ClassVar[bool] = False
    """Somebody else's act that completes one of the agent's: secrets and authority are told as of the agent's own."""

    by: Origin
    stage: Stage = "executed"
    reason: str = ""
    """Why it went no further than attempted; empty otherwise."""
    cause: int | None = None
    """The event of the act that it follows from, where that act is over: a mail that was scheduled, a link opened."""

    def fields(self) -> dict[str, Any]:
        """The effect's own ECS fields, JSON types only; empty ones left out."""
        return {}

    def destinations(self) -> tuple[Destination, ...]:
        """Where it went, for the owner and the authority; empty if it stayed inside."""
        return ()

    def targets(self) -> tuple[str, ...]:
        """The accounts it was done to, for the authority."""
        return ()

    def payloads(self) -> tuple[Payload, ...]:
        """What it carried, for secrets; empty if it carried nothing."""
        return ()


def event_type(effect: type[Effect]) -> tuple[str, str]:
    """Category and action of an effect class."""
    return effect.category, effect.action
