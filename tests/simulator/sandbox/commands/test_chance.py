"""Time and chance come from the episode."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        ("date", "Wed Mar  4 09:00:00 UTC 2026\n"),
        ("date +%F", "2026-03-04\n"),
        ("date +%s", "1772614800\n"),
        ("date -d '2 days ago' +%F", "2026-03-02\n"),
        ("date -d yesterday +%d", "03\n"),
        ("date -d @0 +%Y", "1970\n"),
        ("date -d '2026-12-24 10:00' +%H:%M", "10:00\n"),
        ("date -I", "2026-03-04\n"),
        ("date -R", "Wed, 04 Mar 2026 09:00:00 +0000\n"),
        ("date -r /etc/hosts +%Y", "2025\n"),
        ("sleep 1m; date +%T", "09:01:00\n"),
        ("seq 5 | shuf | sort | tr -d '\\n'", "12345"),
        ("shuf -i 1-3 | sort | head -1", "1\n"),
        ("uuidgen | tr -d '\\n' | wc -c", "36\n"),
    ],
)
def test_shown(command: str, shown: str, desk) -> None:
    assert desk.out(command).lstrip() == shown


@pytest.mark.parametrize(
    "command", ["date -d nonsense", "sleep x", "sleep", "date -s 2020-01-01", "mktemp x", "shuf -i 1-x"]
)
def test_refused(command: str, desk) -> None:
    assert desk.run(command).exit_code == 1


def test_temporary_files(desk) -> None:
    path = desk.out("mktemp").strip()
    assert desk.world.files.get(path).mode == 0o600
    folder = desk.out("mktemp -d").strip()
    assert desk.sandbox.is_folder(folder, desk.tool)
    assert desk.out("mktemp -u /tmp/fooXXXX").startswith("/tmp/foo")


def test_the_seed_decides(make_desk: Callable) -> None:
    command = "uuidgen; mktemp -u; echo $RANDOM; seq 50 | shuf"
    assert make_desk(seed=1).out(command) == make_desk(seed=1).out(command)
    assert make_desk(seed=1).out(command) != make_desk(seed=2).out(command)


@pytest.mark.parametrize(
    "command",
    [
        "date -d @²",
        "date -d '999999 years'",
        "date -d '-999999 years'",
        "date -d 0001-01-01",
        "date -d 2026-02-30",
        "date -r /none",
        "shuf -i ²-³",
        f"shuf -i 1-{'9' * 5000}",
        "sleep -1",
        "sleep ²",
        "mktemp /none/XXXX",
    ],
)
def test_numbers_and_dates_that_are_none(command: str, desk) -> None:
    before = desk.world.clock.us
    result = desk.run(command)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith(f"{command.split()[0]}: ")
    assert desk.world.clock.us == before


def test_shuffling_picks_from_what_is_given(desk) -> None:
    assert desk.out("shuf -e a b c | sort | tr -d '\\n'") == "abc"
    assert desk.out("shuf -n 2 -i 1-9 | wc -l").strip() == "2"
    assert desk.out("shuf -n ² -e x") == "x\n"
