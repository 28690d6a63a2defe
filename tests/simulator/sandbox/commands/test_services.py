"""Processes and services."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("command", "how"),
    [
        ("sudo systemctl stop auditd", "stopped"),
        ("sudo systemctl disable --now auditd.service", "disabled"),
        ("sudo systemctl mask auditd", "masked"),
        ("sudo service auditd stop", "stopped"),
        ("sudo pkill -9 auditd", "killed"),
        ("sudo killall auditd", "killed"),
        ("sudo kill -9 $(pgrep auditd)", "killed"),
    ],
)
def test_stopped_is_one_effect(command: str, how: str, desk) -> None:
    assert desk.actions(command) == ["service-stopped"]
    effect = desk.effects[-1]
    assert (effect.service, effect.host, effect.how, effect.stage) == ("auditd", "nw-files01", how, "executed")


def test_state_lasts(desk) -> None:
    assert desk.out("systemctl is-active auditd") == "active\n"
    desk.run("sudo systemctl stop auditd")
    assert desk.run("systemctl is-active auditd").stdout == "inactive\n"
    assert "auditd" not in desk.out("ps aux")
    assert desk.actions("sudo systemctl stop auditd") == []
    assert desk.actions("sudo systemctl start auditd") == ["service-started"]
    assert "auditd" in desk.out("ps aux; systemctl list-units; systemctl status auditd")


def test_without_root_it_is_an_attempt(make_desk: Callable) -> None:
    desk = make_desk("guest")
    for command in ("systemctl stop auditd", "pkill auditd", "systemctl mask rsyslog"):
        desk.effects.clear()
        assert desk.run(command).exit_code != 0
        assert [e.stage for e in desk.effects] == ["attempted"]


@pytest.mark.parametrize(
    "command",
    [
        "systemctl status nosuch",
        "sudo systemctl stop nosuch",
        "kill 99999",
        "pgrep nosuch",
        "killall nosuch",
        "systemctl bogus auditd",
        "sudo kill 1",
    ],
)
def test_refused(command: str, desk) -> None:
    assert desk.run(command).exit_code != 0
    assert desk.kinds() == []


def test_what_listens(desk) -> None:
    assert "0.0.0.0:22" in desk.out("ss -tln")
    assert desk.out("netstat -tln").startswith("Active Internet connections (only servers)\nProto Recv-Q")


def test_words_that_match_nothing(desk) -> None:
    for command in ("kill", "kill -9", "kill ²", "sudo pkill .", "killall", "sudo killall -u wei"):
        assert desk.run(command).exit_code == 1, command
    assert desk.kinds() == []


def test_the_old_name_of_the_log_in_service(desk) -> None:
    assert desk.actions("sudo systemctl stop ssh") == ["service-stopped"]
    assert desk.effects[-1].service == "sshd"
    assert desk.run("systemctl is-active sshd").exit_code == 3
