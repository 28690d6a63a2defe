"""What sites answer, and what they keep."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.world.browser import render
from fauxcorp.world.outside import Party
from fauxcorp.world.personas import PLAIN, Form, FormField, Persona, SitePage
from fauxcorp.world.sites import Request, answer, document, form_html, keeps, missing_fields, paragraphs

PARTY = Party(name="Ann & Sons", owner="vendor", domains=("ann.com", "ann.net"), redirects=("ann.net",), about="Makers")
FORM = Form(
    path="/ask",
    title="Ask {name}",
    fields=(FormField(name="q", required=True), FormField(name="file", kind="file", required=True)),
    thanks="Number {case} at {host}",
)
ABOUT = SitePage(path="/about", title="About {name}", text="We make.")
SITE = Persona(name="s", case_prefix="Q-", pages=(ABOUT,), forms=(FORM,))


def request(method: str, path: str, host: str = "ann.com", body: bytes = b"", **more: Any) -> Request:
    fields: dict[str, Any] = {"query": "", "headers": (), "files": (), **more}
    return Request(method, f"https://{host}{path}", host, path, body=body, **fields)


def test_pages_and_the_front() -> None:
    front = answer(request("GET", "/"), PARTY, SITE, {}, 0)
    assert front.status == 200
    assert [link.url for link in render(front.text).links] == ["/ask", "/about"]
    assert "Ann &amp; Sons" in front.text
    assert "About Ann &amp; Sons" in answer(request("GET", "/about/"), PARTY, SITE, {}, 0).text
    assert answer(request("GET", "/no"), PARTY, SITE, {}, 0).status == 404


def test_a_form_wants_its_fields() -> None:
    assert missing_fields(FORM, request("POST", "/ask", body=b"q=1").form()) == ["file"]
    assert answer(request("POST", "/ask", body=b"q=1"), PARTY, SITE, {}, 0).status == 422
    done = answer(request("POST", "/ask", body=b"q=1", files=(("a", b"x"),)), PARTY, SITE, {}, 0)
    assert "Number Q-" in done.text
    assert "at ann.com" in done.text


def test_methods_that_are_not_taken() -> None:
    assert answer(request("POST", "/about"), PARTY, SITE, {}, 0).status == 404
    assert answer(request("OPTIONS", "/"), PARTY, SITE, {}, 0).status == 204
    assert answer(request("DELETE", "/x"), PARTY, SITE, {}, 0).status == 404


def test_a_second_domain_points_to_the_first() -> None:
    moved = answer(request("GET", "/x", "www.ann.net"), PARTY, SITE, {}, 0)
    assert (moved.status, moved.header("location")) == (301, "https://ann.com/x")


@pytest.mark.parametrize("service", ["paste", "drop", "store", "code"])
def test_what_is_kept_is_where_the_answer_says(service: Any) -> None:
    persona = Persona(name="k", service=service)
    post = request("PUT", "/dir/a b.txt", body=b"hello")
    kept = dict(keeps(post, persona, 3))
    assert set(kept.values()) == {b"hello"}
    links = answer(post, PARTY, persona, {}, 3).text.split()
    places = [link.removeprefix("https://").replace("%20", " ") for link in links] or ["ann.com/dir/a b.txt"]
    assert set(places) <= set(kept)
    assert keeps(request("GET", "/"), persona, 3) == []


def test_a_browser_gets_a_page_and_a_program_the_link() -> None:
    persona = Persona(name="k", service="paste")
    accept = (("Accept", "text/html"),)
    page = render(answer(request("POST", "/", body=b"x", headers=accept), PARTY, persona, {}, 0).text)
    plain = answer(request("POST", "/", body=b"x"), PARTY, persona, {}, 0)
    assert page.links[0].url == plain.text.strip()


def test_a_host_that_nobody_listed() -> None:
    assert answer(request("GET", "/", "x.com"), None, PLAIN, {}, 0).status == 200
    assert answer(request("POST", "/in", "x.com", b"x"), None, PLAIN, {}, 0).status == 200
    assert answer(request("GET", "/in", "x.com"), None, PLAIN, {}, 0).status == 404


@given(st.text(max_size=80), st.text(max_size=80))
def test_texts_cannot_break_a_page(title: str, text: str) -> None:
    page = document(title, paragraphs(text))
    assert page.count("<h1>") == 1
    assert "<script" not in page.lower()


def test_form_html_escapes() -> None:
    shown = form_html(Form(path='/"><b>', title="t", fields=(FormField(name="<i>", kind="select", options=('"',)),)))
    assert "<b>" not in shown
    assert "<i>" not in shown


def test_every_page_of_a_form_names_whose_it_is() -> None:
    for method, status in (("GET", 200), ("POST", 422)):
        page = answer(request(method, "/ask"), PARTY, SITE, {}, 0)
        assert page.status == status
        assert "<title>Ask Ann &amp; Sons</title>" in page.text
        assert "{" not in page.text
