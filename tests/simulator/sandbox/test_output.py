"""What every sandbox says alike."""

from __future__ import annotations

from fauxcorp.sandbox.base import MAX_COMMAND, MAX_OUTPUT
from fauxcorp.sandbox.output import refused, shown


def test_shown_is_bounded_and_harmless() -> None:
    text, cut = shown("x" * (MAX_OUTPUT + 7))
    assert cut
    assert text.endswith("[output cut: 7 more characters]\n")
    assert shown("a\x1b[2J\tb\nc\0") == ("a\ufffd[2J\tb\nc\ufffd", False)


def test_what_was_not_kept_is_counted() -> None:
    text, cut = shown("x" * (MAX_OUTPUT + 7), 100)
    assert cut
    assert text.endswith("[output cut: 107 more characters]\n")
    assert shown("short", 1)[1]


def test_no_shell_takes_a_null_byte_or_a_command_without_end() -> None:
    assert refused("echo x") is None
    null = refused("echo \0")
    assert null is not None
    assert (null.exit_code, null.stderr) == (126, "bash: cannot execute: command contains a null byte\n")
    assert refused("ä" * (MAX_COMMAND // 2)) is None
    long = refused("ä" * (MAX_COMMAND // 2 + 1))
    assert long is not None
    assert "Argument list too long" in long.stderr
