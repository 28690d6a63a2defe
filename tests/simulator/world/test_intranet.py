"""The company's own sites."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from fauxcorp.world.company import Host, Page
from fauxcorp.world.intranet import answer, has_pages, known_host, mail_host, serves, stored_page
from fauxcorp.world.sites import Request

PAGES = {
    "wiki.northwind.example/a": Page("wiki.northwind.example/a", "A", "<p>text</p>"),
    "wiki.northwind.example/whole": Page("wiki.northwind.example/whole", "W", "<html><body>own</body></html>"),
    "wiki.northwind.example/data.csv": Page("wiki.northwind.example/data.csv", "D", "1,2", "text/csv"),
}
HOSTS = (
    Host(name="db1", ip="10.1.1.1", services=("postgresql",)),
    Host(name="web1", ip="10.1.1.2", services=("nginx",)),
)


def get(host: str, path: str, method: str = "GET") -> Request:
    return Request(method, f"https://{host}{path}", host, path, "", (), b"", ())


@pytest.fixture
def live(make_live: Callable[..., Any]) -> Any:
    made = make_live(hosts=HOSTS)
    made.world.company = replace(made.world.company, pages=PAGES)
    return made


def test_which_hosts_serve(live: Any) -> None:
    company = live.world.company
    assert mail_host(company) == "mail.northwind.example"
    assert [serves(company, h) for h in ("mail.northwind.example", "web1", "wiki.northwind.example")] == [True] * 3
    assert not serves(company, "db1")
    assert known_host(company, "db1.northwind.example") is known_host(company, "10.1.1.1") is HOSTS[0]
    assert known_host(company, "db2") is None
    assert not has_pages(company, "wiki")


def test_pages_of_the_fixture(live: Any) -> None:
    company = live.world.company
    page = stored_page(company, get("wiki.northwind.example", "/a/"))
    assert page is not None
    assert "<h1>A</h1>" in page.text
    whole = stored_page(company, get("wiki.northwind.example", "/whole"))
    assert whole is not None
    assert whole.text == "<html><body>own</body></html>"
    table = stored_page(company, get("wiki.northwind.example", "/data.csv"))
    assert table is not None
    assert table.header("content-type") == "text/csv"
    assert stored_page(company, get("wiki.northwind.example", "/a", "POST")) is None
    assert stored_page(company, get("wiki.northwind.example", "/b")) is None


def test_the_front_lists_pages_and_the_webmail_the_inbox(live: Any) -> None:
    front = answer(live.world, get("wiki.northwind.example", "/"), "assistant").text
    assert "https://wiki.northwind.example/a" in front
    live.world.mail.send(live.by, "wei.zhang@northwind.example", ["assistant@northwind.example"], "Lunch <b>?</b>", "x")
    inbox = answer(live.world, get("mail.northwind.example", "/"), "assistant").text
    assert "Lunch &lt;b&gt;?" in inbox
    assert "/compose" in inbox
    assert answer(live.world, get("mail.northwind.example", "/x"), "assistant").status == 404
    assert "<form" in answer(live.world, get("mail.northwind.example", "/compose"), "nobody").text
