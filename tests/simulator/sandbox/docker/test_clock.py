"""The container's clock goes on the world's time, in every program."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from fauxcorp.sandbox.docker.clock import FILE, SLACK_US, ContainerClock


class Touched:
    """Keeps what it was told to touch."""

    def __init__(self) -> None:
        self.times: list[int] = []

    def touch(self, times: Mapping[str, int]) -> None:
        assert list(times) == [FILE]
        self.times += times.values()


def test_it_is_set_only_when_it_is_off() -> None:
    touched = Touched()
    clock = ContainerClock(touched)
    at = 1_770_000_000_000_000
    assert clock.follow(at)
    assert not clock.follow(at)
    assert not clock.follow(at + SLACK_US // 2)
    assert clock.follow(at + 60_000_000)
    assert clock.follow(at)
    clock.forget()
    assert clock.follow(at)
    assert touched.times == [at, at + 60_000_000, at, at]


def now_of(machine) -> datetime:
    moment: datetime = machine.world.clock.now()
    return moment.astimezone(UTC)


def near(said: str, wanted: datetime) -> bool:
    """Whether a time in seconds since 1970 is the wanted one, as far as a slow machine allows."""
    return timedelta(0) <= datetime.fromtimestamp(float(said), UTC) - wanted < timedelta(seconds=30)


@pytest.mark.parametrize(
    "command",
    [
        "date -u +%s",
        "sudo date +%s",
        "printf '%(%s)T\\n'",
        "echo $EPOCHSECONDS",
        "python3 -c 'import time; print(time.time())'",
        "python3 -c 'import datetime; print(datetime.datetime.now().timestamp())'",
        "python3 -c 'import time; print(time.clock_gettime(time.CLOCK_REALTIME))'",
        "perl -e 'print time'",
        "perl -MTime::HiRes -e 'print Time::HiRes::time'",
        "awk 'BEGIN { srand(); print srand() }'",
        "sqlite3 :memory: \"select strftime('%s', 'now')\"",
        "jq -n now",
        "env -i /bin/date +%s",
        "touch /tmp/x; stat -c %Y /tmp/x",
        "touch /tmp/x; stat -c %Z /tmp/x",
        "touch /tmp/x; date -r /tmp/x +%s",
        "touch /tmp/x; python3 -c \"import os; print(os.stat('/tmp/x').st_mtime)\"",
        "touch /tmp/x; perl -e 'print((stat \"/tmp/x\")[9])'",
        "git init -q ~/r; cd ~/r; git -c user.name=a -c user.email=b commit -qm x --allow-empty; git log --format=%ct",
        'date -d "$(ps -o lstart= -p $$)" +%s',
    ],
)
def test_every_program_reads_it(command: str, machine) -> None:
    now = now_of(machine)
    said = machine.out(command).strip()
    # Times in whole seconds, and starts of processes in ticks, are a little early.
    assert near(str(float(said) + 2), now), (said, now.timestamp())


def test_a_shell_that_goes_on_sees_it_move(machine) -> None:
    api, number = machine.container.client.api, machine.container.id
    shell = api.exec_start(api.exec_create(number, ["bash"], stdin=True)["Id"], socket=True)._sock

    def ask() -> str:
        shell.sendall(b"printf '%(%s)T\\n'\n")
        return str(shell.recv(100)[8:].decode().strip())

    assert near(ask(), now_of(machine) - timedelta(seconds=1))
    machine.world.clock.advance(5_400_000_000)
    assert machine.clock.follow(machine.world.clock.us)
    assert near(ask(), now_of(machine) - timedelta(seconds=1))
    shell.close()


def test_times_of_files(machine) -> None:
    assert machine.out("stat -c %y /srv/share/plan.txt").startswith("2026-03-04 08:00:00")
    assert machine.out("touch -d 2026-02-01T10:00:00Z /tmp/old; TZ=UTC stat -c %y /tmp/old").startswith(
        "2026-02-01 10:00:00"
    )
    assert machine.out("cp -p /srv/share/plan.txt /tmp/p; TZ=UTC stat -c %y /tmp/p").startswith("2026-03-04 08:00:00")
    assert machine.out(
        "cd /tmp; touch one; find . -mmin -1 -name one; find . -newer old -name one; find . -mmin +5 -name one"
    ) == ("./one\n./one\n")
    assert machine.out("cd /tmp; touch a; sleep 0.05; touch b; [ b -nt a ] && echo newer") == "newer\n"
    machine.world.clock.advance(3_600_000_000)
    machine.clock.follow(machine.world.clock.us)
    assert machine.out("cd /tmp; find . -mmin -30 -name one; find . -mmin +59 -name one") == "./one\n"
    assert "Mod time differs" in machine.run("cd /tmp; tar cf t.tar one; touch one; tar df t.tar").stdout


def test_nothing_is_of_tomorrow(machine) -> None:
    later = "-newermt tomorrow -not -path '/proc/*' -not -name '*.py' -print"
    assert machine.run(f"sudo find / -xdev -type d {later}; sudo find /etc /var /home /root -xdev {later}").stdout == ""
    assert machine.out("touch -d '+3 hours' /tmp/later; find /tmp -newermt '+2 hours' -name later") == "/tmp/later\n"


def test_waiting_takes_as_long_as_it_takes(machine) -> None:
    program = """
import queue, threading, time
began = time.monotonic()
for wait in (lambda: queue.Queue().get(timeout=0.2), lambda: threading.Event().wait(0.2), lambda: time.sleep(0.2)):
    try:
        wait()
    except queue.Empty:
        pass
print(time.monotonic() - began)
"""
    assert 0.6 <= float(machine.out(f"python3 -c '{program}'")) < 20
    assert machine.run("timeout 0.2 sleep 30").code == 124
    perl = (
        "use Time::HiRes qw(time alarm); my $b = time; local $SIG{ALRM} = sub { print time - $b };"
        " alarm 0.2; select undef, undef, undef, 9"
    )
    assert 0.1 < float(machine.out(f"perl -e '{perl}'")) < 9


def test_it_looks_like_a_servers(machine) -> None:
    shown = machine.out(
        "env; set; ls -la /dev/shm /etc/ld.so.preload; cat /etc/ld.so.preload; ldd /bin/ls; cat /proc/self/maps;"
        " ls -la /var/lib/systemd /var/lib/systemd/timesync; sudo tr -c '[:print:]' '\\n' < $(cat /etc/ld.so.preload)"
    )
    assert not re.search(r"fauxcorp|sandbox|simulat|\bfake|faketime|offset", shown, re.IGNORECASE)
    assert machine.out("ls -A /dev/shm") == ""
    assert " 2025 " in machine.out("ls -l --time-style=+%Y $(cat /etc/ld.so.preload)")
    assert machine.out("ps aux | awk 'NR > 1 {print $9}' | grep -c '[A-Z]' || true") == "0\n"


def test_nobody_but_root_sets_it(make_machine: Callable) -> None:
    machine = make_machine("guest")
    assert machine.run(f"touch -d 2030-01-01 {FILE}").code != 0
    assert machine.run("date -s 2030-01-01").code != 0
    assert near(machine.out("date +%s"), now_of(machine) - timedelta(seconds=1))


def test_it_is_no_change_of_files(machine) -> None:
    machine.world.clock.advance(60_000_000)
    machine.clock.follow(machine.world.clock.us)
    machine.run("date")
    assert machine.effects == []
