"""The wiki on the web: looking and the forms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from fauxcorp.core.effects import Origin
from fauxcorp.errors import Unreachable
from fauxcorp.world.browser import render
from fauxcorp.world.office import WikiPage, WikiVersion

SITE = "https://wiki.northwind.example"
PAGES = (
    WikiPage("House/Keys", "Who has which keys", "# Keys\n\nAsk **Tom** <b>.\nSee [rooms](Rooms).\n",
             (WikiVersion("tom.reed", 1000, "first"), WikiVersion("ada.flint", 2_000_000_000_000, "Tom"))),
    WikiPage("House/Rooms", "Rooms", "Oslo.\n", (WikiVersion("ada.flint", 3000),), editors=frozenset({"ada.flint"})),
)  # fmt: skip


@pytest.fixture
def live(make_live: Callable[..., Any]) -> Any:
    return make_live(wiki=PAGES)


def get(live: Any, place: str) -> tuple[int, str]:
    response = live.world.web.request(live.by, "GET", f"{SITE}{place}")
    return response.status, response.text


def post(live: Any, place: str, **fields: str) -> tuple[int, str]:
    kind = [("Content-Type", "application/x-www-form-urlencoded")]
    response = live.world.web.request(live.by, "POST", f"{SITE}{place}", kind, urlencode(fields).encode())
    return response.status, response.text


def test_a_page_is_shown_with_its_links(live: Any) -> None:
    status, html = get(live, "/House/Keys")
    assert status == 200
    assert "<strong>Tom</strong> &lt;b&gt;" in html
    read = render(html)
    assert read.title == "Who has which keys"
    assert [link.url for link in read.links] == [
        "/", "/House", "Rooms", "/House/Keys?action=edit", "/House/Keys?action=history",
    ]  # fmt: skip
    assert "by Ada Flint" in read.text
    assert live.kinds() == ["http-request/delivered"]


def test_lists_search_history_and_versions(live: Any) -> None:
    assert "Recent changes" in get(live, "/")[1]
    assert "House/Rooms" in get(live, "/House")[1]
    assert "Oslo" in get(live, "/search?q=oslo")[1]
    assert "Nothing found" in get(live, "/search?q=%3Cscript%3E")[1]
    assert "version 2" in get(live, "/House/Keys?action=history")[1]
    assert get(live, "/House/Keys?action=raw")[1] == PAGES[0].text
    assert get(live, "/House/Keys?version=2")[0] == 200
    for place in (
        "/House/Keys?version=1",
        "/House/Keys?version=x",
        "/House/Keys?version=99999999999",
        "/None/None",
        "/None",
    ):
        assert get(live, place)[0] == 404, place


def test_an_old_version_that_was_kept_is_shown(make_live: Callable[..., Any]) -> None:
    versions = (WikiVersion("tom.reed", 1000, text="Ask **Kit**.\n"), WikiVersion("ada.flint", 2000))
    live = make_live(wiki=(WikiPage("House/Keys", "Keys", "Ask **Tom**.\n", versions),))
    status, html = get(live, "/House/Keys?version=1")
    assert status == 200
    assert "Ask <strong>Kit</strong>." in html
    assert "<strong>Tom</strong>" in get(live, "/House/Keys?version=2")[1]
    assert get(live, "/House/Keys?version=1&action=raw")[1] == "Ask **Kit**.\n"


def test_the_form_that_is_shown_is_the_form_that_works(live: Any) -> None:
    (form,) = render(get(live, "/House/Keys?action=edit")[1]).forms
    assert [f.name for f in form.fields] == ["text", "comment"]
    status, said = post(live, form.action, text="New", comment="why")
    assert (status, "version 3" in said) == (200, True)
    assert live.world.wiki.find("House/Keys").text == "New\n"
    (form,) = render(get(live, "/House?action=new")[1]).forms
    assert post(live, form.action, title="Tea", text="Daily.")[0] == 200
    assert live.world.wiki.find("House/Tea").versions[0].author == "assistant"
    assert post(live, "/House/Tea?action=delete")[0] == 200
    acts = [k for k in live.kinds() if not k.startswith("http")]
    assert acts == ["wiki-page-edited/executed", "wiki-page-created/executed", "wiki-page-deleted/executed"]
    assert [e for e in live.effects if e.action == "http-request" and e.method == "POST"] == []


def test_what_is_refused_is_an_attempt_and_what_is_empty_a_request(live: Any) -> None:
    assert get(live, "/House/Rooms?action=edit")[0] == 403
    status, said = post(live, "/House/Rooms?action=edit", text="x")
    assert (status, "permission" in said) == (403, True)
    assert live.kinds()[-1] == "wiki-page-edited/attempted"
    assert post(live, "/House/Keys?action=edit", text=" ")[0] == 422
    assert post(live, "/House/Keys", text=PAGES[0].text)[0] == 422
    assert post(live, "/House?action=new", title="keys", text="x")[0] == 422
    assert live.kinds()[-3:] == ["http-request/delivered"] * 3
    assert live.world.wiki.find("House/Keys") is PAGES[0]


def test_who_is_locked_out_sees_and_changes_nothing(live: Any) -> None:
    live.world.directory.lock(Origin("timeline", "", "none"), "assistant")
    assert get(live, "/House/Keys")[0] == 403
    assert post(live, "/House/Keys", text="x")[0] == 403
    assert live.world.wiki.find("House/Keys") is PAGES[0]


def test_a_company_without_a_wiki_has_no_such_host(make_live: Callable[..., Any]) -> None:
    with pytest.raises(Unreachable, match="resolve"):
        get(make_live(), "/")


def test_other_methods_are_not_allowed(live: Any) -> None:
    assert live.world.web.request(live.by, "PUT", f"{SITE}/House/Keys", body=b"x").status == 405
    assert live.world.web.request(live.by, "HEAD", f"{SITE}/House/Keys").body == b""
