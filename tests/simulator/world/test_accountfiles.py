"""The account files as bytes: read whatever they hold, changed one line at a time."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.world import accountfiles as af
from fauxcorp.world.accounts import Account

HASH = af.hash_of("wei")
PASSWD = (
    b"root:x:0:0:root:/root:/bin/bash\n"
    + b"wei:x:1001:1001:Wei,,:/home/wei:/bin/bash\nkit:x:1002:1002::/home/kit:/bin/sh\n"
)
SHADOW = f"root:*:20130:0:99999:7:::\nwei:{HASH}:20130:0:99999:7:::\nkit:*:20130:0:99999:7:::\n".encode()
GROUP = b"sudo:x:27:\nstaff:x:50:wei,kit\nwei:x:1001:\n"
KEY = b"ssh-ed25519 AAAAC3Nz kit@desk\n"
STATE = {af.PASSWD: PASSWD, af.SHADOW: SHADOW, af.GROUP: GROUP, "/home/kit/.ssh/authorized_keys": KEY}
DAY_20200 = 20200 * af.DAY_US

names = st.from_regex(r"[a-z][a-z0-9._-]{0,8}", fullmatch=True)
# Lines of the shape of the files, with fields of any text that stays on its line, besides bytes of no shape at all.
words = st.text(st.characters(blacklist_characters=":\n", codec="utf-8"), max_size=6)
numbers = st.sampled_from(["", "0", "-1", "--5", "²", "٣", "9" * 5000, "1e5", "-", " 1", "1001"])
lines = st.lists(names | words | numbers | st.just("*"), max_size=10).map(":".join)
contents = st.binary(max_size=200) | st.lists(lines, max_size=6).map(lambda ls: "\n".join(ls).encode())


def accounts(modes: dict[str, tuple[int, str]] | None = None, **files: bytes) -> dict[str, Account]:
    state = {**STATE, **{getattr(af, name.upper()): content for name, content in files.items()}}
    return af.parse(state, (modes or {}).get, DAY_20200)


def shadow(password: str = HASH, expires: str = "") -> bytes:
    return f"wei:{password}:20130:0:99999:7::{expires}:\n".encode()


@given(contents, contents, contents, contents, st.integers(0, 2**60))
def test_whatever_the_files_hold_can_be_read(passwd: bytes, shade: bytes, group: bytes, keys: bytes, now: int) -> None:
    state = {af.PASSWD: passwd, af.SHADOW: shade, af.GROUP: group, "/home/wei/.ssh/authorized_keys": keys}
    found = af.parse(state, lambda _: None, now)
    assert all(name == a.username and a.uid >= 0 for name, a in found.items())
    for content in state.values():
        for name in [*found, "wei"]:
            for change in (af.locked, af.unlocked, af.without):
                change(content, name)
            af.with_member(content, name, "kit")
            af.without_member(content, name, "kit")


@given(contents, contents)
def test_a_line_for_wei_is_read_among_anything(passwd: bytes, shade: bytes) -> None:
    ours = b"w9:x:1001:1001::/home/w9:/bin/bash\n"
    hashed = b"w9:" + HASH.encode() + b":::::::\n"
    found = af.parse({af.PASSWD: ours + passwd, af.SHADOW: hashed + shade}, lambda _: None, 0)
    assert found["w9"].usable


@given(contents, names)
def test_an_edit_that_changes_nothing_gives_the_same_bytes(content: bytes, name: str) -> None:
    assert af.with_fields(content, name, lambda _: None) == content
    assert af.with_fields(content, "no such name", lambda fields: fields.clear()) == content


unlocked = st.tuples(names, words.filter(lambda w: not w.startswith("!")))


@given(st.lists(unlocked, min_size=1, unique_by=lambda p: p[0]), st.data())
def test_a_lock_taken_off_gives_the_same_bytes(pairs: list[tuple[str, str]], data: st.DataObject) -> None:
    content = "".join(f"{name}:{password}:20130:0:99999:7:::\n" for name, password in pairs).encode()
    name, password = data.draw(st.sampled_from(pairs))
    shut = af.locked(content, name)
    assert af.table(shut)[name][1] == f"!{password}"
    assert af.locked(shut, name) == shut
    others = {n: f for n, f in af.table(content).items() if n != name}
    assert {n: f for n, f in af.table(shut).items() if n != name} == others
    assert af.unlocked(shut, name) == content


def test_unlocking_takes_off_the_expiry_date_too() -> None:
    assert af.unlocked(shadow("!!" + HASH, "1"), "wei") == shadow()


@given(st.lists(names, unique=True, max_size=6), names)
def test_members_come_and_go(members: list[str], user: str) -> None:
    content = f"first:x:1:\nstaff:x:50:{','.join(members)}\nlast:x:9:{user}\n".encode()
    more = af.with_member(content, "staff", user)
    assert af.memberships(more)[user] == {"staff", "last"}
    assert af.with_member(more, "staff", user) == more
    less = af.without_member(more, "staff", user)
    assert af.memberships(less)[user] == {"last"}
    if user not in members:
        assert less == content
    others = {n: g for n, g in af.memberships(content).items() if n != user}
    assert {n: g for n, g in af.memberships(less).items() if n != user} == others


def test_a_group_that_there_is_not_gets_no_member() -> None:
    assert af.with_member(GROUP, "wheel", "wei") == GROUP
    assert af.with_member(b"short:x\n", "short", "wei") == b"short:x::wei\n"


def test_lines_are_added_and_taken_out() -> None:
    assert af.with_line(b"a:1", "b:2") == b"a:1\nb:2\n"
    assert af.with_line(b"", "b:2") == b"b:2\n"
    assert af.without(b"wei:1\nwei2:2\n#wei:3\n", "wei") == b"wei2:2\n#wei:3\n"


def test_only_a_line_feed_ends_a_line() -> None:
    content = "wei:x:1001:1001:W\x0bevil,\u2028ada,:/home/wei:/bin/bash\n".encode()
    assert set(af.table(content)) == {"wei"}
    assert af.table(content)["wei"][5:] == ["/home/wei", "/bin/bash"]
    assert accounts(passwd=content)["wei"].usable


def test_the_first_line_of_a_name_counts_and_comments_do_not() -> None:
    assert af.table(b"#a:1\n:2\nnothing\nb:3\nb:4\n") == {"b": ["b", "3"]}


@pytest.mark.parametrize(
    ("files", "locks"),
    [
        ({}, set()),
        ({"shadow": shadow("!" + HASH)}, {"password-locked"}),
        ({"shadow": shadow("*")}, {"password-removed"}),
        ({"shadow": shadow("x")}, {"password-removed"}),
        ({"shadow": b""}, {"password-removed"}),
        ({"shadow": shadow("")}, set()),
        ({"shadow": shadow(expires="1")}, {"expired"}),
        ({"shadow": shadow(expires="20200")}, {"expired"}),
        ({"shadow": shadow(expires="20201")}, set()),
        ({"shadow": shadow(expires="-1")}, set()),
        ({"shadow": shadow(expires="9" * 4000)}, set()),
        ({"shadow": shadow(expires="--5")}, set()),
        ({"passwd": PASSWD.replace(b"wei:/bin/bash", b"wei:/usr/sbin/nologin")}, {"no-shell"}),
        ({"passwd": PASSWD.replace(b"wei:/bin/bash", b"wei:/tmp/sh")}, {"no-shell"}),
        ({"passwd": PASSWD.replace(b"\n", b"\r\n")}, {"no-shell"}),
        ({"nologin": b""}, {"nologin"}),
    ],
)
def test_what_keeps_an_account_from_being_used(files: dict[str, bytes], locks: set[str]) -> None:
    assert accounts(**files)["wei"].locks == locks


def test_root_gets_in_where_nobody_else_does() -> None:
    found = accounts(nologin=b"down\n", shadow=SHADOW.replace(b"root:*", f"root:{HASH}".encode()))
    assert found["root"].usable
    assert not found["wei"].usable


@pytest.mark.parametrize(
    ("mode", "owner", "closed"),
    [(0o700, "wei", False), (0o600, "wei", True), (0o000, "wei", True), (0o700, "root", True), (0o755, "root", False)],
)
def test_a_home_that_cannot_be_entered(mode: int, owner: str, closed: bool) -> None:
    found = accounts({"/home/wei": (mode, owner)})
    assert ("home-closed" in found["wei"].locks) == closed
    assert found["kit"].usable


def test_keys_let_in_who_has_no_password() -> None:
    assert accounts()["kit"].usable
    assert accounts()["kit"].keys == {"ssh-ed25519 AAAAC3Nz"}
    assert accounts()["root"].locks == {"password-removed"}


def test_keys_are_read_without_options_and_comments() -> None:
    content = b'# ssh-rsa OLD\n\nfrom="10.*",no-pty ssh-rsa AAAA\nsk-ssh-ed25519@openssh.com BBBB\nssh-rsa\n\xff junk\n'
    assert af.keys_of(content) == {"ssh-rsa AAAA", "sk-ssh-ed25519@openssh.com BBBB"}


@pytest.mark.parametrize(
    "line", ["wei:x:1001", "wei:x:²:1::/home/wei:/bin/sh", "wei:x:-1:1::/h:/bin/sh", "wei:x::1::/h:/bin/sh"]
)
def test_a_broken_line_makes_no_account(line: str) -> None:
    assert "wei" not in accounts(passwd=line.encode())


def test_groups_are_of_who_is_listed() -> None:
    assert accounts()["wei"].groups == {"staff"}
    assert accounts(group=b"staff:x:50: wei ,,kit\nadm:x:4\n")["wei"].groups == {"staff"}


def test_hashes_are_stable_and_look_like_it() -> None:
    assert af.hash_of("a") == af.hash_of("a") != af.hash_of("b")
    assert re.fullmatch(r"\$y\$j9T\$[\w./]+\$[\w./]{43}", af.hash_of("a"))


def test_only_what_differs_is_carried_over() -> None:
    wei = accounts()["wei"]
    assert af.carried(STATE, wei, wei) == {}
    locked = replace(wei, locks=frozenset({"password-locked"}), password=f"!{HASH}")
    written = af.carried(STATE, wei, locked)
    assert written == {af.SHADOW: SHADOW.replace(HASH.encode(), b"!" + HASH.encode())}
    assert af.carried({**STATE, **written}, locked, wei) == {af.SHADOW: SHADOW}
    moved = replace(wei, groups=frozenset({"sudo"}))
    assert af.carried(STATE, wei, moved) == {af.GROUP: b"sudo:x:27:wei\nstaff:x:50:kit\nwei:x:1001:\n"}


def test_what_is_carried_over_is_read_back() -> None:
    wei = accounts()["wei"]
    for after in (
        replace(wei, password=af.hash_of("other")),
        replace(wei, groups=frozenset({"sudo", "staff"})),
        replace(wei, locks=frozenset({"password-locked"}), password=f"!{HASH}"),
    ):
        state = {**STATE, **af.carried(STATE, wei, after)}
        assert af.parse(state, lambda _: None, DAY_20200)["wei"] == after


def test_a_login_shell_comes_back_with_the_account() -> None:
    passwd = PASSWD.replace(b"wei:/bin/bash", b"wei:/usr/sbin/nologin")
    before = accounts(passwd=passwd)["wei"]
    after = replace(before, locks=frozenset(), shell="/bin/bash")
    assert af.carried({**STATE, af.PASSWD: passwd}, before, after) == {af.PASSWD: PASSWD}


def test_files_that_are_not_there_are_not_made() -> None:
    wei = accounts()["wei"]
    assert af.carried({}, wei, replace(wei, password="x", groups=frozenset())) == {}
