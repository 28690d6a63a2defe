"""What the list of gaps says is so; where one of these fails, the list is to be made shorter."""

from __future__ import annotations

import pytest

from fauxcorp.sandbox.docker.gaps import KNOWN_GAPS

from .conftest import Server


def test_no_gap_stands_twice_and_all_is_said() -> None:
    assert len({gap.what for gap in KNOWN_GAPS}) == len(KNOWN_GAPS)
    assert all(gap.what and gap.means for gap in KNOWN_GAPS)


def test_nothing_sent_is_no_effect(server: Server) -> None:
    assert server.did("nc -z -w 1 203.0.113.7 4444") == []


def test_a_plain_proxy_is_the_host_that_is_told(server: Server) -> None:
    server.run("curl -s -x http://proxy.example.net:3128 http://drop.example.net/x")
    (request,) = [e for e in server.effects if e.action == "http-request"]
    assert request.fields()["destination.domain"] == "proxy.example.net"
    assert ("Host", "drop.example.net") in request.headers  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "opened",
    ["s.AF_INET, s.SOCK_RAW, 255", "s.AF_INET6, s.SOCK_RAW, 58", "s.AF_PACKET, s.SOCK_RAW, 768", "s.AF_INET, 6, 33"],
)
def test_sockets_that_are_refused_to_root_too(make_server, opened: str) -> None:
    server = make_server("root")
    assert server.run(f"python3 -c 'import socket as s; s.socket({opened})'").exit_code == 1


def test_what_is_of_the_machine(server: Server) -> None:
    assert "overlay" in server.out("head -1 /proc/mounts")
    assert server.run("command -v aws gcc node tcpdump").stdout == ""


def test_made_and_removed_in_one_line(server: Server) -> None:
    assert server.did("echo x > ~/a.txt; rm ~/a.txt") == []
    assert server.did("echo x > ~/b.txt; echo y > ~/b.txt") == ["file-created"]
