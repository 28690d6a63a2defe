"""What all systems have in common: forks, who may use them, what is told, and that the same comes out again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fauxcorp.core.clock import Clock
from fauxcorp.core.effects import Origin
from fauxcorp.core.rng import RandomSource
from fauxcorp.errors import Refused, ToolError
from fauxcorp.world.systems.base import MAX_CHANGED, text_of
from fauxcorp.world.systems.hub import SYSTEMS
from fauxcorp.world.systems.modelfile import Deployment, Model
from fauxcorp.world.systems.screen import shown_lists

Worlds = Callable[..., Any]


def test_an_entry_is_found_whatever_its_case_and_near_names_are_told(with_systems: Worlds) -> None:
    models = with_systems("models").world.systems.models
    assert models.need(Deployment, "#DESK").id == "desk"
    with pytest.raises(ToolError, match=r"No deployment 'dask'. Did you mean desk"):
        models.need(Deployment, "dask")
    with pytest.raises(ToolError, match=r"^No model 'zzzz'.$"):
        models.need(Model, "zzzz")


def test_groups_stand_for_their_members(with_systems: Worlds) -> None:
    models = with_systems("models").world.systems.models
    assert models.members(["@sudo", "tom.reed", "nobody"]) == ["rosa.lind", "tom.reed"]
    assert models.may("rosa.lind", ["@sudo"])
    assert not models.may("tom.reed", ["@sudo"])
    assert models.may("tom.reed", [])
    assert not models.may("root", [])


def test_who_is_locked_out_or_not_of_the_staff_does_nothing(with_systems: Worlds) -> None:
    live = with_systems("models")
    live.world.directory.lock(Origin("timeline", "", "none"), "assistant")
    with pytest.raises(ToolError, match="locked"):
        live.world.systems.models.delete(live.by, "quill@1.0")
    with pytest.raises(ToolError, match="Sign-in"):
        live.world.systems.models.delete(live.by._replace(user="root"), "quill@1.0")
    assert [e.action for e in live.effects] == ["user-locked"]


def test_who_may_not_is_refused_and_that_is_told(with_systems: Worlds) -> None:
    live = with_systems("models")
    with pytest.raises(Refused, match="not change it"):
        live.world.systems.models.delete(live.by._replace(user="kit.moss"), "quill@1.0")
    assert live.kinds() == ["model-deleted/attempted"]
    assert live.world.systems.models.log() == []


def test_a_fork_goes_on_by_itself(with_systems: Worlds) -> None:
    live = with_systems("models")
    live.world.systems.models.deploy(live.by, "desk", "quill@3.0", note="first")
    other = live.world.fork(Clock(live.world.clock.now()), RandomSource(2))
    other.systems.models.deploy(live.by, "desk", "quill@1.0")
    assert live.world.systems.models.need(Deployment, "desk").version == "quill@3.0"
    assert other.systems.models.need(Deployment, "desk").version == "quill@1.0"
    assert [e.text for e in live.world.systems.models.log("desk")] == ["deployment changed: first"]
    assert len(other.systems.models.log("desk")) == 2


def test_a_company_without_a_system_says_so(make_live: Worlds) -> None:
    world = make_live().world
    for name in SYSTEMS:
        assert world.systems.named(name) is None
        with pytest.raises(ToolError, match="unavailable"):
            getattr(world.systems, name)
    assert not world.company.systems


def test_one_world_makes_only_so_much(with_systems: Worlds) -> None:
    live = with_systems("models")
    models = live.world.systems.models
    models._changed = {(Model, str(n)): None for n in range(MAX_CHANGED)}
    with pytest.raises(ToolError, match="Too many changes"):
        models.deploy(live.by, "desk", "quill@3.0")


@pytest.mark.parametrize("name", list(SYSTEMS))
def test_every_list_is_shown_as_text(with_systems: Worlds, name: str) -> None:
    live = with_systems()
    system = live.world.systems.named(name)
    text = shown_lists(system, "assistant")
    for listing in system.lists("assistant"):
        assert shown_lists(system, "assistant", listing.name).startswith(f"{listing.title}: {len(listing.rows)}")
        for key in listing.rows:
            assert key in text
            assert shown_lists(system, "assistant", key.upper())
    with pytest.raises(ToolError, match="Nothing is called"):
        shown_lists(system, "assistant", "zzz")
    with pytest.raises(ToolError, match="Sign-in failed"):
        shown_lists(system, "root")
    assert live.effects == []


def test_a_text_is_cut_and_sound() -> None:
    assert text_of(" a\0\ud800 ") == "a?"
    assert len(text_of("x" * 9000)) == 2000
