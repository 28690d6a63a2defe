"""One person's mail: the shared base that a company starts with, and what a world changed in it."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fauxcorp.world.message import Message

if TYPE_CHECKING:
    from fauxcorp.world.mailindex import MailIndex

FOLDERS = ("Inbox", "Sent", "Drafts", "Archive", "Junk", "Trash")
"""What every mailbox has, filled or not."""
ALL = ""
"""The view that holds every message of a box."""
_FEW = 40
"""So many search results are sorted; more are met in the order of the view."""


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

    __slots__ = ("_places", "by_id", "views")

    def __init__(self, items: Iterable[Item]) -> None:
        self._places: frozenset[int] | None = None
        self.by_id: dict[str, Item] = {i.message.id: i for i in items}
        views: dict[str, list[Message]] = {ALL: []}
        for item in sorted(self.by_id.values(), key=lambda i: _order(i.message)):
            for name in _views_of(item):
                views.setdefault(name, []).append(item.message)
        self.views: dict[str, tuple[Message, ...]] = {name: tuple(ms) for name, ms in views.items()}

    @classmethod
    def of(
        cls,
        messages: Sequence[Message],
        folders: Mapping[str, Sequence[int]],
        unread: AbstractSet[int] = frozenset(),
        starred: AbstractSet[int] = frozenset(),
    ) -> BaseBox:
        """The box that a company's folders of message indexes describe."""
        return cls(
            Item(messages[n], folder, n in unread and folder not in ("Sent", "Drafts"), n in starred)
            for folder, ns in folders.items()
            for n in ns
        )

    def places(self, index: MailIndex) -> frozenset[int]:
        """Where the messages of the box are in the index."""
        if self._places is None:
            self._places = frozenset(index.places[name] for name in self.by_id)
        return self._places


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
        return [self._item(m.id) for m in reversed(view[max(last - size, 0) : last])] if last > 0 else []

    def items(self, folder: str | None = None) -> list[Item]:
        """The items of a folder (of all, if None), newest first."""
        return [self._item(m.id) for m in reversed(self._view(_name(folder, False)))]

    def folders(self) -> list[str]:
        """The folders there are: the usual ones first, then those made later, by name."""
        names = {n for n in (*self._base.views, *self._views) if n != ALL and not n.endswith("\0unread")}
        return [*FOLDERS, *sorted(names.difference(FOLDERS))]

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

    def new(self) -> list[Item]:
        """The items whose messages the box did not start with: new ones, and drafts that were written anew."""
        base = self._base.by_id
        return [i for name, i in self._changed.items() if i is not None and not _same(i, base.get(name))]

    def original_places(self, index: MailIndex) -> frozenset[int]:
        """Where the messages that the box started with, and still has, are in the index."""
        places = self._base.places(index)
        base = self._base.by_id
        gone = [index.places[name] for name, i in self._changed.items() if name in base and not _same(i, base[name])]
        return places.difference(gone) if gone else places

    def pick(self, view: str, ids: AbstractSet[str], start: int, size: int) -> list[Item]:
        """Of the items with these short ids, `size` from the `start`-th newest on, newest first."""
        if start >= len(ids):
            return []
        if len(ids) <= _FEW:
            some = [self._item(name) for name in ids]
            some.sort(key=lambda i: _order(i.message), reverse=True)
            return some[start : start + size]
        out = []
        left = start
        for message in reversed(self._view(view)):
            if message.id in ids:
                if left:
                    left -= 1
                    continue
                out.append(self._item(message.id))
                if len(out) == size:
                    break
        return out

    def fork(self) -> MailBox:
        """The same box, changing on its own."""
        other = MailBox(self.user, self._base)
        other._changed = dict(self._changed)
        other._views = {name: list(view) for name, view in self._views.items()}
        return other

    def _item(self, message_id: str) -> Item:
        item = self.get(message_id)
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


def _same(item: Item | None, base: Item | None) -> bool:
    if item is None or base is None:
        return False
    return item.message is base.message or item.message == base.message


def _name(folder: str | None, unread_only: bool) -> str:
    if unread_only:
        return f"{folder or 'Inbox'}\0unread"
    return folder or ALL
