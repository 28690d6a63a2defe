"""Refusals in the words of Debian 12, as its own programs gave them."""

from __future__ import annotations

import pytest

from fauxcorp.sandbox.virtual.debian import worded

from ..conftest import Desk


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("cp", "cp: missing file operand\nTry 'cp --help' for more information.\n"),
        ("rm", "rm: missing operand\nTry 'rm --help' for more information.\n"),
        ("mkdir /srv", "mkdir: cannot create directory ‘/srv’: File exists\n"),
        ("cat --bogus", "cat: unrecognized option '--bogus'\nTry 'cat --help' for more information.\n"),
        ("cp --bogus", "cp: unrecognized option '--bogus'\nTry 'cp --help' for more information.\n"),
        ("head -n x /etc/passwd", "head: invalid number of lines: ‘x’\n"),
        ("tail /nosuch", "tail: cannot open '/nosuch' for reading: No such file or directory\n"),
        ("sort /etc/shadow", "sort: cannot read: /etc/shadow: Permission denied\n"),
        ("head /etc/shadow", "head: cannot open '/etc/shadow' for reading: Permission denied\n"),
        ("tar", "tar: You must specify one of the '-Acdtrux', '--delete' or '--test-label' options\n"
                "Try 'tar --help' or 'tar --usage' for more information.\n"),
        ("cut", "cut: you must specify a list of bytes, characters, or fields\n"
                "Try 'cut --help' for more information.\n"),
        ("kill 99999", "bash: line 1: kill: (99999) - No such process\n"),
        ("rm /etc/passwd", "rm: cannot remove '/etc/passwd': Permission denied\n"),
        ("mkdir /etc/q", "mkdir: cannot create directory ‘/etc/q’: Permission denied\n"),
        ("ln -s a /etc/b", "ln: failed to create symbolic link '/etc/b': Permission denied\n"),
        ("echo x > /etc/x", "bash: line 1: /etc/x: Permission denied\n"),
        ("foobar", "bash: line 1: foobar: command not found\n"),
    ],
)  # fmt: skip
def test_said(command: str, said: str, desk: Desk) -> None:
    result = desk.run(command)
    assert (result.stdout, result.stderr) == ("", said)
    assert result.exit_code != 0


def test_sed_names_its_temporary_file() -> None:
    said = worded("sed: /etc/passwd: cannot replace '/etc/passwd': Permission denied\n")
    assert said.startswith("sed: couldn't open temporary file /etc/sed")
    assert said.endswith(": Permission denied\n")


def test_other_words_are_left() -> None:
    whole = "rm: missing operand\nTry 'rm --help' for more information.\n"
    for text in ("", "curl: (6) Could not resolve host: a\n", whole):
        assert worded(text) == text
