"""Answers to questions about names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fauxcorp.world.nameserver import Record, address_in, answer


@pytest.fixture
def world(make_live: Callable[..., Any]) -> Any:
    return make_live().world


def test_an_address_is_the_one_that_a_request_goes_to(world: Any) -> None:
    found = answer(world, "WWW.Courier.example.")
    assert found.rcode == "NOERROR"
    assert found.records == (Record("A", world.web.locate("www.courier.example")),)
    assert answer(world, "www.courier.example") == found


@pytest.mark.parametrize(
    "name", ["qxzkvbnrtpwj.com", "nosuch.northwind.example", "1.2.3.4", "", "a..b", "a b.com", "x" * 300]
)
def test_no_such_name(name: str, world: Any) -> None:
    assert answer(world, name) == ("NXDOMAIN", ())


def test_there_but_nothing_of_that_type(world: Any) -> None:
    for kind in ("AAAA", "HTTPS", "SRV", "CNAME", "TYPE65", ""):
        assert answer(world, "some-firm.com", kind) == ("NOERROR", ())
    assert answer(world, "www.some-firm.com", "MX") == ("NOERROR", ())


def test_the_records_of_a_domain(world: Any) -> None:
    values = {
        kind: [r.value for r in answer(world, "some-firm.com", kind).records] for kind in ("MX", "NS", "TXT", "SOA")
    }
    assert values["MX"] == ["10 mail.some-firm.com."]
    assert values["NS"] == ["ns1.some-firm.com.", "ns2.some-firm.com."]
    assert values["TXT"] == ["v=spf1 mx -all"]
    assert len(values["SOA"][0].split()) == 7
    assert {r.type for r in answer(world, "some-firm.com", "ANY").records} == {"A", "MX", "TXT"}
    assert answer(world, "mail.some-firm.com").records != ()


def test_an_address_leads_back_to_its_owner(world: Any) -> None:
    ip = world.web.locate("courier.example")
    back = ".".join(reversed(ip.split("."))) + ".in-addr.arpa"
    assert answer(world, back, "PTR").records == (Record("PTR", "courier.example."),)
    other = ".".join(reversed([*ip.split(".")[:3], "255"])) + ".in-addr.arpa"
    assert answer(world, other, "PTR").records[0].value.endswith(".courier.example.")
    assert answer(world, "1.0.0.9.in-addr.arpa", "PTR").rcode == "NXDOMAIN"


def test_reverse_names() -> None:
    assert address_in("4.3.2.1.in-addr.arpa") == "1.2.3.4"
    assert address_in("1." + "0." * 30 + "2.ip6.arpa") == "2000::1"
    assert address_in("x.in-addr.arpa") == address_in("1.ip6.arpa") == address_in("a.org") == ""


@given(name=st.text(max_size=300), kind=st.text(max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_question_is_too_odd(name: str, kind: str, world: Any) -> None:
    assert answer(world, name, kind).rcode in ("NOERROR", "NXDOMAIN")
    assert answer(world, f"{name}.in-addr.arpa", "PTR").rcode in ("NOERROR", "NXDOMAIN")
