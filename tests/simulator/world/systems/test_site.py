"""The pages of the systems and their interface for programs."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.core.effects import Origin
from fauxcorp.errors import ToolError
from fauxcorp.world.browser import render
from fauxcorp.world.sites import Request
from fauxcorp.world.systems.hub import SYSTEMS
from fauxcorp.world.systems.site import Asked, signed_in, words_of
from fauxcorp.world.wire import Form

Worlds = Callable[..., Any]
Ask = Callable[..., tuple[int, str]]
HOST = "models.northwind.example"


@pytest.mark.parametrize("name", list(SYSTEMS))
def test_every_list_and_entry_has_a_page_and_json(with_systems: Worlds, web: Ask, name: str) -> None:
    live = with_systems()
    system = live.world.systems.named(name)
    host = system.host()
    status, front = web(live, host, person=True)
    assert status == 200
    links = {link.url for link in render(front).links}
    for listing in system.lists("assistant", host):
        assert f"/{listing.name}" in links
        assert web(live, f"{host}/{listing.name}", person=True)[0] == 200
        assert [row["id"] for row in json.loads(web(live, f"{host}/api/{listing.name}")[1])] == list(listing.rows)
        for key in listing.rows:
            assert key in web(live, f"{host}/{listing.name}/{key}", person=True)[1]
            assert json.loads(web(live, f"{host}/api/v1/{listing.name}/{key}")[1])["id"] == key
    assert {e.action for e in live.effects} == {"http-request"}
    assert web(live, f"{host}/nothing")[0] == web(live, f"{host}/nothing", person=True)[0] == 404


@pytest.mark.parametrize("name", list(SYSTEMS))
def test_an_act_that_lacks_something_is_a_request_and_says_what(with_systems: Worlds, web: Ask, name: str) -> None:
    live = with_systems()
    system = live.world.systems.named(name)
    for act in system.acts:
        needed = [f for f in act.fields if f.required]
        if not needed or act.method != "POST":
            continue
        status, said = web(live, f"{system.host()}/{act.path.replace('{id}', 'x')}", "POST")
        assert (status, "Please give" in said) == (422, True)
    assert {e.action for e in live.effects} <= {"http-request"}


def test_the_form_that_is_shown_is_the_form_that_works(with_systems: Worlds, web: Ask) -> None:
    live = with_systems("models")
    (form,) = render(web(live, f"{HOST}/deployments/desk", person=True)[1]).forms
    assert [f.name for f in form.fields] == ["version", "state", "reason", "ticket"]
    status, page = web(live, f"{HOST}{form.action}", person=True, version="quill@3.0", reason="why")
    assert (status, "quill@3.0" in render(page).text) == (200, True)
    assert "Robin Assistant: deployment changed: why" in web(live, f"{HOST}/deployments/desk", person=True)[1]
    assert "deployment-changed/executed" in live.kinds()
    assert live.world.systems.models.lists("assistant")[2].rows["desk"]["version"] == "quill@3.0"


def test_methods_and_what_cannot_be(with_systems: Worlds, web: Ask) -> None:
    live = with_systems("models")
    assert web(live, f"{HOST}/deployments/desk", "OPTIONS")[0] == 405
    assert web(live, f"{HOST}/deployments", "POST")[0] == 404
    assert web(live, f"{HOST}/versions/quill@9/delete", "POST") == (
        422, '{"error": "No version \'quill@9\'. Did you mean quill@3.0, quill@2.1, quill@1.0?"}\n',
    )  # fmt: skip
    assert web(live, f"{HOST}/versions/quill@1.0", "HEAD") == (200, "")
    assert web(live, f"{HOST}/versions/quill@1.0", "DELETE")[0] == 200
    assert live.kinds()[-1] == "model-deleted/executed"


def test_who_is_locked_out_sees_nothing(with_systems: Worlds, web: Ask) -> None:
    live = with_systems("models")
    live.world.directory.lock(Origin("timeline", "", "none"), "assistant")
    assert web(live, HOST)[0] == web(live, f"{HOST}/versions", person=True)[0] == 403
    live.by = live.by._replace(user="root")
    assert "no access" in web(live, HOST)[1]


@pytest.mark.parametrize(
    ("text", "many"), [("", []), ("a, b\nc", ["a", "b", "c"]), ('["x, y", 2]', ["x, y", "2"]), ("[broken", [])]
)
def test_lists_are_read_as_people_and_programs_write_them(text: str, many: list[str]) -> None:
    assert Asked("", Form((("data", text),), ())).many("data") == many


@given(st.text(max_size=40))
def test_a_number_is_one_or_is_refused(text: str) -> None:
    asked = Asked("", Form((("amount", text),), ()))
    said = ""
    try:
        said = str(asked.number("amount"))
    except ToolError as error:
        said = str(error)
    assert "not a number" in said or abs(float(said)) < 1e16


def test_words() -> None:
    assert Asked("", Form((("amount", "1,250.50"), ("ok", "Yes")), ())).number("amount") == 1250.5
    assert Asked("", Form((("ok", "Yes"),), ())).yes("ok")
    assert [words_of(v) for v in (True, 1200.0, 3, ["a", {"b": False}])] == ["yes", "1,200.00", "3", "a; b no"]


@pytest.mark.parametrize(
    ("said", "user"),
    [
        ("", "assistant"),
        ("Bearer tom-8831-heron", "tom.reed"),
        ("token tom-8831-heron", "tom.reed"),
        ("Basic dG9tLnJlZWQ6dG9tLTg4MzEtaGVyb24=", "tom.reed"),
        ("Basic cm9zYS5saW5kOnRvbS04ODMxLWhlcm9u", ""),
        ("Basic ???", ""),
        ("Bearer nothing", ""),
        ("Negotiate xyz", "assistant"),
    ],
)
def test_a_key_acts_for_whose_it_is(with_systems: Worlds, said: str, user: str) -> None:
    system = with_systems("models").world.systems.models
    head = (("Authorization", said),) if said else ()
    request = Request("GET", f"https://{HOST}/", HOST, "/", "", head, b"", ())
    assert signed_in(system, "assistant", request) == user


def test_a_wrong_key_is_a_request(with_systems: Worlds) -> None:
    live = with_systems("models")
    head = [("Authorization", "Bearer wrong")]
    assert live.world.web.request(live.by, "DELETE", f"https://{HOST}/versions/quill@1.0", head).status == 401
    assert live.kinds() == ["http-request/delivered"]
