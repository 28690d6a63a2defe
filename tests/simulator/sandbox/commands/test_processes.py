"""The list of processes."""

from __future__ import annotations

import re

import pytest

from ..conftest import Desk


def test_ps_aux_has_the_columns_of_procps(desk: Desk) -> None:
    lines = desk.out("ps aux").splitlines()
    assert lines[0] == "USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND"
    assert re.fullmatch(r"root           1  0\.0  0\.3 168132 12476 \?        Ss   Jan22    0:47 /sbin/init", lines[1])
    assert any(line.endswith(" [kthreadd]") for line in lines)
    assert lines[-1].endswith(" ps aux")


def test_numbers_are_used_once(desk: Desk) -> None:
    numbers = desk.out("ps -eo pid --no-headers").split()
    assert len(numbers) == len(set(numbers)) > 40


def test_the_log_and_the_list_agree(desk: Desk) -> None:
    # The server's own auth.log says sshd[611].
    assert desk.out("pgrep -x sshd").splitlines()[0] == "611"
    assert "Main PID: 611 (sshd)" in desk.out("systemctl status ssh")


def test_own_processes_only(desk: Desk) -> None:
    lines = desk.out("ps").splitlines()
    assert lines[0] == "    PID TTY          TIME CMD"
    assert [line.split()[-1] for line in lines[1:]] == ["bash", "ps"]


def test_chosen_ones(desk: Desk) -> None:
    assert [line.split()[-1] for line in desk.out("ps -C cron -o pid,comm").splitlines()] == ["COMMAND", "cron"]
    assert desk.out("ps -p 1 -o user=").strip() == "root"
    assert {line.split()[0] for line in desk.out("ps -fu robin").splitlines()[1:]} == {"robin"}
    assert desk.out("ps -ef").splitlines()[0] == "UID          PID    PPID  C STIME TTY          TIME CMD"


def test_pgrep(desk: Desk) -> None:
    assert re.fullmatch(r"\d+ cron\n", desk.out("pgrep -l cron"))
    assert "/usr/sbin/cron -f" in desk.out("pgrep -a cron")


@pytest.mark.parametrize("command", ["ps -Q", "ps -o nosuch", "ps -p", "ps -p 999999"])
def test_refused(command: str, desk: Desk) -> None:
    assert desk.run(command).exit_code == 1


def test_a_stopped_service_is_not_listed(desk: Desk) -> None:
    desk.run("sudo systemctl stop cron")
    assert desk.run("pgrep cron").exit_code == 1
