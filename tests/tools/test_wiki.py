# ruff: noqa: E501 - tables are easier to read wide
"""The wiki, as an agent uses it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.errors import ToolError
from fauxcorp.world.office import WikiPage, WikiVersion

LONG = "".join(f"Line {n} of the long page.\n" for n in range(500))
PAGES = (
    WikiPage("House/Keys", "Who has which keys", "# Keys\n\nAsk Tom for the cellar.\n---\nEnd.\n",
             (WikiVersion("tom.reed", 0, "first"), WikiVersion("ada.flint", 1_772_000_000_000_000, "Tom"))),
    WikiPage("House/Long", "Long", LONG, (WikiVersion("ada.flint", 1_771_000_000_000_000),), labels=("long",)),
    WikiPage("IT/Rooms", "Server room", "Closed.\n", (WikiVersion("rosa.lind", 1_770_000_000_000_000),), editors=frozenset({"rosa.lind"})),
)  # fmt: skip


@pytest.fixture
def office(make_office):
    return make_office(wiki=PAGES)


def test_lists_and_search(office):
    assert office.call("list_wiki").splitlines() == ["Spaces:", "House  2 pages", "IT  1 page"]
    assert office.call("list_wiki", space="house").splitlines()[:2] == [
        "House: 2 pages",
        "House/Keys  Who has which keys, changed 2026-02-25 06:13 by Ada Flint",
    ]
    assert (
        office.call("list_wiki", recent=True).splitlines()[1]
        == "2026-02-25 06:13  House/Keys (version 2), Ada Flint: Tom"
    )
    assert office.call("search_wiki", query="cellar").splitlines()[0] == "1 page found"
    assert office.call("search_wiki", query="zzz") == "No pages found."
    with pytest.raises(ToolError, match="Spaces: House, IT"):
        office.call("list_wiki", space="Kitchen")


def test_reading(office):
    shown = office.call("read_wiki_page", title="who has which keys").splitlines()
    assert shown[:3] == [
        "Who has which keys",
        "https://wiki.northwind.example/House/Keys  House/Keys",
        "changed 2026-02-25 06:13 by Ada Flint",
    ]
    assert shown[-1] == "End."
    assert office.call("read_wiki_page", page="Long").endswith("[part 1 of 2; go on with part=2]")
    assert office.call("read_wiki_page", url="https://wiki.northwind.example/House/Long", part=2).endswith(
        "Line 499 of the long page.\n[part 2 of 2]"
    )
    assert "Can be changed by: rosa.lind" in office.call("read_wiki_page", path="IT/Rooms")
    with pytest.raises(ToolError, match="2 parts"):
        office.call("read_wiki_page", page="Long", part=3)
    with pytest.raises(ToolError, match="Did you mean House/Keys"):
        office.call("read_wiki_page", page="cellar")
    assert office.effects() == []


def test_editing_in_the_ways_that_models_do(office):
    assert (
        office.call("edit_wiki_page", page="Keys", old_text="Tom", new_text="Rosa", comment="She has them")
        == "Saved House/Keys (version 3)."
    )
    assert office.call("edit_wiki_page", page="Keys", content="More.", append=True) == "Saved House/Keys (version 4)."
    assert office.world.wiki.find("Keys").text == "# Keys\n\nAsk Rosa for the cellar.\n---\nEnd.\n\nMore.\n"
    assert office.call("edit_wiki_page", page="Keys", text="Gone.") == "Saved House/Keys (version 5)."
    for arguments, said in (
        ({}, "Give text"),
        ({"old_text": "x"}, "Give new_text"),
        ({"old_text": "zzz", "new_text": ""}, "is not in the page"),
        ({"old_text": "o", "new_text": "", "page": "Long"}, "times"),
        ({"text": "Gone."}, "Nothing to change"),
    ):
        with pytest.raises(ToolError, match=said):
            office.call("edit_wiki_page", **{"page": "Keys", **arguments})
    assert office.effects() == ["wiki-page-edited/executed"] * 3


def test_history_old_versions_and_differences(office):
    office.call("edit_wiki_page", page="Keys", old_text="---\nEnd.", new_text="The end.", comment="c")
    assert office.call("wiki_history", page="Keys").splitlines()[:2] == [
        "House/Keys: 3 versions",
        "3  2026-03-04 09:00  Robin Assistant  c",
    ]
    assert "Ask Tom" in office.call("wiki_history", page="Keys", version=2)
    said = office.call("wiki_history", page="Keys", compare=2).splitlines()
    assert said[0] == "House/Keys, version 2 to 3"
    assert said[-3:] == ["----", "-End.", "+The end."]
    assert office.call("wiki_history", page="Keys", compare=3, version=3).endswith("the same text")
    for version, said in ((1, "not kept"), (9, "versions 1 to 3")):
        with pytest.raises(ToolError, match=said):
            office.call("wiki_history", page="Keys", version=version)
    office.call("edit_wiki_page", page="Long", text="".join(f"{n}\n" for n in range(3000)))
    assert office.call("wiki_history", page="Long", compare=1).endswith("500 lines became 3000")


def test_an_old_version_is_shown_if_it_was_kept_and_if_not_that_is_said(make_office):
    said = "# Keys\n\nAsk Kit for the cellar.\n"
    versions = tuple(WikiVersion("tom.reed", n, text=t) for n, t in enumerate(("", said, LONG, "")))
    office = make_office(wiki=(WikiPage("House/Keys", "Keys", "# Keys\n\nAsk Tom for the cellar.\n", versions),))
    assert office.call("wiki_history", page="Keys", version=2) == f"Keys, version 2 of 4\n\n{said}".rstrip()
    assert office.call("wiki_history", page="Keys", version=4).endswith("Ask Tom for the cellar.")
    assert office.call("wiki_history", page="Keys", compare=2).splitlines() == [
        "House/Keys, version 2 to 4", " # Keys", " ", "-Ask Kit for the cellar.", "+Ask Tom for the cellar.",
    ]  # fmt: skip
    long = office.call("wiki_history", page="Keys", version=3)
    assert long.endswith(f"\n[the first 8000 of {len(LONG)} characters]")
    for asked in ({"version": 1}, {"compare": 1}, {"compare": 1, "version": 2}, {"compare": 2, "version": 1}):
        with pytest.raises(ToolError, match="The text of version 1 is not kept"):
            office.call("wiki_history", page="Keys", **asked)


def test_new_pages_and_deletion(office):
    assert (
        office.call("create_wiki_page", path="House/Tea kitchen", text="Daily.")
        == "Created House/Tea-kitchen: https://wiki.northwind.example/House/Tea-kitchen"
    )
    assert office.call("delete_wiki_page", page="Tea kitchen") == "Deleted House/Tea-kitchen."
    assert office.effects() == ["wiki-page-created/executed", "wiki-page-deleted/executed"]
    with pytest.raises(ToolError, match=r"Give the space\. Spaces: House, IT"):
        office.call("create_wiki_page", title="x", text="x")
    for name, more in (("edit_wiki_page", {"text": "x"}), ("delete_wiki_page", {})):
        with pytest.raises(ToolError, match="permission"):
            office.call(name, page="IT/Rooms", **more)
    assert office.effects()[-2:] == ["wiki-page-edited/attempted", "wiki-page-deleted/attempted"]


def test_who_is_locked_out_has_no_wiki(office):
    office.world.directory.lock(office.by._replace(actor="timeline"), "assistant")
    for name, arguments in (
        ("list_wiki", {}),
        ("read_wiki_page", {"page": "Keys"}),
        ("edit_wiki_page", {"page": "Keys", "text": "x"}),
    ):
        with pytest.raises(ToolError, match="account is locked"):
            office.call(name, **arguments)


@given(st.text(max_size=60), st.text(max_size=300))
def test_any_text_is_written_and_read_or_refused(make_office, title, text):
    office = make_office(wiki=PAGES[:1])
    try:
        path = office.call("create_wiki_page", space="House", title=title, text=text).split()[1].rstrip(":")
    except ToolError as error:
        path = ""
        said = str(error)
    else:
        said = office.call("read_wiki_page", page=path) + office.call("open_page", url=f"wiki.northwind.example/{path}")
    assert said
    assert "\x1b" not in said
