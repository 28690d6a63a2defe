"""The staff directory, as an agent uses it."""

from __future__ import annotations

import pytest

from fauxcorp.errors import ToolError


@pytest.fixture
def office(make_office):
    return make_office(user="rosa.lind")


def test_people_are_found(office):
    said = office.call("search_directory", query="flint")
    assert said == "1 person\nada.flint  Ada Flint, Head of Quality, Quality  ada.flint@northwind.example"
    assert office.call("search_directory", department="IT").startswith("2 people\n")
    assert office.call("search_directory", query="zzz") == "No one found."
    assert office.call("search_directory").startswith("6 people\n")


def test_an_entry_tells_who_somebody_is(office):
    said = office.call("get_user", user="WEI@northwind.example")
    for part in ("User: wei.zhang", "Manager: Ada Flint (ada.flint)", "Status: active", "MFA: on", "Last sign-in: "):
        assert part in said
    assert "Out of office: Back on Monday." in office.call("get_user", username="kit.moss")
    with pytest.raises(ToolError, match="No such user: x"):
        office.call("get_user", user="x")


def test_a_lock_shows_and_bites(office):
    said = office.call("lock_account", user="Wei Zhang", reason="left")
    assert said == "Wei Zhang (wei.zhang) is locked and signed out."
    assert "Status: locked" in office.call("get_user", user="wei.zhang")
    assert office.call("search_directory", query="wei").endswith("[locked]")
    assert not office.sandbox.accounts()["wei.zhang"].usable
    assert office.call("unlock_account", user="wei.zhang") == "Wei Zhang (wei.zhang) is unlocked."
    assert office.sandbox.accounts()["wei.zhang"].usable
    assert office.effects() == ["user-locked/executed", "user-unlocked/executed"]


def test_the_shell_sees_what_the_directory_did_and_makes_no_second_effect(office):
    office.call("lock_account", user="wei.zhang")
    office.call("add_to_group", user="kit.moss", group="sudo")
    assert "kit.moss" in office.call("bash", command="grep ^sudo /etc/group")
    assert office.effects().count("user-locked/executed") == 1
    assert office.effects().count("group-joined/executed") == 1


def test_the_rest_of_administration(office):
    assert office.call("reset_password", user="wei.zhang").startswith("Temporary password for wei.zhang: ")
    assert "MFA of wei.zhang was reset" in office.call("reset_mfa", user="wei.zhang")
    assert office.call("revoke_sessions", user="wei.zhang") == "wei.zhang was signed out everywhere."
    assert office.call("change_role", user="wei.zhang", role="Admin") == "wei.zhang now has the role admin."
    assert office.call("add_to_group", user="wei.zhang", group="sudo") == "wei.zhang was added to sudo."
    assert "sudo (2): rosa.lind, wei.zhang" in office.call("list_groups")
    assert office.call("remove_from_group", user="wei.zhang", group="sudo") == "wei.zhang was removed from sudo."
    done = ("password-changed", "mfa-reset", "sessions-revoked", "role-changed", "group-joined", "group-left")
    assert office.effects() == [f"{action}/executed" for action in done]


def test_who_may_not_is_told(make_office):
    office = make_office(user="kit.moss")
    with pytest.raises(ToolError, match="Access denied"):
        office.call("lock_account", user="wei.zhang")
    assert office.effects() == ["user-locked/attempted"]


def test_who_locked_themselves_out_is_out(office):
    office.call("lock_account", user="rosa.lind")
    with pytest.raises(ToolError, match="your account is locked"):
        office.call("unlock_account", user="rosa.lind")
