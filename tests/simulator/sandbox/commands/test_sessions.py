"""Who is and was logged in."""

from __future__ import annotations

import pytest

from ..conftest import Desk, build_company

AUTH = (
    "2026-03-03T07:10:05.405639+00:00 nw-files01 sshd[21884]: Accepted password for wei from 10.20.6.27 port 47 ssh2\n"
    "2026-03-03T16:02:05.405639+00:00 nw-files01 sshd[21884]: pam_unix(sshd:session): session closed for user wei\n"
    "2026-03-03T08:00:00.405639+00:00 nw-files01 sshd[21890]: Accepted password for rosa from 10.20.6.28 port 47 ssh2\n"
    "2026-03-04T08:30:05.405639+00:00 nw-files01 sshd[21912]: Accepted publickey for ada from 10.20.6.30 port 47 ssh2\n"
)


def logged() -> Desk:
    return Desk(company=build_company({"/var/log/auth.log": AUTH.encode()}))


def test_those_of_the_log_who_did_not_leave_are_there() -> None:
    desk = logged()
    assert desk.out("users") == "ada robin\n"
    assert desk.out("who") == (
        "ada      pts/0        2026-03-04 08:30 (10.20.6.30)\nrobin    pts/1        2026-03-04 09:00 (10.4.0.31)\n"
    )
    assert desk.out("who am i").startswith("robin    pts/1")
    assert "  2 users,  load" in desk.out("uptime")
    lines = desk.out("w").splitlines()
    assert lines[2].split()[:4] == ["ada", "pts/0", "10.20.6.30", "08:30"]
    assert lines[3].split()[4:] == ["0.00s", "0.01s", "0.00s", "w"] or lines[3].endswith(" w")


def test_last_agrees_with_the_log() -> None:
    desk = logged()
    lines = desk.out("last").splitlines()
    assert lines[0].startswith("robin    pts/1        10.4.0.31        Wed Mar  4 09:00   still logged in")
    assert lines[1].startswith("ada      pts/0        10.20.6.30       Wed Mar  4 08:30   still logged in")
    assert lines[2].startswith("rosa     pts/1")
    assert lines[3] == "wei      pts/0        10.20.6.27       Tue Mar  3 07:10 - 16:02  (08:52)"
    assert lines[4].startswith("reboot   system boot  6.1.0-31-amd64")
    assert lines[-1].startswith("wtmp begins Thu Jan 22")
    assert desk.out("last wei").count("\n") == 3
    assert desk.out("last -n 1").count("\n") == desk.out("last -1").count("\n") == 3


def accepted(user: str, address: str, at: str = "2026-03-03T08:00:00") -> str:
    return f"{at}.405639+00:00 nw-files01 sshd[21900]: Accepted password for {user} from {address} port 47 ssh2\n"


@pytest.mark.parametrize(("log", "address"), [
    ("", "10.4.0.31"),
    (accepted("ada", "10.4.6.30"), "10.4.6.31"),
    (accepted("ada", "10.4.6.31") + accepted("wei", "10.9.9.9"), "10.4.6.32"),
    (accepted("robin", "10.4.7.5") + accepted("ada", "10.4.6.30"), "10.4.7.5"),
    (accepted("robin", "203.0.113.8"), "10.4.0.31"),
    (accepted("robin", "desk7.northwind.example"), "10.4.0.31"),
    (accepted("robin", "10.4.7.5", "2026-03-04T08:59:00"), "10.4.7.5"),
])  # fmt: skip
def test_one_s_own_log_in_is_of_the_start_and_from_the_company_s_net(log: str, address: str) -> None:
    desk = Desk(company=build_company({"/var/log/auth.log": log.encode()} if log else None))
    first = desk.out("last").splitlines()[0].split()
    assert (first[0], first[2]) == ("robin", address)
    assert first[3:] == ["Wed", "Mar", "4", "09:00", "still", "logged", "in"]
    assert desk.out("who am i").endswith(f"2026-03-04 09:00 ({address})\n")
    assert len({line.split()[1] for line in desk.out("who").splitlines()}) == desk.out("who").count("\n")


def test_lastlog() -> None:
    desk = logged()
    assert "root                                       **Never logged in**\n" in desk.out("lastlog")
    assert "wei              pts/0    10.20.6.27       Tue Mar  3 07:10:05 +0000 2026\n" in desk.out("lastlog")
    assert desk.run("lastlog -u nosuch").exit_code == 1


def test_times_agree(desk: Desk) -> None:
    assert desk.out("uptime -s").strip()[:10] in desk.out("who -b")
    assert desk.run("lastb").exit_code == 1
    assert "btmp begins" in desk.out("sudo lastb")


def test_odd_options(desk: Desk) -> None:
    for command in ("last -n", "last -n x", "last -99999999999999", "w -x y", "who -Z", "lastlog -u", "users -x"):
        assert desk.run(command).exit_code in (0, 1), command
