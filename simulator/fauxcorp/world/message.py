"""A message at rest."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import formataddr

from fauxcorp.core.effects import Attachment
from fauxcorp.world.addresses import bare

__all__ = ["Message", "bare", "display"]

_SPECIAL = frozenset('()<>[]:;@,."\\')


@dataclass(frozen=True, slots=True)
class Message:
    """One mail as stored. `id` is what the mail program shows; `message_id` is RFC 5322's."""

    id: str
    message_id: str
    thread: str
    at: int
    """Microseconds since 1970."""
    sender: str
    """With display name: Jo Ray <jo@x.org>."""
    to: tuple[str, ...]
    cc: tuple[str, ...]
    subject: str
    body: str
    attachments: tuple[Attachment, ...] = ()
    in_reply_to: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    zone: int | None = None
    """Minutes east of UTC of the sender's clock; None: the company's zone."""

    @property
    def size(self) -> int:
        """About how many bytes it takes, attachments included."""
        return len(self.subject) + len(self.body) + sum(len(a.content) for a in self.attachments)

    @property
    def sender_address(self) -> str:
        """The bare address of the sender."""
        return bare(self.sender)


def display(name: str, address: str) -> str:
    """Name and address as a mail program shows them: a name in other letters stands as it is, not encoded."""
    if not name or name.isascii():
        return formataddr((name, address)) if name else address
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{quoted}" <{address}>' if _SPECIAL & set(name) else f"{name} <{address}>"
