"""Programs that change accounts: their options, what they write, what they answer."""

from __future__ import annotations

import pytest

from fauxcorp.sandbox.commands.people import days


def shadow(desk, user: str) -> list[str]:
    return next(
        x for x in desk.world.files.get("/etc/shadow").content.decode().split("\n") if x.startswith(f"{user}:")
    ).split(":")


def test_days() -> None:
    assert [days(t) for t in ("0", "-1", "", "1970-01-02", "2026-03-04", "soon")] == ["0", "", "", "1", "20516", "?"]


def test_the_files_are_edited(desk) -> None:
    desk.run("sudo usermod -L wei; sudo chage -E 2026-01-01 ada")
    assert shadow(desk, "wei")[1].startswith("!$y$")
    assert shadow(desk, "ada")[7] == "20454"
    desk.run("sudo usermod -U wei; sudo chage -E -1 ada")
    assert shadow(desk, "wei")[1].startswith("$y$")
    assert desk.world.accounts.usable("wei")
    assert desk.world.accounts.usable("ada")


@pytest.mark.parametrize(
    ("command", "actions"),
    [
        ("sudo usermod -s /bin/sh wei", ["file-modified"]),
        ("sudo usermod -G staff wei", ["group-left", "group-left"]),
        ("sudo usermod -G staff,users,quality wei", []),
        ("sudo gpasswd -d wei quality", ["group-left"]),
        ("sudo deluser wei quality", ["group-left"]),
        ("sudo passwd -d wei", ["password-changed"]),
        ("sudo groupadd new", ["file-modified"]),
        ("sudo groupdel quality", ["group-left", "group-left"]),
        ("sudo usermod -c 'New Name' wei", ["file-modified"]),
        ("sudo userdel -r wei", ["user-deleted", "file-deleted", "file-deleted"]),
    ],
)
def test_each_is_its_effects(command: str, actions: list[str], desk) -> None:
    assert desk.actions(command) == actions


@pytest.mark.parametrize(
    ("command", "code", "said"),
    [
        ("sudo usermod -L nosuch", 6, "user 'nosuch' does not exist"),
        ("sudo usermod", 2, "Usage: usermod"),
        ("sudo usermod -e soon wei", 3, "invalid date 'soon'"),
        ("sudo usermod -aG nosuch wei", 6, "group 'nosuch' does not exist"),
        ("sudo useradd wei", 9, "already exists"),
        ("sudo useradd 'a:b'", 3, "invalid user name"),
        ("sudo userdel nosuch", 6, "does not exist"),
        ("sudo passwd nosuch", 1, "does not exist"),
        ("sudo gpasswd -a nosuch sudo", 3, "does not exist"),
        ("sudo groupadd sudo", 9, "already exists"),
        ("echo nosuch:x | sudo chpasswd", 1, "does not exist"),
        ("sudo chage -E soon wei", 1, "invalid date"),
        ("passwd -S wei", 1, "may not view"),
        ("usermod -L wei", 1, "cannot lock /etc/passwd"),
    ],
)
def test_refused(command: str, code: int, said: str, desk) -> None:
    result = desk.run(command)
    assert result.exit_code == code
    assert said in result.stdout + result.stderr
    assert desk.world.accounts.usable("wei")


def test_status(desk) -> None:
    assert desk.out("passwd -S robin").startswith("robin P ")
    desk.run("sudo usermod -L wei")
    assert desk.out("sudo passwd -S wei").startswith("wei L ")
    assert "never" in desk.out("sudo chage -l wei")
    assert "Jan 01, 2020" in desk.out("sudo chage -E 2020-01-01 ada; sudo chage -l ada")
