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
        ("sudo userdel -r rosa", ["user-deleted", "file-deleted", "file-deleted"]),
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


@pytest.mark.parametrize(
    "command",
    [
        "usermod -l 'a:b' wei",
        "usermod -l $'x\\nroot2::0:0::/:/bin/sh' wei",
        "usermod -s $'/bin/sh\\nroot2::0:0::/:/bin/sh' wei",
        "usermod -u abc wei",
        "usermod -u ² wei",
        "usermod -e ² wei",
        "chage -E ² wei",
        "useradd -u ² two",
        "useradd -s $'/bin/sh\\nroot2::0:0::/:/bin/sh' two",
        "useradd -d a:b two",
        "useradd -p a:b two",
        "chsh -s $'/bin/x\\nroot2::0:0::/:/bin/sh' wei",
        "gpasswd -M $'a\\nwheel:x:0:a' staff",
        "groupadd a:b",
        "groupadd -g ² new",
        "groupmod -n a:b quality",
    ],
)
def test_no_line_or_field_is_smuggled_in(command: str, desk) -> None:
    paths = ("/etc/passwd", "/etc/shadow", "/etc/group")
    before = [desk.world.files.get(p).content for p in paths]
    assert desk.run(f"sudo {command}").exit_code in (1, 3)
    assert [desk.world.files.get(p).content for p in paths] == before
    assert desk.kinds() == []


@pytest.mark.parametrize("command", ["usermod -L wei", "userdel wei", "gpasswd -a guest sudo", "passwd -l wei"])
def test_by_others_it_is_one_attempt(command: str, make_desk) -> None:
    desk = make_desk("guest")
    assert desk.run(command).exit_code == 1
    assert len(desk.kinds()) == 1
    assert desk.kinds()[0].endswith("/attempted/shell")
