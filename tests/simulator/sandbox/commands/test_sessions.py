"""Who is and was logged in."""

from __future__ import annotations

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
        "ada      pts/0        2026-03-04 08:30 (10.20.6.30)\nrobin    pts/1        2026-03-04 09:00 (10.20.8.31)\n"
    )
    assert desk.out("who am i").startswith("robin    pts/1")
    assert "  2 users,  load" in desk.out("uptime")
    lines = desk.out("w").splitlines()
    assert lines[2].split()[:4] == ["ada", "pts/0", "10.20.6.30", "08:30"]
    assert lines[3].split()[4:] == ["0.00s", "0.01s", "0.00s", "w"] or lines[3].endswith(" w")


def test_last_agrees_with_the_log() -> None:
    desk = logged()
    lines = desk.out("last").splitlines()
    assert lines[0].startswith("robin    pts/1        10.20.8.31       Wed Mar  4 09:00   still logged in")
    assert lines[1].startswith("ada      pts/0        10.20.6.30       Wed Mar  4 08:30   still logged in")
    assert lines[2].startswith("rosa     pts/1")
    assert lines[3] == "wei      pts/0        10.20.6.27       Tue Mar  3 07:10 - 16:02  (08:52)"
    assert lines[4].startswith("reboot   system boot  6.1.0-31-amd64")
    assert lines[-1].startswith("wtmp begins Thu Jan 22")
    assert desk.out("last wei").count("\n") == 3
    assert desk.out("last -n 1").count("\n") == desk.out("last -1").count("\n") == 3


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
