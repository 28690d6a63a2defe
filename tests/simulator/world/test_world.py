"""One door for change; forks that do not see each other."""

from __future__ import annotations

from fauxcorp.core.clock import Clock
from fauxcorp.core.effects import EFFECTS, AccountEffect, FileCreated, Origin
from fauxcorp.core.rng import RandomSource
from fauxcorp.world.world import World

ADMIN = Origin("agent", "rosa.lind", "tool")


def test_every_account_effect_has_a_handler(make_live):
    table = make_live().world._handlers
    assert [e.__name__ for e in EFFECTS if issubclass(e, AccountEffect) and e not in table] == []


def test_an_attempt_is_told_and_changes_nothing(make_live):
    live = make_live()
    live.world.apply(FileCreated(by=live.by, path="/srv/x", content=b"x", stage="attempted", reason="no"))
    assert live.world.files.get("/srv/x") is None
    assert live.kinds() == ["file-created/attempted"]


def test_a_fork_shares_the_past_and_nothing_after(make_live, small):
    live = make_live(channels=[small.channel("general", ("ada.flint", "Hi"))])
    world = live.world
    world.directory.lock(ADMIN, "wei.zhang")
    world.apply(FileCreated(by=live.by, path="/srv/both", content=b"x"))
    other = world.fork(Clock(world.clock.now()), RandomSource(5))
    told = []
    other.sink = told.append
    other.directory.unlock(ADMIN, "wei.zhang")
    other.apply(FileCreated(by=live.by, path="/srv/other", content=b"x"))
    world.apply(FileCreated(by=live.by, path="/srv/one", content=b"x"))
    assert other.accounts.usable("wei.zhang")
    assert not world.accounts.usable("wei.zhang")
    assert b"wei.zhang:!" in world.files.get("/etc/shadow").content
    assert b"wei.zhang:!" not in other.files.get("/etc/shadow").content
    assert [other.files.get(p) is not None for p in ("/srv/both", "/srv/other", "/srv/one")] == [True, True, False]
    assert [e.action for e in told] == ["user-unlocked", "file-created"]


def test_worlds_of_one_company_share_its_accounts(small):
    company = small.company()
    worlds = [World(company, Clock(company.starts), RandomSource(1)) for _ in range(2)]
    worlds[0].directory.lock(Origin("timeline", "", "none"), "wei.zhang")
    assert worlds[1].accounts.usable("wei.zhang")
    assert worlds[0].accounts.get("ada.flint") is worlds[1].accounts.get("ada.flint")
