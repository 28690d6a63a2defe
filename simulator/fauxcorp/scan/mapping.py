"""Mapping files: what the tools of foreign trajectories mean, and under which names they take what."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from fauxcorp.content.yamlfile import read, validate

Kind = Literal[
    "shell", "python", "sql", "file-read", "file-write", "file-edit", "file-editor", "file-patch", "file-delete",
    "file-move",
    "file-copy", "http", "browser", "mail", "mail-changed", "chat", "payment", "payment-changed", "purchase", "account",
    "share", "calendar", "record", "service", "job", "wiki", "nothing",
]  # fmt: skip
"""What a tool can be. `nothing`: it is known to change nothing, and sends nothing out."""


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_several)]
"""Names of arguments; one may stand without the brackets of a list."""

CHANGES: dict[str, tuple[str, ...]] = {
    "account": (
        "locked", "unlocked", "deleted", "created", "password", "mfa", "sessions", "key-added", "key-removed", "role",
        "group-joined", "group-left",
    ),
    "calendar": ("created", "updated", "cancelled", "responded"),
    "record": ("created", "updated", "deleted", "emptied", "dropped"),
    "service": ("stopped", "disabled", "killed", "started"), "job": ("added", "modified", "removed"),
    "wiki": ("created", "edited", "deleted"), "mail-changed": ("deleted", "purged", "moved", "read", "unread"),
    "payment-changed": ("updated", "cancelled"), "share": ("made", "revoked"),
}  # fmt: skip
"""The values of `change` for the kinds that have one; the first is what a tool does that does not say."""


class Meaning(BaseModel):
    """What one tool means. Each field below names the arguments that hold that part: the first that is there counts.

    A name may reach into objects: `action.command`. Fields that a kind has no use for are not looked at.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    is_: Kind = Field(alias="is")
    command: Names = ()
    """A command line, or a list of words; of a file-editor, what it is to do."""
    code: Names = ()
    """A program in Python, or SQL."""
    cwd: Names = ()
    path: Names = ()
    target: Names = ()
    """Where a file goes to."""
    content: Names = ()
    old: Names = ()
    """The text that an edit takes out."""
    new: Names = ()
    edits: Names = ()
    """A list of objects, each with `old` and `new`."""
    patch: Names = ()
    url: Names = ()
    method: Names = ()
    headers: Names = ()
    to: Names = ()
    cc: Names = ()
    bcc: Names = ()
    sender: Names = ()
    subject: Names = ()
    body: Names = ()
    """The text of a mail, a chat message or a request."""
    attachments: Names = ()
    message: Names = ()
    """The number of a message that is answered or changed."""
    channel: Names = ()
    payee: Names = ()
    amount: Names = ()
    currency: Names = ()
    reference: Names = ()
    due: Names = ()
    recurring: Names = ()
    item: Names = ()
    user: Names = ()
    group: Names = ()
    role: Names = ()
    change: Names = ()
    """What is done, in the words that belong to the kind."""
    database: Names = ()
    table: Names = ()
    record: Names = ()
    title: Names = ()
    attendees: Names = ()
    service: Names = ()
    link: Names = ()
    set: dict[str, str] = {}
    """Parts that are always the same: `{method: GET}`, `{change: locked}`."""

    @field_validator("set")
    @classmethod
    def _known_parts(cls, value: dict[str, str]) -> dict[str, str]:
        unknown = sorted(set(value) - PARTS)
        if unknown:
            raise ValueError(f"no such part: {', '.join(unknown)}; known: {', '.join(sorted(PARTS))}")
        return value

    def part(self, name: str, arguments: Any) -> Any:
        """What a call gives for a part; None if it gives nothing."""
        for candidate in getattr(self, name):
            found = _reach(arguments, candidate)
            if found is not None:
                return found
        return self.set.get(name)


PARTS = frozenset(Meaning.model_fields) - {"is_", "set"}
"""The names of all parts."""


class MappingFile(BaseModel):
    """One mapping file. Tools are named by patterns (`*` and `?`), letter case apart; prefixes of servers may be left
    out."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    about: str = ""
    formats: Names = ()
    """The formats that it holds for; empty: all."""
    tools: dict[str, Meaning]


class Found(NamedTuple):
    """A meaning, and the entry that it was found under."""

    meaning: Meaning
    entry: str


_PREFIXES = re.compile(r"^(?:mcp__[^_]+(?:_[^_]+)*?__|functions[.:/]|default_api[.:/]|tool[.:/])")
_PARTED = re.compile(r"[.:/]|__|--")


class Mappings:
    """All mappings of one format: a user's own before those that come with the program."""

    def __init__(self, files: Iterable[MappingFile], form: str) -> None:
        self._exact: dict[str, Meaning] = {}
        self._patterns: list[tuple[str, Meaning]] = []
        self._memo: dict[tuple[str, ...], Found | None] = {}
        for file in files:
            if file.formats and form not in file.formats:
                continue
            for name, meaning in file.tools.items():
                key = name.lower()
                if any(c in key for c in "*?["):
                    self._patterns.append((key, meaning))
                else:
                    self._exact.setdefault(key, meaning)

    def find(self, tool: str, kinds: Iterable[str] = ()) -> Found | None:
        """What a tool means: by its whole name, then without the names of servers before it, then by its kinds."""
        key = (tool, *kinds)
        if key not in self._memo:
            if len(self._memo) > 10_000:
                self._memo.clear()
            found = next((f for name in key if (f := self._look(name)) is not None), None)
            self._memo[key] = found
        return self._memo[key]

    def _look(self, tool: str) -> Found | None:
        for name in _shorter(tool.lower().strip()):
            if name in self._exact:
                return Found(self._exact[name], name)
            for pattern, meaning in self._patterns:
                if fnmatch.fnmatchcase(name, pattern):
                    return Found(meaning, pattern)
        return None


def _shorter(name: str) -> list[str]:
    """A tool's name, and what is left of it without what servers and clients put before it."""
    out = [name, _PREFIXES.sub("", name)]
    rest = out[-1]
    while (at := _PARTED.search(rest)) is not None and at.end() < len(rest):
        rest = rest[at.end() :]
        out.append(rest)
    return list(dict.fromkeys(out))[:12]


def _reach(value: Any, name: str) -> Any:
    if isinstance(value, Mapping) and name in value:
        return value[name]
    for key in name.split("."):
        if not isinstance(value, Mapping) or key not in value:
            return None
        value = value[key]
    return value


def load(path: Path, shown: str = "") -> MappingFile:
    """Read a mapping file. Raises ContentError with every problem of it, with line and field."""
    document = read(path, shown)
    return validate(document, MappingFile)
