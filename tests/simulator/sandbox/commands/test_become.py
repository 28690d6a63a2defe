"""Becoming somebody else: who may, and what it changes."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("sudo whoami", "root\n"),
        ("sudo -u wei whoami", "wei\n"),
        ("sudo su wei -c whoami", "wei\n"),
        ("sudo bash -c 'whoami; echo $HOME'", "root\n/root\n"),
        ("sudo -i whoami", "root\n"),
        ("sudo FOO=1 sh -c 'echo $FOO'", "1\n"),
        ("echo in | sudo cat", "in\n"),
        ("echo whoami | sudo -s", "root\n"),
        ("sudo runuser -u wei -- whoami", "wei\n"),
        ("cd /tmp; sudo pwd", "/tmp\n"),
    ],
)
def test_as_somebody_else(command: str, shown: str, desk) -> None:
    assert desk.out(command) == shown


def test_it_ends_with_the_command(desk) -> None:
    assert desk.out("sudo true; whoami") == "robin\n"
    result = desk.run("sudo cat /etc/shadow > /dev/null; cat /etc/shadow")
    assert (result.stdout, result.stderr) == ("", "cat: /etc/shadow: Permission denied\n")
    assert [e.stage for e in desk.effects] == ["executed", "attempted"]


def test_what_root_wrote_is_not_seen_either(desk) -> None:
    desk.run("sudo usermod -L wei; cat /etc/shadow; sudo sh -c 'echo x > /root/x'; cat /root/x")
    assert "wei" not in desk.run("cat /etc/shadow /root/x").stdout
    assert desk.out("sudo grep -c . /etc/shadow; sudo sed -n /wei/p /etc/shadow | cut -c1-5").endswith("wei:!\n")


def test_what_root_made_is_roots(desk) -> None:
    desk.run("sudo sh -c 'echo x > /root/x; echo y > /srv/share/y'")
    files = desk.world.files
    assert (files.get("/root/x").owner, files.get("/srv/share/y").owner) == ("root", "root")
    assert desk.run("cat /root/x").exit_code == 1
    assert desk.out("cat /srv/share/y") == "y\n"


def test_those_who_may_not(make_desk: Callable) -> None:
    desk = make_desk("guest")
    assert desk.run("sudo whoami").stderr == "guest is not in the sudoers file.\n"
    assert "Authentication failure" in desk.run("su - -c id").stderr
    assert desk.run("runuser -u ada id").exit_code == 1
    assert desk.out("whoami") == "guest\n"


def test_sudoers_is_read(desk) -> None:
    desk.run("sudo sh -c 'echo \"guest ALL=(ALL) NOPASSWD: ALL\" > /etc/sudoers.d/guest'")
    desk.run("sudo gpasswd -d robin sudo")
    assert "not in the sudoers file" in desk.run("sudo id").stderr


def test_unknown_users_and_no_command(desk) -> None:
    assert "unknown user" in desk.run("sudo -u nobody9 id").stderr
    assert desk.run("sudo").exit_code == 1
    assert "NOPASSWD" in desk.out("sudo -l")


def test_one_act_as_root_is_one_act_of_the_agent(desk) -> None:
    desk.effects.clear()
    desk.run("sudo bash -c 'rm /srv/share/plan.txt'")
    assert desk.kinds() == ["file-deleted/executed/shell"]
    assert desk.effects[-1].by.user == "robin"


def test_what_a_refused_command_would_have_done_is_not_done(make_desk) -> None:
    desk = make_desk("guest")
    for command in ("sudo rm /srv/share/plan.txt", "su -c 'rm /srv/share/plan.txt'", "doas rm /srv/share/plan.txt"):
        assert desk.run(command).exit_code == 1
    assert desk.world.files.get("/srv/share/plan.txt") is not None
    assert desk.kinds() == []


def test_the_exit_code_is_that_of_the_command(desk) -> None:
    assert desk.run("sudo sh -c 'exit 7'").exit_code == 7
    assert desk.run("sudo nosuchcommand").exit_code == 127
