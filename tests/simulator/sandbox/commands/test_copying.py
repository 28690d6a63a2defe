# ruff: noqa: E501 - tables are easier to read wide
"""cp, as Debian has it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ..conftest import Desk, build_company

RUN = "/srv/share/run.sh"
MODES = (0o775, 0o755, 0o700, 0o750, 0o664, 0o600, 0o444, 0o4755)


def desk_with(mode: int = 0o775, user: str = "robin") -> Desk:
    company = build_company({RUN: b"#!/bin/bash\necho ran $1\n"})
    company.files[RUN] = replace(company.files[RUN], mode=mode, owner="robin")
    return Desk(user, company)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("first", ["", f"cat {RUN} > /dev/null"], ids=["unread", "read"])
def test_a_copy_has_the_mode_of_what_was_copied_as_far_as_new_files_may(mode: int, first: str) -> None:
    desk = desk_with(mode)
    desk.run(first)
    told = desk.out(
        f"cp {RUN} /tmp/r; stat -c %a {RUN} /tmp/r; cp -p {RUN} /tmp/p; cp -a {RUN} /tmp/a; stat -c %a /tmp/p /tmp/a"
    ).split()
    assert told == [f"{mode:o}", f"{mode & 0o777 & ~0o022:o}", f"{mode:o}", f"{mode:o}"]
    assert desk.out("stat -c %a /tmp/r /tmp/p").split() == [told[1], told[2]]
    assert desk.kinds() == ["file-created/executed/shell"] * 3
    assert desk.world.files.get("/tmp/r").mode == mode & 0o777 & ~0o022


@pytest.mark.parametrize("command", [
    f"cp {RUN} /tmp/r; /tmp/r x", f"cp {RUN} ~ && ~/run.sh x", "cp -r /srv/share /tmp/s; cd /tmp/s; ./run.sh x",
    f"echo 1 > y; cp {RUN} z; ./z x", f"sudo cp {RUN} /usr/local/bin/runs; runs x", f"sudo cp {RUN} /root/r; sudo /root/r x",
    "find /srv/share -name 'run*' -exec cp {} /tmp/ \\;; /tmp/run.sh x", f"echo {RUN} | xargs -I% cp % /tmp/r; /tmp/r x",
    f"bash -c 'cp {RUN} /tmp/r'; /tmp/r x",
])  # fmt: skip
def test_a_copied_program_runs_at_once_and_later(command: str) -> None:
    desk = desk_with()
    result = desk.run(command)
    assert (result.stdout, result.stderr) == ("ran x\n", "")
    assert (
        desk.out(command.rpartition(";")[2].rpartition("&&")[2].strip() if "cd " not in command else "./run.sh x")
        == "ran x\n"
    )
    assert not [k for k in desk.kinds() if k.startswith("file-mode-changed")]


def test_what_is_overwritten_keeps_its_mode(desk: Desk) -> None:
    desk.run("echo old > o; chmod 700 o")
    assert desk.actions("cp notes.txt o") == ["file-modified"]
    assert desk.out("stat -c %a o; cat o") == "700\nremember the milk\n"
    assert desk.actions("cp notes.txt o") == []


def test_folders_with_all_that_is_in_them(desk: Desk) -> None:
    assert desk.actions("cp -r /srv/share/trial /tmp/t; cp -r /srv/share/trial /tmp/t") == ["file-created"] * 4
    assert desk.out("find /tmp/t -type f | sort") == (
        "/tmp/t/results.csv\n/tmp/t/scan.bin\n/tmp/t/trial/results.csv\n/tmp/t/trial/scan.bin\n"
    )
    assert desk.world.files.get("/tmp/t/scan.bin").content == bytes(range(256))
    assert desk.world.files.get("/tmp/t").mode == 0o755
    assert desk.out("cmp /tmp/t/scan.bin /srv/share/trial/scan.bin") == ""
    desk.run("mkdir -p a/b; cp notes.txt /srv/share/plan.txt a; cp -t a/b notes.txt; cp --parents a/b/notes.txt /tmp")
    assert desk.out("ls -R a") == "a:\nb\nnotes.txt\nplan.txt\n\na/b:\nnotes.txt\n"


def test_reads_are_told_of_once(desk: Desk) -> None:
    desk.run("cp /srv/share/plan.txt a; cp /srv/share/plan.txt b; cat a b")
    assert [e.path for e in desk.effects if e.action == "file-read"] == ["/srv/share/plan.txt"]


def test_links(desk: Desk) -> None:
    desk.run(
        "ln -s notes.txt l; ln -s /none dead; cp l followed; cp -P l kept; cp -a dead d2; mkdir f; mv l f/; cp -r f g"
    )
    kinds = {n: desk.world.files.get(f"/home/robin/{n}").kind for n in ("followed", "kept", "d2", "g/l")}
    assert kinds == {"followed": "file", "kept": "link", "d2": "link", "g/l": "link"}
    assert desk.out("readlink kept d2 g/l; cat kept") == "notes.txt\n/none\nnotes.txt\nremember the milk\n"
    assert desk.run("cp dead x").stderr == "cp: cannot stat 'dead': No such file or directory\n"
    assert desk.run("ln -s b a; ln -s a b; cp a x; cp -r /srv/share/trial a").exit_code == 1
    before = len(desk.effects)
    desk.run("ls -l; ls -l")
    assert len(desk.effects) == before


def test_standard_input_and_devices(desk: Desk) -> None:
    assert (
        desk.out("echo hi | cp /dev/stdin q; cat q; cp q /dev/stdout; cp q /dev/null; cp -v q r")
        == "hi\nhi\n'q' -> 'r'\n"
    )
    assert desk.out("cp /dev/null empty; stat -c %s empty") == "0\n"
    assert desk.world.files.get("/dev/null") is None or not desk.world.files.get("/dev/null").content


@pytest.mark.parametrize(("command", "said"), [
    ("cp", "cp: missing file operand\nTry 'cp --help' for more information.\n"),
    ("cp a", "cp: missing destination file operand after 'a'\nTry 'cp --help' for more information.\n"),
    ("cp none b", "cp: cannot stat 'none': No such file or directory\n"),
    ("cp notes.txt /none/x", "cp: cannot create regular file '/none/x': No such file or directory\n"),
    ("cp notes.txt notes.txt/x", "cp: cannot create regular file 'notes.txt/x': Not a directory\n"),
    ("cp notes.txt new/", "cp: cannot create regular file 'new/': Not a directory\n"),
    ("cp /srv/share x", "cp: -r not specified; omitting directory '/srv/share'\n"),
    ("cp notes.txt ./notes.txt", "cp: 'notes.txt' and './notes.txt' are the same file\n"),
    ("cp notes.txt /srv/share/plan.txt none", "cp: target 'none': No such file or directory\n"),
    ("cp -t notes.txt notes.txt", "cp: target 'notes.txt': Not a directory\n"),
    ("cp notes.txt /etc/x", "cp: cannot create regular file '/etc/x': Permission denied\n"),
    ("cp notes.txt /etc/passwd", "cp: cannot create regular file '/etc/passwd': Permission denied\n"),
    ("cp /home/ada/diary.txt x", "cp: cannot open '/home/ada/diary.txt' for reading: Permission denied\n"),
    ("cp -r /srv/share /srv/share/in", "cp: cannot copy a directory, '/srv/share', into itself, '/srv/share/in'\n"),
    ("cp -r /srv/share/trial notes.txt", "cp: cannot overwrite non-directory 'notes.txt' with directory '/srv/share/trial'\n"),
    ("cp -T notes.txt /tmp", "cp: cannot overwrite directory '/tmp' with non-directory 'notes.txt'\n"),
    ("cp --bogus a b", "cp: unrecognized option '--bogus'\nTry 'cp --help' for more information.\n"),
    ("cp -Z a b", "cp: invalid option -- 'Z'\nTry 'cp --help' for more information.\n"),
])  # fmt: skip
def test_what_is_refused(desk: Desk, command: str, said: str) -> None:
    result = desk.run(command)
    assert (result.stdout, result.stderr, result.exit_code) == ("", said, 1)


def test_one_that_fails_does_not_stop_the_others(desk: Desk) -> None:
    result = desk.run("mkdir d; cp none notes.txt /home/ada/diary.txt /srv/share/plan.txt d; ls d")
    assert result.stdout == "notes.txt\nplan.txt\n"
    assert result.stderr.count("\n") == 2
    assert "file-read/attempted/shell" in desk.kinds(reads=True)


def test_a_disk_is_full_at_some_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fauxcorp.sandbox.commands.copying.MAX_COPIES", 3)
    result = desk.run("cp -r /srv/share /tmp/s")
    assert "No space left on device" in result.stderr
    assert len(list(desk.world.files.walk("/tmp/s"))) <= 3


def test_no_clobber(desk: Desk) -> None:
    assert desk.out("echo x > o; cp -n notes.txt o; cat o; cp -n notes.txt o2; cat o2") == "x\nremember the milk\n"


_PATH = st.sampled_from(
    [
        "notes.txt",
        "/srv/share",
        "/srv/share/trial/",
        "d",
        "d/e",
        "l",
        "/home/ada/diary.txt",
        "/etc",
        "/",
        ".",
        "..",
        "",
        "/dev/null",
        "/proc",
    ]
)


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from(["-r", "-a", "-p", "-n", "-T", "-L", "-d", "-v", "--parents"]), max_size=3),
    st.lists(_PATH, min_size=1, max_size=3),
)
def test_whatever_is_copied_world_and_shell_hold_the_same(options: list[str], paths: list[str]) -> None:
    desk = Desk()
    desk.run("mkdir d; ln -s notes.txt l; echo e > d/e")
    quoted = " ".join(f"'{p}'" for p in paths)
    said = desk.run(f"cp {' '.join(options)} {quoted}")
    assert said.exit_code in (0, 1)
    assert "Traceback" not in said.stderr
    before = len(desk.effects)
    shown = desk.out("find /home/robin /srv /tmp | sort")
    assert desk.run("echo x | cat").stdout == "x\n"
    fresh = desk.sandbox.fork(desk.world)
    assert fresh.exec("find /home/robin /srv /tmp | sort").stdout == shown
    assert [e for e in desk.effects[before:] if e.action != "file-read"] == []
