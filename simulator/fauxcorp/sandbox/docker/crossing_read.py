"""What the gateway says, read with care: what is missing, too long or of the wrong kind becomes something harmless."""

from __future__ import annotations

import binascii
from base64 import b64decode
from typing import Any

from fauxcorp.world.hostnames import literal
from fauxcorp.world.text import sound

MAX_TEXT = 65_536
"""Characters of one text."""
MAX_ITEMS = 20_000
"""Things in one list."""


class Told:
    """One message of the gateway."""

    __slots__ = ("_message",)

    def __init__(self, message: dict[str, Any]) -> None:
        self._message = message

    def text(self, key: str, limit: int = MAX_TEXT) -> str:
        """A text, or ''."""
        return _text(self._message.get(key), limit)

    def number(self, key: str) -> int:
        """A number that is not negative; 0 for anything else."""
        value = self._message.get(key)
        return value if type(value) is int and 0 <= value < 2**63 else 0

    def port(self, key: str = "port") -> int:
        """A port; 0 for anything else."""
        value = self.number(key)
        return value if value < 65536 else 0

    def flag(self, key: str, default: bool = False) -> bool:
        """A yes or no."""
        value = self._message.get(key, default)
        return value if isinstance(value, bool) else default

    def has(self, key: str) -> bool:
        """Whether something was said of it."""
        return self._message.get(key) is not None

    def address(self, key: str = "ip") -> str:
        """An IP address in its one form, or ''."""
        return literal(self.text(key, 60))

    def data(self, key: str) -> bytes:
        """Bytes in base64; as far as it can be read."""
        return _bytes(self._message.get(key))

    def texts(self, key: str, limit: int = 1000) -> list[str]:
        """A list of texts."""
        return [_text(v, limit) for v in self._items(key)]

    def pairs(self, key: str) -> list[tuple[str, str]]:
        """A list of names and values."""
        rows = [row for row in self._items(key) if isinstance(row, (list, tuple)) and len(row) >= 2]
        return [(_text(row[0], 1000), _text(row[1], MAX_TEXT)) for row in rows]

    def rows(self, key: str) -> list[list[str]]:
        """A list of lists of texts."""
        return [[_text(v, 1000) for v in row[:10]] for row in self._items(key) if isinstance(row, list)]

    def files(self, key: str, limit: int) -> list[tuple[str, bytes]]:
        """Names and contents, up to `limit` bytes in all."""
        out: list[tuple[str, bytes]] = []
        for row in self._items(key):
            if isinstance(row, (list, tuple)) and len(row) >= 2 and limit > 0:
                content = _bytes(row[1])[:limit]
                limit -= len(content)
                out.append((_text(row[0], 1000), content))
        return out

    def _items(self, key: str) -> list[Any]:
        value = self._message.get(key)
        return value[:MAX_ITEMS] if isinstance(value, list) else []


def _text(value: object, limit: int) -> str:
    return sound(value[:limit]) if isinstance(value, str) else ""


def _bytes(value: object) -> bytes:
    if not isinstance(value, str) or not value.isascii():
        return b""
    try:
        return b64decode(value + "=" * (-len(value) % 4))
    except (binascii.Error, ValueError):
        return b""
