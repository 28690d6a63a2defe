"""Boxes: pages, marks, folders, forks; against a plain list by hypothesis."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from fauxcorp.world.mailbox import BaseBox, Item, MailBox

FOLDERS = ("Inbox", "Sent", "Trash", "Mine")


def box_of(small: SimpleNamespace, count: int) -> MailBox:
    messages = [small.message(n) for n in range(count)]
    return MailBox("ada", BaseBox.of(messages, {"Inbox": range(count)}, unread=frozenset(range(0, count, 3))))


def test_a_page_is_newest_first_and_knows_what_is_left(small: SimpleNamespace) -> None:
    box = box_of(small, 45)
    assert [i.message.id for i in box.page("Inbox", 0, 3)] == ["44", "43", "42"]
    assert [i.message.id for i in box.page("Inbox", 43, 20)] == ["1", "0"]
    assert box.page("Inbox", 45, 20) == []
    assert box.count("Inbox") == 45
    assert box.count("Inbox", unread_only=True) == 15


def test_folders_that_nobody_made_are_there_and_empty(small: SimpleNamespace) -> None:
    box = box_of(small, 1)
    assert box.folders()[:3] == ["Inbox", "Sent", "Drafts"]
    assert box.items("Drafts") == []


def test_a_fork_goes_its_own_way(small: SimpleNamespace) -> None:
    box = box_of(small, 5)
    box.remove("4")
    other = box.fork()
    other.remove("3")
    box.set(replace(box.items()[0], folder="Mine"))
    assert [i.message.id for i in other.items("Inbox")] == ["2", "1", "0"]
    assert [i.message.id for i in box.items("Inbox")] == ["2", "1", "0"]
    assert other.count("Mine") == 0
    assert box.count("Mine") == 1


def test_two_worlds_share_a_base_and_nothing_else(small: SimpleNamespace) -> None:
    base = BaseBox.of([small.message(1)], {"Inbox": [0]})
    one, two = MailBox("ada", base), MailBox("ada", base)
    one.remove("1")
    assert two.count("Inbox") == 1
    assert one.count("Inbox") == 0


acts = st.lists(
    st.tuples(st.sampled_from(["set", "remove", "new"]), st.integers(0, 14), st.sampled_from(FOLDERS), st.booleans()),
    max_size=40,
)


@given(acts)
def test_a_box_is_a_list_of_items(small: SimpleNamespace, acts: list[tuple[str, int, str, bool]]) -> None:
    box = box_of(small, 10)
    plain: dict[str, Item] = {i.message.id: i for i in box.items()}
    for act, number, folder, unread in acts:
        name = str(number)
        if act == "remove":
            box.remove(name)
            plain.pop(name, None)
        elif act == "new" or name in plain:
            item = Item(small.message(number), folder, unread, starred=unread)
            box.set(item)
            plain[name] = item
    for where in (None, *FOLDERS):
        want = [i for i in plain.values() if where is None or i.folder == where]
        want.sort(key=lambda i: i.message.at, reverse=True)
        assert box.items(where) == want
        assert box.page(where, 2, 3) == want[2:5]
        assert box.count(where) == len(want)
    for where in FOLDERS:
        unread = [i for i in plain.values() if i.folder == where and i.unread]
        assert box.count(where, unread_only=True) == len(unread)
    assert {i.message.id for i in box.new()} == {n for n in plain if int(n) >= 10}
