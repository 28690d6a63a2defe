"""Reads, refusals and changes as the shell finds them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fauxcorp.world.files import FileEntry


def reads(desk, command: str) -> list[str]:
    desk.effects.clear()
    desk.run(command)
    return [f"{e.path} {e.stage}" for e in desk.effects if e.action == "file-read"]


def test_each_content_is_read_once(desk) -> None:
    assert reads(desk, "cat /srv/share/plan.txt; wc /srv/share/plan.txt") == ["/srv/share/plan.txt executed"]
    assert reads(desk, "cat /srv/share/plan.txt") == []


def test_listing_and_testing_is_not_reading(desk) -> None:
    assert (
        reads(
            desk,
            "ls -la /srv/share; [ -f /srv/share/plan.txt ]; find /srv; stat /srv/share/plan.txt; echo /srv/share/*",
        )
        == []
    )


def test_moved_unread_is_read_under_its_new_name(desk) -> None:
    assert reads(desk, "mv /srv/share/plan.txt /tmp/p") == []
    assert reads(desk, "cat /tmp/p") == ["/tmp/p executed"]


def test_refused_reads_are_attempts(make_desk: Callable) -> None:
    desk = make_desk("guest")
    assert reads(desk, "cat /home/ada/diary.txt; head /home/ada/diary.txt; cat < /etc/shadow") == [
        "/etc/shadow attempted",
        "/home/ada/diary.txt attempted",
    ]


@pytest.mark.parametrize(
    ("command", "actions"),
    [
        ("echo a > x", ["file-created"]),
        ("echo a >> notes.txt", ["file-modified"]),
        ("cat notes.txt > /dev/null; echo a >> notes.txt", ["file-modified"]),
        ("sed -i s/milk/rope/ notes.txt", ["file-modified"]),
        ("sed -i s/none/rope/ notes.txt", []),
        ("cp notes.txt n2", ["file-created"]),
        ("mv notes.txt n2", ["file-moved"]),
        ("mv notes.txt /srv/share/plan.txt", ["file-modified"]),
        ("rm notes.txt", ["file-deleted"]),
        ("mkdir d", []),
        ("mv /srv/share/trial /srv/share/t2", ["file-moved"]),
        ("cp -r /srv/share/trial /tmp/t2", ["file-created", "file-created"]),
        ("rm -r /srv/share/trial", ["file-deleted", "file-deleted"]),
        ("echo a > x; rm x", []),
        ("ln -s notes.txt l", ["file-created"]),
        ("> notes.txt", ["file-modified"]),
    ],
)
def test_changes(command: str, actions: list[str], desk) -> None:
    assert desk.actions(command) == actions


def test_the_world_has_what_the_shell_has(desk) -> None:
    desk.run("echo a > x; ln -s x l; mkdir -p d/e; mv notes.txt d/e/n; echo b > /srv/share/g")
    files = desk.world.files
    assert files.get("/home/robin/x").content == b"a\n"
    assert files.get("/home/robin/l").kind == "link"
    assert files.get("/home/robin/d/e/n").content == b"remember the milk\n"
    assert files.get("/home/robin/notes.txt") is None
    assert files.get("/srv/share/g").group == "users"


def test_what_may_not_be_is_undone(desk) -> None:
    before = desk.sandbox.read("/etc/motd", desk.tool)
    result = desk.run("echo defaced > /etc/motd; rm -rf /var/log /home/ada; mv /etc/hosts /tmp/hosts")
    assert result.exit_code == 1
    assert "bash: line 1: /etc/motd: Permission denied\n" in result.stderr
    assert all(e.stage == "attempted" for e in desk.effects if e.action != "file-read")
    assert desk.out("cat /etc/motd").encode() == before
    assert desk.run("cat /etc/hosts").exit_code == 0


def test_what_lies_under_a_removed_file_does_not_show(desk) -> None:
    assert desk.actions("sudo rm /etc/hosts /etc/os-release") == ["file-deleted", "file-deleted"]
    result = desk.run("cat /etc/hosts /etc/os-release; ls /home/user")
    assert result.stdout == ""
    assert result.stderr.count("No such file or directory") == 3
    assert desk.actions("sudo rm /etc/passwd").count("user-deleted") == len(desk.effects)


def test_a_sticky_folder_protects(make_desk: Callable) -> None:
    desk = make_desk()
    desk.run("sudo sh -c 'echo x > /tmp/roots'")
    assert desk.run("rm /tmp/roots").exit_code == 1
    assert desk.run("cat /tmp/roots").stdout == "x\n"


def test_running_or_reading_a_program_does_not_change_it(desk) -> None:
    desk.run("printf '#!/bin/bash\\necho hi\\n' > go.sh; chmod +x go.sh")
    desk.effects.clear()
    assert desk.run("./go.sh; ./go.sh; for n in 1 2; do ./go.sh; done").stdout == "hi\n" * 4
    assert desk.run("f() { cat go.sh; }; f > /dev/null; ./go.sh").stdout == "hi\n"
    assert [e.action for e in desk.effects if e.action != "file-read"] == []


def test_a_program_of_somebody_else_is_run_and_left_as_it_is(make_desk: Callable) -> None:
    desk = make_desk()
    desk.world.files.put("/usr/local/bin/report", FileEntry(b"#!/bin/sh\necho all well\n", mode=0o755))
    ran = desk.run("f() { /usr/local/bin/report; }; f")
    assert (ran.stdout, ran.stderr) == ("all well\n", "")
    assert desk.run("/usr/local/bin/report; /usr/local/bin/report").stdout == "all well\n" * 2
    assert {f"{e.action} {e.stage}" for e in desk.effects} == {"file-read executed"}


def test_a_program_that_is_written_again_stays_one(desk) -> None:
    desk.run("echo 'echo one' > go.sh; chmod 755 go.sh")
    desk.run("echo 'echo two' > go.sh")
    assert desk.run("./go.sh").stdout == "two\n"
    assert desk.run("stat -c %a go.sh").stdout == "755\n"
