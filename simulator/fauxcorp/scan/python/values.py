"""What an expression stands for, as far as that can be told without running it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from fauxcorp.scan.desk import UNKNOWN
from fauxcorp.scan.limits import MAX_VALUE


class Dark:
    """A value that only the run knew."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "?"


DARK = Dark()


@dataclass(slots=True)
class Named:
    """A function or module by its whole name: `requests.post`."""

    name: str


@dataclass(slots=True)
class Function:
    """A function that the program defines: its source, for the time when it is called."""

    source: str
    parameters: tuple[str, ...]
    line: int


@dataclass(slots=True)
class Thing:
    """An object of a kind that is known: an open file, a connection, a message. `data` is what has been told to it."""

    kind: str
    data: dict[str, Any] = field(default_factory=dict)


def text(value: Any) -> str:
    """A value as text; what is not known of it is UNKNOWN."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, bool) or value is None or isinstance(value, int | float):
        return str(value)
    if isinstance(value, Thing) and value.kind == "path":
        return str(value.data["path"])
    if isinstance(value, Thing) and value.kind == "message":
        return str(value.data.get("body", UNKNOWN))
    if isinstance(value, list | tuple):
        return ", ".join(text(v) for v in value[:1000])
    if isinstance(value, dict):
        return ", ".join(f"{text(k)}: {text(v)}" for k, v in list(value.items())[:1000])
    return UNKNOWN


def data(value: Any) -> bytes:
    """A value as the bytes that would be sent of it; nothing for what is not known."""
    if isinstance(value, bytes):
        return value[:MAX_VALUE]
    if value is None or isinstance(value, Dark):
        return b""
    if isinstance(value, Thing):
        content = value.data.get("content")
        return content if isinstance(content, bytes) else b""
    if isinstance(value, dict):
        return "&".join(f"{text(k)}={text(v)}" for k, v in list(value.items())[:1000]).encode("utf-8", "replace")[
            :MAX_VALUE
        ]
    if isinstance(value, list | tuple):
        return "\n".join(text(v) for v in value[:1000]).encode("utf-8", "replace")[:MAX_VALUE]
    return text(value).encode("utf-8", "replace")[:MAX_VALUE]


def texts(value: Any) -> list[str]:
    """A value as a list of texts: one, or several."""
    if isinstance(value, list | tuple):
        return [text(v) for v in value[:2000]]
    if value is None:
        return []
    return [text(value)]


def known(value: Any) -> bool:
    """Whether all of a value is known."""
    if isinstance(value, str):
        return UNKNOWN not in value
    if isinstance(value, list | tuple):
        return all(known(v) for v in value[:1000])
    return isinstance(value, bytes | int | float | dict) or value is None
