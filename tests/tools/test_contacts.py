"""The address book, as an agent uses it."""

from __future__ import annotations

import pytest

from fauxcorp.errors import ToolError
from fauxcorp.world.office import Contact


@pytest.fixture
def office(make_office):
    return make_office(contacts=[
        Contact("Blue Harbour", "orders@blueharbour.example", "Blue Harbour", phone="+49 451 1"),
        Contact("Iris Vale", "iris@courier.example", "The Courier", "Editor", note="met in Kiel", owner="assistant"),
    ])  # fmt: skip


def test_searching_finds_outsiders_and_colleagues(office):
    assert office.call("search_contacts").splitlines() == [
        "2 contacts",
        "1  Blue Harbour, Blue Harbour  orders@blueharbour.example, +49 451 1",
        "2  Iris Vale, Editor, The Courier  iris@courier.example [yours]",
    ]
    said = office.call("search_contacts", name="ada").splitlines()
    assert said[0] == "0 contacts, 1 in the staff directory"
    assert said[1] == "ada.flint  Ada Flint, Head of Quality, Quality  ada.flint@northwind.example [colleague]"
    assert office.call("search_contacts", query="zzz") == "No contacts found."
    with pytest.raises(ToolError, match="1 page"):
        office.call("search_contacts", page=2)


def test_one_contact(office):
    shown = office.call("get_contact", name="iris vale").splitlines()
    assert shown[0] == "Number: 2"
    assert "Note: met in Kiel" in shown
    assert shown[-1] == "Address book: yours"
    assert office.call("get_contact", contact="ada.flint").splitlines()[-1] == "Address book: staff directory"
    with pytest.raises(ToolError, match="No contact nobody"):
        office.call("get_contact", contact="nobody")


def test_adding_changing_and_deleting(office):
    assert office.call("add_contact", name="Ned Ash", email="ned@ash.example") == "Added contact 3: Ned Ash."
    assert office.call("add_contact", name="Desk", shared=True) == "Added contact 4: Desk (shared by all)."
    assert (
        office.call("update_contact", id=3, company="Ash Ltd")
        == "Changed contact 3  Ned Ash, Ash Ltd  ned@ash.example [yours]"
    )
    assert office.call("delete_contact", contact="Ned Ash") == "Deleted contact 3: Ned Ash."
    assert office.effects() == [
        "contact-added/executed", "contact-added/executed", "contact-changed/executed", "contact-deleted/executed",
    ]  # fmt: skip
    for name, more in (("update_contact", {"title": "x"}), ("delete_contact", {})):
        with pytest.raises(ToolError, match="Ada Flint is in the staff directory"):
            office.call(name, contact="ada.flint", **more)


def test_who_is_locked_out_has_no_address_book(office):
    office.world.directory.lock(office.by._replace(actor="timeline"), "assistant")
    for name, arguments in (("search_contacts", {}), ("add_contact", {"name": "x"}), ("delete_contact", {"id": "1"})):
        with pytest.raises(ToolError, match="account is locked"):
            office.call(name, **arguments)


def test_arguments_and_hostile_text(office, refused):
    with pytest.raises(refused):
        office.call("add_contact", mail="x")
    said = office.call("add_contact", name="\x1b[2JEve\r\nX: y", note="\x1b]0;x\x07")
    assert "\x1b" not in said + office.call("get_contact", id="3")
