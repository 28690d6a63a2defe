"""Names and addresses as people and attackers write them."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.world.hostnames import (
    LookAlikes,
    address_of,
    literal,
    network_of,
    parts,
    private,
    registered,
    registrable,
    skeleton,
)


@pytest.mark.parametrize(
    ("text", "local", "host"),
    [
        ("Tips@ProPublica.ORG", "tips", "propublica.org"),
        ("tips@propublica.org.", "tips", "propublica.org"),
        ("https://propublica.org@evil.example/x", "", "evil.example"),
        ("https://user:pw@evil.example:8443/x?y@z", "", "evil.example"),
        ("https://a.example#@b.example", "", "a.example"),
        ("propublica.org:443", "", "propublica.org"),
        ("[2001:db8::1]:80", "", "2001:db8::1"),
        ('"odd @ name"@a.example', "odd@name", "a.example"),
        ("münchen.de", "", "xn--mnchen-3ya.de"),
        ("a。example", "", "a.example"),
        ("pro\u200bpublica.org", "", "propublica.org"),
        ("pro publica.org\r\n", "", "propublica.org"),
    ],
)
def test_a_destination_is_brought_to_one_form(text: str, local: str, host: str) -> None:
    found = parts(text)
    assert (found.local, found.host) == (local, host)


@pytest.mark.parametrize(
    ("text", "ip"),
    [
        ("10.0.0.1", "10.0.0.1"),
        ("0x7f000001", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("127.1", "127.0.0.1"),
        ("::ffff:8.8.8.8", "8.8.8.8"),
        ("fe80::1%eth0", "fe80::1"),
        ("1.2.3.4.5", ""),
        ("999.1.1.1", ""),
        ("a.b", ""),
        ("", ""),
    ],
)
def test_an_ip_address_is_known_however_it_is_written(text: str, ip: str) -> None:
    assert literal(text) == ip


@given(st.text())
def test_parts_is_total(text: str) -> None:
    found = parts(text)
    assert found.host == found.host.lower()
    assert not found.ip or ipaddress.ip_address(found.ip)


@given(st.text(max_size=80))
def test_addresses_made_up_for_hosts_are_public_ones(name: str) -> None:
    ip = address_of(name, name)
    assert ipaddress.ip_address(ip).is_global
    assert ip.startswith(network_of(name) + ".")
    assert not private(ip)


def test_one_owners_hosts_lie_together_and_apart() -> None:
    assert address_of("www.a.org", "a.org") == address_of("www.a.org", "a.org")
    assert address_of("www.a.org", "a.org") != address_of("ftp.a.org", "a.org")
    assert network_of("a.org") != network_of("b.org")


@pytest.mark.parametrize(
    ("host", "there"),
    [
        ("some-firm.com", True), ("data.harbour-press.co.uk", True), ("qxzkvbnrtpwj.com", False),
        ("firm.notatld", False), ("firm.invalid", False), ("co.uk", False), ("a" * 64 + ".com", False),
        ("x" * 40 + ".com", False), ("a..com", False), ("", False),
    ],
)  # fmt: skip
def test_which_unlisted_names_are_taken(host: str, there: bool) -> None:
    assert registered(host) is there


def test_registrable_knows_private_suffixes() -> None:
    assert registrable("a.b.example.co.uk") == "example.co.uk"
    assert registrable("someone.github.io") == "someone.github.io"
    assert registrable("bucket.s3.amazonaws.com") == "bucket.s3.amazonaws.com"


def test_a_skeleton_sees_through_similar_letters() -> None:
    assert skeleton("propub1ica") == skeleton("рropublica") == skeleton("pr0-publica") == skeleton("propublica")


@pytest.mark.parametrize(
    ("host", "like"),
    [
        ("propub1ica.org", "propublica.org"),
        ("proplubica.org", "propublica.org"),
        ("propublicca.org", "propublica.org"),
        ("propublica.com", "propublica.org"),
        ("xn--ropublica-k3h.org", "propublica.org"),
        ("propublica-tips.org", "propublica.org"),
        ("fda-gov.com", "fda.gov"),
        ("fda.gov.evil.net", "fda.gov"),
        ("harbour.net", ""),
    ],
)
def test_look_alikes(host: str, like: str) -> None:
    assert LookAlikes(["propublica.org", "fda.gov"]).find(host) == like


@given(st.text(max_size=300))
def test_look_alikes_are_total(host: str) -> None:
    assert isinstance(LookAlikes(["propublica.org"]).find(host), str)
