"""Places that texts point to."""

from __future__ import annotations

from ..conftest import Cases, mail


def says(body: str) -> dict[str, object]:
    return {"mail/1.yaml": mail(1, body=body)}


HEAD = "---\ntitle: {title}\nauthor: jostrup\nupdated: 2026-03-02T10:11:12+01:00\n---\n"


def wiki(text: str) -> dict[str, object]:
    return {
        "wiki/Yard/Tar.md": HEAD.format(title="Tar") + text,
        "wiki/Yard/Hemp.md": HEAD.format(title="Hemp") + "Hemp.\n",
    }


def test_paths(cases: Cases) -> None:
    cases.fires("path", says("Look at /srv/share/prices.csv, please.\n"), "/srv/share/prices.csv")
    cases.silent(
        "path",
        says("Look at /srv/share/stock.csv, in /srv/share/. Or https://a.de/srv/share/x and /srv/share/*.csv.\n"),
    )


def test_a_name_with_a_space(cases: Cases) -> None:
    cases.silent("path", {**says("It is /srv/share/old prices.csv now.\n"), "files/srv/share/old prices.csv": "a\n"})


def test_hosts(cases: Cases) -> None:
    cases.fires("host", says("See https://www.taumuseum-husum.de/plan today.\n"), "taumuseum")
    cases.fires("host", says("See https://shop.brandis-ropewalk.de/ today.\n"), "nothing of the company")
    page = {"sites/shop.brandis-ropewalk.de/index.html": "<title>Shop</title><p>Rope.</p>"}
    cases.silent("host", {**says("See https://shop.brandis-ropewalk.de/ or https://hafenkontor-list.de/.\n"), **page})


def test_senders_of_no_domain(cases: Cases) -> None:
    cases.fires("sender-domain", {"mail/1.yaml": mail(1, **{"from": "a@no-such-tld.qqzz"})})
    cases.silent("sender-domain", {"mail/1.yaml": mail(1, **{"from": "a@hafenkontor-list.de"})})


def test_links_of_the_wiki(cases: Cases) -> None:
    cases.fires("wiki-link", wiki("See [the list](Ropes) too.\n"), "Ropes")
    cases.silent(
        "wiki-link",
        wiki("See [hemp](Hemp), [hemp](/Yard/Hemp.md#old), [[Hemp]] and [us](https://hafenkontor-list.de).\n"),
    )


def test_addresses_of_the_wiki(cases: Cases) -> None:
    at = "https://wiki.brandis-ropewalk.de/Yard/"
    cases.fires("wiki-address", {**wiki("Tar.\n"), **says(f"It says so at {at}Ropes.\n")})
    cases.silent("wiki-address", {**wiki("Tar.\n"), **says(f"It says so at {at}Hemp#top.\n")})
