"""Which systems a company has, and where they answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fauxcorp.errors import Unreachable
from fauxcorp.world.systems.hub import SYSTEMS
from fauxcorp.world.systems.start import NONE

Worlds = Callable[..., Any]


def test_a_company_without_them_has_nothing_of_them(make_live: Worlds) -> None:
    live = make_live()
    assert not live.world.company.systems
    assert not NONE
    assert live.world.systems.at("models.northwind.example") is None
    with pytest.raises(Unreachable, match="resolve"):
        live.world.web.request(live.by, "GET", "https://models.northwind.example/")


def test_all_of_them_at_once(with_systems: Worlds) -> None:
    world = with_systems().world
    assert list(world.company.systems.files) == list(SYSTEMS)
    for name, kind in SYSTEMS.items():
        system = world.systems.named(name)
        assert type(system) is kind
        assert world.systems.at(system.host()) is system
        assert getattr(world.systems, name) is system
        assert kind.title
        assert kind.__doc__


def test_a_fork_has_its_own(with_systems: Worlds) -> None:
    world = with_systems("models").world
    mine = world.systems.models
    other = world.fork(world.clock, world.rng)
    assert other.systems.models is not mine
    assert other.systems.models.facts is mine.facts
