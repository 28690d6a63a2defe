"""The account files as pure functions on bytes: read the state of accounts from them, and write acts into them.

The lines are those of passwd(5), shadow(5) and group(5). Nothing here knows where the bytes are kept.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256

from fauxcorp.world.accounts import NO_LOGIN, Account

PASSWD = "/etc/passwd"
SHADOW = "/etc/shadow"
GROUP = "/etc/group"
GSHADOW = "/etc/gshadow"
NOLOGIN = "/etc/nologin"
FILES = (PASSWD, SHADOW, GROUP, GSHADOW, NOLOGIN)
SHELLS = frozenset(
    {
        "/bin/sh",
        "/bin/bash",
        "/bin/dash",
        "/bin/rbash",
        "/bin/zsh",
        "/usr/bin/bash",
        "/usr/bin/sh",
        "/usr/bin/dash",
        "/usr/bin/zsh",
        "/usr/bin/git-shell",
    }
)
DAY_US = 86_400_000_000
_NUMBER = re.compile("-?[0-9]+")

Fields = list[str]
State = Mapping[str, bytes]
"""Path to content; a path that is not there is a file that does not exist."""
Modes = Callable[[str], tuple[int, str] | None]
"""Mode and owner of a path, None where there is nothing."""


def table(content: bytes) -> dict[str, Fields]:
    """Lines of a colon-separated file by their first field; what is no such line is left out."""
    out: dict[str, Fields] = {}
    for line in content.decode("utf-8", "replace").split("\n"):
        fields = line.split(":")
        if len(fields) > 1 and fields[0] and not fields[0].startswith("#"):
            out.setdefault(fields[0], fields)
    return out


def with_fields(content: bytes, name: str, change: Callable[[Fields], None]) -> bytes:
    """The file with one line changed; the same bytes if the name is not in it."""
    lines = content.decode("utf-8", "surrogateescape").split("\n")
    for n, line in enumerate(lines):
        fields = line.split(":")
        if len(fields) > 1 and fields[0] == name:
            change(fields)
            lines[n] = ":".join(fields)
            break
    return "\n".join(lines).encode("utf-8", "surrogateescape")


def without(content: bytes, name: str) -> bytes:
    """The file without the line of a name."""
    lines = content.decode("utf-8", "surrogateescape").split("\n")
    return "\n".join(x for x in lines if not x.startswith(f"{name}:")).encode("utf-8", "surrogateescape")


def with_line(content: bytes, line: str) -> bytes:
    """The file with one more line at its end."""
    head = content if not content or content.endswith(b"\n") else content + b"\n"
    return head + line.encode("utf-8", "surrogateescape") + b"\n"


def field(n: int, value: str) -> Callable[[Fields], None]:
    """A change that sets the n-th field; fields that are missing before it are made empty."""

    def change(fields: Fields) -> None:
        fields.extend([""] * (n + 1 - len(fields)))
        fields[n] = value

    return change


def locked(content: bytes, name: str) -> bytes:
    """/etc/shadow with the account's password locked: a `!` before the hash."""

    def change(fields: Fields) -> None:
        if not fields[1].startswith("!"):
            fields[1] = "!" + fields[1]

    return with_fields(content, name, change)


def unlocked(content: bytes, name: str) -> bytes:
    """/etc/shadow with the lock mark and the expiry date of an account taken off."""

    def change(fields: Fields) -> None:
        fields[1] = fields[1].lstrip("!")
        if len(fields) > 7:
            fields[7] = ""

    return with_fields(content, name, change)


def hash_of(secret: str) -> str:
    """A stable yescrypt-looking hash field."""
    digest = base64.b64encode(sha256(secret.encode()).digest(), altchars=b"./").decode().rstrip("=")
    salt = base64.b64encode(sha256(b"salt:" + secret.encode()).digest()[:16], altchars=b"./").decode().rstrip("=")
    return f"$y$j9T${salt}${digest}"


def keys_of(content: bytes) -> frozenset[str]:
    """The keys of an authorized_keys file: type and key, without options and comment."""
    out = set()
    for line in content.decode("utf-8", "replace").splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        for n, word in enumerate(words):
            if word.startswith(("ssh-", "ecdsa-", "sk-")) and n + 1 < len(words):
                out.add(f"{word} {words[n + 1]}")
                break
    return frozenset(out)


def key_files(home: str) -> tuple[str, str]:
    """The files that may hold an account's public keys."""
    return f"{home}/.ssh/authorized_keys", f"{home}/.ssh/authorized_keys2"


def locks_of(shadow: Sequence[str] | None, shell: str, keys: frozenset[str], today: int) -> set[str]:
    """Why an account cannot be used, as far as its lines tell. `today` is in days since 1970."""
    out: set[str] = set()
    password = shadow[1] if shadow else "*"
    if password.startswith("!"):
        out.add("password-locked")
    elif password and len(password) < 13 and not keys:
        out.add("password-removed")
    expires = shadow[7] if shadow and len(shadow) > 7 else ""
    if _NUMBER.fullmatch(expires) and -1 != int(expires[:9]) <= today:
        out.add("expired")
    if shell in NO_LOGIN or (shell and shell not in SHELLS):
        out.add("no-shell")
    return out


def home_closed(home: str, username: str, modes: Modes) -> bool:
    """Whether an account's own home cannot be entered by it."""
    found = modes(home)
    if found is None:
        return False
    mode, owner = found
    return not mode & (0o100 if owner == username else 0o005)


def parse(state: State, modes: Modes, now_us: int) -> dict[str, Account]:
    """Every account of the files, with what keeps it from being used. Broken lines make no account."""
    shadow = table(state.get(SHADOW, b""))
    members = memberships(state.get(GROUP, b""))
    today = now_us // DAY_US
    out: dict[str, Account] = {}
    for name, f in table(state.get(PASSWD, b"")).items():
        if len(f) < 7 or not _NUMBER.fullmatch(f[2]) or f[2][0] == "-":
            continue
        home = f[5] or "/"
        keys = frozenset[str]().union(*(keys_of(state.get(path, b"")) for path in key_files(home)))
        line = shadow.get(name)
        locks = locks_of(line, f[6], keys, today)
        if home != "/" and home_closed(home, name, modes):
            locks.add("home-closed")
        uid = int(f[2][:9])
        if NOLOGIN in state and uid != 0:
            locks.add("nologin")
        out[name] = Account(
            username=name,
            uid=uid,
            home=home,
            shell=f[6],
            password=line[1] if line else "",
            locks=frozenset(locks),
            groups=frozenset(members.get(name, ())),
            keys=keys,
        )
    return out


def memberships(group: bytes) -> dict[str, set[str]]:
    """User name to the groups that list it; its own group of the same name is not one."""
    out: dict[str, set[str]] = {}
    for name, f in table(group).items():
        for member in (f[3] if len(f) > 3 else "").split(","):
            if member.strip():
                out.setdefault(member.strip(), set()).add(name)
    return out


def with_member(content: bytes, group: str, user: str) -> bytes:
    """/etc/group with a user in a group."""

    def change(fields: Fields) -> None:
        fields.extend([""] * (4 - len(fields)))
        names = [n for n in fields[3].split(",") if n]
        if user not in names:
            fields[3] = ",".join([*names, user])

    return with_fields(content, group, change)


def without_member(content: bytes, group: str, user: str) -> bytes:
    """/etc/group without a user in a group."""

    def change(fields: Fields) -> None:
        if len(fields) > 3:
            fields[3] = ",".join(n for n in fields[3].split(",") if n and n != user)

    return with_fields(content, group, change)


def carried(state: State, before: Account, after: Account) -> dict[str, bytes]:
    """The account files that another state of an account alters, with their new content.

    `state` holds the files as they are. What differs between `before` and `after` is written, nothing else.
    """
    out: dict[str, bytes] = {}
    name = after.username

    def edit(path: str, change: Callable[[bytes], bytes]) -> None:
        old = out.get(path, state.get(path))
        if old is not None and (new := change(old)) != old:
            out[path] = new

    if before.password != after.password:
        edit(SHADOW, lambda c: with_fields(c, name, field(1, after.password)))
    if after.usable and not before.usable:
        edit(SHADOW, lambda c: unlocked(c, name))
        if before.shell in NO_LOGIN and not before.service:
            edit(PASSWD, lambda c: with_fields(c, name, field(6, "/bin/bash")))
    elif before.usable and not after.usable:
        edit(SHADOW, lambda c: locked(c, name))
    for group in sorted(after.groups - before.groups):
        edit(GROUP, lambda c, g=group: with_member(c, g, name))  # type: ignore[misc]
    for group in sorted(before.groups - after.groups):
        edit(GROUP, lambda c, g=group: without_member(c, g, name))  # type: ignore[misc]
    return out
