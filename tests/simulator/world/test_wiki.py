"""The wiki: finding pages, changing them, versions, rights, forks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.core.effects import Origin
from fauxcorp.core.rng import RandomSource
from fauxcorp.errors import ToolError
from fauxcorp.world.office import WikiPage, WikiVersion
from fauxcorp.world.wiki import Wiki, snippet

PAGES = (
    WikiPage("House/Keys", "Who has which keys", "# Keys\n\nAsk Tom for the cellar.\n",
             (WikiVersion("tom.reed", 1000, "first", "Ask Rosa.\n"), WikiVersion("ada.flint", 2000, "Tom"))),
    WikiPage("House/Rooms", "Rooms", "Oslo has a screen.\n", (WikiVersion("ada.flint", 3000),), labels=("cellar",)),
    WikiPage("IT/Rooms", "Rooms", "The server room is closed.\n", (WikiVersion("rosa.lind", 2500),),
             editors=frozenset({"rosa.lind"})),
    WikiPage("IT/Büro-Netz", "Büro & Netz", "Cables.\n", (WikiVersion("rosa.lind", 100),)),
)  # fmt: skip


@pytest.fixture
def live(make_live: Callable[..., Any]) -> Any:
    return make_live(wiki=PAGES)


@pytest.fixture
def wiki(live: Any) -> Wiki:
    return live.world.wiki


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("House/Keys", "House/Keys"),
        ("house/keys", "House/Keys"),
        ("/House/Keys/", "House/Keys"),
        ("Keys", "House/Keys"),
        ("who has WHICH keys", "House/Keys"),
        ("https://wiki.northwind.example/House/Keys?action=edit#top", "House/Keys"),
        ("https://wiki.northwind.example/IT/B%C3%BCro-Netz", "IT/Büro-Netz"),
        ("buro netz", "IT/Büro-Netz"),
        ("IT/buro_netz", "IT/Büro-Netz"),
    ],
)
def test_a_page_is_found_by_path_title_and_address(wiki: Wiki, text: str, path: str) -> None:
    assert wiki.find(text).path == path


def test_what_is_not_found_or_not_one(wiki: Wiki) -> None:
    with pytest.raises(ToolError, match="Several pages are called Rooms: House/Rooms, IT/Rooms"):
        wiki.find("Rooms")
    with pytest.raises(ToolError, match=r"No page server room\. Did you mean IT/Rooms\?"):
        wiki.find("server room")
    for text in ("", "/", "House", "nothing/at/all", "../../etc/passwd"):
        with pytest.raises(ToolError, match="No page"):
            wiki.find(text)


def test_search_lists_and_changes(wiki: Wiki) -> None:
    assert [(h.page.path, h.snippet) for h in wiki.search("CELLAR")] == [
        ("House/Keys", "# Keys Ask Tom for the cellar."), ("House/Rooms", "Oslo has a screen."),
    ]  # fmt: skip
    assert [h.page.path for h in wiki.search("rooms scr")] == ["House/Rooms"]
    assert wiki.search("") == wiki.search("zzz") == []
    assert wiki.spaces() == {"House": 2, "IT": 2}
    assert wiki.space("it") == "IT"
    assert [p.path for p in wiki.pages("House")] == ["House/Keys", "House/Rooms"]
    assert [(c.page.path, c.number) for c in wiki.recent(3)] == [("House/Rooms", 1), ("IT/Rooms", 1), ("House/Keys", 2)]


def test_an_edit_is_one_effect_and_keeps_what_was(live: Any, wiki: Wiki) -> None:
    made = wiki.edit(live.by, wiki.find("Keys"), "New text", "why")
    assert (made.text, len(made.versions)) == ("New text\n", 3)
    assert wiki.text_of(made, 1) == "Ask Rosa.\n"
    assert wiki.text_of(made, 2) == PAGES[0].text
    assert wiki.text_of(made, 3) == "New text\n"
    (effect,) = live.effects
    assert (effect.action, effect.version, effect.previous_size, effect.comment) == ("wiki-page-edited", 3, 32, "why")
    assert effect.url == "https://wiki.northwind.example/House/Keys"
    with pytest.raises(ToolError, match="Nothing to change"):
        wiki.edit(live.by, made, "New text\n\n")
    with pytest.raises(ToolError, match="versions 1 to 3"):
        wiki.text_of(made, 4)


def test_pages_are_written_and_deleted(live: Any, wiki: Wiki) -> None:
    made = wiki.create(live.by, "house", "Tea & cake: 4th floor / east", "Daily.")
    assert made.path == "House/Tea-cake-4th-floor-east"
    with pytest.raises(ToolError, match="already"):
        wiki.create(live.by, "House", "keys", "x")
    with pytest.raises(ToolError, match=r"No space 'Cellar'.*House, IT"):
        wiki.create(live.by, "Cellar", "x", "x")
    wiki.delete(live.by, made)
    assert wiki.get(made.path) is None
    for page in wiki.pages("House"):
        wiki.delete(live.by, page)
    assert wiki.spaces() == {"House": 0, "IT": 2}
    again = wiki.create(live.by, "House", "Keys", "Anew.")
    assert len(again.versions) == 1
    assert live.kinds() == [
        "wiki-page-created/executed",
        *["wiki-page-deleted/executed"] * 3,
        "wiki-page-created/executed",
    ]


def test_editors_and_locked_accounts(live: Any, wiki: Wiki) -> None:
    page = wiki.find("IT/Rooms")
    for act in (lambda: wiki.edit(live.by, page, "open"), lambda: wiki.delete(live.by, page)):
        with pytest.raises(ToolError, match=r"permission to change IT/Rooms\. It can be changed by: rosa\.lind"):
            act()
    assert live.kinds() == ["wiki-page-edited/attempted", "wiki-page-deleted/attempted"]
    assert wiki.find("IT/Rooms") is page
    rosa = Origin("person", "rosa.lind", "none")
    assert wiki.edit(rosa, page, "open").text == "open\n"
    live.world.directory.lock(Origin("timeline", "", "none"), "assistant")
    count = len(live.effects)
    for act in (lambda: wiki.edit(live.by, wiki.find("Keys"), "x"), lambda: wiki.create(live.by, "IT", "x", "x")):
        with pytest.raises(ToolError, match="locked"):
            act()
    assert len(live.effects) == count


def test_what_is_too_long(live: Any, wiki: Wiki) -> None:
    with pytest.raises(ToolError, match="too long"):
        wiki.edit(live.by, wiki.find("Keys"), "x" * 100_001)
    for title in ("x" * 201, "", "///", "\x00"):
        with pytest.raises(ToolError, match="title"):
            wiki.create(live.by, "IT", title, "x")


def test_a_fork_goes_its_own_way(live: Any, wiki: Wiki, make_live: Callable[..., Any]) -> None:
    fresh = make_live(wiki=PAGES).world
    assert fresh.fork(fresh.clock.copy(), RandomSource(1))._wiki is None
    wiki.edit(live.by, wiki.find("Keys"), "One")
    other = live.world.fork(live.world.clock.copy(), RandomSource(1))
    other.wiki.edit(live.by, other.wiki.find("Keys"), "Two")
    assert (wiki.find("Keys").text, other.wiki.find("Keys").text) == ("One\n", "Two\n")
    assert PAGES[0].text.startswith("# Keys")


@given(st.text(max_size=80), st.text(max_size=200))
def test_what_is_written_is_found_by_its_path_title_and_address(
    make_live: Callable[..., Any], title: str, text: str
) -> None:
    live = make_live(wiki=PAGES[:1])
    wiki = live.world.wiki
    try:
        made = wiki.create(live.by, "House", title, text)
    except ToolError:
        assert live.effects == []
        return
    assert made.path.count("/") == 1
    assert wiki.find(made.path) is made
    assert wiki.find(wiki.url(made.path)) is made
    wiki.url(made.path).encode("ascii")
    made.text.encode()


@given(st.text(max_size=500), st.text(max_size=10))
def test_snippets_are_short_and_of_one_line(text: str, word: str) -> None:
    assert len(snippet(text, word)) <= 206
    assert "\n" not in snippet(text, word)
