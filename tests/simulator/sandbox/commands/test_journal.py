"""The journal."""

from __future__ import annotations

import pytest

from ..conftest import Desk, build_company

SYSLOG = (
    "2026-03-03T22:15:01.054124+00:00 nw-files01 CRON[2261]: (root) CMD (/usr/local/bin/nightly.sh)\n"
    "2026-03-04T08:15:01.054124+00:00 nw-files01 CRON[2299]: (root) CMD (/usr/local/bin/hourly.sh)\n"
    "2026-03-04T08:40:01.694134+00:00 nw-files01 rsyslogd: rsyslogd was HUPed\n"
)
AUTH = (
    "2026-03-04T08:30:05.405639+00:00 nw-files01 sshd[21912]: Accepted publickey for ada from 10.20.6.30 port 4 ssh2\n"
)


@pytest.fixture
def logged() -> Desk:
    return Desk(company=build_company({"/var/log/syslog": SYSLOG.encode(), "/var/log/auth.log": AUTH.encode()}))


def test_all_logs_in_order_of_time(logged: Desk) -> None:
    lines = logged.out("sudo journalctl --no-pager").splitlines()
    assert lines[0] == "Feb 11 09:14:03 nw-files01 postfix/master[702]: daemon started -- version 3.7.11"
    assert [line[:15] for line in lines[1:]] == [
        "Mar 03 22:15:01",
        "Mar 04 08:15:01",
        "Mar 04 08:30:05",
        "Mar 04 08:40:01",
    ]


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ("-u cron", 2), ("-u ssh", 1), ("-u sshd.service", 1), ("-u rsyslog", 1), ("-n 2", 2), ("--since today", 3),
        ("-S yesterday -U today", 1), ("--since '2026-03-04 08:31'", 1), ("--since '1 hour ago'", 3), ("-g hourly", 1),
        ("-t CRON -r", 2),
    ],
)  # fmt: skip
def test_chosen_lines(options: str, count: int, logged: Desk) -> None:
    assert logged.out(f"sudo journalctl {options}").count("\n") == count


def test_nothing_found(logged: Desk) -> None:
    assert logged.out("sudo journalctl -u nosuch") == "-- No entries --\n"


def test_what_cannot_be_read(logged: Desk) -> None:
    assert logged.out("sudo journalctl --since blue") == "Failed to parse timestamp: blue\n"
    assert logged.run("sudo journalctl --bogus").exit_code == 1
    refused = logged.run("journalctl -u cron")
    assert refused.exit_code == 1
    assert refused.stderr.endswith("No journal files were opened due to insufficient permissions.\n")
    assert logged.run("dmesg").exit_code == 1


def test_lines_below_the_state_of_a_unit(logged: Desk) -> None:
    text = logged.out("sudo systemctl status cron")
    assert text.startswith("● cron.service - Regular background program processing daemon\n     Loaded: loaded (")
    assert text.endswith("CRON[2299]: (root) CMD (/usr/local/bin/hourly.sh)\n")
    assert "insufficient permissions" in logged.out("systemctl status cron")


def test_a_log_that_is_deleted_stays_in_the_journal(logged: Desk) -> None:
    logged.run("sudo rm /var/log/syslog")
    assert "nightly.sh" in logged.out("sudo journalctl -u cron")
