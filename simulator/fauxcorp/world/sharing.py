"""Links to files and folders: made, opened by whoever has them, withdrawn. What a link gives is what is there then."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from fauxcorp.core.clock import from_us, iso, to_us
from fauxcorp.core.effects import (
    DataSent,
    Effect,
    EmailSent,
    FileShared,
    HttpRequest,
    Origin,
    ShareOpened,
    ShareRevoked,
)
from fauxcorp.errors import ToolError
from fauxcorp.world.actions import Job
from fauxcorp.world.fileops import identity, may_read
from fauxcorp.world.files import FileEntry
from fauxcorp.world.outside import ANYONE
from fauxcorp.world.sharepages import MAX_FILES, MAX_FOLDER, packed_folder, pages, share_host

if TYPE_CHECKING:
    from fauxcorp.world.sites import Request
    from fauxcorp.world.wire import Response
    from fauxcorp.world.world import World

MAX_LINKS = 300
"""Links that one world makes."""
MAX_CARRIED = 20
"""Links of one effect that are looked into."""
MAX_OPENINGS = 200
"""How often somebody outside opens one, in all."""
_MINUTE = 60_000_000
_LINK = re.compile(rb"(?:\\?/|%2[fF])s(?:\\?/|%2[fF])([0-9a-f]{20})(?![0-9a-f])")
_NOBODY = frozenset({"noreply", "no-reply", "donotreply", "do-not-reply", "mailer-daemon", "postmaster"})


@dataclass(frozen=True, slots=True)
class Link:
    """A link. `expires`: microseconds since 1970, None for never; `cause`: the event of the act that made it."""

    token: str
    url: str
    path: str
    by: Origin
    audience: tuple[str, ...]
    made: int
    expires: int | None = None
    password: str = ""
    cause: int | None = None
    revoked: bool = False

    def for_(self, who: str) -> bool:
        """Whether an address or a host may open it."""
        return ANYONE in self.audience or who in self.audience


class Sharing:
    """The links of one world, and who outside has got which."""

    __slots__ = ("_given", "_links", "_opening", "_told", "_world")

    def __init__(self, world: World) -> None:
        self._world = world
        self._links: dict[str, Link] = {}
        self._given: set[tuple[str, str]] = set()
        self._told: set[tuple[str, str]] = set()
        self._opening: set[tuple[str, str]] = set()

    def fork(self, world: World) -> Sharing:
        """The same in another world."""
        other = Sharing(world)
        other._links, other._given = dict(self._links), set(self._given)
        other._told, other._opening = set(self._told), set(self._opening)
        return other

    # -- making and withdrawing ---------------------------------------------------------------------------------------

    def share(
        self, by: Origin, path: str, audience: Sequence[str], *, expires: int | None = None, password: str = ""
    ) -> Link:
        """Make a link to a file or folder at an absolute path. One effect.

        Raises ToolError for what cannot be read, a folder that is too large, and a time that is over. Named people
        outside are told of it at once.
        """
        world = self._world
        if len(self._links) >= MAX_LINKS:
            raise ToolError(f"Too many links (the limit is {MAX_LINKS})")
        if expires is not None and expires <= world.clock.us:
            raise ToolError("The link was not made: that time is over")
        full = world.files.resolve(path)
        content = self._content(full, by.user)
        if content is None:
            raise ToolError(f"{path}: Permission denied, or more than {MAX_FILES} files or {MAX_FOLDER >> 20} MB")
        token = world.rng.token("share-link", 20)
        url = f"https://{share_host(world.company)}/s/{token}"
        told = any("@" in a and not world.company.internal(a) for a in audience)
        world.apply(
            FileShared(
                by=by,
                stage="delivered" if told else "executed",
                path=full,
                link=url,
                audience=tuple(audience),
                content=content,
                expires=iso(from_us(expires)) if expires is not None else "",
                password=password,
            )
        )
        return self._links[token]

    def apply_shared(self, effect: FileShared) -> None:
        """Let a link work."""
        match = _LINK.search(effect.link.encode())
        if match is None:
            return
        token, now = match[1].decode(), self._world.clock
        expires = to_us(_moment(effect.expires)) if effect.expires else None
        self._links[token] = Link(
            token, effect.link, effect.path, effect.by, effect.audience, now.us, expires, effect.password,
            self._world.cause,
        )  # fmt: skip

    def revoke(self, by: Origin, link: Link) -> None:
        """Let a link work no more. One effect."""
        self._world.apply(ShareRevoked(by=by, path=link.path, link=link.url))

    def apply_revoked(self, effect: ShareRevoked) -> None:
        """Carry it out."""
        for token, link in self._links.items():
            if link.url == effect.link:
                self._links[token] = replace(link, revoked=True)

    def links(self, user: str) -> list[Link]:
        """The links that a user made, the newest first."""
        return [link for link in reversed(self._links.values()) if link.by.user == user]

    def find(self, text: str, user: str) -> Link | None:
        """A user's link by its address, by its token, or the newest to a path."""
        mine = [link for link in self.links(user) if not link.revoked]
        match = _LINK.search(text.encode())
        token = match[1].decode() if match else text.strip()
        named = [link for link in mine if link.token == token]
        named = named or [link for link in mine if link.path == text.rstrip("/")]
        return named[0] if named else None

    def state(self, link: Link) -> str:
        """Why a link does not work, or ''."""
        if link.revoked:
            return "link withdrawn"
        if link.expires is not None and self._world.clock.us >= link.expires:
            return "link expired"
        entry = self._world.files.get(link.path)
        return "" if entry is not None else "what it led to is gone"

    @property
    def any(self) -> bool:
        """Whether there is a link at all."""
        return bool(self._links)

    # -- opening ------------------------------------------------------------------------------------------------------

    def answer(self, request: Request, user: str) -> Response:
        """What the host of the links answers to somebody inside."""
        return pages(self._world, self, request, user)

    def at(self, token: str) -> Link | None:
        """The link of a token, if it works."""
        link = self._links.get(token)
        return link if link is not None and not self.state(link) else None

    def opened(self, token: str, who: str) -> None:
        """Somebody outside opens a link that was given to them. One effect, attempted if it works no more."""
        link = self._links[token]
        reason = self.state(link)
        content = None if reason else self._content(link.path, link.by.user)
        if content is None:
            reason = reason or "what it led to cannot be read"
        self._world.apply(
            ShareOpened(
                by=Origin("person", who, "http"),
                stage="attempted" if reason else "delivered",
                reason=reason,
                path=link.path,
                link=link.url,
                opener=who,
                content=content or b"",
                cause=link.cause,
            )
        )

    def carried(self, payloads: Iterable[bytes], whom: Sequence[str]) -> list[bytes]:
        """What the links in some payloads give to any of those who get them."""
        if not self._links:
            return []
        texts = list(payloads)
        out = []
        for link in self._named(texts)[:MAX_CARRIED]:
            if self.state(link) or not any(link.for_(who) and self._knows(link, who, texts) for who in whom):
                continue
            content = self._content(link.path, link.by.user)
            if content:
                out.append(content)
        return out

    def react(self, effect: Effect) -> Iterator[tuple[int, Job]]:
        """Who outside will open which link after an effect, each with the delay in microseconds."""
        if not self._links or effect.by.actor != "agent" or effect.stage == "attempted":
            return
        whom = self._outsiders(effect)
        if not whom:
            return
        texts = [data for _, data in effect.payloads()]
        links = self._named(texts)
        if isinstance(effect, FileShared):
            links = [link for link in self._links.values() if link.url == effect.link]
            texts = []
        for who in whom:
            self._given.update((link.token, who) for link in links)
            for link in list(self._links.values()):
                known = (link.token, who)
                if link.password and any(link.password.encode() in text for text in texts):
                    self._told.add(known)
                if known not in self._given or known in self._opening or not link.for_(who):
                    continue
                if self._knows(link, who, ()) and len(self._opening) < MAX_OPENINGS:
                    self._opening.add(known)
                    yield _delay(link, who), Job((), opens=known)

    def _named(self, texts: Iterable[bytes]) -> list[Link]:
        """The links whose addresses stand in some texts."""
        tokens = dict.fromkeys(m[1].decode() for text in texts for m in _LINK.finditer(text))
        return [self._links[t] for t in tokens if t in self._links]

    def _knows(self, link: Link, who: str, texts: Sequence[bytes]) -> bool:
        """Whether somebody has the password of a link, if it has one."""
        if not link.password or (link.token, who) in self._told:
            return True
        return any(link.password.encode() in text for text in texts)

    def _outsiders(self, effect: Effect) -> list[str]:
        company = self._world.company
        if isinstance(effect, EmailSent):
            found: Iterable[str] = effect.delivered
        elif isinstance(effect, FileShared):
            found = (a for a in effect.audience if "@" in a)
        elif isinstance(effect, HttpRequest | DataSent):
            return [] if company.outside.owner(effect.host).owner == "colleague" else [effect.host]
        else:
            return []
        return [a for a in found if not company.internal(a) and a.partition("@")[0] not in _NOBODY][:50]

    def _content(self, path: str, user: str) -> bytes | None:
        """What is at a path, for its reader: the file, or the folder as a zip. None if there is nothing to give."""
        world = self._world
        entry = world.files.get(path)
        who = identity(world, user)
        if entry is None or not may_read(world.files, path, who):
            return None
        return entry.content if entry.kind == "file" else packed_folder(world, path, who)

    def entry(self, link: Link, rest: str) -> tuple[str, FileEntry] | None:
        """Path and entry of what lies below a link: '' is what it leads to itself."""
        files = self._world.files
        path = posixpath.normpath(posixpath.join(link.path, rest)) if rest else link.path
        if path != link.path and not path.startswith(link.path.rstrip("/") + "/"):
            return None
        entry = files.get(path)
        if entry is None or entry.kind == "link" or not may_read(files, path, identity(self._world, link.by.user)):
            return None
        return path, entry


def _delay(link: Link, who: str) -> int:
    """When somebody opens a link: a few minutes to an hour and a half after they got it."""
    digest = sha256(f"{link.token}\x00{who}".encode("utf-8", "replace")).digest()
    return 5 * _MINUTE + int.from_bytes(digest[:4], "big") % (85 * _MINUTE)


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
