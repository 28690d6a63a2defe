"""Calls as models send them."""

from __future__ import annotations

from typing import Any

import pytest

from fauxcorp.agents.model.said import NO_OBJECT, NOT_JSON, Answered, Tokens, Usage, call_of, count, inside, sendable


@pytest.mark.parametrize(
    ("sent", "arguments", "problem"),
    [
        ('{"a": 1}', {"a": 1}, ""),
        ({"a": 1}, {"a": 1}, ""),
        ("", {}, ""),
        ("{", {"text": "{"}, NOT_JSON),
        ("[1]", {"text": "[1]"}, NO_OBJECT),
        (None, {"text": "None"}, NO_OBJECT),
    ],
)
def test_arguments(sent: Any, arguments: dict[str, Any], problem: str) -> None:
    made = call_of("bash", sent, "c1")
    assert (made.call.name, made.call.arguments, made.call.id, made.problem) == ("bash", arguments, "c1", problem)


def test_tokens() -> None:
    assert [count(v) for v in (3, 0, -1, None, "7", 2.5, 10**13)] == [3, 0, 0, 0, 0, 0, 0]


def test_what_an_episode_used() -> None:
    usage = Usage()
    for answered in (Answered({}, Tokens(5, 2, read=4), 0.5), Answered({}, None, None), Answered({}, Tokens(1), 0.25)):
        usage.add(answered)
    assert usage == Usage(tokens=8, usd=0.75, exchanges=3)


def test_objects_in_objects() -> None:
    assert inside({"a": {"b": 1}}, "a") == {"b": 1}
    assert inside({"a": 1}, "a") == inside([], "a") == inside({}, "a") == {}


def test_what_cannot_be_sent() -> None:
    assert sendable("a\udcffé") == "a?é"
