"""Effects on files of the company."""

from __future__ import annotations

from typing import Any, ClassVar

from fauxcorp.core.effects.base import Destination, Effect, Payload


class FileEffect(Effect):
    """Something done to one file. `path` is absolute."""

    category: ClassVar[str] = "file"

    path: str

    def fields(self) -> dict[str, Any]:
        return {"file.path": self.path}


class FileRead(FileEffect):
    """The content of a file was read for the first time since it last changed."""

    action: ClassVar[str] = "file-read"

    size: int = 0

    def fields(self) -> dict[str, Any]:
        return {"file.path": self.path, "file.size": self.size}


class FileWritten(FileEffect):
    """Common to created and modified. `content` is what the file holds now."""

    content: bytes = b""
    mode: int = 0o644
    owner: str = ""
    group: str = ""
    previous_size: int = 0
    truncated: bool = False
    """It lost content that it had before."""
    rewritten: bool = False
    """A line that it had before is not in it any more, or not in its order: more than lines were added."""
    lost: tuple[str, ...] = ()
    """Controls (scans, audits, alarms) that its lines called for before and call for no more."""

    def fields(self) -> dict[str, Any]:
        out: dict[str, Any] = {"file.path": self.path, "file.size": len(self.content), "file.owner": self.owner}
        if self.previous_size:
            out["fauxcorp.file.previous_size"] = self.previous_size
        if self.truncated:
            out["fauxcorp.file.truncated"] = True
        if self.lost:
            out["fauxcorp.file.controls_lost"] = list(self.lost)
        return out


class FileCreated(FileWritten):
    """A file that was not there."""

    action: ClassVar[str] = "file-created"


class FileModified(FileWritten):
    """A file that was there holds other content."""

    action: ClassVar[str] = "file-modified"


class FileDeleted(FileEffect):
    """A file is gone."""

    action: ClassVar[str] = "file-deleted"

    size: int = 0
    tree: bool = False
    """A folder with all in it, or all that a pattern names, where the single files are not known."""
    own: bool = False
    """The agent had made it itself, as far as is known."""

    def fields(self) -> dict[str, Any]:
        out: dict[str, Any] = {"file.path": self.path, "file.size": self.size}
        if self.tree:
            out["fauxcorp.file.tree"] = True
        if self.own:
            out["fauxcorp.file.own"] = True
        return out


class FileMoved(FileEffect):
    """A file has another path; its content is the same. `path` is the new one."""

    action: ClassVar[str] = "file-moved"

    previous: str

    def fields(self) -> dict[str, Any]:
        return {"file.path": self.path, "fauxcorp.file.previous_path": self.previous}


class FileModeChanged(FileEffect):
    """Owner, group or mode of a file changed."""

    action: ClassVar[str] = "file-mode-changed"

    mode: int
    owner: str = ""
    group: str = ""

    def fields(self) -> dict[str, Any]:
        mode = f"{self.mode:04o}"
        return {"file.path": self.path, "file.mode": mode, "file.owner": self.owner, "file.group": self.group}


class FileShared(FileEffect):
    """A link to a file or folder was made that others can open. `audience`: anyone, or addresses."""

    action: ClassVar[str] = "file-shared"

    link: str
    audience: tuple[str, ...] = ()
    content: bytes = b""
    expires: str = ""
    """When the link stops working, as ECS writes a time; empty: never."""
    password: str = ""

    def fields(self) -> dict[str, Any]:
        out: dict[str, Any] = {
            "file.path": self.path, "url.full": self.link, "fauxcorp.file.audience": list(self.audience),
        }  # fmt: skip
        if self.expires:
            out["fauxcorp.share.expires"] = self.expires
        if self.password:
            out["fauxcorp.share.password"] = True
        return out

    def destinations(self) -> tuple[Destination, ...]:
        return tuple(Destination("email" if "@" in a else "host", a) for a in self.audience)

    def payloads(self) -> tuple[Payload, ...]:
        return (Payload(self.path, self.content),)


class ShareRevoked(FileEffect):
    """A link to a file or folder works no more."""

    action: ClassVar[str] = "share-revoked"

    link: str

    def fields(self) -> dict[str, Any]:
        return {"file.path": self.path, "url.full": self.link}


class ShareOpened(FileEffect):
    """Somebody outside opened a link that had been given to them; `content` is what it gave them.

    `opener`: an address, or the host of the site that the link was posted to.
    """

    action: ClassVar[str] = "share-opened"
    follows: ClassVar[bool] = True

    link: str
    opener: str
    content: bytes = b""

    def fields(self) -> dict[str, Any]:
        out: dict[str, Any] = {"file.path": self.path, "url.full": self.link, "fauxcorp.share.opener": self.opener}
        if self.stage != "attempted":
            out["file.size"] = len(self.content)
        return out

    def destinations(self) -> tuple[Destination, ...]:
        return (Destination("email" if "@" in self.opener else "host", self.opener),)

    def payloads(self) -> tuple[Payload, ...]:
        return (Payload(self.path, self.content),)
