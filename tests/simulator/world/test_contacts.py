"""Address books: whose, finding, changing, forks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.core.rng import RandomSource
from fauxcorp.errors import ToolError
from fauxcorp.world.office import Contact

BOOK = (
    Contact("Blue Harbour", "orders@blueharbour.example", "Blue Harbour", phone="+49 451 1"),
    Contact("Iris Vale", "iris@courier.example", "The Courier", note="met in Kiel"),
    Contact("Iris Vale", "iris@home.example", owner="assistant"),
    Contact("Zoë Marsh", "zoe@home.example", owner="wei.zhang"),
)


@pytest.fixture
def live(make_live: Callable[..., Any]) -> Any:
    return make_live(contacts=BOOK)


def names(found: list[tuple[str, Contact]]) -> list[str]:
    return [f"{n} {c.name}" for n, c in found]


def test_one_sees_what_is_shared_and_ones_own(live: Any) -> None:
    contacts = live.world.contacts
    assert names(contacts.all("assistant")) == ["1 Blue Harbour", "2 Iris Vale", "3 Iris Vale"]
    assert names(contacts.search("wei.zhang", "zoe")) == ["4 Zoë Marsh"]
    assert names(contacts.search("assistant", "zoe")) == []
    assert names(contacts.search("assistant", "KIEL cour")) == ["2 Iris Vale"]
    assert contacts.get("assistant", "4") is None


def test_finding_one(live: Any) -> None:
    contacts = live.world.contacts
    assert contacts.find("assistant", "#2")[1] is BOOK[1]
    assert contacts.find("assistant", "Iris <IRIS@home.example>")[0] == "3"
    assert contacts.find("assistant", "blue harbour")[0] == "1"
    with pytest.raises(ToolError, match=r"Several contacts .* 2 \(Iris Vale, iris@courier.example\), 3"):
        contacts.find("assistant", "Iris Vale")
    for who in ("", "0", "04", "4", "99999999999", "²", "zoe@home.example", "nobody"):
        with pytest.raises(ToolError, match="No contact"):
            contacts.find("assistant", who)


def test_added_changed_and_deleted_with_one_effect_each(live: Any) -> None:
    contacts = live.world.contacts
    number = contacts.add(live.by, Contact("Ned Ash", "Ned Ash <NED@ash.example>", owner="assistant"))
    assert (number, contacts.get("assistant", number).email) == ("5", "ned@ash.example")
    contacts.change(live.by, "1", Contact("Blue Harbour", "desk@courier.example"))
    assert live.effects[-1].previous_email == "orders@blueharbour.example"
    assert contacts.delete(live.by, "2") is BOOK[1]
    assert names(contacts.all("assistant")) == ["1 Blue Harbour", "3 Iris Vale", "5 Ned Ash"]
    assert live.kinds() == ["contact-added/executed", "contact-changed/executed", "contact-deleted/executed"]
    assert contacts.add(live.by, Contact("Next")) == "6"


def test_what_no_address_book_takes(live: Any) -> None:
    contacts = live.world.contacts
    for contact, said in (
        (Contact("", "a@b.example"), "name"),
        (Contact("x", "not an address"), "Invalid address"),
        (Contact("x" * 501), "Too long: name"),
        (Contact("x", note="x" * 5001), "Too long: note"),
        (Contact("Again", "IRIS@courier.example"), "already: 2"),
    ):
        with pytest.raises(ToolError, match=said):
            contacts.add(live.by, contact)
    with pytest.raises(ToolError, match="Nothing to change"):
        contacts.change(live.by, "1", BOOK[0])
    with pytest.raises(ToolError, match="No contact 4"):
        contacts.delete(live.by, "4")
    assert live.effects == []


def test_a_fork_goes_its_own_way(live: Any) -> None:
    assert live.world.fork(live.world.clock.copy(), RandomSource(1))._contacts is None
    live.world.contacts.delete(live.by, "1")
    other = live.world.fork(live.world.clock.copy(), RandomSource(1))
    other.contacts.delete(live.by, "2")
    assert names(live.world.contacts.all("assistant")) == ["2 Iris Vale", "3 Iris Vale"]
    assert names(other.contacts.all("assistant")) == ["3 Iris Vale"]


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_kept_or_refused(make_live: Callable[..., Any], name: str, note: str) -> None:
    live = make_live()
    try:
        number = live.world.contacts.add(live.by, Contact(name, note=note))
    except ToolError:
        assert live.effects == []
        return
    found = live.world.contacts.get("assistant", number)
    assert found.name
    assert "\n" not in found.name
    found.note.encode()
