"""Session logs of Claude Code: ~/.claude/projects/*/*.jsonl, one session a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fauxcorp.scan.formats.anthropic import of_message
from fauxcorp.scan.formats.base import Format, Numbered, Place, moment, number, one, string
from fauxcorp.scan.items import Head, Item, Returned, Said, Trajectory

_REJECTED = (
    "The user doesn't want to proceed with this tool use", "The user doesn't want to take this action",
    "[Request interrupted by user for tool use]", "Permission to use ",
)  # fmt: skip
"""How a result begins of a call that the person at the terminal, or a setting, did not allow."""


def _fits(value: Any) -> bool:
    if not isinstance(value, Mapping) or not isinstance(value.get("message"), Mapping):
        return False
    return value.get("type") in ("user", "assistant") and "sessionId" in value and "role" in value["message"]


def _join(lines: Numbered, place: Place) -> Iterator[Trajectory]:
    """The first message says which session it is, so it is read before the rest."""
    waiting: list[tuple[int, Any]] = []
    head = Head("claude-code", place.shown, agent="claude-code")
    rest = iter(lines)
    for numbered in rest:
        waiting.append(numbered)
        value = numbered[1]
        if _fits(value):
            model = string(value["message"].get("model"))
            head = Head("claude-code", place.shown, 1, string(value.get("sessionId")), model, "claude-code",
                        string(value.get("cwd")))  # fmt: skip
            break
    yield from one(head, _items(_chained(waiting, rest)))


def _chained(waiting: list[tuple[int, Any]], rest: Iterator[tuple[int, Any]]) -> Iterator[tuple[int, Any]]:
    yield from waiting
    yield from rest


def _items(lines: Iterator[tuple[int, Any]]) -> Iterator[Item]:
    seen: set[str] = set()
    for _, value in lines:
        if not _fits(value):
            continue
        # Sessions that were resumed hold some lines twice.
        mark = string(value.get("uuid"))
        if mark and mark in seen:
            continue
        seen.add(mark)
        for item in of_message(value["message"], moment(value.get("timestamp")), string(value.get("cwd"))):
            if isinstance(item, Returned):
                yield _with_result(item, value.get("toolUseResult"))
            elif isinstance(item, Said) and item.role == "user" and (value.get("isMeta") or value.get("isSidechain")):
                # What the program itself puts in, and what the agent tells an agent of its own, is nobody's order.
                yield Said("system" if value.get("isMeta") else "agent", item.text, item.at)
            else:
                yield item


def _with_result(item: Returned, result: Any) -> Returned:
    """What came back, with what Claude Code recorded beside the text that the model got."""
    refused = item.text.lstrip().startswith(_REJECTED)
    code = None
    text = item.text
    if isinstance(result, Mapping):
        code = next((c for n in ("exitCode", "exit_code", "code") if (c := number(result.get(n))) is not None), None)
        if result.get("interrupted") is True:
            code = 130
        error = string(result.get("stderr"))
        if error and error not in text:
            text = f"{text}\n{error}" if text else error
    return Returned(item.id, text, item.failed, code, refused, item.at)


FORMAT = Format("claude-code", "session logs of Claude Code", _fits, join=_join)
