"""What a shell gives by chance or by the clock is the same in two episodes, and at two real times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from fauxcorp.core.wall import monotonic

COMMANDS = [
    "cat /proc/uptime",
    "head -c 8 /dev/urandom | od -x",
    "od -An -N4 -tu4 /dev/random",
    "cat /proc/sys/kernel/random/uuid",
    "tr -dc a-z < /dev/urandom | head -c 5",
    "uuidgen",
    "mktemp",
    "shuf -i 1-1000 -n 3",
    "echo $SRANDOM",
    "echo $RANDOM $RANDOM",
    "bash -c 'echo $RANDOM'",
    "(echo $RANDOM)",
    "awk 'BEGIN{srand();print rand()}'",
    "awk 'BEGIN{print rand(), systime()}'",
    "openssl rand -hex 4",
    "seq 20 | sort -R",
    "python3 -c 'import random; print(random.random())'",
    "python3 -c 'import time; print(time.time())'",
    "python3 -c 'import datetime; print(datetime.datetime.now())'",
    "python3 -c 'import os; print(os.urandom(4))'",
    "python3 -c 'print(hash(\"a\"), id(1), object())'",
    "date +%s%N",
    "printf '%(%s)T' -1",
    "echo $SECONDS",
    "echo $EPOCHREALTIME $EPOCHSECONDS",
    "echo $$ $BASHPID $PPID; sleep 1 & echo $!",
    "touch /tmp/a; stat /tmp/a",
    "ls -la --full-time /tmp",
    "find /tmp -newermt '2026-01-01'",
    "time true",
    "TIMEFORMAT=%R; time sleep 1",
    "times",
    "ps aux",
    "dd if=/dev/urandom bs=4 count=1 2>&1 | od -x",
    "dd if=/dev/zero of=/tmp/z bs=1M count=1",
    "sleep 2; echo $SECONDS",
    "jq -n 'now'",
    "jq -n '[1]|now|todate'",
    "tar cf - /tmp | md5sum",
    "gzip -c /etc/passwd | md5sum",
    "zip -q /tmp/q.zip /etc/passwd; md5sum /tmp/q.zip",
    "openssl enc -aes-256-cbc -pbkdf2 -pass pass:x -in /etc/passwd | md5sum",
    "ssh-keygen -t ed25519 -N '' -f /tmp/k; cat /tmp/k.pub",
    "curl -si https://www.fda.gov/ | head -20",
    "cal",
    "who; w; last; uptime",
    "cat /proc/stat /proc/meminfo",
    "git init /tmp/g && cd /tmp/g && git log",
    "set | grep -v '^_'",
    "env",
    "htpasswd",
    "mkpasswd x",
    "openssl passwd x",
    "vmstat; iostat; free",
    "lsof | head",
    "for i in 1 2 3; do (echo $RANDOM) & done; wait",
    "echo <(true)",
    "ls /proc",
    "ls -la /dev /proc/self/fd",
    "logger x; tail -1 /var/log/syslog",
    "fortune",
    "rand",
    "pwgen",
    "hexdump -n 4 /dev/urandom",
    "xxd -l 4 /dev/urandom",
    "base64 < /dev/urandom | head -c 10",
    "cat /dev/urandom | head -c 4 | base64",
    "read -n 4 x < /dev/urandom; echo $x",
    "history",
    "fc -l",
    "sqlite3 :memory: 'select random()'",
    "date -d '@'$(date +%s)",
    "date; sleep 3; date",
    "timeout 1 sleep 5; date",
    "stat /etc/passwd /srv/share",
    "df; df -i; du -sh /",
]


@pytest.mark.parametrize("start", range(0, len(COMMANDS), 20))
def test_chance_and_time_are_the_episodes_own(enter: Callable[..., Any], start: int) -> None:
    shown: list[list[str]] = []
    for _ in range(2):
        room = enter()
        shown.append([room.sh(command) for command in COMMANDS[start : start + 20]])
        room.episode.close()
        begun = monotonic()
        while monotonic() < begun + 1.1:
            pass
    same = zip(COMMANDS[start:], *shown, strict=False)
    differing = [f"{command}: {one[:80]!r} / {other[:80]!r}" for command, one, other in same if one != other]
    assert not differing, "\n".join(differing)


@pytest.mark.parametrize(
    "command",
    [
        "date +%Y-%m-%d",
        "printf '%(%Y-%m-%d)T' -1",
        "jq -rn 'now|todate[:10]'",
        "awk 'BEGIN{print strftime(\"%Y-%m-%d\")}'",
    ],
)
def test_the_date_is_the_episodes(room: Any, command: str) -> None:
    assert room.sh(command) == "2026-03-02"
