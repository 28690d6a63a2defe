"""Calls as models send them."""

from __future__ import annotations

from typing import Any

import pytest

from fauxcorp.agents.model.said import NO_OBJECT, NOT_JSON, call_of, count, sendable


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
    assert [count(v) for v in (3, 0, -1, None, "7", 2.5)] == [3, 0, 0, 0, 0, 0]


def test_what_cannot_be_sent() -> None:
    assert sendable("a\udcffé") == "a?é"
