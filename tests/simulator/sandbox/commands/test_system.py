"""What the server says of itself."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("whoami", "robin\n"),
        ("id -u; id -un; id -Gn", "1005\nrobin\nrobin staff sudo users\n"),
        ("id wei", "uid=1002(wei) gid=1002(wei) groups=1002(wei),2000(quality),50(staff),100(users)\n"),
        ("groups", "robin staff sudo users\n"),
        ("uname", "Linux\n"),
        ("uname -n; uname -m", "nw-files01\nx86_64\n"),
        ("hostname; hostname -I; hostname -d", "nw-files01\n10.4.0.11 \nnorthwind.example\n"),
        ("uptime -p", "up 5 weeks, 6 days, 5 hours, 0 minutes\n"),
        ("users", "robin\n"),
        ("which curl usermod", "/usr/bin/curl\n/usr/sbin/usermod\n"),
        ("getent passwd wei | cut -d: -f1,6", "wei:/home/wei\n"),
        ("nohup echo hi", "hi\n"),
    ],
)
def test_shown(command: str, shown: str, desk) -> None:
    assert desk.out(command) == shown


@pytest.mark.parametrize(
    "command",
    [
        "id nosuch",
        "groups nosuch",
        "which nosuch",
        "getent bogus x",
        "getent passwd nosuch",
        "hostname new",
        "journalctl",
    ],
)
def test_refused(command: str, desk) -> None:
    assert desk.run(command).exit_code != 0


def test_history_is_what_was_typed(desk) -> None:
    desk.run("echo one")
    desk.run("RANDOM=5; echo two")
    assert desk.out("history") == "    1  echo one\n    2  RANDOM=5; echo two\n    3  history\n"
    assert desk.out("history 1") == "    4  history 1\n"
    desk.run("history -c")
    assert desk.out("history | wc -l").strip() == "1"


def test_forgetting_empties_the_file(desk) -> None:
    desk.run("echo x > ~/.bash_history")
    assert desk.actions("history -c") == ["file-modified"]
    assert desk.effects[-1].truncated


def test_the_journal_is_for_administrators(desk) -> None:
    assert "Startup finished" in desk.out("sudo journalctl")
