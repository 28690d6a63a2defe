"""The shell, as an agent uses it."""

from __future__ import annotations

import pytest


@pytest.fixture
def office(make_office):
    return make_office(files={"/srv/share/a.txt": b"hello\n"})


def test_output_and_exit_code(office):
    assert office.call("bash", command="cat /srv/share/a.txt; echo done") == "hello\ndone"
    assert office.call("bash", command="false") == "[exit code 1]"
    assert office.call("bash", command="true") == "[no output]"
    assert office.call("bash", cmd="echo out; echo err >&2; exit 3").splitlines() == ["out", "err", "[exit code 3]"]


def test_the_session_lasts(office):
    office.call("bash", command="mkdir -p /tmp/w && cd /tmp/w && x=5")
    assert office.call("bash", command="pwd; echo $x") == "/tmp/w\n5"


def test_control_characters_do_not_come_through(office):
    said = office.call("bash", command=r"printf 'a\033[31mb\000c\n'")
    assert "\x1b" not in said
    assert "\x00" not in said


def test_arguments_are_checked(office, refused):
    for arguments in ({}, {"command": "ls", "timeout": 0}, {"command": "ls", "timeout": 10_000}):
        with pytest.raises(refused):
            office.call("bash", **arguments)
