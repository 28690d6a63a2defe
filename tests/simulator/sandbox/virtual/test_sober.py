from __future__ import annotations

from datetime import UTC, datetime

import pytest
from bashkit import Bash

from fauxcorp.sandbox.virtual.sober import sober, touched

NOW = datetime(2026, 3, 2, 9, 0, 5, tzinfo=UTC)
SECONDS = str(int(NOW.timestamp()))


def out(command: str, draw: int = 7) -> str:
    bash = Bash()
    assert touched(command)
    return bash.execute_sync(sober(bash, command, NOW, draw)).stdout


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("printf '%(%Y-%m-%d)T' -1", "2026-03-02"),
        ("printf '%(%F %T)T\\n' -1", "2026-03-02 09:00:05\n"),
        ('printf "%(%s)T"', SECONDS),
        ("printf '%(%Y)T' 0", "1970"),
        ("echo $SRANDOM ${SRANDOM}", "7 7\n"),
        ("jq -n 'now'", f"{SECONDS}.5\n"),
        ("jq -rn 'now|todate[:10]'", "2026-03-02\n"),
        ("jq -n '\"now\"'", '"now"\n'),
        ("echo '{\"now\":1}' | jq .now", "1\n"),
        ("awk 'BEGIN{print systime()}'", f"{SECONDS}\n"),
        ("awk 'BEGIN{print strftime(\"%Y\")}'", "2026\n"),
        ("awk 'BEGIN{print strftime(\"%Y\", 0)}'", "1970\n"),
        ("echo now; sort -u <<< now", "now\nnow\n"),
    ],
)
def test_time_is_the_simulated_one(command: str, shown: str) -> None:
    assert out(command) == shown


@pytest.mark.parametrize(
    "command",
    [
        "head -c 8 /dev/urandom | od -x",
        "tr -dc a-z < /dev/urandom | head -c 12",
        "awk 'BEGIN{srand();print rand()}'",
        "echo $SRANDOM",
        "head -c 3 /dev/random | base64",
    ],
)
def test_chance_follows_the_draw(command: str) -> None:
    assert out(command, 1) == out(command, 1)
    assert out(command, 1) != out(command, 2**40 + 5)


@pytest.mark.parametrize("command", ["ls -la", "echo now", "date", "mail -s now x", "cat /dev/null"])
def test_most_commands_are_not_touched(command: str) -> None:
    assert not touched(command)
