"""ls, stat, du, tree."""

from __future__ import annotations

import pytest

from fauxcorp.sandbox.commands.listing import human, mode_text
from fauxcorp.world.files import FileEntry


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("ls /srv/share", "plan.txt\ntrial\n"),
        ("ls -1 /srv /tmp", "/srv:\nshare\n\n/tmp:\n"),
        ("ls -a ~", ".\n..\n.bashrc\nnotes.txt\n.profile\n"),
        ("ls -r /srv/share", "trial\nplan.txt\n"),
        ("ls -S /srv/share/trial", "scan.bin\nresults.csv\n"),
        ("ls -d /srv/share", "/srv/share\n"),
        ("ls -p /srv/share", "plan.txt\ntrial/\n"),
        ("ls -l /srv/share/plan.txt", "-rw-rw-r-- 1 ada staff 35 Mar  4 08:00 /srv/share/plan.txt\n"),
        ("ls -ld /srv/share", "drwxrwsr-x 3 root users 4096 Feb 11  2025 /srv/share\n"),
        ("ls -n notes.txt", "-rw-rw-r-- 1 1005 50 18 Mar  4 08:00 notes.txt\n"),
        ("ls -R /srv", "/srv:\nshare\n\n/srv/share:\nplan.txt\ntrial\n\n/srv/share/trial:\nresults.csv\nscan.bin\n"),
        ("stat -c '%a %U %G %s %n %F' notes.txt", "664 robin staff 18 notes.txt regular file\n"),
        ("stat --printf '%s\\n' notes.txt", "18\n"),
        ("du -sh /srv/share", "20K\t/srv/share\n"),
        ("du -b /srv/share/plan.txt", "35\t/srv/share/plan.txt\n"),
        (
            "tree /srv",
            "/srv\n└── share\n    ├── plan.txt\n    └── trial\n        ├── results.csv\n        └── scan.bin\n\n"
            "2 directories, 3 files\n",
        ),
        ("ln -s notes.txt l; ls -l l", "lrwxrwxrwx 1 robin robin 9 Mar  4 09:00 l -> notes.txt\n"),
        ("touch -d 2020-01-01 old new; touch new; ls -t old new", "new\nold\n"),
        ("echo x > f; chmod 600 f; ls -l f", "-rw------- 1 robin robin 2 Mar  4 09:00 f\n"),
    ],
)
def test_shown(command: str, shown: str, desk) -> None:
    assert desk.out(command) == shown


@pytest.mark.parametrize(
    ("command", "code"),
    [("ls /none", 2), ("ls /home/ada", 2), ("ls --bogus", 2), ("stat /none", 1), ("stat", 1), ("du /none", 1)],
)
def test_refused(command: str, code: int, desk) -> None:
    assert desk.run(command).exit_code == code


def test_parts() -> None:
    assert [human(n) for n in (9, 1023, 1024, 1536, 20_480, 5_242_880)] == ["9", "1023", "1.0K", "1.5K", "20K", "5.0M"]
    assert mode_text(FileEntry(mode=0o4755)) == "-rwsr-xr-x"
    assert mode_text(FileEntry(mode=0o1777, kind="dir")) == "drwxrwxrwt"
    assert mode_text(FileEntry(mode=0o2644)) == "-rw-r-Sr--"


@pytest.mark.parametrize("command", ["du -d ² /srv/share/trial", f"du -d {'9' * 5000} /srv/share/trial"])
def test_a_depth_that_is_no_number(command: str, desk) -> None:
    assert desk.out(command) == "12\t/srv/share/trial\n"


def test_a_level_that_is_no_number(desk) -> None:
    assert desk.out("tree -L ² /srv") == desk.out("tree /srv") == desk.out(f"tree -L {'9' * 5000} /srv")
    assert desk.out("tree -L 1 /srv").endswith("1 directories, 0 files\n")


def test_looking_is_no_act(desk) -> None:
    desk.run("ls -laR /srv; stat /srv/share/plan.txt; du -a /srv; tree /srv; ls -la /home/ada")
    assert desk.kinds(reads=True) == []
