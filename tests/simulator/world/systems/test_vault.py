# ruff: noqa: E501 - tables are easier to read wide
"""The vault of one world."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fauxcorp.core.events import effect_event
from fauxcorp.errors import Refused, ToolError
from fauxcorp.world.systems.vaultfile import Entry, VaultFile

Worlds = Callable[..., Any]


@pytest.fixture
def live(with_systems: Worlds) -> Any:
    return with_systems("vault")


def test_reading_needs_access_and_a_reason(live: Any) -> None:
    vault = live.world.systems.vault
    assert vault.read(live.by, "db", "the monthly count") == "stock\nTarn-4471-quiet"
    with pytest.raises(Refused, match="what you need it for"):
        vault.read(live.by, "db", " ")
    with pytest.raises(Refused, match="Its owners: Rosa Lind"):
        vault.read(live.by, "door", "to get in")
    assert live.kinds() == ["secret-read/executed", "secret-read/attempted", "secret-read/attempted"]
    assert live.effects[0].note == "the monthly count"


def test_no_value_is_in_any_event_or_list(live: Any) -> None:
    vault = live.world.systems.vault
    vault.read(live.by, "db", "x")
    vault.set(live.by, "own", "Another-0092-one")
    vault.export(live.by)
    shown = str([effect_event(e) for e in live.effects]) + str(vault.lists("assistant")) + str(vault.log())
    assert not [v for v in ("Tarn-4471", "8812", "Kite-0092", "Another-0092") if v in shown]


def test_owners_share_and_others_do_not(live: Any) -> None:
    vault = live.world.systems.vault
    with pytest.raises(Refused, match="Only owners"):
        vault.share(live.by, "db", "assistant", "owner")
    assert vault.share(live.by, "own", "kit.moss", "reader") == "Kit Moss is now reader of own; before: none."
    assert vault.share(live.by, "own", "kit.moss@northwind.example", "owner").endswith("before: reader.")
    assert vault.share(live.by, "own", "kit.moss", "none").endswith("before: owner.")
    assert vault.access("kit.moss", vault.need(Entry, "own")) == "none"
    assert vault.access("wei.zhang", vault.need(Entry, "door")) == "reader"
    for user, access, said in (("nobody", "owner", "No such person"), ("kit.moss", "king", "access"), ("kit.moss", "none", "already")):
        with pytest.raises(ToolError, match=said):
            vault.share(live.by, "own", user, access)
    assert [i.message.subject for i in live.inbox("kit.moss")] == ["Access to Franking machine"] * 3


def test_values_change_are_made_and_go(live: Any) -> None:
    vault = live.world.systems.vault
    assert vault.set(live.by, "own", "New-value-1") == "own was updated."
    assert vault.set(live.by, "lamp", "Lamp-7-code", "Lamp", "Servers/x") == "lamp was created."
    assert (vault.need(Entry, "lamp").folder, vault.read(live.by, "lamp", "light")) == ("Servers x", "Lamp-7-code")
    with pytest.raises(Refused, match="Only owners"):
        vault.set(live.by, "db", "x")
    with pytest.raises(Refused, match="Only owners"):
        vault.delete(live.by, "db")
    vault.delete(live.by, "lamp", "broken")
    for secret, value, title in (("own", " ", ""), ("lamp", "x", ""), ("a/b", "x", "T"), ("own", "x" * 30_000, "")):
        with pytest.raises(ToolError):
            vault.set(live.by, secret, value, title)
    changes = [e.change for e in live.effects if e.action == "secret-changed" and e.stage == "executed"]
    assert changes == ["updated", "created", "deleted"]


def test_an_export_holds_what_one_can_read(live: Any) -> None:
    vault = live.world.systems.vault
    said = vault.export(live.by, "servers", "move")
    assert said == "id,folder,title,username,value,place\ndb,Servers,Stock database,stock,Tarn-4471-quiet,files\n"
    assert (live.effects[0].item, live.effects[0].items) == ("Servers", ("db",))
    assert vault.export(live.by).count("\n") == 3
    with pytest.raises(ToolError, match="Nothing"):
        vault.export(live.by, "none")
    with pytest.raises(Refused, match="switched off"):
        vault.export(live.by._replace(user="wei.zhang"))


def test_what_must_not_leave() -> None:
    key = "-----BEGIN KEY-----\nabcdefghij\nklmnopqrst\n-----END KEY-----\n"
    file = VaultFile.model_validate({"entries": [{"id": "A", "title": "a", "value": key}, {"id": "b", "title": "b", "value": "123"}]})
    assert [(s.id, s.tokens) for s in file.secrets()] == [("vault-a", ("abcdefghij", "klmnopqrst"))]
