"""The words that sandboxes share."""

from __future__ import annotations

import pytest

from fauxcorp.sandbox.base import ExecResult, Sandbox, Stat


def test_the_name_is_the_last_part() -> None:
    assert Stat("/a/b.txt", "file", 1, 0o644, "x", "x", 0).name == "b.txt"
    assert Stat("/", "dir", 0, 0o755, "root", "root", 0).name == "/"


def test_a_result_is_whole_unless_it_says_so() -> None:
    assert not ExecResult("", "", 0).truncated


def test_a_back_end_must_have_everything() -> None:
    with pytest.raises(TypeError, match="abstract"):
        Sandbox()  # type: ignore[abstract]


def test_every_method_says_what_it_does() -> None:
    assert all(getattr(Sandbox, name).__doc__ for name in Sandbox.__abstractmethods__)
