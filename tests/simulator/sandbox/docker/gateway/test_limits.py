"""Limits that the host sets."""

from __future__ import annotations

from gateway.limits import Limits


def test_limits_are_read_with_care() -> None:
    assert Limits.read({"body": 10, "stream": "x", "unknown": 1}) == Limits(body=10)
    assert Limits.read(None) == Limits()
