"""Account files and account state follow each other, whichever of them changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fauxcorp.core.effects import Origin
from fauxcorp.world.accountfiles import GROUP, NOLOGIN, PASSWD, SHADOW, hash_of
from fauxcorp.world.accounts import Account
from fauxcorp.world.accountstate import AccountFiles
from fauxcorp.world.filechanges import Change, carry_out
from fauxcorp.world.files import FileEntry

BY = Origin("agent", "assistant", "shell")
ADMIN = Origin("agent", "rosa.lind", "tool")
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5 kit@desk"
KEYS = "/home/bot/.ssh/authorized_keys"


@pytest.fixture(scope="module")
def company(small: SimpleNamespace) -> Any:
    bot = small.person("bot", "Backup Robot", uid=1999, service=True, ssh_keys=(KEY,), groups=("staff",))
    return small.company(people=(*small.people, bot))


@pytest.fixture
def make(company: Any, small: SimpleNamespace) -> Callable[[], Any]:
    return lambda: small.Live(company)


@pytest.fixture
def live(make: Callable[[], Any]) -> Any:
    return make()


def edited(live: Any, path: str, change: Callable[[bytes], bytes]) -> dict[str, FileEntry | None]:
    entry = live.world.files.get(path)
    return {path: replace(entry, content=change(entry.content))}


def ahead(live: Any, name: str) -> dict[str, FileEntry | None]:
    """A way in which an account stops to be usable: wei's, or the program's that has keys only."""
    files = live.world.files
    wei = f"wei.zhang:{hash_of('wei.zhang')}:20130:0:99999:7::".encode()
    match name:
        case "password-locked":
            return edited(live, SHADOW, lambda c: c.replace(b"wei.zhang:$", b"wei.zhang:!$"))
        case "password-removed":
            return edited(live, SHADOW, lambda c: c.replace(wei, b"wei.zhang:*:20130:0:99999:7::"))
        case "expired":
            return edited(live, SHADOW, lambda c: c.replace(wei + b":", wei + b"1:"))
        case "no-shell":
            return edited(live, PASSWD, lambda c: c.replace(b"wei.zhang:/bin/bash", b"wei.zhang:/bin/false"))
        case "home-closed":
            return {"/home/wei.zhang": replace(files.get("/home/wei.zhang"), mode=0)}
        case "keys emptied":
            return {KEYS: replace(files.get(KEYS), content=b"")}
        case "keys gone":
            return {KEYS: None}
        case "keys unreadable":
            return {KEYS: replace(files.get(KEYS), mode=0)}
        case _:
            return {"/home/bot/.ssh": replace(files.get("/home/bot/.ssh"), mode=0o600)}


@pytest.mark.parametrize(
    ("how", "method"),
    [
        *((m, m) for m in ("password-locked", "password-removed", "expired", "no-shell", "home-closed")),
        *((m, "keys-removed") for m in ("keys emptied", "keys gone", "keys unreadable", "key folder closed")),
    ],
)
def test_each_lock_out_is_one_effect_and_back_again(live: Any, how: str, method: str) -> None:
    files, accounts = AccountFiles(live.world), live.world.accounts
    who = "bot" if "key" in how else "wei.zhang"
    known = accounts.get(who)
    coming = ahead(live, how)
    before = {path: live.world.files.get(path) for path in coming}
    effects, states = files.compare(coming, BY)
    assert [(e.action, e.target, e.method) for e in effects] == [("user-locked", who, method)]
    assert accounts.get(who) == known
    assert {path: live.world.files.get(path) for path in coming} == before
    carry_out(live.world, [Change(p, before[p], e) for p, e in coming.items()], BY)
    locked = accounts.get(who)
    assert states == [locked]
    assert (locked.usable, locked.sessions, locked.role, locked.service) == (False, 0, known.role, known.service)
    live.effects.clear()
    carry_out(live.world, [Change(p, coming[p], e) for p, e in before.items()], BY)
    assert live.kinds() == ["user-unlocked/executed", *(["key-added/executed"] if who == "bot" else [])]
    assert accounts.usable(who)


def test_nologin_locks_all_but_root(live: Any) -> None:
    effects, _ = AccountFiles(live.world).compare({NOLOGIN: FileEntry()}, BY)
    usable = sorted(a.username for a in live.world.accounts if a.usable and a.uid)
    assert [e.target for e in effects] == usable  # type: ignore[attr-defined]
    assert {e.method for e in effects} == {"nologin"}  # type: ignore[attr-defined]


def test_what_means_nothing_for_accounts_is_nothing(live: Any) -> None:
    files = AccountFiles(live.world)
    assert files.compare({}, BY) == ([], [])
    assert files.compare(edited(live, PASSWD, lambda c: c + b"# note\n"), BY) == ([], [])
    assert files.compare({"/srv/share/passwd": FileEntry(b"x")}, BY) == ([], [])
    entry = live.world.files.get(KEYS)
    commented = replace(entry, content=b"# mine\n" + entry.content)
    assert files.compare({KEYS: commented}, BY) == ([], [])


def test_accounts_made_and_removed_in_the_files(live: Any) -> None:
    new = b"eve:x:4000:4000::/home/eve:/bin/bash\n"
    entry = live.world.files.get(PASSWD)
    kept = b"".join(li for li in entry.content.splitlines(True) if not li.startswith(b"kit.moss:"))
    carry_out(live.world, [Change(PASSWD, entry, replace(entry, content=kept + new))], BY)
    assert live.kinds() == ["user-created/executed", "user-deleted/executed"]
    assert live.world.accounts.get("kit.moss") is None
    assert live.world.accounts.get("eve").uid == 4000


@pytest.mark.parametrize(
    ("path", "yes"),
    [
        (PASSWD, True), (SHADOW, True), (GROUP, True), (NOLOGIN, True), (KEYS, True), ("/home/bot/.ssh", True),
        ("/home/bot", True), ("/home/nobody-here", False), ("/srv/bot", False), ("/etc/passwd-", False), ("/", False),
        ("/home/bot/.ssh/known_hosts", False),
    ],
)  # fmt: skip
def test_which_paths_decide(live: Any, path: str, yes: bool) -> None:
    assert AccountFiles(live.world).concerns(path) is yes


def in_step(live: Any) -> None:
    def facts(a: Account) -> tuple[object, ...]:
        return a.usable, a.groups, a.keys, a.password, a.uid, a.shell

    found = AccountFiles(live.world).state()
    assert {a.username: facts(a) for a in live.world.accounts} == {n: facts(a) for n, a in found.items()}


def test_files_and_accounts_begin_in_step(live: Any) -> None:
    in_step(live)


def test_a_second_lock_is_taken_off_with_the_first(live: Any) -> None:
    live.world.directory.lock(ADMIN, "wei.zhang")
    coming = ahead(live, "no-shell")
    carry_out(live.world, [Change(p, live.world.files.get(p), e) for p, e in coming.items()], BY)
    in_step(live)
    live.world.directory.unlock(ADMIN, "wei.zhang")
    assert live.world.accounts.usable("wei.zhang")
    in_step(live)


def test_unlocking_opens_a_home(live: Any) -> None:
    coming = ahead(live, "home-closed")
    carry_out(live.world, [Change(p, live.world.files.get(p), e) for p, e in coming.items()], BY)
    live.world.directory.unlock(ADMIN, "wei.zhang")
    home = live.world.files.get("/home/wei.zhang")
    assert (home.owner, home.mode & 0o700) == ("wei.zhang", 0o700)
    in_step(live)


names = st.sampled_from(["wei.zhang", "bot", "root", "eve", "#x", ""])
fields = st.sampled_from(
    ["", "x", "*", "!", "!!", "1", "-1", "20130", "²", hash_of("a"), "/home/bot", "/bin/sh", "/bin/false"]
)
lines = st.tuples(names, st.lists(fields | names, max_size=8)).map(lambda t: ":".join([t[0], *t[1]]))
contents = st.none() | st.binary(max_size=40) | st.lists(lines, max_size=5).map(lambda ls: "\n".join(ls).encode())


@given(
    st.lists(st.tuples(st.sampled_from([PASSWD, SHADOW, GROUP, NOLOGIN, KEYS]), contents, st.booleans()), max_size=4)
)
@settings(max_examples=100)
def test_whatever_is_written_the_state_is_that_of_the_files(
    make: Callable[[], Any], writes: list[tuple[str, bytes | None, bool]]
) -> None:
    live = make()
    for path, content, add in writes:
        old = live.world.files.get(path)
        whole = (old.content if old and add else b"") + (content or b"")
        after = None if content is None else FileEntry(whole, "root", "root", 0o640)
        if old is not None or after is not None:
            carry_out(live.world, [Change(path, old, after)], BY)
            in_step(live)
    assert all(e.stage == "executed" for e in live.effects)


def linked(live: Any, target: str) -> list[Change]:
    shadow = live.world.files.get(SHADOW)
    return [
        Change(SHADOW, shadow, FileEntry(target.encode(), mode=0o777, kind="link")),
        Change("/tmp/s", None, shadow),
    ]


def test_a_shadow_file_that_is_a_link_is_read_where_it_leads(live: Any) -> None:
    effects = carry_out(live.world, linked(live, "../tmp/s"), BY)
    assert [e.action for e in effects] == ["file-modified", "file-created"]
    assert live.world.accounts.usable("wei.zhang")
    entry = live.world.files.get("/tmp/s")
    locked = replace(entry, content=entry.content.replace(b"wei.zhang:$", b"wei.zhang:!$"))
    assert [e.action for e in carry_out(live.world, [Change("/tmp/s", entry, locked)], BY)] == ["user-locked"]
    live.world.directory.unlock(ADMIN, "wei.zhang")
    assert live.world.files.get(SHADOW).kind == "link"
    assert b"wei.zhang:$" in live.world.files.get("/tmp/s").content


@pytest.mark.parametrize("target", ["/dev/null", "shadow", "/none"])
def test_a_shadow_file_that_leads_nowhere_locks_everybody_with_a_password(live: Any, target: str) -> None:
    effects = carry_out(live.world, linked(live, target)[:1], BY)
    assert {e.action for e in effects} == {"user-locked"}
    assert not live.world.accounts.usable("wei.zhang")
