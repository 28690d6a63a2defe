"""The agent's inbox as a spool file, for the programs that read mail from one."""

from __future__ import annotations

import re

from fauxcorp.core.clock import from_us
from fauxcorp.world.files import FileEntry
from fauxcorp.world.mailbox import Item
from fauxcorp.world.rfc5322 import as_rfc5322
from fauxcorp.world.world import World

_FROM = re.compile(rb"^(>*From )", re.MULTILINE)
MAX_KEPT = 20_000
"""Letters that are kept as they lie in a spool."""


def path_of(user: str) -> str:
    """Where a user's spool is."""
    return f"/var/mail/{user}"


class Letters:
    """Messages of one company as they lie in a spool, made once for all its worlds."""

    def __init__(self, tz: str) -> None:
        self._tz = tz
        self._made: dict[tuple[str, bool], bytes] = {}

    def of(self, item: Item) -> bytes:
        """An item in the form that calls itself mboxrd."""
        key = item.message.message_id, item.unread
        found = self._made.get(key)
        if found is None:
            found = _as_mbox(item, self._tz)
            if len(self._made) < MAX_KEPT:
                self._made[key] = found
        return found


class Spool:
    """A user's spool file in one world, as a mail server keeps it."""

    def __init__(self, world: World, user: str, letters: Letters) -> None:
        self._world, self._user, self._letters = world, user, letters
        self._ids: tuple[str, ...] = ()
        self._written = b""

    def deliver(self) -> None:
        """Bring the world's spool file up to the inbox. What a program changed in it stays: new letters are added."""
        items = self._world.mail.box(self._user).items("Inbox")[::-1]
        ids = tuple(i.message.id for i in items)
        if ids == self._ids:
            return
        path, known = path_of(self._user), set(self._ids)
        held = self._world.files.get(path)
        if held is None or held.content is self._written:
            content = b"".join(map(self._letters.of, items))
        else:
            content = held.content + b"".join(self._letters.of(i) for i in items if i.message.id not in known)
        self._ids, self._written = ids, content
        if held is None or held.content != content:
            mtime = items[-1].message.at if items else self._world.clock.us
            self._world.files.put(path, FileEntry(content, self._user, "mail", 0o660, mtime))

    def fork(self, world: World) -> Spool:
        """The same in a fork of its world."""
        other = Spool(world, self._user, self._letters)
        other._ids, other._written = self._ids, self._written
        return other


def _as_mbox(item: Item, tz: str) -> bytes:
    message = item.message
    head, gap, body = as_rfc5322(message, tz).partition(b"\n\n")
    status = b"" if item.unread else b"\nStatus: RO"
    when = from_us(message.at).strftime("%a %b %e %H:%M:%S %Y").encode()
    sender = re.sub(rb"\s", b"", message.sender_address.encode("ascii", "replace")) or b"MAILER-DAEMON"
    rest = _FROM.sub(rb">\1", body).rstrip(b"\n")
    return b"From %s %s\n%s%s%s%s\n\n" % (sender, when, head, status, gap, rest)
