"""The chat: channels and direct messages, a shared base and each world's own posts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fauxcorp.core.effects import Attachment, ChatPosted, Origin
from fauxcorp.errors import ToolError
from fauxcorp.world.mailindex import line
from fauxcorp.world.text import sound

if TYPE_CHECKING:
    from fauxcorp.world.company import Channel
    from fauxcorp.world.world import World

MAX_TEXT = 12_000
"""Characters of one post."""
MAX_FILES = 10
MAX_BYTES = 50 * 1024 * 1024
"""Of the files of one post."""


@dataclass(frozen=True, slots=True)
class Post:
    """One message in a channel or a conversation."""

    id: str
    user: str
    at: int
    """Microseconds since 1970."""
    text: str
    channel: str
    """`#name`; of a direct message the two user names, sorted, as `@a,b`."""
    files: tuple[Attachment, ...] = ()


class Chat:
    """All chat of one world."""

    __slots__ = ("_new", "_order", "_world")

    def __init__(self, world: World) -> None:
        self._world = world
        self._new: dict[str, list[Post]] = {}
        self._order: list[Post] = []

    def channels(self, user: str) -> list[Channel]:
        """The channels that a person is in, by name."""
        found = self._world.company.channels.values()
        return sorted((c for c in found if not c.members or user in c.members), key=lambda c: c.name)

    def partners(self, user: str) -> list[str]:
        """The people with whom a person has exchanged direct messages, by user name."""
        pairs = [key[1:].split(",") for key in self._new if key.startswith("@")]
        return sorted({next((n for n in pair if n != user), user) for pair in pairs if user in pair})

    def posts(self, user: str, channel: str, limit: int | None = None, before: str = "") -> list[Post]:
        """The last `limit` posts (all, if None) of a channel or with a person (`@user`), oldest first.

        `before`: only those before the post with this id. Raises ToolError if channel, person or post is not there.
        """
        key = self._key(user, channel)
        new = self._new.get(key, [])
        if before:
            known = [*self._base(key), *new]
            end = next((n for n, p in enumerate(known) if p.id == before), None)
            if end is None:
                raise ToolError(f"No message {before[:40]} in {channel[:100]}")
            return known[max(end - limit, 0) : end] if limit else known[:end]
        if limit is None:
            return [*self._base(key), *new]
        return [*self._base(key, limit - len(new)), *new[-limit:]]

    def mark(self) -> int:
        """A point in what was posted."""
        return len(self._order)

    def since(self, user: str, mark: int) -> list[Post]:
        """What others posted since a mark where a person can see it, oldest first."""
        return [p for p in self._order[mark:] if p.user != user and self._sees(user, p.channel)]

    def search(self, user: str, query: str) -> list[Post]:
        """The posts that a person can see and that hold all words of a query, newest first."""
        terms = [f" {w}" for w in line(query[:500]).split()]
        keys = [f"#{_plain(c.name)}" for c in self.channels(user)]
        keys += [k for k in self._new if k.startswith("@") and user in k[1:].split(",")]
        found = [
            post
            for key in keys
            for post in (*self._base(key), *self._new.get(key, ()))
            if all(term in line(f"{post.user} {post.text} {' '.join(f.name for f in post.files)}") for term in terms)
        ]
        return sorted(found, key=lambda p: (-p.at, p.channel, p.id))

    def post(self, by: Origin, channel: str, text: str, files: Sequence[Attachment] = ()) -> ChatPosted:
        """Say something. Raises ToolError for a channel or person that is not there, or a post too long."""
        key = self._key(by.user, channel)
        text = sound(text)
        if not text.strip() and not files:
            raise ToolError("The message is empty")
        if len(text) > MAX_TEXT:
            raise ToolError(f"The message is too long ({len(text):,} characters; the limit is {MAX_TEXT:,})")
        if len(files) > MAX_FILES or sum(len(f.content) for f in files) > MAX_BYTES:
            raise ToolError(f"Too many or too large files (limits: {MAX_FILES} files, {MAX_BYTES // 1024 // 1024} MB)")
        shown = key if key.startswith("#") else f"@{_other(key, by.user)}"
        number = f"c{len(self._order) + 1}"
        effect = ChatPosted(by=by, channel=shown, text=text, message_id=number, files=tuple(files), stage="delivered")
        self._world.apply(effect)
        return effect

    def apply(self, effect: ChatPosted) -> None:
        """Put a post where it was posted."""
        key = self._key(effect.by.user, effect.channel)
        post = Post(effect.message_id, effect.by.user, self._world.clock.us, effect.text, key, effect.files)
        self._new.setdefault(key, []).append(post)
        self._order.append(post)

    def fork(self, world: World) -> Chat:
        """The same chat in another world."""
        other = Chat(world)
        other._new = {key: list(posts) for key, posts in self._new.items()}
        other._order = list(self._order)
        return other

    def _key(self, user: str, channel: str) -> str:
        """Where a channel's posts are kept. Who is not in a channel does not see that it is there."""
        name = channel.strip()
        if name.startswith("@"):
            whom = name[1:].lower()
            company = self._world.company
            whom = company.by_email.get(whom, whom)
            if whom not in company.people:
                raise ToolError(f"No such user: {name[:100]}")
            return f"@{','.join(sorted((user, whom)))}"
        wanted = _plain(name).lower()
        for found in self._world.company.channels.values():
            if _plain(found.name).lower() == wanted:
                if not found.members or user in found.members:
                    return f"#{_plain(found.name)}"
                break
        known = ", ".join(f"#{_plain(c.name)}" for c in self.channels(user))
        raise ToolError(f"No channel {name[:100]}. Your channels: {known or 'none'}")

    def _sees(self, user: str, key: str) -> bool:
        if key.startswith("@"):
            return user in key[1:].split(",")
        found = self._channel(key)
        return found is not None and (not found.members or user in found.members)

    def _channel(self, key: str) -> Channel | None:
        channels = self._world.company.channels
        return channels.get(key[1:]) or channels.get(key)

    def _base(self, key: str, limit: int | None = None) -> list[Post]:
        """The last posts of a channel that it started with (all, if `limit` is None)."""
        found = self._channel(key) if key.startswith("#") else None
        if found is None or (limit is not None and limit <= 0):
            return []
        posts = found.posts if limit is None else found.posts[-limit:]
        return [Post(p.id, p.user, p.at, p.text, key) for p in posts]


def _plain(name: str) -> str:
    return name.lstrip("#")


def _other(key: str, user: str) -> str:
    pair = key[1:].split(",")
    return next((n for n in pair if n != user), user)
