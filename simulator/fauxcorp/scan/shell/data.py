"""What goes through a pipe, as far as it is known."""

from __future__ import annotations

from typing import NamedTuple

from fauxcorp.scan.limits import MAX_VALUE


class Data(NamedTuple):
    """A stream. `content` is None where only the run knew it.

    `sources`: the files that it came from; `names`: the paths or patterns that it lists, for what takes them from
    there.
    """

    content: bytes | None = None
    sources: tuple[str, ...] = ()
    names: tuple[str, ...] = ()

    @property
    def text(self) -> str | None:
        """The content as text."""
        return None if self.content is None else self.content.decode("utf-8", "replace")

    def bounded(self) -> Data:
        """The same, without a content that is too large to be carried on."""
        return self if self.content is None or len(self.content) <= MAX_VALUE else self._replace(content=None)


EMPTY = Data(b"")
"""Nothing at all."""
DARK = Data()
"""Something that only the run knew."""


def plain(text: str) -> Data:
    """A text as a stream; what only the run knew of it makes all of it unknown."""
    return Data(text.encode("utf-8", "replace"))


def joined(parts: list[Data]) -> Data:
    """Streams one after the other."""
    sources = tuple(dict.fromkeys(s for p in parts for s in p.sources))[:100]
    names = tuple(dict.fromkeys(n for p in parts for n in p.names))[:100]
    contents = [p.content for p in parts if p.content is not None]
    if len(contents) < len(parts):
        return Data(None, sources, names)
    return Data(b"".join(contents), sources, names).bounded()
