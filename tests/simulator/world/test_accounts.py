"""Two states of an account, and the effects that lie between them."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.core.effects import Origin, UserLocked, UserUnlocked
from fauxcorp.world.accounts import Account, Accounts, differences, with_lock

BY = Origin("agent", "robin", "shell")
LOCKS = ["password-locked", "password-removed", "expired", "no-shell", "keys-removed", "home-closed", "nologin"]
HASHES = ["$y$j9T$abcdefgh$0123456789", "$6$salt$9876543210987654"]
GROUPS = ["sudo", "staff", "quality", "adm"]
KEYS = ["ssh-ed25519 AAAA1", "ssh-rsa BBBB2", "ssh-rsa CCCC3"]


def sets(values: list[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(values))


STATES = st.builds(
    Account,
    username=st.just("wei"),
    uid=st.just(1001),
    home=st.just("/home/wei"),
    password=st.builds("{}{}".format, st.sampled_from(["", "!", "!!"]), st.sampled_from(HASHES)),
    locks=sets(LOCKS),
    groups=sets(GROUPS),
    keys=sets(KEYS),
)
USABLE = STATES.map(lambda s: replace(s, locks=frozenset()))
WEI = Account("wei", 1001, "/home/wei", password=HASHES[0], groups=frozenset({"staff"}), keys=frozenset(KEYS[:1]))


def kinds(before: Account | None, after: Account | None) -> list[str]:
    return [e.action for e in differences(before, after, BY)]


@given(STATES)
def test_a_state_against_itself_is_nothing(state: Account) -> None:
    assert differences(state, replace(state), BY) == []
    assert differences(None, None, BY) == []


@given(STATES, STATES)
def test_every_difference_is_told_once(before: Account, after: Account) -> None:
    found = differences(before, after, BY)
    wanted: Counter[str] = Counter()
    wanted["user-locked"] = int(before.usable and not after.usable)
    wanted["user-unlocked"] = int(after.usable and not before.usable)
    if before.usable == after.usable:
        wanted["password-changed"] = int(before.password.strip("!") != after.password.strip("!"))
    wanted["key-added"] = len(after.keys - before.keys)
    wanted["key-removed"] = len(before.keys - after.keys) if after.usable else 0
    wanted["group-joined"] = len(after.groups - before.groups)
    wanted["group-left"] = len(before.groups - after.groups)
    assert Counter(e.action for e in found) == +wanted
    assert {e.target for e in found} <= {"wei"}  # type: ignore[attr-defined]
    assert all(e.by == BY and e.stage == "executed" for e in found)


@given(USABLE, st.sets(st.sampled_from(LOCKS), min_size=1), sets(KEYS), st.sampled_from(HASHES))
def test_a_lock_out_is_one_effect_whatever_it_is_made_of(
    before: Account, locks: set[str], kept: frozenset[str], password: str
) -> None:
    after = replace(before, locks=frozenset(locks), keys=before.keys & kept, password=f"!{password}")
    (effect,) = differences(before, after, BY)
    assert isinstance(effect, UserLocked)
    assert effect.method in locks
    (back,) = [e for e in differences(after, before, BY) if e.action != "key-added"]
    assert isinstance(back, UserUnlocked)
    assert back.method == effect.method


@given(STATES, STATES)
def test_the_same_two_states_give_the_same_effects(before: Account, after: Account) -> None:
    again = replace(after, groups=frozenset(sorted(after.groups)), locks=frozenset(sorted(after.locks, reverse=True)))
    assert differences(before, after, BY) == differences(before, again, BY)


@pytest.mark.parametrize(
    ("change", "effects"),
    [
        ({"keys": frozenset(KEYS[:2])}, ["key-added"]),
        ({"keys": frozenset()}, ["key-removed"]),
        ({"keys": frozenset(KEYS[1:2])}, ["key-added", "key-removed"]),
        ({"groups": frozenset({"staff", "sudo"})}, ["group-joined"]),
        ({"groups": frozenset()}, ["group-left"]),
        ({"password": HASHES[1]}, ["password-changed"]),
        ({"shell": "/bin/zsh"}, []),
        ({"sessions": 0, "mfa": False, "role": "admin"}, []),
    ],
)
def test_single_changes(change: dict[str, object], effects: list[str]) -> None:
    assert kinds(WEI, replace(WEI, **change)) == effects  # type: ignore[arg-type]


def test_coming_and_going() -> None:
    made = differences(None, WEI, BY)
    assert [e.action for e in made] == ["user-created", "group-joined"]
    assert kinds(WEI, None) == ["user-deleted"]
    assert kinds(with_lock(WEI, "expired"), None) == ["user-deleted"]


def test_one_more_lock_on_a_locked_account_locks_nobody_out() -> None:
    locked = with_lock(WEI, "expired")
    assert not locked.usable
    assert kinds(locked, with_lock(locked, "no-shell")) == []
    assert with_lock(locked, "expired") == locked


def test_accounts_are_a_base_and_changes_over_it() -> None:
    base = {"wei": WEI, "kit": replace(WEI, username="kit")}
    accounts = Accounts(base)
    accounts.put(with_lock(WEI, "expired"))
    accounts.put(replace(WEI, username="new"))
    accounts.drop("kit")
    assert [a.username for a in accounts] == ["wei", "new"]
    assert (accounts.usable("wei"), accounts.usable("new"), accounts.usable("kit")) == (False, True, False)
    assert accounts.get("kit") is None
    assert not accounts.usable("nobody")
    assert base["wei"].usable
    assert set(base) == {"wei", "kit"}


def test_a_fork_of_accounts_changes_on_its_own() -> None:
    first = Accounts({"wei": WEI})
    first.put(with_lock(WEI, "expired"))
    second = first.fork()
    second.drop("wei")
    first.put(replace(WEI, username="kit"))
    assert second.get("wei") is None
    assert second.get("kit") is None
    assert first.get("wei") == with_lock(WEI, "expired")
