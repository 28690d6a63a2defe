"""What the observer saw, as changes of the world's files."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from fauxcorp.sandbox.docker.eye import Placed, Seen, SeenEntry
from fauxcorp.sandbox.pairing import Found, order, paired
from fauxcorp.world.accountfiles import FILES, GROUP, PASSWD, table
from fauxcorp.world.filechanges import Change
from fauxcorp.world.files import MAX_PATH, FileEntry, FileTree
from fauxcorp.world.world import World

NOBODY = 65534
_BACKUP = re.compile(r"(/etc/(?:passwd|shadow|group|gshadow|subuid|subgid))-")
_LOCK = re.compile(r"/etc/(?:\.pwd|passwd|shadow|group|gshadow|subuid|subgid)\.lock")
_SUBORDINATE = frozenset({"/etc/subuid", "/etc/subgid"})
_GROWING = frozenset({"/var/log/wtmp", "/var/log/btmp", "/var/log/lastlog", "/var/log/faillog"})
_FIRST_SUDO = re.compile(r"/home/[^/]+/\.sudo_as_admin_successful")
_KNOWN_HOSTS = re.compile(r"(?:/home/[^/]+|/root)/\.ssh(?:/known_hosts(?:\.old)?)?")
_HOST_KEY = re.compile(
    rb"(?:\|1\|[\w+/=]{20,40}\|[\w+/=]{20,40}|[\w.,:\[\]-]{1,300}) (?:ssh|ecdsa)-[\w-]{3,40} [\w+/=]{40,1200}"
)
_ROW_ROOM = 150
"""How much longer than it is a row of an account file may have been in between: a password's hash and more."""
_OWN = re.compile(r"/var/lib/sudo/|/var/cache/(?:ldconfig|nscd|debconf)/|/var/lib/pam/")
"""What system programs keep for themselves."""


class Names:
    """Users and groups by number and by name, as the account files have them.

    What the files do not tell any more is looked up in the company's first ones: a number keeps its meaning for what is
    in the world already, even if somebody overwrote the files.
    """

    def __init__(self, passwd: bytes, group: bytes, first: Names | None = None) -> None:
        self._users = _numbers(passwd)
        self._groups = _numbers(group)
        self._user_names = {number: name for name, number in reversed(self._users.items())}
        self._group_names = {number: name for name, number in reversed(self._groups.items())}
        self._first = first

    @classmethod
    def of(cls, world: World, changed: Mapping[str, bytes] | None = None) -> Names:
        """The names of a world now, or with other account files."""
        base = world.files.base
        passwd, group = (base[p].content if p in base else b"" for p in (PASSWD, GROUP))
        first = cls(passwd, group)
        held = []
        for path in (PASSWD, GROUP):
            entry = world.files.get(path)
            content = entry.content if entry is not None and entry.kind == "file" else b""
            held.append(changed.get(path, content) if changed else content)
        return cls(held[0], held[1], first)

    def user(self, number: int, known: str = "") -> str:
        """The name of a user; `known` if that one has the number too. Digits where there is no name."""
        if known and self.uid(known) == number:
            return known
        return self._user_names.get(number, str(number))

    def group(self, number: int, *known: str) -> str:
        """The name of a group; the first one known that has the number too. Digits where there is no name."""
        for name in known:
            if name and self.gid(name) == number:
                return name
        return self._group_names.get(number, str(number))

    def uid(self, name: str) -> int:
        """The number of a user; nobody's for a name that there never was."""
        return _number(name, self._users, self._first._users if self._first else {})

    def gid(self, name: str) -> int:
        """The number of a group; nobody's for a name that there never was."""
        return _number(name, self._groups, self._first._groups if self._first else {})

    def placed(self, path: str, entry: FileEntry | None) -> Placed:
        """An entry of the world as it is put into the container; None removes what is there."""
        if entry is None:
            return Placed(path, None)
        return Placed(path, entry, self.uid(entry.owner), self.gid(entry.group))


def changes_of(world: World, seen: Seen, names: Names | None = None) -> list[Change]:
    """The changes of the world's files that the container's amount to, in the order in which to carry them out.

    The world learns on the way, without an effect, of files of the image that it did not know before and of what system
    programs keep for themselves.
    """
    files = world.files
    account_files = {e.path: e.content for e in seen.changed if e.path in (PASSWD, GROUP) and e.content is not None}
    names = names if names is not None and not account_files else Names.of(world, account_files)
    _learn(files, seen, names)
    found: list[Found] = []
    replaced: list[Change] = []
    present = {e.path for e in seen.changed}
    for told in sorted(seen.changed, key=lambda e: e.path):
        if len(told.path.encode("utf-8", "replace")) > MAX_PATH:
            continue
        before = files.get(told.path)
        after = _after(world, told, before, names)
        if before is not None and (before.kind == "dir") != (after.kind == "dir"):
            replaced += [*_gone_below(files, told.path, present), Change(told.path, before, None)]
        elif before is not None and _same(before, after):
            continue
        found.append(Found(told.path, after, _origin(files, told, after)))
    standard = {e.path for e in seen.changed if e.standard and files.get(posixpath.dirname(e.path)) is None}
    now = {f.path: f.entry for f in found}
    quiet = {f.path: f for f in found if f.path in standard or _is_quiet(files, f, now)}
    loud = [f for f in found if f.path not in quiet]
    again = {c.path for c in replaced}
    gone = [p for p in _gone(files, seen.removed) if p not in present and p not in again]
    changes = _paired(files, loud, gone, again)
    for path, item in quiet.items():
        files.put(path, item.entry)
    return replaced + changes


def reads_of(world: World, seen: Seen) -> list[str]:
    """The company's files whose content somebody read: not those that programs look up on the way. Sorted.

    Call it before the changes of the same survey are carried out.
    """
    came_from = {e.path: e.moved_from for e in seen.changed if e.moved_from}
    out = set()
    for path, programs in seen.readers.items():
        path = came_from.get(path, path)
        entry = world.files.get(path)
        if entry is None or entry.kind != "file" or not entry.content:
            continue
        if any(not _in_passing(path, posixpath.basename(program)) for program in programs):
            out.add(path)
    return sorted(out)


# -- what was there before and what is there now ----------------------------------------------------------------------


def _learn(files: FileTree, seen: Seen, names: Names) -> None:
    """Put into the world what the image had where something changed, unless the world knew it."""
    for path, was in sorted(seen.was.items()):
        if files.get(path) is None and len(path.encode("utf-8", "replace")) <= MAX_PATH:
            content = (was.content or b"") if was.kind != "dir" else b""
            owner, group = names.user(was.uid), names.group(was.gid)
            above = files.get(posixpath.dirname(path))
            mtime = above.mtime if above is not None else 0
            files.put(path, FileEntry(content, owner, group, was.mode, mtime, was.kind))


def _after(world: World, told: SeenEntry, before: FileEntry | None, names: Names) -> FileEntry:
    files = world.files
    above = files.get(posixpath.dirname(told.path))
    source = files.get(told.moved_from) if told.moved_from else None
    near = before or source
    content = told.content
    if content is None:
        content = source.content if source is not None else b""
    return FileEntry(
        content=b"" if told.kind == "dir" else content,
        owner=names.user(told.uid, near.owner if near else ""),
        group=names.group(told.gid, near.group if near else "", above.group if above else ""),
        mode=told.mode,
        mtime=world.clock.us if told.mtime_us is None else told.mtime_us,
        kind=told.kind,
    )


def _same(before: FileEntry, after: FileEntry) -> bool:
    return replace(before, mtime=0) == replace(after, mtime=0)


def _origin(files: FileTree, told: SeenEntry, after: FileEntry) -> str:
    """Where a file was before, if all of it is as it was there."""
    source = files.get(told.moved_from) if told.moved_from else None
    if source is None or source.kind != after.kind or source.content != after.content:
        return ""
    return told.moved_from


def _gone(files: FileTree, removed: tuple[str, ...]) -> list[str]:
    """The paths that the world has at and below what was removed, each once."""
    out: dict[str, None] = {}
    for path in removed:
        if files.get(path) is not None:
            out[path] = None
            out.update(dict.fromkeys(p for p, _ in files.walk(path)))
    return list(out)


def _gone_below(files: FileTree, path: str, present: set[str]) -> list[Change]:
    below = [Change(p, e, None) for p, e in files.walk(path) if p not in present]
    return sorted(below, key=order)


# -- moves ------------------------------------------------------------------------------------------------------------


def _paired(files: FileTree, found: list[Found], gone: list[str], again: set[str]) -> list[Change]:
    """Changes with moves told; one that also got other rights is followed by that."""
    by_path = {f.path: f.entry for f in found}
    out: list[Change] = []
    for change in paired(found, gone, files):
        if change.path in again and change.before is not None:
            change = replace(change, before=None)
        out.append(change)
        if change.moved_from:
            out += _other_rights(files, change, by_path)
    return out


def _other_rights(files: FileTree, change: Change, by_path: Mapping[str, FileEntry]) -> Iterator[Change]:
    moved = [(change.path, change.before)]
    moved += [(change.path + p[len(change.moved_from) :], e) for p, e in files.walk(change.moved_from)]
    for path, before in moved:
        now = by_path.get(path)
        if before is not None and now is not None and _rights(before) != _rights(now):
            yield Change(path, before, replace(before, owner=now.owner, group=now.group, mode=now.mode))


def _rights(entry: FileEntry) -> tuple[int, str, str]:
    return entry.mode, entry.owner, entry.group


# -- what programs do on the side -------------------------------------------------------------------------------------


def _is_quiet(files: FileTree, found: Found, now: Mapping[str, FileEntry]) -> bool:
    """Whether a change is only what a system program keeps for itself. `now`: all that changed, by path."""
    path, content = found.path, found.entry.content
    known_hosts = _KNOWN_HOSTS.fullmatch(path)
    if known_hosts is not None:
        # ssh notes which hosts it met, and makes the folder for that.
        return found.entry.kind == "dir" or (found.entry.kind == "file" and _are_host_keys(content))
    if found.entry.kind != "file":
        return False
    backup = _BACKUP.fullmatch(path)
    if backup is not None:
        return _is_backup(content, files.get(backup[1]), now.get(backup[1]))
    if _LOCK.fullmatch(path):
        return not content
    if path in _SUBORDINATE:
        return not now.keys().isdisjoint(FILES)
    if path in _GROWING:
        old = files.get(path)
        return old is None or _grew(old.content, content)
    if _FIRST_SUDO.fullmatch(path):
        return not content
    return _OWN.match(path) is not None


def _are_host_keys(content: bytes) -> bool:
    return all(_HOST_KEY.fullmatch(line) for line in content.splitlines())


def _is_backup(content: bytes, before: FileEntry | None, after: FileEntry | None) -> bool:
    """Whether it is a copy of an account file as that was before, after, or in the course of the command.

    In between, rows of accounts that are in the file may be other ones, but not of another form. Whatever else is put
    there is told.
    """
    texts = [e.content for e in (before, after) if e is not None]
    if content in texts:
        return True
    lines = {line for text in texts for line in text.split(b"\n")}
    form = {line.partition(b":")[0]: (line.count(b":"), len(line) + _ROW_ROOM) for line in lines}
    for line in content.split(b"\n"):
        fields, most = form.get(line.partition(b":")[0], (-1, 0))
        if line not in lines and (line.count(b":") != fields or len(line) > most):
            return False
    return bool(texts)


def _grew(before: bytes, after: bytes) -> bool:
    """Whether nothing of a log was taken away; its records may be written in any order."""
    if len(after) < len(before):
        return False
    return after.startswith(before) or not any(b and not a for b, a in zip(before, after, strict=False))


_LOOKED_UP = re.compile(
    r"/etc/(?:passwd|group|hosts|host\.conf|hostname|mailname|resolv\.conf|nsswitch\.conf|localtime|timezone|services"
    r"|protocols|gai\.conf|login\.defs|environment|shells|sudo\.conf|sudoers(?:\.d/.*)?|pam\.(?:d/.*|conf)|security/.*"
    r"|default/.*|ssl/.*|ca-certificates.*|ssh/ssh_config.*|gitconfig|wgetrc|msmtprc|mail\.rc|nanorc|vim/.*|inputrc|terminfo/.*"
    r"|profile(?:\.d/.*)?|bash\.bashrc|ld\.so\..*|mime\.types|adduser\.conf|deluser\.conf|skel/.*|os-release|mtab)"
)
_PRIVATE = re.compile(r"/etc/g?shadow-?")
_START_UP = re.compile(
    r"/(?:home/[^/]+|root)/\.(?:bashrc|profile|bash_profile|bash_login|bash_logout|bash_history|bash_aliases|inputrc"
    r"|gitconfig|wgetrc|curlrc|vimrc|netrc|msmtprc|mailrc|wget-hsts|lesshst|python_history|ssh/(?:config|known_hosts))"
)
_ACCOUNT_TOOLS = frozenset(
    "sudo su passwd chage usermod useradd userdel groupadd groupmod groupdel gpasswd chpasswd chfn chsh newusers newgrp"
    " cron crontab login sshd unix_chkpwd adduser deluser perl pwck grpck vipw sudoedit visudo nologin runuser"
    " expiry getent pwconv grpconv chgpasswd".split()
)
_READERS = frozenset(
    "cat tac head tail less more view vim vi vim.tiny vim.basic nano ed grep egrep fgrep zgrep awk gawk mawk sed cut"
    " sort uniq wc diff cmp cp dd tar zip gzip bzip2 xz base64 base32 od xxd hexdump strings tee paste join nl rev tr"
    " rsync openssl md5sum sha1sum sha256sum sha512sum b2sum cksum jq split csplit fold fmt column comm install scp"
    " sftp nc ncat socat curl wget ssh mail mailx bsd-mailx sendmail msmtp mv".split()
)
"""Programs that are started to read what they are given."""
_NAMED = re.compile(
    r"/etc/(?:passwd|group|hosts|host\.conf|hostname|mailname|resolv\.conf|nsswitch\.conf|services|protocols|gai\.conf"
    r"|localtime|timezone|ssl/.*|ssh/ssh_config.*|wgetrc|msmtprc|mail\.rc|mime\.types)"
)
_NAMING = frozenset(
    "cp mv tar install rsync zip openssl scp sftp nc ncat socat curl wget ssh mail mailx bsd-mailx sendmail"
    " msmtp".split()
)
"""Of those, the ones that look names up: of owners, hosts, services."""


def _in_passing(path: str, program: str) -> bool:
    """Whether a program reads a file because any program of its kind does, not because it was asked to."""
    if _PRIVATE.fullmatch(path):
        return program in _ACCOUNT_TOOLS
    if program == "ssh" and _START_UP.fullmatch(path):
        return True
    if _START_UP.fullmatch(path) or _LOOKED_UP.fullmatch(path):
        if _NAMED.fullmatch(path) and program in _NAMING:
            return True
        return program not in _READERS and not program.startswith("python")
    return False


def _numbers(content: bytes) -> dict[str, int]:
    return {
        name: int(f[2][:9]) for name, f in table(content).items() if len(f) > 2 and f[2].isdecimal() and f[2].isascii()
    }


def _number(name: str, now: Mapping[str, int], first: Mapping[str, int]) -> int:
    number = now.get(name, first.get(name))
    if number is None:
        number = int(name) if name.isascii() and name.isdecimal() and len(name) < 10 else NOBODY
    return number
