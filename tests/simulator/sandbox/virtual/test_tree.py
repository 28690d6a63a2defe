"""Walking and comparing."""

from __future__ import annotations

from bashkit import FileSystem

from fauxcorp.sandbox.virtual.tree import look, walk


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
