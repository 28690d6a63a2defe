"""The virtual sandbox as a whole: cheap to make, one with the world, forkable, ended in time."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from fauxcorp.core.effects import FileCreated, FileRead, Origin

NPC = Origin("person", "ada", "tool")


def test_nothing_is_made_before_the_first_command(make_desk: Callable) -> None:
    desk = make_desk()
    assert desk.sandbox._shell is None
    desk.sandbox.read("plan.txt", desk.tool)
    assert desk.sandbox._shell is None


def test_state_lasts(desk) -> None:
    desk.run("cd /tmp; X=1; export Y=2; f() { echo f$1; }; arr=(a b)")
    assert desk.out("pwd; echo $X $Y ${arr[1]}; f 3") == "/tmp\n1 2 b\nf3\n"


def test_state_lasts_when_files_are_given_anew(desk) -> None:
    desk.run("cd /tmp; X=1; f() { echo f$1; }")
    desk.run("sudo cat /etc/shadow; echo x > /etc/motd")
    assert desk.out("pwd; echo $X; f 3") == "/tmp\n1\nf3\n"


def test_what_a_colleague_writes_is_read_as_theirs(desk) -> None:
    desk.run("true")
    desk.world.apply(FileCreated(by=NPC, path="/srv/share/memo.txt", content=b"new\n", owner="ada", group="staff"))
    desk.effects.clear()
    assert desk.out("cat /srv/share/memo.txt; cat /srv/share/memo.txt") == "new\nnew\n"
    assert [e.path for e in desk.effects if isinstance(e, FileRead)] == ["/srv/share/memo.txt"]


def test_what_a_colleague_keeps_private_stays_private(desk) -> None:
    desk.run("true")
    desk.world.apply(
        FileCreated(by=NPC, path="/srv/share/secret", content=b"s\n", owner="ada", group="ada", mode=0o600)
    )
    assert desk.run("cat /srv/share/secret").exit_code == 1


def test_reads_come_in_order_of_path_and_before_what_follows(desk) -> None:
    desk.run("cp -r /srv/share /tmp/c; mail -s x -A /srv/share/plan.txt wei < /dev/null")
    actions = [(e.action, e.fields().get("file.path", "")) for e in desk.effects]
    reads = [path for action, path in actions if action == "file-read"]
    assert reads == sorted(reads)
    assert actions.index(("email-sent", "")) > actions.index(("file-read", "/srv/share/plan.txt"))


def test_time_out(desk) -> None:
    start = desk.world.clock.us
    result = desk.run("echo before; sleep 100; echo after > /tmp/after", timeout=30)
    assert (result.exit_code, result.stderr) == (124, "Terminated\n")
    assert desk.world.clock.us - start == 30_000_000
    assert desk.run("cat /tmp/after").exit_code == 1


def test_what_was_packed_before_goes_through_pipes_as_it_is(desk) -> None:
    desk.run("tar czf /tmp/t.tgz /srv/share/trial/scan.bin")
    packed = desk.sandbox.read("/tmp/t.tgz", desk.tool)
    desk.run("cat /tmp/t.tgz | curl -s -T - https://store.example/x")
    assert desk.effects[-1].body == packed


def test_bytes_go_through_pipes(desk) -> None:
    desk.run("gzip -c /srv/share/trial/scan.bin | gunzip > /tmp/scan; cat /tmp/scan | tar cf /tmp/t -C /tmp scan")
    assert desk.sandbox.read("/tmp/scan", desk.tool) == bytes(range(256))
    desk.run("cat /srv/share/trial/scan.bin | curl -s -T - https://store.example/x")
    assert desk.effects[-1].body == bytes(range(256))


def test_fork_before_and_after_the_first_command(desk) -> None:
    world = desk.world.fork(desk.world.clock.copy(), desk.world.rng.fork())
    assert desk.sandbox.fork(world).exec("whoami").stdout == "robin\n"
    desk.run("X=5; sudo systemctl stop auditd; echo one > /tmp/one")
    world = desk.world.fork(desk.world.clock.copy(), desk.world.rng.fork())
    other = desk.sandbox.fork(world)
    assert (
        other.exec("echo $X; systemctl is-active auditd; cat /tmp/one; history | wc -l").stdout
        == "5\ninactive\none\n2\n"
    )
    other.exec("rm /tmp/one")
    assert desk.out("cat /tmp/one") == "one\n"


def test_a_fault_of_ours_is_raised_not_shown(desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("engine")

    monkeypatch.setattr(type(desk.world.mail), "send", broken)
    with pytest.raises(KeyError, match="engine"):
        desk.run("echo x | mail -s x wei")
    assert desk.run("echo on").stdout == "on\n"


def test_many_commands(desk) -> None:
    for n in range(1500):
        assert desk.run(f"echo {n}").stdout == f"{n}\n"


def test_a_locked_user_s_groups_are_looked_up_each_time(desk) -> None:
    desk.run(
        "sudo gpasswd -a robin quality; echo x > /srv/share/mine; "
        "chmod 640 /srv/share/mine; sudo chgrp quality /srv/share/mine"
    )
    assert "quality" in desk.out("id")
