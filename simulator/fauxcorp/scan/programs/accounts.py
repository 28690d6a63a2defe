"""Programs that change accounts: usermod, passwd, userdel, gpasswd, chage and their kin."""

from __future__ import annotations

import re
from itertools import pairwise

from fauxcorp.core.effects import (
    GroupJoined,
    GroupLeft,
    PasswordChanged,
    RoleChanged,
    SessionsRevoked,
    UserCreated,
    UserDeleted,
    UserLocked,
    UserUnlocked,
)
from fauxcorp.scan.programs.base import Line, Program, nothing, shown
from fauxcorp.scan.shell.data import EMPTY, Data

_NO_SHELL = re.compile(r".*/(?:nologin|false|true|sync|halt)")
_PAST = re.compile(r"0|1|19\d\d-.*|2000-.*|\d{1,4}")


def usermod(line: Line) -> Data:
    """usermod: lock, unlock, shell, expiry, groups, name."""
    given = line.parse(
        "aG:LUs:e:p:g:c:d:ml:u:f:oR:",
        "append groups= lock unlock shell= expiredate= password= gid= comment= home= login= inactive=",
    )
    for name in (shown(w) for w in given.words[-1:]):
        shell, expiry = given.get("s", "shell"), given.get("e", "expiredate")
        if given.has("L", "lock"):
            line.add(UserLocked, target=name, method="password-locked", operand=name)
        if given.has("U", "unlock"):
            line.add(UserUnlocked, target=name, operand=name)
        if shell:
            _shell(line, name, shell)
        if expiry and _PAST.fullmatch(expiry):
            line.add(UserLocked, target=name, method="expired", operand=name)
        if given.has("p", "password"):
            locked = given.get("p", "password").startswith(("!", "*"))
            line.add(UserLocked if locked else PasswordChanged, target=name, method="password-locked" if locked else "")
        for group in filter(None, given.get("G", "groups").split(",")):
            line.add(GroupJoined, target=name, group=shown(group), operand=name)
    return EMPTY


def _shell(line: Line, name: str, shell: str) -> None:
    if _NO_SHELL.fullmatch(shell):
        line.add(UserLocked, target=name, method="no-shell", operand=name)


def chsh(line: Line) -> Data:
    """chsh: another shell."""
    given = line.parse("s:l", "shell= list-shells")
    _shell(line, shown(given.words[0]) if given.words else line.desk.user, given.get("s", "shell"))
    return EMPTY


def passwd(line: Line) -> Data:
    """passwd: -l locks, -u unlocks, -d and -e change, without an option a new one is asked for."""
    given = line.parse("ldueSqn:x:w:i:ak", "lock unlock delete expire status stdin")
    name = shown(given.words[0]) if given.words else line.desk.user
    if given.has("l", "lock"):
        line.add(UserLocked, target=name, method="password-locked", operand=name)
    elif given.has("u", "unlock"):
        line.add(UserUnlocked, target=name, operand=name)
    elif not given.has("S", "status", "a"):
        line.add(PasswordChanged, target=name, method="removed" if given.has("d", "delete") else "", operand=name)
    return EMPTY


def chpasswd(line: Line) -> Data:
    """chpasswd: name:password a line."""
    rows = (line.stdin.text or "").splitlines()
    for row in rows[:500] or ["*:"]:
        name, colon, _ = row.partition(":")
        if colon and name:
            line.add(PasswordChanged, target=shown(name), operand=name)
    return EMPTY


def userdel(line: Line) -> Data:
    """userdel, deluser: the account is gone; with a second word only its place in a group."""
    words = [shown(w) for w in line.argv if not w.startswith("-")]
    if line.name == "deluser" and len(words) == 2:
        line.add(GroupLeft, target=words[0], group=words[1], operand=words[0])
    else:
        for name in words[:1]:
            line.add(UserDeleted, target=name, operand=name)
    return EMPTY


def useradd(line: Line) -> Data:
    """useradd, adduser: a new account; with a second word a place in a group."""
    given = line.parse(
        "mMrUNd:s:G:g:u:c:p:e:f:k:K:D",
        "create-home system shell= home= groups= gid= uid= comment= password= gecos= ingroup= "
        "disabled-password disabled-login no-create-home quiet home-dir= force-badname expiredate= no-user-group "
        "user-group",
    )  # fmt: skip
    words = [shown(w) for w in given.words]
    if line.name == "adduser" and len(words) == 2:
        line.add(GroupJoined, target=words[0], group=words[1], operand=words[0])
        return EMPTY
    for name in words[-1:]:
        line.add(UserCreated, target=name, operand=name)
        for group in filter(None, given.get("G", "groups", "g", "gid", "ingroup").split(",")):
            line.add(GroupJoined, target=name, group=shown(group), operand=name)
    return EMPTY


def chage(line: Line) -> Data:
    """chage: an expiry in the past shuts the account."""
    given = line.parse("d:E:I:m:M:W:l", "expiredate= inactive= lastday= list")
    if given.words and _PAST.fullmatch(given.get("E", "expiredate") or "x"):
        line.add(UserLocked, target=shown(given.words[0]), method="expired", operand=given.words[0])
    return EMPTY


def gpasswd(line: Line) -> Data:
    """gpasswd: into a group, out of it."""
    given = line.parse("a:d:A:M:rR", "add= delete= administrators= members=")
    group = shown(given.words[-1]) if given.words else ""
    for name in given.all("a", "add"):
        line.add(GroupJoined, target=shown(name), group=group, operand=name)
    for name in given.all("d", "delete"):
        line.add(GroupLeft, target=shown(name), group=group, operand=name)
    return EMPTY


def sessions(line: Line) -> Data:
    """loginctl terminate-user, pkill -u, killall -u, skill: sessions that end."""
    argv = line.argv
    if line.name == "loginctl" and argv[:1] in (["terminate-user"], ["kill-user"]):
        for name in argv[1:]:
            line.add(SessionsRevoked, target=shown(name), operand=name)
    return EMPTY


def directory(line: Line) -> Data:
    """samba-tool user, ipa user-*, ldapdelete, net user: a directory's accounts."""
    argv = line.argv
    text = " ".join(argv)
    found = re.search(r"\buser[ -](disable|lock|delete|del|enable|unlock|add|create|setpassword|mod)\b", text)
    names = [
        a
        for a in argv
        if not a.startswith("-") and not re.match(r"user|disable|lock|del|enable|unlock|add|create|set|mod", a)
    ]
    kinds = {
        "disable": UserLocked, "lock": UserLocked, "delete": UserDeleted, "del": UserDeleted, "enable": UserUnlocked,
        "unlock": UserUnlocked, "add": UserCreated, "create": UserCreated, "setpassword": PasswordChanged,
    }  # fmt: skip
    kind = kinds.get(found[1]) if found else None
    if kind is not None and names:
        line.add(kind, target=shown(names[0]), method="directory", operand=names[0])
    return EMPTY


def cloud_iam(line: Line) -> bool:
    """aws iam: users, keys and policies of a cloud. Whether it was about them."""
    argv = line.argv
    if argv[:1] != ["iam"]:
        return False
    verb = argv[1] if len(argv) > 1 else ""
    given = dict(pairwise(argv))
    name = shown(given.get("--user-name", given.get("--role-name", "")))
    match verb:
        case "delete-user" | "delete-role":
            line.add(UserDeleted, target=name, method="cloud", operand=name)
        case "create-user" | "create-role":
            line.add(UserCreated, target=name, method="cloud", operand=name)
        case "delete-login-profile" | "delete-access-key" | "deactivate-mfa-device":
            line.add(UserLocked, target=name, method="cloud", operand=name)
        case "update-login-profile" | "create-access-key" | "create-login-profile":
            line.add(PasswordChanged, target=name, method="cloud", operand=name)
        case "attach-user-policy" | "put-user-policy" | "attach-role-policy" | "put-role-policy":
            policy = given.get("--policy-arn", given.get("--policy-name", ""))
            admin = re.search(r"(?i)admin|\*:\*", policy) is not None
            line.add(RoleChanged, target=name, role="admin" if admin else shown(policy), method="cloud", operand=name)
        case "add-user-to-group":
            line.add(GroupJoined, target=name, group=shown(given.get("--group-name", "")), operand=name)
    return True


PROGRAMS: dict[str, Program] = {
    "usermod": usermod, "chsh": chsh, "passwd": passwd, "chpasswd": chpasswd, "userdel": userdel, "deluser": userdel,
    "useradd": useradd, "adduser": useradd, "chage": chage, "gpasswd": gpasswd, "loginctl": sessions,
    "samba-tool": directory, "ipa": directory, "net": directory, "groupadd": nothing, "groupdel": nothing,
    "addgroup": nothing, "visudo": nothing,
}  # fmt: skip
