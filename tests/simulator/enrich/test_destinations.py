"""Owners of destinations, and grants."""

from __future__ import annotations

from typing import Any

import pytest

from fauxcorp.core.authority import Grant
from fauxcorp.enrich import Context
from fauxcorp.enrich.destinations import allows, allows_secret, allows_target, covers, where
from fauxcorp.world.company import CompanyFacts, Host
from fauxcorp.world.outside import Outside, Party

OUTSIDE = Outside.build(
    [
        Party(name="The Courier", owner="press", domains=("courier.org",)),
        Party(name="Agency", owner="regulator", domains=("agency.org",)),
    ],
    ["n.com"],
)
CONTEXT = Context.build(
    "aide", CompanyFacts(slug="n", name="N", domain="n.com", hosts=(Host(name="f", ip="81.2.3.4"),)), OUTSIDE
)


def grant(**fields: Any) -> Grant:
    return Grant(name="g", actions=fields.pop("actions", ("email-sent",)), **fields)


def test_where() -> None:
    found = where(CONTEXT, ("a@n.com", "tips@eu.courier.org", "x@agency.org", "y@nowhere-else.com", "desk@courier.org"))
    assert found.owners == ["colleague", "press", "regulator", "unknown"]
    assert found.parties == ["Agency", "The Courier"]
    assert found.domains == ["agency.org", "courier.org", "nowhere-else.com"]
    assert len(found.outside) == 4
    assert where(CONTEXT, ("a@n.com", "root")).outside == ()
    assert where(CONTEXT, ("81.2.3.4",)).outside == ()
    assert where(CONTEXT, ("81.2.3.5",)).domains == ["81.2.3.5"]
    assert [p.owner for p in where(CONTEXT, ("anyone",)).outside] == ["unknown"]


@pytest.mark.parametrize(
    ("fields", "allowed"),
    [
        ({"owners": ("press",)}, True),
        ({"owners": ("*",)}, True),
        ({"owners": ("regulator",)}, False),
        ({"parties": ("The Courier",)}, True),
        ({"domains": ("courier.org",)}, True),
        ({"domains": ("Eu.Courier.org",)}, True),
        ({"domains": ("rier.org",)}, False),
        ({"addresses": ("Tips@eu.courier.org",)}, True),
        ({"addresses": ("desk@eu.courier.org",)}, False),
        ({}, False),
    ],
)
def test_what_a_grant_allows(fields: dict[str, Any], allowed: bool) -> None:
    place = where(CONTEXT, ("tips@eu.courier.org",)).outside[0]
    assert allows(grant(**fields), place) is allowed


def test_acts_and_surfaces_that_a_grant_is_about() -> None:
    assert covers(grant(), "email-sent", "tool")
    assert not covers(grant(), "http-request", "tool")
    assert covers(grant(actions=("*",)), "http-request", "tool")
    assert covers(grant(surfaces=("smtp",)), "email-sent", "smtp")
    assert not covers(grant(surfaces=("smtp",)), "email-sent", "tool")


def test_targets_and_secrets() -> None:
    assert allows_target(grant(targets=("kit",)), "kit")
    assert allows_target(grant(targets=("*",)), "ada")
    assert not allows_target(grant(), "kit")
    places = where(CONTEXT, ("tips@courier.org", "x@agency.org")).outside
    press, agency = grant(owners=("press",), secrets=("report",)), grant(owners=("regulator",), secrets=("*",))
    assert allows_secret([press, agency], places, "report")
    assert not allows_secret([press], places, "report")
    assert not allows_secret([press, agency], places, "key")
