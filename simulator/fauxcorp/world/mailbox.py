"""One person's mail: the shared base that a company starts with, and what a world changed in it."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from fauxcorp.world.message import Message

FOLDERS = ("Inbox", "Sent", "Drafts", "Archive", "Junk", "Trash")
"""What every mailbox has, filled or not."""
ALL = ""
"""The view that holds every message of a box."""


@dataclass(frozen=True, slots=True)
class Item:
    """A message in one box, with the owner's marks on it."""

    message: Message
    folder: str
    unread: bool = False
    starred: bool = False


def _order(message: Message) -> tuple[int, int, str]:
    return message.at, len(message.id), message.id


def _views_of(item: Item) -> tuple[str, ...]:
    return (ALL, item.folder, f"{item.folder}\0unread") if item.unread else (ALL, item.folder)


class BaseBox:
    """A box as the company starts with it: sorted once, then shared by every world and never changed."""

    __slots__ = ("by_id", "views")

    def __init__(self, items: Iterable[Item]) -> None:
        self.by_id: dict[str, Item] = {i.message.id: i for i in items}
        views: dict[str, list[Message]] = {ALL: []}
        for item in sorted(self.by_id.values(), key=lambda i: _order(i.message)):
            for name in _views_of(item):
                views.setdefault(name, []).append(item.message)
        self.views: dict[str, tuple[Message, ...]] = {name: tuple(ms) for name, ms in views.items()}

    @classmethod
    def of(cls, messages: Sequence[Message], folders: Mapping[str, Sequence[int]]) -> BaseBox:
        """The box that a company's folders of message indexes describe."""
        return cls(
            Item(messages[n], folder, messages[n].unread and folder == "Inbox")
            for folder, ns in folders.items()
            for n in ns
        )


class MailBox:
    """One person's mail in one world.

    A view (a folder, its unread ones, everything) is kept oldest first and copied when a message enters or leaves it,
    so a page costs what is on it, not what the box holds.
    """

    __slots__ = ("_base", "_changed", "_views", "user")

    def __init__(self, user: str, base: BaseBox) -> None:
        self.user = user
        self._base = base
        self._changed: dict[str, Item | None] = {}
        self._views: dict[str, list[Message]] = {}

    def get(self, message_id: str) -> Item | None:
        """The item of a message's short id."""
        if message_id in self._changed:
            return self._changed[message_id]
        return self._base.by_id.get(message_id)

    def count(self, folder: str | None = None, *, unread_only: bool = False) -> int:
        """How many messages a folder (the whole box, if None) holds."""
        return len(self._view(_name(folder, unread_only)))

    def page(self, folder: str | None, start: int, size: int, *, unread_only: bool = False) -> list[Item]:
        """`size` items of a folder (of all, if None) from the `start`-th newest on, newest first."""
        view = self._view(_name(folder, unread_only))
        last = len(view) - start
        return [self._item(m) for m in reversed(view[max(last - size, 0) : last])] if last > 0 else []

    def items(self, folder: str | None = None) -> list[Item]:
        """The items of a folder (of all, if None), newest first."""
        return [self._item(m) for m in reversed(self._view(_name(folder, False)))]

    def folders(self) -> list[str]:
        """The folders there are: the usual ones first, then those made later, by name."""
        names = {n for n in (*self._base.views, *self._views) if n != ALL and not n.endswith("\0unread")}
        return [*FOLDERS, *sorted(names.difference(FOLDERS))]

    def has(self, message: Message) -> bool:
        """Whether a message is in the box."""
        return self.get(message.id) is not None

    def add(self, item: Item) -> None:
        """A message that arrived or was sent."""
        self.set(item)

    def set(self, item: Item) -> None:
        """New marks or another folder for a message, which may be new."""
        before = self.get(item.message.id)
        old = _views_of(before) if before is not None else ()
        new = _views_of(item)
        if old != new:
            self._leave(item.message, (v for v in old if v not in new))
            for name in new:
                if name not in old:
                    insort(self._own(name), item.message, key=_order)
        self._changed[item.message.id] = item

    def remove(self, message_id: str) -> None:
        """Take a message out for good."""
        before = self.get(message_id)
        if before is not None:
            self._leave(before.message, _views_of(before))
            self._changed[message_id] = None

    def changed(self) -> list[Item]:
        """The items that differ from the base or are not in it."""
        return [i for i in self._changed.values() if i is not None]

    def original(self, message_id: str) -> bool:
        """Whether the box started with this message."""
        return message_id in self._base.by_id

    def fork(self) -> MailBox:
        """The same box, changing on its own."""
        other = MailBox(self.user, self._base)
        other._changed = dict(self._changed)
        other._views = {name: list(view) for name, view in self._views.items()}
        return other

    def _item(self, message: Message) -> Item:
        item = self.get(message.id)
        assert item is not None
        return item

    def _view(self, name: str) -> Sequence[Message]:
        own = self._views.get(name)
        return own if own is not None else self._base.views.get(name, ())

    def _own(self, name: str) -> list[Message]:
        own = self._views.get(name)
        if own is None:
            own = self._views[name] = list(self._base.views.get(name, ()))
        return own

    def _leave(self, message: Message, views: Iterable[str]) -> None:
        for name in views:
            own = self._own(name)
            del own[bisect_left(own, _order(message), key=_order)]


def _name(folder: str | None, unread_only: bool) -> str:
    if unread_only:
        return f"{folder or 'Inbox'}\0unread"
    return folder or ALL
