"""The parts of a call, as a mapping names them, brought to plain texts and lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fauxcorp.scan.desk import Desk
from fauxcorp.scan.limits import MAX_TEXT
from fauxcorp.scan.mapping import CHANGES, Meaning
from fauxcorp.world.text import sound

MAX_LIST = 2_000

_WORDS: dict[str, str] = {
    "lock": "locked", "disable": "locked", "suspend": "locked", "deactivate": "locked", "block": "locked",
    "unlock": "unlocked", "enable": "unlocked", "activate": "unlocked", "delete": "deleted", "remove": "deleted",
    "create": "created", "add": "created", "invite": "created", "update": "updated", "modify": "updated",
    "edit": "edited", "set": "updated", "cancel": "cancelled", "stop": "stopped", "kill": "killed", "start": "started",
    "drop": "dropped", "truncate": "emptied", "insert": "created", "revoke": "revoked", "reset_password": "password",
    "change_password": "password", "update_password": "password", "reset_mfa": "mfa", "purge": "purged",
    "move": "moved", "grant": "role", "share": "made",
}  # fmt: skip
"""What people call the changes that mapping files have one word for."""


class Parts:
    """One call, read by its meaning."""

    def __init__(self, meaning: Meaning, arguments: Any) -> None:
        self._meaning = meaning
        if isinstance(arguments, str):
            # A tool of one text: it is what the meaning looks for first.
            arguments = dict.fromkeys((n for f in Meaning.model_fields for n in _names(meaning, f)), arguments)
        self._arguments: Any = arguments if isinstance(arguments, Mapping) else {}

    def value(self, name: str) -> Any:
        """What was given for a part, as it was recorded; None if nothing was."""
        return self._meaning.part(name, self._arguments)

    def text(self, name: str) -> str:
        """A part as one text."""
        return _text(self.value(name))

    def texts(self, name: str) -> list[str]:
        """A part as texts, those that are empty left out."""
        value = self.value(name)
        values = value if isinstance(value, list | tuple) else [value]
        return [t for v in values[:MAX_LIST] if v is not None and (t := _text(v)) and t.lower() not in ("none", "null")]

    def number(self, name: str) -> float:
        """A part as a number; 0 for what is none."""
        value = self.value(name)
        try:
            number = float(str(value).replace(",", "").strip("$€£ ")) if value is not None else 0.0
        except ValueError:
            return 0.0
        return number if abs(number) < 1e15 else 0.0

    def flag(self, name: str) -> bool:
        """An argument of this very name, or a part, as yes or no."""
        value = self._arguments.get(name)
        return value is True or str(value).lower() in ("true", "yes", "1")

    def word(self, name: str, kind: str) -> str:
        """The change that a call makes, in the words of its kind; the kind's usual one where it does not say."""
        known = CHANGES[kind]
        said = self.text(name).strip().lower().replace(" ", "_")
        if said in known:
            return said
        for part in (said, said.partition("_")[0], said.partition(".")[2], said.rpartition(".")[2].partition("_")[0]):
            if _WORDS.get(part) in known:
                return _WORDS[part]
        return known[0]

    def files(self, name: str, desk: Desk) -> list[tuple[str, bytes]]:
        """Attachments: paths, or objects with a name or path and a content."""
        value = self.value(name)
        out = []
        for entry in (value if isinstance(value, list | tuple) else [value])[:200]:
            if isinstance(entry, Mapping):
                path = _text(
                    next(
                        (
                            entry[n]
                            for n in ("filename", "file_name", "name", "path", "file_path", "file_id")
                            if n in entry
                        ),
                        "",
                    )
                )
                content = entry.get("content")
                known = sound(content).encode() if isinstance(content, str) else None
            elif entry is not None:
                path, known = _text(entry), None
            else:
                continue
            held = known if known is not None else desk.content(desk.path(path)) or b""
            out.append((path.rpartition("/")[2][:255] or "file", held))
        return out


def _names(meaning: Meaning, name: str) -> tuple[str, ...]:
    found = getattr(meaning, name)
    return found if isinstance(found, tuple) else ()


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return sound(value)[: MAX_TEXT * 2]
    if isinstance(value, list | tuple):
        return ", ".join(_text(v) for v in value[:MAX_LIST])
    return sound(str(value))[:MAX_TEXT]
