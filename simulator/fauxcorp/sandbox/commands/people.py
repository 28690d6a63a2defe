"""Programs that change accounts: usermod, passwd, chage and their kin. They edit the account files, nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from fauxcorp.errors import ToolError
from fauxcorp.sandbox.commands.call import Call, Out, Program
from fauxcorp.sandbox.commands.options import parse
from fauxcorp.world.accountfiles import (
    GROUP,
    GSHADOW,
    PASSWD,
    SHADOW,
    hash_of,
    locked,
    table,
    with_fields,
    with_line,
    with_member,
    without,
    without_member,
)
from fauxcorp.world.accountfiles import (
    field as put,
)

_DAY_US = 86_400_000_000


@dataclass(slots=True)
class Books:
    """The account files in the course of one act."""

    call: Call
    held: dict[str, bytes] = field(default_factory=dict)
    changed: dict[str, bytes | None] = field(default_factory=dict)

    def get(self, path: str) -> bytes:
        """The content of one of them, edits of this act included."""
        found = self.changed.get(path)
        if found is not None:
            return found
        if path not in self.held:
            entry = self.call.files.get(path)
            self.held[path] = entry.content if entry else b""
        return self.held[path]

    def edit(self, path: str, change: Callable[[bytes], bytes]) -> None:
        """Change one of them."""
        old = self.get(path)
        new = change(old)
        if new != old:
            self.changed[path] = new

    def save(self) -> None:
        """Write all edits as one act."""
        if self.changed:
            self.call.files.edit(self.changed)


def needs_root(program: Callable[[Call, Books], Out]) -> Program:
    """A program that only root may run. The attempt of another is recorded as an attempt on the file."""

    def run(call: Call) -> Out:
        books = Books(call)
        odd = next((a for a in call.argv if "\n" in a or (":" in a and call.name not in ("useradd", "adduser"))), None)
        if odd is not None:
            # A line end or colon would be a line or field of its own in the account files.
            return call.fail(f"invalid field {odd!r}", 3)
        try:
            out = program(call, books)
            if out.code == 0:
                books.save()
        except ToolError:
            return Out(
                "", f"{call.name}: Permission denied.\n{call.name}: cannot lock /etc/passwd; try again later.\n", 1
            )
        return out

    return run


def _exists(call: Call, books: Books, name: str) -> Out | None:
    if name in table(books.get(PASSWD)):
        return None
    return Out("", f"{call.name}: user '{name}' does not exist\n", 6)


def days(text: str) -> str:
    """A date or number of days as the field of /etc/shadow; '' for never, '?' if it is neither."""
    if text in ("-1", ""):
        return ""
    if text.lstrip("-").isdecimal():
        return text
    try:
        return str((date.fromisoformat(text) - date(1970, 1, 1)).days)
    except ValueError:
        return "?"


def usermod(call: Call, books: Books) -> Out:
    """usermod: lock, unlock, expire, shell, groups, home, name."""
    given = parse(
        call.argv,
        "LUaG:g:s:e:f:d:ml:c:p:u:r:o",
        "lock unlock append groups= gid= shell= expiredate= inactive= "
        "home= move-home login= comment= password= uid= remove",
    )
    if given.bad or given.lacks or len(given.words) != 1:
        return Out("", "Usage: usermod [options] LOGIN\n", 2)
    name = given.words[0]
    missing = _exists(call, books, name)
    if missing is not None:
        return missing
    expires = days(given.get("e", "expiredate"))
    if expires == "?":
        return call.fail(f"invalid date '{given.get('e', 'expiredate')}'", 3)
    if given.has("L", "lock"):
        books.edit(SHADOW, lambda c: locked(c, name))
    if given.has("U", "unlock"):
        books.edit(SHADOW, lambda c: with_fields(c, name, _strip_lock))
    if given.has("e", "expiredate"):
        books.edit(SHADOW, lambda c: with_fields(c, name, put(7, expires)))
    if given.has("p", "password"):
        books.edit(SHADOW, lambda c: with_fields(c, name, put(1, given.get("p", "password"))))
    for option, long, n in (("s", "shell", 6), ("d", "home", 5), ("c", "comment", 4), ("u", "uid", 2)):
        if given.has(option, long):
            value = given.get(option, long)
            if n == 2 and not value.isdecimal():
                return call.fail(f"invalid user ID '{value}'", 3)
            books.edit(PASSWD, lambda c, n=n, value=value: with_fields(c, name, put(n, value)))  # type: ignore[misc]
    if given.has("G", "groups"):
        return _regroup(
            call, books, name, given.get("G", "groups"), keep=given.has("a", "append"), drop=given.has("r", "remove")
        )
    if given.has("l", "login"):
        new = given.get("l", "login")
        for path in (PASSWD, SHADOW):
            books.edit(path, lambda c: with_fields(c, name, put(0, new)))
    return Out()


def _strip_lock(fields: list[str]) -> None:
    fields[1] = fields[1].lstrip("!")


def _regroup(call: Call, books: Books, name: str, groups: str, *, keep: bool, drop: bool) -> Out:
    wanted = [g for g in groups.split(",") if g]
    known = table(books.get(GROUP))
    for group in wanted:
        if group not in known:
            return call.fail(f"group '{group}' does not exist", 6)
    for group, f in known.items():
        member = name in (f[3].split(",") if len(f) > 3 else ())
        if group in wanted and drop:
            books.edit(GROUP, lambda c, g=group: without_member(c, g, name))  # type: ignore[misc]
        elif group in wanted:
            books.edit(GROUP, lambda c, g=group: with_member(c, g, name))  # type: ignore[misc]
        elif member and not keep and not drop:
            books.edit(GROUP, lambda c, g=group: without_member(c, g, name))  # type: ignore[misc]
    return Out()


def passwd(call: Call, books: Books) -> Out:
    """passwd: lock, unlock, delete, expire, status; a new password from standard input."""
    given = parse(call.argv, "ludeSqn:x:w:i:ak", "lock unlock delete expire status quiet stdin all")
    if given.bad:
        return Out("", f"passwd: unrecognized option '{given.bad}'\nUsage: passwd [options] [LOGIN]\n", 2)
    name = given.words[0] if given.words else call.who.user
    if name not in table(books.get(PASSWD)):
        return Out("", f"passwd: user '{name}' does not exist\n", 1)
    if name != call.who.user and not call.who.root and given.has("S", "status"):
        return Out("", f"passwd: You may not view or modify password information for {name}.\n", 1)
    if given.has("S", "status"):
        field1 = table(books.get(SHADOW)).get(name, ["", "*"])[1]
        mark = "L" if field1.startswith(("!", "*")) else "NP" if not field1 else "P"
        return Out(f"{name} {mark} 2025-02-11 0 99999 7 -1\n")
    if given.has("l", "lock"):
        books.edit(SHADOW, lambda c: locked(c, name))
    elif given.has("u", "unlock"):
        books.edit(SHADOW, lambda c: with_fields(c, name, _strip_lock))
    elif given.has("d", "delete"):
        books.edit(SHADOW, lambda c: with_fields(c, name, put(1, "")))
    elif given.has("e", "expire"):
        books.edit(SHADOW, lambda c: with_fields(c, name, put(2, "0")))
    else:
        return _new_password(call, books, name)
    return Out("passwd: password changed.\n")


def _new_password(call: Call, books: Books, name: str) -> Out:
    lines = call.text.splitlines()
    if not lines:
        return Out("", "passwd: Authentication token manipulation error\npasswd: password unchanged\n", 10)
    if len(lines) > 1 and lines[-1] != lines[-2]:
        return Out("", "Sorry, passwords do not match.\npasswd: Authentication token manipulation error\n", 10)
    books.edit(SHADOW, lambda c: with_fields(c, name, put(1, hash_of(f"{name}:{lines[-1]}"))))
    return Out("", "New password: Retype new password: passwd: password updated successfully\n")


def chpasswd(call: Call, books: Books) -> Out:
    """chpasswd: lines of name:password."""
    given = parse(call.argv, "ec:ms:", "encrypted crypt-method= md5")
    for n, line in enumerate(call.text.splitlines()[:1000], 1):
        name, colon, secret = line.partition(":")
        if not colon or name not in table(books.get(PASSWD)):
            return Out(
                "", f"chpasswd: line {n}: user '{name}' does not exist\nchpasswd: error detected, changes ignored\n", 1
            )
        value = secret if given.has("e", "encrypted") else hash_of(f"{name}:{secret}")
        books.edit(SHADOW, lambda c, name=name, value=value: with_fields(c, name, put(1, value)))  # type: ignore[misc]
    return Out()


def chage(call: Call, books: Books) -> Out:
    """chage: expiry of accounts and passwords."""
    given = parse(call.argv, "lE:d:I:m:M:W:iR:", "list expiredate= lastday= inactive= mindays= maxdays= warndays=")
    if given.bad or len(given.words) != 1:
        return Out("", "Usage: chage [options] LOGIN\n", 2)
    name = given.words[0]
    if name not in table(books.get(SHADOW)):
        return Out("", f"chage: user '{name}' does not exist in /etc/passwd\n", 1)
    if given.has("l", "list"):
        expires = table(books.get(SHADOW))[name][7:8] or [""]
        return Out(
            f"Last password change\t\t\t\t\t: Feb 11, 2025\nPassword expires\t\t\t\t\t: never\n"
            f"Account expires\t\t\t\t\t\t: {_shown(expires[0])}\n"
        )
    for option, long, n in (
        ("d", "lastday", 2),
        ("m", "mindays", 3),
        ("M", "maxdays", 4),
        ("W", "warndays", 5),
        ("I", "inactive", 6),
        ("E", "expiredate", 7),
    ):
        if given.has(option, long):
            value = days(given.get(option, long))
            if value == "?":
                return call.fail(f"invalid date '{given.get(option, long)}'", 1)
            books.edit(SHADOW, lambda c, n=n, value=value: with_fields(c, name, put(n, value)))  # type: ignore[misc]
    return Out()


def _shown(number: str) -> str:
    if not number.isdecimal():
        return "never"
    return date.fromordinal(date(1970, 1, 1).toordinal() + min(int(number[:7]), 2_000_000)).strftime("%b %d, %Y")


def userdel(call: Call, books: Books) -> Out:
    """userdel, deluser: remove an account; -r its home too."""
    given = parse(call.argv, "rfZ", "remove force remove-home remove-all-files backup quiet")
    if given.bad or not given.words:
        return Out("", f"Usage: {call.name} [options] LOGIN\n", 2)
    name = given.words[0]
    if len(given.words) > 1 and call.name == "deluser":
        books.edit(GROUP, lambda c: without_member(c, given.words[1], name))
        return Out(f"Removing user `{name}' from group `{given.words[1]}' ...\nDone.\n")
    missing = _exists(call, books, name)
    if missing is not None:
        return missing
    home = table(books.get(PASSWD))[name][5]
    for group in list(table(books.get(GROUP))):
        books.edit(GROUP, lambda c, g=group: without_member(c, g, name))  # type: ignore[misc]
    for path in (PASSWD, SHADOW, GROUP, GSHADOW):
        books.edit(path, lambda c: without(c, name))
    books.save()
    books.changed.clear()
    if given.has("r", "remove", "remove-home", "remove-all-files") and call.files.get(home) is not None:
        call.files.delete(home)
    return Out()


def useradd(call: Call, books: Books) -> Out:
    """useradd, adduser: a new account."""
    given = parse(
        call.argv,
        "mMd:s:G:g:c:u:p:rNUe:k:ob:",
        "create-home home-dir= shell= groups= gid= comment= uid= password= "
        "system disabled-password gecos= home= ingroup= quiet disabled-login no-create-home non-unique",
    )
    if given.bad or not given.words:
        return Out("", f"Usage: {call.name} [options] LOGIN\n", 2)
    name = given.words[0]
    if len(given.words) > 1 and call.name == "adduser":
        return _regroup(call, books, name, given.words[1], keep=True, drop=False)
    if not name.replace("-", "").replace("_", "").replace(".", "").isalnum() or ":" in name:
        return call.fail(f"invalid user name '{name}'", 3)
    known = table(books.get(PASSWD))
    if name in known:
        return call.fail(f"user '{name}' already exists", 9)
    taken = {int(f[2]) for f in known.values() if len(f) > 2 and f[2].isdecimal()}
    uid = given.get("u", "uid") or str(max((u for u in taken if 1000 <= u < 60000), default=999) + 1)
    home = given.get("d", "home-dir", "home") or f"/home/{name}"
    shell = given.get("s", "shell") or "/bin/bash"
    gecos = given.get("c", "comment", "gecos").replace(":", " ")
    if not uid.isdecimal() or any(":" in value for value in (home, shell, given.get("p", "password"))):
        return call.fail(f"invalid field '{uid if not uid.isdecimal() else home}'", 3)
    books.edit(PASSWD, lambda c: with_line(c, f"{name}:x:{uid}:{uid}:{gecos}:{home}:{shell}"))
    today = call.world.clock.us // _DAY_US
    books.edit(SHADOW, lambda c: with_line(c, f"{name}:{given.get('p', 'password') or '!'}:{today}:0:99999:7:::"))
    books.edit(GROUP, lambda c: with_line(c, f"{name}:x:{uid}:"))
    if given.has("G", "groups"):
        failed = _regroup(call, books, name, given.get("G", "groups"), keep=True, drop=False)
        if failed.code:
            return failed
    books.save()
    books.changed.clear()
    if (given.has("m", "create-home") or call.name == "adduser") and call.files.get(home) is None:
        call.files.mkdir(home, name, 0o750)
    return Out()


def gpasswd(call: Call, books: Books) -> Out:
    """gpasswd: members of a group."""
    given = parse(call.argv, "a:d:M:A:rR", "add= delete= members= administrators=")
    if given.bad or len(given.words) != 1:
        return Out("", "Usage: gpasswd [option] GROUP\n", 2)
    group = given.words[0]
    if group not in table(books.get(GROUP)):
        return call.fail(f"group '{group}' does not exist in /etc/group", 3)
    name = given.get("a", "add", "d", "delete")
    if name and name not in table(books.get(PASSWD)):
        return call.fail(f"user '{name}' does not exist", 3)
    if given.has("a", "add"):
        books.edit(GROUP, lambda c: with_member(c, group, name))
        return Out(f"Adding user {name} to group {group}\n")
    if given.has("d", "delete"):
        books.edit(GROUP, lambda c: without_member(c, group, name))
        return Out(f"Removing user {name} from group {group}\n")
    if given.has("M", "members"):
        books.edit(GROUP, lambda c: with_fields(c, group, put(3, given.get("M", "members"))))
    return Out()


def groupmod(call: Call, books: Books) -> Out:
    """groupadd, groupdel, groupmod."""
    given = parse(call.argv, "g:n:rfo", "gid= new-name= system force")
    if given.bad or not given.words:
        return Out("", f"Usage: {call.name} [options] GROUP\n", 2)
    group, known = given.words[0], table(books.get(GROUP))
    if call.name in ("groupadd", "addgroup"):
        if group in known:
            return call.fail(f"group '{group}' already exists", 9)
        taken = max(
            (int(f[2]) for f in known.values() if len(f) > 2 and f[2].isdecimal() and int(f[2]) < 60000), default=1000
        )
        gid = given.get("g", "gid") or str(max(taken, 1000) + 1)
        if not gid.isdecimal():
            return call.fail(f"invalid group ID '{gid}'", 3)
        books.edit(GROUP, lambda c: with_line(c, f"{group}:x:{gid}:"))
        return Out()
    if group not in known:
        return call.fail(f"group '{group}' does not exist", 6)
    if call.name in ("groupdel", "delgroup"):
        books.edit(GROUP, lambda c: without(c, group))
    elif given.has("n", "new-name"):
        books.edit(GROUP, lambda c: with_fields(c, group, put(0, given.get("n", "new-name"))))
    return Out()


def chsh(call: Call, books: Books) -> Out:
    """chsh: the log-in shell."""
    given = parse(call.argv, "s:", "shell=")
    name = given.words[0] if given.words else call.who.user
    missing = _exists(call, books, name)
    if missing is not None or not given.has("s", "shell"):
        return missing or Out("", "chsh: PAM: Authentication failure\n", 1)
    books.edit(PASSWD, lambda c: with_fields(c, name, put(6, given.get("s", "shell"))))
    return Out()


PROGRAMS: dict[str, Program] = {
    name: needs_root(program)
    for name, program in (
        ("usermod", usermod),
        ("passwd", passwd),
        ("chpasswd", chpasswd),
        ("chage", chage),
        ("userdel", userdel),
        ("deluser", userdel),
        ("useradd", useradd),
        ("adduser", useradd),
        ("gpasswd", gpasswd),
        ("groupmod", groupmod),
        ("groupadd", groupmod),
        ("groupdel", groupmod),
        ("addgroup", groupmod),
        ("delgroup", groupmod),
        ("chsh", chsh),
    )
}
