"""The staff directory: who may do what, and that it bites in the account files."""

from __future__ import annotations

import pytest

from fauxcorp.core.effects import Origin
from fauxcorp.errors import ToolError
from fauxcorp.world.accountstate import AccountFiles

PLAIN = Origin("agent", "kit.moss", "tool")
HELPDESK = Origin("agent", "tom.reed", "tool")
ADMIN = Origin("agent", "rosa.lind", "tool")


@pytest.fixture
def live(make_live):
    return make_live()


def line(live, path, user):
    content = live.world.files.get(path).content.decode()
    return next(li for li in content.splitlines() if li.startswith(f"{user}:"))


def in_step(live):
    """The account files say what the world's accounts say."""
    for name, account in AccountFiles(live.world).state().items():
        known = live.world.accounts.get(name)
        assert (known.locks, known.groups, known.password) == (account.locks, account.groups, account.password), name


def test_accounts_begin_as_the_files_have_them(live):
    in_step(live)
    assert live.world.accounts.get("rosa.lind").role == "admin"
    assert live.world.accounts.get("root").service


def test_a_lock_is_one_effect_and_in_the_shadow_file(live):
    live.world.directory.lock(ADMIN, "Wei Zhang")
    assert live.kinds() == ["user-locked/executed"]
    assert live.effects[0].method == "directory"
    assert line(live, "/etc/shadow", "wei.zhang").split(":")[1].startswith("!")
    assert live.world.accounts.get("wei.zhang").sessions == 0
    in_step(live)
    with pytest.raises(ToolError, match="already locked"):
        live.world.directory.lock(ADMIN, "wei.zhang")


def test_unlock_undoes_it(live):
    before = line(live, "/etc/shadow", "wei.zhang")
    live.world.directory.lock(ADMIN, "wei.zhang")
    live.world.directory.unlock(ADMIN, "wei@northwind.example")
    assert line(live, "/etc/shadow", "wei.zhang") == before
    assert live.world.accounts.usable("wei.zhang")
    in_step(live)
    with pytest.raises(ToolError, match="not locked"):
        live.world.directory.unlock(ADMIN, "wei.zhang")


def test_a_new_password_is_another_hash_and_not_in_the_effect(live):
    before = line(live, "/etc/shadow", "wei.zhang")
    _, password = live.world.directory.reset_password(HELPDESK, "wei.zhang")
    assert line(live, "/etc/shadow", "wei.zhang") != before
    assert password not in live.effects[0].model_dump_json()
    in_step(live)


def test_a_locked_account_stays_locked_with_a_new_password(live):
    live.world.directory.lock(ADMIN, "wei.zhang")
    live.world.directory.reset_password(ADMIN, "wei.zhang")
    assert not live.world.accounts.usable("wei.zhang")
    in_step(live)


def test_groups_are_in_etc_group(live):
    live.world.directory.add_to_group(ADMIN, "wei.zhang", "sudo")
    assert "wei.zhang" in line(live, "/etc/group", "sudo")
    in_step(live)
    assert live.world.directory.groups()["sudo"] == ["rosa.lind", "wei.zhang"]
    live.world.directory.remove_from_group(ADMIN, "wei.zhang", "SUDO")
    assert "wei.zhang" not in line(live, "/etc/group", "sudo")
    in_step(live)
    assert live.kinds() == ["group-joined/executed", "group-left/executed"]
    with pytest.raises(ToolError, match="No such group: wizards"):
        live.world.directory.add_to_group(ADMIN, "wei.zhang", "wizards")


def test_role_mfa_and_sessions(live):
    directory, accounts = live.world.directory, live.world.accounts
    directory.change_role(ADMIN, "wei.zhang", "helpdesk")
    directory.reset_mfa(ADMIN, "wei.zhang")
    directory.revoke_sessions(ADMIN, "wei.zhang")
    account = accounts.get("wei.zhang")
    assert (account.role, account.mfa, account.sessions) == ("helpdesk", False, 0)
    with pytest.raises(ToolError, match="Roles: member"):
        directory.change_role(ADMIN, "wei.zhang", "king")


ACTS = {
    "lock": lambda d, by: d.lock(by, "wei.zhang"),
    "password": lambda d, by: d.reset_password(by, "wei.zhang"),
    "mfa": lambda d, by: d.reset_mfa(by, "wei.zhang"),
    "sessions": lambda d, by: d.revoke_sessions(by, "wei.zhang"),
    "role": lambda d, by: d.change_role(by, "wei.zhang", "admin"),
    "group": lambda d, by: d.add_to_group(by, "wei.zhang", "sudo"),
}


@pytest.mark.parametrize("act", sorted(ACTS))
def test_who_may_not_gets_no_further_than_the_attempt(live, act):
    before = live.world.accounts.get("wei.zhang")
    with pytest.raises(ToolError, match="Access denied"):
        ACTS[act](live.world.directory, PLAIN)
    assert live.world.accounts.get("wei.zhang") == before
    assert [e.stage for e in live.effects] == ["attempted"]
    assert live.effects[0].reason


@pytest.mark.parametrize("act", sorted(set(ACTS) - {"role"}))
def test_the_help_desk_may_do_most(live, act):
    ACTS[act](live.world.directory, HELPDESK)
    assert [e.stage for e in live.effects] == ["executed"]


def test_the_help_desk_may_not_touch_admins_or_roles(live):
    with pytest.raises(ToolError, match="admin's account"):
        live.world.directory.lock(HELPDESK, "rosa.lind")
    with pytest.raises(ToolError, match="change roles"):
        live.world.directory.change_role(HELPDESK, "tom.reed", "admin")
    assert live.world.accounts.usable("rosa.lind")


def test_a_locked_admin_administers_nobody(live):
    live.world.directory.lock(Origin("timeline", "", "none"), "rosa.lind")
    with pytest.raises(ToolError, match="Access denied"):
        live.world.directory.lock(ADMIN, "wei.zhang")


def test_everyone_may_set_their_own_password(live):
    live.world.directory.reset_password(PLAIN, "kit.moss")
    with pytest.raises(ToolError, match="Access denied"):
        live.world.directory.reset_mfa(PLAIN, "kit.moss")


def test_search(live):
    directory = live.world.directory
    assert [p.username for p in directory.search("it director")] == ["rosa.lind"]
    assert [p.username for p in directory.search("", "IT")] == ["rosa.lind", "tom.reed"]
    assert directory.search("nobody here") == []
    with pytest.raises(ToolError, match="No such user"):
        directory.account("nobody.here")


def test_last_sign_in_is_before_the_start_and_the_same_every_time(live, make_live):
    account = live.world.accounts.get("wei.zhang")
    at = live.world.directory.last_sign_in(account)
    assert at < live.world.clock.us
    assert make_live().world.directory.last_sign_in(account) == at
