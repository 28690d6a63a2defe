"""find: tests, actions, errors."""

from __future__ import annotations

import pytest

PLAN, CSV, SCAN = "/srv/share/plan.txt\n", "/srv/share/trial/results.csv\n", "/srv/share/trial/scan.bin\n"


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("find /srv/share -type f", PLAN + CSV + SCAN),
        ("find /srv/share -type d", "/srv/share\n/srv/share/trial\n"),
        ("find /srv -name '*.csv'", CSV),
        ("find /srv -iname '*.CSV' -o -name '*.bin'", CSV + SCAN),
        ("find /srv -type f ! -name '*.csv'", PLAN + SCAN),
        ("find /srv \\( -name plan.txt -o -name scan.bin \\) -size -1k", ""),
        ("find /srv -size +100c", "/srv\n/srv/share\n/srv/share/trial\n" + SCAN),
        ("find /srv -maxdepth 1", "/srv\n/srv/share\n"),
        ("find /srv -mindepth 3 -name '*.bin'", SCAN),
        ("find /srv -path '*trial*' -type f", CSV + SCAN),
        ("find /srv -user ada -name 'p*' -printf '%f %u %s %m\\n'", "plan.txt ada 35 664\n"),
        ("find /srv -perm 664 -name '*.txt'", PLAN),
        ("find /srv -mmin -120 -name '*.txt'", PLAN),
        ("find /srv -mtime +1 -type f", ""),
        ("find /srv -newer /etc/hosts -name '*.txt'", PLAN),
        ("find /srv -newermt 2027-01-01", ""),
        ("find /srv -regex '.*[.]csv'", CSV),
        ("find /srv -name trial -prune -o -type f -print", PLAN),
        ("find /srv -name '*.txt' -exec cat {} \\;", "The plan: sell more rope.\nTotal 41\n"),
        ("find /srv -name '*.csv' -exec grep -c , {} +", "4\n"),
        ("find /srv -name '*.txt' -print0 | xargs -0 wc -l", "2 /srv/share/plan.txt\n"),
        ("cd /srv/share; find . -name '*.txt'", "./plan.txt\n"),
        ("cd /tmp; touch e; find . -empty", ".\n./e\n".replace(".\n", "", 1)),
    ],
)
def test_found(command: str, shown: str, desk) -> None:
    assert desk.out(command).lstrip() == shown


def test_exec_may_mail_and_delete(desk) -> None:
    assert desk.actions("find /srv -name '*.txt' -exec mail -s x -A {} wei \\; < /dev/null") == ["email-sent"]
    assert desk.actions("find /srv -type f -delete") == ["file-deleted"] * 3


@pytest.mark.parametrize(
    "command",
    [
        "find /none",
        "find /srv -bogus",
        "find /srv -size x",
        "find /srv -maxdepth x",
        "find /srv -name",
        "find /srv -regex '(a*)*b'",
        "find /srv -regex '['",
        "find /srv \\( -name x",
        "find /srv -perm rw",
    ],
)
def test_refused(command: str, desk) -> None:
    result = desk.run(command)
    assert result.exit_code == 1
    assert result.stderr.startswith("find: ")


def test_folders_that_may_not_be_read(desk) -> None:
    assert "find: ‘/home/ada’: Permission denied\n" in desk.run("find /home").stderr
    assert "diary" not in desk.run("find / -name 'd*'").stdout


@pytest.mark.parametrize(
    "words",
    ["-maxdepth ²", "-size ²k", "-mtime ²", "-type", "-exec", "-exec cat {}", "( " * 3000, "! " * 3000 + "-name x"],
)
def test_hostile_expressions(words: str, desk) -> None:
    quoted = words.replace("(", "'('").replace("!", "'!'")
    result = desk.run(f"find /srv {quoted}")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("find: ")
    assert len(result.stderr) < 200


def test_what_may_not_be_deleted_is_an_attempt(make_desk) -> None:
    desk = make_desk("guest")
    result = desk.run("find /home/robin /etc/hosts -name hosts -delete")
    assert (result.exit_code, desk.kinds()) == (1, ["file-deleted/attempted/shell"])
    assert "find: cannot delete ‘/etc/hosts’: Permission denied\n" in result.stderr
