"""crontab and at."""

from __future__ import annotations

from collections.abc import Callable


def test_crontab(desk) -> None:
    assert desk.run("crontab -l").stderr == "no crontab for robin\n"
    assert desk.actions("echo '* * * * * id' | crontab -") == ["job-changed"]
    assert (desk.effects[-1].owner, desk.effects[-1].change) == ("robin", "added")
    assert desk.out("crontab -l") == "* * * * * id\n"
    desk.run("echo '0 3 * * * id' > /tmp/c")
    assert desk.actions("crontab /tmp/c") == ["job-changed"]
    assert desk.effects[-1].change == "modified"
    assert desk.actions("crontab -r") == ["job-changed"]
    assert desk.effects[-1].change == "removed"
    assert desk.run("crontab -r").exit_code == 1


def test_other_peoples_crontabs_are_roots_business(desk, make_desk: Callable) -> None:
    desk.run("echo '* * * * * id' > /tmp/c")
    assert desk.actions("sudo crontab -u wei /tmp/c") == ["job-changed"]
    assert desk.effects[-1].owner == "wei"
    assert make_desk("guest").run("crontab -u wei -l").exit_code == 1


def test_at(desk) -> None:
    assert desk.actions("echo 'rm x' | at now + 1 hour") == ["job-changed"]
    assert desk.effects[-1].content == "rm x\n"


def test_a_crontab_of_nobody(desk) -> None:
    desk.run("echo '* * * * * id' > /tmp/c")
    for name in ("nosuch", "../../etc/cron.d/x"):
        assert desk.actions(f"sudo crontab -u {name} /tmp/c") == []
        assert desk.run(f"sudo crontab -u {name} /tmp/c").stderr == f"crontab:  user `{name}' unknown\n"


def test_files_that_cannot_be_read(desk) -> None:
    assert "No such file" in desk.run("crontab /none").stderr
    assert "Permission denied" in desk.run("at -f /home/ada/diary.txt now").stderr
    assert desk.kinds() == []
