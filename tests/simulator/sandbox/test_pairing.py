"""Moved, or removed here and made there."""

from __future__ import annotations

from fauxcorp.sandbox.pairing import Found, paired
from fauxcorp.world.files import FileEntry, FileTree, listing_of


def tree(**files: bytes) -> FileTree:
    entries = {"/": FileEntry(kind="dir"), "/d": FileEntry(kind="dir")}
    entries.update({f"/d/{name}": FileEntry(content, mode=0o600) for name, content in files.items()})
    return FileTree(entries, listing_of(entries))


def test_moved_is_told_from_removed_and_made() -> None:
    files = tree(a=b"one", b=b"two")
    made = [Found("/d/c", FileEntry(b"one"), ""), Found("/d/new", FileEntry(b"three"), "")]
    changes = paired(made, ["/d/a", "/d/b"], files)
    assert [(c.path, c.moved_from, c.after is None) for c in changes] == [
        ("/d/c", "/d/a", False),
        ("/d/new", "", False),
        ("/d/b", "", True),
    ]
    assert changes[0].after is not None
    assert changes[0].after.mode == 0o600


def test_a_folder_moves_as_one() -> None:
    files = tree(a=b"one", b=b"two")
    made = [
        Found("/e", FileEntry(kind="dir"), ""),
        Found("/e/a", FileEntry(b"one"), "/d/a"),
        Found("/e/b", FileEntry(b"two"), "/d/b"),
    ]
    changes = paired(made, ["/d", "/d/a", "/d/b"], files)
    assert [(c.path, c.moved_from) for c in changes] == [("/e", "/d")]


def test_what_takes_another_s_place_is_one_change() -> None:
    files = tree(a=b"one", b=b"two")
    changes = paired([Found("/d/b", FileEntry(b"one"), "")], ["/d/a"], files)
    assert [(c.path, c.absorbs) for c in changes] == [("/d/b", "/d/a")]


def test_what_is_new_in_a_moved_folder_is_a_change_of_its_own() -> None:
    files = tree(a=b"one", b=b"two")
    made = [
        Found("/e", FileEntry(kind="dir"), ""),
        Found("/e/a", FileEntry(b"one"), "/d/a"),
        Found("/e/b", FileEntry(b"two"), "/d/b"),
        Found("/e/c", FileEntry(b"three"), ""),
    ]
    changes = paired(made, ["/d", "/d/a", "/d/b"], files)
    assert [(c.path, c.moved_from) for c in changes] == [("/e", "/d"), ("/e/c", "")]


def test_a_folder_from_which_something_was_also_deleted_did_not_move_whole() -> None:
    files = tree(a=b"one", b=b"two")
    made = [Found("/e", FileEntry(kind="dir"), ""), Found("/e/a", FileEntry(b"one"), "")]
    changes = paired(made, ["/d", "/d/a", "/d/b"], files)
    assert [(c.path, c.moved_from, c.after is None) for c in changes] == [
        ("/e", "", False),
        ("/e/a", "/d/a", False),
        ("/d/b", "", True),
        ("/d", "", True),
    ]


def test_of_two_alike_the_one_of_the_same_name_moved() -> None:
    files = tree(a=b"same", b=b"same")
    changes = paired([Found("/srv/b", FileEntry(b"same"), "")], ["/d/a", "/d/b"], files)
    assert [(c.path, c.moved_from) for c in changes] == [("/srv/b", "/d/b"), ("/d/a", "")]


def test_a_file_that_is_known_to_be_the_same_moved_though_it_is_empty() -> None:
    changes = paired([Found("/d/b", FileEntry(b""), "/d/a")], ["/d/a"], tree(a=b""))
    assert [(c.path, c.moved_from) for c in changes] == [("/d/b", "/d/a")]


def test_many_of_them_are_paired_in_a_moment() -> None:
    files = tree(**{f"f{n}": b"%d" % n for n in range(4000)})
    made = [Found(f"/e/g{n}", FileEntry(b"%d" % n), "") for n in range(4000)]
    changes = paired(made, [f"/d/f{n}" for n in range(4000)], files)
    assert [c.moved_from for c in changes if c.path == "/e/g77"] == ["/d/f77"]
    assert len(changes) == 4000
