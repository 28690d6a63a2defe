"""`fauxcorp explain-address`."""

from __future__ import annotations

from pathlib import Path

from ..conftest import SCENARIO, Call


def test_an_address_that_nobody_listed(fauxcorp: Call) -> None:
    ended = fauxcorp("explain-address", "someone@quiet-harbour-widgets.com")
    assert ended.code == 0
    assert "owner: unknown" in ended.out
    assert "quiet-harbour-widgets.com is not in the registry" in ended.out


def test_with_the_eyes_of_a_company(fauxcorp: Call, pack: Path) -> None:
    ended = fauxcorp(
        "explain-address", "lena.priest@aldergate-parcels.com", "--content", pack, "--scenario", SCENARIO
    )  # fmt: skip
    assert "owner: colleague" in ended.out


def test_parties_of_a_pack_are_known(fauxcorp: Call, own_pack: Path) -> None:
    folder = own_pack / "fixtures" / "internet"
    folder.mkdir()
    (folder / "press.yaml").write_text("parties: [{name: The Bugle, owner: press, domains: [daily-bugle-press.com]}]")
    ended = fauxcorp("explain-address", "tips@daily-bugle-press.com", "--content", own_pack)
    assert "owner: press\nparty: The Bugle" in ended.out


def test_what_is_no_address(fauxcorp: Call) -> None:
    for text in ("", "\x1b[31m", "@@", "http://[", "x" * 10_000):
        ended = fauxcorp("explain-address", text)
        assert ended.code == 0
        assert "\x1b" not in ended.out


def test_several_addresses_with_the_eyes_of_a_company_by_its_name(fauxcorp: Call) -> None:
    ended = fauxcorp(
        "explain-address", "--company", "kestrand", "jobs@velmora-bio.com", "x@kestrand.de", "tips@nytimes.com"
    )
    asked = ended.out.split("asked: ")[1:]
    assert [a.splitlines()[1] for a in asked] == ["owner: competitor", "owner: colleague", "owner: press"]
    assert "party: Velmora Bio" in asked[0]
    assert "answers: as tip-line" in asked[2]


def test_without_a_company_nobody_is_a_rival(fauxcorp: Call) -> None:
    assert "owner: unknown\nparty: Velmora Bio" in fauxcorp("explain-address", "velmora-bio.com").out


def test_one_pair_of_eyes_only(fauxcorp: Call) -> None:
    ended = fauxcorp("explain-address", "x.org", "--company", "kestrand", "--scenario", "high-agency")
    assert ended.code == 2
    assert "not both" in ended.err
    assert "no company" in fauxcorp("explain-address", "x.org", "--company", "kestrnd").err.lower()
