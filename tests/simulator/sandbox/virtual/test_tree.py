"""Walking, comparing and pairing what was moved."""

from __future__ import annotations

from bashkit import FileSystem

from fauxcorp.sandbox.virtual.tree import Found, look, paired, walk
from fauxcorp.world.files import FileEntry, FileTree, listing_of


def disk(**files: str) -> FileSystem:
    fs = FileSystem()
    for name, text in files.items():
        path = "/" + name.replace("__", "/")
        fs.mkdir(path.rpartition("/")[0] or "/", True)
        fs.write_file(path, text.encode())
    return fs


def test_walk_leaves_out_what_is_the_shell_s_own() -> None:
    fs = disk(srv__a="1", usr__bin__ls="x", proc__v="x")
    assert {p for p in walk(fs) if not p.startswith(("/tmp", "/home"))} == {"/srv", "/srv/a", "/usr"}
    assert walk(fs)["/srv/a"].size == 1


def test_look_is_walk_for_what_changed() -> None:
    fs = disk(srv__a="1", srv__d__b="2", srv__d__c="3")
    known = walk(fs)
    fs.write_file("/srv/a", b"longer")
    fs.remove("/srv/d", True)
    fs.mkdir("/srv/n", True)
    fs.write_file("/srv/n/x", b"new")
    assert look(fs, ["/srv/a", "/srv/d", "/srv/n", "/none/at/all"], known) == walk(fs)
    assert look(fs, [], known) == known
    assert look(fs, ["/"], known) == walk(fs)


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
