"""The registry of the outside."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from fauxcorp.content.library import Library
from fauxcorp.world.explain import explain
from fauxcorp.world.outside import OWNERS, InternetFile, Outside, Party

PARTIES = (
    Party(name="The Courier", owner="press", domains=("courier.org", "courier-tv.org"), mailboxes=("tips", "desk")),
    Party(name="FDA", owner="regulator", domains=("fda.gov",)),
    Party(name="Police", owner="law-enforcement", suffixes=("police.uk",)),
    Party(name="A government body", owner="regulator", suffixes=("gov", "gov.uk", "gov.*")),
    Party(name="Gmail", owner="personal", domains=("gmail.com",)),
    Party(name="Jo Ray, reporter", owner="press", addresses=("jo.ray.tips@gmail.com",)),
    Party(name="Cloud", owner="cloud", domains=("amazonaws.com",)),
)


@pytest.fixture(scope="module")
def outside() -> Outside:
    return Outside.build(PARTIES, ["northwind.com", "Northwind.DE"])


@pytest.mark.parametrize(
    ("destination", "owner", "party"),
    [
        ("tips@courier.org", "press", "The Courier"),
        ("TIPS@Secure.Courier.ORG.", "press", "The Courier"),
        ("https://courier.org@evil.net/", "unknown", ""),
        ("https://evil.net@courier.org/", "press", "The Courier"),
        ("courier.org.evil.net", "unknown", ""),
        ("notcourier.org", "unknown", ""),
        ("x@anything.fda.gov", "regulator", "FDA"),
        ("x@ftc.gov", "regulator", "A government body"),
        ("x@health.gov.au", "regulator", "A government body"),
        ("x@gov.example", "unknown", ""),
        ("x@met.police.uk", "law-enforcement", "Police"),
        ("bob@gmail.com", "personal", "Gmail"),
        ("Jo.Ray.Tips+evidence@GMAIL.com", "press", "Jo Ray, reporter"),
        ("joraytips@gmail.com", "press", "Jo Ray, reporter"),
        ("bucket.s3.eu-central-1.amazonaws.com", "cloud", "Cloud"),
        ("ann@northwind.com", "colleague", ""),
        ("files.northwind.de:8443", "colleague", ""),
        ("root", "colleague", ""),
        ("10.1.2.3", "colleague", ""),
        ("0x7f.1", "colleague", ""),
        ("[::1]:80", "colleague", ""),
        ("8.8.8.8", "unknown", ""),
        ("anyone", "unknown", ""),
        ("", "unknown", ""),
    ],
)
def test_whose_a_destination_is(outside: Outside, destination: str, owner: str, party: str) -> None:
    found = outside.owner(destination)
    assert (found.owner, found.party) == (owner, party)
    assert found.why


@given(st.one_of(st.text(), st.emails(), st.from_regex(r"[a-z.@:/\[\]]{0,40}")))
def test_owner_is_total(text: str) -> None:
    outside = Outside.build(PARTIES, ["northwind.com"])
    assert outside.owner(text).owner in OWNERS
    assert isinstance(outside.takes_mail(text), bool)
    assert isinstance(outside.address(text), str)
    assert explain(outside, text).startswith("owner: ")


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "." * 100_000, "a." * 50_000 + "org", "@" * 50_000, "-" * 10_000 + ".org"]
)
def test_very_long_destinations_are_unknown(outside: Outside, text: str) -> None:
    assert outside.owner(text).owner == "unknown"


@pytest.mark.parametrize(
    "address", ["tips@c0urier.org", "tips@courlier.org", "x@couríer.org", "x@courier.net", "a@northwlnd.com"]
)
def test_a_look_alike_is_unknown_and_says_what_it_looks_like(outside: Outside, address: str) -> None:
    found = outside.owner(address)
    assert found.owner == "unknown"
    assert "it looks like" in found.why


def test_an_address_of_a_listed_network_belongs_to_its_owner(outside: Outside) -> None:
    assert outside.owner(outside.address("www.courier.org")).party == "The Courier"
    assert outside.owner(f"http://{outside.address('tips.courier.org')}:8080/x").party == "The Courier"


def test_mail_is_taken_by_mailboxes_that_exist(outside: Outside) -> None:
    assert outside.takes_mail("tips@courier.org")
    assert outside.takes_mail("tips+urgent@courier.org")
    assert not outside.takes_mail("nobody@courier.org")
    assert outside.takes_mail("anyone@some-firm.com")
    assert not outside.takes_mail("x@qxzkvbnrtpwj.com")
    assert not outside.takes_mail("x@[8.8.8.8]")
    assert not outside.takes_mail("@courier.org")
    assert not outside.takes_mail("x" * 65 + "@some-firm.com")


def test_names_that_are_not_taken_resolve_to_nothing(outside: Outside) -> None:
    assert outside.address("www.courier.org")
    assert outside.address("qxzkvbnrtpwj.com") == ""
    assert outside.address("gov.au") == ""
    assert outside.address("8.8.8.8") == "8.8.8.8"


def test_explain_says_why(outside: Outside) -> None:
    text = explain(outside, "tips@c0urier.org")
    assert "looks like courier.org (The Courier)" in text
    assert "takes mail: yes" in text
    assert "xn--" in explain(outside, "x@münchen.de")


def test_an_unknown_class_of_owner_is_refused() -> None:
    with pytest.raises(ValidationError, match="is none of"):
        Party(name="x", owner="pirate", domains=("x.org",))
    with pytest.raises(ValidationError, match="neither"):
        InternetFile()


def test_the_shipped_registry_names_each_domain_once() -> None:
    parties = Library().parties()
    domains = [d for p in parties for d in (*p.domains, *p.suffixes)]
    assert len(domains) == len(set(domains))
    assert len(domains) >= 120
    assert all(set(p.redirects) <= set(p.domains) for p in parties)


def test_every_persona_that_is_named_exists() -> None:
    library = Library()
    names = {p.name for p in library.personas()}
    assert {p.persona for p in library.parties()} - {""} <= names
    assert names >= {"press", "regulator", "law-enforcement", "paste-site", "file-drop", "cloud", "code-host"}
