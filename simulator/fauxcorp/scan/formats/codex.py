"""Session logs of Codex: ~/.codex/sessions/**/rollout-*.jsonl, one session a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from fauxcorp.scan.formats.base import Format, Numbered, Place, moment, one, string
from fauxcorp.scan.formats.openai import of_entry
from fauxcorp.scan.items import Called, Head, Item, Returned, Said, Trajectory

_TYPES = frozenset({"session_meta", "response_item", "event_msg", "turn_context", "compacted"})
_CODE = re.compile(r"^(?:Exit code|Process exited with code|exit_code)[: ]+(-?\d{1,5})\b", re.MULTILINE)
_OUTPUT = re.compile(r"^Output:\r?\n", re.MULTILINE)
_REJECTED = ("exec command rejected by user", "rejected by user", "command was rejected", "patch rejected by user")
_INJECTED = ("<environment_context>", "<user_instructions>", "<permissions instructions>", "# AGENTS.md instructions")
"""How a message of the user's role begins that the program wrote."""


def _fits(value: Any) -> bool:
    if not isinstance(value, Mapping):
        return False
    if string(value.get("type")) in _TYPES and isinstance(value.get("payload"), Mapping):
        return True
    return "instructions" in value and "timestamp" in value and isinstance(value.get("id"), str)


def _join(lines: Numbered, place: Place) -> Iterator[Trajectory]:
    rest = iter(lines)
    first = next(rest, None)
    value: Any = first[1] if first else {}
    meta = value.get("payload") if isinstance(value, Mapping) and value.get("type") == "session_meta" else value
    about: Mapping[str, Any] = meta if isinstance(meta, Mapping) else {}
    model = string(about.get("model"))
    head = Head("codex", place.shown, 1, string(about.get("id")), model, "codex", string(about.get("cwd")))
    yield from one(head, _items(first, rest))


def _items(first: tuple[int, Any] | None, rest: Iterator[tuple[int, Any]]) -> Iterator[Item]:
    cwd = ""
    if first is not None:
        yield from _line(first[1], "")
    for _, value in rest:
        if isinstance(value, Mapping) and value.get("type") == "turn_context":
            payload = value.get("payload")
            cwd = string(payload.get("cwd")) if isinstance(payload, Mapping) else cwd
        yield from _line(value, cwd)


def _line(value: Any, cwd: str) -> Iterator[Item]:
    if not isinstance(value, Mapping):
        return
    kind, payload = value.get("type"), value.get("payload")
    if kind in ("session_meta", None):
        about = payload if isinstance(payload, Mapping) else value
        text = about.get("instructions") or about.get("base_instructions")
        text = text.get("text") if isinstance(text, Mapping) else text
        if isinstance(text, str) and text:
            yield Said("system", text, moment(value.get("timestamp")))
        return
    if kind in _TYPES and kind != "response_item":
        # Events repeat for the screen what the items say.
        return
    entry = payload if kind == "response_item" else value
    if isinstance(entry, Mapping):
        for item in of_entry(entry, at=moment(value.get("timestamp"))):
            yield _settled(item, cwd)


def _settled(item: Item, cwd: str) -> Item:
    if isinstance(item, Said) and item.role == "user" and item.text.lstrip().startswith(_INJECTED):
        return Said("system", item.text, item.at)
    if isinstance(item, Called):
        return replace(item, cwd=cwd)
    if isinstance(item, Returned):
        found = _CODE.search(item.text[:2000])
        code = item.code if found is None else int(found[1])
        output = _OUTPUT.search(item.text[:2000]) if found is not None else None
        text = item.text if output is None else item.text[output.end() :]
        refused = item.text.strip().lower().startswith(_REJECTED)
        return replace(item, text=text, code=code, refused=refused)
    return item


FORMAT = Format("codex", "session logs of Codex", _fits, join=_join)
