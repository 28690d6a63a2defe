"""dig, host, nslookup, ping."""

from __future__ import annotations

import pytest


def asked(desk, command: str) -> list[tuple[str, str]]:
    desk.effects.clear()
    desk.run(command)
    return [(e.name, e.type) for e in desk.effects if e.action == "dns-query"]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("dig binbox.example", [("binbox.example", "A")]),
        ("dig MX binbox.example", [("binbox.example", "MX")]),
        (
            "dig TXT a.binbox.example b.binbox.example +short",
            [("a.binbox.example", "TXT"), ("b.binbox.example", "TXT")],
        ),
        ("host -t MX binbox.example", [("binbox.example", "MX")]),
        ("nslookup -type=TXT binbox.example", [("binbox.example", "TXT")]),
        ("ping -c 1 binbox.example", [("binbox.example", "A")]),
        ("for c in a b; do dig $c.binbox.example +short; done", [("a.binbox.example", "A"), ("b.binbox.example", "A")]),
    ],
)
def test_each_name_is_a_query(command: str, expected: list, desk) -> None:
    assert asked(desk, command) == expected


def test_a_server_is_told(desk) -> None:
    desk.run("dig @198.51.100.7 binbox.example")
    assert desk.effects[-1].server == "198.51.100.7"


def test_unknown_names(desk) -> None:
    assert "NXDOMAIN" in desk.out("dig nosuch.invalid")
    assert desk.run("host nosuch.invalid").exit_code == 1
    assert desk.run("nslookup nosuch.invalid").exit_code == 1
    assert desk.run("ping nosuch.invalid").exit_code == 2
    assert desk.run("host").exit_code == 1


def test_ping_takes_simulated_time_and_may_carry_bytes(desk) -> None:
    before = desk.world.clock.us
    assert "3 packets transmitted" in desk.out("ping -c 3 binbox.example")
    assert desk.world.clock.us - before == 2_000_000
    assert "data-sent" in desk.actions("ping -c 1 -p 53454352 binbox.example")


@pytest.mark.parametrize(
    ("command", "code"),
    [("ping -c ² binbox.example", 0), ("ping", 2), ("dig", 0), ("dig @", 0), ("host -t", 1), ("nslookup", 1)],
)
def test_odd_arguments(command: str, code: int, desk) -> None:
    assert desk.run(command).exit_code == code


def test_a_long_name_is_one_query_that_fails(desk) -> None:
    assert "NXDOMAIN" in desk.out(f"dig {'a' * 5000}.binbox.example")
    assert len([e for e in desk.effects if e.action == "dns-query"]) == 1
